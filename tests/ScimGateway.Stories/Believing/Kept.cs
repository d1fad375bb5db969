using ScimGateway.Stories.Telling;

namespace ScimGateway.Stories.Believing;

/// <summary>What was believed when the store was copied: with the copy in its place that is so again.</summary>
internal sealed record Kept(
    IReadOnlyList<Person> People,
    IReadOnlyList<Team> Teams,
    IReadOnlyDictionary<int, string> Known,
    IReadOnlyDictionary<int, string> KnownTeams,
    IReadOnlyList<(int Who, int Source, Document Asked, int Step)> LostPosts,
    IReadOnlyList<(int Which, int Source, string Name, Named Members)> LostGroups,
    IReadOnlySet<string> Accounts,
    IReadOnlyList<string> Groups,
    int Step
);

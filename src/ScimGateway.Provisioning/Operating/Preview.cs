using System.Text.Json;
using System.Text.Json.Serialization;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Slack.Translation;

namespace ScimGateway.Provisioning.Operating;

/// <summary>
/// What a change would mean if an operator confirmed it. Members who have no account yet are in no group's plan: they
/// follow once they have.
/// </summary>
/// <param name="At">When it was made: what came later is none of it.</param>
/// <param name="Change">The change.</param>
/// <param name="Counts">
/// How many of what: commands to Slack by their kinds; of rules the turns that users take; what is handed over, and who
/// goes.
/// </param>
/// <param name="Links">Whom it is about, as many as were asked for.</param>
/// <param name="All">How many there are.</param>
internal sealed record Preview(
    DateTimeOffset At,
    TenantChange Change,
    IReadOnlyDictionary<string, int> Counts,
    IReadOnlyList<PlannedLink> Links,
    int All
)
{
    private static readonly JsonSerializerOptions _json = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Of all who are claimed, how many have an account that was there before, by what it was found.</summary>
    public IReadOnlyDictionary<string, int> Matched { get; init; } = new Dictionary<string, int>();

    /// <summary>What it is confirmed by.</summary>
    [JsonIgnore]
    public JobId Id { get; init; }

    internal static Preview Parse(string json) => JsonSerializer.Deserialize<Preview>(json, _json)!;

    internal string ToJson() => JsonSerializer.Serialize(this, _json);
}

/// <summary>A link with what would become of it.</summary>
/// <param name="Link">The link's number.</param>
/// <param name="Resource">The user or group.</param>
/// <param name="What">
/// The kinds of commands that Slack would be told, in their order, or of the lookup before them; of rules the user's turn.
/// </param>
internal sealed record PlannedLink(LinkId Link, ResourceId? Resource, IReadOnlyList<string> What)
{
    internal static PlannedLink Of(Wanted wanted) =>
        new(
            wanted.Link.Id,
            wanted.Claimant?.Id,
            // An account that may have been made unseen is looked for first; what follows depends on what is found.
            wanted is { Commands: [], Next: { } look }
                ? [Kind(look)]
                : [.. wanted.Commands.Select(Kind)]
        );

    private static string Kind(SlackCommand command) =>
        command is SlackCommand.PatchUser { Change.Set.Active: true } ? "ReactivateUser" : command.GetType().Name;
}

/// <summary>What was planned so far for a preview.</summary>
internal sealed class Planned(int most, CancellationToken gone = default)
{
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly List<PlannedLink> _links = [];
    private Dictionary<string, int> _matched = [];
    private int _all;

    /// <summary>Whether nobody waits for it any more.</summary>
    public CancellationToken Gone => gone;

    public void Add(PlannedLink link)
    {
        foreach (var what in link.What)
            Count(what, 1);
        if (_all++ < most)
            _links.Add(link);
    }

    public void Count(string what, int more) => _counts[what] = _counts.GetValueOrDefault(what) + more;

    /// <summary>Who is claimed and has nothing to tell, and by what accounts that were there before were found.</summary>
    public void AddRest(int stay, IReadOnlyDictionary<MatchedBy, int> matched)
    {
        if (stay > 0)
            Count("Stays", stay);
        _matched = matched.ToDictionary(one => one.Key.ToString(), one => one.Value);
    }

    public Preview ToPreview(DateTimeOffset at, TenantChange change) =>
        new(at, change, _counts, _links, _all) { Matched = _matched };
}

/// <summary>The tenant is not ready for what an operator wants; the message says what is missing.</summary>
internal sealed class NotReadyException(string message) : Exception(message);

/// <summary>What is to be changed is not any more what whoever changes it has seen.</summary>
internal sealed class EditedMeanwhileException()
    : Exception("Somebody else has changed it meanwhile: read it again, look at what is different and change that.");

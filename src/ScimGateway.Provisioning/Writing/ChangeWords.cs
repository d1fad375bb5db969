using ScimGateway.Protocol.Patching;
using ScimGateway.Provisioning.Model.Mirror;

namespace ScimGateway.Provisioning.Writing;

/// <summary>What a write asks to change, in a few words for a list. Pure.</summary>
internal static class ChangeWords
{
    // As many as a column has room for.
    private const int MostNamed = 4;

    private const string Again = "say it again";

    /// <summary>Of a user.</summary>
    public static string Of(UserEdit edit) =>
        Said(
            edit.Concerned.Has("active")
                ? edit.WantsActive
                    ? "activate"
                    : "deactivate"
                : null,
            Fields(edit.Concerned.Without(PathSet.Active))
        );

    /// <summary>Of a group.</summary>
    /// <param name="revision">What becomes of the document; null if the request speaks of members alone.</param>
    /// <param name="members">What becomes of the members.</param>
    public static string Of(Revision? revision, IReadOnlyList<MembershipChange> members)
    {
        var changed = revision?.Changed ?? PathSet.Nothing;
        return Said([
            changed.Has("displayName") ? "rename" : null,
            Fields(changed.Without(PathSet.Of("displayName"))),
            .. members.Select(Of),
        ]);
    }

    private static string Of(MembershipChange change) =>
        change switch
        {
            MembershipChange.Add add => $"add {Members(add.Members.Count)}",
            MembershipChange.Remove remove => $"remove {Members(remove.Values.Count)}",
            MembershipChange.RemoveWhere { Named: { } named } => $"remove {Members(named.Count)}",
            MembershipChange.ReplaceAll { Members.Count: > 0 and var count } => $"set the members: {count}",
            MembershipChange.RemoveAll or MembershipChange.ReplaceAll => "remove all members",
            _ => "remove the members that a filter finds",
        };

    private static string Said(params IEnumerable<string?> parts) =>
        string.Join(", ", parts.OfType<string>().Distinct(StringComparer.Ordinal).DefaultIfEmpty(Again));

    private static string Members(int count) => count == 1 ? "a member" : $"{count} members";

    // Of an attribute of a schema's own the name is enough.
    private static string? Fields(PathSet paths)
    {
        var named = paths.Ordered.Select(path => path[(path.LastIndexOf(':') + 1)..]).ToList();
        return named.Count switch
        {
            0 => null,
            <= MostNamed => $"change {string.Join(", ", named)}",
            _ => $"change {string.Join(", ", named.Take(MostNamed))} and {named.Count - MostNamed} more",
        };
    }
}

using System.Diagnostics;
using System.Globalization;
using ScimGateway.SlackEmulator.Organization;
using ScimGateway.SlackEmulator.Spelling;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator.Filters;

/// <summary>What a filter means: which attributes it may name, what they hold, and whom it finds
/// (docs/slack.md 3). Values compare without case.</summary>
internal static class FilterMeaning
{
    public static string? UserAttribute(string spelled, KnobValues knobs) =>
        spelled.ToLowerInvariant() switch
        {
            "username" => "userName",
            "email" => "email",
            "restricted" => "restricted",
            "ultra_restricted" => "ultra_restricted",
            "emails" or "emails.value" or "emails[type eq \"work\"].value" when knobs.Get(KnobTable.EmailsAlias) =>
                "email",
            _ => Extra(spelled, knobs),
        };

    public static string? GroupAttribute(string spelled, KnobValues knobs) =>
        spelled.Equals("displayName", StringComparison.OrdinalIgnoreCase) ? "displayName"
        : Extra(spelled, knobs) is "id" or "meta.created" ? Extra(spelled, knobs)
        : null;

    public static IReadOnlyList<Account> Users(this Filter filter, Workspace workspace, KnobValues knobs) =>
        Found(
            filter,
            workspace.AccountsInOrder,
            one => Indexed(one, workspace),
            (account, attribute) => Values(account, attribute, knobs)
        );

    public static IReadOnlyList<Group> Groups(
        this Filter filter,
        Workspace workspace,
        KnobValues knobs,
        DateTimeOffset now
    ) =>
        Found(
            filter,
            workspace.GroupsInOrder,
            // The index knows names at once; where names lag, every group is looked at.
            one =>
                one is { Attribute: "displayName", Operator: Operator.Equal } && knobs.Get(KnobTable.GroupLag) == 0
                    ? workspace.GroupsByName(one.Value)
                    : null,
            (group, attribute) => Values(group, attribute, now)
        );

    // Whoever an index knows is looked up, so that a look-up costs the same in a large organization as in a small one.
    private static List<T> Found<T>(
        Filter filter,
        IReadOnlyList<T> all,
        Func<Filter.Compare, IReadOnlyList<T>?> indexed,
        Func<T, string, IEnumerable<string>> values
    )
    {
        var candidates = Candidates(filter) ?? all;
        var found = new List<T>();
        foreach (var one in candidates)
            if (Matches(filter, one))
                found.Add(one);
        return found;

        IReadOnlyList<T>? Candidates(Filter part) =>
            part switch
            {
                Filter.Compare f => indexed(f),
                Filter.And f => Candidates(f.Left) ?? Candidates(f.Right),
                _ => null,
            };

        bool Matches(Filter part, T one) =>
            part switch
            {
                Filter.Compare f => values(one, f.Attribute).Any(value => Holds(value, f)),
                Filter.Present f => values(one, f.Attribute).Any(value => value.Length > 0),
                Filter.And f => Matches(f.Left, one) && Matches(f.Right, one),
                Filter.Or f => Matches(f.Left, one) || Matches(f.Right, one),
                _ => throw new UnreachableException(),
            };
    }

    private static IReadOnlyList<Account>? Indexed(Filter.Compare filter, Workspace workspace) =>
        filter switch
        {
            { Operator: not Operator.Equal } => null,
            { Attribute: "userName" } => workspace.UsersByName(filter.Value),
            { Attribute: "email" } => workspace.UsersByEmail(filter.Value),
            { Attribute: "id" } => workspace.FindUser(filter.Value) is { } account ? [account] : null,
            _ => null,
        };

    private static bool Holds(string value, Filter.Compare filter) =>
        filter.Operator switch
        {
            Operator.Equal => IsFlag(filter.Attribute)
                ? value == Flag(filter.Value)
                : value.Equals(filter.Value, StringComparison.OrdinalIgnoreCase),
            Operator.Contains => value.Contains(filter.Value, StringComparison.OrdinalIgnoreCase),
            Operator.StartsWith => value.StartsWith(filter.Value, StringComparison.OrdinalIgnoreCase),
            Operator.Greater => Order(value, filter.Value) > 0,
            Operator.GreaterOrEqual => Order(value, filter.Value) >= 0,
            Operator.Less => Order(value, filter.Value) < 0,
            Operator.LessOrEqual => Order(value, filter.Value) <= 0,
            _ => throw new UnreachableException(),
        };

    private static IEnumerable<string> Values(Account account, string attribute, KnobValues knobs)
    {
        var profile = account.Profile;
        switch (attribute)
        {
            case "email":
                yield return profile.PrimaryEmail;
                if (profile.SecondaryEmail is { } second && knobs.Get(KnobTable.EmailMatches) is EmailMatch.Any)
                    yield return second;
                break;
            case "restricted":
                yield return profile.Guest is { Kind: GuestKind.MultiChannel } ? "1" : "0";
                break;
            case "ultra_restricted":
                yield return profile.Guest is { Kind: GuestKind.SingleChannel } ? "1" : "0";
                break;
            case "active":
                yield return profile.Active ? "1" : "0";
                break;
            default:
                yield return attribute switch
                {
                    "userName" => profile.UserName,
                    "id" => account.Id,
                    "externalId" => profile.ExternalId,
                    "displayName" => profile.DisplayName,
                    "title" => profile.Title,
                    "name.givenName" => profile.GivenName,
                    "name.familyName" => profile.FamilyName,
                    "meta.created" => Time(account.Created),
                    _ => throw new UnreachableException(),
                };
                break;
        }
    }

    private static IEnumerable<string> Values(Group group, string attribute, DateTimeOffset now) =>
        [
            attribute switch
            {
                "displayName" => View.NameOf(group, now),
                "id" => group.Id,
                "meta.created" => Time(group.Created),
                _ => throw new UnreachableException(),
            },
        ];

    private static string? Extra(string spelled, KnobValues knobs) =>
        knobs
            .Get(KnobTable.ExtraAttributes)
            .FirstOrDefault(name => name.Equals(spelled, StringComparison.OrdinalIgnoreCase));

    private static bool IsFlag(string attribute) => attribute is "restricted" or "ultra_restricted" or "active";

    private static string Flag(string value) =>
        value.ToUpperInvariant() switch
        {
            "TRUE" => "1",
            "FALSE" => "0",
            var other => other,
        };

    private static int Order(string value, string other) =>
        IsoTime.TryRead(value, out var time) && IsoTime.TryRead(other, out var otherTime)
            ? time.CompareTo(otherTime)
            : string.Compare(value, other, StringComparison.OrdinalIgnoreCase);

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

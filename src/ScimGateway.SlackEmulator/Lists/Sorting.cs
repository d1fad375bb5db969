using System.Globalization;
using ScimGateway.SlackEmulator.Errors;
using ScimGateway.SlackEmulator.Organization;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator.Lists;

/// <summary>sortBy and sortOrder: the config says unsupported, and yet a bad sortOrder has an error
/// of its own (docs/slack.md 2.3).</summary>
internal static class Sorting
{
    public static IReadOnlyList<Account> Sorted(
        this IReadOnlyList<Account> found,
        string? sortBy,
        string? sortOrder,
        KnobValues knobs
    ) =>
        Sorted(
            found,
            sortBy?.ToUpperInvariant() switch
            {
                "USERNAME" or "NICKNAME" => a => a.Profile.UserName,
                "DISPLAYNAME" => a => a.Profile.DisplayName,
                "NAME.GIVENNAME" => a => a.Profile.GivenName,
                "NAME" or "NAME.FAMILYNAME" => a => a.Profile.FamilyName,
                "EMAIL" or "EMAILS" or "EMAILS.VALUE" => a => a.Profile.PrimaryEmail,
                "TITLE" => a => a.Profile.Title,
                "ID" => a => a.Id,
                "META.CREATED" => a => Time(a.Created),
                _ => null,
            },
            sortOrder,
            knobs
        );

    public static IReadOnlyList<Group> Sorted(
        this IReadOnlyList<Group> found,
        string? sortBy,
        string? sortOrder,
        KnobValues knobs
    ) =>
        Sorted(
            found,
            sortBy?.ToUpperInvariant() switch
            {
                "DISPLAYNAME" => g => g.DisplayName,
                "ID" => g => g.Id,
                "META.CREATED" => g => Time(g.Created),
                _ => null,
            },
            sortOrder,
            knobs
        );

    private static IReadOnlyList<T> Sorted<T>(
        IReadOnlyList<T> found,
        Func<T, string>? by,
        string? sortOrder,
        KnobValues knobs
    )
    {
        var mode = knobs.Get(KnobTable.Sort);
        var descends = "descending".Equals(sortOrder, StringComparison.OrdinalIgnoreCase);
        if (
            mode is not SortMode.Ignore
            && sortOrder is not null
            && !descends
            && !"ascending".Equals(sortOrder, StringComparison.OrdinalIgnoreCase)
        )
            throw new SlackRefusal("invalid_sort_order");
        if (mode is SortMode.Sort && by is not null)
            return descends
                ? [.. found.OrderByDescending(by, StringComparer.OrdinalIgnoreCase)]
                : [.. found.OrderBy(by, StringComparer.OrdinalIgnoreCase)];
        return found;
    }

    private static string Time(DateTimeOffset time) => time.UtcTicks.ToString("D20", CultureInfo.InvariantCulture);
}

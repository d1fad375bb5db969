using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.OfFilters;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>Filters are passed over, and what is none is taken for one (RFC 7644 §3.4.2.2).</summary>
internal static partial class OfUnreadFilters
{
    private const string Section = "RFC7644-3.4.2.2";

    public static readonly Breakage[] All =
    [
        Read(
            "names-case-exact",
            "the name of an attribute in other letters is that of none",
            words => words.Select(word => IsName(word) && !Known(word) ? "x" : word)
        ),
        new(
            "unknown-operator-as-eq",
            Section,
            "an operator that there is not is understood as eq",
            Filter(filter => Unknown().Replace(filter, " eq "))
        ),
        new(
            "what-follows-passed-over",
            Section,
            "what follows a filter that is whole is passed over",
            Invalid((ask, scim) => Shorter(ask, scim))
        ),
        new(
            "invalid-finds-all",
            Section,
            "a filter that it can't read finds all",
            Invalid((ask, scim) => scim.Handle(Breakage.With(ask, "filter", null)))
        ),
        new("invalid-finds-none", Section, "a filter that it can't read finds nothing", Invalid((_, _) => Nothing())),
        new(
            "invalid-is-a-mistake",
            Section,
            "a filter that it can't read is answered with 500",
            Invalid((_, _) => Refused(500, null, "Index was outside the bounds of the array."))
        ),
        new("filter-passed-over", Section, "filters are passed over", Lists("filter", _ => null)),
        new(
            "filter-of-groups-passed-over",
            Section,
            "filters of groups are passed over",
            Without(ask => ask.Path.StartsWith("Groups", StringComparison.Ordinal))
        ),
        new(
            "filter-of-users-passed-over",
            Section,
            "filters of users are passed over",
            Without(ask => ask.Path.StartsWith("Users", StringComparison.Ordinal))
        ),
        new(
            "filter-of-searches-passed-over",
            "RFC7644-3.4.3",
            "filters in the body of a search are passed over",
            Without(ask => ask.Method == "POST")
        ),
        new(
            "filter-of-all-passed-over",
            "RFC7644-3.4.2.1",
            "filters of all types at once are passed over",
            Without(ask => ask.Path is "" or ".search")
        ),
        new(
            "found-twice",
            Section,
            "who has two of the values that a filter asks of is found twice, as SQL joins",
            Answers(IsFiltered, Joined)
        ),
    ];

    private static Detour Without(Func<Ask, bool> when) =>
        Asks(ask => IsFiltered(ask) && when(ask), ask => Breakage.With(ask, "filter", null));

    private static Detour Invalid(Detour otherwise) =>
        Afterwards((ask, answer) => IsFiltered(ask) && answer.Body?["scimType"].Text() == "invalidFilter", otherwise);

    private static Answer Shorter(Ask ask, SoundScim scim)
    {
        for (var words = Words(Parameter(ask, "filter")!); words.Count > 0; words = [.. words.SkipLast(1)])
            if (scim.Handle(Breakage.With(ask, "filter", string.Join(' ', words))) is { IsFine: true } answer)
                return answer;
        return scim.Handle(ask);
    }

    private static bool Known(string word) =>
        Sound.Known.Types.All(type =>
            Name.Of(type, word) is not { } name
            || (
                word.EndsWith(name.Last.Name, StringComparison.Ordinal)
                && word.Contains(name.Attribute.Name, StringComparison.Ordinal)
            )
        );

    private static void Joined(Ask ask, Answer answer)
    {
        if (answer.Body is not JsonObject list || list["Resources"] is not JsonArray found)
            return;
        foreach (var name in Words(Parameter(ask, "filter")!).Where(IsName).Select(word => word.Split('.')[0]))
        foreach (var one in answer.Shown.Where(one => one[name] is JsonArray { Count: > 1 }).ToList())
        {
            found.Insert(found.IndexOf(one), one.DeepClone());
            list["totalResults"] = found.Count;
            list["itemsPerPage"] = found.Count;
        }
    }

    [GeneratedRegex(@"(?<=^[\w.:]+) (?!eq|ne|co|sw|ew|gt|ge|lt|le|pr)\w+ (?="")", RegexOptions.IgnoreCase)]
    private static partial Regex Unknown();
}

using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>What is shown is not what was asked for (RFC 7644 §3.9).</summary>
internal static class OfProjections
{
    private const string Section = "RFC7644-3.9";

    public static readonly Breakage[] All =
    [
        Named("attributes-passed-over", "attributes is passed over", Always, "attributes", _ => null),
        Named(
            "attributes-of-one-passed-over",
            "attributes is passed over where one is read",
            Reads,
            "attributes",
            _ => null
        ),
        Named(
            "attributes-of-lists-passed-over",
            "attributes is passed over in lists",
            ask => IsList(ask) && ask.Method == "GET",
            "attributes",
            _ => null
        ),
        Named(
            "attributes-of-searches-passed-over",
            "attributes is passed over in searches",
            ask => IsList(ask) && ask.Method == "POST",
            "attributes",
            _ => null
        ),
        Named("attributes-of-post-passed-over", "attributes is passed over in POST", Creates, "attributes", _ => null),
        Named("attributes-of-put-passed-over", "attributes is passed over in PUT", Replaces, "attributes", _ => null),
        Named(
            "attributes-of-patch-passed-over",
            "attributes is passed over in PATCH",
            Patches,
            "attributes",
            _ => null
        ),
        Named(
            "attributes-of-groups-passed-over",
            "attributes is passed over for groups",
            OfGroups,
            "attributes",
            _ => null
        ),
        Named("excluded-passed-over", "excludedAttributes is passed over", Always, "excludedAttributes", _ => null),
        Named(
            "excluded-of-one-passed-over",
            "excludedAttributes is passed over where one is read",
            Reads,
            "excludedAttributes",
            _ => null
        ),
        Named(
            "excluded-of-lists-passed-over",
            "excludedAttributes is passed over in lists",
            ask => IsList(ask) && ask.Method == "GET",
            "excludedAttributes",
            _ => null
        ),
        Named(
            "excluded-of-searches-passed-over",
            "excludedAttributes is passed over in searches",
            ask => IsList(ask) && ask.Method == "POST",
            "excludedAttributes",
            _ => null
        ),
        Named(
            "excluded-of-post-passed-over",
            "excludedAttributes is passed over in POST",
            Creates,
            "excludedAttributes",
            _ => null
        ),
        Named(
            "excluded-of-put-passed-over",
            "excludedAttributes is passed over in PUT",
            Replaces,
            "excludedAttributes",
            _ => null
        ),
        Named(
            "excluded-of-patch-passed-over",
            "excludedAttributes is passed over in PATCH",
            Patches,
            "excludedAttributes",
            _ => null
        ),
        Named(
            "excluded-of-groups-passed-over",
            "excludedAttributes is passed over for groups",
            OfGroups,
            "excludedAttributes",
            _ => null
        ),
        Each(
            "names-case-exact-in-attributes",
            "names in other letters than the schema's show nothing",
            "attributes",
            name => IsExact(name) ? name : "x"
        ),
        Each(
            "names-case-exact-in-excluded",
            "names in other letters than the schema's take nothing away",
            "excludedAttributes",
            name => IsExact(name) ? name : "x"
        ),
        Each(
            "core-urn-in-attributes",
            "names with the URN of the schema show nothing",
            "attributes",
            name => name.Contains(":core:", StringComparison.Ordinal) ? "x" : name
        ),
        Each(
            "core-urn-in-excluded",
            "names with the URN of the schema take nothing away",
            "excludedAttributes",
            name => name.Contains(":core:", StringComparison.Ordinal) ? "x" : name
        ),
        Each(
            "extension-in-attributes",
            "names of an extension show nothing",
            "attributes",
            name => name.Contains(":extension:", StringComparison.Ordinal) ? "x" : name
        ),
        Each(
            "extension-in-excluded",
            "names of an extension take nothing away",
            "excludedAttributes",
            name => name.Contains(":extension:", StringComparison.Ordinal) ? "x" : name
        ),
        Each("sub-shows-all", "the name of a sub-attribute shows the whole attribute", "attributes", Outer),
        Each(
            "sub-takes-all",
            "the name of a sub-attribute takes the whole attribute away",
            "excludedAttributes",
            Outer
        ),
        Each(
            "sub-shows-nothing",
            "the name of a sub-attribute shows nothing",
            "attributes",
            name => Outer(name) == name ? name : "x"
        ),
        Each(
            "sub-takes-nothing",
            "the name of a sub-attribute takes nothing away",
            "excludedAttributes",
            name => Outer(name) == name ? name : "x"
        ),
        Named(
            "first-name-only",
            "of several attributes only the first is shown",
            Always,
            "attributes",
            names => names.Split(',')[0]
        ),
        Named(
            "first-excluded-only",
            "of several attributes only the first is taken away",
            Always,
            "excludedAttributes",
            names => names.Split(',')[0]
        ),
        Named(
            "space-behind-comma",
            "a name behind a comma and a space shows nothing",
            Always,
            "attributes",
            names => string.Join(',', names.Split(',').Where(name => name[..1] != " "))
        ),
    ];

    private static bool OfGroups(Ask ask) => ask.Path.StartsWith("Groups", StringComparison.Ordinal);

    public static string? Given(Ask ask, string parameter) =>
        IsList(ask) ? Parameter(ask, parameter) : ask.Query[parameter];

    public static Ask Changed(Ask ask, string parameter, Func<string, string?> change) =>
        Given(ask, parameter) is not { } given ? ask
        : IsList(ask) ? With(ask, parameter, change(given))
        : ask.With(parameter, change(given));

    private static Breakage Named(
        string name,
        string says,
        Func<Ask, bool> when,
        string parameter,
        Func<string, string?> change
    ) => new(name, Section, says, Asks(when, ask => Changed(ask, parameter, change)));

    private static Breakage Each(string name, string says, string parameter, Func<string, string> change) =>
        Named(
            name,
            says,
            Always,
            parameter,
            names => string.Join(',', names.Split(',').Select(one => change(one.Trim())))
        );

    private static bool IsExact(string name) =>
        Known.Types.All(type =>
            Name.Of(type, name) is not { } known || name.Contains(known.Attribute.Name, StringComparison.Ordinal)
        );

    // name.givenName is name.
    private static string Outer(string name) =>
        Known.Types.Any(type => Name.Of(type, name)?.Sub is not null) ? name[..name.LastIndexOf('.')] : name;
}

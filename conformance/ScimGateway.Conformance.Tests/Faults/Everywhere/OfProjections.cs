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
        new(
            "attributes-besides-the-rest",
            Section,
            "attributes shows what is asked for besides all else",
            Asks(Always, ask => Changed(ask, "attributes", _ => null))
        ),
        new(
            "id-only-if-asked",
            Section,
            "attributes shows no id where it is not named",
            Shows(ask => Given(ask, "attributes") is not null, (shown, _) => shown.Remove("id"))
        ),
        new(
            "schemas-only-if-asked",
            Section,
            "attributes shows no schemas where they are not named",
            Shows(ask => Given(ask, "attributes") is not null, (shown, _) => shown.Remove("schemas"))
        ),
        new(
            "meta-always",
            Section,
            "meta is shown whatever attributes names",
            Whole((shown, whole) => shown["meta"] = whole["meta"]?.DeepClone())
        ),
        new(
            "user-name-always",
            Section,
            "userName is shown whatever attributes names",
            Whole(
                (shown, whole) =>
                {
                    if (whole["userName"] is { } name)
                        shown["userName"] = name.DeepClone();
                }
            )
        ),
        new(
            "extension-always",
            Section,
            "an extension is shown whatever attributes names",
            Whole(
                (shown, whole) =>
                {
                    foreach (
                        var (name, value) in whole.Where(one => one.Key.StartsWith("urn:", StringComparison.Ordinal))
                    )
                        shown[name] = value?.DeepClone();
                }
            )
        ),
        new(
            "id-excluded",
            Section,
            "excludedAttributes takes id away",
            Shows(Excludes("id"), (shown, _) => shown.Remove("id"))
        ),
        new(
            "schemas-excluded",
            Section,
            "excludedAttributes takes schemas away",
            Shows(Excludes("schemas"), (shown, _) => shown.Remove("schemas"))
        ),
        new(
            "unknown-name-refused",
            Section,
            "an unknown name in attributes is answered with 500",
            Instead(
                ask =>
                    Given(ask, "attributes")
                        ?.Split(',')
                        .Any(name => Known.Types.All(type => Name.Of(type, name.Trim()) is null)) == true,
                () => Refused(500, null, "KeyNotFoundException")
            )
        ),
        new(
            "absent-shown-as-empty",
            "RFC7643-2.5",
            "what was asked for and has no value is shown as a text without letters",
            Empty
        ),
        new(
            "several-in-attributes-first-value",
            Section,
            "of several values only the first is shown where attributes names them",
            Shows(
                ask => Given(ask, "attributes") is not null,
                shown =>
                {
                    foreach (var (name, value) in shown.ToList())
                        if (value is JsonArray { Count: > 1 } values && name != "schemas")
                            shown[name] = new JsonArray(values[0]!.DeepClone());
                }
            )
        ),
        new(
            "members-not-in-lists",
            "RFC7643-7",
            "members are not shown in lists though they are returned by default",
            Shows(ask => IsList(ask) && Given(ask, "attributes") is null, (shown, _) => shown.Remove("members"))
        ),
        new(
            "groups-not-in-lists",
            "RFC7643-7",
            "the groups of users are not shown in lists though they are returned by default",
            Shows(ask => IsList(ask) && Given(ask, "attributes") is null, (shown, _) => shown.Remove("groups"))
        ),
        new(
            "extension-not-in-lists",
            "RFC7643-7",
            "extensions are not shown in lists",
            Shows(
                ask => IsList(ask) && Given(ask, "attributes") is null,
                (shown, _) =>
                {
                    foreach (
                        var name in shown
                            .Select(one => one.Key)
                            .Where(name => name.StartsWith("urn:", StringComparison.Ordinal))
                            .ToList()
                    )
                        shown.Remove(name);
                }
            )
        ),
        new(
            "lists-have-the-least",
            "RFC7643-7",
            "in lists only names are shown",
            Shows(
                ask => IsList(ask) && Given(ask, "attributes") is null,
                (shown, _) =>
                {
                    foreach (
                        var name in shown
                            .Select(one => one.Key)
                            .Where(name =>
                                name is not ("id" or "schemas" or "meta" or "userName" or "displayName" or "externalId")
                            )
                            .ToList()
                    )
                        shown.Remove(name);
                }
            )
        ),
    ];

    private static bool OfGroups(Ask ask) => ask.Path.StartsWith("Groups", StringComparison.Ordinal);

    private static string? Given(Ask ask, string parameter) =>
        IsList(ask) ? Parameter(ask, parameter) : ask.Query[parameter];

    private static Ask Changed(Ask ask, string parameter, Func<string, string?> change) =>
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

    private static Func<Ask, bool> Excludes(string name) =>
        ask => Given(ask, "excludedAttributes")?.Split(',').Any(one => Is(one.Trim(), name)) == true;

    private static Detour Whole(Action<JsonObject, JsonObject> change) =>
        (ask, scim) =>
            Shows(ask => Given(ask, "attributes") is not null, (shown, kept) => change(shown, scim.Whole(kept)))(
                ask,
                scim
            );

    private static Answer Empty(Ask ask, SoundScim scim) =>
        Shows(
            ask => Given(ask, "attributes") is not null,
            shown =>
            {
                foreach (
                    var name in Given(ask, "attributes")!
                        .Split(',')
                        .Where(name => !name.Contains('.') && !name.Contains(':'))
                )
                    shown[name] ??= "";
            }
        )(ask, scim);
}

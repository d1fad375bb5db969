using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.OfProjections;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>More or less is shown than is always or by default (RFC 7644 §3.9, RFC 7643 §7).</summary>
internal static class OfDefaults
{
    private const string Section = "RFC7644-3.9";

    public static readonly Breakage[] All =
    [
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
                foreach (var name in Given(ask, "attributes")!.Split(',').Select(name => name.Trim()))
                    if (Known.User.Attributes.Named(name) is { Type: "string", Returned: "default" } known)
                        shown[known.Name] ??= "";
            }
        )(ask, scim);
}

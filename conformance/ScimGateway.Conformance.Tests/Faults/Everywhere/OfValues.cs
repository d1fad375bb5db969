using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>Values are shown otherwise than their types have it (RFC 7643 §2).</summary>
internal static class OfValues
{
    public static readonly Breakage[] All =
    [
        Shown(
            "names-as-classes",
            "RFC7643-2.1",
            "names of attributes begin with a capital and schemas and id as well",
            shown =>
                Renamed(
                    shown,
                    name =>
                        name[0] == 'u' && name.StartsWith("urn:", StringComparison.Ordinal)
                            ? name
                            : char.ToUpperInvariant(name[0]) + name[1..]
                )
        ),
        Shown(
            "names-with-underscores",
            "RFC7643-2.1",
            "names of attributes have underscores",
            shown =>
                Renamed(
                    shown,
                    name =>
                        name.StartsWith("urn:", StringComparison.Ordinal)
                            ? name
                            : string.Concat(
                                name.Select(letter =>
                                    char.IsAsciiLetterUpper(letter) ? $"_{char.ToLowerInvariant(letter)}" : $"{letter}"
                                )
                            )
                )
        ),
        Shown(
            "flags-as-text",
            "RFC7643-2.3.2",
            "flags are texts",
            shown =>
                Valued(
                    shown,
                    value =>
                        value.GetValueKind() is JsonValueKind.True or JsonValueKind.False
                            ? JsonValue.Create(value.ToString())
                            : null
                )
        ),
        Shown(
            "flags-as-numbers",
            "RFC7643-2.3.2",
            "flags are 0 and 1",
            shown =>
                Valued(
                    shown,
                    value =>
                        value.GetValueKind() is JsonValueKind.True or JsonValueKind.False
                            ? JsonValue.Create(value.Flag() ? 1 : 0)
                            : null
                )
        ),
        Shown(
            "active-as-text",
            "RFC7643-4.1.1",
            "active is a text",
            shown =>
            {
                if (shown["active"] is { } active)
                    shown["active"] = active.ToString();
            }
        ),
        Shown(
            "id-as-number",
            "RFC7643-3.1",
            "id is a number",
            shown =>
            {
                if (shown["id"] is not null)
                    shown["id"] = 4711;
            }
        ),
        Shown(
            "one-value-without-list",
            "RFC7643-2.4",
            "of what has several values a single one has no list around it",
            shown =>
            {
                foreach (var (name, value) in shown.ToList())
                    if (value is JsonArray { Count: 1 } values && name != "schemas")
                        shown[name] = values[0]!.DeepClone();
            }
        ),
        Shown(
            "several-as-object",
            "RFC7643-2.4",
            "several values are an object with numbers for names",
            shown =>
            {
                foreach (var (name, value) in shown.ToList())
                    if (value is JsonArray values && name != "schemas")
                        shown[name] = new JsonObject(
                            values.Select((one, i) => KeyValuePair.Create($"{i}", one?.DeepClone()))
                        );
            }
        ),
        Shown(
            "several-as-texts",
            "RFC7643-2.4",
            "several values are texts, without type and primary",
            shown =>
            {
                foreach (var (name, value) in shown.ToList())
                    if (value is JsonArray values && name is "emails" or "phoneNumbers" or "members" or "roles")
                        shown[name] = new JsonArray([
                            .. Documents.Objects(value).Select(one => one["value"]?.DeepClone()),
                        ]);
            }
        ),
        Shown(
            "name-as-text",
            "RFC7643-4.1.1",
            "the name of a user is a text",
            shown =>
            {
                if (shown["name"] is JsonObject name)
                    shown["name"] = $"{name["givenName"]} {name["familyName"]}";
            }
        ),
        Shown(
            "manager-as-text",
            "RFC7643-4.3",
            "the manager of a user is a text",
            shown =>
            {
                if (shown[Known.Enterprise.Id] is JsonObject own && own["manager"]?["value"] is { } manager)
                    own["manager"] = manager.DeepClone();
            }
        ),
        Shown(
            "two-primary-shown",
            "RFC7643-2.4",
            "each value is shown as primary",
            shown =>
            {
                foreach (var name in new[] { "emails", "phoneNumbers", "addresses", "roles" })
                foreach (var one in Documents.Objects(shown[name]))
                    one["primary"] = true;
            }
        ),
        Shown(
            "ids-change",
            "RFC7643-3.1",
            "a user has another id in each answer",
            shown =>
            {
                if (shown["id"] is not null)
                    shown["id"] = $"{shown["id"]}-{Guid.NewGuid()}";
            }
        ),
        new(
            "id-in-lists-another",
            "RFC7643-3.1",
            "the id in lists is another than elsewhere",
            Shows(IsList, (shown, _) => shown["id"] = $"list-{shown["id"]}")
        ),
        new(
            "certificates-not-binary",
            "RFC7643-2.3.6",
            "certificates are not base64",
            Shows(
                Always,
                shown =>
                {
                    foreach (var one in Documents.Objects(shown["x509Certificates"]))
                        one["value"] = $"-----BEGIN CERTIFICATE-----\n{one["value"]}";
                }
            )
        ),
    ];

    private static Breakage Shown(string name, string section, string says, Action<JsonObject> change) =>
        new($"shown-{name}", section, says, Shows(Always, change));

    private static void Renamed(JsonObject shown, Func<string, string> change)
    {
        foreach (var (name, value) in shown.ToList())
        {
            shown.Remove(name);
            if (value is JsonObject within)
                Renamed(within, change);
            foreach (var one in value is JsonArray ? Documents.Objects(value) : [])
                Renamed(one, change);
            shown[change(name)] = value;
        }
    }

    private static void Valued(JsonObject shown, Func<JsonNode, JsonNode?> change)
    {
        foreach (var (name, value) in shown.ToList())
            if (value is JsonValue && change(value) is { } other)
                shown[name] = other;
            else
                foreach (var one in Documents.Objects(value))
                    Valued(one, change);
    }
}

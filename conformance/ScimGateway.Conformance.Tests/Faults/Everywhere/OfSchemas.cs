using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.OfDiscovery;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>Schemas say of attributes what is not so (RFC 7643 §7).</summary>
internal static class OfSchemas
{
    private const string Section = "RFC7643-7";

    public static readonly Breakage[] All =
    [
        Said("schema-flags-are-texts", "flags are said to be texts", "type", "string", Of("boolean")),
        Said(
            "schema-complex-are-texts",
            "what has sub-attributes is said to be a text",
            "type",
            "string",
            Of("complex")
        ),
        Said("schema-references-are-texts", "references are said to be texts", "type", "string", Of("reference")),
        Said(
            "schema-all-single",
            "what has several values is said to have one",
            "multiValued",
            false,
            one => one["multiValued"].Flag()
        ),
        Said("schema-all-several", "each attribute is said to have several values", "multiValued", true, _ => true),
        Said(
            "schema-names-not-required",
            "what is required is said not to be",
            "required",
            false,
            one => one["required"].Flag()
        ),
        Said(
            "schema-too-much-required",
            "displayName and active are said to be required",
            "required",
            true,
            Called("active", "displayName")
        ),
        Said(
            "schema-user-name-case-exact",
            "userName is said to be compared letter by letter",
            "caseExact",
            true,
            Called("userName")
        ),
        Said(
            "schema-all-case-exact",
            "each text is said to be compared letter by letter",
            "caseExact",
            true,
            Of("string")
        ),
        Said(
            "schema-none-case-exact",
            "no text is said to be compared letter by letter",
            "caseExact",
            false,
            _ => true
        ),
        Said("schema-all-read-write", "each attribute is said to be written", "mutability", "readWrite", _ => true),
        Said(
            "schema-groups-read-write",
            "the groups of a user are said to be written",
            "mutability",
            "readWrite",
            Called("groups")
        ),
        Said(
            "schema-members-read-only",
            "members are said to be read-only",
            "mutability",
            "readOnly",
            Called("members")
        ),
        Said(
            "schema-name-read-only",
            "the name of a user is said to be read-only",
            "mutability",
            "readOnly",
            Called("name", "displayName")
        ),
        Said(
            "schema-user-name-immutable",
            "userName is said never to change",
            "mutability",
            "immutable",
            Called("userName")
        ),
        Said("schema-password-read", "a password is said to be read", "mutability", "readWrite", Called("password")),
        Said(
            "schema-password-returned",
            "a password is said to be returned",
            "returned",
            "default",
            Called("password")
        ),
        Said(
            "schema-emails-never-returned",
            "e-mail addresses are said never to be returned",
            "returned",
            "never",
            Called("emails")
        ),
        Said(
            "schema-emails-on-request",
            "e-mail addresses are said to be returned on request",
            "returned",
            "request",
            Called("emails", "name")
        ),
        Said("schema-title-always", "title is said always to be returned", "returned", "always", Called("title")),
        Said(
            "schema-user-name-not-unique",
            "userName is said not to be unique",
            "uniqueness",
            "none",
            Called("userName")
        ),
        Said(
            "schema-display-name-unique",
            "displayName is said to be unique",
            "uniqueness",
            "server",
            Called("displayName")
        ),
        Said("schema-unknown-type", "the type of texts is one that there is not", "type", "text", Of("string")),
        Said(
            "schema-unknown-mutability",
            "mutability is a word that there is not",
            "mutability",
            "read-write",
            one => one["mutability"].Text() == "readWrite"
        ),
        Said(
            "schema-unknown-returned",
            "returned is a word that there is not",
            "returned",
            "yes",
            one => one["returned"].Text() == "default"
        ),
        .. new[]
        {
            "type",
            "multiValued",
            "required",
            "mutability",
            "returned",
            "uniqueness",
            "referenceTypes",
            "subAttributes",
            "description",
        }.Select(name => new Breakage(
            $"schema-without-{name}",
            Section,
            $"attributes have no {name}",
            Attributes(one => one.Remove(name))
        )),
        new(
            "schema-flags-as-text",
            Section,
            "true and false in schemas are texts",
            Attributes(one =>
            {
                foreach (var (name, value) in one.ToList())
                    if (
                        value?.GetValueKind()
                        is System.Text.Json.JsonValueKind.True
                            or System.Text.Json.JsonValueKind.False
                    )
                        one[name] = value.ToString().ToLowerInvariant();
            })
        ),
        .. new[]
        {
            "userName",
            "active",
            "emails",
            "name",
            "password",
            "groups",
            "members",
            "displayName",
            "addresses",
            "manager",
        }.Select(name => Missing($"schema-lacks-{name}", $"{name} is in no schema though it is shown", name)),
        Missing(
            "schema-lacks-rare",
            "title, locale and timezone are in no schema though they are shown",
            "title",
            "locale",
            "timezone",
            "userType"
        ),
        new(
            "schema-lacks-sub",
            Section,
            "a sub-attribute that is shown is in no schema",
            Attributes(one =>
            {
                if (one["subAttributes"] is JsonArray subs)
                    subs.RemoveAll(sub => sub!["name"].Text() is "givenName" or "type" or "primary");
            })
        ),
    ];

    private static Func<JsonObject, bool> Of(string type) => one => one["type"].Text() == type;

    private static Func<JsonObject, bool> Called(params string[] names) => one => names.Contains(one["name"].Text());

    private static Breakage Said(
        string name,
        string says,
        string member,
        JsonNode value,
        Func<JsonObject, bool> which
    ) =>
        new(
            name,
            Section,
            says,
            Attributes(one =>
            {
                if (which(one))
                    one[member] = value.DeepClone();
            })
        );

    // Attributes and their sub-attributes.
    public static Detour Attributes(Action<JsonObject> change) =>
        Schemas(schema =>
        {
            foreach (var one in schema.Values("attributes"))
            {
                foreach (var sub in one.Values("subAttributes"))
                    change(sub);
                change(one);
            }
        });

    private static Breakage Missing(string name, string says, params string[] names) =>
        new(
            name,
            Section,
            says,
            Schemas(schema => schema["attributes"]!.AsArray().RemoveAll(one => names.Contains(one!["name"].Text())))
        );
}

using System.Text.Json.Nodes;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7643;

/// <summary>Schemas (RFC 7643 §7, and §4 for those that it defines).</summary>
internal static class Schemas
{
    private static readonly string[] _types =
    [
        "string",
        "boolean",
        "decimal",
        "integer",
        "dateTime",
        "reference",
        "binary",
        "complex",
    ];
    private static readonly string[] _mutability = ["readOnly", "readWrite", "immutable", "writeOnly"];
    private static readonly string[] _returned = ["always", "never", "default", "request"];
    private static readonly string[] _common = ["schemas", "id", "externalId", "meta"];
    private static readonly string[] _uniqueness = ["none", "server", "global"];

    public static readonly Requirement[] All =
    [
        new(
            "RFC7643-7-id",
            Must,
            "the id of a schema is its URN",
            server =>
                Task.FromResult(
                    server.Announced.Schemas.Count == 0 ? Verdict.Skipped("there are no schemas to look at")
                    : server.Announced.Schemas.FirstOrDefault(one =>
                        one.At("id").AsText()?.StartsWith("urn:", StringComparison.OrdinalIgnoreCase) != true
                    )
                        is { } wrong
                        ? Verdict.Broken($"a schema has the id {wrong.At("id")?.ToJsonString()}")
                    : Verdict.Kept
                )
        ),
        new(
            "RFC7643-7-name",
            Must,
            "the name of a schema is a text, where it has one",
            server =>
                Task.FromResult(
                    server.Announced.Schemas.FirstOrDefault(one =>
                        one.At("name") is not null && one.At("name").AsText() is not { Length: > 0 }
                    )
                        is { } wrong
                        ? Verdict.Broken($"{wrong.At("id")} has the name {wrong.At("name")?.ToJsonString()}")
                    : server.Announced.Schemas.All(one => one.At("name") is null)
                        ? Verdict.Skipped("there are no schemas with a name")
                    : Verdict.Kept
                )
        ),
        new(
            "RFC7643-7-schemas",
            Must,
            "a schema has the schema of schemas",
            async server =>
            {
                var list = await server.GetAsync("Schemas");
                return list.Resources.Count == 0
                    ? Verdict.Skipped("there are no schemas to look at")
                    : Verdict.Of(list.Resources.All(one => one.Strings("schemas").Contains(Words.Schema)), list);
            }
        ),
        Attributes("name", "each attribute has a name", one => one.At("name").AsText() is { Length: > 0 }),
        Attributes("type", "each has one of the types of the RFC", one => Among(one, "type", _types)),
        Attributes(
            "multi-valued",
            "each says whether it has several values",
            one => one.At("multiValued").AsFlag() is not null
        ),
        Attributes(
            "required",
            "required is true or false",
            one => one.At("required") is null || one.At("required").AsFlag() is not null
        ),
        Attributes(
            "case-exact",
            "caseExact is true or false",
            one => one.At("caseExact") is null || one.At("caseExact").AsFlag() is not null
        ),
        Attributes(
            "mutability",
            "mutability is one of the RFC's",
            one => one.At("mutability") is null || Among(one, "mutability", _mutability)
        ),
        Attributes(
            "returned",
            "returned is one of the RFC's",
            one => one.At("returned") is null || Among(one, "returned", _returned)
        ),
        Attributes(
            "uniqueness",
            "uniqueness is one of the RFC's",
            one => one.At("uniqueness") is null || Among(one, "uniqueness", _uniqueness)
        ),
        Attributes(
            "sub-attributes",
            "what is complex has sub-attributes",
            one => one.At("type").AsText() != "complex" || one.Objects("subAttributes").Count > 0,
            Should
        ),
        Attributes(
            "reference-types",
            "a reference says to what",
            one => one.At("type").AsText() != "reference" || one.Strings("referenceTypes").Count > 0
        ),
        Attributes(
            "write-only",
            "what is written only is, as a rule, never returned",
            one => one.At("mutability").AsText() != "writeOnly" || one.At("returned").AsText() == "never",
            May
        ),
        Attributes(
            "ref",
            "what is called $ref is a reference",
            one => one.At("name").AsText() != "$ref" || one.At("type").AsText() == "reference",
            Should
        ),
        Attributes(
            "binary",
            "what is binary is case exact (RFC 7643 §2.3.6), as base64 is",
            one => one.At("type").AsText() != "binary" || one.At("caseExact").AsFlag() != false,
            Should
        ),
        Attributes(
            "description",
            "each has a description, as there is one of everything",
            one => one.At("description").AsText() is { Length: > 0 },
            Should
        ),
        new(
            "RFC7643-7-attribute-once",
            Should,
            "a schema defines each attribute once, by whichever case",
            server =>
            {
                var twice = server
                    .Announced.Schemas.SelectMany(schema =>
                        Named(schema.Objects("attributes"))
                            .GroupBy(name => name, StringComparer.OrdinalIgnoreCase)
                            .Where(name => name.Count() > 1)
                            .Select(name => $"{schema.At("id")} has {name.Key} more than once")
                    )
                    .FirstOrDefault();
                return Task.FromResult(
                    server.Announced.Schemas.Count == 0
                        ? Verdict.Skipped("there are no schemas to look at")
                        : Verdict.Of(twice is null, twice ?? "")
                );

                // Of an attribute and its sub-attributes.
                static IEnumerable<string> Named(IEnumerable<JsonObject> attributes) =>
                    attributes.SelectMany(one =>
                        one.Objects("subAttributes")
                            .Select(sub => $"{one.At("name")}.{sub.At("name")}")
                            .Distinct(StringComparer.OrdinalIgnoreCase)
                            .Prepend($"{one.At("name")}")
                    );
            }
        ),
        new(
            "RFC7643-7-name-said",
            Should,
            "a schema says its name",
            server =>
                Task.FromResult(
                    server.Announced.Schemas.Count == 0 ? Verdict.Skipped("there are no schemas to look at")
                    : server.Announced.Schemas.FirstOrDefault(one => !one.At("name").IsSomething()) is { } wrong
                        ? Verdict.Broken($"{wrong.At("id")} has no name")
                    : Verdict.Kept
                )
        ),
        Core(
            "user-name",
            "userName of users is required, unique and not case exact",
            Words.User,
            "userName",
            one =>
                one.At("required").AsFlag() == true
                && one.At("uniqueness").AsText() is "server" or "global"
                && one.At("caseExact").AsFlag() != true
        ),
        Core(
            "groups",
            "groups of users are read-only",
            Words.User,
            "groups",
            one => one.At("mutability").AsText() == "readOnly"
        ),
        Core(
            "password",
            "password of users is written only, and never returned",
            Words.User,
            "password",
            one => one.At("returned").AsText() == "never" && one.At("mutability").AsText() is null or "writeOnly"
        ),
        Core(
            "display-name",
            "displayName of groups is a text",
            Words.Group,
            "displayName",
            one => one.At("type").AsText() == "string"
        ),
        Core(
            "members",
            "members of groups are several and complex",
            Words.Group,
            "members",
            one => one.At("multiValued").AsFlag() == true && one.At("type").AsText() == "complex"
        ),
        new(
            "RFC7643-7-read-only",
            Must,
            "schemas are not changed by clients",
            async server =>
            {
                if (server.Announced.Schemas is not [var first, ..])
                    return Verdict.Skipped("there are no schemas to look at");
                var put = await server.PutAsync($"Schemas/{first.At("id")}", first);
                return Verdict.Of(!put.IsFine, put);
            }
        ),
        new(
            "RFC7643-7-written-only",
            Must,
            "what is written only, or is never returned, is in no answer",
            async server =>
            {
                var user = await server.MadeUserAsync();
                await server.GetAsync(Server.At(user));
                await server.GetAsync("Users?count=5");
                return server.Announced.Tell(user).Any()
                    ? Verdict.Kept
                    : Verdict.Skipped("there is no schema of users to look at");
            }
        )
        {
            Everywhere = Seen.WriteOnly,
            Needs = Feature.Users,
        },
        new(
            "RFC7643-7-returned-as-said",
            Must,
            "what resources have is what their schemas define",
            async server =>
            {
                if (server.Announced.Schemas.All(schema => schema.At("id").AsText() != Words.User))
                    return Verdict.Skipped("there is no schema of users");
                var user = await server.MadeUserAsync();
                var unknown = user.Select(member => member.Key)
                    .FirstOrDefault(name =>
                        !_common.Contains(name, StringComparer.OrdinalIgnoreCase)
                        && !name.StartsWith("urn:", StringComparison.OrdinalIgnoreCase)
                        && server.Announced.Attribute(Words.User, name) is null
                    );
                if (unknown is not null)
                    return Verdict.Broken($"a user has {unknown}, which its schema does not define");
                // What is sent beyond the schema may be refused or passed over; Everywhere looks at what is shown of it.
                var more = Samples.Beyond(server.Announced, server.User(), user.At("id").AsText());
                if (
                    more is not null
                    && await server.PostAsync("Users", more) is { IsFine: true, Json: JsonObject made }
                )
                    await server.GetAsync(Server.At(made));
                return Verdict.Kept;
            }
        )
        {
            Everywhere = Seen.Undefined,
            Needs = Feature.Users,
        },
    ];

    private static bool Among(JsonObject attribute, string name, string[] words) =>
        words.Contains(attribute.At(name).AsText(), StringComparer.Ordinal);

    private static Requirement Attributes(string word, string says, Func<JsonObject, bool> isSo, Level level = Must) =>
        new(
            $"RFC7643-7-attribute-{word}",
            level,
            says,
            server =>
            {
                var wrong = server
                    .Announced.Schemas.SelectMany(schema =>
                        All(schema.Objects("attributes")).Select(one => (Schema: schema, Attribute: one))
                    )
                    .FirstOrDefault(one => !isSo(one.Attribute));
                return Task.FromResult(
                    server.Announced.Schemas.Count == 0 ? Verdict.Skipped("there are no schemas to look at")
                    : wrong.Attribute is null ? Verdict.Kept
                    : Verdict.Broken($"in {wrong.Schema.At("id")}: {wrong.Attribute.ToJsonString()}")
                );

                static IEnumerable<JsonObject> All(IEnumerable<JsonObject> attributes) =>
                    attributes.SelectMany(one => All(one.Objects("subAttributes")).Prepend(one));
            }
        );

    private static Requirement Core(
        string word,
        string says,
        string schema,
        string attribute,
        Func<JsonObject, bool> isSo
    ) =>
        new(
            $"RFC7643-8.7.1-{word}",
            Must,
            says,
            server =>
                Task.FromResult(
                    server.Announced.Attribute(schema, attribute) is not { } defined
                        ? Verdict.Skipped($"{attribute} is not defined there")
                        : Verdict.Of(isSo(defined), defined.ToJsonString())
                )
        );
}

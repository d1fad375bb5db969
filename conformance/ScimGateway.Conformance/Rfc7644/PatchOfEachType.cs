using System.Globalization;
using System.Text.Json.Nodes;
using ScimGateway.Conformance.Rfc7643;
using static ScimGateway.Conformance.Level;
using static ScimGateway.Conformance.Rfc7644.Patching;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>
/// What a PATCH does to each kind of attribute, of users, their extensions, and types of the server's own (RFC 7644 §3.5.2).
/// A value or an operation that is refused says nothing: a server may have reasons.
/// </summary>
internal static class PatchOfEachType
{
    public static readonly Requirement[] All =
    [
        Changes(
            "3.5.2.3-replace-by-zero",
            "replace by zero, or by false, is a change to that value",
            one =>
                one is { IsKept: true, IsMany: false, Type: "integer" or "decimal" or "boolean" }
                && !Steps.IsSame(one.Name, "active"),
            (one, _) => one.Type == "boolean" ? true : 4,
            (one, _) => [Operation("replace", one.Path, one.Type == "boolean" ? false : 0)],
            (one, value, _) => one.Type == "boolean" ? value.AsFlag() == false : Number(value) == 0
        ),
        Changes(
            "3.5.2.3-replace-by-nothing",
            "replace by an empty list takes all values away (RFC 7643 §2.5)",
            IsList,
            (one, name) => new JsonArray(Value(one, name)),
            (one, _) => [Operation("replace", one.Path, new JsonArray())],
            (_, value, _) => !value.IsSomething()
        ),
        Changes(
            "3.5.2.3-replace-lists-without-path",
            "replace without a path replaces all values of what has several",
            IsList,
            (one, name) => new JsonArray(Value(one, name)),
            (one, name) => [Operation("replace", null, Within(one, new JsonArray(Value(one, $"{name}-2"))))],
            (one, value, name) => Texts(value).SequenceEqual(Texts(new JsonArray(Value(one, $"{name}-2"))))
        ),
        Changes(
            "3.5.2.1-add-twice",
            "of two operations that add to the same attribute each is done",
            IsList,
            (_, _) => null,
            (one, name) =>
                [
                    Operation("add", one.Path, new JsonArray(Value(one, name))),
                    Operation("add", one.Path, new JsonArray(Value(one, $"{name}-2", "home"))),
                ],
            (one, value, name) => HasBoth(one, value, name)
        ),
        Changes(
            "3.5.2.1-add-two-values",
            "add of a list adds each of its values",
            IsList,
            (_, _) => null,
            (one, name) =>
                [Operation("add", one.Path, new JsonArray(Value(one, name), Value(one, $"{name}-2", "home")))],
            (one, value, name) => HasBoth(one, value, name)
        ),
        Changes(
            "3.5.2.1-add-part",
            "add of some sub-attributes of a complex attribute keeps the others",
            one => one is { IsKept: true, IsMany: false, Type: "complex" } && Parts(one, "x") is { Count: > 1 },
            (one, name) => Parts(one, name),
            (one, name) => [Operation("add", one.Path, Parts(one, $"{name}-2", most: 1))],
            (one, value, name) =>
                Parts(one, name)!
                    .Skip(1)
                    .All(part => Steps.IsSame(value.Member(part.Key).AsText(), part.Value.AsText()))
        ),
        Changes(
            "3.5.2-filter-of-each",
            "a filter in a path selects among the values of whichever attribute has several, and is compared in any case",
            one => IsList(one) && one.Type == "complex" && IsText(one, "type"),
            (one, name) => new JsonArray(Value(one, name), Value(one, $"{name}-2", "home")),
            (one, name) =>
                [
                    Operation(
                        "replace",
                        $"{one.Path}[type eq \"WORK\"].value",
                        Value(one, $"{name}-3").At("value")?.DeepClone()
                    ),
                ],
            (one, value, name) =>
                Texts(value)
                    .Order()
                    .SequenceEqual(Texts(new JsonArray(Value(one, $"{name}-2"), Value(one, $"{name}-3"))).Order()),
            isAnswered: true
        ),
        Changes(
            "3.5.2-primary-of-each",
            "where another value becomes primary the former is so no more, whichever attribute it is",
            one => IsList(one) && Sub(one, "primary") is not null,
            (one, name) => new JsonArray(Primary(Value(one, name))),
            (one, name) => [Operation("add", one.Path, new JsonArray(Primary(Value(one, $"{name}-2", "home"))))],
            (one, value, name) =>
                (value as JsonArray ?? [])
                    .Where(each => each.At("primary").AsFlag() == true)
                    .All(each => Steps.IsSame(each.At("value").AsText(), Value(one, $"{name}-2").At("value").AsText()))
        ),
        new(
            "RFC7644-3.5.2.3-null-within",
            Must,
            "a member that is null in the value of a replace takes that attribute away, and the others are done (RFC 7643 §2.5)",
            async server =>
                await Kind.EachAsync(
                    server,
                    one => one is { IsKept: true, IsFreeText: true } && IsOptional(one),
                    async (kind, one) =>
                    {
                        var name = server.Name();
                        if (await kind.MadeAsync(sent => one.Put(sent, name)) is not { } made)
                            return null;
                        if (await kind.MadeAsync() is not { } bare || one.In(bare.Json).IsSomething())
                            return null; // the server has a value of its own
                        var patched = await server.PatchAsync(
                            kind.At(made.Json!),
                            Operation("replace", null, Within(one, null))
                        );
                        var read = await server.GetAsync(kind.At(made.Json!));
                        return patched.IsFine ? (!one.In(read.Json).IsSomething(), read) : null;
                    }
                )
        )
        {
            Needs = Feature.Patch,
        },
        new(
            "RFC7644-3.5.2-boolean-text",
            Must,
            "a text that PATCH gives for a boolean is refused, or is a boolean then (RFC 7643 §2.3.2)",
            async server =>
                await Kind.EachAsync(
                    server,
                    one => one is { IsKept: true, IsMany: false, Type: "boolean" },
                    async (kind, one) =>
                    {
                        if (await kind.MadeAsync(sent => one.Put(sent, true)) is not { } made)
                            return null;
                        await server.PatchAsync(kind.At(made.Json!), Operation("replace", one.Path, "False"));
                        var read = await server.GetAsync(kind.At(made.Json!));
                        return (one.In(read.Json).AsText() is null, read);
                    }
                )
        )
        {
            Needs = Feature.Patch,
        },
        new(
            "RFC7644-3.5.2.2-remove-required-of-each",
            Must,
            "what is required is not removed by PATCH, of whichever type",
            async server =>
                await Kind.EachAsync(
                    server,
                    one => one.Definition.At("required").AsFlag() == true && one is { IsKept: true, Extension: null },
                    async (kind, one) =>
                    {
                        if (await kind.MadeAsync() is not { } made)
                            return null;
                        await server.PatchAsync(kind.At(made.Json!), Operation("remove", one.Path));
                        var read = await server.GetAsync(kind.At(made.Json!));
                        return (one.In(read.Json).IsSomething(), read);
                    }
                )
        )
        {
            Needs = Feature.Patch,
        },
        new(
            "RFC7643-3-schemas-left",
            Should,
            "schemas has no extension of which nothing is left",
            async server =>
                await Kind.EachAsync(
                    server,
                    one => one is { Extension: not null, IsKept: true, IsFreeText: true } && IsOptional(one),
                    async (kind, one) =>
                    {
                        if (await kind.MadeAsync(sent => one.Put(sent, server.Name())) is not { } made)
                            return null;
                        if (!made.Json.Strings("schemas").Contains(one.Extension))
                            return null;
                        var patched = await server.PatchAsync(kind.At(made.Json!), Operation("remove", one.Path));
                        var read = await server.GetAsync(kind.At(made.Json!));
                        return patched.IsFine && !read.Json.Member(one.Extension!).IsSomething()
                            ? (!read.Json.Strings("schemas").Contains(one.Extension), read)
                            : null;
                    }
                )
        )
        {
            Needs = Feature.Patch,
        },
        Extension(
            "RFC7644-3.5.2.2-remove-extension",
            "remove with the URN of an extension takes all of it away, where such a path is taken",
            urn => Operation("remove", urn)
        ),
        Extension(
            "RFC7644-3.5.2.3-null-extension",
            "replace of an extension by null takes all of it away, where that is taken (RFC 7643 §2.5)",
            urn => Operation("replace", null, new JsonObject { [urn] = null })
        ),
        new(
            "RFC7644-3.5.2-several-extensions",
            Must,
            "an operation without a path has several extensions in its value",
            async server =>
            {
                var those = server
                    .Announced.Attributes("User")
                    .Where(one => one is { Extension: not null, IsKept: true, IsFreeText: true })
                    .DistinctBy(one => one.Extension)
                    .ToList();
                if (those.Count < 2)
                    return Verdict.Skipped("users have no two extensions with a text");
                var (user, name, value) = (await server.MadeUserAsync(), server.Name(), new JsonObject());
                foreach (var one in those)
                    value[one.Extension!] = new JsonObject { [one.Name] = name };
                var patched = await server.PatchAsync(Server.At(user), Operation("add", null, value));
                if (!patched.IsFine)
                    return Verdict.Skipped($"a text in each extension is refused: {patched}");
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(those.TrueForAll(one => Steps.IsSame(one.In(read.Json).AsText(), name)), read);
            }
        )
        {
            Needs = Feature.Users | Feature.Patch,
        },
        new(
            "RFC7644-3.5.2-atomic-extension",
            Must,
            "where one operation fails none is done, of an extension either",
            async server =>
                await Kind.EachAsync(
                    server,
                    one => one is { Extension: not null, IsKept: true, IsFreeText: true },
                    async (kind, one) =>
                    {
                        var name = server.Name();
                        if (await kind.MadeAsync(sent => one.Put(sent, name)) is not { } made)
                            return null;
                        var patched = await server.PatchAsync(
                            kind.At(made.Json!),
                            Operation("replace", one.Path, server.Name()),
                            Operation("replace", Steps.Undefined, "x")
                        );
                        var read = await server.GetAsync(kind.At(made.Json!));
                        return patched.IsFine ? null : (Steps.IsSame(one.In(read.Json).AsText(), name), read);
                    }
                )
        )
        {
            Needs = Feature.Patch,
        },
    ];

    // Each such attribute is as it has to be when operations were carried out.
    private static Requirement Changes(
        string word,
        string says,
        Func<Placed, bool> which,
        Func<Placed, string, JsonNode?> before,
        Func<Placed, string, JsonObject[]> operations,
        Func<Placed, JsonNode?, string, bool> isSo,
        bool isAnswered = false
    ) =>
        new(
            $"RFC7644-{word}",
            Must,
            says,
            async server =>
                await Kind.EachAsync(
                    server,
                    which,
                    async (kind, one) =>
                    {
                        var name = server.Name();
                        var first = before(one, name);
                        var made = await kind.MadeAsync(sent =>
                        {
                            if (first is not null || one.Extension is null && sent.Member(one.Name) is not null)
                                one.Put(sent, first);
                        });
                        if (made is null || one.In(made.Json).IsSomething() != first is not null)
                            return null;
                        var patched = await server.PatchAsync(kind.At(made.Json!), operations(one, name));
                        if (!patched.IsFine)
                            return isAnswered && patched.IsErrorOf(400, "noTarget", "invalidPath")
                                ? (false, patched)
                                : null;
                        var read = await server.GetAsync(kind.At(made.Json!));
                        return (isSo(one, one.In(read.Json), name), read);
                    }
                )
        )
        {
            Needs = Feature.Patch,
        };

    private static Requirement Extension(string id, string says, Func<string, JsonObject> operation) =>
        new(
            id,
            Should,
            says,
            async server =>
                await Kind.EachAsync(
                    server,
                    one => one is { Extension: not null, IsKept: true, IsFreeText: true } && IsOptional(one),
                    async (kind, one) =>
                    {
                        if (await kind.MadeAsync(sent => one.Put(sent, server.Name())) is not { } made)
                            return null;
                        var patched = await server.PatchAsync(kind.At(made.Json!), operation(one.Extension!));
                        var read = await server.GetAsync(kind.At(made.Json!));
                        return patched.IsFine ? (!one.In(read.Json).IsSomething(), read) : null;
                    }
                )
        )
        {
            Needs = Feature.Patch,
        };

    private static bool IsOptional(Placed one) => one.Definition.At("required").AsFlag() != true;

    private static JsonObject? Sub(Placed one, string name) =>
        one.Definition.Objects("subAttributes").FirstOrDefault(sub => Steps.IsSame(sub.At("name").AsText(), name));

    private static bool IsText(Placed one, string sub) =>
        Sub(one, sub) is { } definition
        && definition.At("type").AsText() is null or "string"
        && definition.At("mutability").AsText() is null or "readWrite"
        && definition.At("caseExact").AsFlag() != true;

    // Texts, or objects with a text for their value; numbers of telephones have a form of their own.
    private static bool IsList(Placed one) =>
        one is { IsKept: true, IsMany: true }
        && !Steps.IsSame(one.Name, "phoneNumbers")
        && (
            one.Type == "string" && one.Definition.Strings("canonicalValues").Count == 0
            || one.Type == "complex" && IsText(one, "value") && Samples.Of(one.Definition, "x") is not null
        );

    private static JsonNode Value(Placed one, string name, string type = "work")
    {
        if (one.Type == "string")
            return name;
        var value = new JsonObject { ["value"] = Steps.IsSame(one.Name, "emails") ? $"{name}@example.com" : name };
        if (IsText(one, "type"))
            value["type"] = type;
        return value;
    }

    private static JsonNode Primary(JsonNode value)
    {
        value["primary"] = true;
        return value;
    }

    private static List<string> Texts(JsonNode? list) =>
        (list as JsonArray ?? [])
            .Select(one => (one.AsText() ?? one.At("value").AsText() ?? "").ToUpperInvariant())
            .ToList();

    private static bool HasBoth(Placed one, JsonNode? value, string name) =>
        Texts(new JsonArray(Value(one, name), Value(one, $"{name}-2"))).All(text => Texts(value).Contains(text));

    // Texts of a complex attribute, each with a name in it.
    private static JsonObject? Parts(Placed one, string name, int most = int.MaxValue) =>
        Samples.Of(one.Definition, name) is JsonObject sample
            ? new JsonObject(
                sample
                    .Where(part => part.Value.AsText() is not null)
                    .Take(most)
                    .Select(part => KeyValuePair.Create(part.Key, part.Value?.DeepClone()))
            )
            : null;

    private static JsonObject Within(Placed one, JsonNode? value)
    {
        var members = new JsonObject { [one.Name] = value };
        return one.Extension is null ? members : new JsonObject { [one.Extension] = members };
    }

    private static double? Number(JsonNode? value) =>
        value is JsonValue && double.TryParse(value.ToJsonString(), CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}

using System.Globalization;
using System.Text.Json.Nodes;
using ScimGateway.Conformance.Rfc7644;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7643;

/// <summary>
/// What schemas say of an attribute, asked of users, their extensions, and types of the server's own (RFC 7643 §2, §7). A
/// value that is refused says nothing, unless it is the one that there was.
/// </summary>
internal static class OfEachType
{
    public static readonly Requirement[] All =
    [
        new(
            "RFC7643-2.3-digits",
            Must,
            "a number that is taken comes back with all its digits",
            async server =>
                await Kind.EachAsync(
                    server,
                    one => one is { IsKept: true, IsMany: false, Type: "integer" or "decimal" },
                    async (kind, one) =>
                    {
                        JsonNode number = one.Type == "integer" ? 3_000_000_000 : 1.2345;
                        var made = await kind.MadeAsync(sent => one.Put(sent, number.DeepClone()));
                        return made is null ? null : (Number(one.In(made.Json)) == Number(number), made);
                    }
                )
        ),
        new(
            "RFC7643-2.3.4-whole",
            Must,
            "what has a fraction is not taken as an integer",
            async server =>
                await Kind.EachAsync(
                    server,
                    one => one is { IsKept: true, IsMany: false, Type: "integer" },
                    async (kind, one) =>
                    {
                        var made = await kind.MadeAsync(sent => one.Put(sent, 3.7));
                        return (made is null || !one.In(made.Json).IsSomething(), made);
                    }
                )
        ),
        new(
            "RFC7643-2.3.6-padding",
            Must,
            "what is binary keeps its bytes, and its padding (RFC 4648 §3.2)",
            async server =>
                await Kind.EachAsync(
                    server,
                    one => one is { IsKept: true, IsMany: false, Type: "binary" },
                    async (kind, one) =>
                    {
                        var made = await kind.MadeAsync(sent => one.Put(sent, "QQ=="));
                        return made is null ? null : (one.In(made.Json).AsText() == "QQ==", made);
                    }
                )
        ),
        new(
            "RFC7643-2.4-primary-of-each",
            Must,
            "one value at most is primary, whichever attribute it is",
            async server =>
                await Kind.EachAsync(
                    server,
                    one =>
                        one is { IsKept: true, IsMany: true, Type: "complex" }
                        && one.Definition.Objects("subAttributes")
                            .Any(sub => Steps.IsSame(sub.At("name").AsText(), "primary"))
                        && Samples.Of(one.Definition, "x") is not null,
                    async (kind, one) =>
                    {
                        var values = new JsonArray();
                        for (var i = 0; i < 2; i++)
                        {
                            var value = Samples.Of(one.Definition, server.Name())![0]!.DeepClone();
                            (value["primary"], value["type"]) = (true, i == 0 ? "work" : "home");
                            values.Add(value);
                        }
                        var made = await kind.MadeAsync(sent => one.Put(sent, values));
                        return (
                            made is null
                                || (one.In(made.Json) as JsonArray ?? []).Count(each =>
                                    each.At("primary").AsFlag() == true
                                ) <= 1,
                            made
                        );
                    }
                )
        ),
        new(
            "RFC7643-7-unique-changed",
            Must,
            "what is unique is not given by PATCH or PUT, either, where another resource has it",
            async server =>
                await Kind.EachAsync(
                    server,
                    IsUnique,
                    async (kind, one) =>
                    {
                        var (name, other) = (server.Name(), server.Name());
                        var first = await kind.MadeAsync(sent => one.Put(sent, name));
                        var second = await kind.MadeAsync(sent => one.Put(sent, other));
                        if (first is null || second is null || !Steps.IsSame(one.In(second.Json).AsText(), other))
                            return null;
                        List<Exchange> done =
                        [
                            await server.PutAsync(
                                kind.At(second.Json!),
                                Values.Changed(kind.Body(), sent => one.Put(sent, name))
                            ),
                        ];
                        if (server.Announced.Has(Feature.Patch))
                            done.Add(
                                await server.PatchAsync(
                                    kind.At(second.Json!),
                                    Patching.Operation("replace", one.Path, name)
                                )
                            );
                        var read = await server.GetAsync(kind.At(second.Json!));
                        return
                            done.Find(answer => answer.IsFine) is { } taken
                            && Steps.IsSame(one.In(read.Json).AsText(), name)
                            ? (false, taken)
                            : (true, read);
                    }
                )
        ),
        new(
            "RFC7643-7-unique-case",
            Must,
            "what is unique and case exact differs in its case alone",
            async server =>
                await Kind.EachAsync(
                    server,
                    one => IsUnique(one) && one.Definition.At("caseExact").AsFlag() == true,
                    async (kind, one) =>
                    {
                        var name = $"Case-{server.Name()}";
                        if (await kind.MadeAsync(sent => one.Put(sent, name)) is null)
                            return null;
                        var second = await server.PostAsync(
                            kind.Endpoint,
                            Values.Changed(kind.Body(), sent => one.Put(sent, Steps.Swapped(name)))
                        );
                        return (second.Status != 409, second);
                    }
                )
        ),
        new(
            "RFC7643-7-unique-freed",
            Must,
            "what was unique to a resource that is deleted may be had by another (RFC 7644 §3.6)",
            async server =>
                await Kind.EachAsync(
                    server,
                    one => IsUnique(one) && !Steps.IsSame(one.Name, "userName"),
                    async (kind, one) =>
                    {
                        var name = server.Name();
                        if (await kind.MadeAsync(sent => one.Put(sent, name)) is not { } made)
                            return null;
                        if (!(await server.DeleteAsync(kind.At(made.Json!))).IsFine)
                            return null;
                        var again = await server.PostAsync(
                            kind.Endpoint,
                            Values.Changed(kind.Body(), sent => one.Put(sent, name))
                        );
                        return (again.Status != 409, again);
                    }
                )
        ),
        new(
            "RFC7643-7-immutable-same",
            Must,
            "PUT with the value that an immutable attribute has is done (RFC 7644 §3.5.1)",
            async server =>
                await Kind.EachAsync(
                    server,
                    one =>
                        one.Definition.At("mutability").AsText() == "immutable" && one.IsFreeText && one.Name != "id",
                    async (kind, one) =>
                    {
                        var (name, body) = (server.Name(), kind.Body());
                        one.Put(body, name);
                        var made = await server.PostAsync(kind.Endpoint, body);
                        if (!made.IsFine || one.In(made.Json).AsText() != name)
                            return null;
                        var put = await server.PutAsync(kind.At(made.Json!), body);
                        return (put.IsFine, put);
                    }
                )
        ),
        new(
            "RFC7643-7-read-only-of-own",
            Must,
            "what is read-only is taken neither by POST nor by PUT in a type of the server's own, and is answered as it is",
            async server =>
                await EachOfOwnAsync(
                    server,
                    one =>
                        one.Definition.At("mutability").AsText() == "readOnly"
                        && one is { IsMany: false, Type: "string" },
                    async (kind, one) =>
                    {
                        var sent = kind.Body();
                        one.Put(sent, "sent by a client");
                        var made = await server.PostAsync(kind.Endpoint, sent);
                        if (!made.IsFine)
                            return null;
                        await server.PutAsync(kind.At(made.WithResource().Json!), sent);
                        var read = await server.GetAsync(kind.At(made.Json!));
                        return one.In(made.Json).AsText() == "sent by a client"
                            ? (false, made)
                            : (one.In(read.Json).AsText() != "sent by a client", read);
                    }
                )
        ),
        new(
            "RFC7643-7-returned-of-own",
            Must,
            "what is always returned, on request or never is so in a type of the server's own, whatever is asked for",
            async server =>
                await EachOfOwnAsync(
                    server,
                    one =>
                        one.IsFreeText
                        && one.Definition.At("returned").AsText() is "always" or "request" or "never"
                        && one.Definition.At("mutability").AsText() != "readOnly",
                    async (kind, one) =>
                    {
                        var name = server.Name();
                        if (await kind.MadeAsync(sent => one.Put(sent, name)) is not { } made)
                            return null;
                        var at = kind.At(made.Json!);
                        var asked = await server.GetAsync($"{at}?attributes={Uri.EscapeDataString(one.Path)}");
                        var other = await server.GetAsync($"{at}?attributes=meta");
                        var without = await server.GetAsync(
                            $"{at}?excludedAttributes={(one.Definition.At("returned").AsText() == "always" ? Uri.EscapeDataString(one.Path) : "meta")}"
                        );
                        Exchange[] answers = [made, asked, other, without];
                        bool[] wanted = one.Definition.At("returned").AsText() switch
                        {
                            "always" => [true, true, true, true],
                            "request" => [false, true, false, false],
                            _ => [false, false, false, false],
                        };
                        var wrong = Array.FindIndex(
                            wanted.Zip(answers).ToArray(),
                            both => both.Second.IsFine && one.In(both.Second.Json).IsSomething() != both.First
                        );
                        return (wrong < 0, answers[Math.Max(wrong, 0)]);
                    }
                )
        ),
        new(
            "RFC7643-7-required-alone",
            Should,
            "a resource of a type of the server's own with what its schema requires is made",
            async server =>
                await OfOwnAsync(
                    server,
                    async kind =>
                    {
                        var made = await server.PostAsync(kind.Endpoint, kind.Body());
                        return Verdict.Of(made.Status is not (400 or >= 500), made);
                    }
                )
        ),
        new(
            "RFC7643-3.1-of-own",
            Must,
            "a resource of a type of the server's own has an id of the server's, and the name of its type in meta",
            async server =>
                await OfOwnAsync(
                    server,
                    async kind =>
                    {
                        if (await kind.MadeAsync(sent => sent["id"] = "chosen-by-the-client") is not { } made)
                            return Verdict.Skipped("a resource with an id is refused");
                        return Verdict.Of(
                            made.TextOf("id") is { Length: > 0 } and not "chosen-by-the-client"
                                && (made["meta"] is null || made.TextOf("meta.resourceType") == kind.Type),
                            made
                        );
                    }
                )
        ),
    ];

    private static bool IsUnique(Placed one) =>
        one.IsKept && one.IsFreeText && one.Definition.At("uniqueness").AsText() is "server" or "global";

    private static double? Number(JsonNode? value) =>
        value is JsonValue && double.TryParse(value.ToJsonString(), CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <summary>What is asked of each type of the server's own.</summary>
    public static async Task<Verdict> OfOwnAsync(Server server, Func<Kind, Task<Verdict>> look) =>
        Kind.Own(server) is { Count: > 0 } own
            ? await Steps.EachAsync(own, look)
            : Verdict.Skipped("there are users and groups alone");

    private static async Task<Verdict> EachOfOwnAsync(
        Server server,
        Func<Placed, bool> which,
        Func<Kind, Placed, Task<(bool, Exchange?)?>> look
    ) =>
        Kind.Own(server).Count == 0
            ? Verdict.Skipped("there are users and groups alone")
            : await Kind.EachAsync(
                server,
                which,
                async (kind, one) => kind.Type == "User" ? null : await look(kind, one)
            );
}

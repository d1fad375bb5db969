using System.Globalization;
using System.Text.Json.Nodes;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7643;

/// <summary>
/// What a server's own schemas promise of each attribute (RFC 7643 §7), of users, groups and whatever types it has of its own.
/// </summary>
internal static class RoundTrips
{
    public static readonly Requirement[] All =
    [
        new(
            "RFC7643-7-round-trip-user",
            Should,
            "each attribute of users that clients may write comes back as it was written",
            server => TripAsync(server, "User", server.User())
        )
        {
            Needs = Feature.Users,
            Mend = "An attribute that is not kept is better not announced.",
        },
        new(
            "RFC7643-7-round-trip-group",
            Should,
            "each attribute of groups that clients may write comes back as it was written",
            server => TripAsync(server, "Group", server.Group())
        )
        {
            Needs = Feature.Groups,
        },
        new(
            "RFC7643-7-round-trip-extension",
            Should,
            "each attribute of an extension that clients may write comes back as it was written",
            async server =>
            {
                var extensions = server
                    .Announced.Type("User")
                    .Objects("schemaExtensions")
                    .Select(one => server.Announced.Schema(one.At("schema").AsText()))
                    .OfType<JsonObject>()
                    .ToList();
                foreach (var schema in extensions)
                {
                    var (id, sent) = (schema.At("id").AsText()!, server.User());
                    sent["schemas"] = new JsonArray(Words.User, id);
                    sent[id] = Samples.All(schema.Objects("attributes"), server.Name());
                    if (await KeptAsync(server, "Users", sent, id) is { Outcome: not Outcome.Passed } verdict)
                        return verdict;
                }
                return extensions.Count == 0 ? Verdict.Skipped("users have no extension") : Verdict.Kept;
            }
        )
        {
            Needs = Feature.Users,
            Mend = "An attribute that is not kept is better not announced.",
        },
        new(
            "RFC7643-7-case-exact",
            Must,
            "what is case exact by its schema keeps its case",
            async server =>
            {
                var exact = server
                    .Announced.Definitions("User")
                    .Where(one =>
                        one.At("caseExact").AsFlag() == true
                        && one.At("type").AsText() is "string" or "reference"
                        && one.At("multiValued").AsFlag() != true
                    )
                    .ToList();
                var values = Samples.All(exact, $"Case-{server.Name()}");
                var sent = server.User();
                foreach (var (name, value) in values)
                    if (sent.Member(name) is null)
                        sent[name] = value?.DeepClone();
                var made = await server.PostAsync("Users", sent);
                if (!made.IsFine || values.Count == 0)
                    return Verdict.Skipped("users have nothing that is case exact and may be written");
                var read = await server.GetAsync(Server.At(made.WithResource().Json!));
                var other = values.FirstOrDefault(one =>
                    read.TextOf(one.Key) is { } text
                    && Steps.IsSame(text, one.Value.AsText())
                    && text != one.Value.AsText()
                );
                return Verdict.Of(other.Key is null, $"{other.Key} was sent as {other.Value?.ToJsonString()}: {read}");
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7643-7-returned",
            Must,
            "what is always returned is there whatever is asked for, and what is on request is not there unasked",
            async server =>
            {
                var always = server
                    .Announced.Definitions("User")
                    .Where(one =>
                        one.At("returned").AsText() == "always"
                        && one.At("mutability").AsText() is null or "readWrite" or "immutable"
                    )
                    .ToList();
                var sent = server.User();
                foreach (var definition in always)
                    if (Samples.Of(definition, server.Name()) is { } sample)
                        sent[definition.At("name").AsText()!] ??= sample;
                var made = await server.PostAsync("Users", sent);
                if (!made.IsFine)
                    return Verdict.Skipped($"a user with all that is always returned is refused: {made}");
                var whole = await server.GetAsync(Server.At(made.WithResource().Json!));
                var part = await server.GetAsync($"{Server.At(made.Json!)}?attributes=id");
                var missing = always
                    .Select(one => one.At("name").AsText()!)
                    .FirstOrDefault(name => whole[name].IsSomething() && !part[name].IsSomething());
                return Verdict.Of(missing is null, $"{missing} is not there: {part}");
            }
        )
        {
            Everywhere = Seen.OnRequest,
            Needs = Feature.Users,
        },
        new(
            "RFC7643-7-read-only-group",
            Must,
            "members that are read-only by the schema are not taken from clients",
            async server =>
            {
                if (server.Announced.Attribute(Words.Group, "members").At("mutability").AsText() != "readOnly")
                    return Verdict.Kept;
                var user = await server.MadeUserAsync();
                var made = await server.PostAsync("Groups", server.Group(user.At("id").AsText()!));
                return Verdict.Of(!made.IsFine || !made["members"].IsSomething(), made);
            }
        )
        {
            Needs = Feature.Users | Feature.Groups,
        },
        new(
            "RFC7643-7-round-trip-own",
            Should,
            "resources of types of the server's own are made, read and removed as their schemas say",
            async server =>
            {
                var own = server
                    .Announced.Types.Where(type => type.At("name").AsText() is not ("User" or "Group"))
                    .ToList();
                foreach (var type in own)
                {
                    var verdict = await TripAsync(server, type.At("name").AsText()!, []);
                    if (verdict.Outcome != Outcome.Passed)
                        return verdict;
                }
                return own.Count == 0 ? Verdict.Skipped("there are users and groups alone") : Verdict.Kept;
            }
        ),
        new(
            "RFC7643-7-read-only-all",
            Must,
            "no attribute that is read-only takes what a client sends",
            async server =>
            {
                var those = server
                    .Announced.Attributes("User")
                    .Where(one =>
                        one.Definition.At("mutability").AsText() == "readOnly"
                        && Samples.Of(one.Definition, "x") is not null
                    )
                    .ToList();
                if (those.Count == 0)
                    return Verdict.Skipped(
                        "users have nothing that is read-only but references, which RFC7644-3.3-read-only sends"
                    );
                var made = await server.PostAsync(
                    "Users",
                    Values.Changed(
                        server.User(),
                        sent => those.ForEach(one => one.Put(sent, Samples.Of(one.Definition, "sent by a client")))
                    )
                );
                if (!made.IsFine)
                    return Verdict.Of(made.Status == 400, made); // §7: ignored, or refused
                var taken = those.Find(one =>
                    one.In(made.Json)?.ToJsonString().Contains("sent by a client", StringComparison.Ordinal) == true
                );
                return Verdict.Of(taken is null, $"{taken?.Path} is what was sent: {made}");
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7643-7-unique",
            Must,
            "what is unique by its schema is not had by two users",
            async server =>
            {
                var unique = server
                    .Announced.Attributes("User")
                    .Where(one =>
                        one.Definition.At("uniqueness").AsText() is "server" or "global"
                        && one.Definition.At("mutability").AsText() is null or "readWrite" or "immutable"
                        && one.IsFreeText
                        && one.Name.ToUpperInvariant() is not ("USERNAME" or "ID")
                    )
                    .ToList();
                if (unique.Count == 0)
                    return Verdict.Skipped("nothing but userName is unique");
                foreach (var one in unique)
                {
                    var value = server.Name();
                    await server.MadeUserAsync(user => one.Put(user, value));
                    var second = await server.PostAsync(
                        "Users",
                        Values.Changed(server.User(), user => one.Put(user, value))
                    );
                    if (second.IsFine)
                        return Verdict.Broken($"{one.Path}: {second}");
                }
                return Verdict.Kept;
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7643-7-immutable",
            Must,
            "what is immutable is not changed once it has a value",
            async server =>
            {
                var immutable = server
                    .Announced.Attributes("User")
                    .Where(one =>
                        one.Definition.At("mutability").AsText() == "immutable" && one.IsFreeText && one.Name != "id"
                    )
                    .ToList();
                foreach (var one in immutable)
                {
                    var first = server.Name();
                    var user = await server.MadeUserAsync(sent => one.Put(sent, first));
                    if (one.In(user).AsText() != first)
                        continue; // it is not kept, as the round trip tells
                    one.Put(user, server.Name());
                    await server.PutAsync(Server.At(user), user);
                    var read = await server.GetAsync(Server.At(user));
                    if (one.In(read.Json).AsText() != first)
                        return Verdict.Broken(read);
                }
                return immutable.Count == 0 ? Verdict.Skipped("users have nothing that is immutable") : Verdict.Kept;
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7643-7-required-all",
            Must,
            "what is required by its schema is not left out",
            async server =>
            {
                foreach (
                    var definition in server
                        .Announced.Definitions("User")
                        .Where(one => one.At("required").AsFlag() == true)
                )
                {
                    var name = definition.At("name").AsText()!;
                    if (definition.At("mutability").AsText() is not (null or "readWrite" or "immutable"))
                        continue;
                    var made = await server.PostAsync(
                        "Users",
                        Values.Changed(server.User(), user => user.Without(name))
                    );
                    if (made.IsFine)
                        return Verdict.Broken($"without {name}: {made}");
                }
                return Verdict.Kept;
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7643-7-extension-required",
            Must,
            "an extension that is required is not left out",
            async server =>
            {
                var required = server
                    .Announced.Type("User")
                    .Objects("schemaExtensions")
                    .FirstOrDefault(one => one.At("required").AsFlag() == true);
                if (required.At("schema").AsText() is not { } schema)
                    return Verdict.Skipped("no extension of users is required");
                var made = await server.PostAsync(
                    "Users",
                    Values.Changed(
                        server.User(),
                        user =>
                        {
                            user.Remove(schema);
                            user["schemas"] = new JsonArray(Words.User);
                        }
                    )
                );
                return Verdict.Of(!made.IsFine, made);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7643-7-not-unique",
            Must,
            "two groups may have the same displayName where its schema says that it is not unique",
            async server =>
            {
                if (server.Announced.Attribute(Words.Group, "displayName")?.At("uniqueness").AsText() != "none")
                    return Verdict.Skipped("displayName of groups is not said to be without uniqueness");
                var group = await server.MadeGroupAsync();
                var second = await server.PostAsync(
                    "Groups",
                    Values.Changed(server.Group(), other => other["displayName"] = group.At("displayName").AsText())
                );
                return Verdict.Of(second.IsFine, second);
            }
        )
        {
            Needs = Feature.Groups,
        },
    ];

    /// <summary>Makes a resource with all that may be written, and reads whether it was kept.</summary>
    public static async Task<Verdict> TripAsync(Server server, string typeName, JsonObject begun)
    {
        var type = server.Announced.Type(typeName);
        if (
            type.At("endpoint").AsText() is not { } endpoint
            || server.Announced.Definitions(typeName) is not { Count: > 0 } definitions
        )
            return Verdict.Skipped($"there is no schema of {typeName} to look at");
        var sent = begun;
        sent["schemas"] ??= new JsonArray(type.At("schema").AsText());
        foreach (var (name, sample) in Samples.All(definitions, server.Name()))
            if (sent.Member(name) is null)
                sent[name] = sample?.DeepClone();
        return await KeptAsync(server, endpoint.Trim('/'), sent);
    }

    // Whether a resource is read as it was sent, or one attribute of it alone.
    private static async Task<Verdict> KeptAsync(Server server, string endpoint, JsonObject sent, string? alone = null)
    {
        var made = await server.PostAsync(endpoint, sent);
        if (made.Status is 404 or 405 or 501)
            return Verdict.Broken(made);
        if (!made.IsFine)
            return Verdict.Skipped(
                $"a resource with all attributes is refused, for which a server may have reasons: {made}"
            );
        var read = await server.GetAsync($"{endpoint}/{Server.Id(made.WithResource().Json!)}");
        foreach (var (name, value) in sent)
            if (name == (alone ?? name) && name != "schemas" && !IsKept(value, read.Json.Member(name)))
                return Verdict.Broken($"{name} was sent as {value!.ToJsonString()}: {read}");
        return Verdict.Kept;
    }

    // At least what was sent is there; how it is written, as case, blanks of a number and the digits of a time, is the server's.
    private static bool IsKept(JsonNode? sent, JsonNode? read) =>
        sent switch
        {
            JsonObject members => members.All(member =>
                member.Key == "primary" || IsKept(member.Value, read.Member(member.Key))
            ),
            JsonArray { Count: > 0 } values => read is JsonArray found
                && values.All(value => found.Any(one => IsKept(value, one))),
            null => true,
            _ when !sent.IsSomething() => !read.IsSomething(),
            _ => read is JsonValue && (Plainly(sent) == Plainly(read) || IsInstant(sent, read)),
        };

    // The same time in another zone, or with more digits, is the same (RFC 7643 §2.3.5).
    private static bool IsInstant(JsonNode sent, JsonNode read) =>
        Values.IsDateTime(sent.AsText() ?? "")
        && DateTimeOffset.TryParse(
            read.AsText(),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var at
        )
        && at == DateTimeOffset.Parse(sent.AsText()!, CultureInfo.InvariantCulture);

    private static string Plainly(JsonNode value) =>
        string.Concat(value.ToString().Where(char.IsLetterOrDigit)).ToUpperInvariant();
}

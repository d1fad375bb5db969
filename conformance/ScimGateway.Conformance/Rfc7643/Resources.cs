using System.Text.Json.Nodes;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7643;

/// <summary>What all resources have (RFC 7643 §3).</summary>
internal static class Resources
{
    public static readonly Requirement[] All =
    [
        new(
            "RFC7643-3-schemas",
            Must,
            "each resource says which schemas it has",
            async server =>
            {
                var user = await server.MadeUserAsync();
                return Verdict.Of(user.Strings("schemas").Contains(Words.User), Shown(user));
            }
        )
        {
            Everywhere = Seen.Schemas,
            Needs = Feature.Users,
        },
        new(
            "RFC7643-3-schemas-known",
            Must,
            "these are schemas of its resource type, and each is named once",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var type = server.Announced.Type("User");
                if (type is null)
                    return Verdict.Skipped("there is no resource type User");
                var known = type.Objects("schemaExtensions")
                    .Select(one => one.At("schema").AsText())
                    .Append(type.At("schema").AsText());
                var schemas = user.Strings("schemas");
                return Verdict.Of(
                    schemas.All(known.Contains) && schemas.Distinct().Count() == schemas.Count,
                    Shown(user)
                );
            }
        )
        {
            Everywhere = Seen.OfType,
            Needs = Feature.Users,
        },
        new(
            "RFC7643-3-schemas-order",
            Must,
            "their order means nothing",
            async server =>
            {
                var user = server.User();
                user["schemas"] = new JsonArray(Words.Enterprise, Words.User);
                user[Words.Enterprise] = new JsonObject { ["department"] = "Boats" };
                var made = await server.PostAsync("Users", user);
                return Verdict.Of(made.IsFine, made);
            }
        )
        {
            Needs = Feature.Users | Feature.Enterprise,
        },
        new(
            "RFC7643-3.1-id",
            Must,
            "each resource has an id, and no other has it",
            async server =>
            {
                var one = (await server.PostAsync("Users", server.User())).WithResource();
                var other = (await server.PostAsync("Users", server.User())).WithResource();
                return Verdict.Of(
                    one.TextOf("id") is { Length: > 0 } id && id != other.TextOf("id"),
                    $"{Shown(one.Json!)} {Shown(other.Json!)}"
                );
            }
        )
        {
            Everywhere = Seen.Id,
            Needs = Feature.Users,
        },
        new(
            "RFC7643-3.1-id-stable",
            Must,
            "the id stays when the resource changes",
            async server =>
            {
                var user = await server.MadeUserAsync();
                user["displayName"] = "Another Name";
                var put = await server.PutAsync(Server.At(user), user);
                return Verdict.Of(put.TextOf("id") == user.At("id").AsText(), put);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7643-3.1-id-bulk-id",
            Must,
            "no id has bulkId in it",
            async server =>
            {
                var user = await server.MadeUserAsync();
                return Verdict.Of(
                    user.At("id").AsText()?.Contains("bulkId", StringComparison.OrdinalIgnoreCase) == false,
                    Shown(user)
                );
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7643-3.1-external-id",
            Must,
            "externalId is the client's, and comes back as it was sent",
            async server =>
            {
                var id = $"Ext-{server.Name()}";
                var user = await server.MadeUserAsync(sent => sent["externalId"] = id);
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(read.TextOf("externalId") == id, read);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7643-3.1-external-id-others",
            Should,
            "a user and a group may have the same externalId, whose uniqueness is the client's",
            async server =>
            {
                var id = $"Ext-{server.Name()}";
                await server.MadeUserAsync(sent => sent["externalId"] = id);
                var group = await server.PostAsync(
                    "Groups",
                    Values.Changed(server.Group(), sent => sent["externalId"] = id)
                );
                return Verdict.Of(group.IsFine, group);
            }
        )
        {
            Needs = Feature.Users | Feature.Groups,
        },
        new(
            "RFC7643-3.1-announced-location",
            Must,
            "meta.location of schemas and resource types is where they are",
            server =>
                Rfc7644.Discovery.EachAsync(
                    [.. server.Announced.Schemas, .. server.Announced.Types],
                    async one =>
                    {
                        if (one.At("meta.location").AsText() is not { } place)
                            return Verdict.Kept;
                        var read = await server.GetAsync(place);
                        return Verdict.Of(
                            read.Status == 200
                                && (read.TextOf("id") ?? read.TextOf("name"))
                                    == (one.At("id").AsText() ?? one.At("name").AsText()),
                            read
                        );
                    }
                )
        ),
        new(
            "RFC7643-3.1-meta",
            Must,
            "meta says type, times and place",
            async server =>
            {
                var user = await server.MadeUserAsync();
                return Verdict.All(
                    new[] { "resourceType", "created", "lastModified", "location" }.Select(name =>
                        Verdict.Of(
                            user.At($"meta.{name}").AsText() is { Length: > 0 },
                            $"without meta.{name}: {Shown(user)}"
                        )
                    )
                );
            }
        )
        {
            Everywhere = Seen.Place,
            Needs = Feature.Users,
        },
        new(
            "RFC7643-3.1-last-modified",
            Must,
            "what was never changed was last modified when it was created",
            async server =>
            {
                var user = await server.MadeUserAsync();
                return Verdict.Of(
                    user.At("meta.created").AsText() == user.At("meta.lastModified").AsText(),
                    Shown(user)
                );
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7643-3.1-created",
            Must,
            "created stays when the resource changes",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var created = user.At("meta.created").AsText();
                user["displayName"] = "Another Name";
                var put = await server.PutAsync(Server.At(user), user);
                return Verdict.Of(put.TextOf("meta.created") == created, put);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7643-3.1-content-location",
            Must,
            "where Content-Location is said it is meta.location",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var read = await server.GetAsync(Server.At(user));
                return read.Header("Content-Location") is { } place
                    ? Verdict.Of(place == read.TextOf("meta.location"), $"Content-Location: {place}, {read}")
                    : Verdict.Skipped("it is not said");
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7643-3.3-container",
            Must,
            "attributes of an extension are within its URN",
            async server =>
            {
                var user = await server.MadeUserAsync(sent =>
                {
                    sent["schemas"] = new JsonArray(Words.User, Words.Enterprise);
                    sent[Words.Enterprise] = new JsonObject { ["department"] = "Boats" };
                });
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(
                    Steps.IsSame(read.Json.Member(Words.Enterprise).At("department").AsText(), "Boats")
                        && read.Json.Strings("schemas").Contains(Words.Enterprise),
                    read
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Enterprise,
        },
        new(
            "RFC7643-3.1-last-modified-moves",
            Must,
            "lastModified is later once something has changed",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var before = user.At("meta.lastModified").AsText();
                // Who counts in seconds shows it in the next one.
                for (var tries = 0; tries < 3; tries++)
                {
                    user["displayName"] = $"Another Name {tries}";
                    var put = await server.PutAsync(Server.At(user), user);
                    if (!put.IsFine)
                        throw new NotPossibleException($"nothing could be changed: {put}");
                    if (put.TextOf("meta.lastModified") != before)
                        return Verdict.Kept;
                    await server.WaitAsync(TimeSpan.FromMilliseconds(600));
                }
                return Verdict.Broken(await server.GetAsync(Server.At(user)));
            }
        )
        {
            Needs = Feature.Users,
        },
    ];

    private static string Shown(JsonNode resource) => resource.ToJsonString();
}

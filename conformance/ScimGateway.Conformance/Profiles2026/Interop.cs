using System.Text.Json.Nodes;
using ScimGateway.Conformance.Rfc7643;
using ScimGateway.Conformance.Rfc7644;
using static ScimGateway.Conformance.Level;
using static ScimGateway.Conformance.Steps;

namespace ScimGateway.Conformance.Profiles2026;

/// <summary>
/// What is announced, how it is named and where it is: sections 4 to 6.2 of the SCIM 2.0 Interoperability Profile
/// (draft-zollner-scim-interop-profile-01).
/// </summary>
internal static class Interop
{
    private static readonly string[] _documents = ["ServiceProviderConfig", "ResourceTypes", "Schemas"];

    public static readonly Requirement[] All =
    [
        new(
            "INTEROP-4-claim",
            Must,
            "who keeps the profile says so: interopProfileConformant is true",
            async server =>
            {
                var config = await server.GetAsync("ServiceProviderConfig");
                return Verdict.Of(config["interopProfileConformant"].AsFlag() == true, config);
            }
        )
        {
            Beyond = "RFC 7643 §5 has no such attribute",
        },
        Requirement.NotSeen(
            "INTEROP-4-no-claim",
            Must,
            "who does not keep the profile does not say so: interopProfileConformant is false or left out",
            "whoever says true and fails another requirement of the profile breaks this one, too"
        ),
        new(
            "INTEROP-5.1-discovery",
            Must,
            "configuration, resource types and schemas can be read",
            server =>
                EachAsync(
                    _documents,
                    async path =>
                    {
                        var read = await server.GetAsync(path);
                        return Verdict.Of(read.Status == 200 && read.Json is JsonObject, read);
                    }
                )
        ),
        new(
            "INTEROP-5.1-schemas-true",
            Must,
            "what /Schemas has is what is kept: each attribute that clients may write comes back as it was written",
            async server =>
            {
                var users = await RoundTrips.TripAsync(server, "User", server.User());
                return users.Outcome == Outcome.Passed && server.Announced.Has(Feature.Groups)
                    ? await RoundTrips.TripAsync(server, "Group", server.Group())
                    : users;
            }
        )
        {
            Needs = Feature.Users,
            Mend = "An attribute that is not kept is better not announced.",
        },
        new(
            "INTEROP-5.1-schemas-there",
            Must,
            "each schema that a resource type names is in /Schemas",
            async server =>
            {
                var ids = (await server.GetAsync("Schemas")).Resources.Select(one => one.At("id").AsText()).ToList();
                var types = await server.GetAsync("ResourceTypes");
                var missing = types
                    .Resources.SelectMany(type => type.Objects("schemaExtensions").Prepend(type))
                    .Select(one => one.At("schema").AsText())
                    .FirstOrDefault(schema => !ids.Contains(schema));
                return Verdict.Of(types.Resources.Count > 0 && missing is null, $"{missing} is in no schema: {types}");
            }
        ),
        new(
            "INTEROP-5.1-type-id",
            Must,
            "the id of a resource type is its name",
            async server =>
            {
                var types = await server.GetAsync("ResourceTypes");
                return Verdict.Of(
                    types.Resources.Count > 0
                        && types.Resources.All(type => type.At("id").AsText() == type.At("name").AsText()),
                    types
                );
            }
        )
        {
            Beyond = "RFC 7643 §6: id is optional, and no more is said of it",
        },
        new(
            "INTEROP-5.2-alike",
            Must,
            "a userName in another case is found by a filter where it is a conflict, and nowhere else",
            async server =>
            {
                var other = Swapped((await server.MadeUserAsync()).At("userName").AsText()!);
                var found = await server.FilterAsync("Users", $"userName eq \"{other}\"");
                var again = await server.PostAsync("Users", server.User(other));
                return Verdict.Of(found.Resources.Count > 0 == (again.Status == 409), again);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "INTEROP-5.2-user-name",
            Must,
            "case is nothing to a userName: in another case it is found, and taken",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var other = Swapped(user.At("userName").AsText()!);
                var again = await server.PostAsync("Users", server.User(other));
                return Verdict.All(
                    await FindsAsync(server, "Users", $"userName eq \"{other}\"", user),
                    Verdict.Of(again.Status == 409, again)
                );
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "INTEROP-5.2-id",
            Must,
            "an id in another case is none: neither read nor found",
            async server =>
            {
                var id = (await server.MadeUserAsync()).At("id").AsText()!;
                var other = Swapped(id);
                if (other == id)
                    return Verdict.Skipped("its ids have no letters");
                var read = await server.GetAsync($"Users/{Uri.EscapeDataString(other)}");
                return Verdict.All(
                    Verdict.Of(read.Status == 404, read),
                    await FindsAsync(server, "Users", $"id eq \"{other}\"")
                );
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "INTEROP-5.2-external-id",
            Must,
            "externalIds that differ by case alone are two, and each is found by itself",
            async server =>
            {
                var one = $"Ext-{server.Name()}";
                var other = Swapped(one);
                var user = await server.MadeUserAsync(sent => sent["externalId"] = one);
                var made = await server.PostAsync(
                    "Users",
                    Values.Changed(server.User(), sent => sent["externalId"] = other)
                );
                if (!made.IsFine)
                    return Verdict.Broken(made);
                return Verdict.All(
                    await FindsAsync(server, "Users", $"externalId eq \"{one}\"", user),
                    await FindsAsync(
                        server,
                        "Users",
                        $"externalId eq \"{other}\"",
                        made.WithResource().Json!.AsObject()
                    )
                );
            }
        )
        {
            Needs = Feature.Users,
        },
        Undefines("attribute", "an attribute that no schema has", user => user[Undefined] = "x"),
        Undefines("sub-attribute", "a sub-attribute that no schema has", user => user["name"]![Undefined] = "x"),
        Undefines(
            "schema",
            "a schema that there is not",
            user =>
            {
                user["schemas"]!.AsArray().Add(UndefinedSchema);
                user[UndefinedSchema] = new JsonObject { ["size"] = "x" };
            }
        ),
        new(
            "INTEROP-5.3-path",
            Must,
            "a path of a PATCH that no schema has is 400 with invalidSyntax, and nothing of the PATCH is done",
            async server =>
            {
                var user = await server.MadeUserAsync();
                return await EachAsync(
                    new[] { Undefined, $"name.{Undefined}", $"{UndefinedSchema}:size" },
                    path =>
                        RefusesAsync(
                            server,
                            user,
                            "invalidSyntax",
                            Patching.Operation("replace", "displayName", "Another Name"),
                            Patching.Operation("add", path, "x")
                        )
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Patch,
            Beyond = "RFC 7644 §3.12: a path that is malformed or not known may be invalidPath",
        },
        new(
            "INTEROP-5.4-canonical",
            Must,
            "each type of what has several values says which there are: canonicalValues",
            async server =>
            {
                var schemas = await server.GetAsync("Schemas");
                var without = schemas
                    .Resources.SelectMany(schema => schema.Objects("attributes"))
                    .FirstOrDefault(one =>
                        one.At("multiValued").AsFlag() == true
                        && one.Objects("subAttributes")
                            .Any(sub => sub.At("name").AsText() == "type" && sub.Strings("canonicalValues").Count == 0)
                    );
                return Verdict.All(
                    Verdict.Of(schemas.Resources.Count > 0, schemas),
                    Verdict.Of(without is null, $"{without.At("name")}.type has none")
                );
            }
        )
        {
            Beyond = "RFC 7643 §7: canonicalValues is optional",
        },
        new(
            "INTEROP-6.1-one-endpoint",
            Must,
            "a resource is found below the endpoint of its type alone",
            As(Routes.All, "RFC7644-3.2-one-endpoint")
        )
        {
            Needs = Feature.Users | Feature.Groups,
        },
        new(
            "INTEROP-6.1-id-alone",
            Must,
            "a resource is read by its id, and by nothing else that is unique",
            As(Routes.All, "RFC7644-3.2-id-alone")
        )
        {
            Needs = Feature.Users,
        },
        new(
            "INTEROP-6.2-media-type",
            Must,
            "each answer with a body is application/scim+json, errors too",
            async server =>
            {
                var user = await server.MadeUserAsync();
                await server.GetAsync(Server.At(user));
                await server.GetAsync("Users?count=1");
                await server.GetAsync($"Users/{server.Name()}");
                await server.SendAsync(HttpMethod.Post, "Users", "{");
                return Verdict.Kept; // what came back is looked at with all else
            }
        )
        {
            Needs = Feature.Users,
            Everywhere = (_, answer) => MediaType(answer),
        },
    ];

    // What stands before a server, or is OAuth's, has a media type of its own.
    private static string? MediaType(Exchange answer) =>
        answer.Bytes.Length == 0
        || answer.MediaType == Words.MediaType
        || answer.Status is 401 or 403 or >= 500
        || answer.Url.AbsolutePath.Contains("/.well-known/", StringComparison.Ordinal)
            ? null
            : $"Content-Type is {answer.Header("Content-Type") ?? "not said"}";

    private static Requirement Undefines(string word, string what, Action<JsonObject> change) =>
        new(
            $"INTEROP-5.3-{word}",
            Must,
            $"{what} is 400 with invalidSyntax, in POST and in PUT",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var sent = Values.Changed(server.User(user.At("userName").AsText()), change);
                var made = await server.PostAsync("Users", Values.Changed(server.User(), change));
                var put = await server.PutAsync(Server.At(user), sent);
                return Verdict.All(
                    Verdict.Of(made.IsRefused(400, "invalidSyntax"), made),
                    Verdict.Of(put.Status is 405 or 501 || put.IsRefused(400, "invalidSyntax"), put)
                );
            }
        )
        {
            Needs = Feature.Users,
            Beyond = "RFC 7644 §3.3: what is not known may be ignored",
        };
}

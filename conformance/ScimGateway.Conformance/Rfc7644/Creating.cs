using System.Text.Json.Nodes;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>Creating resources (RFC 7644 §3.3).</summary>
internal static class Creating
{
    public static readonly Requirement[] All =
    [
        new(
            "RFC7644-3.3-created",
            Must,
            "a created resource is answered with 201",
            async server =>
            {
                var made = await server.PostAsync("Users", server.User());
                return Verdict.Of(made.Status == 201, made);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.3-representation",
            Should,
            "the answer has the resource as the server has it",
            async server =>
            {
                var user = server.User();
                var made = await server.PostAsync("Users", user);
                if (!made.IsFine)
                    throw new NotPossibleException($"nothing could be made: {made}");
                return Verdict.Of(
                    string.Equals(
                        made.TextOf("userName"),
                        user.At("userName").AsText(),
                        StringComparison.OrdinalIgnoreCase
                    ),
                    made
                );
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.3-location",
            Must,
            "the answer says where the resource is, in Location and in meta.location",
            async server =>
            {
                var made = (await server.PostAsync("Users", server.User())).WithResource();
                return Verdict.Of(
                    made.Header("Location") is { Length: > 0 } place && place == made.TextOf("meta.location"),
                    $"Location: {made.Header("Location")}, meta.location: {made.TextOf("meta.location")}"
                );
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.3-found",
            Must,
            "the resource is there at the place that was said",
            async server =>
            {
                var made = (await server.PostAsync("Users", server.User())).WithResource();
                if (made.Header("Location") is not { } place)
                    throw new NotPossibleException("no Location was said");
                var found = await server.GetAsync(new Uri(server.Base, place).ToString());
                return Verdict.Of(found.Status == 200 && found.TextOf("id") == made.TextOf("id"), found);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.3-shows",
            Should,
            "what is answered is the resource as it is by then, not as it was sent",
            async server =>
            {
                var user = server.User();
                user["groups"] = new JsonArray(new JsonObject { ["value"] = "no-such-group" });
                user[Steps.Undefined] = "x";
                var made = await server.PostAsync("Users", user);
                if (!made.IsFine)
                {
                    // What no schema has may be refused: what is read-only is asked for alone then.
                    user.Remove(Steps.Undefined);
                    made = await server.PostAsync("Users", user);
                }
                if (!made.IsFine)
                    return Verdict.Skipped($"what is not the client's to say is refused: {made}");
                var read = await server.GetAsync(Server.At(made.WithResource().Json!));
                var more = made.Json!.AsObject()
                    .Select(member => member.Key)
                    .FirstOrDefault(name =>
                        made.Json.Member(name).IsSomething() && !read.Json.Member(name).IsSomething()
                    );
                return Verdict.Of(more is null || !read.IsFine, $"{more} is there, and is not when it is read: {made}");
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.3-read-only",
            Must,
            "attributes that are read-only are ignored in what is sent",
            async server =>
            {
                var user = server.User();
                user["id"] = "chosen-by-the-client";
                user["meta"] = new JsonObject { ["resourceType"] = "Boat", ["created"] = "2001-01-01T00:00:00Z" };
                user["groups"] = new JsonArray(new JsonObject { ["value"] = "no-such-group" });
                var made = await server.PostAsync("Users", user);
                if (!made.IsFine)
                    return Verdict.Broken(made);
                made.WithResource();
                return Verdict.Of(
                    made.TextOf("id") != "chosen-by-the-client"
                        && made.TextOf("meta.resourceType") == "User"
                        && made.TextOf("meta.created")?.StartsWith("2001", StringComparison.Ordinal) != true
                        && !made["groups"].IsSomething(),
                    made
                );
            }
        )
        {
            Needs = Feature.Users,
            Mend = "Pass over id, meta and groups instead of storing them or refusing the request.",
        },
        new(
            "RFC7644-3.3-null-is-nothing",
            Must,
            "null and an empty list mean that nothing is said, and are no mistake",
            async server =>
            {
                var user = server.User();
                user["nickName"] = null;
                user["phoneNumbers"] = new JsonArray();
                var made = await server.PostAsync("Users", user);
                return Verdict.Of(
                    made.IsFine && !made["nickName"].IsSomething() && !made["phoneNumbers"].IsSomething(),
                    made
                );
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.3-uniqueness",
            Must,
            "a second user of the same userName is 409 with scimType uniqueness",
            async server =>
            {
                var first = await server.MadeUserAsync();
                var second = await server.PostAsync("Users", server.User(first.At("userName").AsText()));
                return Verdict.Of(second.IsError(409, "uniqueness"), second);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.3.1-resource-type",
            Must,
            "meta.resourceType is that of the endpoint",
            async server =>
            {
                var made = (await server.PostAsync("Users", server.User())).WithResource();
                return Verdict.Of(made.TextOf("meta.resourceType") == "User", made);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.3.1-resource-type-group",
            Must,
            "meta.resourceType of a group is Group",
            async server =>
            {
                var made = (await server.PostAsync("Groups", server.Group())).WithResource();
                return Verdict.Of(made.TextOf("meta.resourceType") == "Group", made);
            }
        )
        {
            Needs = Feature.Groups,
        },
        new(
            "RFC7644-3.3-required",
            Must,
            "a user without a userName is refused",
            async server =>
            {
                var user = server.User();
                user.Remove("userName");
                var made = await server.PostAsync("Users", user);
                return Verdict.Of(made.Status == 400, made);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.3-no-external-id",
            Must,
            "externalId is the client's: what was made without one has none",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(!read["externalId"].IsSomething(), read);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.3-own-id",
            Must,
            "an id that a client sends is not taken",
            async server =>
            {
                var name = server.Name();
                var user = await server.MadeUserAsync(sent => sent["id"] = name);
                return Verdict.Of(user.At("id").AsText() != name, user.ToJsonString());
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.3-group",
            Must,
            "a group is created with 201, also without members, and read with them",
            async server =>
            {
                var user = (await server.PostAsync("Users", server.User())).WithResource();
                var empty = server.Group();
                empty.Remove("members");
                var without = await server.PostAsync("Groups", empty);
                if (without.Status != 201)
                    return Verdict.Broken(without);
                var made = await server.PostAsync("Groups", server.Group(user.TextOf("id")!));
                if (made.Status != 201)
                    return Verdict.Broken(made);
                if (made.Header("Location") is null && user.Header("Location") is not null)
                    return Verdict.Broken($"it has no Location, which users have: {made}");
                var read = await server.GetAsync(Server.At(made.WithResource().Json!));
                return Verdict.Of(
                    read.Status == 200
                        && read.Says("displayName", JsonNode.Parse(made.Sent!).At("displayName").AsText())
                        && read.Json.First("members").At("value").AsText() == user.TextOf("id"),
                    read
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Groups,
        },
    ];
}

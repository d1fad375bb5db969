using System.Text.Json.Nodes;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>Replacing a resource by PUT (RFC 7644 §3.5.1).</summary>
internal static class Replacing
{
    // What a user has beside its name.
    private static readonly string[] _optional = ["name", "emails", "externalId"];

    public static readonly Requirement[] All =
    [
        new(
            "RFC7644-3.5.1-answer",
            Must,
            "PUT is answered with 200 and the whole resource",
            async server =>
            {
                var user = await server.MadeUserAsync();
                // Without what is the server's own, which is answered all the same.
                var sent = server.User(user.At("userName").AsText());
                var put = await server.PutAsync(Server.At(user), sent);
                return Verdict.Of(put.Status == 200 && put.TextOf("id") == user.At("id").AsText(), put);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.5.1-replaces",
            Must,
            "what PUT says takes the place of what was there",
            async server =>
            {
                var user = await server.MadeUserAsync();
                await PutAsync(server, user, sent => sent["displayName"] = "Another Name");
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(read.Says("displayName", "Another Name"), read);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.5.1-null-clears",
            Must,
            "null clears what was there",
            async server =>
            {
                if (!server.Announced.HasWritable("title"))
                    return Verdict.Skipped("users have no title");
                var user = await server.MadeUserAsync(sent => sent["title"] = "Captain");
                var put = await PutAsync(server, user, sent => sent["title"] = null);
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(put.IsFine && !read["title"].IsSomething(), put.IsFine ? read : put);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.5.1-read-only",
            Must,
            "attributes that are read-only are ignored in what is sent",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var put = await PutAsync(
                    server,
                    user,
                    sent =>
                    {
                        sent["id"] = "another-id";
                        sent["meta"] = new JsonObject
                        {
                            ["created"] = "2001-01-01T00:00:00Z",
                            ["resourceType"] = "Boat",
                        };
                    }
                );
                return Verdict.Of(
                    put.Status == 200
                        && put.TextOf("id") == user.At("id").AsText()
                        && put.TextOf("meta.resourceType") == "User"
                        && put.TextOf("meta.created") == user.At("meta.created").AsText(),
                    put
                );
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.5.1-required",
            Must,
            "PUT without what is required is refused",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var put = await PutAsync(server, user, sent => sent.Remove("userName"));
                return Verdict.Of(put.Status == 400, put);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.5.1-uniqueness",
            Must,
            "PUT of a userName that another user has is 409",
            async server =>
            {
                var (user, other) = (await server.MadeUserAsync(), await server.MadeUserAsync());
                var put = await PutAsync(server, user, sent => sent["userName"] = other.At("userName").AsText());
                return Verdict.Of(put.IsErrorOf(409, "uniqueness"), put);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.5.1-group",
            Must,
            "PUT of a group replaces its members",
            async server =>
            {
                var (one, other) = (await server.MadeUserAsync(), await server.MadeUserAsync());
                var group = await server.MadeGroupAsync(one.At("id").AsText()!);
                var sent = server.Group(other.At("id").AsText()!);
                sent["displayName"] = group.At("displayName").AsText();
                var put = await server.PutAsync(Server.At(group), sent);
                var read = await server.GetAsync(Server.At(group));
                return Verdict.Of(
                    put.IsFine
                        && read.Json.Objects("members")
                            .Select(member => member.At("value").AsText())
                            .SequenceEqual([other.At("id").AsText()]),
                    read
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Groups,
        },
        new(
            "RFC7644-3.5.1-clears",
            May,
            "what PUT leaves out is gone",
            async server =>
            {
                var user = await server.MadeUserAsync(sent => sent["externalId"] = $"Ext-{sent.At("userName")}");
                // A server may keep it, or give it a value of its own (§3.5.1); most clients rely on what is told here.
                var put = await server.PutAsync(
                    Server.At(user),
                    new JsonObject
                    {
                        ["schemas"] = new JsonArray(Words.User),
                        ["userName"] = user.At("userName").AsText(),
                    }
                );
                if (!put.IsFine)
                    return Verdict.Skipped($"a user of a name alone is refused: {put}");
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(!_optional.Any(name => read[name].IsSomething()), read);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.5.1-parts",
            May,
            "a name that PUT sends takes the place of the whole name",
            async server =>
            {
                var user = await server.MadeUserAsync();
                // As of whole attributes a server may keep what is left out (§3.5.1).
                await PutAsync(server, user, sent => sent["name"] = new JsonObject { ["familyName"] = "Another" });
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(
                    read.Says("name.familyName", "Another") && !read["name.givenName"].IsSomething(),
                    read
                );
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.5.1-extension",
            Must,
            "PUT changes attributes of an extension, and answers with groups as they are",
            async server =>
            {
                if (!server.Announced.HasWritable("department", Words.Enterprise))
                    return Verdict.Skipped("users have no department");
                var user = await server.MadeUserAsync();
                if (server.Announced.Has(Feature.Groups))
                    await server.MadeGroupAsync(user.At("id").AsText()!);
                var sent = server.User(user.At("userName").AsText());
                sent["schemas"] = new JsonArray(Words.User, Words.Enterprise);
                sent[Words.Enterprise] = new JsonObject { ["department"] = "Boats" };
                var put = await server.PutAsync(Server.At(user), sent);
                if (!put.IsFine)
                    return Verdict.Broken(put);
                var read = await server.GetAsync(Server.At(user));
                return Verdict.All(
                    Verdict.Of(
                        Steps.IsSame(read.Json.Member(Words.Enterprise).At("department").AsText(), "Boats"),
                        read
                    ),
                    Verdict.Of(put["groups"].IsSomething() == read["groups"].IsSomething(), put)
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Enterprise,
        },
        new(
            "RFC7644-3.5.1-no-members",
            Must,
            "PUT of a group without members leaves it empty",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var group = await server.MadeGroupAsync(user.At("id").AsText()!);
                var sent = server.Group();
                sent["displayName"] = group.At("displayName").AsText();
                await server.PutAsync(Server.At(group), sent);
                var read = await server.GetAsync(Server.At(group));
                return Verdict.Of(!read["members"].IsSomething(), read);
            }
        )
        {
            Needs = Feature.Users | Feature.Groups,
        },
        Requirement.NotSeen(
            "RFC7644-3.5.1-immutable",
            Should,
            "another value for what is immutable is 400 with scimType mutability",
            "no attribute of users is immutable; of members the whole value is what may be removed and added"
        ),
    ];

    // The resource as it was read, with a change.
    private static Task<Exchange> PutAsync(Server server, JsonObject user, Action<JsonObject> change)
    {
        var sent = user.DeepClone().AsObject();
        change(sent);
        return server.PutAsync(Server.At(user), sent);
    }
}

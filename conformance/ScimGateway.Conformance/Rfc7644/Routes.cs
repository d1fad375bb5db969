using System.Text.Json.Nodes;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>Which methods do something where, and which ids lead nowhere (RFC 7644 §3.2, §3.4 to §3.6, §4).</summary>
internal static class Routes
{
    private static readonly HttpMethod[] _writes =
    [
        HttpMethod.Post,
        HttpMethod.Put,
        HttpMethod.Patch,
        HttpMethod.Delete,
    ];
    private static readonly string[] _optional = ["name", "emails", "externalId"];
    private static readonly string[] _documents = ["ServiceProviderConfig", "Schemas", "ResourceTypes"];

    public static readonly Requirement[] All =
    [
        Unknown("user", "Users", Feature.Users),
        Unknown("group", "Groups", Feature.Groups),
        new(
            "RFC7644-3.2-one-endpoint",
            Must,
            "a resource is found below the endpoint of its type alone",
            async server =>
            {
                var (user, group) = (await server.MadeUserAsync(), await server.MadeGroupAsync());
                return Verdict.All(
                    Missing(await server.GetAsync($"Groups/{Server.Id(user)}")),
                    Missing(await server.GetAsync($"Users/{Server.Id(group)}"))
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Groups,
        },
        new(
            "RFC7644-3.2-id-alone",
            Must,
            "a resource is found by its id, and by nothing else that is unique",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var read = await server.GetAsync($"Users/{user.At("userName")}");
                if (read.Status != 404)
                    return Verdict.Of(read.TextOf("id") == user.At("userName").AsText(), read);
                var id = user.At("id").AsText()!;
                var upper = string.Concat(
                    id.Select(letter =>
                        char.IsUpper(letter) ? char.ToLowerInvariant(letter) : char.ToUpperInvariant(letter)
                    )
                );
                return upper == id
                    ? Verdict.Kept
                    : Missing(await server.GetAsync($"Users/{Uri.EscapeDataString(upper)}"));
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-4-methods",
            Must,
            "what the server says of itself is read alone: other methods change nothing there",
            async server =>
            {
                foreach (var path in _documents)
                foreach (var method in _writes)
                {
                    var done = await server.SendAsync(method, path, method == HttpMethod.Delete ? null : "{}");
                    if (done.Status < 400)
                        return Verdict.Of(false, done);
                }
                return Verdict.Kept;
            }
        ),
        new(
            "RFC7644-4-unknown",
            Must,
            "a schema or a resource type that there is not is 404",
            async server =>
                Verdict.All(
                    Missing(await server.GetAsync("Schemas/urn:example:nobody:has:this")),
                    Missing(await server.GetAsync("ResourceTypes/Nothing"))
                )
        ),
        new(
            "RFC7644-4-all-types",
            Must,
            "each endpoint with resources is that of a resource type",
            async server =>
            {
                if (server.Announced.Types.Count == 0)
                    return Verdict.Skipped("there are no resource types to look at");
                foreach (var (endpoint, type) in new[] { ("Users", "User"), ("Groups", "Group") })
                    if (
                        server.Announced.Types.All(one => one.At("name").AsText() != type)
                        && await server.GetAsync($"{endpoint}?count=1") is { Status: 200, Json: JsonObject } list
                    )
                        return Verdict.Broken($"there is no resource type {type}: {list}");
                return Verdict.Kept;
            }
        ),
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
                var user = await server.MadeUserAsync();
                var empty = server.Group();
                empty.Remove("members");
                var without = await server.PostAsync("Groups", empty);
                if (without.Status != 201)
                    return Verdict.Of(false, without);
                var made = await server.PostAsync("Groups", server.Group(user.At("id").AsText()!));
                if (made.Status != 201 || made.Header("Location") is null)
                    return Verdict.Of(false, made);
                var read = await server.GetAsync(Server.At(made.WithResource().Json!));
                return Verdict.Of(
                    read.Status == 200
                        && read.TextOf("displayName") == JsonNode.Parse(made.Sent!).At("displayName").AsText()
                        && read.Json.First("members").At("value").AsText() == user.At("id").AsText(),
                    read
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Groups,
        },
        new(
            "RFC7644-3.6-member",
            Should,
            "who was deleted is no member any more, and nobody is in a group that was deleted",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var other = await server.MadeUserAsync();
                var group = await server.MadeGroupAsync(user.At("id").AsText()!, other.At("id").AsText()!);
                await server.DeleteAsync(Server.At(user));
                var read = await server.GetAsync(Server.At(group));
                if (read.Json.Objects("members").Count != 1)
                    return Verdict.Of(false, read);
                await server.DeleteAsync(Server.At(group));
                var member = await server.GetAsync(Server.At(other));
                return Verdict.Of(member.Status == 200 && !member["groups"].IsSomething(), member);
            }
        )
        {
            Needs = Feature.Users | Feature.Groups,
        },
        new(
            "RFC7644-3.6-not-found",
            Must,
            "who was deleted is found by no filter",
            async server =>
            {
                var user = await server.MadeUserAsync();
                await server.DeleteAsync(Server.At(user));
                var filter = $"userName eq \"{user.At("userName")}\"";
                var list = await server.FilterAsync("Users", filter);
                var search = await server.PostAsync(
                    "Users/.search",
                    new JsonObject { ["schemas"] = new JsonArray(Words.Search), ["filter"] = filter }
                );
                return Verdict.All(
                    Verdict.Of(list.Resources.Count == 0 && list["totalResults"].AsNumber() == 0, list),
                    Verdict.Of(search.Resources.Count == 0, search)
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Filter,
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
                    return Verdict.Of(false, put);
                var read = await server.GetAsync(Server.At(user));
                return Verdict.All(
                    Verdict.Of(read.Json.Member(Words.Enterprise).At("department").AsText() == "Boats", read),
                    Verdict.Of(put["groups"].IsSomething() == read["groups"].IsSomething(), put)
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Enterprise,
        },
        new(
            "RFC7644-3.9-names",
            Must,
            "names of what is answered, or left out, may be in any case and with their URN, of groups as well",
            async server =>
            {
                var user = await server.MadeUserAsync(sent =>
                {
                    sent["emails"]!
                        .AsArray()
                        .Add(
                            new JsonObject { ["value"] = $"home-{sent.At("userName")}@example.com", ["type"] = "home" }
                        );
                    if (server.Announced.Has(Feature.Enterprise))
                    {
                        sent["schemas"] = new JsonArray(Words.User, Words.Enterprise);
                        sent[Words.Enterprise] = new JsonObject { ["department"] = "Boats", ["division"] = "Sea" };
                    }
                });
                var at = Server.At(user);
                var urn = await server.GetAsync($"{at}?attributes={Words.User}:name");
                var several = await server.GetAsync($"{at}?attributes=emails");
                var without = await server.GetAsync($"{at}?excludedAttributes={Words.User}:name,EMAILS,schemas");
                var verdicts = new List<Verdict>
                {
                    Verdict.Of(several.Json.Objects("emails").Count == user.Objects("emails").Count, several),
                    Verdict.Of(urn["name"].IsSomething() && !urn["emails"].IsSomething(), urn),
                    Verdict.Of(
                        !without["name"].IsSomething()
                            && !without["emails"].IsSomething()
                            && without["schemas"].IsSomething(),
                        without
                    ),
                };
                if (user.Member(Words.Enterprise).At("department").IsSomething())
                {
                    var own = await server.GetAsync($"{at}?attributes={Words.Enterprise}:department");
                    var rest = await server.GetAsync($"{at}?excludedAttributes={Words.Enterprise}:department");
                    var core = await server.GetAsync($"{at}?attributes=userName");
                    verdicts.Add(Verdict.Of(Department(own) && !own["name"].IsSomething(), own));
                    verdicts.Add(Verdict.Of(!Department(rest) && rest["name"].IsSomething(), rest));
                    verdicts.Add(Verdict.Of(!core.Json.Member(Words.Enterprise).IsSomething(), core));
                }
                if (server.Announced.Has(Feature.Groups))
                {
                    var group = await server.MadeGroupAsync(user.At("id").AsText()!);
                    var named = await server.GetAsync($"{Server.At(group)}?attributes=displayName");
                    verdicts.Add(
                        Verdict.Of(named["displayName"].IsSomething() && !named["members"].IsSomething(), named)
                    );
                }
                return Verdict.All(verdicts);

                static bool Department(Exchange read) =>
                    read.Json.Member(Words.Enterprise).At("department").IsSomething();
            }
        )
        {
            Needs = Feature.Users,
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
        new(
            "RFC7644-3.9-each-method",
            Must,
            "what is to be answered may be said of each method",
            async server =>
            {
                foreach (var query in new[] { "?attributes=userName", "?excludedAttributes=name" })
                {
                    var made = await server.PostAsync($"Users{query}", server.User());
                    if (!made.IsFine)
                        return Verdict.Of(false, made);
                    var at = Server.At(made.WithResource().Json!);
                    var user = server.User();
                    var put = await server.PutAsync($"{at}{query}", user);
                    var list = await server.GetAsync($"Users{query}&count=5");
                    if (!put.IsFine || !list.IsFine)
                        return Verdict.Of(false, put.IsFine ? list : put);
                    if (server.Announced.Has(Feature.Patch))
                        await server.PatchAsync(
                            $"{at}{query}",
                            Patching.Operation("replace", "displayName", "Another")
                        );
                    foreach (var answer in new[] { made, put, list })
                        if (Rfc7643.Seen.Projection(server.Announced, answer) is { } wrong)
                            return Verdict.Broken($"{wrong}: {answer}");
                }
                return Verdict.Kept;
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.9-both",
            Must,
            "a sub-attribute may be left out alone",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var read = await server.GetAsync($"{Server.At(user)}?excludedAttributes=name.givenName");
                return Verdict.Of(
                    !read["name.givenName"].IsSomething() && read.TextOf("name.familyName") == "Former",
                    read
                );
            }
        )
        {
            Needs = Feature.Users,
        },
    ];

    private static Requirement Unknown(string word, string endpoint, Feature needs) =>
        new(
            $"RFC7644-3.2-unknown-{word}",
            Must,
            $"an id that no {word} has is 404 to each method",
            async server =>
            {
                var path = $"{endpoint}/{server.Name()}";
                var verdicts = new List<Verdict>
                {
                    Missing(await server.GetAsync(path)),
                    Missing(await server.PutAsync(path, word == "user" ? server.User() : server.Group())),
                    Missing(await server.DeleteAsync(path)),
                };
                if (server.Announced.Has(Feature.Patch))
                    verdicts.Add(
                        Missing(
                            await server.PatchAsync(path, Patching.Operation("replace", "displayName", "Another Name"))
                        )
                    );
                return Verdict.All(verdicts);
            }
        )
        {
            Needs = needs,
        };

    private static Verdict Missing(Exchange answer) => Verdict.Of(answer.Status == 404, answer);
}

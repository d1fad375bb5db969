using System.Text.Json.Nodes;
using ScimGateway.Conformance.Rfc7644;
using static ScimGateway.Conformance.Level;
using static ScimGateway.Conformance.Rfc7644.Patching;
using static ScimGateway.Conformance.Steps;

namespace ScimGateway.Conformance.Profiles2026;

/// <summary>What OpenID's IPSIE AL SCIM 2.0 Profile (draft 00) asks of the second level, in section 6: users and groups.</summary>
internal static class IpsieAl2
{
    private const int MostOfPage = 1_000;
    private const int MostMembers = 50;

    private static readonly string[] _secret = ["password", "passcode", "secret", "credential", "privateKey", "otp"];

    public static readonly Requirement[] All =
    [
        Requirement.NotSeen(
            "IPSIE-AL2-6-not-locally",
            Must,
            "users that come by SCIM are made by SCIM alone",
            "it happens within the server"
        ),
        Requirement.NotSeen(
            "IPSIE-AL2-6-roles",
            Must,
            "groups can be mapped to roles and to what one may do",
            "it happens within the server"
        ),
        Has(
            "6.1.1-attributes",
            "users have userName, displayName, active and externalId",
            Words.User,
            ["userName", "displayName", "active"],
            async server =>
            {
                var sent = server.User();
                (sent["externalId"], sent["active"]) = ($"Ext-{sent.At("userName")}", false);
                return await KeptAsync(server, "Users", sent, "userName", "displayName", "active", "externalId");
            }
        ),
        new(
            "IPSIE-AL2-6.1.2-password",
            Must,
            "password is not supported: no schema has it, and who sends it is refused with invalidSyntax",
            async server =>
            {
                var sent = server.User();
                sent["password"] = $"No-{sent.At("userName")}-1!";
                var made = await server.PostAsync("Users", sent);
                return Verdict.All(
                    Verdict.Of(
                        server.Announced.Attribute(Words.User, "password") is null,
                        "the schema of users has password"
                    ),
                    Verdict.Of(made.IsRefused(400, "invalidSyntax"), made)
                );
            }
        )
        {
            Needs = Feature.Users,
            Beyond = "RFC 7643 §4.1.1 has password",
        },
        new(
            "IPSIE-AL2-6.1.2-credentials",
            Must,
            "schemas of the server's own have no credentials, as far as names tell",
            async server =>
            {
                var schemas = await server.GetAsync("Schemas");
                var secret = schemas
                    .Resources.Where(schema =>
                        schema.At("id").AsText()?.StartsWith("urn:ietf:", StringComparison.OrdinalIgnoreCase) == false
                    )
                    .SelectMany(schema => schema.Objects("attributes"))
                    .SelectMany(one => one.Objects("subAttributes").Prepend(one))
                    .Select(one => one.At("name").AsText())
                    .FirstOrDefault(name =>
                        _secret.Any(word => name?.Contains(word, StringComparison.OrdinalIgnoreCase) == true)
                    );
                return Verdict.Of(secret is null, $"there is {secret}");
            }
        ),
        new(
            "IPSIE-AL2-6.1.3-create",
            Must,
            "a user is made by POST: 201",
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
            "IPSIE-AL2-6.1.4-change",
            Must,
            "a user is changed by PATCH",
            async server =>
                await ChangesAsync(
                    server,
                    await server.MadeUserAsync(),
                    read => read.TextOf("displayName") == "Another Name",
                    Operation("replace", "displayName", "Another Name")
                )
        )
        {
            Needs = Feature.Users | Feature.Patch,
        },
        new(
            "IPSIE-AL2-6.1.5-list",
            Must,
            "all users can be listed: pages have as many as totalResults says",
            async server =>
                await ListsAllAsync(
                    server,
                    "Users",
                    [await server.MadeUserAsync(), await server.MadeUserAsync(), await server.MadeUserAsync()]
                )
        )
        {
            Needs = Feature.Users,
        },
        new(
            "IPSIE-AL2-6.1.5-page",
            Should,
            "a page has a thousand users at most",
            async server =>
            {
                var config = await server.GetAsync("ServiceProviderConfig");
                var list = await server.GetAsync("Users?count=100000");
                return Verdict.All(
                    Verdict.Of(list.Resources.Count <= MostOfPage, $"there are {list.Resources.Count}"),
                    Verdict.Of(
                        (config["pagination.maxPageSize"] ?? config["filter.maxResults"]).AsNumber()
                            is null
                                or <= MostOfPage,
                        config
                    )
                );
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "IPSIE-AL2-6.1.5-cursors",
            Should,
            "lists are paged by cursor (RFC 9865)",
            async server =>
            {
                var list = await server.GetAsync("Users?cursor=&count=1");
                return Verdict.All(
                    Verdict.Of(server.Announced.Has(Feature.CursorPaging), "ServiceProviderConfig does not say so"),
                    Verdict.Of(list.IsFine && list["Resources"] is JsonArray, list)
                );
            }
        )
        {
            Needs = Feature.Users,
            Beyond = "RFC 9865 §2: cursors are optional",
        },
        new(
            "IPSIE-AL2-6.2-groups",
            May,
            "where groups are announced they can be listed",
            async server =>
            {
                var list = await server.GetAsync("Groups?count=1");
                return Verdict.Of(list.Status == 200 && list["totalResults"].AsNumber() is not null, list);
            }
        )
        {
            Needs = Feature.Groups,
        },
        Has(
            "6.2.1-attributes",
            "groups have displayName, members and externalId",
            Words.Group,
            ["displayName", "members"],
            async server =>
            {
                var sent = server.Group((await server.MadeUserAsync()).At("id").AsText()!);
                sent["externalId"] = $"Ext-{sent.At("displayName")}";
                return await KeptAsync(server, "Groups", sent, "displayName", "externalId");
            }
        ),
        new(
            "IPSIE-AL2-6.2.1-once",
            Should,
            "no two groups have one displayName: POST and PATCH of a taken one are 409",
            async server =>
            {
                var (one, other) = (await server.MadeGroupAsync(), await server.MadeGroupAsync());
                var sent = server.Group();
                sent["displayName"] = one.At("displayName").AsText();
                var made = await server.PostAsync("Groups", sent);
                var patched = await server.PatchAsync(
                    Server.At(other),
                    Operation("replace", "displayName", one.At("displayName").AsText())
                );
                return Verdict.All(Verdict.Of(made.Status == 409, made), Verdict.Of(patched.Status == 409, patched));
            }
        )
        {
            Needs = Feature.Groups | Feature.Patch,
            Beyond = "RFC 7643 §4.2: displayName of groups need not be unique",
        },
        new(
            "IPSIE-AL2-6.2.2-create",
            Must,
            "a group is made by POST, also without members: 201",
            async server =>
            {
                var sent = server.Group();
                sent.Remove("members");
                Exchange[] made =
                [
                    await server.PostAsync("Groups", sent),
                    await server.PostAsync("Groups", server.Group((await server.MadeUserAsync()).At("id").AsText()!)),
                ];
                return Verdict.All(made.Select(answer => Verdict.Of(answer.Status == 201, answer)));
            }
        )
        {
            Needs = Feature.Users | Feature.Groups,
        },
        new(
            "IPSIE-AL2-6.2.3-list",
            Must,
            "all groups can be listed, also without their members",
            async server =>
            {
                var user = await server.MadeUserAsync();
                JsonObject[] groups =
                [
                    await server.MadeGroupAsync(user.At("id").AsText()!),
                    await server.MadeGroupAsync(),
                    await server.MadeGroupAsync(),
                ];
                var list = await server.GetAsync("Groups?excludedAttributes=members");
                return Verdict.All(
                    Verdict.Of(
                        list.Resources.Count > 0 && list.Resources.All(group => !group.At("members").IsSomething()),
                        list
                    ),
                    await ListsAllAsync(server, "Groups", groups)
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Groups,
        },
        new(
            "IPSIE-AL2-6.2.4-get",
            Must,
            "a group is read by its id",
            async server =>
            {
                var group = await server.MadeGroupAsync();
                var read = await server.GetAsync(Server.At(group));
                return Verdict.Of(
                    read.Status == 200 && read.TextOf("displayName") == group.At("displayName").AsText(),
                    read
                );
            }
        )
        {
            Needs = Feature.Groups,
        },
        new(
            "IPSIE-AL2-6.2.5-filters",
            Must,
            "groups are found by displayName, externalId and a member",
            async server =>
            {
                var (user, other) = (await server.MadeUserAsync(), await server.MadeUserAsync());
                var sent = server.Group(user.At("id").AsText()!);
                var (name, external) = (sent.At("displayName").AsText(), $"Ext-{server.Name()}");
                sent["externalId"] = external;
                var group = (await server.PostAsync("Groups", sent)).WithResource().Json!.AsObject();
                await server.MadeGroupAsync();
                (string Filter, bool IsHit)[] filters =
                [
                    ($"displayName eq \"{name}\"", true),
                    ($"displayName eq \"No {name}\"", false),
                    ($"externalId eq \"{external}\"", true),
                    ($"externalId eq \"No-{external}\"", false),
                    ($"members[value eq \"{user.At("id")}\"]", true),
                    ($"members[value eq \"{other.At("id")}\"]", false),
                ];
                return await EachAsync(
                    filters,
                    one => FindsAsync(server, "Groups", one.Filter, one.IsHit ? [group] : [])
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Groups,
            Beyond = "RFC 7644 §3.4.2.2: filters are optional",
        },
        new(
            "IPSIE-AL2-6.2.6-change",
            Must,
            "a group is changed by PATCH",
            async server =>
            {
                var name = $"Group {server.Name()}";
                return await ChangesAsync(
                    server,
                    await server.MadeGroupAsync(),
                    read => read.TextOf("displayName") == name,
                    Operation("replace", "displayName", name)
                );
            }
        )
        {
            Needs = Feature.Groups | Feature.Patch,
        },
        new(
            "IPSIE-AL2-6.2.6-fifty",
            Must,
            "one PATCH has fifty operations that add members, or remove them",
            async server =>
            {
                var ids = new List<string>();
                while (ids.Count < MostMembers)
                    ids.Add((await server.MadeUserAsync()).At("id").AsText()!);
                var group = await server.MadeGroupAsync();
                var added = await ChangesAsync(
                    server,
                    group,
                    read => Members(read).SetEquals(ids),
                    [.. ids.Select(id => Operation("add", "members", new JsonArray(new JsonObject { ["value"] = id })))]
                );
                return added.Outcome == Outcome.Passed
                    ? await ChangesAsync(
                        server,
                        group,
                        read => Members(read).Count == 0,
                        [.. ids.Select(id => Operation("remove", $"members[value eq \"{id}\"]"))]
                    )
                    : added;
            }
        )
        {
            Needs = Feature.Users | Feature.Groups | Feature.Patch,
        },
    ];

    // A schema has these, and what is written of them comes back.
    private static Requirement Has(string word, string says, string schema, string[] names, Check trip) =>
        new(
            $"IPSIE-AL2-{word}",
            Must,
            says,
            async server =>
            {
                var missing = names.FirstOrDefault(name => server.Announced.Attribute(schema, name) is null);
                return Verdict.All(Verdict.Of(missing is null, $"{schema} has no {missing}"), await trip(server));
            }
        )
        {
            Needs = schema == Words.User ? Feature.Users : Feature.Users | Feature.Groups,
            Beyond = "RFC 7643 §3.1, §4: most attributes are optional",
        };

    private static async Task<Verdict> KeptAsync(Server server, string endpoint, JsonObject sent, params string[] names)
    {
        var made = await server.PostAsync(endpoint, sent);
        if (!made.IsFine)
            return Verdict.Broken(made);
        var read = await server.GetAsync(Server.At(made.WithResource().Json!));
        return Verdict.Of(names.All(name => JsonNode.DeepEquals(sent[name], read[name])), read);
    }

    // In pages that are smaller than all there are.
    private static async Task<Verdict> ListsAllAsync(Server server, string endpoint, JsonObject[] made)
    {
        var there = (await server.GetAsync($"{endpoint}?count=1"))["totalResults"].AsNumber() ?? 0;
        var (all, last) = await PagesAsync(server, endpoint, (int)Math.Clamp((there / 2) + 1, 1, MostOfPage));
        return Verdict.Of(
            last.IsFine && all.Count == last["totalResults"].AsNumber() && Ids(all).IsSupersetOf(Ids(made)),
            $"{all.Count} are there in all: {last}"
        );
    }

    private static HashSet<string> Members(Exchange read) =>
        [.. read.Json.Objects("members").Select(member => member.At("value").AsText()).OfType<string>()];
}

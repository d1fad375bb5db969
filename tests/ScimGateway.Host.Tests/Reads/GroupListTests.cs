using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Reads;
using Xunit;

namespace ScimGateway.Host.Tests.Reads;

/// <summary>Lists of groups, of users and groups together, and the groups of users.</summary>
public class GroupListTests
{
    [Fact]
    public async Task Groups_are_listed_filtered_sorted_and_in_pages_as_users_are()
    {
        await using var gateway = await Gateway.StartAsync();
        await Crowd.WriteAsync(
            gateway.Store,
            [
                .. Enumerable
                    .Range(0, 7)
                    .Select(i => new Team($"Team {6 - i}")
                    {
                        Created = new Instant(1_700_000_000_000 + i),
                        ExternalId = $"x{i}",
                    }),
            ]
        );

        Assert.Equal(["Team 6", "Team 5"], Names(await ListAsync(gateway, "Groups?count=2"), 7));
        Assert.Equal(["Team 5", "Team 4"], Names(await ListAsync(gateway, "Groups?count=2&startIndex=2"), 7));
        Assert.Equal(["Team 0", "Team 1"], Names(await ListAsync(gateway, "Groups?count=2&sortBy=displayName"), 7));
        Assert.Equal(
            ["Team 6"],
            Names(await ListAsync(gateway, "Groups?count=1&sortBy=displayName&sortOrder=descending"), 7)
        );
        Assert.Equal(["Team 3"], Names(await ListAsync(gateway, "Groups?filter=displayName eq \"team 3\""), 1));
        Assert.Equal(
            ["Team 3"],
            Names(await ListAsync(gateway, "Groups?filter=externalId eq \"x3\" and displayName sw \"TEAM\""), 1)
        );
        Assert.Empty(Names(await ListAsync(gateway, "Groups?filter=displayName eq \"nobody\""), 0));
        Assert.Equal(
            ["Team 6", "Team 5", "Team 4"],
            Names(await SearchAsync(gateway, "Groups/.search", """{"count":3}"""), 7)
        );

        var seen = new List<string>();
        for (var cursor = ""; cursor is not null; )
        {
            var page = await ListAsync(gateway, $"Groups?count=3&cursor={cursor}&sortBy=displayName");
            seen.AddRange(Names(page, 7));
            cursor = (string?)page["nextCursor"];
        }
        Assert.Equal(["Team 0", "Team 1", "Team 2", "Team 3", "Team 4", "Team 5", "Team 6"], seen);

        // A cursor of one list opens no other.
        var foreign = (string)(await ListAsync(gateway, "Groups?count=3&cursor="))["nextCursor"]!;
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await gateway.SendAsync(HttpMethod.Get, $"Users?count=3&cursor={foreign}")).Status
        );
    }

    [Fact]
    public async Task A_group_shows_whom_a_source_wants_and_an_unclaimed_one_whom_Slack_has()
    {
        await using var gateway = await Gateway.StartAsync();
        var users = await Crowd.WriteAsync(
            gateway.Store,
            Enumerable.Range(0, 6).Select(i => Crowd.Member(i) with { Hidden = i == 5 })
        );
        TeamMember[] rows =
        [
            new(users[0]),
            new(users[1], 1, Tri.No),
            new(users[2], 0, Tri.Neither, Tri.Yes),
            new(users[3], 0, Tri.Neither, Tri.Neither),
            new(users[4], 1),
            new(users[4], 2),
            new(users[5], 0, Tri.Neither, Tri.Yes),
        ];
        var groups = await Crowd.WriteAsync(
            gateway.Store,
            new Team("claimed", rows),
            new Team("unclaimed", rows) { SourceId = null }
        );

        foreach (
            var (group, name, shown) in new[] { (groups[0], "claimed", new[] { 0, 4 }), (groups[1], "unclaimed", [2]) }
        )
        {
            var ids = shown.Select(i => users[i].ToString());
            Assert.Equal(ids, Members(await ListAsync(gateway, $"Groups/{group}")));
            Assert.Equal(
                ids,
                Members(Assert.Single(Resources(await ListAsync(gateway, $"Groups?filter=displayName eq \"{name}\""))))
            );
            for (var i = 0; i < 5; i++)
            {
                foreach (
                    var asked in new[] { "members eq \"{0}\"", "members.value eq \"{0}\"", "members[value eq \"{0}\"]" }
                )
                {
                    var filter = string.Format(null, asked, users[i]) + $" and id eq \"{group}\"";
                    Assert.Equal(
                        shown.Contains(i) ? 1 : 0,
                        (int)(await ListAsync(gateway, $"Groups?filter={filter}"))["totalResults"]!
                    );
                }
                var user = await ListAsync(gateway, $"Users/{users[i]}");
                Assert.Equal(
                    shown.Contains(i),
                    (user["groups"] as JsonArray ?? []).Any(of => (string)of!["value"]! == group.ToString())
                );
            }
            Assert.Equal(
                ids,
                Resources(await ListAsync(gateway, $"Users?filter=groups.value eq \"{group}\""))
                    .Select(user => (string)user["id"]!)
            );
            Assert.Equal(
                ids,
                Resources(await ListAsync(gateway, $"Users?filter=groups.display eq \"{name}\""))
                    .Select(user => (string)user["id"]!)
            );
        }
    }

    [Fact]
    public async Task Parts_of_members_are_shown_as_they_are_asked_for()
    {
        await using var gateway = await Gateway.StartAsync();
        var user = (await Crowd.WriteAsync(gateway.Store, [Crowd.Member(1)]))[0];
        var inner = (await Crowd.WriteAsync(gateway.Store, new Team("inner")))[0];
        var group = (
            await Crowd.WriteAsync(gateway.Store, new Team("outer", new TeamMember(user), new TeamMember(inner)))
        )[0];
        string User(string parts) => $$"""{{{string.Format(null, parts, user, "Users", "User")}}}""";
        string Inner(string parts) => $$"""{{{string.Format(null, parts, inner, "Groups", "Group")}}}""";

        foreach (
            var (asked, parts) in new[]
            {
                ("", $"\"value\":\"{{0}}\",\"$ref\":\"{gateway.Base}{{1}}/{{0}}\",\"type\":\"{{2}}\""),
                (
                    "?attributes=members",
                    $"\"value\":\"{{0}}\",\"$ref\":\"{gateway.Base}{{1}}/{{0}}\",\"type\":\"{{2}}\""
                ),
                ("?attributes=members.value", "\"value\":\"{0}\""),
                ("?attributes=members.type,members.value", "\"value\":\"{0}\",\"type\":\"{2}\""),
                ("?attributes=Members.Type", "\"type\":\"{2}\""),
                ("?excludedAttributes=members.$ref,members.value", "\"type\":\"{2}\""),
            }
        )
        foreach (
            var shown in new[]
            {
                await ListAsync(gateway, $"Groups/{group}{asked}"),
                Resources(await ListAsync(gateway, $"Groups{asked}"))
                    .Single(of => (string)of["id"]! == group.ToString()),
            }
        )
            Assert.Equal(
                new[] { User(parts), Inner(parts) }.Order(StringComparer.Ordinal),
                shown["members"]!.AsArray().Select(member => member!.ToJsonString()).Order(StringComparer.Ordinal)
            );

        foreach (
            var asked in new[]
            {
                "?attributes=displayName",
                "?excludedAttributes=members",
                "?attributes=members.display",
            }
        )
            Assert.False((await ListAsync(gateway, $"Groups/{group}{asked}")).ContainsKey("members"));
    }

    [Fact]
    public async Task Members_that_are_not_asked_for_are_not_read()
    {
        await using var gateway = await Gateway.StartAsync();
        var group = (await Crowd.WriteAsync(gateway.Store, new Team("Crew")))[0];
        await StoreTables.LoseAsync(gateway.Store, "members");

        foreach (
            var path in new[]
            {
                $"Groups/{group}?excludedAttributes=members",
                $"Groups/{group}?attributes=displayName",
                "Groups?excludedAttributes=members",
                "Groups?attributes=displayName",
                "Groups?filter=displayName eq \"crew\"&excludedAttributes=members",
                "Users?attributes=userName",
            }
        )
            await ListAsync(gateway, path);
        Assert.Equal(
            HttpStatusCode.InternalServerError,
            (await gateway.SendAsync(HttpMethod.Get, $"Groups/{group}")).Status
        );

        await StoreTables.FindAsync(gateway.Store, "members");
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_filter_that_looks_at_members_is_answered_for_as_many_as_one_group_has()
    {
        await using var gateway = await Gateway.StartAsync();
        var users = await Crowd.WriteAsync(gateway.Store, Enumerable.Range(0, 500).Select(Crowd.Member));
        var members = users.Select(user => new TeamMember(user)).ToList();
        var teams = ResourceList.MostMembersLookedAt / users.Count;
        await Crowd.WriteAsync(
            gateway.Store,
            [.. Enumerable.Range(0, teams).Select(i => new Team($"Team {i}", members))]
        );

        Assert.Equal(
            teams,
            (int)(await ListAsync(gateway, "Groups?filter=members.type eq \"User\"&attributes=id"))["totalResults"]!
        );

        await Crowd.WriteAsync(gateway.Store, new Team("One more", members[0]));
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Get, "Groups?filter=members.type eq \"User\"");
        Assert.Equal((HttpStatusCode.BadRequest, "tooMany"), (status, (string?)body!["scimType"]));
        Assert.Equal(
            1,
            (int)
                (await ListAsync(gateway, "Groups?filter=members.type eq \"User\" and displayName eq \"one more\""))[
                    "totalResults"
                ]!
        );
    }

    [Fact]
    public async Task A_search_at_the_root_finds_users_and_groups_in_one_order()
    {
        await using var gateway = await Gateway.StartAsync();
        await Crowd.WriteAsync(
            gateway.Store,
            Enumerable.Range(0, 5).Select(i => Named($"u{i}", $"Name {i * 2}", new Instant(1_700_000_000_000 + i * 2)))
        );
        await Crowd.WriteAsync(
            gateway.Store,
            [
                .. Enumerable
                    .Range(0, 5)
                    .Select(i => new Team($"Name {i * 2 + 1}") { Created = new Instant(1_700_000_000_001 + i * 2) }),
            ]
        );
        var names = Enumerable.Range(0, 10).Select(i => $"Name {i}").ToList();

        Assert.Equal(names, Names(await SearchAsync(gateway, ".search", "{}"), 10));
        Assert.Equal(
            names.AsEnumerable().Reverse().Take(3),
            Names(
                await SearchAsync(
                    gateway,
                    ".search",
                    """{"sortBy":"displayName","sortOrder":"descending","count":3}"""
                ),
                10
            )
        );
        Assert.Equal(
            ["Name 3", "Name 4"],
            Names(await SearchAsync(gateway, ".search", """{"startIndex":4,"count":2}"""), 10)
        );
        // Who has no such attribute has no value of it: in a filter, and last in an order.
        Assert.Equal(
            ["Name 4"],
            Names(await SearchAsync(gateway, ".search", """{"filter":"userName eq \"u2\""}"""), 1)
        );
        Assert.Equal(
            ["Name 0", "Name 2", "Name 4", "Name 6", "Name 8", "Name 1", "Name 3", "Name 5", "Name 7", "Name 9"],
            Names(await SearchAsync(gateway, ".search", """{"sortBy":"userName"}"""), 10)
        );
        Assert.Equal(
            ["Name 2", "Name 3"],
            Names(
                await SearchAsync(
                    gateway,
                    ".search",
                    """{"filter":"displayName eq \"name 2\" or displayName eq \"name 3\""}"""
                ),
                2
            )
        );
        Assert.Equal(
            ["Name 1", "Name 3", "Name 5", "Name 7", "Name 9"],
            Names(await SearchAsync(gateway, ".search", """{"filter":"meta.resourceType eq \"Group\""}"""), 5)
        );
        // One by one, too.
        Assert.Equal(names, Names(await SearchAsync(gateway, ".search", """{"filter":"displayName pr"}"""), 10));
        Assert.Equal(
            names,
            Names(
                await SearchAsync(gateway, ".search", """{"filter":"displayName pr","attributes":["displayName"]}"""),
                10
            )
        );

        foreach (
            var order in new[]
            {
                "",
                """,sortBy:"displayName" """,
                """,sortBy:"userName" """,
                """,filter:"displayName pr" """,
            }
        )
        {
            var (seen, more) = (
                new List<string>(),
                order
                    .Replace("sortBy", "\"sortBy\"", StringComparison.Ordinal)
                    .Replace("filter", "\"filter\"", StringComparison.Ordinal)
            );
            for (var cursor = ""; cursor is not null; )
            {
                var page = await SearchAsync(gateway, ".search", $$"""{"cursor":"{{cursor}}","count":3{{more}}}""");
                seen.AddRange(Names(page, 10));
                cursor = (string?)page["nextCursor"];
            }
            Assert.Equal(names, seen.Order(StringComparer.Ordinal));
        }
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await gateway.SendAsync(HttpMethod.Post, ".search", """{"sortBy":"nothing"}""")).Status
        );
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_page_of_large_groups_is_whole_and_ends_by_the_bytes_of_its_documents()
    {
        await using var gateway = await Gateway.StartAsync();
        var users = await Crowd.WriteAsync(gateway.Store, Enumerable.Range(0, 2_500).Select(Crowd.Member));
        var members = users.Select(user => new TeamMember(user)).ToList();
        var large = new string('x', 900_000);
        await Crowd.WriteAsync(
            gateway.Store,
            [
                .. Enumerable
                    .Range(0, 12)
                    .Select(i => new Team($"Team {i:00}", members[..(i % 3 * 1_250)])
                    {
                        Created = new Instant(1_700_000_000_000 + i),
                        More = $",\"urn:example:more\":{{\"note\":\"{large}\"}}",
                    }),
            ]
        );

        var page = await ListAsync(gateway, "Groups?count=100");

        Assert.Equal(ResourceList.MostBytesShown / large.Length, Resources(page).Count);
        Assert.Equal(12, (int)page["totalResults"]!);
        foreach (var (group, i) in Resources(page).Select((group, i) => (group, i)))
            Assert.Equal(
                members[..(i % 3 * 1_250)].Select(member => member.Id.ToString()).Order(StringComparer.Ordinal),
                Members(group)
            );
    }

    private static Person Named(string userName, string displayName, Instant created) =>
        new(
            $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"{{userName}}","displayName":"{{displayName}}"}"""
        )
        {
            Created = created,
        };

    private static async Task<JsonObject> ListAsync(Gateway gateway, string path)
    {
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Get, path);
        Assert.True(status == HttpStatusCode.OK, $"{path}: {status} {body}");
        return body!;
    }

    private static async Task<JsonObject> SearchAsync(Gateway gateway, string path, string query)
    {
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, path, query);
        Assert.True(status == HttpStatusCode.OK, $"{query}: {status} {body}");
        return body!;
    }

    private static List<JsonObject> Resources(JsonObject page) =>
        [.. page["Resources"]!.AsArray().Select(one => one!.AsObject())];

    private static List<string> Names(JsonObject page, int total)
    {
        Assert.Equal(total, (int)page["totalResults"]!);
        Assert.Equal(Resources(page).Count, (int)page["itemsPerPage"]!);
        return [.. Resources(page).Select(one => (string)one["displayName"]!)];
    }

    private static List<string> Members(JsonObject group) =>
        [.. (group["members"] as JsonArray ?? []).Select(member => (string)member!["value"]!)];
}

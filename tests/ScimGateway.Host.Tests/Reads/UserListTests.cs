using System.Buffers.Binary;
using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Reads;
using Xunit;

namespace ScimGateway.Host.Tests.Reads;

/// <summary>Lists over HTTP: pages, totals, order and cursors.</summary>
public class UserListTests
{
    private const string Search = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

    [Fact]
    public async Task Pages_by_index_are_whole_stable_and_tell_the_true_total()
    {
        await using var gateway = await WithAsync(25);
        var all = new List<string>();
        for (var start = 1; start <= 31; start += 10)
        {
            var page = await ListAsync(gateway, $"startIndex={start}&count=10");
            Assert.Equal(25, (int)page["totalResults"]!);
            Assert.Equal(start, (int)page["startIndex"]!);
            Assert.Equal(Names(page).Count, (int)page["itemsPerPage"]!);
            all.AddRange(Names(page));
        }
        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"user{i}@crew.example"), all);

        Assert.Equal(25, (int)(await ListAsync(gateway, "count=0"))["totalResults"]!);
        Assert.Empty(Names(await ListAsync(gateway, "count=0")));
        Assert.Equal(1, (int)(await ListAsync(gateway, "startIndex=-3"))["startIndex"]!);
        Assert.Equal(3, (int)(await ListAsync(gateway, "filter=active eq false&count=0"))["totalResults"]!);
        Assert.Equal(3, (int)(await ListAsync(gateway, "filter=active eq false&startIndex=9"))["totalResults"]!);
    }

    [Fact]
    public async Task A_total_follows_every_way_in_which_users_come_and_go()
    {
        await using var gateway = await WithAsync(3);
        await Crowd.WriteAsync(
            gateway.Store,
            [
                Crowd.Member(10) with
                {
                    Hidden = true,
                },
                Crowd.Member(11) with
                {
                    Deleted = true,
                },
                Crowd.Member(12) with
                {
                    TenantId = new TenantId(2),
                },
            ]
        );
        Assert.Equal(3, await TotalAsync(gateway));

        var (_, created, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Users",
            """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"new","emails":[{"value":"new@crew.example"}]}"""
        );
        Assert.Equal(4, await TotalAsync(gateway));
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{created!["id"]}");
        Assert.Equal(3, await TotalAsync(gateway));

        // A create that Slack refuses vanishes.
        await gateway.WeatherAsync("""{"method":"POST","path":"/Users","description":"invalid_emoji_not_allowed"}""");
        await gateway.SendAsync(
            HttpMethod.Post,
            "Users",
            """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"no","emails":[{"value":"no@crew.example"}]}"""
        );
        Assert.Equal(3, await TotalAsync(gateway));

        await gateway.RestartAsync();
        Assert.Equal(3, await TotalAsync(gateway));
    }

    [Theory]
    [InlineData("userName")]
    [InlineData("displayName")]
    [InlineData("id")]
    [InlineData("meta.created")]
    [InlineData("meta.lastModified")]
    [InlineData("title")]
    [InlineData("emails")]
    [InlineData("active")]
    [InlineData("externalId")]
    [InlineData("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber")]
    [InlineData("")]
    public async Task Every_order_is_the_same_by_index_and_by_cursor_up_and_down_and_with_a_filter(string sortBy)
    {
        await using var gateway = await MixedAsync();
        foreach (var sortOrder in new[] { "ascending", "descending" })
        foreach (var filter in new[] { "", "&filter=userName co \"1\"", "&filter=not (userName co \"1\")" })
        {
            var query = (sortBy.Length == 0 ? "" : $"sortBy={sortBy}&sortOrder={sortOrder}") + filter;
            var all = Resources(await ListAsync(gateway, $"{query}&count=1000"));
            Assert.True(all.Count > 5);

            var byIndex = new List<string>();
            for (var start = 1; start <= all.Count; start += 3)
                byIndex.AddRange(Ids(await ListAsync(gateway, $"{query}&count=3&startIndex={start}")));
            Assert.Equal(all.Select(Id), byIndex);

            var byCursor = new List<string>();
            for (string? cursor = ""; cursor is not null; )
            {
                var page = await ListAsync(gateway, $"{query}&count=3&cursor={cursor}");
                Assert.Equal(all.Count, (int)page["totalResults"]!);
                Assert.False(page.ContainsKey("startIndex"));
                byCursor.AddRange(Ids(page));
                cursor = (string?)page["nextCursor"];
            }
            Assert.Equal(all.Select(Id), byCursor);
        }
    }

    [Fact]
    public async Task Who_has_no_value_comes_last_and_downwards_first_and_equals_keep_the_order_of_arrival()
    {
        await using var gateway = await StartAsync(
            Person("a", "\"displayName\":\"b\",\"title\":\"x\""),
            Person("b", "\"displayName\":\"A\",\"title\":\"x\""),
            Person("c", "\"nickName\":\"none\""),
            Person("d", "\"displayName\":\"a\",\"title\":\"W\""),
            Person("e", "\"nickName\":\"none\"")
        );

        Assert.Equal("bdace", await OrderAsync(gateway, "sortBy=displayName"));
        Assert.Equal("ceabd", await OrderAsync(gateway, "sortBy=displayName&sortOrder=descending"));
        Assert.Equal("dabce", await OrderAsync(gateway, "sortBy=title"));
        Assert.Equal("ceabd", await OrderAsync(gateway, "sortBy=title&sortOrder=descending"));
        Assert.Equal("edcba", await OrderAsync(gateway, "sortBy=userName&sortOrder=descending"));
    }

    [Fact]
    public async Task Of_several_values_the_primary_one_sorts_else_the_first()
    {
        await using var gateway = await StartAsync(
            Person("a", "\"emails\":[{\"value\":\"a@x\"},{\"value\":\"z@x\",\"primary\":true}]"),
            Person("b", "\"emails\":[{\"value\":\"m@x\"},{\"value\":\"b@x\"}]")
        );

        Assert.Equal("ba", await OrderAsync(gateway, "sortBy=emails"));
        Assert.Equal("ba", await OrderAsync(gateway, "sortBy=emails.value"));
    }

    [Theory]
    [InlineData("sortBy=nothing")]
    [InlineData("sortBy=name")]
    [InlineData("sortBy=addresses")]
    [InlineData("sortBy=password")]
    [InlineData("sortBy=userName&sortOrder=up")]
    [InlineData("count=ten")]
    public async Task What_cannot_be_done_is_refused_and_not_left_aside(string query)
    {
        await using var gateway = await StartAsync();
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Get, $"Users?{query}");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("invalidValue", (string?)body!["scimType"]);
    }

    [Theory]
    [InlineData("filter=")]
    [InlineData("filter=userName")]
    [InlineData("filter=userName like \"x\"")]
    [InlineData("filter=password co \"x\"")]
    [InlineData("filter=active gt true")]
    public async Task A_filter_that_is_not_understood_is_refused(string query)
    {
        await using var gateway = await StartAsync();
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Get, $"Users?{query}");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("invalidFilter", (string?)body!["scimType"]);
    }

    [Fact]
    public async Task Parameters_that_nobody_knows_are_ignored()
    {
        await using var gateway = await WithAsync(2);
        Assert.Equal(2, (int)(await ListAsync(gateway, "aadOptscim062020&x=1&STARTINDEX=1"))["totalResults"]!);

        var id = Ids(await ListAsync(gateway, "count=1"))[0];
        Assert.Equal(
            HttpStatusCode.OK,
            (await gateway.SendAsync(HttpMethod.Get, $"Users/{id}?count=ten&filter=x")).Status
        );
    }

    [Fact]
    public async Task A_cursor_is_good_for_its_own_filter_order_and_source_alone()
    {
        await using var gateway = await WithAsync(5);
        var cursor = (string)
            (await ListAsync(gateway, "count=2&cursor=&filter=userName co \"user\"&sortBy=userName"))["nextCursor"]!;
        Assert.Equal(
            2,
            Names(
                await ListAsync(gateway, $"count=2&cursor={cursor}&filter=userName  co  \"user\"&sortBy=USERNAME")
            ).Count
        );

        foreach (
            var other in new[]
            {
                $"cursor={cursor}",
                $"cursor={cursor}&filter=userName co \"use\"&sortBy=userName",
                $"cursor={cursor}&filter=userName co \"user\"",
                $"cursor={cursor}&filter=userName co \"user\"&sortBy=userName&sortOrder=descending",
                $"cursor={cursor}&filter=userName co \"user\"&sortBy=displayName",
                $"cursor={cursor[..^1]}&filter=userName co \"user\"&sortBy=userName",
                $"cursor={cursor}A&filter=userName co \"user\"&sortBy=userName",
                $"cursor={(cursor[0] == 'A' ? 'B' : 'A')}{cursor[1..]}&filter=userName co \"user\"&sortBy=userName",
                $"cursor={cursor[..30]}{(cursor[30] == 'A' ? 'B' : 'A')}{cursor[31..]}&filter=userName co \"user\"&sortBy=userName",
                "cursor=x",
                "cursor=~",
                "cursor=%00",
                $"cursor={cursor}&startIndex=1&filter=userName co \"user\"&sortBy=userName",
            }
        )
        {
            var (status, body, _) = await gateway.SendAsync(HttpMethod.Get, $"Users?{other}");
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Equal("invalidCursor", (string?)body!["scimType"]);
        }
    }

    // Whoever knows how cursors are made does not know the key: here the place is one that no resource can have.
    [Theory]
    [InlineData("sortBy=title", "\n\ntitle\n\nFalse\n", "\"\\ud800\"", 0)]
    [InlineData("sortBy=title", "\n\ntitle\n\nFalse\n", "\"x\"", 0)]
    [InlineData("sortBy=meta.created", "\n\nmeta\ncreated\nFalse\n", "9223372036854775807", long.MaxValue)]
    [InlineData("", "\n\n\n\n\n", null, long.MinValue)]
    public async Task A_cursor_that_a_client_has_made_is_refused_however_well_it_is_made(
        string sort,
        string query,
        string? key,
        long created
    )
    {
        await using var gateway = await WithAsync(5);
        var place = new byte[8 + 16 + 1];
        BinaryPrimitives.WriteInt64BigEndian(place, created);
        place[^1] = key is null ? (byte)0 : (byte)1;
        place = [.. place, .. Encoding.UTF8.GetBytes(key ?? "")];
        byte[] bound = [.. place, .. Encoding.UTF8.GetBytes($"\n{Gateway.Tenant}\n1\nUser{query}")];

        foreach (var hash in new[] { SHA256.HashData(bound), HMACSHA256.HashData(new byte[32], bound) })
        {
            var cursor = Base64Url.EncodeToString([.. hash[..16], .. place]);
            var (status, body, _) = await gateway.SendAsync(HttpMethod.Get, $"Users?cursor={cursor}&{sort}");

            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Equal("invalidCursor", (string?)body!["scimType"]);
        }
    }

    [Fact]
    public async Task A_cursor_goes_on_after_a_restart()
    {
        await using var gateway = await WithAsync(6);
        var page = await ListAsync(gateway, "count=3&cursor=");
        await gateway.RestartAsync();

        var next = await ListAsync(gateway, $"count=3&cursor={page["nextCursor"]}");

        Assert.Equal(["user3@crew.example", "user4@crew.example", "user5@crew.example"], Names(next));
    }

    [Fact]
    public async Task A_cursor_goes_on_where_it_was_when_its_user_is_gone()
    {
        await using var gateway = await WithAsync(6);
        var page = await ListAsync(gateway, "count=3&cursor=");
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{Ids(page)[^1]}");

        var next = await ListAsync(gateway, $"count=3&cursor={page["nextCursor"]}");

        Assert.Equal(["user3@crew.example", "user4@crew.example", "user5@crew.example"], Names(next));
        Assert.Equal(5, (int)next["totalResults"]!);
        Assert.Null(next["nextCursor"]);
    }

    [Fact]
    public async Task By_cursor_a_count_of_none_is_the_total_alone()
    {
        await using var gateway = await WithAsync(3);
        var page = await ListAsync(gateway, "count=0&cursor=");

        Assert.Equal(3, (int)page["totalResults"]!);
        Assert.Empty(Names(page));
        Assert.Equal(
            "invalidCount",
            (string?)(await gateway.SendAsync(HttpMethod.Get, "Users?cursor=&count=1001")).Body!["scimType"]
        );
    }

    [Theory]
    [InlineData("Users/.search")]
    [InlineData(".search")]
    public async Task A_search_by_post_says_what_a_query_says(string path)
    {
        await using var gateway = await WithAsync(12);
        var byGet = await ListAsync(
            gateway,
            "filter=userName co \"user1\"&sortBy=userName&sortOrder=descending&startIndex=2&count=2&attributes=userName"
        );
        var (status, byPost, _) = await gateway.SendAsync(
            HttpMethod.Post,
            path,
            $$"""
            {"schemas":["{{Search}}"],"filter":"userName co \"user1\"","sortBy":"userName","sortOrder":"descending","startIndex":2,"count":2,"attributes":["userName"]}
            """
        );

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.True(JsonNode.DeepEquals(byGet, byPost), $"{byPost}");
        Assert.Equal(["user11@crew.example", "user10@crew.example"], Names(byPost!));

        var (_, cursor, _) = await gateway.SendAsync(
            HttpMethod.Post,
            path,
            $$"""{"schemas":["{{Search}}"],"cursor":"","count":5}"""
        );
        var (_, next, _) = await gateway.SendAsync(
            HttpMethod.Post,
            path,
            $$"""{"schemas":["{{Search}}"],"cursor":"{{cursor!["nextCursor"]}}","count":5}"""
        );
        Assert.Equal("user5@crew.example", Names(next!)[0]);
    }

    [Theory]
    [InlineData("[]", "invalidSyntax")]
    [InlineData("{", "invalidSyntax")]
    [InlineData("""{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],"filter":1}""", "invalidValue")]
    [InlineData(
        """{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],"filter":"x"}""",
        "invalidFilter"
    )]
    public async Task A_search_that_is_not_understood_is_refused(string body, string type)
    {
        await using var gateway = await StartAsync();
        foreach (var path in new[] { "Users/.search", ".search" })
        {
            var (status, error, _) = await gateway.SendAsync(HttpMethod.Post, path, body);
            Assert.Equal((HttpStatusCode.BadRequest, type), (status, (string?)error!["scimType"]));
        }
    }

    [Fact]
    public async Task A_list_of_the_one_with_no_hit_is_empty_and_not_missing()
    {
        await using var gateway = await WithAsync(2);
        foreach (
            var filter in new[]
            {
                "userName eq \"nobody\"",
                "id eq \"nobody\"",
                "emails[type eq \"work\"].value eq \"nobody\"",
                "title eq \"\\u0000\"",
                "userName co \"\\u0000\"",
            }
        )
        {
            var page = await ListAsync(gateway, $"filter={Uri.EscapeDataString(filter)}");
            Assert.Equal(0, (int)page["totalResults"]!);
            Assert.Empty(page["Resources"]!.AsArray());
        }
    }

    [Fact]
    public async Task Sorting_and_both_ways_of_paging_are_announced()
    {
        await using var gateway = await StartAsync();
        var (_, config, _) = await gateway.SendAsync(HttpMethod.Get, "ServiceProviderConfig");

        Assert.True((bool)config!["sort"]!["supported"]!);
        Assert.True((bool)config["pagination"]!["cursor"]!);
        Assert.True((bool)config["pagination"]!["index"]!);
        Assert.Equal("index", (string)config["pagination"]!["defaultPaginationMethod"]!);
        Assert.Equal(1_000, (int)config["pagination"]!["maxPageSize"]!);
    }

    private static async Task<Gateway> WithAsync(int users)
    {
        var gateway = await Gateway.StartAsync();
        await Crowd.WriteAsync(gateway.Store, Enumerable.Range(0, users).Select(Crowd.Member));
        return gateway;
    }

    private static async Task<Gateway> StartAsync(params Person[] people)
    {
        var gateway = await Gateway.StartAsync();
        await Crowd.WriteAsync(gateway.Store, people);
        return gateway;
    }

    // Values that are missing, that are equal but for their case, that came in the same millisecond.
    private static Task<Gateway> MixedAsync() =>
        StartAsync([
            .. Enumerable
                .Range(0, 23)
                .Select(i =>
                    Person(
                        $"u{i}",
                        string.Join(
                            ',',
                            new[]
                            {
                                i % 4 == 0 ? null : $"\"displayName\":\"{(i % 3 == 0 ? "Ørn" : "ørn")} {i % 5}\"",
                                i % 5 == 0 ? null : $"\"title\":\"t{i % 3}\"",
                                i % 6 == 0 ? null : $"\"active\":{(i % 2 == 0 ? "true" : "false")}",
                                i % 3 == 0 ? null : $"\"externalId\":\"{(i % 2 == 0 ? "X" : "x")}\"",
                                $"\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\":{{\"employeeNumber\":\"{i % 7}\"}}",
                                $"\"emails\":[{{\"value\":\"e{i % 9}@x\"}}]",
                            }.OfType<string>()
                        )
                    ) with
                    {
                        Created = new Instant(1_700_000_000_000 + i / 3),
                        Modified = new Instant(1_700_000_000_000 - i / 2),
                        SourceId = i % 8 == 0 ? 2 : 1,
                    }
                ),
        ]);

    private static long _arrivals = 1_700_000_000_000;

    private static Person Person(string name, string members) =>
        new($$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"{{name}}",{{members}}}""")
        {
            Created = new Instant(Interlocked.Increment(ref _arrivals)),
        };

    private static async Task<JsonObject> ListAsync(Gateway gateway, string query)
    {
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Get, $"Users?{query}");
        Assert.True(status == HttpStatusCode.OK, $"{query}: {status} {body}");
        return body!;
    }

    private static async Task<string> OrderAsync(Gateway gateway, string query) =>
        string.Concat(Names(await ListAsync(gateway, query)));

    private static async Task<int> TotalAsync(Gateway gateway) =>
        (int)(await ListAsync(gateway, "count=0"))["totalResults"]!;

    private static List<JsonObject> Resources(JsonObject page) =>
        [.. page["Resources"]!.AsArray().OfType<JsonObject>()];

    private static List<string> Names(JsonObject page) => Resources(page).ConvertAll(user => (string)user["userName"]!);

    private static List<string> Ids(JsonObject page) => Resources(page).ConvertAll(Id);

    private static string Id(JsonObject user) => (string)user["id"]!;
}

using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Host.Scim;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Reads;
using ScimGateway.Provisioning.Storage.Sqlite;
using ScimGateway.SlackEmulator.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Reads;

/// <summary>Lists that look at each resource: two of a tenant's at a time, and each within its effort.</summary>
public class ScanTests
{
    private const string Manager = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value";

    private static readonly Guid _someId = new("0193f8d0-0000-7000-8000-000000000001");
    private static readonly Caller _caller = new(Gateway.Tenant, 1, "one", new(), Dialect.Everything);
    private static readonly TenantId _other = new(2);

    [Fact]
    public async Task Two_scans_of_a_tenant_run_and_a_third_one_waits_for_its_turn()
    {
        using var scans = new Blocked(new ManualClock());
        var first = scans.Run(Gateway.Tenant);
        var second = scans.Run(Gateway.Tenant);
        await scans.HasBegunAsync(2);

        var third = scans.Run(Gateway.Tenant);
        var others = scans.Run(_other);
        await scans.HasBegunAsync(3); // of the other tenant
        Assert.False(third.IsCompleted);

        scans.LetOneEnd();
        await scans.HasBegunAsync(4);
        scans.LetAllEnd();
        var ended = await Task.WhenAll(first, second, third, others);
        Assert.Equal([1, 1, 1, 1], ended);
    }

    [Fact]
    public async Task Who_has_waited_for_too_long_is_told_to_come_again()
    {
        var clock = new ManualClock();
        using var scans = new Blocked(clock);
        Task<int>[] running = [scans.Run(Gateway.Tenant), scans.Run(Gateway.Tenant)];
        await scans.HasBegunAsync(2);
        var waits = scans.Run(Gateway.Tenant);

        clock.Advance(TimeSpan.FromSeconds(4));
        Assert.False(waits.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(2));

        var refused = await Assert.ThrowsAsync<ScimException>(() => waits);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        Assert.Equal(TimeSpan.FromSeconds(5), refused.RetryAfter);
        scans.LetAllEnd();
        await Task.WhenAll(running);
        Assert.Equal(1, await scans.Run(Gateway.Tenant)); // and its place is free
    }

    [Fact]
    public async Task More_than_a_few_do_not_even_wait()
    {
        using var scans = new Blocked(new ManualClock());
        var all = Enumerable.Range(0, 30).Select(_ => scans.Run(Gateway.Tenant)).ToList();
        await scans.HasBegunAsync(2);

        Assert.Equal(12, all.Count(one => one.IsFaulted));
        scans.LetAllEnd();
        await Task.WhenAll(all.Where(one => !one.IsFaulted));
    }

    [Fact]
    public async Task Who_has_gone_gives_up_the_place()
    {
        using var gone = new CancellationTokenSource();
        using var scans = new Blocked(new ManualClock());
        Task<int>[] running = [scans.Run(Gateway.Tenant), scans.Run(Gateway.Tenant)];
        await scans.HasBegunAsync(2);
        var waits = scans.Run(Gateway.Tenant, gone.Token);
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);
        scans.LetAllEnd();
        await Task.WhenAll(running);
        Assert.Equal(2, scans.Begun);
    }

    [Fact]
    public async Task What_an_index_leads_to_is_no_scan_however_many_scans_there_are()
    {
        await using var file = await StoreFile.OpenAsync();
        await Crowd.WriteAsync(file.Store, Enumerable.Range(0, 20).Select(Crowd.Member));
        (string Filter, bool IsScan)[] filters =
        [
            ("userName eq \"user1@crew.example\"", false),
            ("userName eq \"user1@crew.example\" and title co \"e\"", false),
            ("id eq \"x\" or externalId eq \"y\"", false),
            ("emails.value eq \"user1@crew.example\"", false),
            ("emails[type eq \"work\" and value eq \"user1@crew.example\"]", false),
            ("userName eq \"user1@crew.example\" and displayName eq \"x\" and title pr", false),
            // These may be all there are: they are no scan as long as SQL tells all of it.
            ("displayName eq \"x\"", false),
            ("displayName eq \"x\" and title co \"e\"", true),
            ($"{Manager} eq \"x\"", false),
            ($"{Manager} eq \"x\" and title pr", true),
            ($"groups.value eq \"{_someId}\"", false),
            ($"groups.value eq \"{_someId}\" and title pr", true),
            ($"groups eq \"{_someId}\" and nickName eq \"v\"", true),
            ("groups.display eq \"x\"", false),
            ("groups[display eq \"x\" and value sw \"7\"]", true),
            ("userName eq \"user1@crew.example\" or displayName eq \"x\"", false),
            ("(userName eq \"user1@crew.example\" or displayName eq \"x\") and title pr", true),
            ("userName co \"user\"", true),
            ("title eq \"engineer\"", true),
            ("userName eq \"user1@crew.example\" or title eq \"x\"", true),
            ("active eq true", true),
            ("not (userName eq \"user1@crew.example\")", true),
        ];
        foreach (var (filter, isScan) in filters)
            Assert.Equal((filter, isScan), (filter, UserList(filter).IsScan));
        Assert.False(UserList(null).IsScan);
        Assert.True(UserList(null, "title").IsScan);
        Assert.True(UserList(null, "meta.lastModified").IsScan);
        Assert.False(UserList(null, "userName").IsScan);
        Assert.False(UserList(null, "meta.created").IsScan);
        Assert.False(UserList("userName eq \"user1@crew.example\"", "title").IsScan);
        Assert.False(UserList("displayName eq \"x\"", "userName").IsScan);
        Assert.True(UserList("displayName eq \"x\"", "title").IsScan);
    }

    [Theory]
    [InlineData("displayName eq \"x\"", null, false)]
    [InlineData("displayName eq \"x\" and members pr", null, true)]
    [InlineData("members eq \"0193f8d0-0000-7000-8000-000000000001\"", null, false)]
    [InlineData("members.value eq \"0193f8d0-0000-7000-8000-000000000001\" and externalId pr", null, true)]
    [InlineData("members eq \"0193f8d0-0000-7000-8000-000000000001\"", "externalId", true)]
    [InlineData("id eq \"0193f8d0-0000-7000-8000-000000000001\" and members pr", "externalId", false)]
    public void Groups_of_one_name_or_member_may_be_many(string filter, string? sortBy, bool isScan) =>
        Assert.Equal(isScan, List(Kind.Group, filter, sortBy).IsScan);

    [Fact]
    public async Task A_page_that_SQL_reads_ends_where_it_is_when_its_sender_has_gone()
    {
        await using var file = await StoreFile.OpenAsync();
        await Crowd.WriteAsync(file.Store, Enumerable.Range(0, 50).Select(Crowd.Member));
        var reads = new ResourceReads(file.Store, TimeProvider.System);
        using var gone = new CancellationTokenSource();
        var (query, shown) = (new ResourceQuery("", 50, new Sought(Kind.User)), 0);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await reads.ListAsync(
                _caller,
                query,
                _ =>
                {
                    shown++;
                    gone.Cancel();
                },
                new WorkLimit(gone: gone.Token)
            )
        );

        Assert.Equal(1, shown);
        await reads.ListAsync(_caller, query, _ => shown++, new WorkLimit());
        Assert.Equal(51, shown);
    }

    [Fact]
    public async Task A_list_that_lacked_memory_at_first_is_read_again_with_all_its_effort()
    {
        await using var gateway = await Gateway.StartAsync();
        await Crowd.WriteAsync(
            gateway.Store,
            Enumerable
                .Range(0, 100)
                .Select(i => new Person(
                    $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"u{{i}}","title":"{{new string('t', 4_000)}}"}"""
                ))
        );
        var memory = gateway.Part<RequestMemory>().Of(Gateway.Tenant);
        var others = RequestMemory.Usual - (100 << 10);
        // More than half of what one request may ask for, and all hundred of them.
        var filter = string.Join(" or ", Enumerable.Range(0, 80).Select(i => $"title co \"{i}\"")) + " or title pr";
        foreach (var place in new[] { "Users", "" }) // whole, and sent as it is written
        {
            memory.Take(others);
            var search = SearchAsync(gateway, filter, $"{place}/.search".TrimStart('/'), count: 100);
            await Gateway.UntilAsync(() => Task.FromResult(search.IsCompleted || memory.Waits == 1));
            memory.GiveBack(others);

            Assert.Equal(HttpStatusCode.OK, await search);
        }
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_filter_of_hundreds_of_terms_over_thousands_of_users_is_too_many()
    {
        await using var gateway = await Gateway.StartAsync();
        await Crowd.WriteAsync(gateway.Store, Enumerable.Range(0, 4_000).Select(Crowd.Member));
        string Terms(int count) => string.Join(" or ", Enumerable.Range(0, count).Select(i => $"title co \"x{i}\""));

        Assert.Equal(HttpStatusCode.OK, await SearchAsync(gateway, Terms(50)));
        Assert.Equal(HttpStatusCode.BadRequest, await SearchAsync(gateway, Terms(400)));
        // The same where an index leads to few.
        Assert.Equal(
            HttpStatusCode.OK,
            await SearchAsync(gateway, $"userName eq \"user1@crew.example\" and ({Terms(400)})")
        );
    }

    [Fact]
    public async Task Operations_of_one_bulk_request_share_their_effort()
    {
        await using var gateway = await Gateway.StartAsync();
        var emails = string.Join(
            ',',
            Enumerable.Range(0, 1_000).Select(i => $$"""{"value":"a{{i}}@corp.example","type":"t{{i}}"}""")
        );
        var (_, made, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Users",
            $$"""
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada","name":{"familyName":"Lovelace"},"emails":[{{emails}}]}
            """
        );
        var id = (string)made!["id"]!;
        const string Dear =
            """{"op":"replace","path":"emails[type co \"nobody\" or type co \"t7\"].display","value":"x"}""";
        var patch = $$"""{"Operations":[{{string.Join(',', Enumerable.Repeat(Dear, 20))}}]}""";

        var (status, answer, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Bulk",
            $$"""
            {"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[{{string.Join(
                ',',
                Enumerable.Repeat($$"""{"method":"PATCH","path":"/Users/{{id}}","data":{{patch}}}""", 30)
            )}}]}
            """
        );

        Assert.Equal(HttpStatusCode.OK, status);
        var types = answer!["Operations"]!
            .AsArray()
            .Select(one => (string?)one!["response"]?["scimType"] ?? "")
            .ToHashSet();
        Assert.Contains("tooMany", types);
        Assert.Equal(
            HttpStatusCode.OK,
            (await gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", Requests.Patch("title", "\"Countess\""))).Status
        );
    }

    private static async Task<HttpStatusCode> SearchAsync(
        Gateway gateway,
        string filter,
        string place = "Users/.search",
        int count = 1
    ) =>
        (
            await gateway.SendAsync(
                HttpMethod.Post,
                place,
                new JsonObject
                {
                    ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:SearchRequest"),
                    ["filter"] = filter,
                    ["count"] = count,
                }.ToJsonString()
            )
        ).Status;

    private static ResourceList UserList(string? filter, string? sortBy = null) => List(Kind.User, filter, sortBy);

    private static ResourceList List(Kind kind, string? filter, string? sortBy) =>
        new(
            SqliteDialect.One,
            _caller,
            new ResourceQuery(
                "",
                10,
                new Sought(kind)
                {
                    Filter = filter is null ? null : Filter.Read(filter, GatewayTypes.Of(kind), Reading.Rfc()),
                    Sort = sortBy is null ? null : SortOrder.Read(sortBy, false, GatewayTypes.Of(kind), Reading.Rfc()),
                }
            ),
            cursorKey: null
        );

    /// <summary>Scans that go on until they are let end.</summary>
    private sealed class Blocked(ManualClock clock) : IDisposable
    {
        private readonly Scans _scans = new(clock);
        private readonly SemaphoreSlim _end = new(0);
        private readonly SemaphoreSlim _othersEnd = new(0);
        private int _begun;

        public int Begun => Volatile.Read(ref _begun);

        public Task<int> Run(TenantId tenant, CancellationToken gone = default) =>
            _scans.RunAsync(
                tenant,
                () =>
                {
                    Interlocked.Increment(ref _begun);
                    Assert.True(
                        (tenant == _other ? _othersEnd : _end).Wait(TimeSpan.FromSeconds(30), CancellationToken.None)
                    );
                    return Task.FromResult(1);
                },
                gone
            );

        public Task HasBegunAsync(int count) => Gateway.UntilAsync(() => Task.FromResult(Begun >= count));

        public void LetOneEnd() => _end.Release();

        public void LetAllEnd()
        {
            _end.Release(100);
            _othersEnd.Release();
        }

        public void Dispose()
        {
            _end.Dispose();
            _othersEnd.Dispose();
        }
    }
}

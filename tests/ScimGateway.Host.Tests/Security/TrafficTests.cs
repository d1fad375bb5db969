using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ScimGateway.Host.Security;
using ScimGateway.Host.Serve;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Security;

/// <summary>How many requests are taken of a tenant and of an admin key: what is too much is told when to come again.</summary>
public sealed class TrafficTests
{
    [Fact]
    public async Task A_tenant_has_its_burst_and_then_its_rate_and_another_tenant_its_own()
    {
        var clock = new ManualClock();
        await using var served = await StartAsync(clock, ofTenant: 5);
        var token = await served.SetUpAsync();
        var others = await served.SetUpAsync("other", SlackEmulatorServer.TokenOf(2));
        using var provider = served.Provider("acme", token);
        using var other = served.Provider("other", others);

        for (var i = 0; i < 10; i++)
            Assert.Equal(HttpStatusCode.OK, (await Gateway.SendAsync(provider, HttpMethod.Get, "Users")).Status);
        var (status, body, answer) = await Gateway.SendAsync(provider, HttpMethod.Get, "Users");

        Assert.Equal((HttpStatusCode.TooManyRequests, "429"), (status, (string?)body!["status"]));
        Assert.Equal("application/scim+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("1", Assert.Single(answer.Headers.GetValues("Retry-After")));
        Assert.Equal(HttpStatusCode.OK, (await Gateway.SendAsync(other, HttpMethod.Get, "Users")).Status);

        clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(HttpStatusCode.OK, (await Gateway.SendAsync(provider, HttpMethod.Get, "Users")).Status);
        Assert.Equal(
            HttpStatusCode.TooManyRequests,
            (await Gateway.SendAsync(provider, HttpMethod.Post, "Users", Requests.User())).Status
        );
    }

    [Fact]
    public async Task Who_has_no_credential_takes_nothing_from_who_has_one_and_leaves_nothing_behind()
    {
        await using var served = await StartAsync(new ManualClock(), ofTenant: 1);
        var token = await served.SetUpAsync();
        using var provider = served.Provider("acme", token);
        using var wrong = served.Provider("acme", "sgt_nobodys");
        using var nobody = new HttpClient { BaseAddress = served.Base };
        for (var i = 0; i < 50; i++)
        {
            using var one = await wrong.GetAsync("Users");
            using var two = await nobody.GetAsync($"tenant-{i}/scim/v2/Users");
            using var three = await nobody.GetAsync("acme/scim/v2/Users");
            using var four = await nobody.PostAsync($"tenant-{i}/oauth/token", null);
        }
        Assert.Equal(0, served.Part<Traffic>().Tenants.Kept);

        Assert.Equal(HttpStatusCode.OK, (await Gateway.SendAsync(provider, HttpMethod.Get, "Users")).Status);
        Assert.Equal(1, served.Part<Traffic>().Tenants.Kept);
    }

    [Fact]
    public async Task A_bulk_request_is_one()
    {
        await using var served = await StartAsync(new ManualClock(), ofTenant: 1);
        using var provider = served.Provider("acme", await served.SetUpAsync());
        var operations = string.Join(
            ',',
            Enumerable
                .Range(0, 20)
                .Select(i =>
                    $$$"""{"method":"POST","path":"/Users","bulkId":"b{{{i}}}","data":{{{Requests.User($"u{i}", $"u{i}@corp.example")}}}}"""
                )
        );

        var (status, body, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Bulk",
            $$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[{{operations}}]}"""
        );

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.All(body!["Operations"]!.AsArray(), one => Assert.Equal("201", (string?)one!["status"]));
    }

    [Fact]
    public async Task A_client_that_asks_for_a_token_again_and_again_is_told_to_wait()
    {
        await using var served = await StartAsync(new ManualClock(), ofTenant: 1);
        await served.SetUpAsync();
        var made = await served.AskAsync(
            HttpMethod.Post,
            "tenants/acme/sources/1/credentials",
            """{"kind":"oauthClient"}"""
        );
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = (string)made["use"]!["Client ID"]!,
            ["client_secret"] = (string)made["secret"]!,
        };
        using var client = new HttpClient();

        var answers = new List<HttpResponseMessage>();
        for (var i = 0; i < 3; i++)
            answers.Add(
                await client.PostAsync(new Uri(served.Base, "acme/oauth/token"), new FormUrlEncodedContent(form))
            );

        Assert.Equal([200, 200, 429], answers.Select(answer => (int)answer.StatusCode));
        Assert.Equal("1", Assert.Single(answers[2].Headers.GetValues("Retry-After")));
        Assert.Contains("error_description", await answers[2].Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_admin_key_has_its_own_and_health_is_always_answered()
    {
        var clock = new ManualClock();
        await using var served = await StartAsync(clock, ofKey: 2);
        using var second = await served.WithKeyAsync("viewer");
        for (var i = 0; i < 4; i++)
            Assert.Equal(HttpStatusCode.OK, (await ServedGateway.SendAsync(second, HttpMethod.Get, "tenants")).Status);

        var (status, body, answer) = await ServedGateway.SendAsync(second, HttpMethod.Get, "tenants");

        Assert.Equal(
            (HttpStatusCode.TooManyRequests, "urn:scimgateway:problem:too-many"),
            (status, (string?)body!["type"])
        );
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("1", Assert.Single(answer.Headers.GetValues("Retry-After")));
        Assert.Equal(HttpStatusCode.OK, (await served.SendAsync(HttpMethod.Get, "tenants")).Status); // another key
        using var nobody = new HttpClient { BaseAddress = served.Base };
        for (var i = 0; i < 20; i++)
            Assert.Contains("ok", await nobody.GetStringAsync("health/ready"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_keys_of_a_tenant_share_what_the_tenant_may_send()
    {
        await using var served = await StartAsync(new ManualClock(), ofTenant: 2);
        using var provider = served.Provider("acme", await served.SetUpAsync());
        using var first = await served.WithKeyAsync("owner", "acme");
        using var second = await served.WithKeyAsync("viewer", "acme");
        async Task<HttpStatusCode> AskAsync(HttpClient key) =>
            (await ServedGateway.SendAsync(key, HttpMethod.Get, "tenants/acme")).Status;

        for (var i = 0; i < 2; i++)
            Assert.Equal(
                (HttpStatusCode.OK, HttpStatusCode.OK),
                (await AskAsync(first), (await Gateway.SendAsync(provider, HttpMethod.Get, "Users")).Status)
            );

        Assert.Equal(HttpStatusCode.TooManyRequests, await AskAsync(first));
        Assert.Equal(HttpStatusCode.TooManyRequests, await AskAsync(second));
        Assert.Equal(
            HttpStatusCode.TooManyRequests,
            (await Gateway.SendAsync(provider, HttpMethod.Get, "Users")).Status
        );
        Assert.Equal(HttpStatusCode.OK, await AskAsync(served.Client)); // the operator's
    }

    [Theory]
    [InlineData(200, 50)]
    [InlineData(40, 3, "--tenant-requests", "40", "--key-requests", "3")]
    public async Task How_much_it_is_is_a_setting(int ofTenant, int ofKey, params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("scimgateway-traffic-");
        await using (
            var app = await ServeCommand.BuildAsync(
                ["--init", "--data", folder.FullName, "--urls", "http://127.0.0.1:0", .. arguments],
                TimeProvider.System
            )
        )
        {
            var traffic = app.Services.GetRequiredService<IOptions<TrafficOptions>>().Value;
            Assert.Equal((ofTenant, ofKey), (traffic.OfTenant, traffic.OfKey));
        }
        folder.Delete(recursive: true);
    }

    [Fact]
    public void What_is_under_way_has_a_bound_and_gives_its_place_back()
    {
        var lanes = new Lanes<int>(() => new TrafficLane(100, underWay: 2, kept: 1, new ManualClock()));
        Assert.Null(lanes.Of(1).Enter(out var first));
        Assert.Null(lanes.Of(1).Enter(out _));

        Assert.Equal(TimeSpan.FromSeconds(1), lanes.Of(1).Enter(out var none));
        Assert.Null(lanes.Of(2).Enter(out _));
        none.Dispose(); // it was no place
        Assert.NotNull(lanes.Of(1).Enter(out _));
        first.Dispose();
        Assert.Null(lanes.Of(1).Enter(out _));
    }

    // Whoever sends faster than he may gets what he may, and not nothing.
    [Fact]
    public void What_is_refused_is_not_counted()
    {
        var clock = new ManualClock();
        var lanes = new Lanes<int>(() => new TrafficLane(10, underWay: 1_000, kept: 1, clock));
        var taken = 0;
        for (var tenth = 0; tenth < 100; tenth++)
        {
            for (var i = 0; i < 5; i++)
                if (lanes.Of(1).Enter(out var place) is null)
                {
                    taken++;
                    place.Dispose();
                }
            clock.Advance(TimeSpan.FromSeconds(0.1));
        }

        Assert.Equal(20 + 99, taken); // the burst, and then ten a second
    }

    [Fact]
    public void Whom_nothing_is_known_of_any_more_is_forgotten_when_there_are_many()
    {
        var clock = new ManualClock();
        var lanes = new Lanes<int>(() => new TrafficLane(1, underWay: 10, kept: 1, clock));
        for (var who = 0; who < Lanes<int>.MostKept; who++)
        {
            lanes.Of(who).Enter(out var place);
            if (who > 0)
                place.Dispose(); // the first stays under way
        }
        Assert.Equal(Lanes<int>.MostKept, lanes.Kept);

        clock.Advance(TimeSpan.FromSeconds(2));
        lanes.Of(-1).Enter(out _);

        Assert.Equal(2, lanes.Kept);
    }

    [Fact]
    public async Task Of_ten_thousand_at_once_as_many_come_in_as_there_is_room_for()
    {
        var lanes = new Lanes<int>(() => new TrafficLane(500, underWay: 100_000, kept: 1, new ManualClock()));

        var taken = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(_ =>
                    Task.Run(() => Enumerable.Range(0, 1_250).Count(_ => lanes.Of(1).Enter(out var _) is null))
                )
        );

        Assert.Equal(1_000, taken.Sum());
    }

    private static Task<ServedGateway> StartAsync(
        TimeProvider clock,
        int ofTenant = TrafficOptions.Most,
        int ofKey = TrafficOptions.Most
    ) =>
        ServedGateway.StartAsync(
            services =>
                services.Configure<TrafficOptions>(traffic => (traffic.OfTenant, traffic.OfKey) = (ofTenant, ofKey)),
            clock: clock
        );
}

using System.Collections.Concurrent;
using System.Net;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Slack.Budget;
using ScimGateway.SlackEmulator;
using Xunit;
using static ScimGateway.Host.Tests.AtHome.NeighbourTests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.AtHome;

/// <summary>Tenants that are renamed, reconnected and deleted while requests come.</summary>
public class TenantLifeTests
{
    private static readonly TenantId _second = new(2);

    [Fact]
    public async Task A_renamed_tenant_is_found_by_its_new_word_alone()
    {
        await using var gateway = await StartAsync();
        using var other = gateway.Of(2);
        var id = await UserAsync(other);

        await gateway.Part<Homes>().RenameAsync(_second, "moved");

        Assert.Equal(HttpStatusCode.Unauthorized, (await Gateway.SendAsync(other, HttpMethod.Get, "Users")).Status);
        using var moved = gateway.NewClient();
        moved.BaseAddress = new Uri(gateway.Base, "/moved/scim/v2/");
        moved.DefaultRequestHeaders.Authorization = new("Bearer", $"{Gateway.Token}-2");
        Assert.Equal(
            HttpStatusCode.OK,
            (await Gateway.SendAsync(moved, HttpMethod.Patch, $"Users/{id}", Patch("title", "\"Countess\""))).Status
        );
        Assert.Equal(1, await TotalAsync(moved, "Users"));
    }

    [Fact]
    public async Task No_two_tenants_have_one_word()
    {
        await using var gateway = await StartAsync();
        using var other = gateway.Of(2);

        var refused = await Assert.ThrowsAsync<SlugTakenException>(() =>
            gateway.Part<Homes>().RenameAsync(_second, "demo")
        );

        Assert.Equal("Another tenant has the word 'demo' in its path; choose another one.", refused.Message);
        Assert.Equal(0, await TotalAsync(other, "Users"));
        Assert.Equal(0, await TotalAsync(gateway.Client, "Users"));
    }

    [Fact]
    public async Task Of_a_deleted_tenant_nothing_stays_here_and_all_of_it_in_Slack()
    {
        await using var gateway = await StartAsync();
        using var other = gateway.Of(2);
        await UserAsync(gateway.Client);
        foreach (var name in new[] { "ada", "bob" })
            await UserAsync(other, name);
        await Gateway.SendAsync(other, HttpMethod.Post, "Groups", GroupRequests.Group("Crew"));
        await gateway.QuietAsync();

        await gateway.Part<Homes>().DeleteAsync(_second, dropsUntold: true);

        Assert.Equal(HttpStatusCode.Unauthorized, (await Gateway.SendAsync(other, HttpMethod.Get, "Users")).Status);
        Assert.Equal(1, await TotalAsync(gateway.Client, "Users"));
        Assert.Equal([new TenantId(1)], OwnersOfRows(gateway));
        Assert.Equal(
            2,
            gateway.Slack.Organization(2).Workspace.Users().Count(user => (string?)user["userName"] is "ada" or "bob")
        );

        // Its organization is free for another tenant, of whom it has all.
        await gateway.RestartAsync();
        using var again = gateway.Of(2);
        await UserAsync(again, "eve");
        Assert.True(OwnersOfRows(gateway).Max(id => id.Value) > 2); // no number comes again
    }

    [Fact]
    public async Task A_tenant_that_is_deleted_while_requests_come_answers_each_of_them_and_none_with_a_fault()
    {
        await using var gateway = await StartAsync();
        var go = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var answers = new List<HttpStatusCode>();
        var clients = Enumerable
            .Range(0, 4)
            .Select(client =>
                Task.Run(async () =>
                {
                    using var other = gateway.Of(2);
                    for (var i = 0; !go.IsCancellationRequested; i++)
                    {
                        var (status, _, _) = await Gateway.SendAsync(
                            other,
                            HttpMethod.Post,
                            "Users",
                            User($"p{client}-{i}", $"p{client}-{i}@corp.example")
                        );
                        lock (answers)
                            answers.Add(status);
                        if (status == HttpStatusCode.Unauthorized)
                            return;
                    }
                })
            )
            .ToArray();
        await Gateway.UntilAsync(() =>
        {
            lock (answers)
                return Task.FromResult(answers.Count > 40);
        });

        await gateway.Part<Homes>().DeleteAsync(_second, dropsUntold: true);
        await Task.WhenAll(clients);

        Assert.All(
            answers.Distinct(),
            status =>
                Assert.Contains(
                    status,
                    new[] { HttpStatusCode.Created, HttpStatusCode.ServiceUnavailable, HttpStatusCode.Unauthorized }
                )
        );
        Assert.Equal(4, answers.Count(status => status == HttpStatusCode.Unauthorized));
        Assert.Equal([new TenantId(1)], OwnersOfRows(gateway));
    }

    [Fact]
    public async Task A_tenant_that_is_renamed_while_requests_come_does_each_once_and_none_ends_with_a_fault()
    {
        await using var gateway = await StartAsync();
        using var go = new CancellationTokenSource();
        var word = "demo2";
        var crowd = new Crowd(gateway, () => word, go.Token);
        await crowd.HasDoneAsync(8);

        for (var i = 0; i < 10; i++)
        {
            await gateway.Part<Homes>().RenameAsync(_second, $"moved-{i}");
            word = $"moved-{i}";
            await crowd.HasDoneAsync(4);
        }
        await go.CancelAsync();

        await crowd.RequireAsync(HttpStatusCode.Created, HttpStatusCode.Unauthorized); // by the word that was
    }

    [Fact]
    public async Task A_tenant_that_is_connected_anew_while_requests_come_does_each_once_and_is_read_all_the_time()
    {
        await using var gateway = await StartAsync();
        using var other = gateway.Of(2);
        var id = await UserAsync(other);
        using var go = new CancellationTokenSource();
        var crowd = new Crowd(gateway, () => "demo2", go.Token);
        var reading = Task.Run(async () =>
        {
            var answers = new HashSet<HttpStatusCode>();
            while (!go.IsCancellationRequested)
                answers.Add((await Gateway.SendAsync(other, HttpMethod.Get, $"Users/{id}")).Status);
            return answers;
        });
        await crowd.HasDoneAsync(8);

        for (var i = 0; i < 5; i++)
        {
            await ConnectAsync(gateway);
            await crowd.HasDoneAsync(4);
        }
        await go.CancelAsync();

        await crowd.RequireAsync(HttpStatusCode.Created, HttpStatusCode.ServiceUnavailable);
        Assert.Equal([HttpStatusCode.OK], await reading);
    }

    [Fact]
    public async Task A_tenant_that_is_connected_anew_loses_nothing_and_tells_the_new_token_from_then_on()
    {
        await using var gateway = await StartAsync();
        using var other = gateway.Of(2);
        var id = await UserAsync(other);
        gateway.Slack.Organization(2).Calls.Clear();

        var home = await ConnectAsync(gateway);

        Assert.Same(home, gateway.Part<Homes>().Find("demo2"));
        Assert.Equal(
            HttpStatusCode.OK,
            (await Gateway.SendAsync(other, HttpMethod.Patch, $"Users/{id}", Patch("title", "\"Countess\""))).Status
        );
        await gateway.QuietAsync();
        Assert.Equal(
            "Countess",
            (string?)
                gateway.Slack.Organization(2).Workspace.Users().Single(user => (string?)user["userName"] == "ada")[
                    "title"
                ]
        );
    }

    [Fact]
    public async Task Who_still_writes_for_a_home_that_was_replaced_is_told_so_and_nothing_breaks()
    {
        await using var gateway = await StartAsync();
        var homes = gateway.Part<Homes>();
        var former = homes.Find("demo2")!;
        await ConnectAsync(gateway);

        await Assert.ThrowsAsync<HomeEndedException>(() => former.ConnectAsync());
    }

    [Fact]
    public async Task A_tenant_is_not_connected_with_another_organization_and_goes_on_with_its_own()
    {
        await using var gateway = await StartAsync();
        using var other = gateway.Of(2);
        var id = await UserAsync(other);

        await Assert.ThrowsAsync<Provisioning.Importing.SlackUnreadableException>(() =>
            gateway
                .Part<Homes>()
                .ConnectAsync(
                    _second,
                    gateway.Slack.ScimUrl,
                    SlackEmulatorServer.TokenOf(3),
                    SlackLimits.Unlimited,
                    TestContext.Current.CancellationToken
                )
        );

        Assert.Equal(
            HttpStatusCode.OK,
            (await Gateway.SendAsync(other, HttpMethod.Patch, $"Users/{id}", Patch("title", "\"Countess\""))).Status
        );
        Assert.Equal(1, await TotalAsync(other, "Users"));
    }

    private static Task<TenantHome> ConnectAsync(Gateway gateway) =>
        gateway.ConnectAsync(_second, SlackEmulatorServer.TokenOf(2));

    private static List<TenantId> OwnersOfRows(Gateway gateway)
    {
        using var kept = gateway.Kept();
        var groups = kept.Resources.Select(one => one.Id).AsEnumerable().ToHashSet();
        Assert.All(kept.Members.AsEnumerable(), member => Assert.Contains(member.MemberId, groups));
        return
        [
            .. kept
                .Tenants.Select(one => one.Id)
                .AsEnumerable()
                .Concat(kept.Resources.Select(one => one.TenantId))
                .Concat(kept.Links.Select(one => one.TenantId))
                .Concat(kept.Keys.Select(one => one.TenantId))
                .Concat(kept.Emails.Select(one => one.TenantId))
                .Concat(kept.Operations.Select(one => one.TenantId))
                .Concat(kept.Jobs.Select(one => one.TenantId))
                .Concat(kept.Sources.Select(one => one.TenantId))
                .Concat(kept.Outbox.Select(one => one.TenantId))
                .Distinct()
                .OrderBy(id => id.Value),
        ];
    }

    /// <summary>Clients of the second tenant that make one user after the other until they are told to stop.</summary>
    private sealed class Crowd
    {
        private readonly Gateway _gateway;
        private readonly ConcurrentQueue<(string Name, HttpStatusCode Status, bool SaysWhen)> _answers = [];
        private readonly Task _all;

        /// <param name="gateway">Whom they ask.</param>
        /// <param name="word">The tenant's word in the path as it is now.</param>
        /// <param name="stop">When they stop.</param>
        public Crowd(Gateway gateway, Func<string> word, CancellationToken stop)
        {
            _gateway = gateway;
            _all = Task.WhenAll(Enumerable.Range(0, 4).Select(client => Task.Run(() => MakeAsync(client, word, stop))));
        }

        private int Done => _answers.Count(answer => answer.Status == HttpStatusCode.Created);

        /// <summary>Waits until so many more are made.</summary>
        public Task HasDoneAsync(int more)
        {
            var before = Done;
            return Gateway.UntilAsync(() => Task.FromResult(_all.IsFaulted || Done >= before + more));
        }

        /// <summary>All were answered so, and whoever was told that he was made is in Slack once.</summary>
        public async Task RequireAsync(params HttpStatusCode[] expected)
        {
            await _all;
            Assert.All(_answers, answer => Assert.Contains(answer.Status, expected));
            Assert.All(
                _answers.Where(answer => answer.Status == HttpStatusCode.ServiceUnavailable),
                answer => Assert.True(answer.SaysWhen)
            );
            await _gateway.QuietAsync();
            var accounts = _gateway
                .Slack.Organization(2)
                .Workspace.Users()
                .GroupBy(user => (string)user["userName"]!)
                .ToDictionary(same => same.Key, same => same.Count());
            Assert.All(accounts, account => Assert.Equal(1, account.Value));
            Assert.All(
                _answers.Where(answer => answer.Status == HttpStatusCode.Created),
                answer => Assert.Contains(answer.Name, accounts)
            );
        }

        private async Task MakeAsync(int client, Func<string> word, CancellationToken stop)
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                using var provider = _gateway.Of(2);
                provider.BaseAddress = new Uri(_gateway.Base, $"/{word()}/scim/v2/");
                var name = $"p{client}-{i}";
                var (status, _, response) = await Gateway.SendAsync(
                    provider,
                    HttpMethod.Post,
                    "Users",
                    User(name, $"{name}@corp.example")
                );
                _answers.Enqueue((name, status, response.Headers.RetryAfter is not null));
            }
        }
    }
}

using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.SlackEmulator.Tests;
using ScimGateway.SlackEmulator.Traffic;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.AtHome;

/// <summary>
/// Two tenants with equal people, groups, providers' ids and, at Slack, equal ids: what is done at one of them the other
/// does not see.
/// </summary>
public class NeighbourTests
{
    private static readonly Setting _two = new() { Tenants = 2 };

    [Fact]
    public async Task Equal_people_and_groups_are_each_tenants_own()
    {
        await using var gateway = await StartAsync();
        using var other = gateway.Of(2);
        var (here, there) = (await UserAsync(gateway.Client), await UserAsync(other));
        var (ours, theirs) = (await TeamAsync(gateway.Client, here), await TeamAsync(other, there));
        await gateway.QuietAsync();

        Assert.Equal(AtSlack(gateway, 1, here), AtSlack(gateway, 2, there)); // one id, in two organizations
        Assert.Equal((1, 1), (await TotalAsync(gateway.Client, "Users"), await TotalAsync(other, "Users")));
        Assert.Equal((1, 1), (await TotalAsync(gateway.Client, "Groups"), await TotalAsync(other, "Groups")));

        // What one renames, deactivates and takes out is so there alone.
        await Gateway.SendAsync(other, HttpMethod.Patch, $"Users/{there}", Patch("title", "\"Countess\""));
        await Gateway.SendAsync(other, HttpMethod.Patch, $"Users/{there}", Patch("active", "false"));
        await Gateway.SendAsync(other, HttpMethod.Delete, $"Groups/{theirs}");
        await gateway.QuietAsync();
        var shown = (await gateway.SendAsync(HttpMethod.Get, $"Users/{here}")).Body!;
        Assert.Equal((true, null), ((bool)shown["active"]!, (string?)shown["title"]));
        Assert.Equal([here], await MembersAsync(gateway.Client, ours));
        Assert.True(Account(gateway, 1)["active"]!.GetValue<bool>());
        Assert.False(Account(gateway, 2)["active"]!.GetValue<bool>());
        Assert.Single(gateway.Slack.Workspace.Groups());
        Assert.Empty(gateway.Slack.Organization(2).Workspace.Groups());
    }

    [Fact]
    public async Task An_id_of_one_tenant_means_nothing_at_another()
    {
        await using var gateway = await StartAsync();
        using var other = gateway.Of(2);
        var (here, there) = (await UserAsync(gateway.Client), await UserAsync(other));
        var (ours, theirs) = (await TeamAsync(gateway.Client, here), await TeamAsync(other, there));
        await gateway.QuietAsync();
        var before = WishesOf(gateway, 1);

        foreach (
            var (method, path, body) in new[]
            {
                (HttpMethod.Get, $"Users/{here}", null),
                (HttpMethod.Put, $"Users/{here}", User()),
                (HttpMethod.Patch, $"Users/{here}", Patch("title", "\"Countess\"")),
                (HttpMethod.Delete, $"Users/{here}", null),
                (HttpMethod.Get, $"Groups/{ours}", null),
                (HttpMethod.Put, $"Groups/{ours}", Group("Crew")),
                (HttpMethod.Patch, $"Groups/{ours}", PatchOf(Add(there))),
                (HttpMethod.Patch, $"Groups/{ours}", Patch("displayName", "\"Theirs\"")),
                (HttpMethod.Delete, $"Groups/{ours}", (string?)null),
            }
        )
            Assert.Equal(
                (path, method, HttpStatusCode.NotFound),
                (path, method, (await Gateway.SendAsync(other, method, path, body)).Status)
            );
        foreach (
            var filter in new[]
            {
                $"Users?filter=id eq \"{here}\"",
                $"Users?filter=groups.value eq \"{ours}\"",
                $"Groups?filter=id eq \"{ours}\"",
                $"Groups?filter=members eq \"{here}\"",
                $"Users?filter=manager.value eq \"{here}\"",
            }
        )
            Assert.Equal((filter, 0), (filter, await TotalAsync(other, filter)));

        // Nor does it as a member, a manager, or what is taken out of a group.
        await Gateway.SendAsync(other, HttpMethod.Patch, $"Groups/{theirs}", PatchOf(Add(here)));
        await Gateway.SendAsync(other, HttpMethod.Put, $"Groups/{theirs}", Group("Crew", here, ours, there));
        await Gateway.SendAsync(
            other,
            HttpMethod.Patch,
            $"Groups/{theirs}",
            PatchOf($$"""{"op":"remove","path":"members[value eq \"{{here}}\"]"}""")
        );
        await gateway.QuietAsync();
        Assert.Equal([there], await MembersAsync(other, theirs));
        Assert.Equal([here], await MembersAsync(gateway.Client, ours));
        Assert.Equal(before, WishesOf(gateway, 1));
    }

    [Theory]
    [InlineData("demo2", Gateway.Token)]
    [InlineData("demo", Gateway.Token + "-2")]
    [InlineData("demo3", Gateway.Token + "-2")]
    [InlineData("DEMO2", Gateway.Token + "-2")]
    [InlineData("~2", Gateway.Token + "-2")]
    public async Task A_token_opens_its_own_tenant_alone(string slug, string token)
    {
        await using var gateway = await StartAsync();
        using var client = gateway.NewClient();
        client.BaseAddress = new Uri(gateway.Base, $"/{slug}/scim/v2/");
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);

        Assert.Equal(HttpStatusCode.Unauthorized, (await Gateway.SendAsync(client, HttpMethod.Get, "Users")).Status);
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            (await Gateway.SendAsync(client, HttpMethod.Post, "Users", User())).Status
        );
        Assert.Equal(0, gateway.Count(kept => kept.Resources.Where(one => one.SourceId != null)));
    }

    [Fact]
    public async Task A_cursor_of_one_tenant_is_none_at_another()
    {
        await using var gateway = await StartAsync();
        using var other = gateway.Of(2);
        foreach (var client in new[] { gateway.Client, other })
        foreach (var name in new[] { "ada", "bob", "eve" })
            await Gateway.SendAsync(client, HttpMethod.Post, "Users", User(name, $"{name}@corp.example"));
        var cursor = (string)(await gateway.SendAsync(HttpMethod.Get, "Users?cursor&count=1")).Body!["nextCursor"]!;

        var (status, body, _) = await Gateway.SendAsync(other, HttpMethod.Get, $"Users?count=1&cursor={cursor}");

        Assert.Equal((HttpStatusCode.BadRequest, "invalidCursor"), (status, (string?)body!["scimType"]));
        Assert.Equal(
            HttpStatusCode.OK,
            (await gateway.SendAsync(HttpMethod.Get, $"Users?count=1&cursor={cursor}")).Status
        );
    }

    [Fact]
    public async Task What_goes_wrong_at_ones_Slack_is_nobody_elses()
    {
        await using var gateway = await StartAsync();
        using var other = gateway.Of(2);
        var there = await UserAsync(other);
        await UserAsync(gateway.Client);
        gateway.Slack.Knobs.Set("auth.tokens", new JsonArray()); // the first's token is revoked

        var refused = await gateway.SendAsync(HttpMethod.Post, "Users", User("bob", "bob@corp.example"));
        var done = await Gateway.SendAsync(other, HttpMethod.Patch, $"Users/{there}", Patch("title", "\"Countess\""));

        Assert.NotEqual(HttpStatusCode.Created, refused.Status);
        Assert.Equal(HttpStatusCode.OK, done.Status);
        Assert.Equal("Countess", (string?)Account(gateway, 2)["title"]);
        Assert.Null(gateway.Part<Homes>().Find("demo2")!.Connection.Read().Problem);
        Assert.NotNull(gateway.Home.Connection.Read().Problem);
    }

    // What Slack, or somebody before it, does to each call of the first tenant.
    [Theory]
    [Trait("speed", "slow")]
    [InlineData("""{"times":0,"status":503,"description":"internal_error"}""")]
    [InlineData("""{"times":0,"status":429,"retryAfter":3600}""")]
    [InlineData("""{"times":0,"status":403,"description":"permission_denied"}""")]
    [InlineData("""{"times":0,"drop":"before"}""")]
    [InlineData("""{"times":0,"drop":"after"}""")]
    [InlineData("""{"times":0,"delayMs":5000}""")]
    public async Task Whatever_is_wrong_at_ones_Slack_the_other_does_all_there_is(string weather)
    {
        var guarded = new Preferences { GuardedAccounts = 2 };
        await using var gateway = await StartAsync(_two with { Preferences = guarded });
        using var other = gateway.Of(2);
        var (home, slack) = (gateway.Part<Homes>().Find("demo2")!, gateway.Slack.Organization(2).Workspace);
        var ours = await UserAsync(gateway.Client);
        var theirs = new List<string>
        {
            await UserAsync(other),
            await UserAsync(other, "bob"),
            await UserAsync(other, "eve"),
        };
        await gateway.WeatherAsync(weather);
        var writing = Task.WhenAll(
            Gateway.SendAsync(gateway.Client, HttpMethod.Patch, $"Users/{ours}", Patch("title", "\"Countess\"")),
            Gateway.SendAsync(gateway.Client, HttpMethod.Post, "Users", User("dan", "dan@corp.example")),
            Gateway.SendAsync(gateway.Client, HttpMethod.Post, "Groups", Group("Crew", ours))
        );
        await gateway.BeginImportAsync();

        var team = await TeamAsync(other, [.. theirs]);
        Assert.Equal(3, slack.Groups().Single()["members"]!.AsArray().Count);
        await Gateway.SendAsync(other, HttpMethod.Patch, $"Users/{theirs[0]}", Patch("title", "\"Queen\""));
        Assert.Equal("Queen", (string?)Account(gateway, 2)["title"]);
        foreach (var id in theirs)
            await Gateway.SendAsync(other, HttpMethod.Patch, $"Users/{id}", Patch("active", "false"));
        var hold = Assert.Single(home.Holds.List());
        Assert.Equal(1, slack.Users().Count(IsPersonAtWork));
        Assert.Equal(1, await home.Holds.ReleaseAsync([hold.Id]));
        await Gateway.UntilAsync(() => Task.FromResult(!slack.Users().Any(IsPersonAtWork)));
        await home.Import.RunAsync(CancellationToken.None);
        Assert.Equal(
            HttpStatusCode.NoContent,
            (await Gateway.SendAsync(other, HttpMethod.Delete, $"Groups/{team}")).Status
        );
        Assert.Empty(slack.Groups());
        await home.Connection.DisableAsync();
        await gateway.Part<Homes>().DeleteAsync(home.Id, dropsUntold: false);

        gateway.Slack.Faults.Clear();
        gateway.GiveUp();
        await writing;
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(HttpMethod.Get, $"Users/{ours}")).Status);
        Assert.True(Account(gateway, 1)["active"]!.GetValue<bool>());
    }

    private static bool IsPersonAtWork(JsonObject user) =>
        (string?)user["userName"] is "ada" or "bob" or "eve" && (bool)user["active"]!;

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public async Task What_was_changed_by_hand_in_ones_Slack_is_set_back_there_and_nothing_to_the_other(
        int changed,
        int ill
    )
    {
        var clock = new ManualClock();
        var restore = new Preferences { Drift = DriftHandling.Restore };
        await using var gateway = await StartAsync(_two with { Clock = clock, Preferences = restore });
        using var other = gateway.Of(2);
        foreach (var client in new[] { gateway.Client, other })
        {
            var user = await UserAsync(client);
            await TeamAsync(client, user);
            await Gateway.SendAsync(client, HttpMethod.Patch, $"Users/{user}", Patch("title", "\"Countess\""));
        }
        await gateway.QuietAsync();
        var account = Account(gateway, changed);
        account["title"] = "Lady";
        gateway.Slack.Organization(changed).Workspace.ChangeUser((string)account["id"]!, account);
        gateway.Slack.Organization(ill).Faults.Add(new Fault { Times = 0, Status = 503 });
        gateway.Slack.Organization(ill).Calls.Clear();

        var home = gateway.Part<Homes>().All.Single(one => one.Id == new TenantId(changed));
        for (var look = 0; look < 2; look++)
        {
            clock.Advance(TimeSpan.FromMinutes(2));
            var now = clock.GetUtcNow();
            await Gateway.UntilAsync(() => Task.FromResult(home.Imports.TryBegin()));
            await Gateway.UntilAsync(() =>
                Task.FromResult(home.Import.Latest() is { Finished: not null } last && last.Started >= now)
            );
        }
        await gateway.QuietAsync();

        Assert.Equal("Countess", (string?)Account(gateway, changed)["title"]);
        Assert.DoesNotContain(gateway.Slack.Organization(ill).Calls.ByOperation.Keys, call => call.StartsWith("PATCH"));
        using var kept = gateway.Kept();
        Assert.Equal(
            [new TenantId(changed)],
            kept.Operations.Where(line => line.Actor == "gateway").Select(line => line.TenantId).Distinct()
        );
    }

    [Fact]
    public async Task A_tenant_that_is_disabled_leaves_the_other_at_work()
    {
        await using var gateway = await StartAsync();
        using var other = gateway.Of(2);
        await gateway.Home.Connection.DisableAsync();

        Assert.Equal(
            HttpStatusCode.ServiceUnavailable,
            (await gateway.SendAsync(HttpMethod.Post, "Users", User())).Status
        );
        await UserAsync(other);
        Assert.True(Account(gateway, 2)["active"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Nobodys_500_writes_go_before_anothers_one()
    {
        var queue = new WriterQueue<string>();
        foreach (var i in Enumerable.Range(0, 500))
            await queue.PutAsync(new(1), $"first's {i}", CancellationToken.None);
        foreach (var i in Enumerable.Range(0, 2))
            await queue.PutAsync(new(2), $"second's {i}", CancellationToken.None);

        var order = new List<string>();
        while (queue.TryTake(out var work, out var tenant))
        {
            queue.Done(tenant);
            order.Add(work);
        }

        Assert.Equal(["first's 0", "second's 0", "first's 1", "second's 1", "first's 2"], order.Take(5));
        Assert.Equal(502, order.Count);
        Assert.Equal(order.Where(work => work[0] == 'f'), Enumerable.Range(0, 500).Select(i => $"first's {i}"));
    }

    [Fact]
    public async Task What_was_given_up_leaves_the_line_and_makes_room()
    {
        var queue = new WriterQueue<string>();
        await queue.PutAsync(new(1), "in doubt", CancellationToken.None);
        Assert.True(queue.TryTake(out _, out var doubtful));
        var works = Enumerable.Range(0, 4096).Select(i => $"{i}").ToList();
        foreach (var work in works)
            await queue.PutAsync(doubtful, work, CancellationToken.None);
        Assert.False(await queue.TryPutAsync(doubtful, "no room", TimeSpan.Zero, CancellationToken.None));

        works.ForEach(work => queue.Drop(doubtful, work));
        Assert.True(await queue.TryPutAsync(doubtful, "next", TimeSpan.Zero, CancellationToken.None));
        Assert.False(queue.TryTake(out _, out _));
        queue.Done(doubtful);

        Assert.True(queue.TryTake(out var next, out _));
        Assert.Equal("next", next);
    }

    [Fact]
    public async Task Whose_only_work_was_given_up_has_its_turn_once_all_the_same()
    {
        var queue = new WriterQueue<string>();
        await queue.PutAsync(new(1), "given up", CancellationToken.None);
        queue.Drop(new(1), "given up");
        await queue.PutAsync(new(1), "first", CancellationToken.None);
        await queue.PutAsync(new(1), "second", CancellationToken.None);

        Assert.True(queue.TryTake(out var work, out _));
        Assert.Equal("first", work);
        Assert.False(queue.TryTake(out _, out _));
        queue.Done(new(1));
        Assert.True(queue.TryTake(out _, out _));
    }

    [Fact]
    public async Task Nothing_stays_of_a_tenant_that_has_nothing_to_be_written()
    {
        var queue = new WriterQueue<string>();
        await queue.PutAsync(new(1), "done", CancellationToken.None);
        await queue.PutAsync(new(2), "given up", CancellationToken.None);
        await queue.PutAsync(new(3), "waits", CancellationToken.None);
        Assert.True(queue.TryTake(out _, out var tenant));
        queue.Drop(new(2), "given up");
        Assert.Equal(3, queue.Lines);

        queue.Done(tenant);
        Assert.True(queue.TryTake(out _, out tenant));
        Assert.Equal((new(3), 1), (tenant, queue.Lines));
        queue.Done(tenant);

        Assert.Equal(0, queue.Lines);
    }

    [Fact]
    public async Task Who_rests_comes_after_that_time_and_others_go_first()
    {
        var clock = new ManualClock();
        var queue = new WriterQueue<string>(clock);
        await queue.PutAsync(new(1), "had it for long", CancellationToken.None);
        queue.Rest(new(1), TimeSpan.FromSeconds(1));
        queue.Rest(new(1), TimeSpan.FromSeconds(2));
        await queue.PutAsync(new(2), "another's", CancellationToken.None);

        Assert.True(queue.TryTake(out var work, out var tenant));
        Assert.Equal("another's", work);
        queue.Done(tenant);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(queue.TryTake(out _, out _));

        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await queue.WaitAsync());
        Assert.True(queue.TryTake(out work, out tenant));
        Assert.Equal("had it for long", work);
        queue.Done(tenant);
        Assert.Equal(0, queue.Lines);
    }

    [Fact]
    public async Task Nobody_rests_while_the_store_closes()
    {
        var queue = new WriterQueue<string>(new ManualClock());
        queue.Rest(new(1), TimeSpan.FromSeconds(1));
        queue.Rest(new(2), TimeSpan.FromSeconds(1));
        await queue.PutAsync(new(1), "is on the way", CancellationToken.None);

        queue.Close();

        Assert.True(await queue.WaitAsync());
        Assert.True(queue.TryTake(out _, out var tenant));
        queue.Done(tenant);
        Assert.False(await queue.WaitAsync());
        Assert.Equal(0, queue.Lines);
    }

    internal static Task<Gateway> StartAsync(Setting? setting = null) =>
        Gateway.StartAsync(
            setting ?? _two,
            ready: slack =>
            {
                for (var number = 1; number <= 2; number++)
                {
                    slack.Organization(number).Knobs.Set("tenant.ids", "equal");
                    slack.Organization(number).Reset();
                }
            }
        );

    internal static async Task<string> UserAsync(HttpClient client, string name = "ada")
    {
        var user = JsonNode.Parse(User(name, $"{name}@corp.example"))!;
        user["externalId"] = name;
        var (status, body, _) = await Gateway.SendAsync(client, HttpMethod.Post, "Users", user.ToJsonString());
        Assert.Equal(HttpStatusCode.Created, status);
        return (string)body!["id"]!;
    }

    internal static async Task<int> TotalAsync(HttpClient client, string list)
    {
        var (status, body, _) = await Gateway.SendAsync(client, HttpMethod.Get, list);
        Assert.Equal((list, HttpStatusCode.OK), (list, status));
        return (int)body!["totalResults"]!;
    }

    private static async Task<string> TeamAsync(HttpClient client, params string[] members)
    {
        var (status, body, _) = await Gateway.SendAsync(client, HttpMethod.Post, "Groups", Group("Crew", members));
        Assert.Equal(HttpStatusCode.Created, status);
        return (string)body!["id"]!;
    }

    private static async Task<List<string>> MembersAsync(HttpClient client, string group) =>
        [
            .. (
                (await Gateway.SendAsync(client, HttpMethod.Get, $"Groups/{group}")).Body!["members"] as JsonArray ?? []
            ).Select(member => (string)member!["value"]!),
        ];

    private static long WishesOf(Gateway gateway, int tenant)
    {
        using var kept = gateway.Kept();
        return kept.Links.Where(link => link.TenantId == new TenantId(tenant)).Sum(link => link.WantedVersion);
    }

    private static string AtSlack(Gateway gateway, int tenant, string id)
    {
        using var kept = gateway.Kept();
        Assert.Equal(new TenantId(tenant), kept.Of(id).TenantId);
        return kept.Of(id).SlackId!;
    }

    // The account of that name, as Slack itself has it.
    private static JsonObject Account(Gateway gateway, int organization) =>
        gateway.Slack.Organization(organization).Workspace.Users().Single(user => (string?)user["userName"] == "ada");
}

using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Host.Tests.Executing;
using ScimGateway.Provisioning.Executing;
using ScimGateway.SlackEmulator.Tests;
using ScimGateway.SlackEmulator.Traffic;
using Xunit;
using static ScimGateway.Host.Tests.Admin.LinkRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Telemetry;

/// <summary>
/// The alerts and the dashboard of the repository, as Prometheus evaluates them over a gateway that is well, and over one ill
/// after the other. How long an ill has to last is Prometheus' to count, and not waited for here.
/// </summary>
[Collection("alone")] // the meters are those of the process
[Trait("speed", "slow")]
public class AlertTests
{
    // A database has tools of its own for that.
    private const string OfBackups = "ScimBackupOverdue";

    [Fact]
    public async Task A_backup_that_is_overdue_has_its_alert()
    {
        Assert.SkipWhen(TestStore.IsPostgres, "a database has its own tools");
        var (clock, (url, argument)) = (new ManualClock(), MetricsTests.Address());
        await using var served = await ServedGateway.StartAsync(
            0,
            clock,
            "--metrics-url",
            argument,
            "--backup-every",
            "06:00:00"
        );
        var folder = Path.Combine(served.Data, "backups");
        await Gateway.UntilAsync(() => Task.FromResult(ScheduledBackupTests.Scheduled(served).Length == 1));
        await using var prometheus = await Prometheus.StartAsync(url);
        var rule = (await prometheus.RulesAsync()).Single(rule => rule.Alert == OfBackups);
        Assert.Single(await prometheus.AskAsync("scim_backup_overdue_seconds < -21000"));
        Assert.Empty(await prometheus.AskAsync(rule.Expression));

        Directory.Move(folder, folder + "-before");
        await File.WriteAllTextAsync(folder, "no folder");
        clock.Advance(TimeSpan.FromHours(7.5));

        await Gateway.UntilAsync(async () => (await prometheus.AskAsync(rule.Expression)).Count > 0);
    }

    [Fact]
    public async Task Each_ill_has_its_alert_and_a_gateway_that_is_well_has_none()
    {
        var (clock, (url, argument)) = (new ManualClock(), MetricsTests.Address());
        var isBroken = false;
        await using var proxy = new StoreProxy();
        await using var served = await ServedGateway.StartAsync(
            box =>
                box.AddSingleton<AtStep>(step =>
                    isBroken && step == Step.WritingDown ? throw new InvalidOperationException() : Task.CompletedTask
                ),
            0,
            clock,
            "--metrics-url",
            argument,
            "--store",
            proxy.To(TestStore.Database($"alerts-{Guid.NewGuid():N}"))
        );
        using var provider = await SetUpAsync(served, """{"guardedAccounts":1}""");
        await served.EnableAsync();
        string[] users =
        [
            await CreateAsync(provider, "ada", "ada@corp.example"),
            await CreateAsync(provider, "bob", "bob@corp.example"),
            await CreateAsync(provider, "cleo", "cleo@corp.example"),
        ];
        await using var prometheus = await Prometheus.StartAsync(url);
        var rules = await prometheus.RulesAsync();
        var pages = await File.ReadAllTextAsync(Path.Combine(GeneratedPage.Root(), "docs", "runbooks", "alerts.md"));
        Assert.All(rules, rule => Assert.Equal($"docs/runbooks/alerts.md#{rule.Alert.ToLowerInvariant()}", rule.Page));
        Assert.All(rules, rule => Assert.Contains($"\n## {rule.Alert}\n", pages, StringComparison.Ordinal));
        foreach (var user in users)
            await Gateway.SendAsync(provider, HttpMethod.Get, $"Users/{user}");
        await TellAsync("""sum(scim_tenants{standing="live",connection="valid"}) == 1""");
        Assert.Empty(await AlertsAsync());
        var seen = new HashSet<string>();

        await IsAsync(
            "ScimProviderRefused",
            async () =>
            {
                for (var i = 0; i < 12; i++)
                    await Gateway.SendAsync(provider, HttpMethod.Delete, "Users/nobody");
            }
        );
        using var stranger = served.Provider("acme", "wrong");
        await IsAsync(
            "ScimCredentialsRefused",
            async () =>
            {
                for (var i = 0; i < 30; i++)
                    await Gateway.SendAsync(stranger, HttpMethod.Get, "Users");
            }
        );
        await IsAsync(
            "ScimDecisionsWait",
            async () =>
            {
                foreach (var user in users)
                    await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{user}", Patch("active", "false"));
                clock.Advance(TimeSpan.FromMinutes(16));
            }
        );
        await IsAsync(
            "ScimGatewayFails",
            async () =>
            {
                isBroken = true;
                var dora = User("dora", "dora@corp.example");
                Assert.Equal(
                    HttpStatusCode.InternalServerError,
                    (await Gateway.SendAsync(provider, HttpMethod.Post, "Users", dora)).Status
                );
                isBroken = false;
            }
        );
        await IsAsync(
            "ScimCredentialExpires",
            async () =>
            {
                var other = await served.AskAsync(HttpMethod.Post, "tenants/acme/sources", """{"name":"Okta"}""");
                await served.AskAsync(
                    HttpMethod.Post,
                    $"tenants/acme/sources/{other["id"]}/credentials",
                    $$"""{"kind":"bearer","expires":"{{clock.GetUtcNow().AddDays(13):yyyy-MM-ddTHH:mm:ssZ}}"}"""
                );
            }
        );
        var late = Task.CompletedTask;
        await IsAsync(
            "ScimSlackFails",
            () =>
            {
                served.Slack.Faults.Add(new Fault { Status = 500, Times = 0 });
                late = Gateway.SendAsync(provider, HttpMethod.Post, "Users", User("eve", "eve@corp.example"));
                return Task.CompletedTask;
            }
        );
        await IsAsync(
            "ScimChangesWait",
            () =>
            {
                clock.Advance(TimeSpan.FromMinutes(16));
                return late;
            }
        );
        await IsAsync(
            "ScimSlackConnectionInvalid",
            () =>
            {
                served.Slack.Faults.Clear();
                served.Slack.Faults.Add(new Fault { Description = "invalid_authentication", Times = 0 });
                return Task.CompletedTask;
            }
        );

        await IsAsync(
            "ScimImportOverdue",
            () =>
            {
                clock.Advance(TimeSpan.FromHours(25));
                return Task.CompletedTask;
            }
        );

        // Every query of the dashboard has something to show of all that.
        var panels = JsonNode.Parse(
            await File.ReadAllTextAsync(Path.Combine(GeneratedPage.Root(), "deploy", "grafana", "dashboard.json"))
        )!["panels"]!.AsArray();
        foreach (var target in panels.SelectMany(panel => panel!["targets"]!.AsArray()))
        {
            var query = ((string)target!["expr"]!).Replace("$tenant", ".*", StringComparison.Ordinal);
            Assert.True((await prometheus.AskAsync(query)).Count > 0, query);
        }

        await IsAsync(
            "ScimStoreUnusable",
            () =>
            {
                proxy.IsShut = true;
                proxy.CutAll();
                return Task.CompletedTask;
            }
        );
        await IsAsync("ScimGatewayDown", served.StopAsync);
        Assert.Equal(rules.Select(rule => rule.Alert).Order(), seen.Append(OfBackups).Order());

        async Task IsAsync(string alert, Func<Task> ill)
        {
            var expression = rules.Single(rule => rule.Alert == alert).Expression;
            Assert.Empty(await prometheus.AskAsync(expression));
            seen.Add(alert);
            await ill();
            await TellAsync(expression);
        }

        Task TellAsync(string expression) =>
            Gateway.UntilAsync(async () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return (await prometheus.AskAsync(expression)).Count > 0;
            });

        async Task<List<string>> AlertsAsync()
        {
            var there = new List<string>();
            foreach (var rule in rules)
                if ((await prometheus.AskAsync(rule.Expression)).Count > 0)
                    there.Add(rule.Alert);
            return there;
        }
    }
}

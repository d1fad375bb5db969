using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Serve;

/// <summary>What the log of the process says: its start and stop, each change of a connection, and no token.</summary>
public class LogTests
{
    [Fact]
    public async Task The_log_goes_to_standard_output_and_nowhere_else()
    {
        await using var served = await ServedGateway.StartAsync();

        Assert.IsType<ConsoleLoggerProvider>(Assert.Single(served.Part<IEnumerable<ILoggerProvider>>()));
    }

    [Fact]
    public async Task Each_start_each_stop_and_each_change_of_a_connection_has_its_line()
    {
        var log = new Lines();
        var token = SlackEmulatorServer.TokenOf(1);
        await using (
            var served = await ServedGateway.StartAsync(services => services.AddSingleton<ILoggerProvider>(log))
        )
        {
            await served.SetUpAsync();
            await served.AskAsync(HttpMethod.Post, "tenants/acme/connection/test");
            var (refused, _, _) = await served.SendAsync(
                HttpMethod.Put,
                "tenants/acme/connection",
                $$"""{"token":"{{SlackEmulatorServer.TokenOf(2)}}"}"""
            );
            Assert.Equal(HttpStatusCode.Conflict, refused);
            await served.EnableAsync();
            await served.AskAsync(HttpMethod.Post, "tenants/acme/shadow");
            await served.AskAsync(HttpMethod.Post, "tenants/acme/disable");
            await served.AskAsync(HttpMethod.Patch, "tenants/acme", """{"slug":"corp"}""");
            await served.AskAsync(HttpMethod.Patch, "tenants/corp", """{"description":"nothing of its connection"}""");
            await served.AskAsync(HttpMethod.Delete, "tenants/corp?confirm=corp&withoutExport=true");
            await served.RestartAsync();
        }

        var lines = log.All.ToList();
        Assert.Equal(2, lines.Count(line => line.StartsWith("The gateway has started", StringComparison.Ordinal)));
        Assert.Equal(2, lines.Count(line => line == "The gateway has stopped"));
        var organization = await OrganizationAsync();
        Assert.Equal(
            [
                $"The connection of tenant acme with organization {organization} is Valid and Shadow by connect of admin key 2",
                $"The connection of tenant acme with organization {organization} is Valid and Live by enableTenant of admin key 2",
                $"The connection of tenant acme with organization {organization} is Valid and Shadow by shadowTenant of admin key 2",
                $"The connection of tenant acme with organization {organization} is Valid and Disabled by disableTenant of admin key 2",
                $"The connection of tenant corp with organization {organization} is Valid and Disabled by updateTenant of admin key 2",
                $"Tenant corp with organization {organization} is gone by deleteTenant of admin key 2",
            ],
            lines.Where(line =>
                line.StartsWith("The connection of", StringComparison.Ordinal)
                || line.StartsWith("Tenant ", StringComparison.Ordinal)
            )
        );
        Assert.DoesNotContain(lines, line => line.Contains(token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_an_administrator_has_done_of_a_tenant_says_in_the_log_whose_it_is()
    {
        var log = new Lines();
        await using var served = await ServedGateway.StartAsync(services =>
            services.AddSingleton<ILoggerProvider>(log)
        );
        await served.SetUpAsync();
        var before = log.Tenants.Count;

        await served.AskAsync(HttpMethod.Post, "tenants/acme/jobs", """{"kind":"import"}""");

        Assert.Equal("acme", Assert.Single(log.Tenants.Skip(before)));
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_token_that_Slack_takes_no_more_is_told_of_once_and_again_when_it_is_well()
    {
        var (clock, log) = (new ManualClock(), new Lines());
        await using var served = await ServedGateway.StartAsync(
            services => services.AddSingleton<ILoggerProvider>(log),
            clock: clock
        );
        await served.SetUpAsync();
        served.Slack.Knobs.Set("auth.tokens", new JsonArray()); // revoked
        await served.RestartAsync();
        await Gateway.UntilAsync(() => Task.FromResult(Count("cannot be written") == 1));
        for (var i = 0; i < 2; i++)
        {
            var before = served.Slack.Calls.Total;
            await Gateway.UntilAsync(() =>
            {
                clock.Advance(TimeSpan.FromSeconds(0.25)); // less than a call may take
                return Task.FromResult(served.Slack.Calls.Total > before);
            });
        }
        Assert.Equal(1, Count("cannot be written"));

        served.Slack.Knobs.Set(
            "auth.tokens",
            new JsonArray(
                new JsonObject
                {
                    ["token"] = SlackEmulatorServer.TokenOf(1),
                    ["rank"] = "primary_owner",
                    ["level"] = "org",
                    ["scopes"] = new JsonArray("admin"),
                }
            )
        );
        await Gateway.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(0.25)); // less than a call may take
            return Task.FromResult(Count("can be written again") == 1);
        });

        int Count(string says) => log.All.Count(line => line.Contains(says, StringComparison.Ordinal));
    }

    [Fact]
    public async Task On_request_each_line_is_JSON_with_its_time()
    {
        var folder = Directory.CreateTempSubdirectory("scimgateway-log-");
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "ScimGateway.Host"),
            ["serve", "--init", "--log", "json", "--data", folder.FullName, "--urls", "http://127.0.0.1:0"]
        )
        {
            RedirectStandardOutput = true,
        };
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var process = Process.Start(start)!;
        try
        {
            JsonNode? line = null;
            while (line is null && await process.StandardOutput.ReadLineAsync(limit.Token) is { } said)
                line = said.StartsWith('{') ? JsonNode.Parse(said) : null;

            Assert.StartsWith("The gateway has started", (string?)line!["message"], StringComparison.Ordinal);
            Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", (string?)line["time"]);
            Assert.Equal("info", (string?)line["level"]);
            Assert.Equal("gateway.started", (string?)line["event"]);
            Assert.StartsWith("http://127.0.0.1:", (string?)line["url"], StringComparison.Ordinal);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(limit.Token);
        }
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Who_asks_for_more_than_a_credential_allows_has_a_line_and_of_many_the_rest_is_counted()
    {
        var (clock, log) = (new ManualClock(), new Lines());
        await using var served = await ServedGateway.StartAsync(
            services => services.AddSingleton<ILoggerProvider>(log),
            clock: clock
        );
        await served.SetUpAsync();
        await served.TenantAsync("other");
        var reading = await served.AskAsync(
            HttpMethod.Post,
            "tenants/acme/sources/1/credentials",
            """{"kind":"bearer","scope":"read"}"""
        );
        using var provider = served.Provider("acme", (string)reading["secret"]!);
        using var viewer = await served.WithKeyAsync("viewer");
        using var others = await served.WithKeyAsync("owner", "other");

        Assert.Equal(
            403,
            (int)(await Gateway.SendAsync(provider, HttpMethod.Delete, "Users/someone@corp.example")).Status
        );
        Assert.Equal(403, (int)(await ServedGateway.SendAsync(viewer, HttpMethod.Delete, "tenants/acme")).Status);
        Assert.Equal(404, (int)(await ServedGateway.SendAsync(others, HttpMethod.Get, "tenants/acme")).Status);
        Assert.Equal(404, (int)(await ServedGateway.SendAsync(others, HttpMethod.Get, "tenants/nobody")).Status);
        Assert.Equal(403, (int)(await ServedGateway.SendAsync(others, HttpMethod.Post, "tenants", "{}")).Status);

        Assert.Equal(
            [
                "A request was refused for what its credential allows: tenant acme, from 127.0.0.1, source 1: DELETE /{tenant}/scim/v2/Users/{id}",
                "A request was refused for what its credential allows: tenant acme, from 127.0.0.1, admin key 3: DELETE /admin/api/v1/tenants/{slug}",
                "A request was refused for what its credential allows: tenant acme, from 127.0.0.1, admin key 4: GET /admin/api/v1/tenants/{slug}",
                "A request was refused for what its credential allows: tenant none, from 127.0.0.1, admin key 4: POST /admin/api/v1/tenants",
            ],
            Told()
        );
        for (var i = 0; i < 30; i++)
            await ServedGateway.SendAsync(viewer, HttpMethod.Delete, "tenants/acme");
        Assert.Equal(20, Told().Count());
        clock.Advance(TimeSpan.FromMinutes(1));
        await ServedGateway.SendAsync(viewer, HttpMethod.Delete, "tenants/acme");
        Assert.Contains(
            "14 more requests were refused for what their credentials allow in the minute that was last told of.",
            log.All
        );
        Assert.Equal(21, Told().Count());
        Assert.DoesNotContain(log.All, line => line.Contains("someone", StringComparison.Ordinal));
        Assert.DoesNotContain(log.All, line => line.Contains((string)reading["secret"]!, StringComparison.Ordinal));

        IEnumerable<string> Told() =>
            log.All.Where(line => line.Contains("refused for what its", StringComparison.Ordinal));
    }

    private static async Task<string> OrganizationAsync()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();
        return (string)(await served.AskAsync(HttpMethod.Get, "tenants/acme"))["organization"]!;
    }
}

using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Kill;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Slack.Budget;
using ScimGateway.SlackEmulator.Tests;
using ScimGateway.SlackEmulator.Traffic;
using Xunit;
using static ScimGateway.Host.Tests.Admin.LinkRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Telemetry;

/// <summary>What Prometheus is told, and where.</summary>
[Collection("alone")] // the meters are those of the process
public class MetricsTests
{
    [Fact]
    public async Task Metrics_are_at_an_address_of_their_own_and_nothing_else_is_there()
    {
        var (url, argument) = Address();
        await using var served = await ServedGateway.StartAsync(0, null, "--metrics-url", argument);
        using var prometheus = new HttpClient { BaseAddress = url };

        foreach (var other in (string[])["/health/live", "/metrics/more", "/METRICS"])
            Assert.Equal(HttpStatusCode.NotFound, (await prometheus.GetAsync(other)).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await prometheus.PostAsync("/metrics", null)).StatusCode);
        using var asAdmin = new HttpRequestMessage(HttpMethod.Get, "/admin/api/v1/tenants");
        asAdmin.Headers.Authorization = new("Bearer", served.Key);
        Assert.Equal(HttpStatusCode.NotFound, (await prometheus.SendAsync(asAdmin)).StatusCode);
        using var others = new HttpClient { BaseAddress = served.Base };
        Assert.Equal(HttpStatusCode.NotFound, (await others.GetAsync("/metrics")).StatusCode);
        await others.GetAsync("/acme/scim/v2/Users/somebody");
        await Gateway.UntilAsync(async () =>
            Value(
                await AskAsync(prometheus),
                "http_server_request_duration_seconds_count",
                "http_route=\"/{tenant}/scim/v2/Users/{id}\"",
                "http_response_status_code=\"401\""
            ) >= 1
        );
    }

    [Fact]
    public async Task Without_an_address_nobody_is_told_anything()
    {
        await using var served = await ServedGateway.StartAsync();
        using var others = new HttpClient { BaseAddress = served.Base };

        Assert.Equal(HttpStatusCode.NotFound, (await others.GetAsync("/metrics")).StatusCode);
    }

    [Theory]
    [InlineData("1", "acme")]
    [InlineData("0", "~others")]
    public async Task Calls_to_Slack_and_what_is_not_settled_are_told_and_no_person_is(string tenants, string tenant)
    {
        var (url, argument) = Address();
        await using var served = await ServedGateway.StartAsync(
            0,
            null,
            "--metrics-url",
            argument,
            "--metrics-tenants",
            tenants
        );
        using var provider = await SetUpAsync(served, """{"userSlackCannotHold":"keep"}""");
        await served.EnableAsync();
        await CreateAsync(provider, "ada", "ada@corp.example");
        await BlockedAsync(served, await CreateAsync(provider, "eve", "ada@corp.example"), "addressTaken");
        using var prometheus = new HttpClient { BaseAddress = url };

        var told = await AskAsync(prometheus);
        // .NET's listeners hear whatever is measured in the process, of other tests' gateways, too.
        Assert.True(
            Value(told, "slack_call_duration_seconds_count", "slack_call=\"PostUser\"", "slack_result=\"done\"") >= 1
        );
        // By buckets that tell fast ones from slow ones.
        Assert.True(Value(told, "slack_call_duration_seconds_bucket", "slack_call=\"PostUser\"", "le=\"0.5\"") >= 1);
        Assert.True(Value(told, "scim_store_write_duration_seconds_bucket", "le=\"0.5\"") >= 1);
        // The store is asked when the gateway starts, and then again and again; also between two figures of one answer.
        await served.RestartAsync();
        await Gateway.UntilAsync(async () =>
        {
            told = await AskAsync(prometheus);
            return Value(told, "scim_tenants", $"tenant=\"{tenant}\"", "standing=\"live\"", "connection=\"valid\"") == 1
                && Value(told, "scim_links_unsettled", $"tenant=\"{tenant}\"", "state=\"blocked\"") == 1;
        });
        Assert.Equal(1, Value(told, "scim_store_usable"));
        Assert.DoesNotContain("http_server_active_requests", told, StringComparison.Ordinal); // it would cost a read too much
        Assert.True(Value(told, "scim_links_unsettled_age_seconds", $"tenant=\"{tenant}\"", "state=\"blocked\"") >= 0);
        Assert.DoesNotContain("Lovelace", told, StringComparison.Ordinal);
        Assert.DoesNotContain("corp.example", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operations_are_counted_by_outcome_each_once_when_they_have_ended()
    {
        var (clock, (url, argument)) = (new ManualClock(), Address());
        await using var served = await ServedGateway.StartAsync(0, clock, "--metrics-url", argument);
        using var provider = await SetUpAsync(served, """{"userSlackCannotHold":"keep"}""");
        await served.EnableAsync();
        using var prometheus = new HttpClient { BaseAddress = url };
        await CreateAsync(provider, "ada", "ada@corp.example");
        await BlockedAsync(served, await CreateAsync(provider, "eve", "ada@corp.example"), "addressTaken");
        await Gateway.SendAsync(provider, HttpMethod.Delete, "Users/nobody");

        var looks = 0;
        for (var i = 0; i < 5; i++) // after the first time nothing is new
            await Gateway.UntilAsync(async () =>
            {
                // The figures are read beside it. Were hours to go by until they are, there would be new operations.
                if (looks++ % 20 == 0)
                    clock.Advance(TimeSpan.FromSeconds(15));
                var told = await AskAsync(prometheus);
                return (Of("blocked"), Of("refused")) == (1, 1) && Of("done") >= 1;

                double? Of(string outcome) =>
                    Value(told, "scim_operations_total", "tenant=\"acme\"", $"outcome=\"{outcome}\"");
            });
    }

    [Fact]
    public async Task What_waits_for_Slack_and_what_is_left_of_its_limits_is_told()
    {
        var (clock, (url, argument)) = (new ManualClock(), Address());
        await using var served = await ServedGateway.StartAsync(0, clock, "--metrics-url", argument);
        using var provider = await SetUpAsync(served, "{}");
        await served.EnableAsync();
        using var prometheus = new HttpClient { BaseAddress = url };
        var ada = await CreateAsync(provider, "ada", "ada@corp.example");
        served.Part<Homes>().Find("acme")!.Budget.Freeze(SlackBucket.WriteUser, clock.GetUtcNow().AddMinutes(5));
        var late = Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{ada}", Patch("title", "\"Countess\""));

        var told = "";
        await Gateway.UntilAsync(async () =>
            Value(told = await AskAsync(prometheus), "scim_slack_waiting", "tenant=\"acme\"", "priority=\"update\"")
            == 1
        );
        clock.Advance(TimeSpan.FromSeconds(30));
        await Gateway.UntilAsync(async () => // an answer is kept for a moment
            Value(
                told = await AskAsync(prometheus),
                "scim_slack_waiting_age_seconds",
                "tenant=\"acme\"",
                "priority=\"update\""
            ) == 30
        );
        Assert.True(Value(told, "scim_slack_budget_left", "tenant=\"acme\"", "bucket=\"writeUser\"") < 1);
        Assert.Equal(1, Value(told, "scim_homes"));
        await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{ada}", Patch("active", "\"True\"")); // no boolean
        await Gateway.UntilAsync(async () =>
            Value(
                await AskAsync(prometheus),
                "scim_deviations_total",
                "deviation=\"BooleanAsText\"",
                "understood=\"true\""
            ) >= 1
        );
        Assert.Equal(HttpStatusCode.OK, (await late).Status);
    }

    [Fact]
    public async Task How_far_an_import_is_is_told_while_it_runs_and_how_old_the_last_one_is()
    {
        var (clock, (url, argument)) = (new ManualClock(), Address());
        await using var served = await ServedGateway.StartAsync(3, clock, "--metrics-url", argument);
        var begun = clock.GetUtcNow();
        using var provider = await SetUpAsync(served, "{}");
        await served.EnableAsync();
        using var prometheus = new HttpClient { BaseAddress = url };
        await UntilReadAsync(
            clock,
            async () =>
                Value(await AskAsync(prometheus), "scim_import_age_seconds", "tenant=\"acme\"")
                == (clock.GetUtcNow() - begun).TotalSeconds
        );
        served.Slack.Faults.Add(
            new Fault
            {
                Method = "GET",
                Path = "/Groups",
                Status = 503,
                Times = 0,
            }
        );

        await served.AskAsync(HttpMethod.Post, "tenants/acme/jobs", """{"kind":"import"}""");

        await UntilToldAsync("scim_import_read", 4, "kind=\"user\""); // with the one whose token it is
        await UntilToldAsync("scim_import_read", 0, "kind=\"group\"");

        Task UntilToldAsync(string name, double? value, params string[] labels) =>
            Gateway.UntilAsync(async () => Value(await AskAsync(prometheus), name, labels) == value);
    }

    [Fact]
    public async Task Until_when_each_source_has_a_credential_is_told_and_when_one_was_last_used()
    {
        var (clock, (url, argument)) = (new ManualClock(), Address());
        await using var served = await ServedGateway.StartAsync(0, clock, "--metrics-url", argument);
        using var provider = await SetUpAsync(served, "{}"); // by one that does not expire
        await served.EnableAsync();
        using var prometheus = new HttpClient { BaseAddress = url };
        var other = await served.AskAsync(HttpMethod.Post, "tenants/acme/sources", """{"name":"Okta"}""");
        await ExpiresAsync(1, 3); // has one that does not expire beside it
        await ExpiresAsync((int)other["id"]!, 5);
        await ExpiresAsync((int)other["id"]!, 7);
        await Gateway.SendAsync(provider, HttpMethod.Get, "Users");
        var begun = clock.GetUtcNow();

        await UntilReadAsync(
            clock,
            async () =>
            {
                var (told, since) = (await AskAsync(prometheus), (clock.GetUtcNow() - begun).TotalSeconds);
                return Value(told, "scim_credentials_left_seconds", "tenant=\"acme\"")
                        == TimeSpan.FromDays(7).TotalSeconds - since
                    && Value(told, "scim_credentials_used_age_seconds", "tenant=\"acme\"") == since;
            }
        );

        Task<JsonNode> ExpiresAsync(int source, int days) =>
            served.AskAsync(
                HttpMethod.Post,
                $"tenants/acme/sources/{source}/credentials",
                $$"""{"kind":"bearer","expires":"{{clock.GetUtcNow().AddDays(days):yyyy-MM-ddTHH:mm:ssZ}}"}"""
            );
    }

    // The store is read beside it, now and then.
    private static Task UntilReadAsync(ManualClock clock, Func<Task<bool>> isSo)
    {
        var looks = 0;
        return Gateway.UntilAsync(async () =>
        {
            if (looks++ % 20 == 0)
                clock.Advance(TimeSpan.FromSeconds(15));
            return await isSo();
        });
    }

    private static async Task<string> AskAsync(HttpClient prometheus)
    {
        using var answer = await prometheus.GetAsync("/metrics");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    // The value of the series of that name whose labels have all of it; null if there is none.
    private static double? Value(string told, string name, params string[] labels) =>
        told.Split('\n')
            .Where(line =>
                line.StartsWith(name + "{", StringComparison.Ordinal)
                && Array.TrueForAll(labels, label => line.Contains(label, StringComparison.Ordinal))
            )
            .Select(line => line[(line.LastIndexOf('}') + 1)..].Trim().Split(' ')[0])
            .Select(value => (double?)double.Parse(value, CultureInfo.InvariantCulture))
            .FirstOrDefault();

    /// <summary>An address for metrics.</summary>
    internal static (Uri Url, string Argument) Address()
    {
        var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Service.FreePort(Random.Shared)}");
        return (new Uri(url), url);
    }
}

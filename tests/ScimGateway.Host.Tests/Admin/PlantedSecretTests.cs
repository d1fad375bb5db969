using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScimGateway.Host.Secrets;
using ScimGateway.Host.Setup;
using ScimGateway.Host.Tests.Secrets;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Tests;
using ScimGateway.SlackEmulator.Traffic;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>
/// After all that is done with secrets, and all that can go wrong with them, none of them is in the store, in the log or in
/// an answer but the one that showed it.
/// </summary>
public class PlantedSecretTests
{
    private const string Misplaced = "xoxp-planted-where-it-does-not-belong";

    [Fact]
    public async Task No_secret_is_left_anywhere()
    {
        var log = new Collected();
        await using var served = await ServedGateway.StartAsync(log.AddTo);
        var answers = new List<string>();
        var secrets = new List<string> { SlackEmulatorServer.TokenOf(1), Misplaced, served.Key };

        // Set up, with a credential of each kind that has a secret.
        secrets.Add(await served.SetUpAsync());
        await served.EnableAsync();
        var source = await served.AskAsync(HttpMethod.Post, "tenants/acme/sources", """{"name":"Other"}""");
        foreach (var kind in new[] { "bearer", "raw", "basic", "oauthClient", "slackV1" })
        {
            var (_, made, _) = await ServedGateway.SendAsync(
                served.Client,
                HttpMethod.Post,
                $"tenants/acme/sources/{source["id"]}/credentials",
                $$"""{"kind":"{{kind}}"}""",
                ("Idempotency-Key", kind)
            );
            secrets.Add((string)made!["secret"]!);
            if (kind == "oauthClient")
                secrets.Add(await TokenAsync(served, (string)made["use"]!["Client ID"]!, (string)made["secret"]!));
        }
        secrets.Add(
            (string)(await served.AskAsync(HttpMethod.Post, "keys", """{"label":"a","role":"viewer"}"""))["secret"]!
        );

        // Used, rightly and wrongly, where they belong and where they do not.
        using var provider = served.Provider("acme", secrets[3]);
        await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User());
        // Who answers in Slack's place has its token.
        served.Slack.Faults.Add(
            new Fault
            {
                Method = "POST",
                Path = "/Users",
                Status = 400,
                Description = $"invalid_name (token={secrets[0]})",
            }
        );
        var echoed =
            $"{(await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User("eve", "eve@corp.example"))).Body}";
        Assert.Contains("invalid_name (token=xox", echoed, StringComparison.Ordinal);
        answers.Add(echoed);
        foreach (var secret in secrets)
        foreach (var scheme in new[] { "Bearer", "Basic", "Token" })
        {
            using var wrong = served.Provider("acme", "");
            wrong.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(scheme, secret + "x");
            answers.Add($"{(await Gateway.SendAsync(wrong, HttpMethod.Get, "Users")).Body}");
        }
        foreach (
            var (method, path, body) in new[]
            {
                (HttpMethod.Put, "tenants/acme/connection", $$"""{"token":"{{Misplaced}}"}"""),
                (HttpMethod.Put, "tenants/acme/connection", $$"""{"tokens":"{{Misplaced}}"}"""),
                (HttpMethod.Put, "tenants/acme/connection", $$"""{"token":"{{Misplaced}} "}"""),
                (HttpMethod.Put, "tenants/acme/connection", $$"""{"token":["{{Misplaced}}"]}"""),
                (HttpMethod.Put, "tenants/acme/connection", $$"""{"token":"{{Misplaced}}" """),
                (HttpMethod.Post, "tenants/acme/enable", $$"""{"token":"{{Misplaced}}"}"""),
                (HttpMethod.Patch, "tenants/acme", $$"""{"token":"{{Misplaced}}"}"""),
            }
        )
            answers.Add($"{(await served.SendAsync(method, path, body)).Body}");
        served.Slack.Knobs.Set("auth.tokens", new JsonArray()); // revoked
        await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User("bob", "bob@corp.example"));
        await served.SendAsync(HttpMethod.Post, "tenants/acme/connection/test");

        // Looked for, before and after a restart.
        foreach (var isAgain in new[] { false, true })
        {
            if (isAgain)
                await served.RestartAsync();
            foreach (
                var path in new[]
                {
                    "keys",
                    "audit",
                    "tenants",
                    "tenants/acme",
                    "tenants/acme/connection",
                    "tenants/acme/sources",
                    $"tenants/acme/sources/{source["id"]}/credentials",
                    "tenants/acme/jobs",
                    "tenants/acme/links",
                    "tenants/acme/operations",
                }
            )
                answers.Add($"{await served.AskAsync(HttpMethod.Get, path)}");
            var whole = KeptStore.WholeOf(served.Data);
            Assert.All(secrets, secret => Assert.False(KeptStore.Has(whole, Encoding.UTF8.GetBytes(secret))));
        }
        Assert.True(log.Lines.Count > 10);
        Assert.All(
            secrets,
            secret =>
            {
                Assert.DoesNotContain(answers, answer => answer.Contains(secret, StringComparison.Ordinal));
                Assert.DoesNotContain(log.Lines, line => line.Contains(secret, StringComparison.Ordinal));
            }
        );
    }

    [Fact]
    public async Task Nothing_of_a_consent_is_left_anywhere()
    {
        var log = new Collected();
        var clock = new ManualClock();
        await using var served = await Browser.GatewayAsync(clock, log.AddTo, rotates: true);
        await served.TenantAsync();
        using var browser = new Browser();
        var secrets = new List<string> { Browser.Secret };
        var answers = new List<string>();
        foreach (var decision in new[] { "cancel", "allow" })
        {
            var link = await Browser.LinkAsync(served);
            var slack = await browser.BeginAsync(link);
            var back = await browser.DecideAsync(slack, decision: decision);
            secrets.AddRange(
                from query in new[] { link.Query, slack.Query, back.Query }
                from parameter in query.TrimStart('?').Split('&')
                where parameter.Split('=')[0] is "ticket" or "state" or "code"
                select parameter.Split('=')[1]
            );
            secrets.AddRange(browser.Cookies(served.Base));
            answers.Add((await browser.GetAsync(back)).Page);
            answers.Add((await browser.GetAsync(back)).Page);
        }
        await Gateway.UntilAsync(async () =>
        {
            clock.Advance(TimeSpan.FromMinutes(20));
            return (await ConsentTests.ConnectionAsync(served))["renewedAt"] is not null;
        });
        var id = new Provisioning.Model.TenantId(1);
        var kept = await served.Store.AskAsync(session =>
            Provisioning.Storage.Tables.TenantConnections.Token(session, id)
        );
        secrets.AddRange(served.Part<KeptSecrets>().Reveal(id, SecretUse.SlackToken, kept!.Closed).Split('\n'));
        Assert.Equal(10, secrets.Distinct().Count()); // tickets, states and cookies, a code, access, refresh, the app

        foreach (var path in new[] { "audit", "tenants/acme", "tenants/acme/connection", "tenants/acme/notifications" })
            answers.Add($"{await served.AskAsync(HttpMethod.Get, path)}");
        Assert.All(
            secrets,
            secret =>
            {
                Assert.DoesNotContain(answers, answer => answer.Contains(secret, StringComparison.Ordinal));
                Assert.DoesNotContain(log.Lines, line => line.Contains(secret, StringComparison.Ordinal));
                Assert.False(KeptStore.Has(KeptStore.WholeOf(served.Data), Encoding.UTF8.GetBytes(secret)));
            }
        );
        // Also where somebody looks at requests themselves: only the operator himself can have them logged, by name.
        Assert.DoesNotContain(log.Lines, line => line.Contains("/callback?", StringComparison.Ordinal));
    }

    private static async Task<string> TokenAsync(ServedGateway served, string client, string secret)
    {
        using var http = new HttpClient();
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = client,
                ["client_secret"] = secret,
            }
        );
        using var answer = await http.PostAsync(new Uri(served.Base, "acme/oauth/token"), form);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["access_token"]!;
    }

    /// <summary>All that is logged, whatever its level.</summary>
    private sealed class Collected : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public void AddTo(IServiceCollection services)
        {
            services.AddSingleton<ILoggerProvider>(this);
            services.PostConfigure<LoggerFilterOptions>(filter =>
            {
                filter.MinLevel = LogLevel.Trace;
                // What keeps the gateway's own requests' queries out of any log stays; operators' settings go around it
                // only by its very name.
                var kept = filter.Rules.Where(rule => rule.CategoryName == GatewaySetup.RequestLog).ToList();
                filter.Rules.Clear();
                kept.ForEach(filter.Rules.Add);
            });
        }

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose() { }
    }
}

using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Cli;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.SlackEmulator;
using Xunit;

namespace ScimGateway.Host.Tests.CommandLine;

/// <summary>Administrators enter commands, and 'serve' on a socket does them.</summary>
public class CommandTests
{
    private const string Person = """
        {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ana","title":"Engineer",
         "emails":[{"value":"ana@corp.example","primary":true}]}
        """;

    [Fact]
    public async Task From_nothing_to_a_person_in_slack()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);

        await DoneAsync(entered, "tenant create acme 'Acme, Inc.' --preset pingOne");
        Assert.Contains(
            "Connect it to Slack: 'tenant connect acme' with a token.",
            entered.Out,
            StringComparison.Ordinal
        );
        await DoneAsync(entered, "tenant connect acme", SlackEmulatorServer.TokenOf(1) + "\n");
        Assert.DoesNotContain(SlackEmulatorServer.TokenOf(1), entered.Out + entered.Error, StringComparison.Ordinal);
        Assert.True(
            entered.Out.EndsWith("'job list acme'.\n", StringComparison.Ordinal)
                || entered.Out.EndsWith("'source create acme NAME'.\n", StringComparison.Ordinal),
            entered.Out
        );
        Assert.DoesNotContain("users:read", entered.Out, StringComparison.Ordinal); // nothing here uses it
        await DoneAsync(entered, "import acme");
        Assert.EndsWith(
            "The import is done. 'link list acme --claimed false' lists who is in Slack and of no source.\n",
            entered.Out,
            StringComparison.Ordinal
        );
        await DoneAsync(entered, "source list acme");
        Assert.Equal("There are none.\n", entered.Out);
        await DoneAsync(entered, "source create acme PingOne --preset pingOne");
        Assert.Equal("It is source 1.\nNext: 'token create acme 1'\n", entered.Out);
        await DoneAsync(entered, "token create acme PingOne --label first");
        var token = entered.Out.Split('\n')[0].Split(' ')[^1];
        Assert.StartsWith("sgt_", token, StringComparison.Ordinal);
        Assert.Contains($"    OAuth Access Token: {token}", entered.Out, StringComparison.Ordinal);
        Assert.Contains($"    SCIM Base URL: {served.Base}acme/scim/v2", entered.Out, StringComparison.Ordinal);
        Assert.EndsWith("'tenant enable acme'.\n", entered.Out, StringComparison.Ordinal);

        using var provider = served.Provider("acme", token);
        var (status, _, _) = await ServedGateway.SendAsync(provider, HttpMethod.Post, "Users", Person);
        Assert.Equal(System.Net.HttpStatusCode.Created, status);
        await DoneAsync(entered, "tenant show acme");
        Assert.Contains("'tenant enable acme'", entered.Out, StringComparison.Ordinal);
        Assert.Equal(Exit.Done, await entered.AnswerAsync("tenant enable acme", "y"));
        Assert.Matches("created +user +.*ana@corp.example", entered.Out);
        Assert.EndsWith("acme is live.\n", entered.Out, StringComparison.Ordinal);

        await Gateway.UntilAsync(async () =>
        {
            await DoneAsync(entered, "link list acme --search ana@corp.example --json");
            return (string?)JsonNode.Parse(entered.Out)!["items"]![0]!["state"] == "settled";
        });
        await DoneAsync(entered, "link list acme --search ana@corp.example");
        Assert.Contains("settled", entered.Out, StringComparison.Ordinal);
        Assert.Equal(2, entered.Out.TrimEnd().Split('\n').Length); // its head and one row, as wide as they are
        await DoneAsync(entered, "link list acme --source PingOne");
        Assert.Contains("ana@corp.example", entered.Out, StringComparison.Ordinal);
        await DoneAsync(entered, "link list acme --resource 01900000-0000-7000-8000-000000000000");
        Assert.DoesNotContain("ana@corp.example", entered.Out, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_link_is_printed_and_the_terminal_waits_until_the_browser_is_done()
    {
        await using var served = await Browser.GatewayAsync(rotates: true);
        using var entered = new TerminalSession(served.Base, served.Key);
        using var browser = new Browser();
        await DoneAsync(entered, "tenant create acme Acme");
        using var printed = new StringWriter();

        var waiting = entered.RunAsync(["tenant", "connect", "acme", "--oauth"], canAsk: true, printed: printed);
        await Gateway.UntilAsync(() => Task.FromResult(Text().Contains('\n')));
        var back = await browser.DecideAsync(await browser.BeginAsync(new Uri(Text().Trim())));
        await browser.GetAsync(back);

        Assert.Equal(Exit.Done, await waiting);
        Assert.Contains("E0EMULATOR", Text(), StringComparison.Ordinal);
        Assert.Contains("expiresAt", Text(), StringComparison.Ordinal);
        await DoneAsync(entered, "tenant show acme");
        Assert.Contains("Its Slack token is good until", entered.Out, StringComparison.Ordinal);
        await DoneAsync(entered, "tenant test acme");
        Assert.Contains("expiresAt", entered.Out, StringComparison.Ordinal);

        string Text()
        {
            lock (printed)
                return printed.ToString();
        }
    }

    [Fact]
    public async Task A_script_has_the_link_and_waits_for_nobody()
    {
        await using var served = await Browser.GatewayAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        await DoneAsync(entered, "tenant create acme Acme");

        await DoneAsync(entered, "tenant connect acme --oauth");
        Assert.StartsWith($"{served.Base}oauth/slack/begin?ticket=", entered.Out, StringComparison.Ordinal);
        await DoneAsync(entered, "tenant connect acme --oauth --json");
        Assert.NotNull(JsonNode.Parse(entered.Out)!["expiresAt"]);
    }

    [Fact]
    public async Task Without_a_Slack_app_the_other_way_to_connect_is_said()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        await DoneAsync(entered, "tenant create acme Acme");

        Assert.Equal(Exit.Refused, await entered.RunAsync("tenant connect acme --oauth"));
        Assert.Contains(
            "Or connect the tenant with a token: 'tenant connect acme'.",
            entered.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task What_is_not_confirmed_is_not_done()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        await served.SetUpAsync();

        foreach (var answer in new[] { "", "n", "yeah" })
        {
            Assert.Equal(Exit.NotConfirmed, await entered.AnswerAsync("tenant enable acme", answer));
            Assert.Contains("Do it? [y/N]", entered.Error, StringComparison.Ordinal);
        }
        Assert.Equal(Exit.NotConfirmed, await entered.RunAsync("tenant enable acme", "y\n"));
        var next = entered.Error.TrimEnd().Split('\n')[^1];
        Assert.Matches("^Next: 'job confirm acme [0-9]+ --yes'$", next);
        Assert.Equal(Exit.NotConfirmed, await entered.RunAsync("tenant enable acme --json"));
        Assert.Equal("toConfirm", (string?)JsonNode.Parse(entered.Out)!["state"]);
        await StandsAsync("shadow");
        Assert.Equal(Exit.NotConfirmed, await entered.AnswerAsync("tenant delete acme", "acm"));
        Assert.Equal(Exit.NotConfirmed, await entered.RunAsync("tenant delete acme", "acme\n"));
        await StandsAsync("shadow");

        // The last preview is the one that counts; the command that was said confirms it.
        Assert.Equal(Exit.NotConfirmed, await entered.RunAsync("tenant enable acme"));
        var said = entered.Error.TrimEnd().Split('\n')[^1];
        await DoneAsync(entered, said["Next: '".Length..^1]);
        await StandsAsync("live");
        await DoneAsync(entered, "tenant shadow acme");
        await StandsAsync("shadow");
        await DoneAsync(entered, "tenant enable acme --yes");
        await StandsAsync("live");
        await DoneAsync(entered, "tenant disable acme");
        await StandsAsync("disabled");

        async Task StandsAsync(string standing) =>
            Assert.Equal(standing, (string?)(await served.AskAsync(HttpMethod.Get, "tenants/acme"))["standing"]);
    }

    [Fact]
    public async Task A_tenant_is_renamed_and_deleted()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        await DoneAsync(entered, "tenant create acme Acme");

        Assert.Equal(Exit.Refused, await entered.RunAsync("tenant rename nobody europe"));
        Assert.Equal(Exit.NotConfirmed, await entered.RunAsync("tenant rename acme europe"));
        Assert.Equal(
            "Providers that send to acme are refused until they have the URL of europe. Rename it? Nothing was renamed.\nNext: 'tenant rename acme europe --yes'\n",
            entered.Error
        );
        Assert.Equal(Exit.NotConfirmed, await entered.AnswerAsync("tenant rename acme europe", "n"));
        await DoneAsync(entered, "tenant rename acme acme --name 'Acme here'"); // its providers notice nothing
        Assert.Equal(Exit.Done, await entered.AnswerAsync("tenant rename acme europe --name 'Acme Europe'", "Yes"));
        await DoneAsync(entered, "tenant list");
        Assert.Contains("Acme Europe", entered.Out, StringComparison.Ordinal);
        Assert.Equal(Exit.Refused, await entered.RunAsync("tenant show acme"));
        Assert.Contains("'tenant list' lists those there are.", entered.Error, StringComparison.Ordinal);
        Assert.Equal(Exit.Refused, await entered.AnswerAsync("tenant delete europe", "europe"));
        Assert.Contains("'tenant export europe --file FILE'", entered.Error, StringComparison.Ordinal);
        var file = Path.Combine(entered.Home, "europe.ndjson");
        await DoneAsync(entered, $"tenant export europe --file '{file}'");
        var lines = await File.ReadAllLinesAsync(file);
        Assert.Equal($"All that is kept of europe is in {file}: {lines.Length} lines.\n", entered.Out);
        Assert.Equal($$"""{"kind":"end","lines":{{lines.Length - 1}}}""", lines[^1]);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(Exit.WrongUse, await entered.RunAsync($"tenant export europe --file '{file}'"));
        Assert.Equal(lines, await File.ReadAllLinesAsync(file));
        Assert.Equal(Exit.Done, await entered.AnswerAsync("tenant delete europe", "europe"));
        Assert.StartsWith(
            "There is no tenant europe any more. What stays is the audit trail and",
            entered.Out,
            StringComparison.Ordinal
        );
        Assert.Equal(Exit.Refused, await entered.RunAsync("tenant delete europe --confirm europe"));
    }

    [Fact]
    public async Task A_token_that_is_in_use_is_ended_only_when_that_is_confirmed()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        using var provider = served.Provider("acme", await served.SetUpAsync());
        await DoneAsync(entered, "token create acme Provider");
        (await provider.GetAsync(new Uri("Users", UriKind.Relative))).EnsureSuccessStatusCode();
        JsonArray tokens = [];
        await Gateway.UntilAsync(async () =>
        {
            await DoneAsync(entered, "token list acme Provider --json");
            tokens = JsonNode.Parse(entered.Out)!["items"]!.AsArray();
            return tokens[0]!["lastUsed"] is not null;
        });

        Assert.Equal(Exit.NotConfirmed, await entered.RunAsync($"token delete acme Provider {tokens[0]!["id"]}"));
        Assert.StartsWith("The provider has used this token at ", entered.Error, StringComparison.Ordinal);
        Assert.EndsWith(
            $"The token lets in as before.\nNext: 'token delete acme Provider {tokens[0]!["id"]} --yes'\n",
            entered.Error,
            StringComparison.Ordinal
        );
        await DoneAsync(entered, $"token delete acme Provider {tokens[1]!["id"]}"); // nobody has used it
        Assert.Equal(HttpStatusCode.OK, (await provider.GetAsync(new Uri("Users", UriKind.Relative))).StatusCode);
        Assert.Equal(Exit.Done, await entered.AnswerAsync($"token delete acme Provider {tokens[0]!["id"]}", "yes"));
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            (await provider.GetAsync(new Uri("Users", UriKind.Relative))).StatusCode
        );
        Assert.Equal(Exit.Refused, await entered.RunAsync("token delete acme Provider 4711"));
    }

    [Fact]
    public async Task A_token_is_rotated_by_one_of_its_kind_and_both_let_in_until_the_former_is_deleted()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        var former = await served.SetUpAsync();
        using var provider = served.Provider("acme", former);
        // The only one there is.
        await DoneAsync(entered, "token rotate acme Provider");
        Assert.Contains("then 'token delete acme Provider 1'", entered.Out, StringComparison.Ordinal);
        Assert.Equal(Exit.Refused, await entered.RunAsync("token rotate acme Provider"));
        Assert.StartsWith("The source has 2 tokens; say which by its id.", entered.Error, StringComparison.Ordinal);
        await DoneAsync(entered, "token delete acme Provider 2");
        await DoneAsync(
            entered,
            "token create acme provider --kind basic --scope read --label nightly --expires 2999-01-01"
        );
        await DoneAsync(entered, "token list acme Provider --json");
        var tokens = JsonNode.Parse(entered.Out)!["items"]!.AsArray();

        await DoneAsync(entered, $"token rotate acme PROVIDER {tokens[0]!["id"]}");

        var secret = entered.Out.Split('\n')[0].Split(' ')[^1];
        Assert.StartsWith("sgt_", secret, StringComparison.Ordinal);
        Assert.Contains($"then 'token delete acme PROVIDER {tokens[0]!["id"]}'", entered.Out, StringComparison.Ordinal);
        using var renewed = served.Provider("acme", secret);
        foreach (var one in (HttpClient[])[provider, renewed])
            Assert.Equal(HttpStatusCode.OK, (await one.GetAsync(new Uri("Users", UriKind.Relative))).StatusCode);

        await DoneAsync(entered, $"token rotate acme Provider {tokens[1]!["id"]}");
        await DoneAsync(entered, "token list acme Provider --json");
        var (basic, made) = (tokens[1]!, JsonNode.Parse(entered.Out)!["items"]!.AsArray()[3]!);
        foreach (var same in (string[])["kind", "scope", "label"])
            Assert.Equal((string?)basic[same], (string?)made[same]);
        Assert.Equal((DateTime)basic["expires"]!, (DateTime)made["expires"]!, TimeSpan.FromMinutes(1));
        await DoneAsync(entered, "source rename acme Provider 'Entra ID'");
        await DoneAsync(entered, $"token delete acme 'Entra ID' {made["id"]}");
        await DoneAsync(entered, $"token rotate acme 'Entra ID' {basic["id"]}");
        Assert.Contains("'token list acme \"Entra ID\"'", entered.Out, StringComparison.Ordinal);
        await DoneAsync(entered, "source rename acme 'Entra ID' Provider");
        Assert.Equal(Exit.Refused, await entered.RunAsync("token rotate acme Provider 4711"));
        Assert.StartsWith("The source has no token 4711.", entered.Error, StringComparison.Ordinal);
        await DoneAsync(entered, "token create acme Provider --kind raw --scheme Token");
        await DoneAsync(entered, "token list acme Provider --json");
        var raw = JsonNode.Parse(entered.Out)!["items"]!.AsArray()[^1]!["id"];
        Assert.Equal(Exit.Refused, await entered.RunAsync($"token rotate acme Provider {raw}"));
        Assert.Contains("--kind raw", entered.Error, StringComparison.Ordinal);
        await DoneAsync(entered, "token list acme Provider --json");
        var ofProvider = JsonNode.Parse(entered.Out)!["items"]!.AsArray().Count;
        await DoneAsync(entered, "source create acme Okta");
        await DoneAsync(entered, "token create acme Okta --label other");
        await DoneAsync(entered, "token list acme --json");
        var ofAll = JsonNode.Parse(entered.Out)!["items"]!.AsArray();
        Assert.Equal(ofProvider + 1, ofAll.Count);
        Assert.Equal("Okta", (string?)Assert.Single(ofAll, one => (string?)one!["label"] == "other")!["source"]);
        Assert.Equal(Exit.WrongUse, await entered.RunAsync("token list acme --limit 1"));
        Assert.Equal(Exit.Refused, await entered.RunAsync("token list acme Provide"));
        Assert.Contains("Did you mean 'Provider'?", entered.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transfer_names_whom_it_hands_over_before_it_does()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        using var provider = served.Provider("acme", await served.SetUpAsync());
        await served.EnableAsync();
        foreach (var name in (string[])["ada", "grace"])
            Assert.Equal(
                HttpStatusCode.Created,
                (
                    await Gateway.SendAsync(
                        provider,
                        HttpMethod.Post,
                        "Users",
                        Requests.User(name, $"{name}@corp.example")
                    )
                ).Status
            );
        await DoneAsync(entered, "source create acme Entra");

        await DoneAsync(entered, "source transfer Acme Provider Entra --user grace --dry-run");
        Assert.Contains("grace", entered.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("ada", entered.Out, StringComparison.Ordinal);
        await DoneAsync(entered, "source transfer acme Provider Entra --dry-run");
        Assert.Matches("grace.* handedOver", entered.Out);
        Assert.Matches("ada.* handedOver", entered.Out);
        Assert.Contains(
            "Slack would be told nothing: these belong to the other source",
            entered.Out,
            StringComparison.Ordinal
        );
        await DoneAsync(entered, "link list acme --source Provider");
        Assert.Contains("grace", entered.Out, StringComparison.Ordinal);

        await DoneAsync(entered, "source transfer acme Provider Entra --user grace --yes");
        Assert.EndsWith("'Entra' has no token yet: 'token create acme 2'\n", entered.Out, StringComparison.Ordinal);
        await DoneAsync(entered, "link list acme --not-source Provider");
        Assert.Contains("grace", entered.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("ada", entered.Out, StringComparison.Ordinal);
        Assert.Contains("As Slack was read at", entered.Error, StringComparison.Ordinal);
        await DoneAsync(entered, "token create acme Entra");
        await DoneAsync(entered, "source transfer acme Provider Entra --yes");
        Assert.DoesNotContain("has no token", entered.Out, StringComparison.Ordinal);
        Assert.EndsWith("let in until 'source delete acme Provider'.\n", entered.Out, StringComparison.Ordinal);
        await DoneAsync(entered, "audit list --action confirmJob --json");
        Assert.Equal(
            "Provider to Entra",
            (string?)JsonNode.Parse(entered.Out)!["items"]![0]!["after"]!["differences"]![0]
        );
        await DoneAsync(entered, "operation list acme --resource ada@corp.example -o csv");
        Assert.Contains("ada", entered.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("grace", entered.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_audit_trail_lists_changes_and_what_was_read_where_it_is_asked_for()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        await served.SetUpAsync();
        await DoneAsync(entered, "link list acme");

        await DoneAsync(entered, "audit list");
        Assert.Contains("createSource", entered.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("listLinks", entered.Out, StringComparison.Ordinal);
        Assert.Contains(
            "Without what was only read of people, which --reads shows.",
            entered.Error,
            StringComparison.Ordinal
        );
        Assert.Equal(Exit.Refused, await entered.RunAsync("audit list --action createSourse"));
        Assert.Contains("did you mean createSource?", entered.Error, StringComparison.Ordinal);
        await DoneAsync(entered, "audit list --action updatePreferences");
        Assert.Equal(Exit.Refused, await entered.RunAsync("audit list --key nobody"));
        await served.SendAsync(HttpMethod.Post, "tenants/acme/enable");
        await served.SendAsync(HttpMethod.Patch, "tenants/acme/preferences", """{"guardedAccounts":-1}""");
        await DoneAsync(entered, "audit list --limit 2");
        Assert.Matches("enableTenant +", entered.Out);
        Assert.Contains("updatePreferences: refused", entered.Out, StringComparison.Ordinal);
        foreach (var also in (string[])["--reads", "--action listLinks"])
        {
            await DoneAsync(entered, $"audit list {also}");
            Assert.Contains("listLinks", entered.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_is_pasted_in_place_of_a_Slack_token_is_not_sent_to_Slack()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        await served.TenantAsync();

        foreach (
            var (pasted, says) in new[]
            {
                (served.Key, "It is an admin key of this gateway, and was not sent to Slack."),
                ("sgt_0000", "It is a credential of an identity provider at this gateway"),
                ("xoxb-1-2", "It is the token of a bot"),
            }
        )
        {
            Assert.Equal(Exit.Refused, await entered.RunAsync("tenant connect acme", pasted));
            Assert.Contains(says, entered.Error, StringComparison.Ordinal);
            Assert.DoesNotContain(pasted, entered.Error, StringComparison.Ordinal);
        }
        await DoneAsync(entered, "tenant show acme --json");
        Assert.Equal("none", (string?)JsonNode.Parse(entered.Out)!["connection"]);

        Assert.Equal(Exit.Done, await entered.RunAsync("tenant connect acme", $" \"{SlackEmulatorServer.Token}\"\n"));
        Assert.Contains("The quotation marks around the token were left out.", entered.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sources_tokens_and_keys_come_and_go()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        await served.SetUpAsync();
        await DoneAsync(entered, "source create acme Entra --preset entraId");

        await DoneAsync(entered, "token create acme Entra --kind raw --scheme Token --scope read --expires 2999-01-01");
        Assert.Contains("Authorization header: Token sgt_", entered.Out, StringComparison.Ordinal);
        await DoneAsync(entered, "token create acme Entra --kind oauthClient");
        Assert.Contains("Client Secret: sgs_", entered.Out, StringComparison.Ordinal);
        await DoneAsync(
            entered,
            "token create acme Entra --entra-tenant 5f0c2a9e-0000-4000-8000-000000000001 --client 5f0c2a9e-0000-4000-8000-000000000002"
        );
        Assert.DoesNotContain("secret", entered.Out, StringComparison.Ordinal);
        await DoneAsync(entered, "token list acme Entra --json");
        var tokens = JsonNode.Parse(entered.Out)!["items"]!.AsArray();
        Assert.Equal(["raw", "oauthClient", "jwt"], tokens.Select(one => (string?)one!["kind"]));
        Assert.StartsWith("2999-01-01T00:00:00", (string?)tokens[0]!["expires"], StringComparison.Ordinal);
        await DoneAsync(entered, $"token delete acme Entra {tokens[0]!["id"]}");
        await DoneAsync(entered, "token list acme Entra");
        Assert.DoesNotContain(" raw ", entered.Out, StringComparison.Ordinal);

        await DoneAsync(entered, "source rename acme Entra 'Entra ID'");
        Assert.Equal(Exit.Done, await entered.AnswerAsync("source transfer acme Provider 'Entra ID'", "yes"));
        await DoneAsync(entered, "source delete acme Provider");
        await DoneAsync(entered, "source list acme");
        Assert.Contains("Entra ID", entered.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("Provider", entered.Out, StringComparison.Ordinal);
        Assert.Equal(Exit.Refused, await entered.RunAsync("token list acme Provider"));
        Assert.EndsWith("Next: 'source list acme'\n", entered.Error, StringComparison.Ordinal);

        await DoneAsync(entered, "key create 'Ana, helpdesk' --role viewer --tenant acme --expires 90d");
        var key = entered.Out.Split('\n')[0].Split(' ')[^1];
        using var viewer = new TerminalSession(served.Base, key);
        await DoneAsync(viewer, "tenant list");
        Assert.Equal(Exit.Refused, await viewer.RunAsync("tenant disable acme"));
        Assert.Contains("This needs the role operator", viewer.Error, StringComparison.Ordinal);
        await DoneAsync(entered, "key list --json");
        var made = JsonNode.Parse(entered.Out)!["items"]!.AsArray().Single(one => (string?)one!["role"] == "viewer")!;
        Assert.Equal(
            (DateTime)made["created"]! + TimeSpan.FromDays(90),
            (DateTime)made["expires"]!,
            TimeSpan.FromMinutes(1)
        );
        await DoneAsync(entered, $"key delete {made["id"]}");
        Assert.Equal(Exit.Refused, await viewer.RunAsync("tenant list"));
        Assert.Contains("has expired or was deleted", viewer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preferences_and_rules_are_set_and_what_cannot_be_is_named()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        await served.SetUpAsync();

        await DoneAsync(
            entered,
            "preferences set acme guardedAccounts=50 waitBudgetSeconds=2.5 whenNotAllowed=Skip updateGroups=false --yes"
        );
        await DoneAsync(entered, "preferences get acme --json");
        var preferences = JsonNode.Parse(entered.Out)!;
        Assert.Equal(
            (50, 2.5, "skip", false),
            (
                (int)preferences["guardedAccounts"]!,
                (double)preferences["waitBudgetSeconds"]!,
                (string?)preferences["whenNotAllowed"],
                (bool)preferences["updateGroups"]!
            )
        );
        await DoneAsync(entered, "preferences get acme guardedAccounts");
        Assert.StartsWith("guardedAccounts  50\n", entered.Out, StringComparison.Ordinal);
        Assert.Equal(Exit.WrongUse, await entered.RunAsync("preferences get acme guardedAcounts"));
        Assert.Contains("Did you mean 'guardedAccounts'?", entered.Error, StringComparison.Ordinal);
        await DoneAsync(entered, "preferences set acme guardedAccounts=null --yes");
        await DoneAsync(entered, "preferences get acme");
        Assert.Matches("guardedAccounts +20 *\n", entered.Out);
        Assert.Equal(
            Exit.Refused,
            await entered.RunAsync("preferences set acme disableUsers=false removeAction=delete")
        );
        Assert.Contains("removeAction", entered.Error, StringComparison.Ordinal);
        Assert.Contains("Next: 'preferences set --help'", entered.Error, StringComparison.Ordinal);
        await DoneAsync(entered, "preferences preset acme entraId --yes");

        Assert.Equal(Exit.Done, await entered.AnswerAsync("rule set acme Staff 'userType eq \"Employee\"'", "y"));
        await DoneAsync(entered, "rule list acme");
        Assert.Matches("Staff +userType eq \"Employee\"", entered.Out);
        Assert.Equal(Exit.Refused, await entered.RunAsync("rule set acme Staff 'userType equals'"));
        Assert.Equal(Exit.Refused, await entered.RunAsync("rule delete acme Staff --yes"));
        await DoneAsync(entered, "rule delete acme Staff --when-none asTheyAre --yes");
        await DoneAsync(entered, "job list acme --kind rules");
        Assert.Contains("rules", entered.Out, StringComparison.Ordinal);
    }

    private static async Task DoneAsync(TerminalSession entered, string line, string input = "")
    {
        var exit = await entered.RunAsync(line, input);
        Assert.True(exit == Exit.Done, $"{line}: {exit}\n{entered.Out}\n{entered.Error}");
    }
}

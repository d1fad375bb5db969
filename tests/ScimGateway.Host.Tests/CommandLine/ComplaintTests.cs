using System.Runtime.Versioning;
using ScimGateway.Cli;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.SlackEmulator;
using Xunit;

namespace ScimGateway.Host.Tests.CommandLine;

/// <summary>Who is new enters something else than what is meant, and reads what it should have been.</summary>
[UnsupportedOSPlatform("windows")] // files have modes
public sealed class ComplaintTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("scimgateway-home-").FullName;
    private readonly string _folder = Directory.CreateTempSubdirectory("scimgateway-here-").FullName;

    public void Dispose()
    {
        Directory.Delete(_home, recursive: true);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_profile_is_saved_at_home_also_where_there_was_no_folder_for_it()
    {
        await using var served = await ServedGateway.StartAsync();

        var (exit, said, error) = await Started.RunAsync(
            ["profile", "save", "default"],
            [.. NewUser(), (Connection.UrlVariable, served.Base.ToString()), (Connection.KeyVariable, served.Key)],
            _folder
        );

        var file = Path.Combine(_home, ".config", "scimgateway", "profiles", "default.json");
        Assert.Equal((Exit.Done, ""), (exit, error));
        Assert.Equal($"Saved in {file}. It is good for {served.Base}.\n", said);
        Assert.True(File.Exists(file));
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void What_people_try_first_leads_to_a_command_that_there_is()
    {
        foreach (var called in Commands.OtherWords.Values)
            Assert.Empty(Commands.Root.Parse(called.Replace("TOKEN", "1", StringComparison.Ordinal)).Errors);
    }

    [Theory]
    [InlineData("demo", "--admin-key", "")]
    [InlineData("demo", "--token", "")]
    [InlineData("demo", "--data", "")]
    [InlineData("serve", "--data", "")]
    [InlineData("serve", "--init", "--store", "")]
    [InlineData("healthcheck", "--url", "")]
    [InlineData("healthcheck", "--url=")]
    [InlineData("tenant", "list", "--admin-key", "")]
    [InlineData("tenant", "list", "--url=")]
    [InlineData("operation", "list", "acme", "--search", "")]
    public async Task What_an_option_is_given_is_not_empty(params string[] arguments)
    {
        var (exit, said, error) = await Started.RunAsync(arguments, NewUser(), _folder);

        Assert.Equal((Exit.WrongUse, ""), (exit, said));
        Assert.Contains(
            $"{arguments.Last(one => one.Length > 0).TrimEnd('=')} wants a value",
            error,
            StringComparison.Ordinal
        );
        Assert.True(error.Split('\n').Length <= 3, error);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task The_demos_master_key_is_at_home_also_where_there_was_no_folder_for_it()
    {
        using var demo = Started.Begin(
            [
                "demo",
                "--urls",
                "http://127.0.0.1:0",
                "--slack-urls",
                "http://127.0.0.1:0",
                "--store",
                $"Data Source={Path.Combine(_home, "gateway.db")}",
            ],
            NewUser(),
            _folder
        );
        try
        {
            while (
                await demo.StandardOutput.ReadLineAsync() is { } line
                && !line.StartsWith("key ", StringComparison.Ordinal)
            ) { }
        }
        finally
        {
            demo.Kill();
            await demo.WaitForExitAsync();
        }

        Assert.True(File.Exists(Path.Combine(_home, ".local", "share", "scimgateway-demo", "master.key")));
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Theory]
    [InlineData("--log")]
    [InlineData("--init", "--log")]
    public async Task Settings_of_serve_serve_without_its_name(params string[] arguments)
    {
        var (exit, said, error) = await Started.RunAsync([.. arguments, "yaml"], NewUser(), _folder);

        Assert.Equal((Exit.WrongUse, ""), (exit, said));
        Assert.Contains("it is text or json", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tenat list", "There is no command 'tenat'. Did you mean 'tenant'?\nNext: '--help'\n")]
    [InlineData(
        "tenant crate acme",
        "There is no command 'tenant crate'. Did you mean 'tenant create'?\nNext: 'tenant --help'\n"
    )]
    [InlineData("status", "There is no command 'status'. It is 'tenant show TENANT' here.\nNext: '--help'\n")]
    [InlineData(
        "user disable acme ana",
        "There is no command 'user disable'. It is 'user deactivate TENANT WHO' here.\nNext: 'user --help'\n"
    )]
    [InlineData("provision everybody", "There is no command 'provision'.\nNext: '--help'\n")]
    [InlineData("--colour red", "There is no command '--colour'.\nNext: '--help'\n")]
    [InlineData("xoxp-12-secret", "There is no command xox…\nNext: '--help'\n")]
    [InlineData(
        "hold choose acme gina U1",
        "A hold is named by its id, as 'hold list acme' shows it; 'gina' is none.\nNext: 'hold choose --help'\n"
    )]
    [InlineData(
        "token delete acme PingOne first",
        "A token is named by its id, as 'token list acme PingOne' shows it; 'first' is none.\nNext: 'token delete --help'\n"
    )]
    [InlineData(
        "source create acme Entra --preset entra",
        "--preset is one of pingOne, pingFederate, entraId, okta; 'entra' is none. Did you mean 'entraId'?\nNext: 'source create --help'\n"
    )]
    [InlineData(
        "preferences preset acme octa",
        "WORD is one of pingOne, pingFederate, entraId, okta; 'octa' is none. Did you mean 'okta'?\nNext: 'preferences preset --help'\n"
    )]
    [InlineData(
        "key create Ana --role admin",
        "--role is one of viewer, operator, owner; 'admin' is none.\nNext: 'key create --help'\n"
    )]
    [InlineData(
        "key create Ana --role viewer --expires yesterday",
        "--expires wants a time to come such as 2027-11-22 or 2027-11-22T09:00:00Z, or in how long it is, such as 12h or 90d, which 'yesterday' is not.\nNext: 'key create --help'\n"
    )]
    [InlineData("tenant list --limit all", "--limit wants a number; 'all' is none.\nNext: 'tenant list --help'\n")]
    [InlineData(
        "tenant list --url http://127.0.0.1:1/admin/api/v1",
        "--url is the address without a path: http://127.0.0.1:1/admin/api/v1 has that of what the gateway answers.\nNext: 'COMMAND --url http://127.0.0.1:1'\n"
    )]
    [InlineData(
        "tenant list --url http://127.0.0.1:1/acme/scim/v2",
        "--url is the address without a path: http://127.0.0.1:1/acme/scim/v2 has that of what the gateway answers.\nNext: 'COMMAND --url http://127.0.0.1:1'\n"
    )]
    public async Task What_was_wrong_is_a_sentence_and_is_all_that_is_said(string line, string says)
    {
        using var entered = new TerminalSession(new Uri("http://127.0.0.1:1"), "sga_any");

        Assert.Equal(Exit.WrongUse, await entered.RunAsync(line));
        Assert.Equal(("", says), (entered.Out, entered.Error));
    }

    [Fact]
    public async Task A_noun_alone_has_its_commands_and_then_what_was_wrong()
    {
        using var entered = new TerminalSession(new Uri("http://127.0.0.1:1"), "sga_any");

        Assert.Equal(Exit.WrongUse, await entered.RunAsync("tenant"));
        Assert.StartsWith("usage: tenant COMMAND\n", entered.Error, StringComparison.Ordinal);
        Assert.EndsWith(
            "\nRequired command was not provided.\nNext: 'tenant --help'\n",
            entered.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_key_that_is_not_known_is_said_by_where_it_was_found()
    {
        await using var served = await ServedGateway.StartAsync();
        using var ofVariable = new TerminalSession(served.Base, "sga_wrong");
        using var saved = new TerminalSession();
        Profiles.Save(saved.Home, "work", new Profile(served.Base, "sga_former"));

        await RefusedAsync(ofVariable, "tenant list", "SCIMGATEWAY_ADMIN_KEY", "unset it to use a profile");
        await RefusedAsync(ofVariable, "profile save default", "SCIMGATEWAY_ADMIN_KEY", "unset it");
        await RefusedAsync(ofVariable, "tenant list --admin-key sga_other", "--admin-key", "Say another one.");
        await RefusedAsync(
            saved,
            "tenant list --profile work",
            "profile work",
            $"'profile save work --url {served.Base}'"
        );
        Assert.Equal(Exit.Refused, await saved.RunAsync($"profile save new --url {served.Base}", "sga_wrong\n"));
        Assert.Contains("the key of standard input", saved.Error, StringComparison.Ordinal);

        async Task RefusedAsync(TerminalSession entered, string line, string of, string helps)
        {
            Assert.Equal(Exit.Refused, await entered.RunAsync(line));
            Assert.StartsWith(
                $"The gateway at {served.Base} does not know the key of {of}: ",
                entered.Error,
                StringComparison.Ordinal
            );
            Assert.Contains(helps, entered.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("sga_", entered.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_the_api_wants_by_its_query_is_said_as_an_option()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        await served.SetUpAsync();
        await entered.RunAsync("rule set acme Staff 'userType eq \"Employee\"' --yes");

        Assert.Equal(Exit.Refused, await entered.RunAsync("rule delete acme Staff --yes"));
        Assert.Contains("--when-none everybody", entered.Error, StringComparison.Ordinal);
        Assert.Contains("--when-none asTheyAre", entered.Error, StringComparison.Ordinal);
        Assert.Equal(Exit.Refused, await entered.RunAsync("tenant delete acme --confirm acme"));
        Assert.EndsWith(" add --without-export.\n", entered.Error, StringComparison.Ordinal);
        Assert.Equal(Exit.Done, await entered.RunAsync("tenant delete acme --confirm acme --without-export"));
    }

    [Fact]
    public async Task Holds_that_are_not_open_are_not_decided()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        await served.SetUpAsync();

        Assert.Equal(Exit.Refused, await entered.RunAsync("hold release acme 99"));
        Assert.Equal(("", "No hold 99 is open; 'hold list acme' lists them.\n"), (entered.Out, entered.Error));
        Assert.Equal(Exit.Refused, await entered.RunAsync("hold dismiss acme 98 99"));
        Assert.Equal("None of these holds is open; 'hold list acme' lists them.\n", entered.Error);
        Assert.Equal(Exit.Refused, await entered.RunAsync("hold release acme 99 --json"));
        Assert.Contains("\"decided\"", entered.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_preview_of_nothing_says_so()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        await served.SetUpAsync();

        Assert.Equal(Exit.NotConfirmed, await entered.AnswerAsync("tenant enable acme", "n"));
        Assert.Matches("^What job [0-9]+ would do:\n(.*\n)+Slack would be told nothing.\n$", entered.Out);
    }

    [Fact]
    public async Task A_token_that_does_not_work_is_to_be_entered_again()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        await entered.RunAsync("tenant create acme Acme");

        Assert.Equal(Exit.Refused, await entered.RunAsync("tenant connect acme", "xoxp-unknown\n"));
        Assert.EndsWith("Next: 'tenant connect acme'\n", entered.Error, StringComparison.Ordinal);
        Assert.Equal(Exit.Refused, await entered.RunAsync("tenant test acme"));
        Assert.EndsWith("Next: 'tenant test acme'\n", entered.Error, StringComparison.Ordinal);
        Assert.Equal(Exit.Done, await entered.RunAsync("tenant connect acme", SlackEmulatorServer.TokenOf(1) + "\n"));
    }

    private IEnumerable<(string, string?)> NewUser() =>
        [("HOME", _home), ("XDG_CONFIG_HOME", null), ("XDG_DATA_HOME", null)];
}

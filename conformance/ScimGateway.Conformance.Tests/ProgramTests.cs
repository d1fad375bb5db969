using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;

namespace ScimGateway.Conformance.Tests;

/// <summary>The program as it is called: what it says, and with what it ends.</summary>
public sealed class ProgramTests
{
    [Fact]
    public void The_example_for_build_servers_says_what_the_program_knows()
    {
        var example = File.ReadAllText(Path.Combine(Suite.Folder(), "examples", "github-actions.yml"));
        var command = example
            .Split('\n')
            .Single(line => line.TrimStart().StartsWith("scim-conformance ", StringComparison.Ordinal));

        var options = Options.Parse([.. command.Trim().Split(' ').Skip(1)]);

        Assert.Equal("http://127.0.0.1:8080/scim/v2", options.Url);
        Assert.Equal(3, options.Reports.Count);
    }

    [Theory]
    [InlineData("--url wants the base URL", "--token", "t")]
    [InlineData("--url wants the base URL", "--url", "ftp://scim.example.com")]
    [InlineData("--url wants a value", "--url")]
    [InlineData("There is no argument '--urll'", "--urll", "http://127.0.0.1")]
    [InlineData("--time-limit is a number of seconds", "--url", "http://127.0.0.1", "--time-limit", "0")]
    [InlineData("--time-limit is a number of seconds", "--url", "http://127.0.0.1", "--time-limit", "NaN")]
    [InlineData("--level is must, should or may", "--list", "--level", "perhaps")]
    [InlineData("--header is a name, a colon and a value", "--url", "http://127.0.0.1", "--header", "X-Api-Key")]
    [InlineData("--header is a name, a colon and a value", "--url", "http://127.0.0.1", "--header", "X Y: z")]
    [InlineData("--url is a base URL", "--url", "http://127.0.0.1/scim?tenant=a")]
    [InlineData("--baseline: no-such-file.json cannot be read", "--list", "--baseline", "no-such-file.json")]
    [InlineData("--skip: there is no requirement like RFC1", "--list", "--skip", "RFC1")]
    [InlineData("--report ends with one of .xml, .json, .md, .html, .svg, .har", "--list", "--report", "report.pdf")]
    [InlineData("--report: there is no folder for", "--list", "--report", "no-such-folder/report.md")]
    [InlineData("There is no requirement like RFC1", "--list", "--only", "RFC1")]
    [InlineData("--profile is one of rfc, entra, okta, pingone,", "--list", "--profile", "azure")]
    [InlineData("--traces: there is no folder or file no-such-folder", "--list", "--traces", "no-such-folder")]
    [InlineData("--pace is full or real", "--list", "--pace", "slow")]
    [InlineData("--users is a number from 1 to 100000", "--profile", "load", "--users", "0")]
    [InlineData("--provider is one of entra, okta,", "--profile", "load", "--provider", "others")]
    [InlineData("--profile load goes with", "--url", "http://127.0.0.1", "--users", "5")]
    [InlineData("--report FILE.har is of requirements", "--profile", "load", "--report", "all.har")]
    [InlineData("--profile load is asked for alone", "--profile", "load", "--profile", "rfc")]
    [InlineData("--profile load is asked for alone", "--profile", "load", "--only", "RFC7644")]
    public void A_mistake_in_the_options_is_said_before_anything_is_asked(string says, params string[] arguments)
    {
        var (code, _, error) = Run(arguments);

        Assert.Equal(2, code);
        Assert.StartsWith(says, error, StringComparison.Ordinal);
        Assert.EndsWith("--help says what there is.", error.TrimEnd(), StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void Without_arguments_it_says_what_there_is()
    {
        Assert.Equal((2, 0), (Run().Code, Run("--help").Code));
        Assert.Equal(Run().Out, Run("--help").Out);
        Assert.StartsWith("usage: ", Run().Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_fails_nothing_ends_with_0_and_what_fails_something_with_1()
    {
        await using var sound = await SoundServer.StartAsync();
        var report = Path.Combine(Directory.CreateTempSubdirectory().FullName, "report.json");
        string[] arguments =
        [
            "--url",
            sound.Url,
            "--token",
            SoundServer.Token,
            "--only",
            "RFC7644-3.6",
            "--report",
            report,
        ];

        var good = Run(arguments);
        Assert.Equal((0, "9 passed, 0 failed, 0 skipped"), (good.Code, LastLine(good.Out)));

        sound.Begin((ask, scim) => ask.Method == "DELETE" ? new Answer(200) : scim.Handle(ask));
        var bad = Run(arguments);
        Assert.Equal(1, bad.Code);
        Assert.Equal("0 passed, 2 failed, 7 skipped", LastLine(bad.Out));
        Assert.Contains("FAILED  RFC7644-3.6-answer", bad.Out, StringComparison.Ordinal);
        Assert.Contains("could not be removed: ", bad.Out, StringComparison.Ordinal);
        Assert.True((int)JsonNode.Parse(await File.ReadAllTextAsync(report))!["failed"]! > 0);
    }

    [Fact]
    public async Task What_is_kept_by_now_is_told_and_not_what_was_not_asked_for()
    {
        await using var sound = await SoundServer.StartAsync();
        var baseline = Path.Combine(Directory.CreateTempSubdirectory().FullName, "baseline.json");
        await File.WriteAllTextAsync(
            baseline,
            """{"requirements":[{"id":"RFC7644-3.6-answer","outcome":"failed"},{"id":"RFC7644-3.3-created","outcome":"failed"}]}"""
        );
        var (code, output, _) = Run(
            "--url",
            sound.Url,
            "--token",
            SoundServer.Token,
            "--only",
            "RFC7644-3.6-answer",
            "--baseline",
            baseline
        );

        Assert.Equal(0, code);
        Assert.Contains("no more as in the baseline: RFC7644-3.6-answer", output, StringComparison.Ordinal);
        Assert.DoesNotContain("RFC7644-3.3-created", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_profile_is_asked_for_and_what_fails_is_said_with_what_to_change()
    {
        await using var sound = await SoundServer.StartAsync(habits: Habit.All);
        string[] arguments = ["--url", sound.Url, "--token", SoundServer.Token, "--profile", "jumpcloud"];

        var good = Run(arguments);
        Assert.Equal((0, "5 passed, 0 failed, 0 skipped"), (good.Code, LastLine(good.Out)));

        sound.Begin(habits: Habit.All & ~Habit.RemoveListed);
        var bad = Run(arguments);
        Assert.Equal(1, bad.Code);
        Assert.Contains("FAILED  jumpcloud-members-remove", bad.Out, StringComparison.Ordinal);
        Assert.Contains("change: Who passes over the value empties the group.", bad.Out, StringComparison.Ordinal);
        Assert.Contains("beyond the RFCs: RFC 7644 §3.5.2.2: remove has no value", bad.Out, StringComparison.Ordinal);
        Assert.Contains("curl -i -X PATCH", bad.Out, StringComparison.Ordinal);

        var strict = Run([.. arguments, "--rfcs-only"]);
        Assert.Equal((0, "4 passed, 0 failed, 0 skipped"), (strict.Code, LastLine(strict.Out)));
        Assert.Empty(sound.Scim.Resources);
    }

    [Fact]
    public async Task A_first_synchronisation_ends_with_its_figures()
    {
        await using var sound = await SoundServer.StartAsync();
        var (code, output, _) = Run(
            "--url",
            sound.Url,
            "--token",
            SoundServer.Token,
            "--profile",
            "load",
            "--provider",
            "okta",
            "--users",
            "5",
            "--groups",
            "1"
        );

        Assert.Equal((0, "5 passed, 0 failed, 0 skipped"), (code, LastLine(output)));
        Assert.StartsWith("ok      load-okta-connect", output, StringComparison.Ordinal);
        Assert.Contains("answers: 15 × 200, 6 × 201", output, StringComparison.Ordinal);
        Assert.Empty(sound.Scim.Resources);
    }

    [Fact]
    public async Task A_server_that_people_work_with_is_not_asked_unless_told()
    {
        await using var sound = await SoundServer.StartAsync(
            (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                if (ask is { Method: "GET", Path: "Users" } && ask.Filter is null)
                    answer.Body!["totalResults"] = 51;
                return answer;
            }
        );
        string[] arguments = ["--url", sound.Url, "--token", SoundServer.Token, "--only", "RFC7644-3.6-answer"];
        var (code, _, error) = Run(arguments);

        Assert.Equal(2, code);
        Assert.StartsWith(
            "The server has 51 users. Ask one that nobody works with, or say --force",
            error,
            StringComparison.Ordinal
        );
        Assert.Equal(3, sound.Asked); // and for what a former run may have left, groups and users
        Assert.Equal(0, Run([.. arguments, "--force"]).Code);
    }

    [Fact]
    public async Task Who_is_not_let_in_or_asks_elsewhere_is_told_what_to_do()
    {
        await using var sound = await SoundServer.StartAsync();

        var (code, _, error) = Run("--url", sound.Url, "--token", "another");
        Assert.Equal(2, code);
        Assert.Contains("Give a token that it takes with --token.", error, StringComparison.Ordinal);

        (code, _, error) = Run("--url", sound.Url + "/Users", "--token", SoundServer.Token);
        Assert.Equal(2, code);
        Assert.Contains("--url wants the base URL, under which /Users is.", error, StringComparison.Ordinal);

        (code, _, error) = Run("--url", "http://127.0.0.1:1/scim", "--token", SoundServer.Token);
        Assert.Equal(2, code);
        Assert.Contains("had no answer", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_stops_it_is_told_what_was_not_asked_and_nothing_stays()
    {
        await using var sound = await SoundServer.StartAsync();
        using var process = Started("--url", sound.Url, "--token", SoundServer.Token);
        await process.StandardOutput.ReadLineAsync();
        // Not Ctrl-C, which whoever runs the tests in the background has switched off for all that they start.
        using var stop = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(2, process.ExitCode);
        Assert.StartsWith("It was stopped: ", await process.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Empty(sound.Scim.Resources);
    }

    [Fact]
    public void The_list_has_each_requirement_on_a_line()
    {
        var lines = Run("--list").Out.TrimEnd().Split('\n');

        Assert.Equal(Inventory.All.Select(one => one.Id), lines[..^1].Select(line => line.Split(' ')[0]));
        Assert.Equal(
            $"{Inventory.All.Count} requirements, {Inventory.All.Count(one => one.Check is not null)} checked",
            lines[^1].TrimEnd()
        );
    }

    private static string LastLine(string text) => text.TrimEnd().Split('\n')[^1].TrimEnd();

    private static (int Code, string Out, string Error) Run(params string[] arguments)
    {
        using var process = Started(arguments);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.GetAwaiter().GetResult());
    }

    private static Process Started(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("SCIM_TOKEN");
        start.Environment["DOTNET_TieredPGO"] = "0"; // it lives for a second
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "ScimGateway.Conformance.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}

using System.Diagnostics;
using System.Reflection;

namespace ScimGateway.SlackEmulator.Tests;

/// <summary>The program itself: its arguments, what it prints, how large an organization it starts with.</summary>
public sealed class ProgramTests
{
    private static readonly string _program = typeof(SlackEmulatorServer).Assembly.Location;

    [Theory]
    [InlineData("--url http://127.0.0.1:1", "unknown argument '--url'")]
    [InlineData("--seed", "--seed needs a value")]
    [InlineData("--urls=", "--urls needs a value")]
    [InlineData("--url=x", "unknown argument '--url=x'")]
    [InlineData("--seed -5", "--seed: '-5'")]
    [InlineData("--urls http://0.0.0.0:5090", "not http on a loopback address")]
    [InlineData("--urls http://10.1.2.3:5090", "not http on a loopback address")]
    [InlineData("--urls https://127.0.0.1:5090", "not http on a loopback address")]
    [InlineData("--urls http://*:5090", "not http on a loopback address")]
    [InlineData("--urls http://localhost.example.com:5090", "not http on a loopback address")]
    public void Arguments_that_are_not_understood_are_told(string arguments, string complaint)
    {
        var (parsed, told) = CommandLine.Parse(arguments.Split(' '));
        Assert.Null(parsed);
        Assert.Contains(complaint, told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "http://127.0.0.1:5090", 0, null)]
    [InlineData("--urls http://localhost:7 --seed 12 --knobs k.json", "http://localhost:7", 12, "k.json")]
    [InlineData("--urls=http://localhost:7 --seed=12 --knobs=k=1.json", "http://localhost:7", 12, "k=1.json")]
    [InlineData("--urls http://[::1]:7", "http://[::1]:7", 0, null)]
    public void Arguments_are_those_of_the_design(string arguments, string url, int seed, string? knobs) =>
        Assert.Equal(
            new CommandLine(url, seed, knobs),
            CommandLine.Parse(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Parsed
        );

    [Theory]
    [InlineData("http://192.0.2.1:0")]
    [InlineData("http://0.0.0.0:0")]
    public async Task In_process_too_only_a_loopback_address_is_taken(string url) =>
        await Assert.ThrowsAsync<ArgumentException>(() =>
            SlackEmulatorServer.StartAsync(new() { Url = url }, TestContext.Current.CancellationToken)
        );

    [Fact]
    [Trait("speed", "slow")]
    public async Task Unknown_arguments_give_usage_and_exit_code_2()
    {
        var (code, _, error) = await RunAsync("--nonsense");
        Assert.Equal(2, code);
        Assert.Contains("usage: ", error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_file_of_knobs_that_names_an_unknown_one_is_refused_by_name()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, """{ "users.delete_stats": 204 }""", TestContext.Current.CancellationToken);
        var (code, _, error) = await RunAsync("--urls", "http://127.0.0.1:0", "--knobs", file);
        File.Delete(file);
        Assert.Equal(2, code);
        Assert.Contains("users.delete_stats", error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task It_prints_what_it_serves_takes_a_file_of_knobs_and_ends_when_asked()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            file,
            """{ "users.delete_status": 204 /* as v2 */ }""",
            TestContext.Current.CancellationToken
        );
        using var process = Start("--urls", "http://127.0.0.1:0", "--seed", "300", "--knobs", file);
        var lines = new List<string>();
        while (
            lines.Count < 6
            && await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line
        )
            lines.Add(line);
        var url = lines[0].Split(' ')[^1];

        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var knobs = await http.GetStringAsync(new Uri(url + "/_emulator/knobs"), TestContext.Current.CancellationToken);
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        File.Delete(file);

        Assert.Contains("\"users.delete_status\":204", knobs, StringComparison.Ordinal);
        Assert.Contains(lines, l => l.EndsWith("/scim/v1/", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.EndsWith(" xoxp-emulator", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.EndsWith(" 301 users, 3 groups", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_hundred_thousand_users_and_a_thousand_groups_are_there_within_five_seconds()
    {
        var watch = Stopwatch.StartNew();
        await using var slack = await Emulated.StartSeededAsync(100_000);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
        Assert.Equal(100_001, slack.Server.Workspace.UserCount);
        Assert.Equal(1000, slack.Server.Workspace.GroupCount);
        Assert.Equal(
            100,
            (
                await slack.MembersAsync((string)(await slack.GetAsync("Groups?count=1")).Json["Resources"]![0]!["id"]!)
            ).Length
        );
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Help_is_printed_and_no_failure()
    {
        var (code, output, error) = await RunAsync("--help");
        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("usage: ", output, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("speed", "slow")]
    [InlineData("""{ "errors.pair_separator": "\ud800" }""")]
    [InlineData("""{ "faults.seed": 1, "faults.seed": 2 }""")]
    public async Task A_file_of_knobs_that_is_no_sound_JSON_is_refused_in_one_line(string knobs)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, knobs, TestContext.Current.CancellationToken);
        var (code, _, error) = await RunAsync("--urls=http://127.0.0.1:0", "--knobs=" + file);
        File.Delete(file);
        Assert.Equal(2, code);
        Assert.StartsWith("--knobs: ", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    // As port 80 does for whoever may not have it; this one nobody may have: a socket of IPv6 takes no mapped address.
    [Fact]
    [Trait("speed", "slow")]
    public async Task A_URL_the_system_refuses_is_told_in_one_line()
    {
        var (code, _, error) = await RunAsync("--urls", "http://[::ffff:127.0.0.1]:0");
        Assert.Equal(1, code);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task An_organization_without_seed_has_its_primary_owner_alone()
    {
        await using var slack = await Emulated.StartAsync();
        var all = await slack.GetAsync("Users");
        Assert.Equal(1, (int?)all.Json["totalResults"]);
        Assert.Equal("primary_owner", (string?)Assert.Single(slack.Server.Workspace.Users())["rank"]);
    }

    [Fact]
    public async Task Seeded_users_are_such_as_Slack_would_have_taken()
    {
        await using var slack = await Emulated.StartSeededAsync(2000);
        foreach (var user in slack.Server.Workspace.Users())
            Assert.Matches("^[a-z0-9._-]{1,21}$", (string)user["userName"]!);
        Assert.Equal(2001, slack.Server.Workspace.Users().Select(u => (string)u["id"]!).Distinct().Count());
    }

    [Fact]
    public void The_emulator_references_nothing_of_ours() =>
        Assert.DoesNotContain(
            Assembly.Load("ScimGateway.SlackEmulator").GetReferencedAssemblies(),
            a => a.Name!.StartsWith("ScimGateway", StringComparison.Ordinal)
        );

    private static Process Start(params string[] arguments) =>
        Process.Start(
            new ProcessStartInfo(Path.ChangeExtension(_program, null), arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output, error);
    }
}

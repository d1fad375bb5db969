using System.Diagnostics;
using System.Text.RegularExpressions;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.CommandLine;

/// <summary>The README's five minutes: what it says to enter is entered, and what it shows is what comes.</summary>
public partial class TourTests
{
    [Fact]
    [Trait("speed", "slow")]
    public async Task What_the_front_page_says_to_enter_brings_what_it_shows()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The tour is for bash.");
        var steps = Steps(await File.ReadAllTextAsync(Path.Combine(GeneratedPage.Root(), "README.md")));
        Assert.True(steps.Count > 10, $"{steps.Count} steps are not the whole tour");
        await using var tour = new Tour();

        foreach (var (entered, shown) in steps)
            if (entered.StartsWith("dotnet run ", StringComparison.Ordinal))
                await tour.StartAsync(entered, shown);
            else if (!entered.StartsWith("dotnet build ", StringComparison.Ordinal)) // the tests are built
                await tour.EnterAsync(entered, shown);
    }

    // The tour enters what is built; with the Web SDK's own 'dotnet run' its data would be in the project's folder.
    [Fact]
    public async Task What_is_run_from_the_repository_works_in_the_folder_one_is_in()
    {
        var project = Path.Combine(GeneratedPage.Root(), "src", "ScimGateway.Host");
        var start = new ProcessStartInfo("dotnet", ["msbuild", project, "-getProperty:RunWorkingDirectory"])
        {
            RedirectStandardOutput = true,
        };

        using var asked = Process.Start(start)!;

        Assert.Equal("", (await asked.StandardOutput.ReadToEndAsync()).Trim());
        await asked.WaitForExitAsync();
        Assert.Equal(0, asked.ExitCode);
    }

    [Theory]
    [InlineData("acme is live.\n", "acme is live.\n", true)]
    [InlineData("acme is live.\n", "acme is alive.\n", false)]
    [InlineData("acme is live.\n", "acme is live.\nAnd more.\n", false)]
    [InlineData("job … is done\n", "job 14 is done\n", true)]
    [InlineData("job … is done\n", "job 1\n4 is done\n", false)]
    [InlineData("…\nend\n", "end\n", true)]
    [InlineData("…\nend\n", "one\ntwo\nend\n", true)]
    [InlineData("key sga_…\nkey sga_…\n", "key sga_a\nkey sga_a\n", true)]
    [InlineData("key sga_…\nkey sga_…\n", "key sga_a\nkey sga_b\n", false)]
    [InlineData("at 2026-11-22 08:31:22Z\n", "at 2027-01-01 00:00:00Z\n", true)]
    [InlineData("at 2026-11-22 08:31:22Z\n", "at noon\n", false)]
    [InlineData("01a20261-9ace-763f-b202-82dbb1ce6715\n", "01b00000-0000-7000-8000-000000000001\n", true)]
    [InlineData("01a20261-9ace-763f-b202-82dbb1ce6715\n", "another\n", false)]
    public void Ids_times_secrets_and_what_is_left_out_may_be_others_and_nothing_else(
        string shown,
        string came,
        bool isSo
    ) => Assert.Equal(isSo, new PageText().Takes(shown, came));

    [Fact]
    public void What_stood_for_an_id_stands_for_it_from_then_on()
    {
        var stood = new PageText();

        Assert.True(stood.Takes("It has sgt_…\n", "It has sgt_secret\n"));
        Assert.Equal("token=sgt_secret", stood.In("token=sgt_…"));
        Assert.False(stood.Takes("sgt_…\n", "sgt_other\n"));
    }

    // What is entered is 'sh', what it brings 'text' right after it.
    private static List<(string TerminalSession, string? Shown)> Steps(string page)
    {
        var tour = Tours().Match(page).Value;
        List<(string, string?)> steps = [];
        foreach (Match fence in Fences().Matches(tour))
            if (fence.Groups["kind"].Value == "sh")
                steps.Add((fence.Groups["text"].Value, null));
            else
                steps[^1] = (steps[^1].Item1, fence.Groups["text"].Value);
        return steps;
    }

    [GeneratedRegex("^## Five minutes\n.*?(?=^## )", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Tours();

    [GeneratedRegex("^```(?<kind>sh|text)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fences();
}

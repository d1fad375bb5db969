using System.Diagnostics;
using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;

namespace ScimGateway.Conformance.Tests.OfTheGateway;

/// <summary>What the gateway has recorded of a provider is a scenario that any server can be asked for.</summary>
public sealed class RecordedTests
{
    private const string AdminKey = "an-admin-key-of-these-tests-0123456789";

    // People and secrets of the scenarios that are recorded.
    private static readonly string[] _people = ["harbour", "crew.example", SoundServer.Token];

    [Theory]
    [InlineData("pingone")]
    [InlineData("okta")]
    [InlineData("entra")]
    [Trait("speed", "slow")]
    public async Task What_a_provider_sent_is_asked_of_other_servers(string provider)
    {
        var file = Path.Combine(Path.GetTempPath(), $"recorded-{Guid.NewGuid():N}.json");
        try
        {
            await Demo.AskAsync(
                ["--admin-key", AdminKey],
                async url =>
                {
                    await RecordAsync(url, provider, file);
                    AssertKept(await Asking.AllAsync(new Options { Url = url, Traces = file }));
                }
            );
            var text = await File.ReadAllTextAsync(file);
            Assert.Equal([], _people.Where(one => text.Contains(one, StringComparison.OrdinalIgnoreCase)));
            Assert.True(JsonNode.Parse(text)!["steps"]!.AsArray().Count > 50);

            await using var sound = await SoundServer.StartAsync(habits: Habit.All);
            AssertKept(await Asking.AllAsync(new Options { Url = sound.Url, Traces = file }));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void AssertKept(Findings findings)
    {
        Assert.True(findings.Failed().Length == 0, string.Join("\n", findings.Failed()));
        Assert.Equal(1, findings.Count(Outcome.Passed));
        Assert.Empty(findings.LeftBehind);
    }

    // As an administrator does it, who ends it by a signal; Ctrl-C is ignored by whatever a shell has begun in the background.
    private static async Task RecordAsync(string url, string provider, string file)
    {
        using var recording = Demo.Started([
            "source",
            "record",
            "demo",
            "1",
            "--for",
            "10m",
            "--file",
            file,
            "--url",
            new Uri(new Uri(url), "/").ToString(),
            "--admin-key",
            AdminKey,
        ]);
        try
        {
            Assert.Contains(
                "records from now on",
                await recording.StandardError.ReadLineAsync(),
                StringComparison.Ordinal
            );
            await Asking.AllAsync(new Options { Url = url, Profiles = [provider] });
            using var end = Process.Start("kill", ["-TERM", $"{recording.Id}"]);
            await recording.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
            Assert.Equal(0, recording.ExitCode);
        }
        finally
        {
            recording.Kill();
        }
    }
}

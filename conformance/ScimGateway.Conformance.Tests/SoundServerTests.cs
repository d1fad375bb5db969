using ScimGateway.Conformance.Tests.Sound;

namespace ScimGateway.Conformance.Tests;

/// <summary>On a server as the RFCs have it nothing is found.</summary>
public sealed class SoundServerTests
{
    [Fact]
    public async Task It_keeps_whatever_is_asked_of_it()
    {
        await using var sound = await SoundServer.StartAsync();
        var findings = await Asking.AllAsync(sound.Url);

        Assert.Equal([], findings.Failed());
        Assert.Equal(Asking.NotAsked, findings.Skipped());
        Assert.Empty(sound.Scim.Resources);
    }

    [Fact]
    public async Task Two_runs_find_the_same()
    {
        await using var sound = await SoundServer.StartAsync();
        var first = await Asking.AllAsync(sound.Url);
        var second = await Asking.AllAsync(sound.Url);

        Assert.Equal(first.Results.Select(Said), second.Results.Select(Said));
        Assert.Equal(first.Closing, second.Closing);

        static (string, Outcome, string) Said(Result result) =>
            (result.Requirement.Id, result.Verdict.Outcome, result.Verdict.Says);
    }
}

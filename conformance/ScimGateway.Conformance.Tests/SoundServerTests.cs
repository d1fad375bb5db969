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
    public async Task What_a_check_has_made_is_removed_when_it_throws_and_the_rest_is_asked()
    {
        await using var sound = await SoundServer.StartAsync();
        using var server = new Server(new Options { Url = sound.Url, Token = SoundServer.Token });
        var findings = await Run.AllAsync(
            server,
            [
                Throwing("RFC0-1-unread", () => new InvalidOperationException("no number")),
                Throwing("RFC0-1-mistake", () => new ArgumentException("ours")),
                Throwing("RFC0-1-first", () => new NotPossibleException("not yet")),
            ],
            Weighing.Strict,
            _ => { }
        );

        Assert.Equal(["RFC0-1-unread: what came back cannot be read: no number"], findings.Failed());
        Assert.StartsWith("RFC0-1-mistake: this check has a mistake", findings.Skipped()[0], StringComparison.Ordinal);
        Assert.Equal("RFC0-1-first: not yet", findings.Skipped()[1]);
        Assert.Empty(sound.Scim.Resources);
    }

    [Fact]
    public async Task Who_stops_it_finds_the_place_clean()
    {
        await using var sound = await SoundServer.StartAsync();
        using var server = new Server(new Options { Url = sound.Url, Token = SoundServer.Token });
        using var stop = new CancellationTokenSource();
        var findings = await Run.AllAsync(server, Inventory.Rfc, Weighing.Strict, Tell, stop: stop.Token);

        Assert.Contains(findings.Results, one => one.Requirement.Id == "RFC7643-2.3.2-boolean");
        Assert.DoesNotContain(findings.Results, one => one.Requirement.Id == "RFC9865-2-all");
        Assert.Empty(sound.Scim.Resources);

        void Tell(Result result)
        {
            if (result.Requirement.Id == "RFC7643-2.3.2-boolean")
                stop.Cancel();
        }
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

    private static Requirement Throwing(string id, Func<Exception> exception) =>
        new(
            id,
            Level.Must,
            "it makes a user and comes to no end",
            async server =>
            {
                await server.MadeUserAsync();
                throw exception();
            }
        );
}

using ScimGateway.Protocol.Bounds;
using ScimGateway.SlackEmulator.Tests;
using Xunit;

namespace ScimGateway.Protocol.Tests.Bounds;

/// <summary>So many at once, so many waiting, so long.</summary>
public class GateTests
{
    private readonly ManualClock _clock = new();
    private readonly Gate _gate;

    public GateTests() =>
        _gate = new Gate(
            atOnce: 1,
            waiting: 1,
            TimeSpan.FromSeconds(5),
            () => new InvalidOperationException("full"),
            _clock
        );

    [Fact]
    public async Task The_next_one_begins_when_the_one_before_it_has_ended()
    {
        var (first, second) = (new TaskCompletionSource<int>(), new TaskCompletionSource<int>());
        var begun = 0;
        var one = RunAsync(first);
        var other = RunAsync(second);
        Assert.Equal(1, begun);

        first.SetResult(1);
        Assert.Equal(1, await one);
        second.SetResult(2);

        Assert.Equal(2, await other);
        Assert.Equal(2, begun);

        Task<int> RunAsync(TaskCompletionSource<int> end) =>
            _gate.RunAsync(
                () =>
                {
                    begun++;
                    return end.Task;
                },
                TestContext.Current.CancellationToken
            );
    }

    [Fact]
    public async Task More_than_may_wait_are_sent_away_and_the_place_of_one_who_left_is_free_again()
    {
        var end = new TaskCompletionSource<int>();
        using var gone = new CancellationTokenSource();
        var under = _gate.RunAsync(() => end.Task, TestContext.Current.CancellationToken);
        var leaves = _gate.RunAsync(() => end.Task, gone.Token);
        await Assert.ThrowsAsync<InvalidOperationException>(() => AskAsync(3));

        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaves);
        var waits = AskAsync(4);
        end.SetResult(1);

        Assert.Equal((1, 4), (await under, await waits));
    }

    [Fact]
    public async Task Nobody_waits_for_longer_than_the_patience()
    {
        var end = new TaskCompletionSource<int>();
        var under = _gate.RunAsync(() => end.Task, TestContext.Current.CancellationToken);
        var waits = AskAsync(2);

        _clock.Advance(seconds: 5);
        await Assert.ThrowsAsync<InvalidOperationException>(() => waits);
        end.SetResult(1);

        Assert.Equal((1, 3), (await under, await AskAsync(3)));
    }

    [Fact]
    public async Task Work_that_fails_makes_room_all_the_same()
    {
        await Assert.ThrowsAsync<FormatException>(() =>
            _gate.RunAsync<int>(() => throw new FormatException(), TestContext.Current.CancellationToken)
        );

        Assert.Equal(1, await AskAsync(1));
    }

    private Task<int> AskAsync(int result) =>
        _gate.RunAsync(() => Task.FromResult(result), TestContext.Current.CancellationToken);
}

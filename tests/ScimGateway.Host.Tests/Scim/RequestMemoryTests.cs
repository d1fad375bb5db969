using System.Net;
using Microsoft.AspNetCore.Http;
using ScimGateway.Host.Scim;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model;
using ScimGateway.SlackEmulator.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Scim;

/// <summary>What bodies and answers have together is bounded; who finds none left waits a little.</summary>
public class RequestMemoryTests
{
    private const int Megabyte = 1 << 20;

    private readonly ManualClock _clock = new();
    private readonly RequestMemory.Share _memory;
    private readonly RequestMemory.Share _others;

    public RequestMemoryTests()
    {
        var all = new RequestMemory(40 * Megabyte, _clock);
        (_memory, _others) = (all.Of(new TenantId(1)), all.Of(new TenantId(2)));
    }

    [Fact]
    public async Task Who_comes_beyond_waits_and_goes_on_when_others_have_given_back()
    {
        await TakeAsync(20);
        var second = TakeAsync(20);
        Assert.False(second.IsCompleted);

        _memory.GiveBack(20 * Megabyte);

        await second;
        Assert.Equal(20 * Megabyte, _memory.Taken);
    }

    [Fact]
    public async Task Who_waits_too_long_is_told_to_come_again_and_takes_nothing()
    {
        await TakeAsync(20);
        var second = TakeAsync(20);

        _clock.Advance(TimeSpan.FromSeconds(2));

        var refusal = await Assert.ThrowsAsync<ScimException>(() => second);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, 5), (refusal.Status, refusal.RetryAfter!.Value.TotalSeconds));
        _memory.GiveBack(20 * Megabyte);
        Assert.Equal(0, _memory.Taken);
    }

    [Fact]
    public async Task Who_hangs_up_while_waiting_takes_nothing()
    {
        using var gone = new CancellationTokenSource();
        await TakeAsync(20);
        var second = _memory.TakeAsync(20 * Megabyte, 0, gone.Token);

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        _memory.GiveBack(20 * Megabyte);
        Assert.Equal(0, _memory.Taken);
    }

    [Fact]
    public async Task What_comes_for_somebody_who_has_just_gone_is_the_next_ones()
    {
        for (var round = 0; round < 200; round++)
        {
            using var gone = new CancellationTokenSource();
            await TakeAsync(30);
            var goes = _memory.TakeAsync(30 * Megabyte, 0, gone.Token);
            // Registered later, so called first: the memory comes, and before it is known somebody has gone.
            using var comes = gone.Token.Register(() => _memory.GiveBack(30 * Megabyte));
            var next = TakeAsync(30);

            await gone.CancelAsync();

            var went = await Record.ExceptionAsync(() => goes);
            if (went is null)
                _memory.GiveBack(30 * Megabyte);
            await next.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            _memory.GiveBack(30 * Megabyte);
            Assert.Equal(0, _memory.Taken);
        }
    }

    [Theory]
    [InlineData(14, false)] // its pieces and what is made of them, 28 MiB of 30
    [InlineData(16, true)]
    public async Task A_body_in_chunks_that_could_never_be_put_together_is_too_large(int megabytes, bool isTooLarge)
    {
        var request = new DefaultHttpContext();
        request.Request.Body = new MemoryStream(new byte[megabytes * Megabyte]);

        var reading = Record
            .ExceptionAsync(async () =>
            {
                using var body = await ScimBody.ReadAsync(request, 20 * Megabyte, _memory);
            })
            .AsTask()
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal(
            isTooLarge ? (HttpStatusCode?)HttpStatusCode.RequestEntityTooLarge : null,
            (await reading as ScimException)?.Status
        );
        Assert.Equal(0, _memory.Taken);
    }

    [Fact]
    public async Task Those_who_wait_are_no_more_than_a_hundred()
    {
        await TakeAsync(30);
        var waiting = Enumerable.Range(0, 100).Select(_ => TakeAsync(2)).ToList();

        await Assert.ThrowsAsync<ScimException>(() => TakeAsync(2));

        Assert.DoesNotContain(waiting, one => one.IsCompleted);
        _memory.GiveBack(30 * Megabyte);
        await Task.WhenAll(waiting.Take(15)); // 30 MiB, of those who came first
        Assert.Equal(15, waiting.Count(one => one.IsCompleted));
    }

    [Fact]
    public async Task What_is_large_leaves_a_quarter_to_what_is_ordinary()
    {
        await TakeAsync(30);

        Assert.False(_memory.TryTake(2 * Megabyte, 0));
        Assert.False(_memory.TryTake(Megabyte / 2, Megabyte)); // one who has much already
        Assert.True(_memory.TryTake(Megabyte / 2, 0));
    }

    [Fact]
    public async Task What_one_tenant_has_leaves_room_for_another_ones()
    {
        await TakeAsync(30); // as much as a tenant may have of what is large, and the rest of what is ordinary
        while (_memory.TryTake(Megabyte / 2, 0)) { }
        Assert.Equal(35 * Megabyte, _memory.Taken);

        Assert.True(_others.TryTake(3 * Megabyte, 0));
        Assert.True(_others.TryTake(Megabyte / 2, 0));
        Assert.False(_memory.TryTake(Megabyte / 2, 0));
    }

    [Fact]
    public async Task Those_who_wait_at_one_tenant_take_nobody_elses_place()
    {
        await TakeAsync(30);
        var waiting = Enumerable.Range(0, 100).Select(_ => TakeAsync(2)).ToList();
        var other = _others.TakeAsync(10 * Megabyte, 0, CancellationToken.None);
        Assert.False(other.IsCompleted);

        _memory.GiveBack(10 * Megabyte);
        await Task.WhenAll(waiting.Take(5)); // those who came first have it again
        Assert.Equal(5, waiting.Count(one => one.IsCompleted));
        Assert.False(other.IsCompleted);
        _memory.GiveBack(20 * Megabyte);
        foreach (var _ in waiting.Take(95))
            _memory.GiveBack(2 * Megabyte);

        await other;
    }

    [Fact]
    public async Task A_small_one_does_not_wait_behind_a_large_one()
    {
        await TakeAsync(29);
        var large = TakeAsync(25);
        var small = TakeAsync(5);
        Assert.False(small.IsCompleted);

        _memory.GiveBack(5 * Megabyte);

        await small;
        Assert.False(large.IsCompleted);
    }

    [Fact]
    public async Task What_must_be_answered_is_though_there_is_too_little()
    {
        await TakeAsync(30);
        using var answer = new RentedBuffer(_memory) { MayBeRefused = false };

        answer.Write(new byte[20 * Megabyte]);

        Assert.InRange(_memory.Taken, 49 * Megabyte, 51 * Megabyte);
    }

    [Fact]
    public async Task An_answer_that_grows_beyond_what_there_is_is_refused_and_gives_back()
    {
        await TakeAsync(25);
        var answer = new RentedBuffer(_memory);

        Assert.Throws<ScimException>(() => answer.Write(new byte[6 * Megabyte]));

        Assert.True(answer.LacksMemory);
        answer.Dispose();
        Assert.Equal(25 * Megabyte, _memory.Taken);
    }

    [Fact]
    public async Task An_answer_gives_back_what_is_sent_while_the_rest_waits_for_the_reader()
    {
        using var answer = new RentedBuffer(_memory);
        var bytes = new byte[5 * Megabyte];
        Random.Shared.NextBytes(bytes);
        answer.Write(bytes);
        var reader = new SlowReader();

        var sending = answer.SendAsync(reader, CancellationToken.None);
        Assert.InRange(_memory.Taken, 49 * Megabyte / 10, 5 * Megabyte);
        for (var i = 0; i < 40; i++)
            await reader.ReadAsync();
        Assert.InRange(_memory.Taken, 2 * Megabyte, 3 * Megabyte);
        for (var i = 40; i < 80; i++)
            await reader.ReadAsync();
        await sending;

        Assert.Equal(bytes, reader.Received);
        Assert.InRange(_memory.Taken, 0, RequestMemory.Small);
    }

    [Fact]
    public void A_short_answer_takes_nothing()
    {
        using var answer = new RentedBuffer(_memory);

        answer.Write(new byte[60_000]);

        Assert.Equal(0, _memory.Taken);
    }

    private Task TakeAsync(int megabytes) =>
        _memory.TakeAsync((long)megabytes * Megabyte, 0, TestContext.Current.CancellationToken);

    /// <summary>Takes what is sent a write after another, each when it is told to.</summary>
    private sealed class SlowReader : MemoryStream
    {
        private readonly SemaphoreSlim _sent = new(0);
        private readonly SemaphoreSlim _read = new(0);

        public byte[] Received => ToArray();

        public async Task ReadAsync()
        {
            await _sent.WaitAsync();
            _read.Release();
        }

        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            Assert.InRange(buffer.Length, 1, RequestMemory.Small);
            _sent.Release();
            await _read.WaitAsync(cancellationToken);
            Write(buffer.Span);
        }
    }
}

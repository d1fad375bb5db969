using Microsoft.Extensions.Logging;
using ScimGateway.Provisioning.Logging;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Http;

namespace ScimGateway.Provisioning.Operating;

/// <summary>
/// Whose the tenant's token is, and another one in its place before it ends (docs/slack.md 1.4). What renews a token
/// works once, so one home alone does it, one at a time; from the store alone it is seen that it is time, so whoever
/// comes after a process that died between Slack's answer and the disk tries again at once, while Slack still lets it.
/// </summary>
/// <param name="store">The home's store.</param>
/// <param name="slack">The connection, which has the token.</param>
/// <param name="renew">Asks Slack for another one; null where the gateway has no app by which it could.</param>
/// <param name="keep">Keeps another one.</param>
/// <param name="ask">Asks Slack whose the token is.</param>
/// <param name="clock">What time it is.</param>
/// <param name="log">The log.</param>
internal sealed class TokenRenewal(
    HomeStore store,
    SlackConnection slack,
    Func<SlackToken, Task<SlackTokenAnswer>>? renew,
    Func<SlackToken, Task> keep,
    Func<CancellationToken, Task<SlackTokenTest>> ask,
    TimeProvider clock,
    ILogger<TokenRenewal> log
) : IAsyncDisposable
{
    private const string NoApp =
        "the gateway has no Slack app any more; its operator sets SlackApp:ClientId and SlackApp:ClientSecretFile";

    // An answer that was lost is asked for again within the time of grace that Slack has for that, which is "short". Each
    // of them may have made a token, and of more than two the oldest ends, which is the one in use; without asking again
    // the connection would be lost in any case.
    private const int MostAtOnce = 3;

    private static readonly TimeSpan _untilAnswer = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _firstDelay = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan _longestDelay = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan _afterRefusal = TimeSpan.FromHours(1);
    private static readonly TimeSpan _untilStore = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _one = new(1);
    private readonly Lock _gate = new();
    private DateTimeOffset _notBefore = DateTimeOffset.MinValue;
    private int _attempts;
    private string? _why;

    /// <summary>The token as it is now.</summary>
    public SlackToken Current => slack.Token;

    /// <summary>Whether it ends, and can be renewed before.</summary>
    public bool Rotates => slack.Token.Rotates;

    /// <summary>Whether it is time to renew it.</summary>
    public bool IsDue => slack.Token.RenewAt is { } at && clock.GetUtcNow() is var now && now >= at && MayTry(now);

    /// <summary>
    /// Asks whose the token is, and renews it before if it is time, or after that if Slack does not take it.
    /// </summary>
    public async Task<SlackTokenTest> AskAsync(CancellationToken cancel)
    {
        var before = slack.Token;
        if (IsDue)
            await RenewAsync(before, cancel);
        var said = await ask(cancel);
        if (said is not SlackTokenTest.Refused refused || !slack.Token.Rotates)
            return said;
        if (slack.Token == before && await RenewAsync(before, cancel))
            return await ask(cancel);
        return _why is { } why ? refused with { Error = $"{refused.Error}; it could not be renewed: {why}" } : refused;
    }

    /// <summary>No renewal begins any more; the one under way gets its outcome.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _one.WaitAsync();
        _one.Release();
    }

    private bool MayTry(DateTimeOffset now)
    {
        lock (_gate)
            return now >= _notBefore && !_stopping.IsCancellationRequested;
    }

    // Whether there is another one now.
    private async Task<bool> RenewAsync(SlackToken seen, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            if (slack.Token != seen)
                return true; // somebody else has seen to it
            if (!MayTry(clock.GetUtcNow()))
                return false;
            await store.RequireAsync(); // else it is another home's to renew
            switch (renew is null ? new SlackTokenAnswer.Refused(NoApp) : await TryAsync(seen))
            {
                case SlackTokenAnswer.Given { Token: var token }:
                    slack.Use(token);
                    Put(TimeSpan.Zero, null);
                    await KeepAsync(token);
                    log.TokenRenewed();
                    return true;
                case SlackTokenAnswer.Refused refused:
                    Put(_afterRefusal, refused.Error);
                    log.TokenRenewalFailed(refused.Error);
                    await WarnAsync(seen, refused.Error);
                    return false;
                case SlackTokenAnswer.NoAnswer late:
                    Put(Delay(late.RetryAfter), late.Why);
                    log.TokenRenewalFailed(late.Why);
                    // Slack may be away for as long as a half of what there is left.
                    if (clock.GetUtcNow() > seen.Expires - ((seen.Expires - seen.Given) / 6))
                        await WarnAsync(seen, late.Why);
                    return false;
                case var other:
                    throw new InvalidOperationException(other.ToString());
            }
        }
        finally
        {
            _one.Release();
        }
    }

    // Nobody ends it half-way: Slack may have done it.
    private async Task<SlackTokenAnswer> TryAsync(SlackToken token)
    {
        for (var tried = 1; ; tried++)
        {
            var answer = await renew!(token);
            if (
                answer is not SlackTokenAnswer.NoAnswer { RetryAfter: null }
                || tried == MostAtOnce
                || _stopping.IsCancellationRequested
            )
                return answer;
            if (tried > 1)
                await Task.Delay(_untilAnswer, clock, _stopping.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // What Slack gives once is kept until the store takes it; a home that ends tries once more.
    private async Task KeepAsync(SlackToken token)
    {
        while (true)
            try
            {
                await keep(token);
                return;
            }
            catch (StoreAwayException) when (!_stopping.IsCancellationRequested)
            {
                log.TokenNotStored();
                await Task.Delay(_untilStore, clock, _stopping.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
    }

    // It works until its end, so nothing is shut: there is time to connect again.
    private Task WarnAsync(SlackToken token, string why)
    {
        if (token.Expires <= clock.GetUtcNow())
            return Task.CompletedTask; // that is the tenant's problem by now
        var warning = $"Slack does not renew the token ({why}); it works until its end. Connect again before that.";
        return store.WriteAsync(
            session =>
            {
                if (Tenants.Find(session, store.Tenant).TokenWarning is null)
                    Alerts.Raise(session, store.Tenant, Cause.TokenEnds, clock.Now());
                return TenantConnections.SetTokenWarning(session, store.Tenant, warning);
            },
            CancellationToken.None
        );
    }

    private TimeSpan Delay(TimeSpan? after) =>
        TimeSpan.FromTicks(
            Math.Clamp(
                Math.Max(after?.Ticks ?? 0, _firstDelay.Ticks << Math.Min(_attempts, 10)),
                _firstDelay.Ticks,
                _longestDelay.Ticks
            )
        );

    private void Put(TimeSpan pause, string? why)
    {
        lock (_gate)
            (_notBefore, _attempts, _why) = (clock.GetUtcNow() + pause, why is null ? 0 : _attempts + 1, why);
    }
}

using System.Net;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;

namespace ScimGateway.Provisioning.Lane;

/// <summary>When a script's call may go: behind a provider's change of the same link, and in the tenant's schedule.</summary>
/// <param name="store">The tenant's store.</param>
/// <param name="executor">What calls Slack beside it.</param>
/// <param name="outcomes">What comes of providers' changes.</param>
/// <param name="schedule">What waits for a call.</param>
/// <param name="gate">Why none may begin.</param>
/// <param name="clock">The time.</param>
internal sealed class LaneTurns(
    HomeStore store,
    Executor executor,
    Outcomes outcomes,
    SlackSchedule<LinkId> schedule,
    LaneGate gate,
    TimeProvider clock
)
{
    // A tenant's Slack takes ten writes a second, so that these wait for some seconds at most.
    private const int MostAtOnce = 64;

    private static readonly TimeSpan _aSecond = TimeSpan.FromSeconds(1);

    /// <summary>As many requests as the lane takes at once; one more is refused.</summary>
    internal Gate Among { get; } =
        new(
            MostAtOnce,
            waiting: 0,
            TimeSpan.Zero,
            () => Later($"{MostAtOnce} requests of the v1 lane wait already.", _aSecond),
            clock
        );

    /// <summary>Waits until nothing that a provider wants of the link is left to tell Slack.</summary>
    /// <exception cref="ScimException">That is not in time.</exception>
    public async Task UntilAtRestAsync(LinkId id, WriteRequest asked)
    {
        while (await IsPendingAsync(id))
        {
            var next = outcomes.NextAsync(id);
            if (!await IsPendingAsync(id))
                return;
            var left = asked.AnswerBy - clock.GetUtcNow();
            if (left <= TimeSpan.Zero)
                throw BehindAnother();
            try
            {
                await next.WaitAsync(left, clock, asked.ClientGone);
            }
            catch (TimeoutException)
            {
                throw BehindAnother();
            }
        }
    }

    /// <summary>Waits for a call.</summary>
    /// <exception cref="ScimException">It may not go in time, or none may begin any more.</exception>
    public async Task<SlackGrant> WaitAsync(
        SlackCall call,
        SlackPriority priority,
        DateTimeOffset until,
        CancellationToken gone
    )
    {
        var left = until - clock.GetUtcNow();
        var estimate = schedule.Estimate(call, priority);
        if (estimate > left || left <= TimeSpan.Zero)
            throw OfBudget(estimate);
        if (executor.Gate.Standing == Standing.Live)
            return await executor.Others.WaitAsync(call, priority, left, gone)
                ?? throw (gate.Shut(isWrite: true) ?? OfBudget(schedule.Estimate(call, priority)));
        // In a shadow run the executor tells Slack nothing, and whoever reads goes as an import does.
        SlackGrant grant;
        while (!schedule.TryTakeBehind(call, out grant, out var wait))
        {
            if (clock.GetUtcNow() + wait > until)
                throw OfBudget(wait);
            await Task.Delay(wait, clock, gone);
        }
        return grant;
    }

    private async Task<bool> IsPendingAsync(LinkId id) =>
        await store.AskAsync(session => Links.Find(session, id)) is { State: LinkState.Pending };

    private static ScimException BehindAnother() =>
        Later("A provider's change of it is not told to Slack yet; nothing was sent.", TimeSpan.FromSeconds(5));

    private static ScimException OfBudget(TimeSpan wait) =>
        Later("Slack's limits leave no room in time; nothing was sent.", wait > _aSecond ? wait : _aSecond);

    private static ScimException Later(string why, TimeSpan wait) =>
        ScimException.Later(HttpStatusCode.TooManyRequests, why, wait);
}

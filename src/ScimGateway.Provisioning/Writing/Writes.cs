using System.Net;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Messages;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Translation;

namespace ScimGateway.Provisioning.Writing;

/// <summary>The way of every write, of users and of groups, once it is known what is to be written (DESIGN 5): write down, wait, answer.</summary>
public sealed class Writes(Store store, Executor executor, Outcomes outcomes, TimeProvider clock, AtStep? reached = null)
{
    // More than these do not wait: a request that comes then is answered at once.
    private const int MostWaiting = 500;

    private const int MostReadings = 5;

    // Who came before has no later deadline, and is answered right after it.
    private static readonly TimeSpan _untilAnswered = TimeSpan.FromSeconds(2);

    private readonly WriteTurns _turns = new(clock);

    /// <summary>The user or group as it is shown; 404 where there is none.</summary>
    internal Resource Existing(Kind kind, Caller caller, Guid id, string? ifMatch)
    {
        var resource = store.Read(session => Resources.Shown(session, caller.TenantId, kind, id));
        if (resource is null)
            throw ScimException.NotFound($"There is no {Word(kind)} {id}.");
        if (!new EntityTag(resource.Version).LetsWrite(ifMatch))
            throw ScimException.PreconditionFailed(
                $"The {Word(kind)} is at version {resource.Version}, not at the one that If-Match names."
            );
        return resource;
    }

    // A claim by POST, an import and a change of members alone take no turn.
    /// <summary>Reads and decides once more where the resource has changed since; each of these happens to one once in a while.</summary>
    internal static async Task<WrittenDown> OnceMoreIfOutdatedAsync(Func<Task<WrittenDown>> write)
    {
        for (var left = MostReadings; ; left--)
            try
            {
                return await write().ConfigureAwait(false);
            }
            catch (Outdated) when (left > 1)
            {
                // read and decided on again
            }
            catch (Outdated)
            {
                throw ScimException.Later(
                    HttpStatusCode.ServiceUnavailable,
                    "The resource changes faster than this write can be decided on; try again.",
                    TimeSpan.FromSeconds(1)
                );
            }
    }

    /// <summary>Writes down what was decided on, waits for Slack as long as the request may, and gives back what to answer.</summary>
    /// <param name="asked">Who asks, and until when he waits.</param>
    /// <param name="kind">What such a write would most often ask of Slack, for the estimate of its waiting time.</param>
    /// <param name="priority">Its place in the queue.</param>
    /// <param name="work">The write-down; it is told why nothing may be written that Slack would hear of, if that is so.</param>
    internal async Task<WrittenDown> RunAsync(
        Asked asked,
        SlackCommand kind,
        SlackPriority priority,
        Func<StoreSession, ScimException?, WrittenDown> work
    )
    {
        var (isLate, refusal) = Foresee(asked, kind, priority);
        asked.ClientGone.ThrowIfCancellationRequested();
        await At(Step.WritingDown).ConfigureAwait(false);
        // From here on nothing depends on the request's cancellation.
        using var waiting = outcomes.Await();
        var stamp = 0;
        var written = await WriteDownAsync(
                asked,
                session =>
                {
                    var written = work(session, refusal);
                    if (written.Link is { } link)
                    {
                        waiting.For(link, written.Version);
                        stamp = executor.Stamp(link);
                    }
                    return written;
                }
            )
            .ConfigureAwait(false);
        await At(Step.WrittenDown).ConfigureAwait(false);
        foreach (var beside in written.Beside)
            executor.Consider(beside);
        if (written.Link is not { } link)
            return written;

        if (written.Plan is { } plan)
            executor.Consider(link, plan(), stamp);
        else
            executor.Consider(link);
        var outcome = await waiting
            .UntilAsync(isLate || executor.Closed is not null ? clock.GetUtcNow() : asked.AnswerBy)
            .ConfigureAwait(false);
        if (outcome is Outcome.NotYet)
            outcome = await LateAsync(asked, link, written).ConfigureAwait(false);
        return outcome is Outcome.Refused refused ? throw refused.Why : written;
    }

    private async Task<WrittenDown> WriteDownAsync(Asked asked, Func<StoreSession, WrittenDown> work)
    {
        try
        {
            return await store.WriteAsync(work, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Declined declined)
        {
            if (declined.Awaited is { } holder)
                await executor.HurryAsync(holder).ConfigureAwait(false);
            if (declined.Undecided is { } open)
                await store
                    .WriteAsync(
                        session =>
                        {
                            Holds.Open(
                                session,
                                asked.Caller.TenantId,
                                open.Link,
                                open.Why,
                                asked.At.ToUnixTimeMilliseconds(),
                                other: open.Other
                            );
                            return true;
                        },
                        CancellationToken.None
                    )
                    .ConfigureAwait(false);
            throw declined.Why;
        }
    }

    // Whether the answer would come too late anyway; by preference nothing that Slack would hear of is written then (DESIGN 5).
    private (bool IsLate, ScimException? Refusal) Foresee(Asked asked, SlackCommand kind, SlackPriority priority)
    {
        var preferences = asked.Caller.Preferences;
        if (executor.Closed is { } why)
            return (true, Queues(preferences) ? null : CannotBeWritten(why));
        var estimate = executor.Estimate(kind, priority);
        if (asked.At + estimate <= asked.AnswerBy && outcomes.Count < MostWaiting)
            return (false, null);
        return (true, preferences.WhenSlackIsSlow == WhenSlow.Accept ? null : Slow(estimate));
    }

    // Slack has not answered in time, or cannot be written any more: the wish is withdrawn if the tenant prefers that and nothing was
    // sent, and taken on otherwise.
    private async Task<Outcome> LateAsync(Asked asked, long link, WrittenDown written)
    {
        var preferences = asked.Caller.Preferences;
        ScimException? why = executor.Closed is { } closed
            ? Queues(preferences)
                ? null
                : CannotBeWritten(closed)
            : preferences.WhenSlackIsSlow == WhenSlow.Refuse
                ? Slow(TimeSpan.Zero)
                : null;
        if (why is not null && await executor.WithdrawAsync(link, written.Version, why).ConfigureAwait(false) is { } withdrawn)
            return withdrawn;
        await At(Step.Accepting).ConfigureAwait(false);
        var outcome = await AcceptAsync(asked, link, written).ConfigureAwait(false);
        await At(Step.Accepted).ConfigureAwait(false);
        return outcome;
    }

    // The third transaction, of a slow request: from here on a refusal takes nothing back. It may have come in between.
    private Task<Outcome> AcceptAsync(Asked asked, long link, WrittenDown written) =>
        store.WriteAsync<Outcome>(
            session =>
            {
                Links.Save(session, Links.Get(session, link).Accept(written.Version));
                Operations.Accept(session, asked.OperationId);
                if (executor.Closed is { } why)
                    Explain(session, asked, link, why);
                return Operations.Refusal(session, asked.OperationId) is { } refused
                    ? new Outcome.Refused(refused)
                    : new Outcome.NotYet();
            },
            CancellationToken.None
        );

    // What waits until Slack can be told: why, and what that will be as far as it is known now.
    private void Explain(StoreSession session, Asked asked, long link, Reason why)
    {
        if (Wanted.Read(session, link, asked.Caller.Preferences) is not { Commands.Count: > 0 } planned)
            return;
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        if (planned.Link is { State: LinkState.Pending, Reason: null })
            Links.Save(session, planned.Link.WaitFor(why));
        OperationJournal.Plan(session, asked.OperationId, planned.Commands.Select(c => CommandLine.Of(c, "Planned", null, now)));
        if (executor.Standing != Standing.Shadow)
            Alerts.Raise(session, asked.Caller.TenantId, Cause.Queued, now, link, asked.OperationId);
    }

    // In a shadow run whatever the preference.
    private bool Queues(Preferences preferences) =>
        executor.Standing == Standing.Shadow || preferences.WhileSlackCannotBeWritten == CannotWrite.Queue;

    private static ScimException CannotBeWritten(Reason why) =>
        ScimException.Later(
            HttpStatusCode.ServiceUnavailable,
            $"Slack cannot be written just now, so nothing was changed: {why.Sentence}",
            TimeSpan.FromMinutes(1)
        );

    private static ScimException Slow(TimeSpan estimate) =>
        ScimException.Later(
            HttpStatusCode.TooManyRequests,
            "Slack's limits leave no room for this in time, so nothing was changed; try again later.",
            estimate > TimeSpan.FromSeconds(5) ? estimate : TimeSpan.FromSeconds(5)
        );

    /// <summary>Waits for the resource's turn, so that a refusal has one document to go back to.</summary>
    internal async Task<IDisposable> TurnAsync(Asked asked, Guid id) =>
        await _turns.TakeAsync(id, asked.AnswerBy + _untilAnswered, asked.ClientGone).ConfigureAwait(false)
        ?? throw ScimException.Later(
            HttpStatusCode.ServiceUnavailable,
            "Another write to this resource is still under way; try again in a few seconds.",
            TimeSpan.FromSeconds(5)
        );

    private Task At(Step step) => reached?.Invoke(step) ?? Task.CompletedTask;

    private static string Word(Kind kind) => kind == Kind.User ? "user" : "group";
}

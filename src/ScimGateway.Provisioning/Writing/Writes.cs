using System.Net;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Writing;

/// <summary>
/// The way of every write, of users and of groups, once it is known what is to be written: write down, wait, answer.
/// </summary>
internal sealed class Writes(
    HomeStore store,
    Executor executor,
    Outcomes outcomes,
    TimeProvider clock,
    AtStep? reached = null
)
{
    // More than these do not wait: a request that comes then is answered at once.
    private const int MostWaiting = 500;

    private const int MostReadings = 5;

    // Who came before has no later deadline, and is answered right after it.
    private static readonly TimeSpan _untilAnswered = TimeSpan.FromSeconds(2);

    private readonly WriteTurns _turns = new(clock);
    private readonly Targets _targets = new(store);

    /// <summary>The way of every write: gives back what to answer, or refuses.</summary>
    internal async Task<WrittenDown> RunAsync(Write write)
    {
        // 0. Once: who wrote it before writes nothing more (docs/rooms/cluster.md).
        if (write.Asked.MayBeWrittenDown && await WrittenBeforeAsync(write.Asked) is { } before)
            return before;
        // 1. One write at a time to each user, and to the document of each group.
        using var turn = write.Turn is { } id ? await TurnAsync(write.Asked, id) : null;
        for (var left = MostReadings; ; left--)
            try
            {
                return await DecideAsync(write);
            }
            catch (Outdated) when (left > 1)
            {
                // A claim by POST, an import and a change of members alone take no turn: it is read and decided on
                // again.
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

    private async Task<WrittenDown> DecideAsync(Write write)
    {
        // 2. Apply: what is wanted, or a refusal that changes nothing.
        await write.ApplyAsync(_targets);

        // 3. Estimate: whether Slack can be told in time.
        var (isLate, refusal) = Estimate(write);
        write.Asked.ClientGone.ThrowIfCancellationRequested();
        await reached.At(Step.WritingDown);

        // 4. Write down: one transaction, in which it is decided whether the tenant allows it. From here on nothing
        // depends on the request's cancellation.
        using var waiting = outcomes.Await();
        var written = await WriteDownAsync(write, refusal, waiting);
        write.Asked.MayBeWrittenDown = true;
        await reached.At(Step.WrittenDown);

        foreach (var other in written.OtherLinks)
            executor.Due.Consider(other);
        if (written.Link is not { } link)
            return written;
        var until = isLate || executor.Gate.Closed is not null ? clock.GetUtcNow() : write.Asked.AnswerBy;
        Outcome outcome;
        try
        {
            outcome = await OutcomeAsync(write.Asked, written, link, waiting, until);
        }
        catch (StoreAwayException e)
        {
            executor.Due.Consider(link);
            throw StoreAwayException.InDoubt(e); // it is written down, and goes on
        }

        // 7. Answer.
        return outcome is Outcome.Refused refused ? throw refused.Why : written;
    }

    private async Task<Outcome> OutcomeAsync(
        WriteRequest asked,
        WrittenDown written,
        LinkId link,
        Outcomes.Waiting waiting,
        DateTimeOffset until
    )
    {
        // 5. Hand it to the executor, with what is planned already.
        if (written.Plan is { } plan)
            executor.Due.Consider(link, plan(), written.Stamp);
        else
            executor.Due.Consider(link, written.Resource);

        // 6. Wait for Slack as long as the request may; beyond that it is withdrawn or taken on.
        var outcome = await waiting.UntilAsync(until);
        try
        {
            return outcome is Outcome.NotYet ? await LateAsync(asked, link, written) : outcome;
        }
        catch (HomeEndedException)
        {
            return await AsTakenOverAsync(asked);
        }
    }

    private async Task<WrittenDown> WriteDownAsync(Write write, ScimException? late, Outcomes.Waiting waiting)
    {
        var (written, refusal) = await store.WriteAsync(
            session => WriteDown(session, write, late, waiting),
            CancellationToken.None
        );
        if (written is not null)
            return written;
        // What is asked for goes before all others.
        if (refusal!.Awaited is { } link)
            executor.Due.Consider(link);
        throw refusal.Why;
    }

    // Whoever waits is known before anybody can tell him, and what is planned holds as long as nothing is done with the
    // link.
    private (WrittenDown?, Refusal?) WriteDown(
        StoreSession session,
        Write write,
        ScimException? late,
        Outcomes.Waiting waiting
    )
    {
        var (written, refusal) = write.WriteDown(session, late);
        if (written?.Link is not { } link)
            return (written, refusal);
        waiting.For(link, written.Version);
        return (written with { Stamp = executor.Due.Renew(link) }, null);
    }

    // Whether the answer would come too late anyway; by preference nothing that Slack would hear of is written then.
    private (bool IsLate, ScimException? Refusal) Estimate(Write write)
    {
        var asked = write.Asked;
        var preferences = asked.Caller.Preferences;
        if (executor.Gate.Closed is { } why)
            return (true, Queues(preferences) ? null : CannotBeWritten(why));
        var estimate = executor.Estimate(write.Likely, write.Priority);
        if (asked.At + estimate <= asked.AnswerBy && outcomes.Count < MostWaiting)
            return (false, null);
        return (true, preferences.WhenSlackIsSlow == WhenSlow.Accept ? null : Slow(estimate));
    }

    // Slack has not answered in time, or cannot be written any more: the wish is withdrawn if the tenant prefers that
    // and nothing was sent, and taken on otherwise.
    private async Task<Outcome> LateAsync(WriteRequest asked, LinkId link, WrittenDown written)
    {
        var preferences = asked.Caller.Preferences;
        ScimException? why = executor.Gate.Closed is { } closed
            ? Queues(preferences)
                ? null
                : CannotBeWritten(closed)
            : preferences.WhenSlackIsSlow == WhenSlow.Refuse
                ? Slow(TimeSpan.Zero)
                : null;
        if (why is not null && await executor.WithdrawAsync(link, written.Version, why) is { } withdrawn)
            return withdrawn;
        await reached.At(Step.Accepting);
        var outcome = await AcceptAsync(asked, link, written);
        await reached.At(Step.Accepted);
        return outcome;
    }

    // What came of it when it was sent before; null if nothing was written then.
    private async Task<WrittenDown?> WrittenBeforeAsync(WriteRequest asked)
    {
        var (operation, refusal) = await OperationAsync(asked);
        asked.MayBeWrittenDown = operation is not null && refusal is null;
        if (refusal is not null)
            throw refusal;
        if (operation is null)
            return null;
        return await store.AskAsync(session => Resources.Find(session, operation.ResourceId)) is { } resource
            ? new WrittenDown(resource, null, 0)
            : throw StoreAwayException.InDoubt(); // it was made, and is gone
    }

    // What the journal has of it, and why it was refused.
    private async Task<(Operation? Operation, ScimException? Refusal)> OperationAsync(WriteRequest asked) =>
        await store.ReadAsync(session =>
            (
                OperationLists.Find(session, asked.Caller.TenantId, asked.OperationId),
                RefusedOperations.Of(session, asked.OperationId)
            )
        );

    // The tenant got another home meanwhile, which has taken on what is written down; or it is about to get one, which
    // will. Of a tenant that was deleted there is nothing any more.
    private async Task<Outcome> AsTakenOverAsync(WriteRequest asked)
    {
        if (!await store.AskAsync(session => Tenants.IsThere(session, asked.Caller.TenantId)))
            throw HomeEndedException.Deleted();
        var (operation, refusal) = await OperationAsync(asked);
        return operation switch
        {
            null => throw new HomeEndedException(),
            _ when operation.Outcome == OperationOutcome.Pending.Word() => throw HomeEndedException.WrittenDown(),
            _ when refusal is not null => new Outcome.Refused(refusal),
            _ => new Outcome.NotYet(),
        };
    }

    // The third transaction, of a slow request: from here on a refusal takes nothing back. It may have come in between,
    // and what it made vanish has no link any more.
    private Task<Outcome> AcceptAsync(WriteRequest asked, LinkId link, WrittenDown written) =>
        store.WriteAsync<Outcome>(
            session =>
            {
                if (Links.Find(session, link) is { } there)
                    Links.Save(session, there.Accept(written.Version));
                Operations.Accept(session, asked.OperationId);
                if (executor.Gate.Closed is { } why)
                    Explain(session, asked, link, why);
                return RefusedOperations.Of(session, asked.OperationId) is { } refused
                    ? new Outcome.Refused(refused)
                    : new Outcome.NotYet();
            },
            CancellationToken.None
        );

    // What waits until Slack can be told: why, and what that will be as far as it is known now.
    private void Explain(StoreSession session, WriteRequest asked, LinkId link, Reason why)
    {
        if (Wanted.Read(session, link, asked.Caller.Preferences) is not { Commands.Count: > 0 } planned)
            return;
        var now = clock.Now();
        if (planned.Link is { State: LinkState.Pending, Reason: null })
            Links.Save(session, planned.Link.WaitFor(why));
        OperationJournal.Plan(
            session,
            asked.OperationId,
            planned.Commands.Select(c => CommandLine.Of(c, "Planned", null, now))
        );
        if (executor.Gate.Standing != Standing.Shadow)
            Alerts.Raise(session, asked.Caller.TenantId, Cause.Queued, now, link, asked.OperationId);
    }

    // In a shadow run whatever the preference.
    private bool Queues(Preferences preferences) =>
        executor.Gate.Standing == Standing.Shadow || preferences.WhileSlackCannotBeWritten == CannotWrite.Queue;

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

    private async Task<IDisposable> TurnAsync(WriteRequest asked, ResourceId id) =>
        await _turns.TakeAsync(id, asked.AnswerBy + _untilAnswered, asked.ClientGone)
        ?? throw ScimException.Later(
            HttpStatusCode.ServiceUnavailable,
            "Another write to this resource is still under way; try again in a few seconds.",
            TimeSpan.FromSeconds(5)
        );
}

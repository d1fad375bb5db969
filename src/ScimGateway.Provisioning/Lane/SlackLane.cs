using System.Net;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Lane;

/// <summary>
/// Calls in Slack's own words, as scripts have them: within the tenant's budget and order, each write in its journal
/// and by its rules. Who sends them is handed in, so that what streams goes by nobody's memory.
/// </summary>
internal sealed class SlackLane(
    HomeStore store,
    Executor executor,
    LaneGate gate,
    LaneTurns turns,
    SlackBudget budget,
    CurrentPreferences preferences,
    Rereading rereading,
    TimeSpan timeLimit,
    TimeProvider clock,
    AtStep? reached = null
)
{
    /// <summary>Reads something, when its turn has come.</summary>
    /// <param name="request">What.</param>
    /// <param name="until">Until when it may wait.</param>
    /// <param name="send">Sends it, and hands the answer on.</param>
    /// <param name="gone">Nobody waits for it any more.</param>
    /// <exception cref="ScimException">It may not be, or not now.</exception>
    public Task<LaneAnswer> ReadAsync(
        LaneRequest request,
        DateTimeOffset until,
        Func<Task<LaneAnswer>> send,
        CancellationToken gone
    )
    {
        gate.Require(isWrite: false);
        return turns.Among.RunAsync(
            async () =>
            {
                var grant = await turns.WaitAsync(request.Call, SlackPriority.Update, until, gone);
                return await SendAsync(grant, isWrite: false, send);
            },
            gone
        );
    }

    /// <summary>Writes something, when its turn has come and if it may be.</summary>
    /// <param name="asked">By whom, and in which words.</param>
    /// <param name="request">What.</param>
    /// <param name="change">What its body does.</param>
    /// <param name="send">Sends it.</param>
    /// <exception cref="ScimException">It may not be, or not now; Slack has heard nothing of it.</exception>
    public Task<LaneAnswer> WriteAsync(
        WriteRequest asked,
        LaneRequest request,
        LaneChange change,
        Func<Task<LaneAnswer>> send
    )
    {
        gate.Require(isWrite: true);
        return turns.Among.RunAsync(async () =>
        {
            LinkId? link = request.SlackId is { } id ? await FindAsync(request.Kind!.Value, id, asked) : null;
            await store.ReadAsync(session =>
            {
                Rules(session, asked).Require(request, change, Links.Find(session, link));
                return true;
            });
            while (true)
            {
                if (link is { } its)
                    await turns.UntilAtRestAsync(its, asked);
                var grant = await turns.WaitAsync(
                    request.Call,
                    LaneChange.Priority(request, change),
                    asked.AnswerBy,
                    asked.ClientGone
                );
                var write = new Write(asked, request, change, link, grant, send);
                var answer = link is { } one
                    ? await executor.Flights.BetweenCallsAsync([one], () => WriteAsync(write))
                    : await WriteAsync(write);
                if (answer is not null)
                    return answer;
                budget.GiveBack(grant); // a provider's request came before it
            }
        });
    }

    // One call, between those of the executor for the same account or group; null if something of it is to be told first.
    private async Task<LaneAnswer?> WriteAsync(Write write)
    {
        try
        {
            // 1. Written down: from here on it is known that somebody may have written.
            if (!await store.WriteAsync(session => WriteDown(session, write), CancellationToken.None))
                return null;
        }
        catch (BeyondGuardException e)
        {
            budget.GiveBack(write.Grant);
            await store.WriteAsync(
                session =>
                {
                    Alerts.Raise(
                        session,
                        store.Tenant,
                        Cause.LaneGuarded,
                        clock.Now(),
                        write.Link,
                        write.Asked.OperationId
                    );
                    return true;
                },
                CancellationToken.None
            );
            throw ScimException.Of(
                HttpStatusCode.Forbidden,
                $"The guard refuses it: {e.Limit} such changes were made within an hour. Wait, or have an owner of the tenant raise the limit."
            );
        }
        catch
        {
            budget.GiveBack(write.Grant);
            throw;
        }

        // 2. Sent. Whatever becomes of the client, it is recorded.
        LaneAnswer answer;
        try
        {
            await reached.At(Step.Calling);
            answer = await SendAsync(write.Grant, isWrite: true, write.Send);
            await reached.At(Step.Called);
        }
        catch (ScimException e) // it is closed since
        {
            await RecordAsync(write, new LaneAnswer.NotSent(e.Message));
            throw;
        }

        // 3. What came of it is recorded before anybody is told.
        await RecordAsync(write, answer);
        return answer;
    }

    private bool WriteDown(StoreSession session, Write write)
    {
        var now = clock.Now();
        var link = Links.Find(session, write.Link);
        if (link is { State: LinkState.Pending })
            return false;
        var rules = Rules(session, write.Asked);
        rules.Require(write.Request, write.Change, link);
        if (link is not null && rules.Count(write.Request, write.Change, link) is { } why)
            throw new BeyondGuardException(why.Words);
        OperationJournal.Write(
            session,
            write.Asked,
            link?.ClaimantId,
            link?.Id,
            link is null ? null : OwnEntries.NamesOf(session, link),
            version: null,
            new Verdict.Allow(),
            OperationOutcome.Pending,
            finished: null
        );
        if (link is not null)
            Links.Save(
                session,
                link.Touch(now, Instant.Of(now.ToTime() + timeLimit), mayLetIn: write.Change.Active == true)
            );
        // Who comes into a group by it is known to a full list that a provider says before Slack has shown them.
        if (
            preferences.Now.GroupMembership == GroupMembership.Overwrite
            && Resources.Find(session, link?.ClaimantId) is { Kind: Kind.Group, Deleted: null } group
        )
            foreach (var account in write.Change.Adds)
                SeenMembers.Suspect(session, store.Tenant, group.Id.AsGroup(), account, now);
        return true;
    }

    private async Task RecordAsync(Write write, LaneAnswer answer)
    {
        await store.KeepAsync(
            session =>
            {
                LaneRecording.Record(
                    session,
                    write.Asked,
                    write.Request,
                    write.Change,
                    write.Link,
                    answer,
                    clock.Now()
                );
                return true;
            },
            clock,
            executor.Stopping
        );
        if (write.Link is { } link)
            rereading.Begin(write.Request.Kind!.Value, link);
        else if (answer is LaneAnswer.Answered { IsDone: true } made)
            await WriteMadeAsync(write.Request.Kind!.Value, made);
    }

    // What was made is one that nobody claims, as if an import had found it. What cannot be read an import finds.
    private async Task WriteMadeAsync(Kind kind, LaneAnswer.Answered made)
    {
        var asked = Instant.Of(clock.Now().ToTime().AddMilliseconds(1));
        if (kind == Kind.User && made.User() is { } user)
            await rereading.WriteAsync(user, asked);
        else if (kind == Kind.Group && made.Group() is { } group)
            await rereading.WriteAsync(group, asked);
    }

    private async Task<LaneAnswer> SendAsync(SlackGrant grant, bool isWrite, Func<Task<LaneAnswer>> send)
    {
        try
        {
            gate.Require(isWrite);
            await store.RequireAsync(); // no call begins where another process may have the store
        }
        catch
        {
            budget.GiveBack(grant);
            throw;
        }
        var answer = await send();
        if (answer is LaneAnswer.NotSent)
            budget.GiveBack(grant);
        // A lock on one user or group says nothing of the limits.
        if (
            answer is LaneAnswer.Answered { Status: 429 } late
            && SlackError.Read(late.Status, late.Body).Code != "resource_locked"
        )
            budget.Refused(grant, late.RetryAfter);
        return answer;
    }

    // The link of an account or group; one that the gateway has not met yet it reads first.
    private async Task<LinkId> FindAsync(Kind kind, string slackId, WriteRequest asked)
    {
        if (await store.AskAsync(session => Links.IdBySlackId(session, store.Tenant, kind, slackId)) is { } known)
            return known;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(asked.ClientGone);
        var left = asked.AnswerBy - clock.GetUtcNow();
        using var late = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end.Token, late.Token);
        try
        {
            return await rereading.FindAsync(kind, slackId, either.Token)
                ?? throw ScimException.NotFound(
                    $"Slack has no {(kind == Kind.User ? "user" : "group")} {slackId}, or a provider's request is just making it."
                );
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            throw ScimException.Later(
                HttpStatusCode.TooManyRequests,
                "Slack did not show in time what is to be written; nothing was sent.",
                TimeSpan.FromSeconds(1)
            );
        }
        catch (SlackUnreadableException e)
        {
            throw ScimException.Later(
                HttpStatusCode.ServiceUnavailable,
                $"What is to be written cannot be read at Slack: {e.Message}",
                TimeSpan.FromSeconds(30)
            );
        }
    }

    private LaneRules Rules(StoreSession session, WriteRequest asked) => new(session, asked.Caller, clock.Now());

    private sealed record Write(
        WriteRequest Asked,
        LaneRequest Request,
        LaneChange Change,
        LinkId? Link,
        SlackGrant Grant,
        Func<Task<LaneAnswer>> Send
    );

    // Undoes what was counted: it is refused as a whole.
    private sealed class BeyondGuardException(string? limit) : Exception
    {
        public string? Limit => limit;
    }
}

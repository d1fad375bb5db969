using Microsoft.Extensions.Logging;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Translation;

namespace ScimGateway.Provisioning.Executing;

/// <summary>One call to Slack for a link, from the budget's grant to what is known afterwards.</summary>
internal sealed class CallRun(
    HomeStore store,
    SlackScimClient slack,
    SlackBudget budget,
    CurrentPreferences preferences,
    TimeSpan timeLimit,
    DueLinks dueLinks,
    SlackGate gate,
    Flights flights,
    CallStreaks streaks,
    Recorder recorder,
    TimeProvider clock,
    ILogger log,
    AtStep? reached,
    CancellationToken stopping
)
{
    private volatile bool _hasLost;

    /// <summary>Whether the outcome of a call was lost, so that the store does not know what Slack has done.</summary>
    public bool HasLost => _hasLost;

    /// <summary>Makes the call, if it is still to be made; whatever happens, the link is looked at as often as need be.</summary>
    public async Task RunAsync(Granted<LinkId> granted, Considered weighed)
    {
        var (link, flight, isOver) = (granted.Item, new Flight(), false);
        if (!flights.TryBegin(link, flight))
        {
            budget.GiveBack(granted.Grant); // the outcome of the one under way looks again
            return;
        }
        using var traced = dueLinks.BeginTrace(link);
        try
        {
            await StepsAsync(granted, weighed, flight);
            isOver = true;
        }
#pragma warning disable CA1031 // whatever it is: the link is looked at again, and as nothing was recorded nothing is lost
        catch (Exception e)
#pragma warning restore CA1031
        {
            log.CallFailed(e);
        }
        if (flight.IsSent && !flight.IsRecorded)
            _hasLost = true;
        flights.End(link);
        if (!isOver && !flight.IsRecorded)
            dueLinks.Put(link, timeLimit);
        else if (flight.LooksAgain)
            dueLinks.Consider(link);
        flight.Landed.SetResult(flight.IsRecorded);
        dueLinks.Ring();
    }

    /// <summary>
    /// While writes are refused nothing may wait that could find out whether the token is accepted again: the smallest
    /// read does.
    /// </summary>
    public async Task ProbeAsync()
    {
        var command = new SlackCommand.ListUsers(1, 1);
        if (!budget.TryTake(command.Call, out var grant, out _))
            return;
        try
        {
            var result = await slack.SendAsync(command, grant, stopping);
            if (
                result
                is SlackResult.Done
                    or SlackResult.Refused { Row.Kind: not (SlackErrorKind.Token or SlackErrorKind.Plan) }
            )
                await ReopenAsync();
        }
        catch (OperationCanceledException)
        {
            // the gateway stops
        }
#pragma warning disable CA1031 // whatever it is, the next one asks again
        catch (Exception e)
#pragma warning restore CA1031
        {
            log.CallFailed(e);
        }
    }

    private async Task StepsAsync(Granted<LinkId> granted, Considered weighed, Flight flight)
    {
        var (link, grant) = (granted.Item, granted.Grant);

        // 1. Fresh? What was weighed in this round is as good as what would be read now, unless something was done with
        //    the link since.
        var account =
            weighed.PlannedAt(flight.StampBefore)
            ?? await store.ReadAsync(session => Wanted.Read(session, link, preferences.Now));

        // 2. Still wanted? What has become another kind of call since it was queued queues anew.
        if (
            account is not { Link.State: LinkState.Pending }
            || streaks.Next(account, clock.Now())?.As(grant.Call) is not { } command
        )
        {
            budget.GiveBack(grant);
            flight.LookAgain();
            return;
        }

        // 3. Ours to send?
        await reached.At(Step.Calling);
        var allowed = clock.GetTimestamp();
        if (!await MaySendAsync(link))
        {
            budget.GiveBack(grant);
            return;
        }

        // 4. Sent.
        var isLookedAt = streaks.IsLookedAt(account, clock.Now());
        flight.IsSent = true;
        var result = await slack.SendAsync(command, grant, CancellationToken.None, allowed);
        await reached.At(Step.Called);
        flight.IsAnswered = true;

        // 5. Recorded.
        var met = streaks.Meet(account.Link, command, result, isLookedAt);
        var recorded = await recorder.RecordAsync(account, command, result, met, stopping);
        flight.IsRecorded = true;
        await reached.At(Step.Recorded);

        // 6. Told, and looked at again if there is more to tell.
        if (recorded.Outcome is null || recorded.HasMore)
            flight.LookAgain();
        recorder.Tell(link, recorded);

        // 7. Slack can be written, if that was in doubt; the store may fail, and the outcome is known by then.
        if (recorded.Shut is null && result is SlackResult.Done or SlackResult.Refused)
            await ReopenAsync();
    }

    // A tenant that stands still has its links looked at when it goes on. No call begins where another process may have
    // the store.
    private async Task<bool> MaySendAsync(LinkId link)
    {
        if (gate.Standing != Standing.Live)
            return false;
        try
        {
            await store.RequireAsync();
            return true;
        }
        catch (Exception e) when (e is StoreAwayException or HomeEndedException)
        {
            dueLinks.Put(link, HomeStore.UntilTriedAgain);
            return false;
        }
    }

    // Only a reply shows that the token is accepted again.
    private async Task ReopenAsync()
    {
        if (!gate.IsProbed)
            return;
        await store.WriteAsync(
            session =>
            {
                TenantProblems.Note(session, store.Tenant, null, clock.Now());
                return true;
            },
            CancellationToken.None
        );
        gate.Open();
    }
}

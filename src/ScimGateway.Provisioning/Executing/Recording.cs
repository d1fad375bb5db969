using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Executing;

/// <summary>
/// The second transaction: carries out what a reply of Slack's means, on the row as it is now. Of <em>delivered</em>
/// it sets only what the command carried.
/// </summary>
internal sealed class Recording(
    StoreSession store,
    Subject subject,
    Preferences preferences,
    TimeSpan timeLimit,
    Instant now
)
{
    private static readonly TimeSpan _careful = TimeSpan.FromHours(1);

    private readonly WishEnding _wish = new(store, subject, preferences, now);
    private bool _halts;
    private Reason? _shut;
    private Instant? _carefulUntil;

    /// <summary>The transaction.</summary>
    public StoreSession Store => store;

    /// <summary>What the tenant allows.</summary>
    public Preferences Preferences => preferences;

    /// <summary>When it is.</summary>
    public Instant Now => now;

    /// <summary>Asks for what most recordings read, all together.</summary>
    /// <param name="store">The transaction.</param>
    /// <param name="link">The link as it was planned for.</param>
    /// <param name="slackId">The id that Slack showed; null if it showed none.</param>
    public static void Prefetch(StoreSession store, Link link, string? slackId = null) =>
        store.Prefetch(asks =>
        {
            Links.Find(asks, link.Id);
            Resources.Find(asks, link.ClaimantId);
            if (link.Kind == Kind.Group)
                Keys.Of(asks, link.Id, KeyKind.GroupName);
            else
            {
                Keys.Of(asks, link.Id, KeyKind.Address);
                Keys.Of(asks, link.Id, KeyKind.SlackUserName);
            }
            if (slackId is not null && slackId != link.SlackId)
                Links.BySlackId(asks, link.TenantId, link.Kind, slackId);
        });

    /// <summary>Records what came of a command.</summary>
    public Recorded Record(Wanted planned, SlackCommand command, SlackResult result, Met met)
    {
        Prefetch(store, planned.Link, Reply.Shown(result));
        var link = Links.Get(store, planned.Link.Id);
        var reply = Holders.Add(
            store,
            new Reply(link, planned, command, result, preferences, timeLimit, now) { Met = met }
        );
        Note(reply);
        var recorded = CarryOut(reply, subject.Judge(reply) ?? Replies.Of(reply), link) with
        {
            Halts = _halts,
            Shut = _shut,
            CarefulUntil = _carefulUntil,
        };
        return WithOthers(link, recorded);
    }

    /// <summary>
    /// Nothing is left to tell Slack: the wish is settled, failed in part, or blocked if Slack cannot hold it yet.
    /// </summary>
    public Recorded Settle(Wanted wanted) =>
        WithOthers(wanted.Link, _wish.ForWaiters(_wish.Settle(this, wanted), wanted.Link.WantedVersion));

    /// <summary>
    /// Planning this link does not end. The gateway stops, notifies operators, and keeps the link's keys, because
    /// freeing them may have caused the loop.
    /// </summary>
    public Recorded Stop(Link link)
    {
        var reason = new Reason(ReasonCode.Restless);
        Alerts.Raise(store, link.TenantId, Cause.Restless, now, link.Id, link.OperationId);
        _wish.End(link, link.WantedVersion, new LinkOutcome(LinkEvent.Failed, reason, now + Replies.LongestRetry));
        var served = new Served(link.Id, link.SettledVersion, link.WantedVersion);
        Operations.Finish(store, served, OperationOutcome.Failed, reason.Sentence, now);
        return _wish.ForWaiters(new Outcome.Settled(), link.WantedVersion);
    }

    /// <summary>
    /// Takes a wish back for which nothing was sent; null if that cannot be any more.
    /// </summary>
    public Recorded? Withdraw(Link link, long version, ScimException why)
    {
        if (link.SpokenVersion != version || link.SettledVersion >= version || link.AnswerBy is null)
            return null;
        if (link.Sent || _wish.TakeBack(this, link, why, null, null) is not { } refused)
            return null;
        return WithOthers(link, _wish.ForWaiters(refused, version));
    }

    /// <summary>Links that have something to do by the outcome.</summary>
    public void Renew(params IEnumerable<LinkId> links) => _wish.Renew(links);

    private Recorded CarryOut(Reply reply, Transition transition, Link link) =>
        transition switch
        {
            // Slack did it: it goes on with what is left.
            Transition.Deliver { Suspends: { } why } delivered => Suspend(reply, Deliver(reply, delivered, link), why),
            Transition.Deliver { Adopts: true, Replaces: null } adopted => GoOnIfGuarded(
                reply,
                Deliver(reply, adopted, link)
            ),
            Transition.Deliver delivered => GoOn(reply, Deliver(reply, delivered, link)),
            Transition.Remove => GoOn(reply, subject.Removed(this, reply, link)),
            Transition.LetStay => GoOn(reply, LetStay(link)),
            Transition.AskOn => GoOn(reply, subject.AskedWithoutResult(this, reply, link)),
            Transition.Erase => GoOn(reply, Erase(reply, link)),
            Transition.Anew anew => GoOn(reply, BeginAnew(reply, link, anew.Why)),

            // It comes again.
            Transition.AskIfGone => Wait(reply, link.AskIfGone()),
            Transition.AskWho => Wait(reply, link.AskWhoHasIt()),
            Transition.AskInPlace => Wait(reply, link.AskInPlace()),
            Transition.TellAgain again => Wait(reply, link.ConfirmThere(now + again.In, again.Why)),
            Transition.Narrow narrow => Wait(reply, link.Narrow(narrow.Most)),
            Transition.Later later => WaitUntilLater(reply, later, link),
            Transition.Shut shut => WaitForSlack(reply, shut.Why, link),

            // It has its end.
            Transition.Lose lost => EndAs(reply, subject.Lost(this, reply, link), new(LinkEvent.Lost, lost.Why)),
            Transition.End ending => EndAs(reply, link, ending),
            Transition.SetAside aside => SettleIfDone(reply, Links.Save(store, link.PutAside(aside.Fields, aside.Why))),
            Transition.TakeBack back => _wish.TakeBack(this, link, back.Why.ToScim(), back.Why, back.Leaves)
                is { } refusal
                ? _wish.ForWaiters(refusal, Told(reply))
                : CarryOut(reply, back.Else, link),

            // Something comes before it.
            Transition.Protect sticks => CarryOut(reply, sticks.Then, Links.Save(store, link.Protect(sticks.Why))),
            Transition.StopAsking ends => StopAsking(reply, ends, link),
            Transition.TryName { Else: var otherwise } => subject.Carry(this, reply, transition, link) is null
                ? CarryOut(reply, otherwise, link)
                : _wish.ForWaiters(null, Told(reply)),
            _ => SettleIfDone(reply, subject.Carry(this, reply, transition, link)!),
        };

    private static long Told(Reply reply) => reply.Planned.Link.WantedVersion;

    // A user whom the rules no longer admit, and for whom no account was made, stays in the mirror only.
    private Link LetStay(Link link)
    {
        if (Resources.Find(store, link.ClaimantId) is { Kind: Kind.User, Deleted: null } user)
            Resources.SetWaived(store, user.Id, user.Waived with { Scope = true, Frozen = false });
        return Links.Save(store, link.LetStay());
    }

    private Link Erase(Reply reply, Link link)
    {
        OperationJournal.Add(store, reply.Served, null, ["Slack has erased the account"]);
        return subject.Erased(this, reply, link);
    }

    private Link BeginAnew(Reply reply, Link link, Reason why)
    {
        OperationJournal.Add(store, reply.Served, null, ["Slack no longer knew the account; another one is made"]);
        return subject.Departed(this, reply, link, why);
    }

    private Recorded Wait(Reply reply, Link link)
    {
        Links.Save(store, link);
        return _wish.ForWaiters(null, Told(reply));
    }

    private Recorded WaitUntilLater(Reply reply, Transition.Later later, Link link)
    {
        // What the command carried may be at Slack or not: it is unknown, and unknown is always planned.
        var next = later.MayLandFor is { } time ? link.Lose(reply.Command.Delivers, now + time) : link;
        if (later.AsksFirst)
            next = next.AskBeforeCreating();
        if (later.MayLandFor is not null)
            subject.Forget(this, reply);
        Links.Save(store, next.Delay(now + later.In, later.Why));
        if (later.Clears)
            subject.InTheWay(this, reply);
        if (reply.Met.IsOutOfReach)
            Shut(link, $"Slack cannot be reached: {later.Why.Sentence}");
        return _wish.ForWaiters(null, Told(reply));
    }

    private Recorded WaitForSlack(Reply reply, Reason why, Link link)
    {
        var shut = new Reason(ReasonCode.SlackShut, why.Sentence);
        Links.Save(store, link.Delay(now + Replies.UntilNext(link.Attempts), shut));
        Shut(link, why.Sentence);
        return _wish.ForWaiters(null, Told(reply));
    }

    private void Shut(Link link, string why)
    {
        TenantProblems.Note(store, link.TenantId, why, now);
        _shut = new Reason(ReasonCode.SlackShut, why);
    }

    private Recorded EndAs(Reply reply, Link link, Transition.End end) =>
        _wish.ForWaiters(_wish.EndAs(reply, link, end), Told(reply));

    private Recorded StopAsking(Reply reply, Transition.StopAsking ends, Link link)
    {
        var ended = CarryOut(reply, ends.Then, subject.EndAsking(this, reply, link));
        subject.InTheWay(this, reply);
        return ended;
    }

    // Whoever exchanges something with one that does so no more looks again.
    private Recorded WithOthers(Link before, Recorded recorded)
    {
        if (before.IsAside && Links.Find(store, before.Id) is { IsAside: false } after)
            subject.Left(this, after);
        return recorded;
    }

    // What Slack has now. It is written with what becomes of the wish.
    private Link Deliver(Reply reply, Transition.Deliver delivered, Link link)
    {
        if (delivered.Replaces is { } why)
        {
            OperationJournal.Add(
                store,
                reply.Served,
                null,
                [$"Slack no longer knew the account; {delivered.SlackId} has its address, and takes its place"]
            );
            link = subject.Departed(this, reply, link, why);
        }
        if (delivered.TakesUp is { } former)
            TakeOver.Replace(store, former, link, now);
        var before = delivered.Adopts ? link.Adopt() : link;
        if (link.Kind == Kind.Group && delivered.Carried.Says(SlackField.DisplayName))
            before = before.Rename(delivered.Carried);
        var after = before.Deliver(delivered.SlackId, delivered.Carried, delivered.Seen, now);
        if (delivered.TakesUp is not null)
            after = after.AskedAlready();
        if (delivered.Halts)
        {
            _halts = true;
            TenantProblems.Halt(
                store,
                link.TenantId,
                link,
                "inactive in Slack after an update that did not say so; nothing more is told before an operator enables the tenant",
                now
            );
        }
        return subject.Delivered(this, reply, delivered, link, after);
    }

    // What it carried is at Slack; whether the account is to be active again an operator says, and who asked for it has
    // his answer. It may have been done by hand, or be the first of many: for a while each account is looked at before
    // it is updated.
    private Recorded Suspend(Reply reply, Link link, Reason why)
    {
        _carefulUntil = now + _careful;
        TenantConnections.SetCareful(store, link.TenantId, now + _careful);
        var isToBeThere = Resources.Find(store, link.ClaimantId) is { Active: true, Deleted: null } && !link.Absent;
        if (link.State != LinkState.Pending || !isToBeThere)
            return GoOn(reply, link);
        return Hold(reply, link, why);
    }

    // When the request was written down nobody knew of an account that it would turn, so the guard counts it now.
    private Recorded GoOnIfGuarded(Reply reply, Link link)
    {
        var user = Resources.Find(store, link.ClaimantId);
        var isWantedIn = user is { Deleted: null, Active: true } && !link.Absent;
        var isTurned = link.Kind == Kind.User && link.IsActive != isWantedIn && user?.Waived.Has("active") != true;
        var caller = Caller.Itself(link.TenantId, preferences, user?.SourceId ?? 0);
        return
            isTurned
            && link.State == LinkState.Pending
            && GuardCount.Of(store, caller, Guarded.Account, link.Id, now) is { } why
            ? Hold(reply, link, why)
            : GoOn(reply, link);
    }

    private Recorded Hold(Reply reply, Link link, Reason why)
    {
        var left = reply.Planned.After(store, link, preferences);
        Links.Save(store, link.Suspend(why, now));
        Holds.Open(store, link.TenantId, link.Id, why, now);
        Operations.Finish(
            store,
            reply.Served with
            {
                UpTo = link.WantedVersion,
            },
            OperationOutcome.Held,
            why.Sentence,
            now
        );
        _wish.Forget(left);
        subject.Release(this, left);
        return _wish.ForWaiters(new Outcome.Settled(), link.WantedVersion);
    }

    // What is left to do after a command that was done. Who waits for a wish that was done with this call has his
    // reply, though others have come since.
    private Recorded GoOn(Reply reply, Link link)
    {
        var (planned, told) = (reply.Planned, reply.Planned.Link.WantedVersion);
        var left = planned.After(store, link, preferences);
        if (left.Next is null)
            return _wish.ForWaiters(_wish.Settle(this, left), left.Link.WantedVersion);
        var isDone = planned.IsLast && !link.Absent;
        Links.Save(store, isDone ? link.SettleUpTo(told, now) : link);
        if (!isDone)
            return _wish.ForWaiters(null, told);
        Operations.Finish(store, reply.Served, OperationOutcome.Done, null, now);
        return _wish.ForWaiters(new Outcome.Settled(), told) with { HasMore = true };
    }

    // The request succeeds though a part of it waits.
    private Recorded SettleIfDone(Reply reply, Link link) =>
        _wish.ForWaiters(
            Wanted.Of(store, link, preferences) is { Next: null } done ? _wish.Settle(this, done) : null,
            reply.Planned.Link.WantedVersion
        );

    // What was done and what Slack said to it.
    private void Note(Reply reply)
    {
        var says = reply.Result switch
        {
            SlackResult.Refused refused => refused.Error.Words,
            SlackResult.NotDone late => late.Why,
            SlackResult.Lost lost => lost.Why,
            _ => null,
        };
        var dropped = reply.Result is SlackResult.Done { User: var user } ? reply.Command.DeliveredAs(user).Notes : [];
        OperationJournal.Add(
            store,
            reply.Served,
            CommandLine.Of(reply.Command, reply.Result.GetType().Name, says, now),
            dropped.Select(note => note.Says)
        );
    }
}

using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Consequences;
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

    private readonly List<LinkId> _renewed = [];

    // The wish that was settled, and the one that was refused: neither need be the planned one.
    private long? _settled;
    private long? _refused;
    private bool _isGone;
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
        var reply = WithHolder(new Reply(link, planned, command, result, preferences, timeLimit, now) { Met = met });
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
        WithOthers(wanted.Link, ForWaiters(SettleNow(wanted), wanted.Link.WantedVersion));

    /// <summary>
    /// It is planned again and again without an end: it is left as it is, and operators are told. Nothing of it is let
    /// go of, which may be what has kept it going.
    /// </summary>
    public Recorded Stop(Link link)
    {
        var reason = new Reason(ReasonCode.Restless);
        Alerts.Raise(store, link.TenantId, Cause.Restless, now, link.Id, link.OperationId);
        End(link, link.WantedVersion, new LinkOutcome(LinkEvent.Failed, reason, now + Replies.LongestRetry));
        var served = new Served(link.Id, link.SettledVersion, link.WantedVersion);
        Operations.Finish(store, served, OperationOutcome.Failed, reason.Sentence, now);
        return ForWaiters(new Outcome.Settled(), link.WantedVersion);
    }

    /// <summary>
    /// Takes a wish back for which nothing was sent; null if that cannot be any more.
    /// </summary>
    public Recorded? Withdraw(Link link, long version, ScimException why)
    {
        if (link.SpokenVersion != version || link.SettledVersion >= version || link.AnswerBy is null)
            return null;
        if (link.Sent || TakeBack(link, why, null, null) is not { } refused)
            return null;
        return WithOthers(link, ForWaiters(refused, version));
    }

    /// <summary>Links that have something to do by the outcome.</summary>
    public void Renew(params IEnumerable<LinkId> links) => _renewed.AddRange(links);

    private Recorded CarryOut(Reply reply, Transition transition, Link link)
    {
        var told = reply.Planned.Link.WantedVersion;
        switch (transition)
        {
            case Transition.Deliver { Suspends: { } why } delivered:
                return Suspend(reply, Deliver(reply, delivered, link), why);
            case Transition.Deliver delivered:
                return GoOn(reply, Deliver(reply, delivered, link));
            case Transition.Remove:
                return GoOn(reply, subject.Removed(this, reply, link));
            case Transition.AskIfGone:
                Links.Save(store, link.AskIfGone());
                return ForWaiters(null, told);
            case Transition.TellAgain again:
                Links.Save(store, link.FindThere(now + again.In, again.Why));
                return ForWaiters(null, told);
            case Transition.Lose lost:
                var end = new Transition.End(LinkEvent.Lost, lost.Why);
                return ForWaiters(EndAs(reply, subject.Lost(this, reply, link), end), told);
            case Transition.LetStay:
                return GoOn(reply, Links.Save(store, link.LetStay()));
            case Transition.AskOn:
                return GoOn(reply, subject.AskedWithoutResult(this, reply, link));
            case Transition.Erase:
                OperationJournal.Add(store, reply.Served, null, ["Slack has erased the account"]);
                return GoOn(reply, subject.Erased(this, reply, link));
            case Transition.Anew anew:
                OperationJournal.Add(
                    store,
                    reply.Served,
                    null,
                    ["Slack no longer knew the account; another one is made"]
                );
                return GoOn(reply, subject.Departed(this, reply, link, anew.Why));
            case Transition.AskWho:
                Links.Save(store, link.AskWhoHasIt());
                return ForWaiters(null, told);
            case Transition.Later later:
                WaitUntilLater(reply, later, link);
                if (later.Clears)
                    subject.InTheWay(this, reply);
                if (reply.Met.IsOutOfReach)
                    Shut(link, $"Slack cannot be reached: {later.Why.Sentence}");
                return ForWaiters(null, told);
            case Transition.Shut shut:
                Links.Save(store, link.Delay(now + Replies.UntilNext(link.Attempts), shut.Why));
                Shut(link, shut.Why.Sentence);
                return ForWaiters(null, told);
            case Transition.TakeBack back:
                return TakeBack(link, back.Why.ToScim(), back.Why, back.Leaves) is { } refusal
                    ? ForWaiters(refusal, told)
                    : CarryOut(reply, back.Else, link);
            case Transition.Protect sticks:
                return CarryOut(reply, sticks.Then, Links.Save(store, link.Protect(sticks.Why)));
            case Transition.StopAsking ends:
                var ended = CarryOut(reply, ends.Then, subject.EndAsking(this, reply, link));
                subject.InTheWay(this, reply);
                return ended;
            case Transition.SetAside aside:
                return SettleIfDone(reply, Links.Save(store, link.PutAside(aside.Fields, aside.Why)));
            case Transition.End ending:
                return ForWaiters(EndAs(reply, link, ending), told);
            case Transition.TryName { Else: var otherwise }:
                return subject.Carry(this, reply, transition, link) is null
                    ? CarryOut(reply, otherwise, link)
                    : ForWaiters(null, told);
            case Transition.Narrow narrow:
                Links.Save(store, link.Narrow(narrow.Most));
                return ForWaiters(null, told);
            default:
                return SettleIfDone(reply, subject.Carry(this, reply, transition, link)!);
        }
    }

    // Whoever exchanges something with one that does so no more looks again.
    private Recorded WithOthers(Link before, Recorded recorded)
    {
        if (before.IsAside && Links.Find(store, before.Id) is { IsAside: false } after)
            subject.Left(this, after);
        return recorded;
    }

    private void Shut(Link link, string why)
    {
        TenantProblems.Note(store, link.TenantId, why, now);
        _shut = new Reason(ReasonCode.SlackShut, why);
    }

    // What Slack has now. It is written with what becomes of the wish.
    private Link Deliver(Reply reply, Transition.Deliver delivered, Link link)
    {
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
        Tenants.SetCareful(store, link.TenantId, now + _careful);
        var isToBeThere = Resources.Find(store, link.ClaimantId) is { Active: true, Deleted: null } && !link.Absent;
        if (link.State != LinkState.Pending || !isToBeThere)
            return GoOn(reply, link);
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
        Forget(left);
        subject.Release(this, left);
        return ForWaiters(new Outcome.Settled(), link.WantedVersion);
    }

    // What is left to do after a command that was done. Who waits for a wish that was done with this call has his
    // reply, though others have come since.
    private Recorded GoOn(Reply reply, Link link)
    {
        var (planned, told) = (reply.Planned, reply.Planned.Link.WantedVersion);
        var left = planned.After(store, link, preferences);
        if (left.Next is null)
            return ForWaiters(SettleNow(left), left.Link.WantedVersion);
        var isDone = planned.IsLast && !link.Absent;
        Links.Save(store, isDone ? link.SettleUpTo(told, now) : link);
        if (!isDone)
            return ForWaiters(null, told);
        Operations.Finish(store, reply.Served, OperationOutcome.Done, null, now);
        return ForWaiters(new Outcome.Settled(), told) with { HasMore = true };
    }

    // The request succeeds though a part of it waits.
    private Recorded SettleIfDone(Reply reply, Link link) =>
        ForWaiters(
            Wanted.Of(store, link, preferences) is { Next: null } done ? SettleNow(done) : null,
            reply.Planned.Link.WantedVersion
        );

    // What the command carried may be at Slack or not: it is unknown, and unknown is always planned.
    private void WaitUntilLater(Reply reply, Transition.Later later, Link link)
    {
        var next = later.MayLandFor is { } time ? link.Lose(reply.Command.Delivers, now + time) : link;
        if (later.AsksFirst)
            next = next.AskBeforeCreating();
        if (later.MayLandFor is not null)
            subject.Forget(this, reply);
        Links.Save(store, next.Delay(now + later.In, later.Why));
    }

    private Outcome.Settled? SettleNow(Wanted wanted)
    {
        if (wanted.Link.IsAside) // what was met meanwhile is over, and it waits for the others
            wanted = wanted with { Link = Links.Save(store, wanted.Link.WaitFor(ReasonCode.StepsAside)) };
        if (subject.WaitsForOthers(this, wanted))
            return null;
        var link = wanted.Link;
        _settled = link.WantedVersion;
        var outcome = wanted.Ending(now + Replies.Retry(link.Attempts));
        var served = new Served(link.Id, link.SettledVersion, link.WantedVersion);
        // What was set aside of a former wish was told then.
        if (outcome.Event != LinkEvent.Failed || link.SpokenVersion > link.SettledVersion)
            AlertTo(link, outcome.Event, served);
        End(link, link.WantedVersion, outcome);
        OperationJournal.Add(store, served, null, wanted.Noted.Select(note => note.Says));
        Operations.Finish(
            store,
            served,
            Came(outcome.Event),
            outcome.Event == LinkEvent.Settled ? null : outcome.Why?.Sentence,
            now
        );
        Forget(wanted);
        subject.Release(this, wanted);
        return new Outcome.Settled();
    }

    // There is nothing to take back any more.
    private void Forget(Wanted wanted)
    {
        if (wanted.Claimant is { Previous: not null } claimant)
            Resources.ForgetPrevious(store, claimant.Id);
    }

    private Outcome.Settled EndAs(Reply reply, Link link, Transition.End end)
    {
        AlertTo(link, end.As, reply.Served);
        End(
            link,
            reply.Planned.Link.WantedVersion,
            new LinkOutcome(end.As, end.Why, now + Replies.Retry(link.Attempts))
        );
        var isGone = end.As == LinkEvent.Lost && link.Absent; // as was wanted
        Operations.Finish(
            store,
            reply.Served,
            isGone ? OperationOutcome.Done : Came(end.As),
            isGone ? null : end.Why.Sentence,
            now
        );
        return new Outcome.Settled();
    }

    private void End(Link link, long version, LinkOutcome outcome)
    {
        var ended = Links.Save(store, link.End(version, outcome, now));
        if (ended.State == LinkState.Failed && version == link.WantedVersion)
            _renewed.Add(link.Id); // it is looked at again when it is due
    }

    // The mirror goes back; where that leaves something to tell Slack, or to find out, it is planned again with nobody
    // waiting.
    private Outcome.Refused? TakeBack(Link link, ScimException why, Reason? reason, LinkEvent? leaves)
    {
        if (!subject.TryTakeBack(this, link))
            return null;
        _refused = link.SpokenVersion;
        _isGone = Resources.Find(store, link.ClaimantId) is null;
        // Of what is gone nothing can be done that anybody else has asked for, such as its members.
        if (_isGone)
            Operations.RefuseAll(store, new Served(link.Id, link.SpokenVersion - 1, link.WantedVersion), why, now);
        else
            Operations.Refuse(store, link.OperationId, why, now);
        // What was taken on before is done with what is wanted now.
        if (Links.Find(store, link.Id) is { } there)
            Operations.Carry(store, there);
        if (Wanted.Read(store, link.Id, preferences) is { } left)
        {
            if (leaves is { } state)
                End(left.Link, left.Link.WantedVersion, new LinkOutcome(state, reason));
            else if (left.Next is null)
                SettleNow(left);
            else
                Wishes.Renew(store, left.Link, "taking back what Slack refused", now);
            _renewed.Add(link.Id);
        }
        return new Outcome.Refused(why);
    }

    private Recorded ForWaiters(Outcome? outcome, long version) =>
        outcome switch
        {
            Outcome.Refused => new(outcome, _refused ?? version, _renewed) { Settled = _settled, IsGone = _isGone },
            Outcome.Settled => new(outcome, _settled ?? version, _renewed),
            _ => new(outcome, version, _renewed),
        };

    // The provider had its 2xx, or will have it, and Slack has not what was wanted: only people can know. What the
    // gateway tries again of its own accord was told when it failed first.
    private void AlertTo(Link link, LinkEvent ends, Served served)
    {
        if (ends is not (LinkEvent.Failed or LinkEvent.Protected or LinkEvent.Lost))
            return;
        if (ends == LinkEvent.Lost && link.Absent)
            return;
        if (Operations.AskedLast(store, served) is not { } operation)
            return;
        var cause =
            link.Absent ? Cause.RemovalRefused
            : link.SlackId is null ? Cause.CreateRefused
            : Cause.Failed;
        Alerts.Raise(store, link.TenantId, cause, now, link.Id, operation);
    }

    // With the link of what Slack showed, if it is another one's; of a refused name, with the group that is to let go of
    // it.
    private Reply WithHolder(Reply reply)
    {
        var (link, slackId) = (reply.Link, reply.SlackId);
        if (
            link.Kind == Kind.Group
            && reply.Result is SlackResult.Refused { Row.Kind: SlackErrorKind.Conflict }
            && reply.Command.Delivers[SlackField.DisplayName] is { } name
        )
            return reply with { Leaving = Links.Leaving(store, link.TenantId, Fold.Key(name)) };
        return
            slackId is null
            || link.SlackId == slackId
            || Links.BySlackId(store, link.TenantId, link.Kind, slackId) is not { } holder
            ? reply
            : reply with
            {
                Holder = holder.Id,
                Leaving = link.Kind == Kind.Group && holder.IsLeaving ? holder : null,
                Lost = holder.State == LinkState.Broken && IsNobodys(holder, link) ? holder : null,
                IsFree =
                    holder is { Absent: false, IsUnsettled: false, Protection: null }
                    && Resources.Find(store, holder.ClaimantId)
                        is { SourceId: null, Deleted: null, Waived.Unlinked: false },
                IsHeld =
                    holder.IsUnsettled
                    || Resources.Find(store, holder.ClaimantId) is { SourceId: not null, Deleted: null },
            };
    }

    // Whether nobody has the account of a link, or a user had it who was deleted and may be this one.
    private bool IsNobodys(Link holder, Link link) =>
        holder.ClaimantId is null
        || (
            Resources.Find(store, holder.ClaimantId) is { Deleted: not null } former
            && Resources.Find(store, link.ClaimantId) is { } user
            && AccountMatch.IsSame(former, user.SourceId, user.ExternalId) != false
        );

    private static OperationOutcome Came(LinkEvent ends) =>
        ends switch
        {
            LinkEvent.Settled => OperationOutcome.Done,
            LinkEvent.Failed => OperationOutcome.Failed,
            LinkEvent.Protected => OperationOutcome.Protected,
            LinkEvent.Lost => OperationOutcome.Broken,
            _ => OperationOutcome.Blocked,
        };

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

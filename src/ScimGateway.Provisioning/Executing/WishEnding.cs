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
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Executing;

/// <summary>How a wish ends, in the link and in the journal, and what the requests that wait hear of it.</summary>
internal sealed class WishEnding(StoreSession store, Subject subject, Preferences preferences, Instant now)
{
    private readonly List<LinkId> _renewed = [];

    // The wish that was settled, and the one that was refused: neither need be the planned one.
    private long? _settled;
    private long? _refused;
    private bool _isGone;

    /// <summary>Links that have something to do by the outcome.</summary>
    public void Renew(IEnumerable<LinkId> links) => _renewed.AddRange(links);

    /// <summary>Nothing is left to tell Slack; null if it waits for others all the same.</summary>
    public Outcome.Settled? Settle(Recording recording, Wanted wanted)
    {
        if (wanted.Link.IsAside) // what was met meanwhile is over, and it waits for the others
            wanted = wanted with { Link = Links.Save(store, wanted.Link.WaitFor(ReasonCode.StepsAside)) };
        if (subject.WaitsForOthers(recording, wanted))
            return null;
        var link = wanted.Link;
        _settled = link.WantedVersion;
        if (subject.TryTakeOver(recording, wanted)) // what was asked for ends with what Slack is told of that account
            return new Outcome.Settled();
        var outcome = wanted.Ending(now + Replies.Retry(link.Attempts));
        var served = new Served(link.Id, link.SettledVersion, link.WantedVersion);
        // What was set aside of a former wish was told then.
        if (outcome.Event != LinkEvent.Failed || link.SpokenVersion > link.SettledVersion)
            AlertTo(link, outcome.Event, served);
        End(link, link.WantedVersion, outcome);
        var isLeaver = HasLeft(wanted, outcome);
        var (came, why) = IsUnlinked(wanted)
            ? (LinkEvent.Blocked, new Reason(ReasonCode.Unlinked))
            : (outcome.Event, outcome.Why);
        IEnumerable<string> notes = wanted.Noted.Select(note => note.Says);
        OperationJournal.Add(
            store,
            served,
            null,
            isLeaver ? notes.Append($"nothing else sent: {outcome.Why!.Sentence}") : notes
        );
        Operations.Finish(
            store,
            served,
            isLeaver ? OperationOutcome.Done : Came(came),
            isLeaver ? null : why?.Sentence,
            now
        );
        Forget(wanted);
        subject.Release(recording, wanted);
        return new Outcome.Settled();
    }

    /// <summary>There is nothing to take back any more.</summary>
    public void Forget(Wanted wanted)
    {
        if (wanted.Claimant is { Previous: not null } claimant)
            Resources.ForgetPrevious(store, claimant.Id);
    }

    /// <summary>It ends by what Slack replied.</summary>
    public Outcome.Settled EndAs(Reply reply, Link link, Transition.End end)
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

    /// <summary>The link ends so.</summary>
    public void End(Link link, long version, LinkOutcome outcome)
    {
        var ended = Links.Save(store, link.End(version, outcome, now));
        if (ended.State == LinkState.Failed && version == link.WantedVersion)
            _renewed.Add(link.Id); // it is looked at again when it is due
    }

    /// <summary>
    /// The mirror goes back; where that leaves something to tell Slack, or to find out, it is planned again with nobody
    /// waiting. Null if it cannot go back any more.
    /// </summary>
    public Outcome.Refused? TakeBack(
        Recording recording,
        Link link,
        ScimException why,
        Reason? reason,
        LinkEvent? leaves
    )
    {
        if (!subject.TryTakeBack(recording, link))
            return null;
        _refused = link.SpokenVersion;
        _isGone = Resources.Find(store, link.ClaimantId) is null;
        var source = Operations.SourceOf(store, link.OperationId);
        var refused = source is { } asks ? OperationJournal.RefusedOf(store, link.TenantId, asks, now) : 0;
        // Of what is gone nothing can be done that anybody else has asked for, such as its members.
        if (_isGone)
            Operations.RefuseAll(store, new Served(link.Id, link.SpokenVersion - 1, link.WantedVersion), why, now);
        else
            Operations.Refuse(store, link.OperationId, why, now);
        if (source is { } its)
            OperationJournal.TellRefused(
                store,
                link.TenantId,
                refused,
                OperationJournal.RefusedOf(store, link.TenantId, its, now),
                now
            );
        // What was taken on before is done with what is wanted now.
        if (Links.Find(store, link.Id) is { } there)
            Operations.Carry(store, there);
        if (Wanted.Read(store, link.Id, preferences) is { } left)
        {
            if (leaves is { } state)
                End(left.Link, left.Link.WantedVersion, new LinkOutcome(state, reason));
            else if (left.Next is null)
                Settle(recording, left);
            else
                Wishes.Renew(store, left.Link, "taking back what Slack refused", now);
            _renewed.Add(link.Id);
        }
        return new Outcome.Refused(why);
    }

    /// <summary>What waiting requests hear, and who else has something to do.</summary>
    public Recorded ForWaiters(Outcome? outcome, long version) =>
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

    // A user whom no rule admits is told nothing of but that the user leaves, which is what was asked for.
    private static bool HasLeft(Wanted wanted, LinkOutcome outcome) =>
        outcome.Why is { Code: ReasonCode.OutOfScope }
        && wanted is { Claimant: { Deleted: null, Active: false }, Link: { SlackId: not null, IsActiveAtSlack: false } }
        && wanted.Link.Spoken.Has(SlackField.Active);

    // The account of a user or group that was unlinked and then deleted stays in Slack: there is nothing to tell, and
    // nothing was done.
    private static bool IsUnlinked(Wanted wanted) =>
        wanted is { Claimant: { Deleted: not null, Waived.Unlinked: true }, Link.SlackId: null };

    private static OperationOutcome Came(LinkEvent ends) =>
        ends switch
        {
            LinkEvent.Settled => OperationOutcome.Done,
            LinkEvent.Failed => OperationOutcome.Failed,
            LinkEvent.Protected => OperationOutcome.Protected,
            LinkEvent.Lost => OperationOutcome.Broken,
            _ => OperationOutcome.Blocked,
        };
}

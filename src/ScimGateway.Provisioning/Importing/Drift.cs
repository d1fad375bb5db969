using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Importing;

/// <summary>
/// What was changed in Slack by hand: it shows an account or a group other than right after our last delivery. Seen
/// twice, at least a minute apart, since reads of Slack lag behind its writes (docs/slack.md 9).
/// </summary>
internal static class Drift
{
    private static readonly FieldSet _active = FieldSet.Of(SlackField.Active);
    private static readonly TimeSpan _apart = TimeSpan.FromSeconds(60);

    /// <summary>Why an account that Slack does not know any more is broken.</summary>
    public static readonly Reason Gone = Reason.Refused(new SlackError(404, "no_such_user", "no_such_user"));

    /// <summary>
    /// Looks at what Slack shows of a claimed account or group of which nothing is under way, or that is held; reports
    /// what has drifted for certain, or has it set back. What is other; null if nothing is.
    /// </summary>
    /// <param name="store">The transaction.</param>
    /// <param name="link">The link.</param>
    /// <param name="seen">What Slack shows.</param>
    /// <param name="members">What may have been done to its members by hand.</param>
    /// <param name="preferences">What becomes of it, and how much of that is counted.</param>
    /// <param name="now">When it is.</param>
    /// <param name="isFirstHand">
    /// Whether Slack showed it in its answer to the very write that made it other: that lags behind nothing.
    /// </param>
    public static DriftedLink? Look(
        StoreSession store,
        Link link,
        SlackProfile seen,
        MemberDrift? members,
        Preferences preferences,
        Instant now,
        bool isFirstHand = false
    )
    {
        var fields = Minding(link, seen);
        var hasEnded = seen.ShowsEnd(now.ToTime());
        var wasEnded = link.Reason is { Code: ReasonCode.GuestEnded };
        if (link.State == LinkState.Held && hasEnded)
            fields = fields.Without(_active); // which is told when the hold has ended
        else if (link.Echo is not null && hasEnded != wasEnded && (wasEnded || fields.Has(SlackField.Active)))
        {
            var said = hasEnded
                ? "Slack has ended the account of a guest at its time"
                : "Slack has let a guest in again";
            var echo = SlackProfile.Read(link.Echo).With(active: !hasEnded);
            Wishes.Renew(store, link.TakeDrift(echo, _active).Drift(null, false, ""), said, now);
            return null;
        }
        var names = fields.ToString();
        if (fields.IsEmpty && members is null)
        {
            if (link.DriftedAt is not null)
                Links.Save(store, link.Drift(null, false, ""));
            return null;
        }
        var isKnown = !link.IsDriftSuspected && names == link.Drifted && members is null;
        if (
            isKnown
            && (preferences.Drift == DriftHandling.Report || IsLeftAsItIs(store, link, seen, fields, preferences))
        )
            return Drifted(Remark.DriftKnown);
        // Only what is different in the same way at both looks is for certain.
        var suspected = $"{names} {members?.Fingerprint}";
        var since = link.DriftedAt ?? now;
        var isSeenAgain = link is { DriftedAt: not null, IsDriftSuspected: true } && link.Drifted == suspected;
        if (!isSeenAgain && !isFirstHand && !isKnown)
        {
            members?.Suspect(store, link);
            Links.Save(store, link.Drift(now, true, suspected));
            return Drifted(Remark.DriftSuspected);
        }
        if (!isFirstHand && !isKnown && now - since < _apart)
            return Drifted(Remark.DriftSuspected);
        var what = string.Join(", ", new[] { names, members?.ToString() }.Where(said => !string.IsNullOrEmpty(said)));
        if (preferences.Drift == DriftHandling.Restore && !IsLeftAsItIs(store, link, seen, fields, preferences))
        {
            var why = $"restoring what was changed in Slack: {what}";
            var (back, beyond) = SetBack(store, link, seen, fields, Caller.Itself(link.TenantId, preferences), now);
            members?.SetBack(store, link, Caller.Itself(link.TenantId, preferences), now);
            if (beyond is null)
                Wishes.Renew(store, back, why, now);
            else
                Wishes.Hold(store, back, why, beyond, now);
            return Drifted(beyond is null ? Remark.DriftRestored : Remark.DriftHeld);
        }
        else
        {
            members?.LetBe(store, link);
            link = Links.Save(store, link.Drift(fields.IsEmpty ? null : since, false, names));
            Report(store, link, $"changed in Slack: {what}", now);
            return Drifted(Remark.DriftReported);
        }

        DriftedLink Drifted(Remark remark) =>
            new(
                link.Id,
                link.ClaimantId,
                remark,
                [
                    .. names.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries),
                    .. members is null ? Array.Empty<string>() : ["Members"],
                ]
            );
    }

    /// <summary>
    /// Looks at an account of which a provider's change waits, and that a script has just written: Slack's answer to that
    /// change will show what was changed beside it as if it had been so. What the provider speaks of is told anyway.
    /// </summary>
    public static void LookBeside(
        StoreSession store,
        Link link,
        SlackProfile seen,
        Preferences preferences,
        Instant now
    )
    {
        if (link.Absent) // who is to be gone is let out
            return;
        var fields = link.Otherwise(seen).Without(link.Spoken);
        var setsBack = preferences.Drift == DriftHandling.Restore;
        // What is beyond the guard's limit the next look finds, and has held.
        if (
            setsBack
            && fields.Has(SlackField.Active)
            && Beyond(store, link, Caller.Itself(link.TenantId, preferences), now) is not null
        )
            fields = fields.Without(_active);
        if (fields.IsEmpty)
            return;
        if (setsBack)
        {
            Links.Save(store, link.Unlearn(fields));
            Wishes.Join(store, link.Id, $"restoring what was changed in Slack: {fields}", now);
            return;
        }
        Report(store, link, $"changed in Slack: {fields}", now);
    }

    /// <summary>
    /// Has what is known to have drifted planned again, or held where the guard counts it and it is too much: an operator
    /// asks for all that is wanted. The link; null if nothing of it has drifted.
    /// </summary>
    /// <param name="store">The transaction.</param>
    /// <param name="link">The link, which is at rest.</param>
    /// <param name="preferences">What the tenant allows.</param>
    /// <param name="now">When it is.</param>
    /// <param name="isConfirmed">Whether it was seen in a preview and confirmed, so that nothing of it is counted.</param>
    public static (Link Link, Reason? Beyond)? Undo(
        StoreSession store,
        Link link,
        Preferences preferences,
        Instant now,
        bool isConfirmed = false
    )
    {
        var caller = isConfirmed ? null : Caller.Itself(link.TenantId, preferences);
        var areMembersBack =
            link is { Kind: Kind.Group, ClaimantId: { } group }
            && MemberDrift.Reported(store, group.AsGroup(), preferences) is { } members
            && members.SetBack(store, link, caller, now);
        var fields = Minding(link, link.AtSlack);
        if (link.DriftedAt is null || fields.IsEmpty)
            return areMembersBack ? (link, null) : null;
        return SetBack(store, link, link.AtSlack, fields, caller, now);
    }

    /// <summary>
    /// Somebody has deleted in Slack what a provider has: a group is made again with its members, at once by preference,
    /// else with its source's next write. Slack deletes no account by itself, so an account is broken; its user's next
    /// write asks Slack for the address before another account is made. What a deleted user or group had is free, also
    /// where another user was to have it.
    /// </summary>
    public static DriftedLink Vanished(StoreSession store, Link link, Preferences preferences, Instant now)
    {
        var (wasHeld, waiting) = (link.State == LinkState.Held, Resources.Find(store, link.ClaimantId));
        // Whether it is the same person's account nobody has to say any more: the user gets another one.
        LinkId? own = null;
        if (wasHeld && waiting is { Deleted: null } && Resources.Tombstone(store, link.Id) is not null)
        {
            own = TakeOver.GiveBack(store, link, waiting, now, isGone: true)[0];
            link = Links.Get(store, link.Id);
        }
        var isDeleted = Resources.Find(store, link.ClaimantId) is { Deleted: not null };
        if (wasHeld || isDeleted)
            HoldRows.Close(store, link.TenantId, link.Id); // there is nothing to decide about any more
        var isRestored = link.Kind == Kind.Group && !isDeleted && preferences.Drift == DriftHandling.Restore;
        var lost = new DriftedLink(
            link.Id,
            link.ClaimantId,
            isRestored ? Remark.DriftRestored : Remark.DriftReported,
            ["Deleted"]
        );
        if (link.Kind == Kind.Group)
            ToldMembers.ForgetAll(store, link.ClaimantId!.Value.AsGroup());
        link = Links.Save(
            store,
            link.Kind == Kind.User ? link.ReadInVain(Gone, now) : link.Vanish().Drift(null, false, "")
        );
        if (wasHeld && own is null)
            EndHeld(store, link, waiting, now);
        if (isRestored)
            Wishes.Renew(store, link, "restoring what was deleted in Slack", now);
        else if (!isDeleted)
            Report(store, link, "deleted in Slack", now);
        else
        {
            Wishes.Tell(store, link, "deleted in Slack", OperationOutcome.Reported, now);
            foreach (var (kind, key) in Keys.Of(store, link.Id))
                UserKeys.LetGo(store, link, kind, key, now);
        }
        if (own is { } id)
            UserKeys.TakeFree(store, Links.Get(store, id), waiting!.Read(), preferences.SlackUserName);
        return lost;
    }

    // What was held of it has its outcome: who was to leave has left, and anything else cannot be done.
    private static void EndHeld(StoreSession store, Link link, Resource? claimant, Instant now)
    {
        Operations.GoOn(store, link);
        var isDone = link.Absent || claimant is not { Deleted: null, Active: true };
        var served = new Served(link.Id, link.WantedVersion - 1, link.WantedVersion);
        Operations.Finish(
            store,
            served,
            isDone ? OperationOutcome.Done : OperationOutcome.Failed,
            isDone ? null : Gone.Sentence,
            now
        );
        if (link.Kind == Kind.Group)
            Wishes.Renew(store, link, "deleted in Slack", now);
    }

    /// <summary>Notes what somebody has done in Slack, and tells operators.</summary>
    public static void Report(StoreSession store, Link link, string what, Instant now)
    {
        var operation = Wishes.Tell(store, link, what, OperationOutcome.Reported, now);
        Alerts.Raise(store, link.TenantId, Cause.Drift, now, link.Id, operation);
    }

    // Of an account that is to be gone it matters alone whether it is.
    private static FieldSet Minding(Link link, SlackProfile seen)
    {
        var fields = link.Otherwise(seen);
        return link.Absent ? fields.And(_active) : fields;
    }

    // What Slack has of it is what it shows, so that what is wanted is planned; and why that waits for an operator.
    private static (Link Link, Reason? Beyond) SetBack(
        StoreSession store,
        Link link,
        SlackProfile seen,
        FieldSet fields,
        Caller? caller,
        Instant now
    )
    {
        var back = link.TakeDrift(seen, fields).Drift(null, false, "");
        // Who is left out, or is wanted so by now, is told nothing, and not counted.
        var isTold =
            caller is not null
            && fields.Has(SlackField.Active)
            && Wanted.Of(store, back, caller.Preferences).Commands.Any(told => told.Delivers.Says(SlackField.Active));
        return (back, isTold ? Beyond(store, link, caller!, now) : null);
    }

    // Who is left out stays in Slack as somebody has made it, but for a leaver who was let in.
    private static bool IsLeftAsItIs(
        StoreSession store,
        Link link,
        SlackProfile seen,
        FieldSet fields,
        Preferences preferences
    ) =>
        Resources.Find(store, link.ClaimantId) is { Kind: Kind.User, Deleted: null, Waived.IsOut: true }
        && Wanted.Of(store, link.TakeDrift(seen, fields), preferences).Commands.Count == 0;

    // Somebody let out or in is one account whose active changes, whoever had done it.
    private static Reason? Beyond(StoreSession store, Link link, Caller caller, Instant now) =>
        new GuardCount(store, caller, Guarded.Account, default, now).Count(link.Id.ToString());
}

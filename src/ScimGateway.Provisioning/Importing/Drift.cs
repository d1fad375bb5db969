using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Importing;

/// <summary>
/// What was changed in Slack by hand: it shows an account or a group other than right after our last delivery.
/// </summary>
internal static class Drift
{
    private static readonly FieldSet _active = FieldSet.Of(SlackField.Active);

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
        var setsBack = IsSetBack(link, seen, fields, preferences);
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

    /// <summary>Notes what somebody has done in Slack, and tells operators.</summary>
    public static void Report(StoreSession store, Link link, string what, Instant now)
    {
        var operation = Wishes.Record(store, link, what, OperationOutcome.Reported, now);
        Alerts.Raise(store, link.TenantId, Cause.Drift, now, link.Id, operation);
    }

    /// <summary>
    /// Whether what somebody has changed by hand is set back: the tenant wants that, and allows what it takes.
    /// </summary>
    public static bool IsSetBack(Link link, SlackProfile seen, FieldSet fields, Preferences preferences)
    {
        if (link.Kind == Kind.Group)
            return preferences.SetsGroupsBack();
        var deactivates = fields.Has(SlackField.Active) && seen.Active == true;
        return preferences.Drift == DriftHandling.Restore
            && (
                link.Absent
                    ? preferences.DeprovisionUsers
                    : preferences.UpdateUsers && (preferences.DisableUsers || !deactivates)
            );
    }

    /// <summary>What is other than wanted. Of an account that is to be gone it matters alone whether it is.</summary>
    public static FieldSet Minding(Link link, SlackProfile seen)
    {
        var fields = link.Otherwise(seen);
        return link.Absent ? fields.And(_active) : fields;
    }

    /// <summary>
    /// What Slack has of it is what it shows, so that what is wanted is planned; and why that waits for an operator.
    /// </summary>
    public static (Link Link, Reason? Beyond) SetBack(
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

    /// <summary>
    /// What no source has said, or a preference leaves out, stays in Slack as somebody has made it; but a leaver who was
    /// let in does not.
    /// </summary>
    public static bool IsLeftAsItIs(
        StoreSession store,
        Link link,
        SlackProfile seen,
        FieldSet fields,
        Preferences preferences
    ) => Wanted.Of(store, link.TakeDrift(seen, fields), preferences).Commands.Count == 0;

    // Somebody let out or in is one account whose active changes, whoever had done it.
    private static Reason? Beyond(StoreSession store, Link link, Caller caller, Instant now) =>
        GuardCount.Of(store, caller, Guarded.Account, link.Id, now);
}

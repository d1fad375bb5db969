using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Notices;

/// <summary>
/// Puts notifications into the outbox, in the transaction of what causes them: neither is there without the other.
/// </summary>
internal static class Alerts
{
    // How long nothing more of a cause is sent after it was.
    private static readonly TimeSpan _pause = TimeSpan.FromHours(1);

    // Some fifty lines: who wants all of them looks into the journal.
    private const int MostAbout = 2_500;

    /// <summary>Has people told of it; what still waits to be sent of the cause counts it in.</summary>
    public static void Raise(
        StoreSession store,
        TenantId tenantId,
        Cause cause,
        Instant now,
        LinkId? link = null,
        OperationId? operation = null,
        int count = 1
    )
    {
        var about = link is null ? "" : $"{link} {operation}\n";
        if (OutboxRows.Join(store, tenantId, cause, about, MostAbout, count))
            return;
        var next = OutboxRows.Last(store, tenantId, cause) is { } last && last + _pause > now ? last + _pause : now;
        Add(store, tenantId, cause, Says(cause), now, next, about);
        if (count > 1)
            OutboxRows.Join(store, tenantId, cause, "", MostAbout, count - 1);
    }

    /// <summary>Adds a notification of its own.</summary>
    public static void Add(
        StoreSession store,
        TenantId tenantId,
        Cause cause,
        string text,
        Instant since,
        Instant at,
        string about
    ) =>
        OutboxRows.Insert(
            store,
            new Outbox
            {
                Id = Guid.CreateVersion7(since.ToTime()),
                TenantId = tenantId,
                Cause = cause,
                Text = text,
                Since = since,
                About = about,
                At = at,
                Due = at,
            }
        );

    private static string Says(Cause cause) =>
        cause switch
        {
            Cause.Failed =>
                "A change that the gateway had accepted was not made in Slack. The operation says why, and what to do.",
            Cause.CreateRefused =>
                "Slack refused to create an account or group that the gateway had accepted. The operation says why. The gateway tries again now and then.",
            Cause.RemovalRefused =>
                "Slack refused to remove an account or group, so it is still there. The operation says why. Check it in Slack.",
            Cause.Held => "A change is held. An operator must release or dismiss it.",
            Cause.SlackClosed =>
                "The gateway cannot write to Slack: Slack does not accept its token, the plan lacks SCIM, or something between answers in Slack's place. The tenant's connection shows the answer; with a token that works, connect again.",
            Cause.Queued =>
                "The gateway accepted a change while it sends nothing to Slack. The change waits until it can be sent.",
            Cause.Drift =>
                "Slack shows an account or group differently from how the gateway left it. The operation says what differs.",
            Cause.Halted =>
                "The gateway disabled the tenant: after an update that did not deactivate anyone, Slack showed an active account as inactive. Check this account and others in Slack, then enable the tenant again.",
            Cause.Restless =>
                "The gateway planned an account or group again and again without a call to Slack, which is a bug, and stopped. It tries again in six hours, or with the next change. Report it with its operation.",
            Cause.TokenEnds =>
                "Slack does not renew the gateway's token, which works until it expires. Connect again before then. The tenant's connection shows the date and Slack's answer.",
            Cause.LaneGuarded =>
                "The v1 lane refused a write that exceeded the guard's limit for an hour. The journal shows the write. Check the script that sends it.",
            Cause.Restored =>
                "The gateway's store was restored from a copy, or its server lost the last writes. The gateway sends nothing to Slack for this tenant until an operator reviews what it would send and enables the tenant. Admin keys and credentials that were deleted after the copy was made work again: review them, and delete those again.",
            Cause.Refused =>
                "Many writes of a provider were refused within an hour, by the gateway or by Slack, so these changes are not in Slack. The tenant shows how many for each reason, with an example.",
            Cause.SlackOpen => "The gateway can write to Slack again.",
            Cause.TakenOver =>
                "An instance of the gateway ended without handing this tenant over, and another instance has gone on with it. Nothing that was acknowledged is lost. See why the instance ended: in its log, and in what its supervisor says.",
            _ => throw new ArgumentOutOfRangeException(nameof(cause)),
        };
}

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
                "Slack refused a change that was taken on; its operation says why. It is tried again now and then.",
            Cause.CreateRefused =>
                "Slack refused to make an account or group that was taken on; its operation says why. It is tried again now and then.",
            Cause.RemovalRefused =>
                "Slack refused to remove an account or group, so it is still in; its operation says why. Look at it in Slack.",
            Cause.Held => "Something is held and waits for an operator to release or dismiss it.",
            Cause.SlackClosed =>
                "Slack cannot be written: it does not accept the gateway's token, or its plan lacks SCIM. Connect with another token; the tenant's connection says what Slack said.",
            Cause.Queued =>
                "Slack is told nothing, and a change was taken on all the same: it waits until Slack can be told.",
            Cause.Drift =>
                "Slack shows an account or a group other than the gateway left it, for certain; its operation says what is different.",
            Cause.Halted =>
                "The tenant is disabled: an update that said nothing of it left an account inactive in Slack, which was active before. Look at the account in Slack, and at others; then enable the tenant again.",
            Cause.Restless =>
                "An account or group was planned again and again though nothing was to be told to Slack, which is a fault of the gateway; it was stopped and is tried again in six hours, or with its next change. Report it, with its operation.",
            Cause.TokenEnds =>
                "Slack does not renew the gateway's token, which works until its end. Connect again before that; the tenant's connection says when it is, and what Slack said.",
            Cause.LaneGuarded =>
                "A write of the v1 lane was refused, since it would have changed more within an hour than the guard lets; the journal says which. Look at the script that sends it.",
            Cause.Restored =>
                "The gateway's store was restored, or its server has lost what was written last. Slack is told nothing of this tenant until an operator has looked at what it would be told, and enables the tenant. Admin keys and credentials that were ended since the copy was made let in again: look through them, and end those anew.",
            Cause.Refused =>
                "Many writes of a provider were refused within an hour: what it wants of these users and groups does not come to Slack. The tenant shows by reason how many, and one of each.",
            Cause.SlackOpen => "Slack can be written again.",
            _ => throw new ArgumentOutOfRangeException(nameof(cause)),
        };
}

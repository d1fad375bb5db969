using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Provisioning.Notices;

/// <summary>Puts notifications into the outbox, in the transaction of what causes them: neither is there without the other.</summary>
internal static class Alerts
{
    /// <summary>How long nothing more of a cause is sent after it was.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    // Some fifty lines: who wants all of them looks into the journal.
    private const int MostAbout = 2_500;

    /// <summary>Has people told of it; what still waits to be sent of the cause counts it in.</summary>
    public static void Raise(StoreSession store, int tenantId, Cause cause, long now, long? link = null, Guid? operation = null)
    {
        var about = link is null ? "" : $"{link} {operation}\n";
        var joined = store.Execute(
            "update outbox set more = more + 1, about = case when length(about) < @most then about || @about else about end "
                + "where tenant_id = @tenant and cause = @cause and ended is null and attempts = 0",
            ("@most", MostAbout),
            ("@about", about),
            ("@tenant", tenantId),
            ("@cause", cause)
        );
        if (joined > 0)
            return;
        var last = store.First(
            "select max(coalesce(ended, at)) from outbox where tenant_id = @tenant and cause = @cause",
            row => row.LongOrNull() ?? 0,
            ("@tenant", tenantId),
            ("@cause", cause)
        );
        Add(store, tenantId, cause, Says(cause), now, Math.Max(now, last + (long)Pause.TotalMilliseconds), about);
    }

    /// <summary>Adds a notification of its own.</summary>
    public static void Add(StoreSession store, int tenantId, Cause cause, string text, long since, long at, string about) =>
        store.Execute(
            "insert into outbox (id, tenant_id, cause, text, since, more, about, at, due, attempts, taken) "
                + "values (@id, @tenant, @cause, @text, @since, 0, @about, @at, @at, 0, '')",
            ("@id", Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(since))),
            ("@tenant", tenantId),
            ("@cause", cause),
            ("@text", text),
            ("@since", since),
            ("@about", about),
            ("@at", at)
        );

    private static string Says(Cause cause) =>
        cause switch
        {
            Cause.Failed => "Slack refused a change that was taken on; its operation says why. It is tried again now and then.",
            Cause.CreateRefused =>
                "Slack refused to make an account or group that was taken on; its operation says why. It is tried again now and then.",
            Cause.RemovalRefused =>
                "Slack refused to remove an account or group, so it is still in; its operation says why. Look at it in Slack.",
            Cause.Held => "Something is held and waits for an operator to release or dismiss it.",
            Cause.SlackClosed =>
                "Slack cannot be written: it does not accept the gateway's token, or its plan lacks SCIM. Connect with another token; the tenant's connection says what Slack said.",
            Cause.Queued => "Slack is told nothing, and a change was taken on all the same: it waits until Slack can be told.",
            Cause.Drift =>
                "Slack shows an account or a group other than the gateway left it, twice and at least a minute apart; its operation says what is different.",
            Cause.Halted =>
                "The tenant is disabled: an update that said nothing of it left an account inactive in Slack, which was active before. Look at the account in Slack, and at others; then enable the tenant again.",
            Cause.SlackOpen => "Slack can be written again.",
            _ => throw new ArgumentOutOfRangeException(nameof(cause)),
        };
}

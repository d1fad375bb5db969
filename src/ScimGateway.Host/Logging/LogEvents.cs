using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Host.Logging;

/// <summary>
/// Each line of the log that is the server's own, by the name of its event. They are in one class so that the compiler's
/// generator has them in one order, and the same commit gives the same bytes (deploy/release.sh).
/// </summary>
internal static partial class LogEvents
{
    [LoggerMessage(
        EventName = "admin-key.made",
        Level = LogLevel.Warning,
        Message = "Admin key {Key} of an owner of the whole gateway was made by 'serve {Argument}'"
    )]
    public static partial void AdminKeyMade(this ILogger log, AdminKeyId key, string argument);

    [LoggerMessage(
        EventName = "admin-key.use-not-stored",
        Level = LogLevel.Warning,
        Message = "When an admin key was last used could not be written: {Kind}"
    )]
    public static partial void AdminKeyUseNotStored(this ILogger log, string kind);

    [LoggerMessage(
        EventName = "audit.incomplete",
        Level = LogLevel.Error,
        Message = "Line {Id} of the audit trail could not be completed ({Kind}): the next line that can be completes it, too"
    )]
    public static partial void AuditIncomplete(this ILogger log, AuditEntryId id, string kind);

    [LoggerMessage(
        EventName = "backup.failed",
        Level = LogLevel.Error,
        Message = "The store was not copied by the clock, which is tried again: {Why}"
    )]
    public static partial void BackupFailed(this ILogger log, string why);

    [LoggerMessage(
        EventName = "backup.made",
        Level = LogLevel.Information,
        Message = "The store was copied to {Path}: {Bytes} bytes"
    )]
    public static partial void BackupMade(this ILogger log, string path, long bytes);

    [LoggerMessage(
        EventName = "cluster.cut-off",
        Level = LogLevel.Error,
        Message = "This instance and the one at {Other} cannot reach each other, though both serve: it hands its tenants over and ends. See that each reaches the other's --cluster-address and its next port"
    )]
    public static partial void ClusterCutOff(this ILogger log, string other);

    [LoggerMessage(
        EventName = "cluster.gone",
        Level = LogLevel.Critical,
        Message = "The cluster goes on without this instance ({Why}), which ends at once; whatever supervises it starts it again. If it ends so again and again, compare --cluster-certificate with the others', and see that they reach --cluster-address and its next port"
    )]
    public static partial void ClusterGone(this ILogger log, string why);

    [LoggerMessage(
        EventName = "cluster.not-moved",
        Level = LogLevel.Warning,
        Message = "The home of tenant {Tenant} could not be handed over yet ({Kind}); it is tried again"
    )]
    public static partial void ClusterNotMoved(this ILogger log, string tenant, string kind);

    [LoggerMessage(
        EventName = "cluster.nowhere",
        Level = LogLevel.Warning,
        Message = "For ten seconds no instance had tenant {Tenant}, and a request of it was turned away: asked {Answers}"
    )]
    public static partial void ClusterNowhere(this ILogger log, TenantId tenant, string answers);

    [LoggerMessage(
        EventName = "cluster.sweep-failed",
        Level = LogLevel.Warning,
        Message = "Not all homes could be looked after ({Kind}); it is tried again"
    )]
    public static partial void ClusterSweepFailed(this ILogger log, string kind);

    [LoggerMessage(
        EventName = "connection.changed",
        Level = LogLevel.Information,
        Message = "The connection of tenant {Tenant} with organization {Organization} is {State} and {Standing} by {Action} of admin key {Key}"
    )]
    public static partial void ConnectionChanged(
        this ILogger log,
        string tenant,
        string organization,
        ConnectionState state,
        Standing standing,
        string action,
        AdminKeyId key
    );

    [LoggerMessage(
        EventName = "connections.refused",
        Level = LogLevel.Warning,
        Message = "There are too many connections: one from {Address} was closed as it came, and {Untold} more in the minute that was last told of. If it is a balancer, name it in Proxies."
    )]
    public static partial void ConnectionsRefused(this ILogger log, string address, long untold);

    [LoggerMessage(
        EventName = "credential.refused",
        Level = LogLevel.Warning,
        Message = "A credential was refused: tenant {Tenant}, from {Address}, kind {Kind}: {Why}"
    )]
    public static partial void CredentialRefused(
        this ILogger log,
        string tenant,
        string address,
        string kind,
        string why
    );

    [LoggerMessage(
        EventName = "credential.refused-more",
        Level = LogLevel.Warning,
        Message = "{Count} more credentials were refused in the minute that was last told of. If they are a provider's, its token or the tenant in its URL is wrong."
    )]
    public static partial void CredentialRefusedMore(this ILogger log, long count);

    [LoggerMessage(
        EventName = "credential.use-not-stored",
        Level = LogLevel.Warning,
        Message = "When a credential was last used could not be written: {Kind}"
    )]
    public static partial void CredentialUseNotStored(this ILogger log, string kind);

    [LoggerMessage(
        EventName = "credentials.unreadable",
        Level = LogLevel.Error,
        Message = "The credentials of tenant {Tenant} could not be read, so that none of them is known: {Kind} {Where}"
    )]
    public static partial void CredentialsUnreadable(this ILogger log, TenantId tenant, string kind, string? where);

    [LoggerMessage(
        EventName = "gateway.started",
        Level = LogLevel.Information,
        Message = "The gateway has started and answers at {Url}"
    )]
    public static partial void GatewayStarted(this ILogger log, string url);

    [LoggerMessage(EventName = "gateway.stopped", Level = LogLevel.Information, Message = "The gateway has stopped")]
    public static partial void GatewayStopped(this ILogger log);

    [LoggerMessage(
        EventName = "home.restart-failed",
        Level = LogLevel.Error,
        Message = "A home that had ended could not be started again: {Kind} {Where}"
    )]
    public static partial void HomeRestartFailed(this ILogger log, string kind, string? where);

    [LoggerMessage(
        EventName = "home.slow",
        Level = LogLevel.Warning,
        Message = "The home of tenant {Tenant} took {Seconds:0.0} s to {What}"
    )]
    public static partial void HomeSlow(this ILogger log, TenantId tenant, string what, double seconds);

    [LoggerMessage(
        EventName = "home.start-failed",
        Level = LogLevel.Error,
        Message = "The home of tenant {Tenant} did not start: {Why} {Where}"
    )]
    public static partial void HomeStartFailed(this ILogger log, TenantId tenant, string why, string? where);

    [LoggerMessage(
        EventName = "issuer.keys-unreadable",
        Level = LogLevel.Warning,
        Message = "The keys of the issuer at {Host} cannot be read, so that none of its new tokens is accepted: {Why}"
    )]
    public static partial void IssuerKeysUnreadable(this ILogger log, string host, string why);

    [LoggerMessage(
        EventName = "job.failed",
        Level = LogLevel.Error,
        Message = "A job of a tenant ended early with {Kind}"
    )]
    public static partial void JobFailed(this ILogger log, string kind);

    [LoggerMessage(
        EventName = "job.interrupted",
        Level = LogLevel.Information,
        Message = "The stop of the gateway interrupted a job of a tenant. A change goes on with the next start; ask for a re-sync again"
    )]
    public static partial void JobInterrupted(this ILogger log);

    [LoggerMessage(
        EventName = "journal.delete-failed",
        Level = LogLevel.Warning,
        Message = "Old operations could not be forgotten: {Kind} {Code}"
    )]
    public static partial void JournalDeleteFailed(this ILogger log, string kind, int code);

    [LoggerMessage(
        EventName = "journal.old-deleted",
        Level = LogLevel.Information,
        Message = "{Count} operations were kept long enough and are forgotten"
    )]
    public static partial void JournalOldDeleted(this ILogger log, int count);

    [LoggerMessage(
        EventName = "journal.stream-failed",
        Level = LogLevel.Warning,
        Message = "What changed in a journal could not be read: {Kind}"
    )]
    public static partial void JournalStreamFailed(this ILogger log, string kind);

    [LoggerMessage(
        EventName = "metrics.not-read",
        Level = LogLevel.Error,
        Message = "The figures of the metrics could not be read from the store: {Kind} {Where}"
    )]
    public static partial void MetricsNotRead(this ILogger log, string kind, string? where);

    [LoggerMessage(
        EventName = "notification.failed",
        Level = LogLevel.Warning,
        Message = "Notifications could not be sent: {Kind} {Code}"
    )]
    public static partial void NotificationFailed(this ILogger log, string kind, int code);

    [LoggerMessage(
        EventName = "notification.not-sent",
        Level = LogLevel.Warning,
        Message = "Notification {Id} was not sent, {What}: {Why}"
    )]
    public static partial void NotificationNotSent(this ILogger log, Guid id, string why, string what);

    [LoggerMessage(EventName = "request.failed", Level = LogLevel.Error, Message = "{What} failed with {Kind} {Where}")]
    public static partial void RequestFailed(this ILogger log, string what, string kind, string? where);

    [LoggerMessage(
        EventName = "request.failed-more",
        Level = LogLevel.Error,
        Message = "{Count} more requests failed in the minute that was last told of."
    )]
    public static partial void RequestFailedMore(this ILogger log, long count);

    [LoggerMessage(
        EventName = "request.forbidden",
        Level = LogLevel.Warning,
        Message = "A request was refused for what its credential allows: tenant {Tenant}, from {Address}, {Who}: {Method} {Route}"
    )]
    public static partial void RequestForbidden(
        this ILogger log,
        string tenant,
        string address,
        string who,
        string method,
        string route
    );

    [LoggerMessage(
        EventName = "request.forbidden-more",
        Level = LogLevel.Warning,
        Message = "{Count} more requests were refused for what their credentials allow in the minute that was last told of."
    )]
    public static partial void RequestForbiddenMore(this ILogger log, long count);

    [LoggerMessage(
        EventName = "secrets.closed-anew",
        Level = LogLevel.Information,
        Message = "The store's secrets are closed by the new master key. Once every instance has started with it, the former one is needed for backups alone"
    )]
    public static partial void SecretsClosedAnew(this ILogger log);

    [LoggerMessage(
        EventName = "sign-in.refused",
        Level = LogLevel.Warning,
        Message = "A sign-in by the identity provider was refused, from {Address}: {Why}"
    )]
    public static partial void SignInRefused(this ILogger log, string address, string why);

    [LoggerMessage(
        EventName = "sign-in.refused-more",
        Level = LogLevel.Warning,
        Message = "{Count} more sign-ins by the identity provider were refused in the minute that was last told of."
    )]
    public static partial void SignInRefusedMore(this ILogger log, long count);

    [LoggerMessage(
        EventName = "store.away",
        Level = LogLevel.Error,
        Message = "The store cannot be used ({Why}): nothing is written, Slack is told nothing, and providers are told to come again. It goes on by itself once the store is back"
    )]
    public static partial void StoreAway(this ILogger log, string why);

    [LoggerMessage(EventName = "store.back", Level = LogLevel.Information, Message = "The store can be used again")]
    public static partial void StoreBack(this ILogger log);

    [LoggerMessage(
        EventName = "store.disk-full",
        Level = LogLevel.Error,
        Message = "The disk of the store is full: nothing is written, and providers are told to come again. Make room there, or move former copies and logs elsewhere"
    )]
    public static partial void StoreDiskFull(this ILogger log);

    [LoggerMessage(
        EventName = "store.disk-has-room",
        Level = LogLevel.Information,
        Message = "The disk of the store has room again"
    )]
    public static partial void StoreDiskHasRoom(this ILogger log);

    [LoggerMessage(
        EventName = "store.restored",
        Level = LogLevel.Warning,
        Message = "The store was restored, or its server has lost what was written last: each tenant is in its shadow run, and Slack is told nothing until an operator has looked at what it would be told, and enables the tenant ('tenant list' says which). Admin keys and credentials that were ended since the copy was made let in again: the audit trail lists all that are valid (GET /admin/api/v1/audit?action=storeRestored); end those anew"
    )]
    public static partial void StoreRestored(this ILogger log);

    [LoggerMessage(
        EventName = "tenant.change-not-logged",
        Level = LogLevel.Warning,
        Message = "What became of tenant {Tenant} could not be told: {Kind}"
    )]
    public static partial void TenantChangeNotLogged(this ILogger log, string tenant, string kind);

    [LoggerMessage(
        EventName = "tenant.deleted",
        Level = LogLevel.Information,
        Message = "Tenant {Tenant} with organization {Organization} is gone by {Action} of admin key {Key}"
    )]
    public static partial void TenantDeleted(
        this ILogger log,
        string tenant,
        string organization,
        string action,
        AdminKeyId key
    );
}

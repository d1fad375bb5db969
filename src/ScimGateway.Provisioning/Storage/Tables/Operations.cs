using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>What comes of operations, and who asked for them.</summary>
internal static class Operations
{
    private const string Refused =
        "outcome = 'refused', error = @error, status = @status, scim_type = @type, finished = @now";

    /// <summary>The last of those that are served which a provider asked for; null if none did.</summary>
    public static OperationId? AskedLast(StoreSession store, Served served) =>
        store.First(
            $"select id from operations where {Served.Where} and source_id is not null order by version desc limit 1",
            row => (OperationId?)row.Id<OperationId>(),
            ("@link", served.Link),
            ("@after", served.After),
            ("@upTo", served.UpTo)
        );

    /// <summary>The actor of the last held operation of a link; null if the journal has none.</summary>
    public static string? AskedHeld(StoreSession store, LinkId link) =>
        store.First(
            "select actor from operations where link_id = @link and outcome = 'held' order by version desc limit 1",
            row => row.TextOrNull(),
            ("@link", link)
        );

    /// <summary>Who made the request about a link that arrived at a time; null if the journal has none.</summary>
    public static string? AskedAt(StoreSession store, TenantId tenantId, LinkId link, Instant at) =>
        store.First(
            "select actor from operations where tenant_id = @tenant and at = @at and link_id = @link limit 1",
            row => row.TextOrNull(),
            ("@tenant", tenantId),
            ("@at", at),
            ("@link", link)
        );

    /// <summary>Says what came of those that are served.</summary>
    public static void Finish(
        StoreSession store,
        Served served,
        OperationOutcome outcome,
        string? error,
        Instant now
    ) =>
        store.Put(
            $"update operations set outcome = @outcome, error = @error, finished = @now where {Served.Where}",
            ("@outcome", outcome.Word()),
            ("@error", error),
            ("@now", now),
            ("@link", served.Link),
            ("@after", served.After),
            ("@upTo", served.UpTo)
        );

    /// <summary>Whose request it is; null where no provider asked for it.</summary>
    public static int? SourceOf(StoreSession store, OperationId? id) =>
        store.First(
            "select source_id from operations where id = @id and source_id is not null",
            row => (int?)row.Int(),
            ("@id", id)
        );

    /// <summary>One was refused, and its provider is told why.</summary>
    public static void Refuse(StoreSession store, OperationId? id, ScimException why, Instant now) =>
        store.Put(
            $"update operations set {Refused} where id = @id",
            ("@error", why.Message),
            ("@status", (int)why.Status),
            ("@type", why.ScimType),
            ("@now", now),
            ("@id", id)
        );

    /// <summary>The same of all that are served.</summary>
    public static void RefuseAll(StoreSession store, Served served, ScimException why, Instant now) =>
        store.Put(
            $"update operations set {Refused} where {Served.Where}",
            ("@error", why.Message),
            ("@status", (int)why.Status),
            ("@type", why.ScimType),
            ("@now", now),
            ("@link", served.Link),
            ("@after", served.After),
            ("@upTo", served.UpTo)
        );

    /// <summary>Takes one on whose outcome its provider does not wait for any longer.</summary>
    public static void Accept(StoreSession store, OperationId id) =>
        store.Put("update operations set outcome = 'accepted' where id = @id and outcome = 'pending'", ("@id", id));

    /// <summary>The same of all of a tenant's.</summary>
    public static int AcceptAll(StoreSession store, TenantId tenantId) =>
        store.Execute(
            "update operations set outcome = 'accepted' where tenant_id = @tenant and finished is null and outcome = 'pending'",
            ("@tenant", tenantId)
        );

    /// <summary>Says what came of a write of the v1 lane, of which there is no wish.</summary>
    public static void End(
        StoreSession store,
        OperationId id,
        OperationOutcome outcome,
        string? error,
        int? status,
        string command,
        Instant now
    ) =>
        store.Put(
            "update operations set outcome = @outcome, error = @error, status = @status, commands = @command, finished = @now where id = @id and finished is null",
            ("@outcome", outcome.Word()),
            ("@error", error),
            ("@status", status),
            ("@command", command),
            ("@now", now),
            ("@id", id)
        );

    /// <summary>Writes of the v1 lane whose outcome the former process has not written down.</summary>
    public static void EndAllWithoutWish(StoreSession store, TenantId tenantId, string error, Instant now) =>
        store.Put(
            "update operations set outcome = 'failed', error = @error, finished = @now where tenant_id = @tenant and finished is null and outcome = 'pending' and version is null",
            ("@error", error),
            ("@now", now),
            ("@tenant", tenantId)
        );

    /// <summary>What is told of a link is told of another one.</summary>
    public static void Move(StoreSession store, LinkId from, LinkId to) =>
        store.Put("update operations set link_id = @to where link_id = @link", ("@to", to), ("@link", from));

    /// <summary>What is told of a resource is told of another link from now on.</summary>
    public static void Hand(StoreSession store, ResourceId resource, LinkId to) =>
        store.Put(
            "update operations set link_id = @to where resource_id = @resource",
            ("@to", to),
            ("@resource", resource)
        );

    /// <summary>
    /// What has no outcome yet of a user or group has it with the last wish of the link that it has now, whose versions are others
    /// than those of the former link; it waits for an operator where that wish does.
    /// </summary>
    public static void Bring(StoreSession store, Link link, Instant now) =>
        store.Put(
            "update operations set outcome = @outcome, finished = @finished, version = @version where link_id = @link and resource_id = @resource "
                + "and outcome in ('pending', 'accepted', 'held')",
            ("@outcome", link.State == LinkState.Held ? "held" : "accepted"),
            ("@finished", link.State == LinkState.Held ? now : null),
            ("@version", link.WantedVersion),
            ("@link", link.Id),
            ("@resource", link.ClaimantId)
        );

    /// <summary>What has no outcome yet of a link waits for an operator with its last wish.</summary>
    public static void Hold(StoreSession store, Link link, Instant now) =>
        store.Put(
            "update operations set outcome = 'held', finished = @now where link_id = @link and version < @version and outcome in ('pending', 'accepted')",
            ("@now", now),
            ("@version", link.WantedVersion),
            ("@link", link.Id)
        );

    /// <summary>What has no outcome yet of a link has it with its last wish.</summary>
    public static void Carry(StoreSession store, Link link) =>
        store.Put(
            "update operations set version = @version where link_id = @link and version < @version and outcome in ('pending', 'accepted')",
            ("@version", link.WantedVersion),
            ("@link", link.Id)
        );

    /// <summary>What was held of a link goes on with its last wish.</summary>
    public static void GoOn(StoreSession store, Link link) =>
        store.Put(
            "update operations set outcome = 'accepted', version = @version where link_id = @link and outcome = 'held'",
            ("@version", link.WantedVersion),
            ("@link", link.Id)
        );

    /// <summary>What was held of a link has been left out by an operator.</summary>
    public static void Dismiss(StoreSession store, Link link, string note, Instant now) =>
        store.Put(
            "update operations set outcome = 'dismissed', notes = notes || @note, finished = @now where link_id = @link and outcome = 'held'",
            ("@note", note),
            ("@now", now),
            ("@link", link.Id)
        );
}

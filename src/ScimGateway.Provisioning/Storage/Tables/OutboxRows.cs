using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>Notifications, sent and to be sent.</summary>
internal static class OutboxRows
{
    // With the word of their tenants.
    private const string Select =
        "select o.id, o.tenant_id, o.cause, o.text, o.since, o.more, o.about, o.at, o.due, o.attempts, o.taken, o.ended, o.error, t.slug "
        + "from outbox o join tenants t on t.id = o.tenant_id";

    /// <summary>All of a tenant's that are kept, newest first, with its slug.</summary>
    public static List<(Outbox Notice, string Tenant)> Of(StoreSession store, TenantId tenantId, int most) =>
        store.All(
            $"{Select} where o.tenant_id = @tenant order by o.at desc limit @most",
            ToOutbox,
            ("@tenant", tenantId),
            ("@most", most)
        );

    /// <summary>So many of a tenant's before one, the last written first, with its slug.</summary>
    public static List<(Outbox Notice, string Tenant)> Before(
        StoreSession store,
        TenantId tenantId,
        Guid? before,
        int most
    ) =>
        store.All(
            $"{Select} where o.tenant_id = @tenant and (@any or o.id < @id) order by o.id desc limit @most",
            ToOutbox,
            ("@tenant", tenantId),
            ("@any", before is null),
            ("@id", before ?? Guid.Empty),
            ("@most", most)
        );

    /// <summary>The tenants with a notification that is due: all, or only those that have channels of their own.</summary>
    public static List<TenantId> Due(StoreSession store, bool all, Instant now) =>
        store.All(
            "select distinct o.tenant_id from outbox o join tenants t on t.id = o.tenant_id where o.due <= @now and (@all or (t.channels is not null and t.restored is null))"
                + OneTenants.NotAlone,
            row => row.Number<TenantId>(),
            ("@all", all),
            ("@now", now)
        );

    /// <summary>A tenant's next that is due, with its slug.</summary>
    public static (Outbox Notice, string Tenant)? Next(StoreSession store, TenantId tenant, Instant now) =>
        store.First(
            $"{Select} where o.tenant_id = @tenant and o.due <= @now order by o.due limit 1",
            row => ((Outbox, string)?)ToOutbox(row),
            ("@tenant", tenant),
            ("@now", now)
        );

    /// <summary>One, with its tenant's slug.</summary>
    public static (Outbox Notice, string Tenant)? Find(StoreSession store, Guid id) =>
        store.First($"{Select} where o.id = @id", row => ((Outbox, string)?)ToOutbox(row), ("@id", id));

    /// <summary>Whether a tenant has one of a cause, and a time.</summary>
    public static bool Has(StoreSession store, TenantId tenantId, Cause cause, Instant since) =>
        store.Any(
            "select 1 from outbox where tenant_id = @tenant and cause = @cause and since = @since",
            ("@tenant", tenantId),
            ("@cause", cause),
            ("@since", since)
        );

    /// <summary>When a tenant's last one of a cause was first tried, or is to be; null if there is none.</summary>
    public static Instant? Last(StoreSession store, TenantId tenantId, Cause cause) =>
        store.First(
            "select max(at) from outbox where tenant_id = @tenant and cause = @cause",
            row => row.NumberOrNull<Instant>(),
            ("@tenant", tenantId),
            ("@cause", cause)
        );

    /// <summary>Writes one that is to be sent.</summary>
    public static int Insert(StoreSession store, Outbox notice) =>
        store.Execute(
            "insert into outbox (id, tenant_id, cause, text, since, more, about, at, due, attempts, taken) "
                + "values (@id, @tenant, @cause, @text, @since, @more, @about, @at, @due, @attempts, @taken)",
            ("@id", notice.Id),
            ("@tenant", notice.TenantId),
            ("@cause", notice.Cause),
            ("@text", notice.Text),
            ("@since", notice.Since),
            ("@more", notice.More),
            ("@about", notice.About),
            ("@at", notice.At),
            ("@due", notice.Due),
            ("@attempts", notice.Attempts),
            ("@taken", notice.Taken)
        );

    /// <summary>
    /// Counts more into what still waits to be sent of a cause, and says what it is about while there is room; false if
    /// nothing waits.
    /// </summary>
    public static bool Join(
        StoreSession store,
        TenantId tenantId,
        Cause cause,
        string about,
        int mostAbout,
        int count = 1
    ) =>
        store.Execute(
            "update outbox set more = more + @count, about = case when length(about) < @most then about || @about else about end "
                + "where tenant_id = @tenant and cause = @cause and ended is null and attempts = 0",
            ("@count", count),
            ("@most", mostAbout),
            ("@about", about),
            ("@tenant", tenantId),
            ("@cause", cause)
        ) > 0;

    /// <summary>Counts a try, and says when the next is due; the first one's time is kept.</summary>
    public static int Try(StoreSession store, Guid id, int attempts, Instant now, Instant due) =>
        store.Execute(
            "update outbox set attempts = @attempts, at = case when attempts = 0 then @now else at end, due = @due where id = @id",
            ("@attempts", attempts),
            ("@now", now),
            ("@due", due),
            ("@id", id)
        );

    /// <summary>Keeps what came of a try; what has ended is not due any more.</summary>
    public static int Tried(StoreSession store, Guid id, string taken, string? error, Instant? ended) =>
        store.Execute(
            "update outbox set taken = @taken, error = @error, ended = @ended, due = case when cast(@ended as bigint) is null then due end where id = @id",
            ("@taken", taken),
            ("@error", error),
            ("@ended", ended),
            ("@id", id)
        );

    /// <summary>Forgets some that ended before a time.</summary>
    public static int Forget(StoreSession store, Instant before, int most) =>
        store.Execute(
            "delete from outbox where id in (select id from outbox where ended < @before limit @most)"
                + OneTenants.NotAlone,
            ("@before", before),
            ("@most", most)
        );

    private static (Outbox Notice, string Tenant) ToOutbox(Row row) =>
        (
            new()
            {
                Id = row.Id(),
                TenantId = row.Number<TenantId>(),
                Cause = row.Word<Cause>(),
                Text = row.Text(),
                Since = row.Number<Instant>(),
                More = row.Int(),
                About = row.Text(),
                At = row.Number<Instant>(),
                Due = row.NumberOrNull<Instant>(),
                Attempts = row.Int(),
                Taken = row.Text(),
                Ended = row.NumberOrNull<Instant>(),
                Error = row.TextOrNull(),
            },
            row.Text()
        );
}

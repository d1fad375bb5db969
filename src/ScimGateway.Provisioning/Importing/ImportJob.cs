using ScimGateway.Provisioning.Data;

namespace ScimGateway.Provisioning.Importing;

/// <summary>The row of a running import, and the operation that the journal has of it in the end.</summary>
internal sealed record ImportJob(long Id, int TenantId, long Started)
{
    public static ImportJob Begin(StoreSession store, int tenantId, long now)
    {
        store.Execute(
            "update jobs set finished = @now, error = 'interrupted' where tenant_id = @tenant and kind = @kind and finished is null",
            ("@now", now),
            ("@tenant", tenantId),
            ("@kind", SlackImport.JobKind)
        );
        var id = store.First(
            "insert into jobs (tenant_id, kind, progress, started) values (@tenant, @kind, '', @now) returning id",
            row => row.GetInt64(0),
            ("@tenant", tenantId),
            ("@kind", SlackImport.JobKind),
            ("@now", now)
        );
        return new ImportJob(id, tenantId, now);
    }

    public int Save(StoreSession store, ImportProgress progress) =>
        store.Execute("update jobs set progress = @progress where id = @id", ("@progress", progress.ToJson()), ("@id", Id));

    public int End(StoreSession store, ImportProgress progress, string? error, long now)
    {
        Save(store, progress);
        store.Execute(
            "update jobs set finished = @now, error = @error where id = @id",
            ("@now", now),
            ("@error", error),
            ("@id", Id)
        );
        return store.Execute(
            "insert into operations (id, tenant_id, actor, request, at, notes, verdict, commands, outcome, error, finished) "
                + "values (@id, @tenant, @actor, 'import of users', @at, @notes, 'allow', '', @outcome, @error, @now)",
            ("@id", Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(Started))),
            ("@tenant", TenantId),
            ("@actor", SlackImport.JobKind),
            ("@at", Started),
            ("@notes", progress.ToJson()),
            ("@outcome", error is null ? "done" : "failed"),
            ("@error", error),
            ("@now", now)
        );
    }
}

using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Data;

namespace ScimGateway.Provisioning.Journal;

/// <summary>The journal: one line for each write that was asked for, whatever came of it.</summary>
public sealed class OperationJournal(Store store)
{
    /// <summary>Writes down that a request was refused; one that is in the journal already says itself what came of it.</summary>
    public Task RefusedAsync(Asked asked, ScimException why) =>
        store.WriteAsync(
            session => Write(session, asked, null, null, "refuse", "refused", why.Message, asked.At),
            CancellationToken.None
        );

    /// <summary>Writes the line of a request.</summary>
    internal static int Write(
        StoreSession store,
        Asked asked,
        Guid? resource,
        long? link,
        string verdict,
        string outcome,
        string? error,
        DateTimeOffset? finished
    ) =>
        store.Execute(
            "insert into operations (id, tenant_id, source_id, actor, link_id, resource_id, request, at, notes, verdict, commands, outcome, error, finished) "
                + "values (@id, @tenant, @source, @actor, @link, @resource, @request, @at, @notes, @verdict, '', @outcome, @error, @finished) "
                + "on conflict (id) do nothing",
            ("@id", asked.OperationId),
            ("@tenant", asked.Caller.TenantId),
            ("@source", asked.Caller.SourceId),
            ("@actor", asked.Caller.SourceName),
            ("@link", link),
            ("@resource", resource),
            ("@request", asked.Request),
            ("@at", asked.At.ToUnixTimeMilliseconds()),
            ("@notes", Notes.Of(asked.Reading)),
            ("@verdict", verdict),
            ("@outcome", outcome),
            ("@error", error),
            ("@finished", finished?.ToUnixTimeMilliseconds())
        );
}

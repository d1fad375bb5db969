using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Data;

namespace ScimGateway.Provisioning.Journal;

/// <summary>The journal: one line for each write that was asked for, whatever came of it.</summary>
public sealed class OperationJournal(Store store)
{
    /// <summary>Writes down that a request was refused; one that is in the journal already says itself what came of it.</summary>
    public Task RefusedAsync(Asked asked, ScimException why) =>
        store.WriteAsync(
            session => Write(session, asked, null, null, "refuse", "refused", why, asked.At),
            CancellationToken.None
        );

    /// <summary>Writes down that a request was carried out which is none of a single resource.</summary>
    public Task DoneAsync(Asked asked) =>
        store.WriteAsync(session => Write(session, asked, null, null, "allow", "done", null, asked.At), CancellationToken.None);

    /// <summary>Writes the line of a request.</summary>
    internal static int Write(
        StoreSession store,
        Asked asked,
        Guid? resource,
        long? link,
        string verdict,
        string outcome,
        ScimException? error,
        DateTimeOffset? finished
    ) =>
        store.Execute(
            "insert into operations (id, tenant_id, source_id, actor, link_id, resource_id, request, at, notes, verdict, commands, outcome, error, status, scim_type, finished) "
                + "values (@id, @tenant, @source, @actor, @link, @resource, @request, @at, @notes, @verdict, '', @outcome, @error, @status, @type, @finished) "
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
            ("@error", error?.Message),
            ("@status", (int?)error?.Status),
            ("@type", error?.ScimType),
            ("@finished", finished?.ToUnixTimeMilliseconds())
        );

    /// <summary>Adds a command with its answer, and what was noted of it; a note that is there already is not repeated.</summary>
    internal static void Add(StoreSession store, Guid? operation, string? command, IEnumerable<string> notes)
    {
        if (operation is null)
            return;
        if (command is not null)
            store.Execute(
                "update operations set commands = commands || @line where id = @id",
                ("@line", command + "\n"),
                ("@id", operation)
            );
        foreach (var note in notes.Distinct(StringComparer.Ordinal))
            store.Execute(
                "update operations set notes = notes || @line where id = @id and replace(notes, @line, '') = notes",
                ("@line", note + "\n"),
                ("@id", operation)
            );
    }
}

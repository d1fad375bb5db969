using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Provisioning.Journal;

/// <summary>The journal: one line for each write that was asked for, whatever came of it.</summary>
public sealed class OperationJournal(Store store)
{
    // A batch is one transaction, which others queue behind.
    private const int MostForgottenAtOnce = 1_000;

    /// <summary>An operation of a tenant; null if it has none of that id.</summary>
    public Operation? Find(int tenantId, Guid id) =>
        store.Read(session =>
            session.First(
                "select id, tenant_id, source_id, actor, link_id, resource_id, request, at, notes, verdict, commands, outcome, error, finished "
                    + "from operations where tenant_id = @tenant and id = @id",
                ToOperation,
                ("@tenant", tenantId),
                ("@id", id)
            )
        );

    /// <summary>Forgets the operations that ended before a time, and says how many; what has not ended is kept, however old. Other writes go on in between.</summary>
    public async Task<int> ForgetAsync(DateTimeOffset before, CancellationToken cancel)
    {
        for (var all = 0; ; )
        {
            var forgotten = await store
                .WriteAsync(
                    session =>
                        session.Execute(
                            "delete from operations where id in (select id from operations where finished < @before order by finished limit @most)",
                            ("@before", before.ToUnixTimeMilliseconds()),
                            ("@most", MostForgottenAtOnce)
                        ),
                    cancel
                )
                .ConfigureAwait(false);
            all += forgotten;
            if (forgotten < MostForgottenAtOnce)
                return all;
        }
    }

    /// <summary>Writes down that a request was refused; one that is in the journal already says itself what came of it.</summary>
    public Task RefusedAsync(Asked asked, ScimException why) =>
        store.WriteAsync(
            session => Write(session, asked, null, null, null, "refuse", "refused", why, asked.At),
            CancellationToken.None
        );

    /// <summary>Writes down that a request was carried out which is none of a single resource.</summary>
    public Task DoneAsync(Asked asked) =>
        store.WriteAsync(
            session => Write(session, asked, null, null, null, "allow", "done", null, asked.At),
            CancellationToken.None
        );

    /// <summary>Writes the line of a request.</summary>
    internal static int Write(
        StoreSession store,
        Asked asked,
        Guid? resource,
        long? link,
        long? version,
        string verdict,
        string outcome,
        ScimException? error,
        DateTimeOffset? finished
    ) =>
        store.Execute(
            "insert into operations (id, tenant_id, source_id, actor, link_id, version, resource_id, request, at, notes, verdict, commands, outcome, error, status, scim_type, finished) "
                + "values (@id, @tenant, @source, @actor, @link, @version, @resource, @request, @at, @notes, @verdict, '', @outcome, @error, @status, @type, @finished) "
                + "on conflict (id) do nothing",
            ("@id", asked.OperationId),
            ("@tenant", asked.Caller.TenantId),
            ("@source", asked.Caller.SourceId),
            ("@actor", asked.Caller.SourceName),
            ("@link", link),
            ("@version", version),
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

    /// <summary>Writes the line of what the gateway does, or finds, of a link by itself; it serves the link's last wish unless it is finished.</summary>
    internal static int WriteOwn(
        StoreSession store,
        Guid operation,
        long link,
        string what,
        string outcome,
        long at,
        long? finished
    ) =>
        store.Execute(
            "insert into operations (id, tenant_id, actor, link_id, version, resource_id, request, at, notes, verdict, commands, outcome, finished) "
                + "select @id, tenant_id, 'gateway', id, case when @finished is null then wanted_version end, claimant_id, @what, @at, '', 'allow', '', @outcome, @finished "
                + "from links where id = @link",
            ("@id", operation),
            ("@link", link),
            ("@what", what),
            ("@at", at),
            ("@outcome", outcome),
            ("@finished", finished)
        );

    /// <summary>Writes the line of what was done to a whole tenant.</summary>
    internal static int WriteDone(
        StoreSession store,
        int tenantId,
        string actor,
        string what,
        long at,
        string notes,
        string? error,
        long finished
    ) =>
        store.Execute(
            "insert into operations (id, tenant_id, actor, request, at, notes, verdict, commands, outcome, error, finished) "
                + "values (@id, @tenant, @actor, @what, @at, @notes, 'allow', '', @outcome, @error, @finished)",
            ("@id", Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(at))),
            ("@tenant", tenantId),
            ("@actor", actor),
            ("@what", what),
            ("@at", at),
            ("@notes", notes),
            ("@outcome", error is null ? "done" : "failed"),
            ("@error", error),
            ("@finished", finished)
        );

    /// <summary>Adds a command with its answer to the operations whose wishes it served, and what was noted of it; a note that is there already is not repeated.</summary>
    internal static void Add(StoreSession store, Served served, string? command, IEnumerable<string> notes)
    {
        if (command is not null)
            store.Execute(
                $"update operations set commands = commands || @line where {Served.Where} and length(commands) < 20000",
                ("@line", command + "\n"),
                ("@link", served.Link),
                ("@after", served.After),
                ("@upTo", served.UpTo)
            );
        foreach (var note in notes.Distinct(StringComparer.Ordinal))
            store.Execute(
                $"update operations set notes = notes || @line where {Served.Where} and replace(notes, @line, '') = notes",
                ("@line", note + "\n"),
                ("@link", served.Link),
                ("@after", served.After),
                ("@upTo", served.UpTo)
            );
    }

    /// <summary>Adds to an operation that was taken on what Slack will be told.</summary>
    internal static int Plan(StoreSession store, Guid operation, IEnumerable<string> commands) =>
        store.Execute(
            "update operations set commands = commands || @lines where id = @id and outcome = 'accepted' and length(commands) < 20000",
            ("@lines", string.Concat(commands.Select(command => command + "\n"))),
            ("@id", operation)
        );

    /// <summary>The last of the operations that are served which a provider asked for; null if none did.</summary>
    internal static Guid? AskedLast(StoreSession store, Served served) =>
        store.First(
            $"select id from operations where {Served.Where} and source_id is not null order by version desc limit 1",
            row => (Guid?)row.Id(),
            ("@link", served.Link),
            ("@after", served.After),
            ("@upTo", served.UpTo)
        );

    /// <summary>Says what came of the operations whose wishes are settled by now.</summary>
    internal static void Finish(StoreSession store, Served served, string outcome, string? error, long now) =>
        store.Execute(
            $"update operations set outcome = @outcome, error = @error, finished = @now where {Served.Where}",
            ("@outcome", outcome),
            ("@error", error),
            ("@now", now),
            ("@link", served.Link),
            ("@after", served.After),
            ("@upTo", served.UpTo)
        );

    private static Operation ToOperation(Row row) =>
        new()
        {
            Id = row.Id(),
            TenantId = row.Int(),
            SourceId = row.IntOrNull(),
            Actor = row.Text(),
            LinkId = row.LongOrNull(),
            ResourceId = row.IdOrNull(),
            Request = row.Text(),
            At = row.Long(),
            Notes = row.Text(),
            Verdict = row.Text(),
            Commands = row.Text(),
            Outcome = row.Text(),
            Error = row.TextOrNull(),
            Finished = row.LongOrNull(),
        };
}

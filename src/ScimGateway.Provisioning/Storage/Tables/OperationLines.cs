using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>The lines of the journal as they are written, and what is added to them.</summary>
internal static class OperationLines
{
    /// <summary>Writes a line, unless it is there.</summary>
    public static void Insert(StoreSession store, Operation operation) =>
        store.Put(
            "insert into operations (id, tenant_id, source_id, actor, link_id, version, resource_id, names, names_key, request, what, at, notes, verdict, commands, "
                + "outcome, error, status, scim_type, finished, counted) values (@id, @tenant, @source, @actor, @link, @version, @resource, @names, @key, @request, @what, "
                + "@at, @notes, @verdict, @commands, @outcome, @error, @status, @type, @finished, @counted) on conflict (id) do nothing",
            ("@id", operation.Id),
            ("@tenant", operation.TenantId),
            ("@source", operation.SourceId),
            ("@actor", operation.Actor),
            ("@link", operation.LinkId),
            ("@version", operation.Version),
            ("@resource", operation.ResourceId),
            ("@names", operation.Names?.Lines),
            ("@key", operation.Names?.Key),
            ("@request", operation.Request),
            ("@what", operation.What),
            ("@at", operation.At),
            ("@notes", operation.Notes),
            ("@verdict", operation.Verdict),
            ("@commands", operation.Commands),
            ("@outcome", operation.Outcome),
            ("@error", operation.Error),
            ("@status", operation.Status),
            ("@type", operation.ScimType),
            ("@finished", operation.Finished),
            ("@counted", operation.Counted)
        );

    /// <summary>Whether there is a line of that id.</summary>
    public static bool IsThere(StoreSession store, OperationId id) =>
        store.Any("select 1 from operations where id = @id", ("@id", id));

    /// <summary>
    /// How many lines a source has of writes that were refused within a time, and the one that counts further refusals
    /// with the same status and scimType.
    /// </summary>
    public static (int Lines, OperationId? Counting) RefusedWithin(
        StoreSession store,
        int source,
        Instant from,
        Instant end,
        ScimException why
    ) =>
        store.First(
            "select count(*), max(case when counted > 0 and status = @status and coalesce(scim_type, '') = @type then cast(id as text) end) from operations where verdict = 'refuse' and source_id = @source "
                + "and finished >= @from and finished < @end",
            row => (row.Int(), row.IdOrNull<OperationId>()),
            ("@source", source),
            ("@from", from),
            ("@end", end),
            ("@status", (int)why.Status),
            ("@type", why.ScimType ?? "")
        );

    /// <summary>
    /// How many operations of a source were refused within a time, by the gateway or by Slack. It stops counting at the most
    /// that is wanted.
    /// </summary>
    public static int Refused(StoreSession store, TenantId tenant, int source, Instant from, Instant end, int most) =>
        store.First(
            "select count(*) from (select 1 from operations where finished >= @from and finished < @end and tenant_id = @tenant "
                + "and source_id = @source and outcome = 'refused' limit @most) refused",
            row => row.Int(),
            ("@from", from),
            ("@end", end),
            ("@tenant", tenant),
            ("@source", source),
            ("@most", most)
        );

    /// <summary>
    /// Counts one more refusal in a line. The line shows the names and the error of the last one, and a search finds it by
    /// the names of all, as far as there is room.
    /// </summary>
    public static void CountRefusal(StoreSession store, OperationId id, KnownAs? names, ScimException why) =>
        store.Put(
            "update operations set counted = counted + 1, names = @names, error = @error, names_key = case when length(coalesce(names_key, '')) < 20000 "
                + "then coalesce(names_key, '') || @key else names_key end where id = @id",
            ("@names", names?.Lines),
            ("@key", names is null ? "" : "\n" + names.Key),
            ("@error", why.Message),
            ("@id", id)
        );

    /// <summary>Adds a command to those that are served.</summary>
    public static void AddCommand(StoreSession store, Served served, string line) =>
        store.Put(
            $"update operations set commands = commands || @line where {Served.Where} and length(commands) < 20000",
            ("@line", line),
            ("@link", served.Link),
            ("@after", served.After),
            ("@upTo", served.UpTo)
        );

    /// <summary>Adds a note to those that are served and have it not.</summary>
    public static void AddNote(StoreSession store, Served served, string line) =>
        store.Put(
            $"update operations set notes = notes || @line where {Served.Where} and replace(notes, @line, '') = notes",
            ("@line", line),
            ("@link", served.Link),
            ("@after", served.After),
            ("@upTo", served.UpTo)
        );

    /// <summary>Adds commands to one that was taken on.</summary>
    public static void AddPlan(StoreSession store, OperationId id, string lines) =>
        store.Put(
            "update operations set commands = commands || @lines where id = @id and outcome = 'accepted' and length(commands) < 20000",
            ("@lines", lines),
            ("@id", id)
        );

    /// <summary>
    /// Forgets some of those that ended before a time, the oldest first; what has not ended is kept, however old.
    /// </summary>
    public static int Forget(StoreSession store, Instant before, int most) =>
        store.Execute(
            "delete from operations where id in (select id from operations where finished < @before order by finished limit @most)"
                + OneTenants.NotAlone,
            ("@before", before),
            ("@most", most)
        );
}

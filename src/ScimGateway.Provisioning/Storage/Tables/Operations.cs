using System.Net;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>The lines of the journal.</summary>
internal static class Operations
{
    private const string Refused =
        "outcome = 'refused', error = @error, status = @status, scim_type = @type, finished = @now";

    private const string Columns =
        "id, tenant_id, source_id, actor, link_id, resource_id, request, at, notes, verdict, commands, outcome, error, finished, counted";

    /// <summary>An operation of a tenant; null if it has none of that id.</summary>
    public static Operation? Find(StoreSession store, TenantId tenantId, OperationId id) =>
        store.First(
            $"select {Columns} from operations where tenant_id = @tenant and id = @id",
            ToOperation,
            ("@tenant", tenantId),
            ("@id", id)
        );

    /// <summary>How many of a tenant's ended within a time, and how.</summary>
    public static List<(long Operations, string Outcome)> Ended(
        StoreSession store,
        TenantId tenantId,
        Instant from,
        Instant end
    ) =>
        store.All(
            "select sum(max(1, counted)), outcome from operations where finished >= @from and finished < @end and tenant_id = @tenant "
                + "group by outcome order by outcome",
            row => (row.Long(), row.Text()),
            ("@from", from),
            ("@end", end),
            ("@tenant", tenantId)
        );

    /// <summary>Why one was refused, as its provider is told; null if it was not.</summary>
    public static ScimException? Refusal(StoreSession store, OperationId id) =>
        store.First(
            "select status, scim_type, error from operations where id = @id and outcome = 'refused'",
            row => ScimException.Kept(row.Word<HttpStatusCode>(), row.TextOrNull(), row.Text()),
            ("@id", id)
        );

    /// <summary>Writes a line, unless it is there.</summary>
    public static void Insert(StoreSession store, Operation operation) =>
        store.Put(
            "insert into operations (id, tenant_id, source_id, actor, link_id, version, resource_id, request, at, notes, verdict, commands, "
                + "outcome, error, status, scim_type, finished, counted) values (@id, @tenant, @source, @actor, @link, @version, @resource, @request, "
                + "@at, @notes, @verdict, @commands, @outcome, @error, @status, @type, @finished, @counted) on conflict (id) do nothing",
            ("@id", operation.Id),
            ("@tenant", operation.TenantId),
            ("@source", operation.SourceId),
            ("@actor", operation.Actor),
            ("@link", operation.LinkId),
            ("@version", operation.Version),
            ("@resource", operation.ResourceId),
            ("@request", operation.Request),
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
    /// How many lines a source has of writes that were refused within a time, and the one that counts further ones.
    /// </summary>
    public static (int Lines, OperationId? Counting) RefusedWithin(
        StoreSession store,
        int source,
        Instant from,
        Instant end
    ) =>
        store.First(
            "select count(*), max(case when counted > 0 then cast(id as text) end) from operations where verdict = 'refuse' and source_id = @source "
                + "and finished >= @from and finished < @end",
            row => (row.Int(), row.IdOrNull<OperationId>()),
            ("@source", source),
            ("@from", from),
            ("@end", end)
        );

    /// <summary>One more refusal is counted by a line, which says why of the last one.</summary>
    public static void CountRefusal(StoreSession store, OperationId id, ScimException why) =>
        store.Put(
            "update operations set counted = counted + 1, error = @error, status = @status, scim_type = @type where id = @id",
            ("@error", why.Message),
            ("@status", (int)why.Status),
            ("@type", why.ScimType),
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

    /// <summary>The last of those that are served which a provider asked for; null if none did.</summary>
    public static OperationId? AskedLast(StoreSession store, Served served) =>
        store.First(
            $"select id from operations where {Served.Where} and source_id is not null order by version desc limit 1",
            row => (OperationId?)row.Id<OperationId>(),
            ("@link", served.Link),
            ("@after", served.After),
            ("@upTo", served.UpTo)
        );

    /// <summary>Says what came of those that are served.</summary>
    public static void Finish(StoreSession store, Served served, string outcome, string? error, Instant now) =>
        store.Put(
            $"update operations set outcome = @outcome, error = @error, finished = @now where {Served.Where}",
            ("@outcome", outcome),
            ("@error", error),
            ("@now", now),
            ("@link", served.Link),
            ("@after", served.After),
            ("@upTo", served.UpTo)
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

    /// <summary>What has no outcome yet of a user or group has it with the last wish of the link that it has now.</summary>
    public static void Bring(StoreSession store, Link link) =>
        store.Put(
            "update operations set outcome = 'accepted', version = @version where link_id = @link and resource_id = @resource "
                + "and outcome in ('pending', 'accepted', 'held')",
            ("@version", link.WantedVersion),
            ("@link", link.Id),
            ("@resource", link.ClaimantId)
        );

    /// <summary>Takes all words away that lines of a link, and of what it was of, have of a person.</summary>
    public static void ForgetWords(StoreSession store, LinkId link) =>
        store.Put(
            "update operations set notes = '', commands = '', error = null, verdict = case when verdict like 'skip%' then 'skip' "
                + "when verdict like 'hold%' then 'hold' else verdict end where link_id = @link or resource_id in (select id from resources where link_id = @link)",
            ("@link", link)
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

    private static Operation ToOperation(Row row) =>
        new()
        {
            Id = row.Id<OperationId>(),
            TenantId = row.Number<TenantId>(),
            SourceId = row.IntOrNull(),
            Actor = row.Text(),
            LinkId = row.NumberOrNull<LinkId>(),
            ResourceId = row.IdOrNull<ResourceId>(),
            Request = row.Text(),
            At = row.Number<Instant>(),
            Notes = row.Text(),
            Verdict = row.Text(),
            Commands = row.Text(),
            Outcome = row.Text(),
            Error = row.TextOrNull(),
            Finished = row.NumberOrNull<Instant>(),
            Counted = row.Int(),
        };
}

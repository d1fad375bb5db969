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
        "id, tenant_id, source_id, actor, link_id, resource_id, names, request, at, verdict, outcome, error, status, scim_type, finished, counted, notes, commands";

    // What lists show: notes and commands may be long, and are shown of one alone.
    private static readonly string _listed = Columns.Replace("notes, commands", "'', ''", StringComparison.Ordinal);

    // Those about whom a name or an address has a part in it that is looked for, whether it was said then, was said since, or
    // is what Slack has; or whose id it is, at the provider or at Slack.
    private static string OfPeople(SqlDialect sql)
    {
        var people =
            $"from resources r where r.tenant_id = @tenant and ({sql.Has("coalesce(r.user_name_key, '')", "@person")} "
            + $"or {sql.Has("coalesce(r.display_name_key, '')", "@person")} or {sql.Has("coalesce(r.email_keys, '')", "@person")} or r.external_id = @said)";
        return $"({sql.Has("coalesce(names_key, '')", "@person")} or resource_id in (select r.id {people}) "
            + $"or link_id in (select r.link_id {people} and r.link_id is not null) "
            + $"or link_id in (select l.id from links l where l.tenant_id = @tenant and ({sql.Has("coalesce(l.slack_id, '')", "@person")} or l.slack_id = @said "
            + $"or exists (select 1 from keys k where k.link_id = l.id and {sql.Has("k.value", "@person")}))))";
    }

    // Whose id it is, and what one asked for that no user or group has.
    private static string OfId(SqlDialect sql) =>
        $"(id = @id or resource_id = @id or (resource_id is null and {sql.Has("lower(request)", "@found")}))";

    /// <summary>So many of a tenant's, the newest first, or all the other way; without notes and commands.</summary>
    public static List<Operation> Of(StoreSession store, TenantId tenantId, OperationQuery query, int most)
    {
        // One account has few: its own index leads to them, and not the one of the tenant's order.
        var where = new List<string> { query.Link is null ? "tenant_id = @tenant" : "+tenant_id = @tenant" };
        var values = new List<(string, object?)> { ("@tenant", tenantId), ("@most", most) };
        Only("at >= @from", ("@from", query.From));
        Only("at < @until", ("@until", query.Until));
        Only("outcome = @outcome", ("@outcome", query.Outcome));
        Only("source_id = @source", ("@source", query.Source));
        Only("link_id = @link", ("@link", query.Link));
        Only("actor = @actor", ("@actor", query.Actor));
        if (query.Resource is { } resource)
            Only(
                $"(resource_id = @resource or (resource_id is null and {store.Sql.Has("lower(request)", "@named")}))",
                ("@resource", resource),
                ("@named", resource.ToString())
            );
        if (ResourceId.Parse(query.Person?.Trim().ToLowerInvariant()) is { } id)
            Only(OfId(store.Sql), ("@id", id), ("@found", id.ToString()));
        else if (query.Person is { } person)
            Only(OfPeople(store.Sql), ("@person", Fold.Key(person)), ("@said", person));
        if (query.Before is { } before)
            Only("(at, id) < (@at, @before)", ("@at", before.Moment), ("@before", before.Id));
        return store.All(
            $"select {_listed} from operations where {string.Join(" and ", where)} order by at desc, id desc limit @most",
            ToOperation,
            [.. values]
        );

        void Only(string condition, params ReadOnlySpan<(string Name, object? Value)> named)
        {
            if (named[0].Value is null)
                return;
            where.Add(condition);
            values.AddRange(named);
        }
    }

    /// <summary>
    /// So many of a tenant's that were written or have ended after a place, in the order of their places; without notes
    /// and commands.
    /// </summary>
    public static List<Operation> Changed(StoreSession store, TenantId tenantId, OperationPlace after, int most) =>
        store.All(
            // By the times alone: of a tenant there may be a million, and within seconds few.
            $"select * from (select {_listed} from operations where tenant_id = @tenant and at >= @moment "
                + $"union select {_listed} from operations where +tenant_id = @tenant and finished >= @moment) c "
                + "where (coalesce(finished, at), id) > (@moment, @id) order by coalesce(finished, at), id limit @most",
            ToOperation,
            ("@tenant", tenantId),
            ("@moment", after.Moment),
            ("@id", after.Id),
            ("@most", most)
        );

    /// <summary>An operation of a tenant; null if it has none of that id.</summary>
    public static Operation? Find(StoreSession store, TenantId tenantId, OperationId id) =>
        store.First(
            $"select {Columns} from operations where tenant_id = @tenant and id = @id",
            ToOperation,
            ("@tenant", tenantId),
            ("@id", id)
        );

    /// <summary>So many of a tenant's before a place, the newest first, each with all that is known of it.</summary>
    public static List<Operation> Whole(StoreSession store, TenantId tenantId, OperationPlace? before, int most) =>
        store.All(
            $"select {Columns} from operations where tenant_id = @tenant and (at, id) < (@at, @id) order by at desc, id desc limit @most",
            ToOperation,
            ("@tenant", tenantId),
            ("@at", before?.Moment ?? new Instant(long.MaxValue)),
            ("@id", before?.Id ?? default),
            ("@most", most)
        );

    /// <summary>How many requests were refused since a time, by their answer, and the last of each.</summary>
    public static List<(long Count, Operation Last)> RefusedSince(
        StoreSession store,
        TenantId tenantId,
        Instant since,
        int most
    )
    {
        var answers = store.All(
            "select sum(case when counted > 1 then counted else 1 end), status, scim_type from operations where tenant_id = @tenant and at >= @since and outcome = 'refused' "
                + "group by status, scim_type order by 1 desc limit @most",
            row => (Count: row.Long(), Status: row.IntOrNull(), ScimType: row.TextOrNull()),
            ("@tenant", tenantId),
            ("@since", since),
            ("@most", most)
        );
        return answers.ConvertAll(answer =>
            (
                answer.Count,
                store.First(
                    $"select {_listed} from operations where tenant_id = @tenant and at >= @since and outcome = 'refused' and coalesce(status, 0) = @status "
                        + "and coalesce(scim_type, '') = @type order by at desc, id desc limit 1",
                    ToOperation,
                    ("@tenant", tenantId),
                    ("@since", since),
                    ("@status", answer.Status ?? 0),
                    ("@type", answer.ScimType ?? "")
                )!
            )
        );
    }

    /// <summary>What a source last asked for; null if none of the tenant's last thousand operations was its.</summary>
    public static Operation? LastOf(StoreSession store, TenantId tenantId, int source) =>
        store.First(
            $"select {_listed} from (select * from operations where tenant_id = @tenant order by at desc, id desc limit 1000) as last where source_id = @source "
                + "order by at desc, id desc limit 1",
            ToOperation,
            ("@tenant", tenantId),
            ("@source", source)
        );

    /// <summary>How many of a tenant's ended within a time, and how.</summary>
    public static List<(long Operations, string Outcome)> Ended(
        StoreSession store,
        TenantId tenantId,
        Instant from,
        Instant end
    ) =>
        store.All(
            "select sum(case when counted > 1 then counted else 1 end), outcome from operations where finished >= @from and finished < @end and +tenant_id = @tenant "
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
            "insert into operations (id, tenant_id, source_id, actor, link_id, version, resource_id, names, names_key, request, at, notes, verdict, commands, "
                + "outcome, error, status, scim_type, finished, counted) values (@id, @tenant, @source, @actor, @link, @version, @resource, @names, @key, @request, "
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

    /// <summary>What has no outcome yet of a user or group has it with the last wish of the link that it has now.</summary>
    public static void Bring(StoreSession store, Link link) =>
        store.Put(
            "update operations set outcome = 'accepted', version = @version where link_id = @link and resource_id = @resource "
                + "and outcome in ('pending', 'accepted', 'held')",
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
            Names = KnownAs.Parse(row.TextOrNull()),
            Request = row.Text(),
            At = row.Number<Instant>(),
            Verdict = row.Text(),
            Outcome = row.Text(),
            Error = row.TextOrNull(),
            Status = row.IntOrNull(),
            ScimType = row.TextOrNull(),
            Finished = row.NumberOrNull<Instant>(),
            Counted = row.Int(),
            Notes = row.Text(),
            Commands = row.Text(),
        };
}

using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>The journal as it is read.</summary>
internal static class OperationLists
{
    private const string Columns =
        "id, tenant_id, source_id, actor, link_id, resource_id, names, request, what, at, verdict, outcome, error, status, scim_type, finished, counted, notes, commands";

    /// <summary>What lists show: notes and commands may be long, and are shown of one alone.</summary>
    internal static readonly string Listed = Columns.Replace("notes, commands", "'', ''", StringComparison.Ordinal);

    // Those about whom a name or an address has a part in it that is looked for, whether it was said then, was said since, or
    // is what Slack has; or whose id it is, at the provider or at Slack.
    private static string OfPeople(SqlDialect sql)
    {
        var people =
            $"from resources r where r.tenant_id = @tenant and ({sql.Has("coalesce(r.user_name_key, '')", "@person")} "
            + $"or {sql.Has("coalesce(r.display_name_key, '')", "@person")} or {sql.Has("coalesce(r.display_name, '')", "@person")} or {sql.Has("coalesce(r.email_keys, '')", "@person")} or r.external_id = @said)";
        return $"({sql.Has("coalesce(names_key, '')", "@person")} or resource_id in (select r.id {people}) "
            + $"or link_id in (select r.link_id {people} and r.link_id is not null) "
            + $"or link_id in (select l.id from links l where l.tenant_id = @tenant and ({sql.Has("coalesce(l.slack_id, '')", "@person")} or l.slack_id = @said "
            + $"or l.id in (select k.link_id from keys k where k.tenant_id = @tenant and {sql.Has("k.value", "@person")}))))";
    }

    // Whose id it is, and what one asked for that no user or group has.
    private static string OfId(SqlDialect sql) =>
        $"(id = @id or resource_id = @id or (resource_id is null and {sql.Has("lower(request)", "@found")}))";

    /// <summary>How many were taken on and have not come to an end.</summary>
    public static long CountAccepted(StoreSession store, TenantId tenantId) =>
        store.First(
            "select count(*) from operations where tenant_id = @tenant and finished is null and outcome = @accepted",
            row => row.Long(),
            ("@tenant", tenantId),
            ("@accepted", OperationOutcome.Accepted.Word())
        );

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
            $"select {Listed} from operations where {string.Join(" and ", where)} order by at desc, id desc limit @most",
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
            $"select * from (select {Listed} from operations where tenant_id = @tenant and at >= @moment "
                + $"union select {Listed} from operations where +tenant_id = @tenant and finished >= @moment) c "
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

    /// <summary>What a source last asked for; null if none of the tenant's last thousand operations was its.</summary>
    public static Operation? LastOf(StoreSession store, TenantId tenantId, int source) =>
        store.First(
            $"select {Listed} from (select * from operations where tenant_id = @tenant order by at desc, id desc limit 1000) as last where source_id = @source and request not like 'an operator %' "
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

    /// <summary>How many a tenant had since a time, by the hour after it and by what came of them.</summary>
    public static List<OperationsOfHour> ByHour(StoreSession store, TenantId tenantId, Instant since) =>
        store.All(
            "select (at - @since) / 3600000, outcome, sum(case when counted > 1 then counted else 1 end), "
                + "sum(length(commands) - length(replace(commands, @line, ''))), "
                + "sum(case when commands <> '' and finished is not null then 1 else 0 end), "
                + "cast(sum(case when commands <> '' and finished is not null then finished - at else 0 end) as bigint), "
                + "max(case when commands <> '' and finished is not null then finished - at else 0 end) "
                + "from operations where tenant_id = @tenant and at >= @since group by 1, 2",
            row => new OperationsOfHour(
                row.Long(),
                row.Text(),
                row.Long(),
                row.Long(),
                row.Long(),
                row.Long(),
                row.Long()
            ),
            ("@since", since),
            ("@line", "\n"),
            ("@tenant", tenantId)
        );

    /// <summary>What a row of these columns says.</summary>
    internal static Operation ToOperation(Row row) =>
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
            What = row.TextOrNull(),
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

/// <summary>The operations of an hour of which one thing came.</summary>
/// <param name="Hour">Which hour, from 0.</param>
/// <param name="Outcome">What came of them.</param>
/// <param name="Operations">How many there were.</param>
/// <param name="Commands">How many calls to Slack were made, also those that only ask.</param>
/// <param name="Told">Of how many Slack was told that have ended.</param>
/// <param name="Milliseconds">How long these took together until they ended.</param>
/// <param name="Longest">How many milliseconds the longest one took.</param>
internal sealed record OperationsOfHour(
    long Hour,
    string Outcome,
    long Operations,
    long Commands,
    long Told,
    long Milliseconds,
    long Longest
);

using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Schemas;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Reads;

/// <summary>
/// One list in one state of the store, of users, of groups or of both. SQL narrows it, and counts and orders it too
/// where that is all there is to it; else each row that is left is looked at, and too many of them are refused.
/// </summary>
internal sealed class ResourceList
{
    /// <summary>
    /// The most resources that are looked at one by one: some quarter of a second. Most tenants are smaller, so that
    /// there any filter is answered.
    /// </summary>
    public const int MostLookedAt = 10_000;

    /// <summary>The most bytes of their documents, which may be large.</summary>
    public const int MostBytesLookedAt = 32 << 20;

    /// <summary>The most members of all groups that are looked at: one group as large as Slack has them.</summary>
    public const int MostMembersLookedAt = 20_000;

    /// <summary>
    /// The most bytes of documents on one page, though more resources were asked for: RFC 7644 §3.4.2.4 and RFC 9865 §2
    /// let a page be shorter. One is always on it.
    /// </summary>
    public const int MostBytesShown = 8 << 20;

    private readonly SqlDialect _sql;
    private readonly Caller _caller;
    private readonly ResourceQuery _query;
    private readonly Part[] _parts;
    private readonly ResourceOrder _order;
    private readonly ResourceCursor? _cursor;
    private readonly Place? _after;

    /// <summary>The list that a query asks for; a query that cannot be is refused.</summary>
    /// <param name="sql">What its store calls in its own way.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="query">What for.</param>
    /// <param name="cursorKey">What cursors are signed with, where pages go by cursor.</param>
    public ResourceList(SqlDialect sql, Caller caller, ResourceQuery query, byte[]? cursorKey)
    {
        (_sql, _caller, _query) = (sql, caller, query);
        _parts = [.. query.Sought.Select(sought => new Part(sought.Kind, ResourceFilter.Split(sought, caller, sql)))];
        _order = ResourceOrder.Of(query.Sought);
        _cursor = query.Cursor is null ? null : new ResourceCursor(cursorKey!, caller, query);
        _after = query.Cursor is null or "" ? null : _cursor!.Read(query.Cursor);
    }

    /// <summary>What every read asks of a row: bots, conflicts and tombstones are nobody's to see.</summary>
    public static string Shown(Kind kind) =>
        $"r.tenant_id = @tenant and r.kind = {(int)kind} and r.deleted is null and r.hidden = @no";

    /// <summary>Whether it costs the more the more resources there are, however few are on the page.</summary>
    public bool IsScan =>
        Array.Exists(
            _parts,
            part =>
                part.Filter.Lead switch
                {
                    Lead.ToFew => false,
                    Lead.ToMany => !IsBySql,
                    _ => part.Filter is not { Condition: null, Rest: null } || !_order.IsIndexed,
                }
        );

    /// <summary>Whether one statement brings it, which sees one state of the store without a transaction.</summary>
    public bool IsOneStatement => IsBySql && !IsScan;

    private bool IsBySql => _order.IsSql && Array.TrueForAll(_parts, part => part.Filter.Rest is null);

    /// <summary>Shows the resources of the page that was asked for.</summary>
    public ResourcePage Page(StoreSession store, Action<StoredResource> show, WorkLimit workLimit) =>
        IsBySql ? Found(store, show) : LookedAt(store, show, workLimit);

    private bool ByCursor => _cursor is not null;

    private (string Name, object? Value)[] Parameters(params ReadOnlySpan<(string Name, object? Value)> more) =>
        [("@tenant", _caller.TenantId), ("@no", false), .. _parts.SelectMany(part => part.Filter.Parameters), .. more];

    // All by SQL. By cursor one more is read than is shown, to know whether there is a next page.
    private ResourcePage Found(StoreSession store, Action<StoredResource> show)
    {
        var offset = ByCursor ? 0 : _query.StartIndex - 1;
        var limit = _query.Count == 0 ? 0 : _query.Count + (ByCursor ? 1 : 0);
        var room = new PageRoom(_query.Count);
        Place? last = null;
        int? total = null;
        if (limit > 0)
        {
            var statement = Select(limit, offset);
            store.Each(
                statement.Text,
                row =>
                {
                    var resource = StoredResource.Read(ref row, _caller, _query.Related);
                    if (!room.Takes(resource))
                        return false;
                    show(resource);
                    total = row.IntOrNull();
                    if (ByCursor)
                        last = new Place(_order.IsPlain ? null : row.TextOrNull(), resource.Created, resource.Id);
                    return true;
                },
                statement.Parameters
            );
        }
        var isWhole = !ByCursor && !room.IsFull && room.Count < _query.Count && (room.Count > 0 || offset == 0);
        // A statement of its own counts later than the page was read, when there may be fewer.
        total ??= isWhole ? offset + room.Count : Math.Max(Total(store), room.Count > 0 ? offset + room.Count : 0);
        return new ResourcePage(total.Value, room.Count, room.IsFull && last is not null ? _cursor?.Write(last) : null);
    }

    /// <summary>
    /// What brings a page: each row has at its end how many there are, where that is kept, and the key of its place.
    /// </summary>
    internal Statement Select(int limit, int offset) =>
        new(
            $"select {StoredResource.Columns(_sql, _query.Related)}, {KeptTotal}, {(_parts.Length == 1 ? _order.Key() : "p.place")} as place from {Paged(offset)}",
            Parameters([
                ("@limit", limit),
                ("@offset", offset),
                .. _after is null
                    ? []
                    : ((string, object?)[])
                        [("@created", _after.Created), ("@id", _after.Id), ("@after", _order.AfterValue(_after))],
            ])
        );

    private string Paged(int offset)
    {
        // PostgreSQL estimates an unknown offset as one row or more. A reusable plan would then look more expensive than a
        // plan for these values, and the server would plan each query anew.
        var most = offset == 0 ? "limit @limit" : "limit @limit offset @offset";
        if (_parts is not [var part])
        {
            // Both kinds are put in one order as ids, and only then their documents are read.
            var (inAll, onPage) = (Names.In("u", "u.place"), Names.In("p", "p.place"));
            var all = string.Join(
                " union all ",
                _parts.Select(
                    (of, at) => $"select r.id, r.created, {_order.Key(at)} as place from resources r where {of.Where}"
                )
            );
            var from = _after is null ? "" : $"where {_order.After(_after, inAll)} ";
            return $"(select * from ({all}) u {from}order by {_order.OrderBy(inAll)} {most}) p join "
                + $"{StoredResource.From(_query.Related, "resources r on r.id = p.id")} order by {_order.OrderBy(onPage)}";
        }
        var names = Names.In("r", _order.Key());
        var where = _after is null ? part.Where : $"{part.Where} and {_order.After(_after, names)}";
        // Where a filter has an index, the few rows that it finds are sorted. Offered the order of the list, PostgreSQL
        // would walk the list of a tenant that it estimates to be small.
        var isOfList = part.Filter.Lead == Lead.None && _order.LeadsBehindDeleted;
        var order = (isOfList ? "r.deleted, " : "") + _order.OrderBy(names);
        // What SQLite has to sort, it sorts as ids; only then the documents are read.
        return _order.IsPlain
            ? $"{StoredResource.From(_query.Related)} where {where} order by {order} {most}"
            : $"(select r.id as page_id from resources r where {where} order by {order} {most}) p "
                + $"join {StoredResource.From(_query.Related, "resources r on r.id = p.page_id")} order by {order}";
    }

    /// <summary>
    /// What counts those of a kind that the filter means, or whom SQL leaves of them to be looked at.
    /// </summary>
    internal Statement Count(int kind = 0) =>
        new($"select count(*) from resources r where {_parts[kind].Where}", Parameters(kind));

    private (string Name, object? Value)[] Parameters(int kind) =>
        [("@tenant", _caller.TenantId), ("@no", false), .. _parts[kind].Filter.Parameters];

    private string KeptTotal =>
        Array.TrueForAll(_parts, part => part.Filter.Where is null)
            ? string.Join(" + ", _parts.Select(part => ShownTotals.Of(part.Kind)))
            : "null";

    private int Total(StoreSession store) => Enumerable.Range(0, _parts.Length).Sum(kind => Total(store, kind));

    private int Total(StoreSession store, int kind) =>
        _parts[kind].Filter.Where is null
            ? ShownTotals.Read(store, _caller.TenantId, _parts[kind].Kind)
            : Counted(store, Count(kind));

    private static int Counted(StoreSession store, Statement count) =>
        store.First(count.Text, row => row.Int(), count.Parameters);

    // One by one, in memory.
    private ResourcePage LookedAt(StoreSession store, Action<StoredResource> show, WorkLimit workLimit)
    {
        if (Total(store) > MostLookedAt)
            throw TooMany();
        var (found, bytes) = (new List<Sorted>(), 0L);
        for (var kind = 0; kind < _parts.Length; kind++)
            Meeting(store, kind, found, ref bytes, workLimit);
        found.Sort((x, y) => _order.Compare(x, y));
        var start =
            _after is { } after ? After(found, Sorted.At(after))
            : ByCursor ? 0
            : _query.StartIndex - 1;
        var room = new PageRoom(_query.Count);
        foreach (var place in found.Skip(start).Take(_query.Count))
            if (!Show(store, place, room, show))
                break;
        var end = start + room.Count;
        return new ResourcePage(
            found.Count,
            room.Count,
            room.Count > 0 && end < found.Count ? _cursor?.Write(found[end - 1].Place) : null
        );
    }

    private void Meeting(StoreSession store, int kind, List<Sorted> found, ref long bytes, WorkLimit workLimit)
    {
        var (part, sort) = (_parts[kind], _query.Sought[kind].Sort);
        var related = Asked(part, sort?.By);
        if (related.HasFlag(Related.Members))
            RequireFewMembers(store, kind);
        var seen = bytes;
        store.Each(
            $"select {StoredResource.Columns(_sql, related)} from {StoredResource.From(related)} where {part.Where}",
            row =>
            {
                var stored = StoredResource.Read(ref row, _caller, related);
                seen += stored.Document.Length;
                if (seen > MostBytesLookedAt)
                    throw TooMany();
                workLimit.Spend(stored.Document.Length);
                var resource = stored.ToFilter(_query.BaseUrl);
                if (part.Filter.Rest?.Matches(resource, workLimit) ?? true)
                    // A copy: the key would keep its whole document in memory.
                    found.Add(new Sorted(part.Kind, sort?.Key(resource)?.DeepClone(), stored.Created, stored.Id));
                return true;
            },
            Parameters(kind)
        );
        bytes = seen;
    }

    // The groups first, however few member rows there are: each of them may be all that a filter leaves.
    private void RequireFewMembers(StoreSession store, int kind)
    {
        var members = store.First(
            $"select count(*) from (select 1 from resources r cross join members m where m.group_id = r.id and {_parts[kind].Where} limit {MostMembersLookedAt + 1}) few",
            row => row.Int(),
            Parameters(kind)
        );
        if (members > MostMembersLookedAt)
            throw ScimException.TooMany(
                $"This filter or order has to look at each member, which is done for at most {MostMembersLookedAt} of them; "
                    + "narrow it with 'and' and an equality of id, displayName, externalId or members."
            );
    }

    private bool Show(StoreSession store, Sorted place, PageRoom room, Action<StoredResource> show) =>
        store.First(
            ResourceReads.ById(_sql, place.Kind, _query.Related),
            row =>
            {
                var resource = StoredResource.Read(ref row, _caller, _query.Related);
                if (!room.Takes(resource))
                    return false;
                show(resource);
                return true;
            },
            ("@id", place.Id),
            ("@tenant", _caller.TenantId),
            ("@no", false)
        );

    private int After(List<Sorted> found, Sorted place)
    {
        var at = found.BinarySearch(place, Comparer<Sorted>.Create((x, y) => _order.Compare(x, y)));
        return at < 0 ? ~at : at + 1;
    }

    // What a row must be read with, so that the rest of a filter and the order can be told of it.
    private static Related Asked(Part part, AttributeTarget? sort) =>
        (part.Filter.Rest is { } rest ? rest.Paths() : [])
            .Select(path => GatewayTypes.Of(part.Kind).Find(path))
            .Append(sort)
            .Select(target =>
                target switch
                {
                    { Extension.Id: LinkSchema.Id } => Related.Link,
                    { Extension: null, Attribute.Name: "groups" } => Related.Groups,
                    { Extension: null, Attribute.Name: "members" } => Related.Members,
                    // The hash of a user's groups is part of it.
                    { Extension: null, Attribute.Name: "meta", Sub: null or { Name: "version" } } => Related.Groups,
                    _ => Related.Nothing,
                }
            )
            .Aggregate(Related.Nothing, (all, one) => all | one);

    private static ScimException TooMany() =>
        ScimException.TooMany(
            $"This filter or order has to look at each resource, which is done for at most {MostLookedAt} of them; "
                + "narrow it with 'and' and an equality of userName, externalId, displayName, emails, members, id, active or meta dates."
        );

    /// <summary>A kind in the list, and what SQL tells of it.</summary>
    private sealed record Part(Kind Kind, SqlFilter Filter)
    {
        public string Where { get; } = Filter.Where is null ? Shown(Kind) : $"{Shown(Kind)} and {Filter.Where}";
    }
}

/// <summary>A statement and what it is asked with.</summary>
internal readonly record struct Statement(string Text, (string Name, object? Value)[] Parameters);

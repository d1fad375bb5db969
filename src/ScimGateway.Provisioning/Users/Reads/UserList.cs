using System.Data.Common;
using System.Globalization;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Data;
using ScimGateway.Provisioning.Links;
using ScimGateway.Provisioning.Mirror;
using ScimGateway.Provisioning.Tenants;

namespace ScimGateway.Provisioning.Users.Reads;

/// <summary>One list in one state of the store. SQL narrows it, and counts and orders it too where that is all there is to it; else each row that is left is looked at, and too many of them are refused.</summary>
internal sealed class UserList
{
    /// <summary>What every read of users asks of a row: bots, conflicts and tombstones are nobody's to see.</summary>
    public const string Shown = "r.tenant_id = @tenant and r.kind = @kind and r.deleted is null and r.hidden = @no";

    /// <summary>The most users that are looked at one by one: some quarter of a second. Most tenants are smaller, so that there any filter is answered.</summary>
    public const int MostLookedAt = 10_000;

    /// <summary>The most bytes of their documents, which may be large.</summary>
    public const int MostBytesLookedAt = 32 << 20;

    /// <summary>The most bytes of documents on one page, though more users were asked for: RFC 7644 §3.4.2.4 and RFC 9865 §2 let a page be shorter. One user is always on it.</summary>
    public const int MostBytesShown = 8 << 20;

    private readonly StoreSession _store;
    private readonly Caller _caller;
    private readonly UserQuery _query;
    private readonly SqlFilter _filter;
    private readonly UserOrder _order;
    private readonly Place? _after;

    public UserList(StoreSession store, Caller caller, UserQuery query)
    {
        (_store, _caller, _query) = (store, caller, query);
        _filter = UserFilter.Split(query.Filter, caller);
        _order = UserOrder.Of(query.Sort);
        _after = query.Cursor is null or "" ? null : UserCursor.Read(query.Cursor, caller, query);
    }

    /// <summary>Shows the users of the page that was asked for.</summary>
    public UserPage Page(Action<StoredUser> show) => _filter.Rest is null && _order.IsSql ? Found(show) : LookedAt(show);

    private bool ByCursor => _query.Cursor is not null;

    private string Where => _filter.Where is null ? Shown : $"{Shown} and {_filter.Where}";

    private (string Name, object? Value)[] Parameters(params ReadOnlySpan<(string Name, object? Value)> more) =>
        [("@tenant", _caller.TenantId), ("@kind", Kind.User), ("@no", false), .. _filter.Parameters, .. more];

    // All by SQL. By cursor one more is read than is shown, to know whether there is a next page.
    private UserPage Found(Action<StoredUser> show)
    {
        var offset = ByCursor ? 0 : _query.StartIndex - 1;
        var limit = _query.Count == 0 ? 0 : _query.Count + (ByCursor ? 1 : 0);
        var room = new PageRoom(_query.Count);
        Place? last = null;
        if (limit > 0)
        {
            var statement = Select(limit, offset);
            _store.Each(
                statement.Text,
                row =>
                {
                    var user = StoredUser.Read(row, _caller, _query.WithLinks);
                    if (!room.Takes(user))
                        return false;
                    show(user);
                    if (ByCursor)
                        last = new Place(Key(row.Reader), user.Created, user.Id);
                    return true;
                },
                statement.Parameters
            );
        }
        var isWhole = !ByCursor && !room.IsFull && room.Count < _query.Count && (room.Count > 0 || offset == 0);
        return new UserPage(
            isWhole ? offset + room.Count : Total(),
            room.Count,
            room.IsFull && last is not null ? Next(last) : null
        );
    }

    private string? Key(DbDataReader row)
    {
        var place = row.FieldCount - 1;
        return _order.IsPlain || row.IsDBNull(place) ? null : Convert.ToString(row.GetValue(place), CultureInfo.InvariantCulture);
    }

    /// <summary>What brings a page, each row with the key of its place at the end.</summary>
    internal Statement Select(int limit, int offset)
    {
        var where = _after is null ? Where : $"{Where} and {_order.After(_after)}";
        var (link, join) = _query.WithLinks ? ($", {ShownLink.Columns}", "left join links l on l.id = r.link_id") : ("", "");
        // What SQLite has to sort, it sorts as ids; only then the documents are read.
        var from = _order.IsPlain
            ? $"from resources r {join} where {where} order by {_order.OrderBy} limit @limit offset @offset"
            : $"from (select r.id as page_id from resources r where {where} order by {_order.OrderBy} limit @limit offset @offset) p "
                + $"join resources r on r.id = p.page_id {join} order by {_order.OrderBy}";
        return new Statement(
            $"select {StoredUser.Columns}{link}, {_order.Key} as place {from}",
            Parameters([
                ("@limit", limit),
                ("@offset", offset),
                .. _after is null
                    ? []
                    : ((string, object?)[])
                        [("@created", _after.Created), ("@id", _after.Id), ("@after", _order.AfterValue(_after))],
            ])
        );
    }

    /// <summary>What counts whom the filter means, or whom SQL leaves of them to be looked at.</summary>
    internal Statement Count() => new($"select count(*) from resources r where {Where}", Parameters());

    private int Total() => _filter.Where is null ? ShownTotals.Read(_store, _caller.TenantId, Kind.User) : Counted(Count());

    private int Counted(Statement count) => _store.First(count.Text, row => row.GetInt32(0), count.Parameters);

    // One by one, in memory.
    private UserPage LookedAt(Action<StoredUser> show)
    {
        var found = Meeting();
        found.Sort((x, y) => _order.Compare(x, y));
        var start =
            _after is { } after ? After(found, Sorted.At(after))
            : ByCursor ? 0
            : _query.StartIndex - 1;
        var room = new PageRoom(_query.Count);
        foreach (var place in found.Skip(start).Take(_query.Count))
            if (!Show(place.Id, room, show))
                break;
        var end = start + room.Count;
        return new UserPage(
            found.Count,
            room.Count,
            ByCursor && room.Count > 0 && end < found.Count ? Next(found[end - 1].Place) : null
        );
    }

    private List<Sorted> Meeting()
    {
        if (Total() > MostLookedAt)
            throw TooMany();
        var withLinks = AsksForLink();
        var bytes = 0L;
        var found = new List<Sorted>();
        _store.Each(
            withLinks
                ? $"select {StoredUser.Columns}, {ShownLink.Columns} from resources r left join links l on l.id = r.link_id where {Where}"
                : $"select {StoredUser.Columns} from resources r where {Where}",
            row =>
            {
                var user = StoredUser.Read(row, _caller, withLinks);
                bytes += user.Document.Length;
                if (bytes > MostBytesLookedAt)
                    throw TooMany();
                var resource = user.ToFilter(_query.BaseUrl);
                if (_filter.Rest?.Matches(resource) ?? true)
                    // A copy: the key would keep its whole document in memory.
                    found.Add(new Sorted(_order.Sort?.Key(resource)?.DeepClone(), user.Created, user.Id));
                return true;
            },
            Parameters()
        );
        return found;
    }

    private bool Show(Guid id, PageRoom room, Action<StoredUser> show) =>
        _store.First(
            UserReads.Text(_query.WithLinks),
            (SqliteRow row) =>
            {
                var user = StoredUser.Read(row, _caller, _query.WithLinks);
                if (!room.Takes(user))
                    return false;
                show(user);
                return true;
            },
            ("@id", id),
            ("@tenant", _caller.TenantId),
            ("@kind", Kind.User),
            ("@no", false)
        );

    private int After(List<Sorted> found, Sorted place)
    {
        var at = found.BinarySearch(place, Comparer<Sorted>.Create((x, y) => _order.Compare(x, y)));
        return at < 0 ? ~at : at + 1;
    }

    private string Next(Place place) => UserCursor.Write(place, _caller, _query);

    private bool AsksForLink() =>
        _query.Sort?.By.Extension?.Id == LinkSchema.Id || (_filter.Rest is { } rest && Paths(rest).Any(IsLink));

    private static bool IsLink(AttributePath path) => GatewayTypes.User.Find(path)?.Extension?.Id == LinkSchema.Id;

    private static IEnumerable<AttributePath> Paths(Filter filter) =>
        filter switch
        {
            Filter.Compare f => [f.Path],
            Filter.Present f => [f.Path],
            Filter.Where f => [f.Path],
            Filter.Not f => Paths(f.Inner),
            Filter.And f => Paths(f.Left).Concat(Paths(f.Right)),
            Filter.Or f => Paths(f.Left).Concat(Paths(f.Right)),
            _ => [],
        };

    private static ScimException TooMany() =>
        ScimException.TooMany(
            $"This filter or order has to look at each user, which is done for at most {MostLookedAt} of them; "
                + "narrow it with 'and' and an equality of userName, externalId, displayName, emails, id, active or meta dates."
        );
}

/// <summary>A statement and what it is asked with.</summary>
internal readonly record struct Statement(string Text, (string Name, object? Value)[] Parameters);

/// <summary>What a page has room for: so many users, and so many bytes of their documents, but one user in any case.</summary>
internal sealed class PageRoom(int most)
{
    private long _bytes;

    /// <summary>How many users it has taken.</summary>
    public int Count { get; private set; }

    /// <summary>Whether one more was not taken.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Takes a user, if there is room.</summary>
    public bool Takes(StoredUser user)
    {
        if (Count == most || (Count > 0 && _bytes + user.Document.Length > UserList.MostBytesShown))
        {
            IsFull = true;
            return false;
        }
        _bytes += user.Document.Length;
        Count++;
        return true;
    }
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Reads;

/// <summary>
/// The order of a list: by when a resource came, or by an attribute first. Some attributes are columns; by the others a
/// list is sorted in memory.
/// </summary>
internal sealed class ResourceOrder
{
    private const string Modified = "r.modified";
    private const string Created = "r.created";
    private const string DisplayName = "r.display_name_key";
    private const string UserName = "r.user_name_key"; // unique, and there where a user is shown

    private static readonly Func<string, object?> _number = text =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    // A cursor keeps the id as the store spells it.
    private static readonly Func<string, object?> _id = text => ResourceId.ParseReference(text);

    private readonly IReadOnlyList<string?> _columns;
    private readonly Func<string, object?> _value;

    private ResourceOrder(SortOrder? sort, IReadOnlyList<string?> columns, Func<string, object?> value) =>
        (Sort, _columns, _value) = (sort, columns, value);

    /// <summary>The order of a list of these kinds; one of them may lack the attribute.</summary>
    public static ResourceOrder Of(IReadOnlyList<Sought> sought)
    {
        var sort = sought.Select(kind => kind.Sort).FirstOrDefault(sort => sort is not null);
        return new ResourceOrder(
            sort,
            [.. sought.Select(kind => kind.Sort is null ? "null" : Column(kind))],
            sort?.By switch
            {
                { Extension: null, Attribute.Name: "id" } => _id,
                { Extension: null, Attribute.Name: "meta" } => _number,
                _ => text => text,
            }
        );
    }

    /// <summary>What sorts in memory, where SQL cannot; null for the order of arrival.</summary>
    public SortOrder? Sort { get; }

    /// <summary>Whether SQL brings the rows in this order.</summary>
    public bool IsSql => _columns.All(column => column is not null);

    /// <summary>Whether an index brings them in this order, so that a page costs what is on it.</summary>
    public bool IsIndexed => _columns is [not (null or Modified)];

    /// <summary>Whether it is the order of the list index, which brings rows without sorting them.</summary>
    public bool IsPlain => Sort is null;

    /// <summary>
    /// Whether an index has this order behind the column deleted. PostgreSQL does not treat "deleted is null" as a constant:
    /// unless a query orders by that column too, it sorts all users for each page.
    /// </summary>
    public bool LeadsBehindDeleted => IsPlain || _columns is [Created or DisplayName];

    /// <summary>
    /// The column that a resource is sorted by before when it came, in a list of one kind or of the kind at a place.
    /// </summary>
    public string Key(int kind = 0) => _columns[kind]!;

    /// <summary>
    /// RFC 7644 §3.4.2.3: who has no value comes last, and first downwards. Who is equal keeps the order of arrival
    /// either way.
    /// </summary>
    public string OrderBy(Names names) =>
        IsPlain ? names.Came
        // Where the key says it all, SQLite takes the order from an index; beside a further column it sorts the whole list.
        : _columns is [UserName] ? $"{names.Key}{(Sort!.Descending ? " desc" : "")}"
        : _columns is [Created] ? (Sort!.Descending ? $"{names.Key} desc, r.id" : names.Came)
        : Sort!.Descending ? $"{names.Key} desc{Nulls("first")}, {names.Came}"
        : $"{names.Key}{Nulls("last")}, {names.Came}";

    /// <summary>The condition of what comes after a place, whose parameters are @after, @created and @id.</summary>
    public string After(Place place, Names names) =>
        (IsPlain, place.Key, Sort?.Descending, names.Key, $"({names.Came}) > (@created, @id)") switch
        {
            (true, _, _, _, var later) => later,
            (_, null, true, var key, var later) => $"({key} is not null or {later})",
            (_, null, _, var key, var later) => $"({key} is null and {later})",
            (_, _, true, var key, var later) => $"({key} < @after or ({key} = @after and {later}))",
            (_, _, _, var key, var later) => $"({key} > @after or {key} is null or ({key} = @after and {later}))",
        };

    /// <summary>The value that <see cref="After"/> compares the column with.</summary>
    public object? AfterValue(Place place) =>
        place.Key is null || IsPlain ? null : _value(place.Key) ?? throw ResourceCursor.Foreign();

    /// <summary>Compares two places in memory.</summary>
    public int Compare(in Sorted x, in Sorted y)
    {
        var order = Sort?.CompareKeys(x.Key, y.Key) ?? 0;
        if (order == 0)
            order = x.Created.CompareTo(y.Created);
        return order == 0 ? x.Id.Value.CompareTo(y.Id.Value) : order;
    }

    private static string? Column(Sought sought) =>
        (sought.Kind, sought.Sort!.By) switch
        {
            (Kind.User, { Extension: null, Attribute.Name: "userName", Sub: null }) => UserName,
            (_, { Extension: null, Attribute.Name: "displayName", Sub: null }) => DisplayName,
            (_, { Extension: null, Attribute.Name: "id", Sub: null }) => "r.id",
            (_, { Extension: null, Attribute.Name: "meta", Sub.Name: "created" }) => Created,
            (_, { Extension: null, Attribute.Name: "meta", Sub.Name: "lastModified" }) => Modified,
            _ => null,
        };

    // Only names may be missing, and what a kind has not; of a column that may not, an index brings the order.
    private string Nulls(string where) =>
        _columns.Any(column => column is DisplayName or UserName or "null") ? $" nulls {where}" : "";
}

/// <summary>What the columns of an order are called where they are compared.</summary>
/// <param name="Key">What is sorted by first.</param>
/// <param name="Came">When the resource came, and its id.</param>
internal readonly record struct Names(string Key, string Came)
{
    /// <summary>In a table or subquery that has them by their own names.</summary>
    public static Names In(string table, string key) => new(key, $"{table}.created, {table}.id");
}

/// <summary>
/// Where a page ends: the key that its last resource is sorted by, as text, when that came, and which it is.
/// </summary>
internal sealed record Place(string? Key, Instant Created, ResourceId Id);

/// <summary>A resource's place in a list that is sorted in memory.</summary>
internal readonly record struct Sorted(Kind Kind, JsonNode? Key, Instant Created, ResourceId Id)
{
    /// <summary>The same as a cursor keeps it.</summary>
    public Place Place => new(Key is null ? null : ScimJson.ToText(Key), Created, Id);

    /// <summary>The place that a cursor kept.</summary>
    public static Sorted At(Place place)
    {
        try
        {
            return new Sorted(default, place.Key is null ? null : JsonNode.Parse(place.Key), place.Created, place.Id);
        }
        catch (JsonException)
        {
            throw ResourceCursor.Foreign();
        }
    }
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Resources;

namespace ScimGateway.Provisioning.Users.Reads;

/// <summary>The order of a list: by when a user came, or by an attribute first. Some attributes are columns; by the others a list is sorted in memory.</summary>
internal sealed class UserOrder
{
    private const string Came = "r.created, r.id";

    private static readonly Func<string, object?> _number = text =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static readonly Func<string, object?> _id = text => Guid.TryParse(text, out var id) ? id : null;

    private readonly string? _column;
    private readonly Func<string, object?> _value;

    private UserOrder(SortOrder? sort, string? column, Func<string, object?>? value = null) =>
        (Sort, _column, _value) = (sort, column, value ?? (text => text));

    /// <summary>The order of a query.</summary>
    public static UserOrder Of(SortOrder? sort) =>
        sort?.By switch
        {
            null => new UserOrder(null, null),
            { Extension: null, Attribute.Name: "userName", Sub: null } => new UserOrder(sort, "r.user_name_key"),
            { Extension: null, Attribute.Name: "displayName", Sub: null } => new UserOrder(sort, "r.display_name_key"),
            { Extension: null, Attribute.Name: "id", Sub: null } => new UserOrder(sort, "r.id", _id),
            { Extension: null, Attribute.Name: "meta", Sub.Name: "created" } => new UserOrder(sort, "r.created", _number),
            { Extension: null, Attribute.Name: "meta", Sub.Name: "lastModified" } => new UserOrder(sort, "r.modified", _number),
            _ => new UserOrder(sort, null),
        };

    /// <summary>What sorts in memory, where SQL cannot; null otherwise.</summary>
    public SortOrder? Sort { get; }

    /// <summary>Whether SQL brings the rows in this order.</summary>
    public bool IsSql => Sort is null || _column is not null;

    /// <summary>Whether it is the order of the list index, which brings rows without sorting them.</summary>
    public bool IsPlain => Sort is null;

    /// <summary>The column that a place of the list has beside when its user came; null for none.</summary>
    public string Key => _column ?? "null";

    /// <summary>RFC 7644 §3.4.2.3: who has no value comes last, and first downwards. Who is equal keeps the order of arrival either way.</summary>
    public string OrderBy =>
        _column is null ? Came
        : Sort!.Descending ? $"{_column} desc{Nulls("first")}, {Came}"
        : $"{_column}{Nulls("last")}, {Came}";

    /// <summary>The condition of what comes after a place, whose parameters are @after, @created and @id.</summary>
    public string After(Place place) =>
        (_column, place.Key, Sort?.Descending) switch
        {
            (null, _, _) => "(r.created, r.id) > (@created, @id)",
            (var c, null, true) => $"({c} is not null or (r.created, r.id) > (@created, @id))",
            (var c, null, _) => $"({c} is null and (r.created, r.id) > (@created, @id))",
            (var c, _, true) => $"({c} < @after or ({c} = @after and (r.created, r.id) > (@created, @id)))",
            (var c, _, _) => $"({c} > @after or {c} is null or ({c} = @after and (r.created, r.id) > (@created, @id)))",
        };

    /// <summary>The value that <see cref="After"/> compares the column with.</summary>
    public object? AfterValue(Place place) =>
        place.Key is null || _column is null ? null : _value(place.Key) ?? throw UserCursor.Foreign();

    /// <summary>Compares two places in memory.</summary>
    public int Compare(in Sorted x, in Sorted y)
    {
        var order = Sort?.CompareKeys(x.Key, y.Key) ?? 0;
        if (order == 0)
            order = x.Created.CompareTo(y.Created);
        return order == 0 ? x.Id.CompareTo(y.Id) : order;
    }

    // Only names may be missing; of a column that may not, an index brings the order.
    private string Nulls(string where) => _column is "r.display_name_key" or "r.user_name_key" ? $" nulls {where}" : "";
}

/// <summary>Where a page ends: the key that its last user is sorted by, as text, when that user came, and who it is.</summary>
internal sealed record Place(string? Key, long Created, Guid Id);

/// <summary>A user's place in a list that is sorted in memory.</summary>
internal readonly record struct Sorted(JsonNode? Key, long Created, Guid Id)
{
    /// <summary>The same as a cursor keeps it.</summary>
    public Place Place => new(Key is null ? null : ScimJson.ToText(Key), Created, Id);

    /// <summary>The place that a cursor kept.</summary>
    public static Sorted At(Place place)
    {
        try
        {
            return new Sorted(place.Key is null ? null : JsonNode.Parse(place.Key), place.Created, place.Id);
        }
        catch (JsonException)
        {
            throw UserCursor.Foreign();
        }
    }
}

using System.Buffers;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Messages;

/// <summary>How many resources a page has.</summary>
/// <param name="Default">Where the client does not say.</param>
/// <param name="Most">Whatever the client says.</param>
public readonly record struct PageLimits(int Default, int Most);

/// <summary>
/// What a client asks of a list (RFC 7644 §3.4.2, RFC 9865 §2). Filter and attribute names are text still: their
/// meaning depends on the resource type.
/// </summary>
public sealed record ListQuery
{
    private const int LongestCursor = 2048;

    // RFC 9865 table 1: a cursor is made of the unreserved characters of RFC 3986 §2.3.
    private static readonly SearchValues<char> _unreserved = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
    );

    /// <summary>The filter, which <see cref="Filters.Filter.Read"/> reads.</summary>
    public string? Filter { get; init; }

    /// <summary>The path of the attribute to sort by.</summary>
    public string? SortBy { get; init; }

    /// <summary>Whether the sort goes downwards (RFC 7644 §3.4.2.3).</summary>
    public bool Descending { get; init; }

    /// <summary>The place of the first resource wanted, from 1; of no meaning in a query by cursor.</summary>
    public int StartIndex { get; init; } = 1;

    /// <summary>The most resources wanted, from 0: the total alone.</summary>
    public required int Count { get; init; }

    /// <summary>
    /// The attributes wanted and no others, or null; <see cref="Projection.Read"/> reads these and the next.
    /// </summary>
    public IReadOnlyList<string>? Attributes { get; init; }

    /// <summary>The attributes not wanted, or null.</summary>
    public IReadOnlyList<string>? ExcludedAttributes { get; init; }

    /// <summary>Where the page begins, empty for the first one; null if pages go by index.</summary>
    public string? Cursor { get; init; }

    /// <summary>Whether pages go by cursor.</summary>
    public bool ByCursor => Cursor is not null;

    /// <summary>
    /// Reads the parameters of a URI, in whatever case their names are written; one that is repeated adds to the list
    /// it has.
    /// </summary>
    public static ListQuery Read(IEnumerable<KeyValuePair<string, string?>> parameters, PageLimits pages)
    {
        var byName = parameters
            .GroupBy(p => p.Key, p => p.Value ?? "", StringComparer.OrdinalIgnoreCase)
            .ToDictionary(p => p.Key, p => string.Join(',', p), StringComparer.OrdinalIgnoreCase);
        return Read(name => byName.GetValueOrDefault(name), pages);
    }

    /// <summary>
    /// Reads the parameters of a URI from a lookup that knows names in any case, and has null for one that is not
    /// there.
    /// </summary>
    public static ListQuery Read(Func<string, string?> parameter, PageLimits pages) =>
        Paged(parameter("cursor"), parameter("startIndex"), parameter("count"), pages) with
        {
            Filter = parameter("filter"),
            SortBy = parameter("sortBy"),
            Descending = IsDescending(parameter("sortOrder")),
            Attributes = Names(parameter("attributes")),
            ExcludedAttributes = Names(parameter("excludedAttributes")),
        };

    /// <summary>Reads the body of a POST to <c>.search</c> (RFC 7644 §3.4.3).</summary>
    public static ListQuery Read(ReadOnlySpan<byte> utf8, PageLimits pages, Reading reading)
    {
        var body = ScimJson.ReadObject(utf8, ReadLimits.User);
        ResourceHabits.SchemasLeftOut(body, Urn.SearchRequest, reading);
        var cursor = body["cursor"] is { } given ? ScimJson.AsText(given) ?? throw Foreign() : null;
        return Paged(cursor, MessageBody.Written(body, "startIndex"), MessageBody.Written(body, "count"), pages) with
        {
            Filter = MessageBody.Text(body, "filter"),
            SortBy = MessageBody.Text(body, "sortBy"),
            Descending = IsDescending(MessageBody.Text(body, "sortOrder")),
            Attributes = Names(body, "attributes"),
            ExcludedAttributes = Names(body, "excludedAttributes"),
        };
    }

    private static ListQuery Paged(string? cursor, string? startIndex, string? count, PageLimits pages) =>
        cursor is null ? Indexed(startIndex, count, pages) : Continued(cursor, startIndex, count, pages);

    // RFC 7644 §3.4.2.4: what is too small counts as the smallest; a page may always be shorter than wanted.
    private static ListQuery Indexed(string? startIndex, string? count, PageLimits pages) =>
        new()
        {
            StartIndex = Math.Max(Number("startIndex", startIndex) ?? 1, 1),
            Count = Math.Clamp(Number("count", count) ?? pages.Default, 0, pages.Most),
        };

    // RFC 9865 §2 keeps the rule for what is too small. A count beyond the largest page, which by index makes the page
    // shorter, is an error there (table 3).
    private static ListQuery Continued(string cursor, string? startIndex, string? count, PageLimits pages)
    {
        if (startIndex is not null)
            throw ScimException.InvalidCursor(
                "'cursor' and 'startIndex' are two ways of paging; a query uses one of them."
            );
        if (cursor.Length > LongestCursor || cursor.AsSpan().ContainsAnyExcept(_unreserved))
            throw Foreign();

        var wanted = Math.Min(pages.Default, pages.Most);
        if (count is not null)
            wanted = MessageBody.Whole(count) ?? throw ScimException.InvalidCount("'count' takes a whole number.");
        if (wanted > pages.Most)
            throw ScimException.InvalidCount($"'count' is {wanted}; a page has at most {pages.Most} resources.");
        return new ListQuery { Cursor = cursor, Count = Math.Max(wanted, 0) };
    }

    private static ScimException Foreign() =>
        ScimException.InvalidCursor("'cursor' is not one that this server gave out.");

    private static int? Number(string name, string? text) =>
        text is null
            ? null
            : MessageBody.Whole(text) ?? throw ScimException.InvalidValue($"'{name}' takes a whole number.");

    private static bool IsDescending(string? word) =>
        word?.ToLowerInvariant() switch
        {
            null or "ascending" => false,
            "descending" => true,
            _ => throw ScimException.InvalidValue("'sortOrder' is 'ascending' or 'descending'."),
        };

    // attributes=emails[type eq "a,b"],userName: a comma inside brackets or quotation marks separates nothing.
    private static List<string>? Names(string? list)
    {
        var names = new List<string>();
        var (start, depth, quoted) = (0, 0, false);
        for (var i = 0; i < list?.Length; i++)
            switch (list[i])
            {
                case '\\' when quoted:
                    i++;
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case '[' when !quoted:
                    depth++;
                    break;
                case ']' when !quoted && depth > 0:
                    depth--;
                    break;
                case ',' when !quoted && depth == 0:
                    Add(names, list[start..i]);
                    start = i + 1;
                    break;
            }
        Add(names, list?[start..]);
        return names.Count == 0 ? null : names;
    }

    private static List<string>? Names(JsonObject body, string name)
    {
        if (body[name] is not { } given)
            return null;
        var names = new List<string>();
        foreach (var node in given as JsonArray ?? throw NoList())
            Add(names, ScimJson.AsText(node) ?? throw NoList());
        return names.Count == 0 ? null : names;

        ScimException NoList() => ScimException.InvalidValue($"'{name}' takes an array of strings.");
    }

    private static void Add(List<string> names, string? name)
    {
        if (!string.IsNullOrWhiteSpace(name))
            names.Add(name.Trim());
    }
}

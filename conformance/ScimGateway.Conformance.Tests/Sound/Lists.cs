using System.Collections.Specialized;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimGateway.Conformance.Tests.Sound;

/// <summary>What a list is asked for, in a URL or in the body of a search.</summary>
internal sealed record Query
{
    public string? Filter { get; init; }

    public string? SortBy { get; init; }

    public bool Descending { get; init; }

    public long? StartIndex { get; init; }

    public long? Count { get; init; }

    public string? Cursor { get; init; }

    public string? Attributes { get; init; }

    public string? ExcludedAttributes { get; init; }

    public static Query Of(NameValueCollection query) =>
        new()
        {
            Filter = query["filter"],
            SortBy = query["sortBy"],
            Descending = query["sortOrder"] == "descending",
            StartIndex = Number(query["startIndex"], "invalidValue"),
            Count = Number(query["count"], query["cursor"] is null ? "invalidValue" : "invalidCount"),
            Cursor = query["cursor"],
            Attributes = query["attributes"],
            ExcludedAttributes = query["excludedAttributes"],
        };

    public static Query Of(JsonNode? body)
    {
        if (body is not JsonObject search)
            throw Refusal.Syntax("A search is a JSON object.");
        var query = new NameValueCollection();
        foreach (var (name, value) in search)
            if (value is JsonArray values && name != "schemas")
                query[name] = string.Join(',', values.Select(Texts.Text));
            else if (value is JsonValue)
                query[name] = value.ToString();
        return Of(query);
    }

    private static long? Number(string? text, string scimType) =>
        text is null ? null
        : long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number
        : throw new Refusal(400, scimType, $"'{text}' is no whole number.");
}

/// <summary>Lists: filtered, sorted and paged (RFC 7644 §3.4.2, RFC 9865).</summary>
internal static class Lists
{
    public static Answer Answered(SoundScim scim, ResourceType[] types, Query query)
    {
        var found = scim
            .Resources.Where(one => types.Contains(one.Type))
            .OrderBy(one => one.Number)
            .Select(one => (one.Type, Whole: scim.Whole(one)))
            .ToList();
        if (query.Filter is { } filter)
        {
            var lets = types.ToDictionary(type => type, type => Filters.Of(type, filter, scim.Compares));
            found = [.. found.Where(one => lets[one.Type](one.Whole))];
        }
        if (query.SortBy is { } by)
            found = Sorted(found, by, query.Descending, scim.SortsBy);
        var start = query.Cursor is { } cursor ? At(cursor) : Math.Max(query.StartIndex ?? 1, 1) - 1;
        var count = (int)Math.Clamp(query.Count ?? scim.PageSize, 0, scim.PageSize);
        var page = start >= found.Count ? [] : found.Skip((int)start).Take(count).ToList();
        var list = new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:ListResponse"),
            ["totalResults"] = found.Count,
            ["itemsPerPage"] = page.Count,
            ["Resources"] = new JsonArray([
                .. page.Select(one => Documents.Shown(one.Type, one.Whole, query.Attributes, query.ExcludedAttributes)),
            ]),
        };
        if (query.Cursor is null)
            list["startIndex"] = start + 1;
        else
        {
            if (start + page.Count < found.Count && page.Count > 0)
                list["nextCursor"] = Cursor(start + page.Count);
            if (start > 0)
                list["previousCursor"] = Cursor(Math.Max(start - count, 0));
        }
        return new Answer(200, list);
    }

    // Without a value last, descending the other way round (RFC 7644 §3.4.2.3).
    private static List<(ResourceType Type, JsonObject Whole)> Sorted(
        List<(ResourceType Type, JsonObject Whole)> found,
        string by,
        bool descending,
        Func<Name, JsonObject, string?> key
    )
    {
        var keyed = found.Select(one =>
            (Key: Name.Of(one.Type, by) is { } name ? key(name, one.Whole) : null, One: one)
        );
        var sorted = keyed.OrderBy(one => one.Key is null).ThenBy(one => one.Key, StringComparer.Ordinal);
        var up = sorted.Select(one => one.One).ToList();
        if (descending)
            up.Reverse();
        return up;
    }

    /// <summary>By what a resource is sorted; null if it has no value.</summary>
    public static string? Key(Name name, JsonObject whole)
    {
        var values = name.Container(whole)?[name.Attribute.Name];
        var one = values is JsonArray several
            ? several.OfType<JsonObject>().FirstOrDefault(value => value["primary"].Flag()) ?? several[0]
            : values;
        var text = (one is JsonObject ? one[name.Sub?.Name ?? "value"] : one) is { } value
            ? value.Text() ?? Sortable(value)
            : null;
        return text is null || name.Last.CaseExact ? text : Texts.Folded(text);
    }

    // Numbers have an order of their own, which here that of texts of one length is.
    private static string Sortable(JsonNode value) =>
        value.GetValueKind() == JsonValueKind.Number
            ? (decimal.Parse(value.ToJsonString(), CultureInfo.InvariantCulture) + 1_000_000_000).ToString(
                "0000000000.000",
                CultureInfo.InvariantCulture
            )
            : value.ToJsonString();

    private static string Cursor(long at) => $"c{Convert.ToHexStringLower(Encoding.ASCII.GetBytes($"at{at}"))}";

    private static long At(string cursor)
    {
        if (cursor.Length == 0)
            return 0;
        try
        {
            var text = Encoding.ASCII.GetString(Convert.FromHexString(cursor.AsSpan(1)));
            if (cursor[0] == 'c' && text.StartsWith("at", StringComparison.Ordinal))
                return long.Parse(text.AsSpan(2), CultureInfo.InvariantCulture);
        }
        catch (FormatException) { }
        throw new Refusal(400, "invalidCursor", "That cursor is none of ours.");
    }
}

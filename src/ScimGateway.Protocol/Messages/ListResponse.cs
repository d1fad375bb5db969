using System.Text.Json;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Messages;

/// <summary>Which part of a list an answer holds. These two ways of paging are all there are.</summary>
public abstract record Page
{
    private Page() { }

    /// <summary>
    /// By index (RFC 7644 §3.4.2.4): the place of the page's first resource, from 1, and how many resources there are
    /// on all pages.
    /// </summary>
    public sealed record ByIndex(int StartIndex, int TotalResults) : Page;

    /// <summary>
    /// By cursor (RFC 9865 §2): <paramref name="Next"/> is null on the last page and only there,
    /// <paramref name="Previous"/> on the first.
    /// </summary>
    public sealed record ByCursor(string? Next, string? Previous = null, int? TotalResults = null) : Page;
}

/// <summary>The list message (RFC 7644 §3.4.2), written as it goes out and never built.</summary>
public static class ListResponse
{
    /// <summary>
    /// Writes a page; <paramref name="write"/> writes one resource, which may be bytes that are stored.
    /// </summary>
    public static void Write<T>(
        Utf8JsonWriter json,
        Page page,
        IReadOnlyCollection<T> resources,
        Action<Utf8JsonWriter, T> write
    )
    {
        WriteHead(json, page, resources.Count);
        json.WriteStartArray("Resources");
        foreach (var resource in resources)
            write(json, resource);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes the head of a page, whose resources and two closing brackets follow as bytes.</summary>
    public static void Open(Utf8JsonWriter json, Page page, int count)
    {
        WriteHead(json, page, count);
        json.WriteStartArray("Resources");
    }

    // The RFC asks for "Resources" only where there are any; clients read it without a look at the total.
    private static void WriteHead(Utf8JsonWriter json, Page page, int count)
    {
        json.WriteStartObject();
        SchemaDefinition.WriteStrings(json, "schemas", [Urn.ListResponse]);
        switch (page)
        {
            case Page.ByIndex p:
                json.WriteNumber("totalResults", p.TotalResults);
                json.WriteNumber("startIndex", p.StartIndex);
                break;
            case Page.ByCursor p:
                if (p.TotalResults is { } total)
                    json.WriteNumber("totalResults", total);
                if (p.Previous is not null)
                    json.WriteString("previousCursor", p.Previous);
                if (p.Next is not null)
                    json.WriteString("nextCursor", p.Next);
                break;
        }
        json.WriteNumber("itemsPerPage", count);
    }
}

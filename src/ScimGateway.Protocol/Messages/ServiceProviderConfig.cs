using System.Text.Json;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Messages;

/// <summary>
/// What a service provider supports (RFC 7643 §5). Absent means not supported; the limits that the RFC requires are
/// then 0.
/// </summary>
public sealed record ServiceProviderConfig
{
    /// <summary>Whether there is PATCH.</summary>
    public bool Patch { get; init; }

    /// <summary>How much a bulk request may hold; null if there is no bulk.</summary>
    public BulkLimits? Bulk { get; init; }

    /// <summary>The most resources in an answer to a filter; null if there are no filters.</summary>
    public int? FilterMaxResults { get; init; }

    /// <summary>Whether a client can change a password.</summary>
    public bool ChangePassword { get; init; }

    /// <summary>Whether lists can be sorted.</summary>
    public bool Sort { get; init; }

    /// <summary>Whether resources have versions.</summary>
    public bool ETag { get; init; }

    /// <summary>How lists are paged; null says nothing about it.</summary>
    public Pagination? Pagination { get; init; }

    /// <summary>
    /// Whether the SCIM 2.0 Interoperability Profile is kept (draft-zollner-scim-interop-profile-01, §4); where it is not,
    /// nothing is said of it.
    /// </summary>
    public bool InteropProfileConformant { get; init; }

    /// <summary>How clients authenticate.</summary>
    public IReadOnlyList<AuthenticationScheme> AuthenticationSchemes { get; init; } = [];

    /// <summary>Where people can read about the service.</summary>
    public string? DocumentationUri { get; init; }

    /// <summary>
    /// Writes the configuration; <paramref name="baseUrl"/> is the SCIM base without a slash at its end.
    /// </summary>
    public void WriteTo(Utf8JsonWriter json, string baseUrl)
    {
        json.WriteStartObject();
        SchemaDefinition.WriteStrings(json, "schemas", [Urn.ServiceProviderConfig]);
        if (DocumentationUri is not null)
            json.WriteString("documentationUri", DocumentationUri);
        WriteFeature(json, "patch", Patch);
        // authentik takes a bulk without maxOperations for a broken configuration, and PATCH for unsupported.
        WriteFeature(
            json,
            "bulk",
            Bulk is not null,
            ("maxOperations", Bulk?.MostOperations ?? 0),
            ("maxPayloadSize", Bulk?.MostBytes ?? 0)
        );
        WriteFeature(json, "filter", FilterMaxResults is not null, ("maxResults", FilterMaxResults ?? 0));
        WriteFeature(json, "changePassword", ChangePassword);
        WriteFeature(json, "sort", Sort);
        WriteFeature(json, "etag", ETag);
        Pagination?.WriteTo(json);
        if (InteropProfileConformant)
            json.WriteBoolean("interopProfileConformant", true);
        json.WriteStartArray("authenticationSchemes");
        foreach (var scheme in AuthenticationSchemes)
            scheme.WriteTo(json);
        json.WriteEndArray();
        SchemaDefinition.WriteMeta(json, "ServiceProviderConfig", $"{baseUrl}/ServiceProviderConfig");
        json.WriteEndObject();
    }

    private static void WriteFeature(
        Utf8JsonWriter json,
        string name,
        bool supported,
        params ReadOnlySpan<(string Name, int Most)> limits
    )
    {
        json.WriteStartObject(name);
        json.WriteBoolean("supported", supported);
        foreach (var (limit, most) in limits)
            json.WriteNumber(limit, most);
        json.WriteEndObject();
    }
}

/// <summary>
/// How lists are paged (RFC 9865 §4). A client that does not say gets pages by index, where there are any.
/// </summary>
public sealed record Pagination(bool Cursor, bool Index)
{
    /// <summary>The sizes of pages; null if they are not announced.</summary>
    public PageLimits? Pages { get; init; }

    /// <summary>How long a cursor is good for at least; null if there is no such time.</summary>
    public TimeSpan? CursorTimeout { get; init; }

    internal void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject("pagination");
        json.WriteBoolean("cursor", Cursor);
        json.WriteBoolean("index", Index);
        if (Cursor || Index)
            json.WriteString("defaultPaginationMethod", Index ? "index" : "cursor");
        if (Pages is { } pages)
        {
            json.WriteNumber("defaultPageSize", pages.Default);
            json.WriteNumber("maxPageSize", pages.Most);
        }
        if (CursorTimeout is { } timeout)
            json.WriteNumber("cursorTimeout", (long)timeout.TotalSeconds);
        json.WriteEndObject();
    }
}

/// <summary>A way in which clients authenticate (RFC 7643 §5).</summary>
/// <param name="Type">The RFC's word, such as <c>oauthbearertoken</c>.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Description">What it is, for people.</param>
public sealed record AuthenticationScheme(string Type, string Name, string Description)
{
    /// <summary>Where it is specified.</summary>
    public string? SpecUri { get; init; }

    /// <summary>Where its use is described.</summary>
    public string? DocumentationUri { get; init; }

    /// <summary>Whether it is the preferred one.</summary>
    public bool Primary { get; init; }

    internal void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", Type);
        json.WriteString("name", Name);
        json.WriteString("description", Description);
        if (SpecUri is not null)
            json.WriteString("specUri", SpecUri);
        if (DocumentationUri is not null)
            json.WriteString("documentationUri", DocumentationUri);
        if (Primary)
            json.WriteBoolean("primary", true);
        json.WriteEndObject();
    }
}

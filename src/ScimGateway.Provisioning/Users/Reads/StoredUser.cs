using System.Text.Json.Nodes;
using ScimGateway.Protocol.Messages;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Data;
using ScimGateway.Provisioning.Links;
using ScimGateway.Provisioning.Mirror;
using ScimGateway.Provisioning.Tenants;

namespace ScimGateway.Provisioning.Users.Reads;

/// <summary>A user where the store has it: what is sent as it was stored need not be copied before. It ends with its row; <see cref="Keep"/> makes one that stays.</summary>
public readonly ref struct StoredUser
{
    /// <summary>The columns of a resource called r, without those of the link.</summary>
    internal const string Columns =
        "r.id, r.version, r.created, r.modified, r.document, r.active, r.source_id, r.external_id is not null";

    private const int LinkColumns = 8;

    // What was admitted once is read again whatever it has grown to.
    private static readonly ReadLimits _unlimited = new(int.MaxValue, int.MaxValue);
    private static readonly JsonNodeOptions _names = new() { PropertyNameCaseInsensitive = true };

    /// <summary>The id of the resource.</summary>
    public required Guid Id { get; init; }

    /// <summary>How often it was written.</summary>
    public required long Version { get; init; }

    /// <summary>When it came, in milliseconds since 1970.</summary>
    public required long Created { get; init; }

    /// <summary>When it was last written, in milliseconds since 1970.</summary>
    public required long Modified { get; init; }

    /// <summary>The document in JSON.</summary>
    public required ReadOnlySpan<byte> Document { get; init; }

    /// <summary>Whether the document has an externalId that is another source's: it is shown to its own alone.</summary>
    public required bool HidesExternalId { get; init; }

    /// <summary>What the source wants the account to be, whether its document says so or not.</summary>
    public required bool Active { get; init; }

    /// <summary>How it stands with Slack, where that was asked for.</summary>
    public required ShownLink? Link { get; init; }

    internal static StoredUser Read(SqliteRow row, Caller caller, bool withLink) =>
        new()
        {
            Id = row.Id(0),
            Version = row.Number(1),
            Created = row.Number(2),
            Modified = row.Number(3),
            Document = row.Bytes(4),
            Active = row.Flag(5),
            HidesExternalId = row.Flag(7) && (row.IsNull(6) || row.Number(6) != caller.SourceId),
            Link = withLink ? ShownLink.Read(row.Reader, LinkColumns) : null,
        };

    /// <summary>The user with a document of its own.</summary>
    public ShownUser Keep() =>
        new(Id, Version, Created, Modified, Document.ToArray())
        {
            Active = Active,
            HidesExternalId = HidesExternalId,
            Link = Link,
        };

    /// <summary>The whole resource, with all that may be projected; <paramref name="baseUrl"/> is the SCIM base without a slash at its end.</summary>
    public ScimResource ToResource(string baseUrl)
    {
        var json = ScimJson.ReadObject(Document, _unlimited);
        if (HidesExternalId)
            json.Remove("externalId");
        json["id"] = Id.ToString();
        json["meta"] = new JsonObject(_names)
        {
            ["resourceType"] = GatewayTypes.User.Name,
            ["created"] = Moments.ToText(DateTimeOffset.FromUnixTimeMilliseconds(Created)),
            ["lastModified"] = Moments.ToText(DateTimeOffset.FromUnixTimeMilliseconds(Modified)),
            ["location"] = $"{baseUrl}{GatewayTypes.User.Endpoint}/{Id}",
            ["version"] = new EntityTag(Version).ToString(),
        };
        if (Link is not null)
        {
            json[LinkSchema.Id] = Link.ToJson();
            (json["schemas"] as JsonArray)?.Add(LinkSchema.Id);
        }
        return new ScimResource(GatewayTypes.User, json);
    }

    /// <summary>The resource as filters and sorting look at it: who never said whether the account is active wants it to be.</summary>
    internal ScimResource ToFilter(string baseUrl)
    {
        var resource = ToResource(baseUrl);
        resource.Json["active"] ??= Active;
        return resource;
    }
}

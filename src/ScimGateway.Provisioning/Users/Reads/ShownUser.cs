using System.Data.Common;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Messages;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Links;
using ScimGateway.Provisioning.Mirror;
using ScimGateway.Provisioning.Tenants;

namespace ScimGateway.Provisioning.Users.Reads;

/// <summary>A user as a caller sees it: the stored document, and what answers add to it.</summary>
public sealed record ShownUser(Guid Id, long Version, long Created, long Modified, ReadOnlyMemory<byte> Document)
{
    // What was admitted once is read again whatever it has grown to.
    private static readonly ReadLimits _unlimited = new(int.MaxValue, int.MaxValue);
    private static readonly JsonNodeOptions _names = new() { PropertyNameCaseInsensitive = true };

    /// <summary>The columns of a resource called r, without those of the link.</summary>
    internal const string Columns =
        "r.id, r.version, r.created, r.modified, r.document, r.active, r.source_id, r.external_id is not null";

    private const int LinkColumns = 8;

    /// <summary>Whether the document has an externalId that is another source's: it is shown to its own alone.</summary>
    public bool HidesExternalId { get; init; }

    /// <summary>How it stands with Slack, where that was asked for.</summary>
    public ShownLink? Link { get; init; }

    /// <summary>What the source wants the account to be, whether its document says so or not.</summary>
    private bool Active { get; init; }

    /// <summary>The version as answers name it.</summary>
    public EntityTag Tag => new(Version);

    /// <summary>The user of a write, as its own source sees it.</summary>
    public static ShownUser Of(Resource resource) =>
        new(resource.Id, resource.Version, resource.Created, resource.Modified, resource.Document) { Active = resource.Active };

    internal static ShownUser Read(DbDataReader row, Caller caller, bool withLink) =>
        new(row.GetGuid(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), (byte[])row.GetValue(4))
        {
            Active = row.GetBoolean(5),
            HidesExternalId = row.GetBoolean(7) && (row.IsDBNull(6) || row.GetInt32(6) != caller.SourceId),
            Link = withLink ? ShownLink.Read(row, LinkColumns) : null,
        };

    /// <summary>The whole resource, with all that may be projected; <paramref name="baseUrl"/> is the SCIM base without a slash at its end.</summary>
    public ScimResource ToResource(string baseUrl)
    {
        var json = ScimJson.ReadObject(Document.Span, _unlimited);
        if (HidesExternalId)
            json.Remove("externalId");
        json["id"] = Id.ToString();
        json["meta"] = new JsonObject(_names)
        {
            ["resourceType"] = GatewayTypes.User.Name,
            ["created"] = Moments.ToText(DateTimeOffset.FromUnixTimeMilliseconds(Created)),
            ["lastModified"] = Moments.ToText(DateTimeOffset.FromUnixTimeMilliseconds(Modified)),
            ["location"] = $"{baseUrl}{GatewayTypes.User.Endpoint}/{Id}",
            ["version"] = Tag.ToString(),
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

using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Messages;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Provisioning.Reads;

/// <summary>
/// A user or group where the store has it: what is sent as it was stored need not be copied before. It ends with its
/// row; <see cref="Keep"/> makes one that stays.
/// </summary>
internal readonly ref struct StoredResource
{
    private const string OwnColumns =
        "r.kind, r.id, r.version, r.created, r.modified, r.document, r.active, r.source_id, r.external_id is not null";

    private static readonly ConcurrentDictionary<(SqlDialect, Related), string> _columns = new();

    /// <summary>User or group.</summary>
    public required Kind Kind { get; init; }

    /// <summary>The id of the resource.</summary>
    public required ResourceId Id { get; init; }

    /// <summary>How often it was written.</summary>
    public required long Version { get; init; }

    /// <summary>When it came, in milliseconds since 1970.</summary>
    public required Instant Created { get; init; }

    /// <summary>When it was last written, in milliseconds since 1970.</summary>
    public required Instant Modified { get; init; }

    /// <summary>The document in JSON; of a group without its members.</summary>
    public required ReadOnlySpan<byte> Document { get; init; }

    /// <summary>Whether a source has claimed it: else it shows what Slack has.</summary>
    public required bool IsClaimed { get; init; }

    /// <summary>
    /// Whether the document has an externalId that is another source's: it is shown to its own alone.
    /// </summary>
    public required bool HidesExternalId { get; init; }

    /// <summary>What the source wants the account to be, whether its document says so or not.</summary>
    public required bool Active { get; init; }

    /// <summary>The groups that the user is in, where they were asked for.</summary>
    public UserGroups Groups { get; init; }

    /// <summary>The members of the group, where they were asked for.</summary>
    internal ReadOnlySpan<byte> Members { get; init; }

    /// <summary>How it stands with Slack, where that was asked for.</summary>
    public required ShownLink? Link { get; init; }

    /// <summary>The version as answers name it: of a user with a hash of its groups, which change without it.</summary>
    public EntityTag Tag => new(Version, Groups.Hash());

    /// <summary>The kind of resource as it is served.</summary>
    public ResourceTypeDefinition Type => GatewayTypes.Of(Kind);

    /// <summary>The columns of a resource called r.</summary>
    internal static string Columns(SqlDialect sql, Related related) =>
        _columns.GetOrAdd(
            (sql, related),
            static of =>
                $"{OwnColumns}, {(of.Item2.HasFlag(Related.Groups) ? UserGroups.OfRow(of.Item1) : "null")}, {(of.Item2.HasFlag(Related.Members) ? ShownMembers.OfRow(of.Item1) : "null")}"
                + (of.Item2.HasFlag(Related.Link) ? $", {ShownLink.Columns}" : "")
        );

    /// <summary>Whence they come: resources called r, if not from elsewhere.</summary>
    internal static string From(Related related, string resources = "resources r") =>
        related.HasFlag(Related.Link) ? $"{resources} left join links l on l.id = r.link_id" : resources;

    /// <summary>Reads <see cref="Columns"/>, which are next in the row.</summary>
    internal static StoredResource Read(ref Row row, Caller caller, Related related)
    {
        var (kind, id, version, created, modified) = (
            row.Word<Kind>(),
            row.Id<ResourceId>(),
            row.Long(),
            row.Number<Instant>(),
            row.Number<Instant>()
        );
        var document = row.Span();
        var (active, source, hasExternalId) = (row.Flag(), row.IntOrNull(), row.Flag());
        var groups = Asked(ref row, related.HasFlag(Related.Groups) && kind == Kind.User);
        var members = Asked(ref row, related.HasFlag(Related.Members) && kind == Kind.Group);
        return new()
        {
            Kind = kind,
            Id = id,
            Version = version,
            Created = created,
            Modified = modified,
            Document = document,
            Active = active,
            IsClaimed = source is not null,
            HidesExternalId = hasExternalId && source != caller.SourceId,
            Groups = new UserGroups(groups),
            Members = members,
            Link = related.HasFlag(Related.Link) ? ShownLink.Read(ref row) : null,
        };
    }

    // A page reads many rows: what they have not is not looked for.
    private static ReadOnlySpan<byte> Asked(ref Row row, bool isAsked)
    {
        if (isAsked)
            return row.Span();
        row.Skip(1);
        return default;
    }

    /// <summary>The resource with a document of its own.</summary>
    public ShownResource Keep() =>
        new(Kind, Id, Version, Created, Modified, Document.ToArray())
        {
            Active = Active,
            IsClaimed = IsClaimed,
            HidesExternalId = HidesExternalId,
            Groups = Groups.ToArray(),
            Link = Link,
        };

    /// <summary>
    /// The whole resource, with all that may be projected but the members of a group; <paramref name="baseUrl"/> is the
    /// SCIM base without a slash at its end.
    /// </summary>
    public ScimResource ToResource(string baseUrl)
    {
        var json = ScimJson.ReadKept(Document);
        if (HidesExternalId)
            json.Remove("externalId");
        json["id"] = Id.ToString();
        var meta = ScimJson.NewObject();
        meta["resourceType"] = Type.Name;
        meta["created"] = Moments.ToText(Created.ToTime());
        meta["lastModified"] = Moments.ToText(Modified.ToTime());
        meta["location"] = $"{baseUrl}{Type.Endpoint}/{Id}";
        meta["version"] = Tag.ToString();
        json["meta"] = meta;
        if (!Groups.IsEmpty)
            json["groups"] = GroupsJson(baseUrl);
        if (Link is not null)
        {
            json[LinkSchema.Id] = Link.ToJson();
            (json["schemas"] as JsonArray)?.Add(LinkSchema.Id);
        }
        return new ScimResource(Type, json);
    }

    /// <summary>
    /// The resource as filters and sorting look at it: who never said whether the account is active wants it to be, and
    /// members are there if they were asked for.
    /// </summary>
    internal ScimResource ToFilter(string baseUrl)
    {
        var resource = ToResource(baseUrl);
        if (Kind == Kind.User)
            resource.Json["active"] ??= Active;
        else if (!Members.IsEmpty)
            resource.Json["members"] = ShownMembers.ToJson(Members, baseUrl);
        return resource;
    }

    private JsonArray GroupsJson(string baseUrl)
    {
        var groups = new JsonArray();
        foreach (var group in Groups)
        {
            var json = ScimJson.NewObject();
            json["value"] = group.Id.ToString();
            json["$ref"] = $"{baseUrl}{GatewayTypes.Group.Endpoint}/{group.Id}";
            json["display"] = Encoding.UTF8.GetString(group.Name);
            json["type"] = "direct";
            groups.Add(json);
        }
        return groups;
    }
}

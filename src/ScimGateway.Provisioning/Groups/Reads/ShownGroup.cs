using System.Data.Common;
using ScimGateway.Protocol.Messages;
using ScimGateway.Provisioning.Links;
using ScimGateway.Provisioning.Mirror;
using ScimGateway.Provisioning.Tenants;

namespace ScimGateway.Provisioning.Groups.Reads;

/// <summary>A group as a caller sees it, without its members, which are read a slice at a time.</summary>
public sealed record ShownGroup(Guid Id, long Version, long Created, long Modified, ReadOnlyMemory<byte> Document, bool IsClaimed)
{
    /// <summary>The columns of a resource called r, without those of the link.</summary>
    internal const string Columns = "r.id, r.version, r.created, r.modified, r.document, r.source_id, r.external_id is not null";

    private const int LinkColumns = 7;

    /// <summary>Whether the document has an externalId that is another source's: it is shown to its own alone.</summary>
    public bool HidesExternalId { get; init; }

    /// <summary>How it stands with Slack, where that was asked for.</summary>
    public ShownLink? Link { get; init; }

    /// <summary>The version as answers name it.</summary>
    public EntityTag Tag => new(Version);

    /// <summary>The group of a write, as its own source sees it.</summary>
    public static ShownGroup Of(Resource resource) =>
        new(resource.Id, resource.Version, resource.Created, resource.Modified, resource.Document, resource.SourceId is not null);

    internal static ShownGroup Read(DbDataReader row, Caller caller, bool withLink) =>
        new(row.GetGuid(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), (byte[])row.GetValue(4), !row.IsDBNull(5))
        {
            HidesExternalId = row.GetBoolean(6) && (row.IsDBNull(5) || row.GetInt32(5) != caller.SourceId),
            Link = withLink ? ShownLink.Read(row, LinkColumns) : null,
        };
}

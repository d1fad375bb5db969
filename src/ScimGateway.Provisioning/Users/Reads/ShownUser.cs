using ScimGateway.Protocol.Messages;
using ScimGateway.Provisioning.Links;
using ScimGateway.Provisioning.Mirror;

namespace ScimGateway.Provisioning.Users.Reads;

/// <summary>A user as a caller sees it: the stored document, and what answers add to it.</summary>
public sealed record ShownUser(Guid Id, long Version, long Created, long Modified, ReadOnlyMemory<byte> Document)
{
    /// <summary>Whether the document has an externalId that is another source's: it is shown to its own alone.</summary>
    public bool HidesExternalId { get; init; }

    /// <summary>How it stands with Slack, where that was asked for.</summary>
    public ShownLink? Link { get; init; }

    /// <summary>What the source wants the account to be, whether its document says so or not.</summary>
    internal bool Active { get; init; }

    /// <summary>The version as answers name it.</summary>
    public EntityTag Tag => new(Version);

    /// <summary>The user of a write, as its own source sees it.</summary>
    public static ShownUser Of(Resource resource) =>
        new(resource.Id, resource.Version, resource.Created, resource.Modified, resource.Document) { Active = resource.Active };

    /// <summary>The same in memory of its own, as a row would show it.</summary>
    public StoredUser Stored =>
        new()
        {
            Id = Id,
            Version = Version,
            Created = Created,
            Modified = Modified,
            Document = Document.Span,
            Active = Active,
            HidesExternalId = HidesExternalId,
            Link = Link,
        };
}

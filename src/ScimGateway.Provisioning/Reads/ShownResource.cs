using ScimGateway.Protocol.Messages;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;

namespace ScimGateway.Provisioning.Reads;

/// <summary>
/// A resource as a caller sees it, in memory of its own: the stored document, and what answers add to it.
/// </summary>
internal sealed record ShownResource(
    Kind Kind,
    ResourceId Id,
    long Version,
    Instant Created,
    Instant Modified,
    ReadOnlyMemory<byte> Document
)
{
    /// <summary>Whether a source has claimed it: else it shows what Slack has.</summary>
    public bool IsClaimed { get; init; }

    /// <summary>
    /// Whether the document has an externalId that is another source's: it is shown to its own alone.
    /// </summary>
    public bool HidesExternalId { get; init; }

    /// <summary>How it stands with Slack, where that was asked for.</summary>
    public ShownLink? Link { get; init; }

    /// <summary>
    /// The groups of a user as <see cref="StoredResource.Groups"/> reads them, where they were asked for.
    /// </summary>
    internal ReadOnlyMemory<byte> Groups { get; init; }

    /// <summary>What the source wants the account to be, whether its document says so or not.</summary>
    internal bool Active { get; init; }

    /// <summary>How long it is; its answer is a little longer.</summary>
    public int Bytes => Document.Length + Groups.Length;

    /// <summary>The version as answers name it.</summary>
    public EntityTag Tag => Stored.Tag;

    /// <summary>The resource of a write, as its own source sees it.</summary>
    public static ShownResource Of(Resource resource) =>
        new(resource.Kind, resource.Id, resource.Version, resource.Created, resource.Modified, resource.Document)
        {
            IsClaimed = resource.SourceId is not null,
            Active = resource.Active,
        };

    /// <summary>The same with what a read of it found beside its row.</summary>
    public ShownResource With(ShownResource? read) => this with { Groups = read?.Groups ?? default, Link = read?.Link };

    /// <summary>The same as a row would show it.</summary>
    public StoredResource Stored =>
        new()
        {
            Kind = Kind,
            Id = Id,
            Version = Version,
            Created = Created,
            Modified = Modified,
            Document = Document.Span,
            Active = Active,
            IsClaimed = IsClaimed,
            HidesExternalId = HidesExternalId,
            Groups = new UserGroups(Groups.Span),
            Link = Link,
        };
}

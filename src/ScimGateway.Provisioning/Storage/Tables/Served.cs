using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>
/// The operations of a link that are served at once: the wishes that were not settled when it was planned, up to the
/// planned one.
/// </summary>
/// <param name="Link">The link.</param>
/// <param name="After">The wish that was settled last.</param>
/// <param name="UpTo">The wish that was planned.</param>
internal readonly record struct Served(LinkId Link, long After, long UpTo)
{
    /// <summary>How statements find them, by index; what has its outcome keeps it.</summary>
    public const string Where =
        "link_id = @link and version > @after and version <= @upTo and outcome in ('pending', 'accepted')";
}

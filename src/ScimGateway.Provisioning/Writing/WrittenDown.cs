using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Planning;

namespace ScimGateway.Provisioning.Writing;

/// <summary>
/// What a write-down left: the resource as it is now, and the wish to wait for; without one there is nothing to tell
/// Slack.
/// </summary>
internal sealed record WrittenDown(Resource Resource, LinkId? Link, long Version)
{
    /// <summary>Other links that have something to tell Slack by it.</summary>
    internal IReadOnlyList<LinkId> OtherLinks { get; init; } = [];

    /// <summary>
    /// What the link's stamp was when it was written: what is planned holds as long as it is the same.
    /// </summary>
    internal int Stamp { get; init; }

    /// <summary>
    /// What the executor would read and plan; null where there is nothing to wait for, or it reads it itself.
    /// </summary>
    internal Func<Wanted>? Plan { get; init; }
}

using ScimGateway.Provisioning.Model;

namespace ScimGateway.Host.Scim;

/// <summary>
/// In a cluster the instance that a write comes to gives it the id of its operation, so that it can be sent again when another
/// instance that had it is lost.
/// </summary>
/// <param name="Id">The id.</param>
/// <param name="IsAgain">Whether it was sent before.</param>
internal sealed record GivenOperation(OperationId Id, bool IsAgain);

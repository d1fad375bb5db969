using System.Net;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Host.Scim;

/// <summary>
/// In a cluster the instance that a write comes to gives it the id of its operation, so that it can be sent again when another
/// instance that had it is lost.
/// </summary>
/// <param name="Id">The id.</param>
/// <param name="IsAgain">Whether it was sent before.</param>
internal sealed record GivenOperation(OperationId Id, bool IsAgain)
{
    /// <summary>What is answered where nobody knows what became of a request.</summary>
    public const string Doubt =
        "The instance of the gateway that had the request is gone, and what was asked for may be done: look at the resource before you ask again.";

    /// <summary>When to ask again.</summary>
    public static readonly TimeSpan Later = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The same of this write. Its answer names the operation: the journal says what became of it, and if the journal does not
    /// have it, nothing was done.
    /// </summary>
    public ScimException MayBeDone(HttpContext context)
    {
        context.Response.Headers[WriteRequests.OperationHeader] = $"{Id}";
        return ScimException.Later(HttpStatusCode.ServiceUnavailable, Doubt, Later);
    }
}

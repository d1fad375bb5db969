using System.Net;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Provisioning.Lane;

/// <summary>Whether a script may call Slack now, and what it is told if it may not.</summary>
/// <param name="executor">What calls Slack beside it.</param>
/// <param name="preferences">What the tenant allows.</param>
internal sealed class LaneGate(Executor executor, CurrentPreferences preferences)
{
    /// <summary>Requires that the lane is open.</summary>
    /// <exception cref="ScimException">It is not, or Slack is not called just now.</exception>
    public void Require(bool isWrite)
    {
        if (preferences.Now.V1Lane == V1Lane.Off)
            throw ScimException.Of(
                HttpStatusCode.Forbidden,
                "The v1 lane of this tenant is off; an owner of the tenant can set the preference v1Lane to read or write."
            );
        if (isWrite && preferences.Now.V1Lane is not (V1Lane.Write or V1Lane.WriteSignIn))
            throw ScimException.Of(
                HttpStatusCode.Forbidden,
                "The v1 lane of this tenant only reads; an owner of the tenant can set the preference v1Lane to write."
            );
        if (Shut(isWrite) is { } why)
            throw why;
    }

    /// <summary>Why Slack is not called just now; null if it is.</summary>
    public ScimException? Shut(bool isWrite) =>
        executor.Stopping.IsCancellationRequested
            ? ScimException.Later(
                HttpStatusCode.ServiceUnavailable,
                "The gateway stops, or the tenant starts anew; nothing was sent.",
                TimeSpan.FromSeconds(1)
            )
        : isWrite && executor.Gate.Closed is { Code: ReasonCode.ShadowRun }
            ? ScimException.Later(
                HttpStatusCode.ServiceUnavailable,
                "Nothing was sent: in a shadow run the v1 lane only reads. An owner of the tenant can enable it.",
                TimeSpan.FromSeconds(30)
            )
        : executor.Gate.Closed is { Code: not ReasonCode.ShadowRun } why
            ? ScimException.Later(
                HttpStatusCode.ServiceUnavailable,
                $"Nothing was sent. {why.Sentence}",
                TimeSpan.FromSeconds(30)
            )
        : !executor.Gate.MayAsk
            ? ScimException.Later(
                HttpStatusCode.ServiceUnavailable,
                "It is not known yet whose the tenant's Slack token is; nothing was sent.",
                TimeSpan.FromSeconds(5)
            )
        : null;
}

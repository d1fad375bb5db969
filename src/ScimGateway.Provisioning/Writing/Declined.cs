using ScimGateway.Provisioning.Policy;

namespace ScimGateway.Provisioning.Writing;

/// <summary>A write-down of a group that is refused: the transaction is rolled back, and the follow-up is written.</summary>
internal sealed class Declined(Refusal refusal) : Exception(refusal.Why.Message)
{
    /// <summary>What the provider is told, and what follows.</summary>
    public Refusal Refusal => refusal;
}

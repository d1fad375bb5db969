using ScimGateway.Protocol.Resources;

namespace ScimGateway.Provisioning.Model.Mirror;

/// <summary>A claimed user as a change of rules looks at it; an account that may have been made is one.</summary>
internal sealed record ScopedUser(
    ResourceId Id,
    LinkId LinkId,
    int? RuleId,
    Waived Waived,
    bool HasLeft,
    bool HasAccount,
    byte[] Document
)
{
    /// <summary>Whether no rule admitted it until now.</summary>
    public bool IsOut => HasLeft || Waived.Scope;

    /// <summary>The document as it is read.</summary>
    public ScimResource Read() => new(GatewayTypes.User, ScimJson.ReadKept(Document));
}

namespace ScimGateway.Provisioning.Model.Tenants;

/// <summary>Whether Slack hears of a tenant, by an operator's decision.</summary>
public enum Standing
{
    /// <summary>Slack is told.</summary>
    Live,

    /// <summary>All is accepted and planned, and Slack is told nothing; it is only read, for imports.</summary>
    Shadow,

    /// <summary>Slack is not called at all.</summary>
    Disabled,
}

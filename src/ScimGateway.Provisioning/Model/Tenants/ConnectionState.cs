namespace ScimGateway.Provisioning.Model.Tenants;

/// <summary>Whether a tenant's connection to Slack works.</summary>
internal enum ConnectionState
{
    /// <summary>The tenant was never connected.</summary>
    None,

    /// <summary>It works.</summary>
    Valid,

    /// <summary>It does not.</summary>
    Invalid,
}

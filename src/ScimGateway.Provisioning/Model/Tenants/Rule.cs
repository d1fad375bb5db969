namespace ScimGateway.Provisioning.Model.Tenants;

/// <summary>A SCIM filter that says who is in scope; a tenant without rules admits everyone.</summary>
internal sealed class Rule
{
    /// <summary>The row's number.</summary>
    public int Id { get; set; }

    /// <summary>Whose it is.</summary>
    public TenantId TenantId { get; set; }

    /// <summary>The name for people.</summary>
    public required string Name { get; set; }

    /// <summary>The filter.</summary>
    public required string Filter { get; set; }
}

namespace ScimGateway.Provisioning.Model.Journal;

/// <summary>
/// One thing that an administrator had changed, or a read of people: written before it is done, or before its answer, completed with what came of
/// it, and edited by nobody. It outlives the tenant that it is about.
/// </summary>
internal sealed class AuditEntry
{
    /// <summary>The row's number.</summary>
    public AuditEntryId Id { get; set; }

    /// <summary>When.</summary>
    public Instant At { get; set; }

    /// <summary>The admin key; null for the command line of a start.</summary>
    public AdminKeyId? KeyId { get; set; }

    /// <summary>Its label at that time.</summary>
    public required string Label { get; set; }

    /// <summary>The address from which it was asked; null where nothing came by a connection.</summary>
    public string? Client { get; set; }

    /// <summary>The tenant's number; null where it is about none.</summary>
    public TenantId? TenantId { get; set; }

    /// <summary>Its word in the path at that time.</summary>
    public string? Tenant { get; set; }

    /// <summary>What was to be done, by its operationId in openapi.yaml, or that the store was restored.</summary>
    public required string Action { get; set; }

    /// <summary>What it was done to, such as "sources/3".</summary>
    public string About { get; set; } = "";

    /// <summary>What was there before, as JSON; no secret.</summary>
    public string? Before { get; set; }

    /// <summary>What is there now, as JSON; no secret.</summary>
    public string? After { get; set; }

    /// <summary>What was answered; null where the process ended meanwhile, and it may have been done.</summary>
    public int? Status { get; set; }

    /// <summary>Its place among the sealed lines, from 1; null while it is under way.</summary>
    public long? Line { get; set; }

    /// <summary>The hash of this line and of the seal before it, in hexadecimal; null while it is under way.</summary>
    public string? Seal { get; set; }
}

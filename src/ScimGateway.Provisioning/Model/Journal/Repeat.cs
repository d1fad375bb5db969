namespace ScimGateway.Provisioning.Model.Journal;

/// <summary>
/// A request that makes something, by its client's own word for it: sent again, it makes nothing a second time.
/// </summary>
internal sealed class Repeat
{
    /// <summary>Whose word it is.</summary>
    public AdminKeyId KeyId { get; set; }

    /// <summary>The word.</summary>
    public required string Word { get; set; }

    /// <summary>The SHA-256 of what was asked for.</summary>
    public required byte[] Asked { get; set; }

    /// <summary>When.</summary>
    public Instant At { get; set; }

    /// <summary>What was answered; null as long as that is not known.</summary>
    public int? Status { get; set; }

    /// <summary>The same as JSON, without any secret.</summary>
    public string? Answer { get; set; }

    /// <summary>Where what was made is.</summary>
    public string? Location { get; set; }
}

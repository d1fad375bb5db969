using ScimGateway.Protocol.Deviations;

namespace ScimGateway.Provisioning.Model.Tenants;

/// <summary>One identity provider connected to a tenant.</summary>
internal sealed class Source
{
    /// <summary>The row's number; 0 is nobody's.</summary>
    public int Id { get; set; }

    /// <summary>Whose it is.</summary>
    public TenantId TenantId { get; set; }

    /// <summary>The name for people.</summary>
    public required string Name { get; set; }

    /// <summary>The preset its preferences came from.</summary>
    public string? Preset { get; set; }

    /// <summary>The names of the deviations that are switched off, with commas between.</summary>
    public string DeviationsOff { get; set; } = "";

    /// <summary>
    /// The deviations that are switched off; a name that only another version knows is passed over, and stays in
    /// <see cref="DeviationsOff"/>.
    /// </summary>
    public IReadOnlyList<Deviation> NotUnderstood() =>
        [
            .. DeviationsOff
                .Split(',', StringSplitOptions.RemoveEmptyEntries)
                .Select(Deviation.Named)
                .OfType<Deviation>(),
        ];
}

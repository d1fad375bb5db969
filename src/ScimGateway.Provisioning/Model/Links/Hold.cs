namespace ScimGateway.Provisioning.Model.Links;

/// <summary>
/// Something that waits for an operator: a wish that the guard caught, or an adoption that is not clear.
/// </summary>
internal sealed class Hold
{
    /// <summary>The row's number.</summary>
    public HoldId Id { get; set; }

    /// <summary>Whose.</summary>
    public TenantId TenantId { get; set; }

    /// <summary>The link.</summary>
    public LinkId LinkId { get; set; }

    /// <summary>The member row's member, if it is one.</summary>
    public ResourceId? MemberId { get; set; }

    /// <summary>Why, for people.</summary>
    public required Reason Reason { get; set; }

    /// <summary>Since when.</summary>
    public Instant Since { get; set; }

    /// <summary>Another link, where it is not clear which of the two a provider asked for.</summary>
    public LinkId? OtherId { get; set; }

    /// <summary>Whether it asks which account is meant: an operator chooses one, or dismisses the question.</summary>
    public bool AsksWhich => OtherId is not null || Reason.Code == ReasonCode.AddressAsked;

    /// <summary>
    /// The link that an operator said is meant, where it was not clear which of two a provider asked for: the next try
    /// goes by it.
    /// </summary>
    public LinkId? MeantId { get; set; }
}

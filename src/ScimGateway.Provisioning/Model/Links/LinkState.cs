namespace ScimGateway.Provisioning.Model.Links;

/// <summary>Where a link stands with its last wish. Rows keep the numbers.</summary>
public enum LinkState
{
    /// <summary>Nothing to do.</summary>
    Settled,

    /// <summary>Something is to be told to Slack.</summary>
    Pending,

    /// <summary>Slack refused some field, and has the rest.</summary>
    Failed,

    /// <summary>An operator has to decide.</summary>
    Held,

    /// <summary>Slack cannot hold it yet.</summary>
    Blocked,

    /// <summary>Slack will not let us.</summary>
    Protected,

    /// <summary>Slack no longer knows it.</summary>
    Broken,

    /// <summary>Somebody else writes it, by the v1 lane; it is read first.</summary>
    Unknown,
}

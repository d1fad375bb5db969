namespace ScimGateway.Provisioning.Model.Links;

/// <summary>What happens to a link. Whatever else changes of it, its state changes by these alone.</summary>
public enum LinkEvent
{
    /// <summary>A provider wants something else.</summary>
    Wished,

    /// <summary>A provider wants something else, and the guard or a doubt about the person keeps it back.</summary>
    Held,

    /// <summary>The gateway or an operator has it planned again, with nothing set aside.</summary>
    Renewed,

    /// <summary>It is planned again beside whatever is under way of it.</summary>
    Joined,

    /// <summary>What was wished last is taken back.</summary>
    TakenBack,

    /// <summary>Users exchange addresses: it is to have a spare one for a while.</summary>
    SteppedAside,

    /// <summary>There is nothing to exchange any more.</summary>
    SteppedBack,

    /// <summary>Nothing is left to tell Slack, which has all of it.</summary>
    Settled,

    /// <summary>Nothing is left to tell Slack, which refused a part of it, or all.</summary>
    Failed,

    /// <summary>Nothing can be told to Slack yet.</summary>
    Blocked,

    /// <summary>Nothing is left to tell Slack, which lets nobody change it.</summary>
    Protected,

    /// <summary>Slack no longer knows it.</summary>
    Lost,

    /// <summary>Slack did to it what nobody had asked for: an operator decides.</summary>
    Suspended,

    /// <summary>An operator lets it be claimed or changed again.</summary>
    Released,

    /// <summary>An import shows it, and nobody has claimed it.</summary>
    Shown,

    /// <summary>An import finds that another one has its name or address.</summary>
    FoundInConflict,

    /// <summary>An import finds that nobody may have it.</summary>
    FoundProtected,

    /// <summary>
    /// An import finds a claimed account to be one that nobody may have, and leaves alone what is under way.
    /// </summary>
    SeenProtected,

    /// <summary>An import finds that a claimed account is nobody's to keep from us any more.</summary>
    SeenFree,

    /// <summary>A user or group without an account claims it.</summary>
    Claimed,

    /// <summary>An operator ends its claim.</summary>
    Unlinked,

    /// <summary>An operator has nobody change it any more.</summary>
    ProtectedByHand,

    /// <summary>An operator has the person erased.</summary>
    Forgotten,

    /// <summary>Somebody writes it in Slack's own words, by the v1 lane.</summary>
    Touched,

    /// <summary>It is known again what Slack has of it.</summary>
    Known,

    /// <summary>It was read again, and Slack has it no more.</summary>
    ReadInVain,
}

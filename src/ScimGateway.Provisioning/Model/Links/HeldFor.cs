namespace ScimGateway.Provisioning.Model.Links;

/// <summary>What an operator has to decide of a link that is held. These four are all there are.</summary>
internal enum HeldFor
{
    /// <summary>Whether it is to be done, as it exceeds the guard's limits or was dismissed before.</summary>
    Approval,

    /// <summary>Whether the account is the same person's as before.</summary>
    AnotherPerson,

    /// <summary>Whether an account that Slack shows inactive after a change stays so.</summary>
    DeactivatedInSlack,

    /// <summary>Which of two resources has the name or the address.</summary>
    Conflict,
}

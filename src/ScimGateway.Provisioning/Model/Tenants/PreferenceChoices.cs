namespace ScimGateway.Provisioning.Model.Tenants;

/// <summary>By what an account is found.</summary>
public enum Identifier
{
    /// <summary>The primary e-mail address.</summary>
    PrimaryEmail,

    /// <summary>The Slack user name.</summary>
    UserName,
}

/// <summary>How a user that is removed leaves Slack.</summary>
public enum RemoveAction
{
    /// <summary>By a PATCH that deactivates.</summary>
    Disable,

    /// <summary>By Slack's DELETE, which deactivates as well.</summary>
    Delete,
}

/// <summary>What becomes of a change the preferences do not allow.</summary>
public enum NotAllowed
{
    /// <summary>It is refused with the reason.</summary>
    Refuse,

    /// <summary>The mirror keeps it, Slack does not hear of it.</summary>
    Skip,
}

/// <summary>What becomes of a create for which Slack has an account already.</summary>
public enum Existing
{
    /// <summary>The account is claimed.</summary>
    Adopt,

    /// <summary>The create is refused.</summary>
    Refuse,
}

/// <summary>What becomes of a user whom Slack cannot hold.</summary>
public enum Unholdable
{
    /// <summary>The write is refused.</summary>
    Refuse,

    /// <summary>The mirror keeps it until Slack can.</summary>
    Keep,
}

/// <summary>What a full list of members does to those who are only in Slack.</summary>
public enum GroupMembership
{
    /// <summary>They stay.</summary>
    Merge,

    /// <summary>Whom the list of the group's own source leaves out goes.</summary>
    Overwrite,
}

/// <summary>What becomes of a member that this tenant does not know.</summary>
public enum UnknownMember
{
    /// <summary>It is ignored, and the operation says so.</summary>
    Skip,

    /// <summary>The request is refused.</summary>
    Refuse,
}

/// <summary>What becomes of a group that is a member of another one.</summary>
public enum NestedGroups
{
    /// <summary>It is shown, and not sent.</summary>
    Keep,

    /// <summary>Its members are at Slack in the group around it, too.</summary>
    Flatten,
}

/// <summary>What becomes of what was changed in Slack by hand.</summary>
public enum DriftHandling
{
    /// <summary>It is reported.</summary>
    Report,

    /// <summary>It is set back to what the provider wants.</summary>
    Restore,
}

/// <summary>What is answered when Slack takes longer than a request may wait.</summary>
public enum WhenSlow
{
    /// <summary>The change is taken on.</summary>
    Accept,

    /// <summary>The provider is told to come back.</summary>
    Refuse,
}

/// <summary>
/// What becomes of writes while Slack cannot be written: the tenant is disabled, or its token is not accepted.
/// </summary>
public enum CannotWrite
{
    /// <summary>The provider is told to come back.</summary>
    Refuse,

    /// <summary>The mirror takes them, and Slack hears of them later.</summary>
    Queue,
}

/// <summary>What requests in Slack's own words may do, which come by the v1 lane.</summary>
public enum V1Lane
{
    /// <summary>Nothing.</summary>
    Off,

    /// <summary>Read.</summary>
    Read,

    /// <summary>Read and write, but for sign-in addresses and names of accounts that the script's source does not have.</summary>
    Write,

    /// <summary>Read and write, also the sign-in address and the name of any account.</summary>
    WriteSignIn,
}

/// <summary>How what providers send is read.</summary>
public enum SpokenDialect
{
    /// <summary>As it is meant: by the RFCs, and by the deviations that each source is understood with.</summary>
    Usual,

    /// <summary>As the SCIM 2.0 Interoperability Profile has it, which refuses what it does not.</summary>
    Interop,
}

/// <summary>Where the Slack user name of a new account comes from.</summary>
public enum SlackUserName
{
    /// <summary>It is made of the userName, so that Slack takes it and nobody else has it.</summary>
    Derive,

    /// <summary>It is the userName, and what Slack would refuse is refused.</summary>
    Verbatim,
}

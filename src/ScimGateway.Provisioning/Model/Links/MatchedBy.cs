namespace ScimGateway.Provisioning.Model.Links;

/// <summary>By what an account or group that was there already was found to be a user's or group's.</summary>
internal enum MatchedBy
{
    /// <summary>The sign-in address.</summary>
    Address,

    /// <summary>The user name.</summary>
    UserName,

    /// <summary>The group's name.</summary>
    GroupName,

    /// <summary>The provider found it in the list, and changed it by its SCIM id.</summary>
    Listed,

    /// <summary>It was that of a user or group who was deleted here.</summary>
    Former,

    /// <summary>An operator said whose it is.</summary>
    Operator,

    /// <summary>Slack had it when it was to be made.</summary>
    AtSlack,
}

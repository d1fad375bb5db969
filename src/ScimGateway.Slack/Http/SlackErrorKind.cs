namespace ScimGateway.Slack.Http;

/// <summary>What kind of refusal it is, which decides what is done about it.</summary>
public enum SlackErrorKind
{
    /// <summary>Another account or group has the name or address.</summary>
    Conflict,

    /// <summary>Slack does not take the value.</summary>
    InvalidValue,

    /// <summary>The account's rank, or what it is, forbids the change: so Slack says in as many words.</summary>
    Protected,

    /// <summary>
    /// It may not be done. That counts against what was asked; of several accounts in a row it tells of the token.
    /// </summary>
    Forbidden,

    /// <summary>The account was erased: nothing of it can be changed, and none of its addresses is its own.</summary>
    Erased,

    /// <summary>Slack does not take some member of a group.</summary>
    Members,

    /// <summary>The group is full or the call too large.</summary>
    TooManyMembers,

    /// <summary>The token is not accepted, or may not do this.</summary>
    Token,

    /// <summary>The plan or the installation does not have SCIM.</summary>
    Plan,

    /// <summary>Too many calls.</summary>
    Limit,

    /// <summary>Another write to the same object is under way.</summary>
    Locked,

    /// <summary>Slack does not know the user or group.</summary>
    Gone,

    /// <summary>Slack failed.</summary>
    SlackFault,

    /// <summary>Slack does not understand the request: the gateway's fault.</summary>
    GatewayFault,
}

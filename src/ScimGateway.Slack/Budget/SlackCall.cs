namespace ScimGateway.Slack.Budget;

/// <summary>The kinds of call that Slack limits (docs/slack.md 6).</summary>
public enum SlackCall
{
    /// <summary>GET of a list of users or groups: no bucket of its own.</summary>
    List,

    /// <summary>GET of one user.</summary>
    ReadUser,

    /// <summary>GET of one group.</summary>
    ReadGroup,

    /// <summary>POST of a user.</summary>
    PostUser,

    /// <summary>PUT or PATCH of a user.</summary>
    WriteUser,

    /// <summary>DELETE of a user.</summary>
    DeleteUser,

    /// <summary>POST of a group.</summary>
    PostGroup,

    /// <summary>PUT or PATCH of a group.</summary>
    WriteGroup,

    /// <summary>DELETE of a group.</summary>
    DeleteGroup,
}

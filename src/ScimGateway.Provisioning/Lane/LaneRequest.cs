using System.Diagnostics;
using ScimGateway.Provisioning.Model;
using ScimGateway.Slack.Budget;

namespace ScimGateway.Provisioning.Lane;

/// <summary>What a request of the v1 lane does.</summary>
internal enum LaneVerb
{
    /// <summary>GET or HEAD.</summary>
    Read,

    /// <summary>POST.</summary>
    Create,

    /// <summary>PUT.</summary>
    Replace,

    /// <summary>PATCH.</summary>
    Patch,

    /// <summary>DELETE.</summary>
    Delete,
}

/// <summary>A request of the v1 lane: what it does, and to what.</summary>
/// <param name="Verb">What it does.</param>
/// <param name="Kind">Account or group; null of what Slack says of itself.</param>
/// <param name="SlackId">Which one; null of a list, and where one is made.</param>
internal sealed record LaneRequest(LaneVerb Verb, Kind? Kind, string? SlackId)
{
    /// <summary>The call that Slack counts it as.</summary>
    public SlackCall Call =>
        (Verb, Kind, SlackId) switch
        {
            (LaneVerb.Read, null, _) or (LaneVerb.Read, _, null) => SlackCall.List,
            (LaneVerb.Read, Model.Kind.User, _) => SlackCall.ReadUser,
            (LaneVerb.Read, _, _) => SlackCall.ReadGroup,
            (LaneVerb.Create, Model.Kind.User, _) => SlackCall.PostUser,
            (LaneVerb.Create, _, _) => SlackCall.PostGroup,
            (LaneVerb.Delete, Model.Kind.User, _) => SlackCall.DeleteUser,
            (LaneVerb.Delete, _, _) => SlackCall.DeleteGroup,
            (_, Model.Kind.User, _) => SlackCall.WriteUser,
            (LaneVerb.Replace or LaneVerb.Patch, _, _) => SlackCall.WriteGroup,
            _ => throw new UnreachableException(),
        };
}

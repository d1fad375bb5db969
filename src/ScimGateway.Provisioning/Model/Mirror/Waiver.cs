using ScimGateway.Provisioning.Policy;

namespace ScimGateway.Provisioning.Model.Mirror;

/// <summary>What stands among the waived paths without being one.</summary>
internal static class Waiver
{
    /// <summary>The account as such: Slack does not hear of the user at all.</summary>
    public const string Account = "*";

    /// <summary>The account as such, since no rule admits the user: it has never come into Slack, or stays there as it is.</summary>
    public const string Scope = "~";

    /// <summary>That an operator dismissed the wish for <c>active</c>: it stays waived until the provider wants something else.</summary>
    public const string Dismissed = "!";
}

using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Provisioning.Policy;

/// <summary>What a change of rules means for one user. Pure.</summary>
public enum ScopeMove
{
    /// <summary>Nothing: in scope as before, or out of it as before.</summary>
    Stays,

    /// <summary>Comes into scope, and into Slack.</summary>
    Enters,

    /// <summary>Leaves scope, and Slack.</summary>
    Leaves,

    /// <summary>Leaves scope, and stays in Slack as it is; without an account it is kept in the mirror alone.</summary>
    Freezes,
}

/// <summary>Which turn a user takes.</summary>
internal static class ScopeMoves
{
    /// <summary>The turn.</summary>
    public static ScopeMove Of(bool wasIn, bool isIn, bool hasAccount, Preferences preferences)
    {
        return (wasIn, isIn) switch
        {
            (false, true) => ScopeMove.Enters,
            (true, false) => hasAccount && preferences.DeprovisionOnRuleDeletion ? ScopeMove.Leaves : ScopeMove.Freezes,
            _ => ScopeMove.Stays,
        };
    }
}

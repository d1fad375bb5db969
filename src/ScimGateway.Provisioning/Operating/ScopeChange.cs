using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Operating;

/// <summary>What is meant by deleting the last rule.</summary>
internal enum LastRule
{
    /// <summary>Everybody is provisioned from now on.</summary>
    Everybody,

    /// <summary>Who is left out now stays so until the provider writes the user.</summary>
    AsTheyAre,
}

/// <summary>Other rules in place of the present ones.</summary>
/// <param name="Scope">Whom they admit.</param>
/// <param name="Last">What is meant where there are none any more.</param>
/// <param name="Preferences">What the tenant does with who leaves.</param>
internal sealed record ScopeChange(Scope Scope, LastRule? Last, Preferences Preferences)
{
    /// <summary>A change that says what it means.</summary>
    /// <exception cref="ScimException">There would be no rule left, and nobody said what that means.</exception>
    public static ScopeChange To(
        StoreSession store,
        TenantId tenantId,
        Scope scope,
        LastRule? last,
        Preferences preferences
    ) =>
        scope.IsEverybody && last is null && Rules.Of(store, tenantId).Count > 0
            ? throw ScimException.InvalidValue(
                "Without any rule everybody is provisioned. Say by whenNone=everybody that this is meant, or by whenNone=asTheyAre that who is left out now stays so until the provider writes the user again."
            )
            : new ScopeChange(scope, last, preferences);

    /// <summary>Whether the rules admit a user as it is documented.</summary>
    public Admission Ask(ScopedUser user, WorkLimit workLimit) =>
        Scope.IsEverybody ? new(true, null) : new(Scope.Admits(user.Read(), workLimit, out var rule), rule);

    /// <summary>What it means for a user whom the rules admit or not.</summary>
    public ScopeMove Move(ScopedUser user, bool isIn) =>
        Scope.IsEverybody && Last == LastRule.AsTheyAre
            ? ScopeMove.Stays
            : ScopeMoves.Of(!user.IsOut, isIn, user.HasAccount, Preferences);
}

/// <summary>What the rules say of a user.</summary>
/// <param name="IsIn">Whether they admit it.</param>
/// <param name="Rule">The rule that does.</param>
internal readonly record struct Admission(bool IsIn, int? Rule);

using System.Net;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Provisioning.Policy;

/// <summary>What a provider asks for.</summary>
internal enum Trigger
{
    /// <summary>A new user.</summary>
    Create,

    /// <summary>Another document.</summary>
    Change,

    /// <summary>That the user is gone.</summary>
    Delete,
}

/// <summary>What Slack has for the user.</summary>
internal enum Account
{
    /// <summary>Nothing yet.</summary>
    None,

    /// <summary>The account this user claims.</summary>
    Own,

    /// <summary>An account that nobody claims.</summary>
    Unclaimed,

    /// <summary>The account of a user that was deleted here.</summary>
    Former,

    /// <summary>A group that was never let into Slack, though it shows one that Slack has.</summary>
    NeverIn,

    /// <summary>The account of a deleted user who had another external id, so perhaps of another person.</summary>
    FormerOfAnother,
}

/// <summary>
/// A write as the policy sees it: what is asked for, what Slack has, and what would become different.
/// </summary>
/// <param name="Trigger">What is asked for.</param>
/// <param name="Account">What Slack has.</param>
/// <param name="WasActive">
/// Whether the account is, or is about to be, active; what a preference left out does not count.
/// </param>
/// <param name="WantsActive">Whether the user is to be active.</param>
/// <param name="ChangesMore">Whether Slack would hear of anything but that.</param>
/// <param name="IsProtected">Whether Slack lets nobody change the account.</param>
internal readonly record struct UserWish(
    Trigger Trigger,
    Account Account,
    bool WasActive,
    bool WantsActive,
    bool ChangesMore,
    bool IsProtected
);

/// <summary>Whether a write to a user may go on. Pure: preferences and states in, a verdict out.</summary>
internal static class UserPolicy
{
    /// <summary>The verdict.</summary>
    public static Verdict Decide(Preferences allowed, UserWish wish) =>
        wish switch
        {
            // To write to an account that nobody has is to adopt it, whatever the write is.
            { Trigger: Trigger.Create, Account: not Account.None, IsProtected: true } => new Verdict.Refuse(
                ScimException.Uniqueness(
                    "Slack has a protected account with this address; an operator has to unprotect it."
                )
            ),
            { Account: Account.Unclaimed, IsProtected: true } => Protected(),
            { Account: Account.Unclaimed } when allowed.WhenAccountExists == Existing.Refuse => new Verdict.Refuse(
                ScimException.Uniqueness(
                    "Slack had this account before, and the tenant does not let it be adopted (preference whenAccountExists)."
                )
            ),
            { Trigger: Trigger.Delete } => Delete(allowed, wish),
            { Account: Account.None } => Make(allowed, wish),
            { Account: Account.Former or Account.FormerOfAnother } when !allowed.CreateUsers => NotAllowed(
                allowed,
                Part.Account,
                Creating
            ),
            { Account: Account.Former } => new Verdict.Allow(),
            { Account: Account.FormerOfAnother } => new Verdict.Hold(ReasonCode.AnotherPerson),
            _ => Change(allowed, wish),
        };

    private const string Creating = "Creating users is switched off for this tenant (preference createUsers).";

    private static Verdict Delete(Preferences allowed, UserWish wish) =>
        wish switch
        {
            { Account: Account.None } or { WasActive: false } => new Verdict.Allow(),
            { IsProtected: true } => Protected(),
            _ => allowed.DeprovisionUsers
                ? new Verdict.Allow()
                : NotAllowed(
                    allowed,
                    Part.Account,
                    "Removing users is switched off for this tenant (preference deprovisionUsers)."
                ),
        };

    // An inactive user has no account by default, so there is nothing that could be forbidden.
    private static Verdict Make(Preferences allowed, UserWish wish) =>
        allowed.CreateUsers || (!wish.WantsActive && !allowed.ProvisionDisabledUsers)
            ? new Verdict.Allow()
            : NotAllowed(allowed, Part.Account, Creating);

    private static Verdict Change(Preferences allowed, UserWish wish)
    {
        var (disables, enables) = (
            wish is { WasActive: true, WantsActive: false },
            wish is { WasActive: false, WantsActive: true }
        );
        if (wish.IsProtected && (disables || enables || wish.ChangesMore))
            return Protected();
        var left = Part.Nothing;
        if (disables && !(allowed.DisableUsers && allowed.UpdateUsers))
            left |= Part.Active;
        if (!allowed.UpdateUsers)
            left |= (enables ? Part.Active : Part.Nothing) | (wish.ChangesMore ? Part.Rest : Part.Nothing);
        return left switch
        {
            Part.Nothing => new Verdict.Allow(),
            Part.Active when disables => NotAllowed(
                allowed,
                left,
                "Deactivating users is switched off for this tenant (preference disableUsers)."
            ),
            _ => NotAllowed(allowed, left, "Changing users is switched off for this tenant (preference updateUsers)."),
        };
    }

    private static Verdict.Refuse Protected() =>
        new Verdict.Refuse(
            ScimException.Of(
                HttpStatusCode.Forbidden,
                "The Slack account is protected: it is an owner's or the token's own, or an operator protects it. Change it in Slack. If an operator protects it, ask the operator to unprotect it."
            )
        );

    private static Verdict NotAllowed(Preferences allowed, Part left, string why) =>
        allowed.WhenNotAllowed == Model.Tenants.NotAllowed.Skip
            ? new Verdict.Skip(left, why)
            : new Verdict.Refuse(ScimException.Of(HttpStatusCode.Forbidden, why));
}

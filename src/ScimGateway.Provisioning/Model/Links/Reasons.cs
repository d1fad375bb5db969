using System.Collections.Frozen;
using System.Globalization;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Model.Links;

/// <summary>Who can end what a reason is about.</summary>
public enum Actor
{
    /// <summary>Nobody has to: the gateway goes on by itself.</summary>
    Gateway,

    /// <summary>The identity provider's administrator.</summary>
    Provider,

    /// <summary>An operator of the gateway.</summary>
    Operator,

    /// <summary>An administrator of the Slack organization.</summary>
    Slack,
}

/// <summary>A line of the catalogue.</summary>
/// <param name="Code">The code.</param>
/// <param name="Says">The sentence, with {0} for what is particular.</param>
/// <param name="Remedy">What would end it.</param>
/// <param name="Who">Who can.</param>
internal sealed record ReasonRow(ReasonCode Code, string Says, string Remedy, Actor Who);

/// <summary>The catalogue of reasons: the one place that has their words. Nothing reads them to decide.</summary>
internal static class Reasons
{
    private const string Release = "Release it or dismiss it.";
    private const string LooksAgain = "Nothing is to be done: it is tried again.";

    /// <summary>A line for each code.</summary>
    public static IReadOnlyList<ReasonRow> All { get; } =
    [
        new(ReasonCode.Other, "{0}", "Look at the operation.", Actor.Operator),
        new(
            ReasonCode.GuardAccounts,
            "The guard holds it: {0} accounts were activated or deactivated within an hour. An operator has to release it: POST /admin/api/v1/tenants/TENANT/holds/release.",
            Release,
            Actor.Operator
        ),
        new(
            ReasonCode.GuardMembers,
            "The guard holds it: {0} members were removed from the group within an hour. An operator has to release it: POST /admin/api/v1/tenants/TENANT/holds/release.",
            Release,
            Actor.Operator
        ),
        new(
            ReasonCode.GuardGroups,
            "The guard holds it: {0} groups were deleted within an hour. An operator has to release it: POST /admin/api/v1/tenants/TENANT/holds/release.",
            Release,
            Actor.Operator
        ),
        new(
            ReasonCode.GuardAddresses,
            "The guard holds it: the sign-in address of {0} accounts was changed within an hour. An operator has to release it: POST /admin/api/v1/tenants/TENANT/holds/release.",
            Release,
            Actor.Operator
        ),
        new(
            ReasonCode.AnotherPerson,
            "The account is that of a deleted user with another externalId or another address; an operator has to say whether it is the same person.",
            "Release it if it is the same person, else dismiss it.",
            Actor.Operator
        ),
        new(
            ReasonCode.TwoAccounts,
            "A provider asked for a user whose name is that of {0} and whose address is that of {1}.",
            "Say which of the two is meant; the provider's next try claims it.",
            Actor.Operator
        ),
        new(
            ReasonCode.ProtectedAsked,
            "A provider asked for this protected account.",
            "Release it, and the provider's next try claims it.",
            Actor.Operator
        ),
        new(
            ReasonCode.AddressAsked,
            "A provider asked for a user with an address of this account, which nobody claims; it is not the account that the tenant's identifier means.",
            "Say that the account is meant, and the provider's next try claims it; else free the address in Slack, or dismiss it.",
            Actor.Operator
        ),
        new(
            ReasonCode.AccountInConflict,
            "Another user has the account's address or user name.",
            "Free the address or the name, then import again.",
            Actor.Slack
        ),
        new(
            ReasonCode.GroupInConflict,
            "Another group has the group's name.",
            "Rename one of the two, then import again.",
            Actor.Slack
        ),
        new(ReasonCode.Missing, "Slack makes no account without {0}.", "Give the user one.", Actor.Provider),
        new(
            ReasonCode.AddressTaken,
            "Another user has the e-mail address; it is sent when Slack has confirmed that it is free.",
            "Give one of the two another address.",
            Actor.Provider
        ),
        new(
            ReasonCode.StepsAside,
            "Users want each other's addresses: this one goes over a spare address until the one that is wanted is free.",
            "Nothing is to be done: the exchange goes on by itself.",
            Actor.Gateway
        ),
        new(
            ReasonCode.DeactivatedInSlack,
            "Slack showed the account inactive after an update that did not say so; somebody deactivated it there, or Slack did by mistake.",
            "Look at the account in Slack. Release it to have it active again, or dismiss it to leave it inactive.",
            Actor.Operator
        ),
        new(
            ReasonCode.GuestEnded,
            "The time of the guest is over, and Slack has ended the account.",
            "Give the guest a later end, or make the guest a member.",
            Actor.Provider
        ),
        new(
            ReasonCode.Inactive,
            "The user is inactive; the account is made when the user is enabled.",
            "Enable the user.",
            Actor.Provider
        ),
        new(
            ReasonCode.OutOfScope,
            "No rule of the tenant admits the user.",
            "Change the user, or the tenant's rules.",
            Actor.Operator
        ),
        new(
            ReasonCode.UserLeftOut,
            "A preference leaves the user out.",
            "Change the preference, and release what it left out.",
            Actor.Operator
        ),
        new(
            ReasonCode.GroupLeftOut,
            "A preference leaves the group out.",
            "Change the preference, and release what it left out.",
            Actor.Operator
        ),
        new(
            ReasonCode.Unlinked,
            "An operator has ended the claim: Slack hears nothing of it any more, and keeps the account or group as it is, also when the provider disables or deletes the user.",
            "Say whose account or group it is (claim). Deactivate in Slack itself an account that is not to stay active.",
            Actor.Operator
        ),
        new(
            ReasonCode.TokenOwner,
            "The gateway's Slack token is this account's: without it nobody could be provisioned.",
            "Connect with the token of another account.",
            Actor.Operator
        ),
        new(ReasonCode.Bot, "The account is a bot's.", "Nothing: bots are not provisioned.", Actor.Gateway),
        new(
            ReasonCode.Erased,
            "Slack has erased the account's profile, and lets nobody change it.",
            "Free its address in Slack, then import again.",
            Actor.Slack
        ),
        new(ReasonCode.ByHand, "An operator protects the account.", "Release it.", Actor.Operator),
        new(
            ReasonCode.ErasedHere,
            "The person was erased here: of the account its Slack id is kept, and nobody gets it.",
            "Give the account another address in Slack before anybody else is to have the one that it has.",
            Actor.Slack
        ),
        new(ReasonCode.SlackRefused, "{0}", "Do what it says; it is tried again now and then.", Actor.Provider),
        new(
            ReasonCode.AccountOfAnother,
            "Another user has the Slack account with this e-mail address: {0}.",
            "Give one of the two another address.",
            Actor.Provider
        ),
        new(
            ReasonCode.AccountExists,
            "Slack has an account with this e-mail address already: {0}.",
            "Let accounts be adopted, or free the address in Slack.",
            Actor.Operator
        ),
        new(
            ReasonCode.GroupOfAnother,
            "Another group here has the Slack group with this name: {0}.",
            "Give one of the two another name.",
            Actor.Provider
        ),
        new(
            ReasonCode.GroupExists,
            "Slack has a group with this name already: {0}.",
            "Let groups be adopted, or rename it in Slack.",
            Actor.Operator
        ),
        new(ReasonCode.SlackLate, "{0}", LooksAgain, Actor.Gateway),
        new(ReasonCode.AnswerLost, "{0}", LooksAgain, Actor.Gateway),
        new(
            ReasonCode.StaysInactive,
            "Slack was told several times to activate the account, confirmed it, and shows the account inactive.",
            "Activate the account in Slack, and see there why it stays inactive; it is tried again now and then.",
            Actor.Slack
        ),
        new(
            ReasonCode.Restless,
            "It was planned again and again though nothing was to be told to Slack, which is a fault of the gateway, and was stopped.",
            "Report it with its operations. It is tried again with its next change, or by itself after six hours.",
            Actor.Operator
        ),
        new(ReasonCode.SlackShut, "{0}", "Connect the tenant with another token.", Actor.Operator),
        new(ReasonCode.ShadowRun, "shadow run", "Preview what would be told, and go live.", Actor.Operator),
        new(
            ReasonCode.TenantDisabled,
            "The tenant is disabled; an operator has to enable it.",
            "Enable the tenant.",
            Actor.Operator
        ),
        new(
            ReasonCode.NotReachable,
            "The user has no active account in Slack.",
            "Nothing is to be done: the member follows when the account is there.",
            Actor.Gateway
        ),
        new(
            ReasonCode.NestedGroup,
            "Slack has no groups in groups; with nested groups flattened its members are told in its place.",
            "Flatten nested groups.",
            Actor.Operator
        ),
        new(ReasonCode.Dismissed, "An operator dismissed it.", "The provider says so again.", Actor.Provider),
        new(
            ReasonCode.TakenOut,
            "Taken out of the group in Slack; it goes in again when its provider says so again.",
            "The provider says so again.",
            Actor.Provider
        ),
        new(
            ReasonCode.GroupFull,
            "The group has as many members as Slack allows.",
            "Take somebody out of the group.",
            Actor.Provider
        ),
        new(
            ReasonCode.PutIn,
            "Put into the group in Slack; nobody here wants it.",
            "Take the member out in Slack, or have the provider say so.",
            Actor.Slack
        ),
        new(
            ReasonCode.PutInSuspected,
            "Put into the group in Slack; it is looked at again.",
            LooksAgain,
            Actor.Gateway
        ),
        new(
            ReasonCode.GroupUpdatesOff,
            "Changing groups is switched off for this tenant (preference UpdateGroups).",
            "Change the preference, and release what it left out.",
            Actor.Operator
        ),
    ];

    private static readonly FrozenDictionary<ReasonCode, ReasonRow> _byCode = All.ToFrozenDictionary(row => row.Code);

    /// <summary>The line of a code.</summary>
    public static ReasonRow Of(ReasonCode code) => _byCode[code];

    /// <summary>What a reason says to people.</summary>
    public static string Sentence(Reason reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return reason.Code switch
        {
            ReasonCode.SlackRefused => SlackError.Parse(reason.Words!).ToScim().Message,
            ReasonCode.TwoAccounts => Format(reason, reason.Words!.Split(' ', 2)),
            _ => Format(reason, [reason.Words ?? ""]),
        };
    }

    private static string Format(Reason reason, string[] words) =>
        string.Format(CultureInfo.InvariantCulture, Of(reason.Code).Says, words);
}

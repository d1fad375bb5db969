using System.Collections.Frozen;
using System.Globalization;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Model.Links;

/// <summary>The catalogue of reasons: the one place that has their words. Nothing reads them to decide.</summary>
internal static class Reasons
{
    private const string Release = "Release it or dismiss it.";
    private const string LooksAgain = "No action needed: the gateway tries again.";

    /// <summary>A line for each code.</summary>
    public static IReadOnlyList<ReasonRow> All { get; } =
    [
        new(ReasonCode.Other, "{0}", "Look at the operation.", Actor.Operator),
        new(
            ReasonCode.GuardAccounts,
            "{0} accounts were to be activated or deactivated within an hour. The limit is {1}. An operator must release or dismiss the rest: POST /admin/api/v1/tenants/TENANT/holds/release.",
            Release,
            Actor.Operator
        ),
        new(
            ReasonCode.GuardMembers,
            "{0} members were to be removed from the group within an hour. The limit is {1}. An operator must release or dismiss the rest: POST /admin/api/v1/tenants/TENANT/holds/release.",
            Release,
            Actor.Operator
        ),
        new(
            ReasonCode.GuardGroups,
            "{0} groups were to be deleted within an hour. The limit is {1}. An operator must release or dismiss the rest: POST /admin/api/v1/tenants/TENANT/holds/release.",
            Release,
            Actor.Operator
        ),
        new(
            ReasonCode.GuardAddresses,
            "{0} accounts were to get another sign-in address within an hour. The limit is {1}. An operator must release or dismiss the rest: POST /admin/api/v1/tenants/TENANT/holds/release.",
            Release,
            Actor.Operator
        ),
        new(
            ReasonCode.AnotherPerson,
            "A deleted user with another externalId or address had the account; an operator has to say whether it is the same person.",
            "Release it if it is the same person, else dismiss it; no change of the user answers that.",
            Actor.Operator
        ),
        new(
            ReasonCode.TwoAccounts,
            "A provider asked for a user with the name of {0} and the address of {1}.",
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
            "Say that the account is meant, and the provider's next try claims it; else free the address in Slack, or dismiss it. It also ends when the last user who waits for the address wants another one.",
            Actor.Operator
        ),
        new(
            ReasonCode.AccountInConflict,
            "Another user has the account's address or user name.",
            "If it is that user's, claim it for the user (POST links/ID/claim). Else free the address or the name in Slack, then import again.",
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
            "Give one of the two another address. If the other user was deleted, an administrator of Slack changes the address of that account. If nobody claims the other account, an operator says whether it is meant (hold choose). If the other user is held, an operator releases or dismisses the hold first.",
            Actor.Provider
        ),
        new(
            ReasonCode.StepsAside,
            "Users exchange addresses: this one has a spare address until the wanted one is free.",
            "No action needed: the exchange goes on by itself.",
            Actor.Gateway
        ),
        new(
            ReasonCode.DeactivatedInSlack,
            "Slack showed the account inactive after an update that did not change that; somebody deactivated it there, or Slack did by mistake.",
            "Look at the account in Slack. Release it to have it active again, or dismiss it to leave it inactive.",
            Actor.Operator
        ),
        new(
            ReasonCode.GuestEnded,
            "The guest's end date has passed, and Slack has deactivated the account.",
            "Give the guest a later end date, or make the guest a member.",
            Actor.Provider
        ),
        new(
            ReasonCode.Inactive,
            "The user is inactive; Slack gets an account when the user is enabled.",
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
            "An operator has ended the claim: the gateway sends Slack nothing about the account or group, even when the provider disables or deletes the user, or removes the user from a group.",
            "Claim the account or group for a user or group. Deactivate it in Slack itself, or remove it from groups there, if it is not to stay as it is.",
            Actor.Operator
        ),
        new(
            ReasonCode.TokenOwner,
            "The gateway's Slack token belongs to this account; without it the gateway could provision nobody.",
            "Connect with the token of another account.",
            Actor.Operator
        ),
        new(ReasonCode.Bot, "The account is a bot's.", "Nothing: bots are not provisioned.", Actor.Gateway),
        new(
            ReasonCode.Erased,
            "Slack has erased the account's profile and refuses changes of it.",
            "Free its address in Slack, then import again.",
            Actor.Slack
        ),
        new(ReasonCode.ByHand, "An operator protects the account.", "Release it.", Actor.Operator),
        new(
            ReasonCode.ErasedHere,
            "The person was erased here: only the account's Slack id is kept, and no other user gets the account.",
            "To use the account's address again, first give the account another one in Slack.",
            Actor.Slack
        ),
        new(ReasonCode.SlackRefused, "{0}", "Do what it says; the gateway tries again now and then.", Actor.Provider),
        new(
            ReasonCode.AccountOfAnother,
            "Another user has the Slack account with this e-mail address: {0}.",
            "Give one of the two another address.",
            Actor.Provider
        ),
        new(
            ReasonCode.AccountExists,
            "Slack has an account with this e-mail address already: {0}.",
            "Let accounts be adopted, claim this one for the user (POST links/ID/claim), or free the address in Slack.",
            Actor.Operator
        ),
        new(
            ReasonCode.GroupOfAnother,
            "Another group here has the Slack group with this name, or had it before it was deleted: {0}.",
            "Give one of the two another name; that of a deleted group is free in a moment, so try again.",
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
            "Slack confirmed several times that it activated the account, and still shows the account inactive.",
            "Activate the account in Slack, and see there why it stays inactive; the gateway tries again now and then.",
            Actor.Slack
        ),
        new(
            ReasonCode.DeniedYetShown,
            "Slack refused the change four times with 404, as if it did not know the account or group, and shows it when the gateway asks for it.",
            "See in Slack what is particular about it, and ask Slack's support if it looks as usual; the gateway tries again now and then.",
            Actor.Slack
        ),
        new(
            ReasonCode.Restless,
            "The gateway planned it again and again without a call to Slack, which is a bug, and stopped.",
            "Report it with its operations. It is tried again with its next change, or by itself after six hours.",
            Actor.Operator
        ),
        new(ReasonCode.SlackShut, "{0}", "Connect the tenant with another token.", Actor.Operator),
        new(ReasonCode.ShadowRun, "shadow run", "Preview the calls, and go live.", Actor.Operator),
        new(
            ReasonCode.TenantDisabled,
            "The tenant is disabled; an operator has to enable it.",
            "Enable the tenant.",
            Actor.Operator
        ),
        new(
            ReasonCode.NotReachable,
            "The user has no active account in Slack.",
            "No action needed: the member is added when the account is active.",
            Actor.Gateway
        ),
        new(
            ReasonCode.NestedGroup,
            "Slack has no nested groups; if they are flattened, the group's members are sent in its place.",
            "Flatten nested groups.",
            Actor.Operator
        ),
        new(
            ReasonCode.Dismissed,
            "An operator dismissed it{0}.",
            "Take it up again ('hold reopen'), or have the provider send it again: a deactivation or a change of members as it is; before an activation it first disables the user.",
            Actor.Operator
        ),
        new(ReasonCode.Reopened, "An operator takes up again what was dismissed.", Release, Actor.Operator),
        new(
            ReasonCode.ReopenedAddress,
            "An operator takes up again a sign-in address that was dismissed.",
            Release,
            Actor.Operator
        ),
        new(
            ReasonCode.TakenOut,
            "Somebody removed the member in Slack; the gateway adds it when the provider sends it again.",
            "The provider sends it again.",
            Actor.Provider
        ),
        new(
            ReasonCode.GroupFull,
            "The group has as many members as Slack allows.",
            "Remove a member from the group.",
            Actor.Provider
        ),
        new(
            ReasonCode.PutIn,
            "Somebody added the member in Slack; no provider wants it.",
            "Remove the member in Slack, or add it at the provider.",
            Actor.Slack
        ),
        new(
            ReasonCode.PutInSuspected,
            "Somebody added the member in Slack; the gateway looks again.",
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
        return reason.Code switch
        {
            ReasonCode.SlackRefused => SlackError.Parse(reason.Words!).ToScim().Message,
            ReasonCode.TwoAccounts => Format(reason, reason.Words!.Split(' ', 2)),
            ReasonCode.GuardAccounts
            or ReasonCode.GuardMembers
            or ReasonCode.GuardGroups
            or ReasonCode.GuardAddresses => Format(
                reason,
                reason.Words?.Split(' ', 2) is [var counted, var limit]
                    ? [counted, limit]
                    : [$"More than {reason.Words}", reason.Words ?? ""]
            ),
            _ => Format(reason, [reason.Words ?? ""]),
        };
    }

    private static string Format(Reason reason, string[] words) =>
        string.Format(CultureInfo.InvariantCulture, Of(reason.Code).Says, words);
}

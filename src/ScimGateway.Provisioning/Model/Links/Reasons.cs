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
        new(ReasonCode.Other, "{0}", "See the operation.", Actor.Operator),
        new(
            ReasonCode.GuardAccounts,
            "More accounts than the limit of {0} were to be activated or deactivated within an hour. An operator must release or dismiss what waits: POST /admin/api/v1/tenants/TENANT/holds/release.",
            Release,
            Actor.Operator
        ),
        new(
            ReasonCode.GuardMembers,
            "More members than the limit of {0} were to be removed from the group within an hour. An operator must release or dismiss what waits: POST /admin/api/v1/tenants/TENANT/holds/release.",
            Release,
            Actor.Operator
        ),
        new(
            ReasonCode.GuardGroups,
            "More groups than the limit of {0} were to be deleted within an hour. An operator must release or dismiss what waits: POST /admin/api/v1/tenants/TENANT/holds/release.",
            Release,
            Actor.Operator
        ),
        new(
            ReasonCode.GuardAddresses,
            "More accounts than the limit of {0} were to get another sign-in address within an hour. An operator must release or dismiss what waits: POST /admin/api/v1/tenants/TENANT/holds/release.",
            Release,
            Actor.Operator
        ),
        new(
            ReasonCode.AnotherPerson,
            "A deleted user with another externalId or address had the account. An operator must say whether it is the same person.",
            "Release it if it is the same person, otherwise dismiss it. Changing the user does not answer the question.",
            Actor.Operator
        ),
        new(
            ReasonCode.TwoAccounts,
            "A provider asked for a user with the name of {0} and the address of {1}.",
            "Choose one of the two. The provider's next request claims it.",
            Actor.Operator
        ),
        new(
            ReasonCode.ProtectedAsked,
            "A provider asked for this protected account.",
            "Release it. The provider's next request claims it.",
            Actor.Operator
        ),
        new(
            ReasonCode.AddressAsked,
            "A provider asked for a user with an address of this account. Nobody claims the account, and the gateway does not give it to the user by itself.",
            "Choose this account if the user who asks has none yet, and the provider's next request claims it. Otherwise free the address in Slack, or dismiss it. The hold also ends when no user waits for the address any more.",
            Actor.Operator
        ),
        new(
            ReasonCode.AccountInConflict,
            "Another user has the account's address or user name.",
            "If it is that user's, claim it for the user: POST /admin/api/v1/tenants/TENANT/links/LINK/claim. Otherwise free the address or the name in Slack, then import again.",
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
            "Another user or account has the e-mail address. The gateway sends it when Slack has confirmed that it is free.",
            "Give one of the two another address. If the other user was deleted, an administrator of Slack changes the address of that account. If nobody claims the other account, an operator gives it to the user ('link claim'). If the other user is held, an operator releases or dismisses the hold first.",
            Actor.Provider
        ),
        new(
            ReasonCode.StepsAside,
            "Users exchange addresses: this user has a temporary address until the wanted one is free.",
            "No action needed: the exchange continues by itself.",
            Actor.Gateway
        ),
        new(
            ReasonCode.DeactivatedInSlack,
            "Slack showed the account inactive after an update that did not deactivate it. Somebody deactivated it there, or Slack did so by mistake.",
            "Check the account in Slack. Release it to activate it again, or dismiss it to leave it inactive.",
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
            "The user is inactive. The gateway creates the account when the user is enabled.",
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
            "An operator ended the claim. The gateway sends nothing about the account or group to Slack, even when the provider disables or deletes the user or removes the user from a group.",
            "Claim the account or group again, unless its provider has deleted the user or group, or change it in Slack yourself.",
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
            "Slack has erased the account's profile and refuses to change it.",
            "Free its address in Slack, then import again.",
            Actor.Slack
        ),
        new(
            ReasonCode.ByHand,
            "An operator protects the account.",
            "Unprotect it: POST /admin/api/v1/tenants/TENANT/links/LINK/unprotect.",
            Actor.Operator
        ),
        new(
            ReasonCode.ErasedHere,
            "The person was erased here: only the account's Slack id is kept, and no other user gets the account.",
            "To use the account's address again, first give the account another one in Slack.",
            Actor.Slack
        ),
        new(
            ReasonCode.SlackRefused,
            "{0}",
            "Correct at the provider what Slack refuses, or have it sent again. The gateway also tries a user or a group again by itself now and then.",
            Actor.Provider
        ),
        new(
            ReasonCode.AccountOfAnother,
            "Another user has the Slack account with this e-mail address: {0}.",
            "Give one of the two another address.",
            Actor.Provider
        ),
        new(
            ReasonCode.AccountExists,
            "Slack has an account with this e-mail address already: {0}.",
            "Import, and claim the account for the user ('link claim'), or free the address in Slack.",
            Actor.Operator
        ),
        new(
            ReasonCode.GroupOfAnother,
            "Another group of the tenant has, or had before it was deleted, the Slack group with this name: {0}.",
            "Give one of the two another name. The name of a deleted group is free in a moment: try again.",
            Actor.Provider
        ),
        new(
            ReasonCode.GroupExists,
            "Slack has a group with this name already: {0}.",
            "Allow groups to be adopted, or rename it in Slack.",
            Actor.Operator
        ),
        new(ReasonCode.SlackLate, "{0}", LooksAgain, Actor.Gateway),
        new(ReasonCode.AnswerLost, "{0}", LooksAgain, Actor.Gateway),
        new(
            ReasonCode.StaysInactive,
            "Slack confirmed several times that it activated the account, and still shows the account inactive.",
            "Activate the account in Slack, and check there why it stays inactive. The gateway tries again now and then.",
            Actor.Slack
        ),
        new(
            ReasonCode.DeniedYetShown,
            "Slack refused the change with 404, as if the account or group did not exist, but shows it when asked. {0} calls for this change have failed, the last one so.",
            "Check in Slack what is special about it. If nothing is, ask Slack's support. The gateway tries again now and then.",
            Actor.Slack
        ),
        new(
            ReasonCode.Restless,
            "The gateway planned it again and again without a call to Slack, which is a bug, and stopped.",
            "Report it with its operations. It is tried again with its next change, or by itself after six hours.",
            Actor.Operator
        ),
        new(ReasonCode.SlackShut, "{0}", "Connect the tenant with another token.", Actor.Operator),
        new(
            ReasonCode.ShadowRun,
            "The tenant is in its shadow run.",
            "Review the preview, then enable the tenant.",
            Actor.Operator
        ),
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
            "Slack has no nested groups. If the tenant flattens them, the gateway sends the members of the inner group.",
            "Unless the tenant flattens them already, set the preference nestedGroups to flatten.",
            Actor.Operator
        ),
        new(
            ReasonCode.Dismissed,
            "An operator dismissed it{0}.",
            "Reopen it (POST /admin/api/v1/tenants/TENANT/links/LINK/reopen), or let the provider send it again. Where rules leave the user as it is, deactivate the account instead (POST /admin/api/v1/tenants/TENANT/links/LINK/deactivate). Before an activation the provider must first disable the user.",
            Actor.Operator
        ),
        new(
            ReasonCode.ToldApart,
            "An operator said that the user is another person than the one who had the account.",
            "Let the provider send the user again. The user then gets another account, or waits for the address while the former one has it.",
            Actor.Provider
        ),
        new(ReasonCode.Reopened, "An operator reopened a dismissed change.", Release, Actor.Operator),
        new(ReasonCode.ReopenedAddress, "An operator reopened a dismissed sign-in address.", Release, Actor.Operator),
        new(
            ReasonCode.TakenOut,
            "Somebody removed the member in Slack. The gateway adds the member when the provider sends it again.",
            "Let the provider send the member again.",
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
            "Somebody added the member in Slack, but no provider lists it.",
            "Remove the member in Slack, or add it at the provider.",
            Actor.Slack
        ),
        new(
            ReasonCode.PutInSuspected,
            "Somebody added the member in Slack. The gateway checks again.",
            LooksAgain,
            Actor.Gateway
        ),
        new(
            ReasonCode.GroupUpdatesOff,
            "Changing groups is switched off for this tenant (preference updateGroups).",
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
            ReasonCode.SlackRefused => AsSentence(SlackError.Parse(reason.Words!).ToScim().Message),
            ReasonCode.TwoAccounts => Format(reason, reason.Words!.Split(' ', 2)),
            _ => Format(reason, [reason.Words ?? ""]),
        };
    }

    // Slack's own words may be a code alone.
    private static string AsSentence(string said) => said is [.., '.' or '!' or '?'] ? said : said + ".";

    /// <summary>Who can end it. If Slack refused, that depends on the error that Slack gave.</summary>
    public static Actor WhoEnds(Reason reason) =>
        reason.Code != ReasonCode.SlackRefused
            ? Of(reason.Code).Who
            : KindOf(reason) switch
            {
                SlackErrorKind.Protected or SlackErrorKind.Forbidden or SlackErrorKind.Erased => Actor.Slack,
                SlackErrorKind.Gone or SlackErrorKind.Token or SlackErrorKind.Plan or SlackErrorKind.GatewayFault =>
                    Actor.Operator,
                SlackErrorKind.SlackFault or SlackErrorKind.Limit or SlackErrorKind.Locked => Actor.Gateway,
                _ => Actor.Provider,
            };

    /// <summary>What would end it. If Slack refused, that depends on the error that Slack gave, too.</summary>
    public static string Remedy(Reason reason) =>
        reason.Code != ReasonCode.SlackRefused
            ? Of(reason.Code).Remedy
            : KindOf(reason) switch
            {
                SlackErrorKind.Gone =>
                    "Let the provider send it again, or have it provisioned: POST /admin/api/v1/tenants/TENANT/links/LINK/provision.",
                SlackErrorKind.Protected or SlackErrorKind.Forbidden or SlackErrorKind.Erased =>
                    "An administrator of Slack makes the change there. The gateway tries again now and then.",
                SlackErrorKind.Token or SlackErrorKind.Plan =>
                    "Test the connection, and do what it says: POST /admin/api/v1/tenants/TENANT/connection/test.",
                SlackErrorKind.SlackFault or SlackErrorKind.Limit or SlackErrorKind.Locked => LooksAgain,
                SlackErrorKind.GatewayFault => "See the operation.",
                _ => Of(reason.Code).Remedy,
            };

    private static SlackErrorKind KindOf(Reason reason) => SlackErrors.Row(SlackError.Parse(reason.Words!)).Kind;

    private static string Format(Reason reason, string[] words) =>
        string.Format(CultureInfo.InvariantCulture, Of(reason.Code).Says, words);
}

using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Operating;

/// <summary>What waits for a decision, with what a release would do.</summary>
/// <param name="Hold">What waits.</param>
/// <param name="Would">What Slack would be told, for people; null where an operator chooses between two.</param>
/// <param name="Asked">Who asked for it; null where nobody did, or the journal has forgotten it.</param>
/// <param name="Choices">The accounts of which one may be meant, where it asks that.</param>
internal sealed record OpenHold(Hold Hold, string? Would, string? Asked, IReadOnlyList<Choice> Choices)
{
    /// <summary>What happens if nobody decides.</summary>
    public string Undecided =>
        Hold.Reason.Code switch
        {
            ReasonCode.TwoAccounts or ReasonCode.ProtectedAsked or ReasonCode.AddressAsked =>
                "Slack stays as it is. The user whom the provider asked for gets no account, or keeps the address of before.",
            ReasonCode.AnotherPerson => "Slack stays as it is. The user does not get the account.",
            _ =>
                "Slack stays as it is until somebody decides. The provider reads what it asked for, as if Slack had it.",
        };

    /// <summary>Explains a hold by what is wanted now.</summary>
    public static OpenHold Of(StoreSession store, Hold hold, Preferences preferences) =>
        new(hold, Effect(store, hold, preferences), Asker(store, hold), Choice.Of(store, hold, preferences));

    // A group's operation goes on without the members that it is held for; what was held began with it.
    private static string? Asker(StoreSession store, Hold hold) =>
        (hold.MemberId is null ? Operations.AskedHeld(store, hold.LinkId) : null)
        ?? Operations.AskedAt(store, hold.TenantId, hold.LinkId, hold.Since);

    private static string? Effect(StoreSession store, Hold hold, Preferences preferences)
    {
        if (hold.MemberId is not null)
            return "remove from the group"; // whoever shows it names both
        if (hold.AsksWhich)
            return null;
        var wanted = hold.Reason.IsReopened
            ? Reopened(store, hold, preferences)
            : Wanted.Read(store, hold.LinkId, preferences);
        var says =
            wanted
                ?.Commands.Select(command => Says(command, wanted.Link))
                .Where(what => what.Length > 0) // who is told what Slack has already
                .Distinct()
                .ToList()
            ?? [];
        // Two wait for each other's address, and are told it together.
        if (says.Count == 0)
            return hold.Reason.IsOfAddress
                ? "change the sign-in address, together with that of whoever has it now"
                : "change nothing in Slack";
        var isDeleted =
            wanted!.Link.Kind == Kind.User && Resources.Find(store, wanted.Link.ClaimantId) is { Deleted: not null };
        return string.Join(", ", says) + (isDeleted ? " (the provider deleted the user)" : "");
    }

    // As it is planned once it is released.
    private static Wanted? Reopened(StoreSession store, Hold hold, Preferences preferences)
    {
        if (
            Links.Find(store, hold.LinkId) is not { } link
            || Resources.Find(store, link.ClaimantId) is not { } claimant
        )
            return null;
        (link, claimant) = Holds.Undismissed(link, claimant);
        return link.Kind == Kind.Group
            ? WantedGroup.Of(store, link)
            : WantedAccount.Gather(store, link, claimant, null, preferences)();
    }

    private static string Says(SlackCommand command, Link link) =>
        command switch
        {
            SlackCommand.CreateUser => "create an account",
            SlackCommand.DeactivateUser or SlackCommand.DeleteUser => "deactivate",
            SlackCommand.PatchUser { Delivers.Active: false } => "deactivate",
            SlackCommand.PatchUser { Delivers.Active: true } patch when link.IsActiveAtSlack != true => Changed(
                "activate",
                patch,
                link
            ),
            SlackCommand.PatchUser patch => Changed(null, patch, link),
            SlackCommand.CreateGroup => "create the group",
            SlackCommand.RenameGroup rename => $"rename the group to {rename.DisplayName}",
            SlackCommand.ChangeMembers change => $"add {change.Add.Count} members, remove {change.Remove.Count}",
            SlackCommand.DeleteGroup => "delete the group",
            _ => "look in Slack first",
        };

    private static string Changed(string? first, SlackCommand.PatchUser patch, Link link)
    {
        // An activation always carries the address. It is named only if Slack shows another one.
        var address = patch.Delivers[SlackField.PrimaryEmail];
        if (address == link.AtSlack[SlackField.PrimaryEmail])
            address = null;
        string[] fields =
        [
            .. patch
                .Delivers.Fields.Where(field => field is not (SlackField.Active or SlackField.PrimaryEmail))
                .Select(SlackProfile.Name),
        ];
        return string.Join(
            ", ",
            new[]
            {
                first,
                address is null ? null : $"set the address {address}",
                fields.Length == 0 ? null : $"set {string.Join(" and ", fields)}",
            }.OfType<string>()
        );
    }
}

using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Executing;

/// <summary>What came of a command about an account.</summary>
internal sealed class AccountRecording(StoreSession store, Preferences preferences, TimeSpan timeLimit, TimeProvider clock)
    : Recording(store, preferences, timeLimit, clock)
{
    // How many derived names are tried.
    private const int MostNames = 20;

    private bool MayAdopt => Preferences is { WhenAccountExists: Existing.Adopt, UniqueUserIdentifier: Identifier.PrimaryEmail };

    protected override Outcome? Done(Link link, Wanted planned, SlackCommand command, SlackResult.Done done)
    {
        if (done.Users is { } found)
            return Found(link, planned, found.Resources.FirstOrDefault(u => !u.IsBot));
        if (IsAnothers(link, done.User?.Id))
            return Fail(link, planned, Another(done.User!.Id), []);
        var before = link.Seen;
        Deliver(link, command.DeliveredAs(done.User).Delivered, done.User);
        // In April 2024 Slack deactivated for four days whoever was updated (FACTS 9). An account that somebody deactivated by hand since it was
        // seen last looks the same: that costs an operator's look, the other everybody's access.
        if (
            command is SlackCommand.PatchUser
            && done.User?.Seen.Active == false
            && !command.Delivers.Says(SlackField.Active)
            && WantedAccount.Profile(link.Delivered).Active != false
            && WantedAccount.Profile(before).Active == true
        )
            Halt(
                link,
                "inactive in Slack after an update that did not say so; nothing more is told before an operator enables the tenant"
            );
        return null;
    }

    protected override void Removed(Link link, SlackCommand command) => Deliver(link, command.Delivers, null);

    protected override bool TryTakeBack(Link link)
    {
        if (UserRestore.TryTakeBack(Store, link, Now) is not { } freed)
            return false;
        Renewed.AddRange(freed);
        if (link.ClaimantId is { } user)
            Renewed.AddRange(GroupRow.Stayed(Store, user, Now));
        return true;
    }

    protected override void Release(Wanted settled) =>
        Renewed.AddRange(UserKeys.Release(Store, settled.Link, settled.Claimant, Now));

    protected override bool IsTaken(SlackErrorRow row) => row.Field == SlackField.PrimaryEmail;

    protected override bool Heeds(
        Link link,
        Wanted planned,
        SlackCommand command,
        SlackResult.Refused refused,
        out Outcome? outcome
    )
    {
        var (row, why) = (refused.Row, refused.Error.ToScim());
        outcome = null;
        if (row.Kind == SlackErrorKind.Gone)
        {
            outcome =
                Waits(link, planned) && TakeBack(link, Lost(why), LinkState.Broken) is { } gone
                    ? gone
                    : EndAs(link, planned, LinkState.Broken, why);
            return true;
        }
        if (row.Field == SlackField.UserName && TryNextName(link, planned))
            return true;
        if (
            link.SlackId is null
            && row is { Kind: SlackErrorKind.InvalidValue, Field: SlackField.PrimaryEmail }
            && Preferences.UserSlackCannotHold == Unholdable.Keep
        )
        {
            outcome = EndAs(link, planned, LinkState.Blocked, why);
            return true;
        }
        return false;
    }

    // The groups of a user who has an account by now, and whoever names him as manager, may have something to tell Slack.
    protected override void Reached(Link link, bool isReachable)
    {
        if (link.ClaimantId is { } user)
            Renewed.AddRange(GroupRow.Reached(Store, user, isReachable, Now));
    }

    private void Deliver(Link link, SlackProfile delivers, SlackUser? user)
    {
        var isNew = link.SlackId is null && user is not null;
        Deliver(link, user?.Id, delivers, user?.Seen);
        if (isNew && link.ClaimantId is { } manager)
            Renewed.AddRange(Wishes.RenewReports(Store, link.TenantId, manager, Now));
    }

    // The answer to "was it made after all?". Only what was made after our intent is ours; for any other account the adoption
    // policy decides.
    private Outcome? Found(Link link, Wanted planned, SlackUser? user)
    {
        if (user is null)
        {
            Vain(link, planned);
            return null;
        }
        if (IsAnothers(link, user.Id))
        {
            StopAsking(link);
            return Fail(link, planned, Another(user.Id), []);
        }
        TakeAgain(link, planned);
        if (IsOurs(link, user.Created))
        {
            Deliver(link, user.Seen, user);
            return null;
        }
        if (link.Absent)
        {
            LetStay(link);
            return null;
        }
        if (MayAdopt)
        {
            (link.Imported, link.UserName) = (true, null);
            Store.Execute("update links set imported = @yes, user_name = null where id = @id", ("@yes", true), ("@id", link.Id));
            Deliver(link, user.Seen, user);
            return null;
        }
        StopAsking(link);
        return Fail(
            link,
            planned,
            ScimException.Uniqueness($"Slack has an account with this e-mail address already: {user.Id}."),
            []
        );
    }

    // The address has no account, so it is let go of, and the next one is asked about. With the wanted primary one, which comes last, the
    // asking ends, and what was let go of and is wanted is taken again.
    private void Vain(Link link, Wanted planned)
    {
        var wanted = AddressesOf(link, planned);
        var isLast = wanted.Count > 0 && Fold.Key(wanted[0]) == Fold.Key(planned.AskAbout!);
        if (!isLast)
            UserKeys.Free(Store, link, KeyKind.Address, Fold.Key(planned.AskAbout!));
        if (!isLast && UserKeys.Addresses(Store, link.Id).Count > 0)
            return;
        StopAsking(link);
        TakeAgain(link, planned);
    }

    // What was let go of while Slack was asked, and is wanted.
    private void TakeAgain(Link link, Wanted planned)
    {
        foreach (var address in AddressesOf(link, planned))
            UserKeys.TryReserve(Store, link, KeyKind.Address, address);
    }

    private static IReadOnlyList<string> AddressesOf(Link link, Wanted planned) =>
        !link.Absent && planned.Claimant is { Deleted: null } user ? UserAddresses.OfSlack(UserRow.Document(user)) : [];

    private static ScimException Another(string slackId) =>
        ScimException.Uniqueness($"Another user has the Slack account with this e-mail address: {slackId}.");

    private static ScimException Lost(ScimException why) =>
        ScimException.Of(System.Net.HttpStatusCode.ServiceUnavailable, why.Message);

    // The name was ours to choose, so the next one is tried (DESIGN 8).
    private bool TryNextName(Link link, Wanted planned)
    {
        if (link.UserName is not { } taken || planned.Claimant is not { } claimant)
            return false;
        if (Preferences.SlackUserName == SlackUserName.Verbatim || link.Attempts >= MostNames)
            return false;
        var next = UserKeys.FreeName(Store, link, UserRow.Document(claimant).Text("userName")!, Preferences.SlackUserName, taken);
        UserKeys.TryReserve(Store, link, KeyKind.SlackUserName, next);
        Store.Execute(
            "update links set user_name = @name, attempts = attempts + 1 where id = @id",
            ("@name", next),
            ("@id", link.Id)
        );
        return true;
    }
}

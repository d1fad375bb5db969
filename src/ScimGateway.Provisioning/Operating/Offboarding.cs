using System.Text.Json.Nodes;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Patching;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Provisioning.Writing;

namespace ScimGateway.Provisioning.Operating;

/// <summary>
/// Somebody must be out now: an operator deactivates a user in the place of the user's provider, whose next message that
/// says otherwise lets the user in again.
/// </summary>
internal sealed class Offboarding(
    HomeStore store,
    UserWrites users,
    HoldDecisions holds,
    OnDemand onDemand,
    TimeProvider clock
)
{
    private const string Inactive = """{"Operations":[{"op":"replace","path":"active","value":false}]}""";

    /// <summary>
    /// Deactivates a user as its provider would, but past the guard and the preferences that leave leavers in, and whatever
    /// is known of the account; also one whom the provider has deleted, and who was left in Slack.
    /// </summary>
    /// <exception cref="NotReadyException">No source has had the user, or it is a group.</exception>
    public async Task DeactivateAsync(ResourceId id, Preferences preferences, string by)
    {
        var (user, its) = await store.ReadAsync(session =>
            Resources.Find(session, id) is { } found ? (found, Links.Find(session, found.LinkId)) : default
        );
        if (user is { Kind: Kind.Group })
            throw new NotReadyException("It is a group; its members are deactivated one by one.");
        if (its is { Protection.Code: ReasonCode.TokenOwner })
            throw new NotReadyException(
                $"{new Reason(ReasonCode.TokenOwner).Sentence} Deactivated, it would end the token. Connect with the token of another account first."
            );
        if (its is { Protection: { Code: ReasonCode.ErasedHere } erased })
            throw new NotReadyException($"{erased.Sentence} Deactivate the account in Slack.");
        if (its is { Protection: { Code: ReasonCode.ByHand } byHand })
            throw new NotReadyException($"{byHand.Sentence} {byHand.Remedy}");
        if (user is { Waived.Unlinked: true })
            throw Unlinked();
        if (user is not { SourceId: { } source, LinkId: { } link })
            throw new NotReadyException(
                "No provider has the user, so that the gateway does not manage the account; deactivate it in Slack."
            );
        if (user.Deleted is null)
            await PatchAsync(id, source, preferences, by);
        var (isUnlinked, isAsked) = await store.WriteAsync(
            session =>
                Resources.Find(session, id) is { Waived.Unlinked: true }
                    ? (true, false)
                    : (false, EndFormersStay(session, link)),
            CancellationToken.None
        );
        if (isUnlinked) // since it was looked at first
            throw Unlinked();
        // A deactivation that was held already is held for its repetition, too.
        var held = await holds.ListAsync(new HoldQuery(default, Link: link));
        var deactivations = held.Where(hold => hold.Reason.Code is ReasonCode.GuardAccounts or ReasonCode.Reopened);
        var released = await holds.ReleaseAsync([.. deactivations.Select(hold => hold.Id)], by);
        if (released > 0 || its?.IsActiveAtSlack == false || user.Deleted is not null)
            await onDemand.TellOutAsync(link, preferences, by);
        // Until an operator has decided, Slack is told nothing of the account, and somebody may have activated it there unseen.
        if (isAsked && its?.IsActiveAtSlack == false)
            throw new NotReadyException(
                "The user is inactive here, and Slack was told nothing: whose account it is waits for a decision. The gateway has it as inactive, which somebody may have changed in Slack. Decide it, and deactivate the user once more."
            );
    }

    private static NotReadyException Unlinked() =>
        new(
            "An operator unlinked the user: the gateway leaves the account alone. Deactivate it in Slack, or claim it first for the user, if a provider has that user still."
        );

    // Whose account it is may wait for an operator: should it be a deleted user's who was left in Slack, that one is out, too.
    private static bool EndFormersStay(StoreSession session, LinkId id)
    {
        var isAsked = Links.Find(session, id) is { HeldFor: HeldFor.AnotherPerson };
        if (isAsked && Resources.Tombstone(session, id) is { } former)
            Resources.Save(session, former.Reopen());
        return isAsked;
    }

    private async Task PatchAsync(ResourceId id, int source, Preferences preferences, string by)
    {
        var caller = Caller.Itself(store.Tenant, Urgently(preferences), source) with { SourceName = by };
        var now = clock.GetUtcNow();
        var reading = Reading.Everything();
        var asked = new WriteRequest(
            caller,
            "an operator deactivated the user",
            reading,
            now,
            now + preferences.WaitBudget
        )
        {
            Target = id,
        };
        var patch = PatchRequest.Read(GatewayTypes.User, JsonNode.Parse(Inactive)!.AsObject(), reading);
        await users.PatchAsync(asked, id, patch, default);
    }

    private static Preferences Urgently(Preferences preferences) =>
        preferences with
        {
            UpdateUsers = true,
            DisableUsers = true,
            GuardedAccounts = 0,
            WhenSlackIsSlow = WhenSlow.Accept,
            WhileSlackCannotBeWritten = CannotWrite.Queue,
        };
}

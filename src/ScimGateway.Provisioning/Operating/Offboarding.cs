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

    /// <summary>Deactivates a user as its provider would, but past the guard and the preferences that leave leavers in.</summary>
    /// <exception cref="NotReadyException">No source has the user.</exception>
    public async Task DeactivateAsync(ResourceId id, Preferences preferences, string by)
    {
        var user = await store.ReadAsync(session => Resources.Find(session, id));
        if (user is not { Kind: Kind.User, SourceId: { } source, Deleted: null })
            throw new NotReadyException(
                "No provider has the user, so that the gateway does not manage the account; deactivate it in Slack."
            );
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
        // A deactivation that was held already is held for its repetition, too.
        var held = await holds.ListAsync(new HoldQuery(default, Link: user.LinkId));
        var deactivations = held.Where(hold => hold.Reason.Code is ReasonCode.GuardAccounts or ReasonCode.Reopened);
        if (await holds.ReleaseAsync([.. deactivations.Select(hold => hold.Id)], by) > 0)
            await onDemand.ProvisionAsync(id, preferences);
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

using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Operating;

/// <summary>One user or group into Slack now, before all others, and explained: before and after.</summary>
internal sealed class OnDemand(HomeStore store, Executor executor, Outcomes outcomes, TimeProvider clock)
{
    private const string Why = "an operator asked for it";

    private static readonly FieldSet _active = FieldSet.Of(SlackField.Active);

    /// <summary>Why the user or group stands where it stands; null if there is none.</summary>
    public async Task<Explanation?> ExplainAsync(ResourceId id, Preferences preferences) =>
        await store.ReadAsync(session => Explanation.Of(session, store.Tenant, id, preferences));

    /// <summary>Has it planned and told again now, and waits for that as long as a request of the tenant may.</summary>
    public async Task<(Explanation Before, Explanation After)> ProvisionAsync(ResourceId id, Preferences preferences)
    {
        var before =
            await ExplainAsync(id, preferences) ?? throw ScimException.NotFound($"There is no user or group {id}.");
        await TellAsync(
            session =>
            {
                var link = Links.Find(session, Resources.Find(session, id)!.LinkId)!;
                if (link.State is LinkState.Held or LinkState.Protected)
                    return null; // an operator has to decide something else first
                if (link.Kind == Kind.Group)
                    ToldMembers.TryAgain(session, id.AsGroup(), clock.Now());
                var drift = link.IsAtRest ? Drift.Undo(session, link, preferences, clock.Now()) : null;
                if (drift is { Beyond: { } beyond } held)
                {
                    Wishes.Hold(session, held.Link, Why, beyond, clock.Now());
                    return null;
                }
                return drift?.Link ?? link;
            },
            preferences
        );
        return (before, await ExplainAsync(id, preferences) ?? before);
    }

    /// <summary>
    /// Has Slack asked again for an account that it did not know when it was asked last, and a deleted user's account made
    /// inactive, should somebody have activated it there; waits for that as long as a request of the tenant may. Nothing is done
    /// of any other.
    /// </summary>
    public Task EndAsync(LinkId id, Preferences preferences) =>
        TellAsync(
            session =>
                Links.Find(session, id) switch
                {
                    { State: LinkState.Broken } gone => gone,
                    // Somebody may have activated it in Slack unseen.
                    { IsAtRest: true, Absent: true, SlackId: not null } ended
                        when ended.IsActiveAtSlack == true || executor.Gate.Closed is null => ended.Unlearn(_active),
                    _ => null,
                },
            preferences
        );

    /// <summary>
    /// Has Slack told that a user is out who is inactive or deleted here, whatever was left out or is known of the account;
    /// waits for that as long as a request of the tenant may. Nothing is done of whom an operator has to decide something
    /// else.
    /// </summary>
    public Task TellOutAsync(LinkId id, Preferences preferences, string by) =>
        TellAsync(
            session =>
            {
                if (
                    Links.Find(session, id) is not { State: not (LinkState.Held or LinkState.Protected) } link
                    || Resources.Find(session, link.ClaimantId) is not { } user
                )
                    return null;
                if (user.Deleted is not null)
                    (link, _) = Holds.EndDismissal(session, link, user);
                return link.Unlearn(_active);
            },
            preferences,
            "Slack is told that the user is out",
            by
        );

    // Plans it again, if it is one to plan.
    private async Task TellAsync(
        Func<StoreSession, Link?> find,
        Preferences preferences,
        string why = Why,
        string by = OperationJournal.Gateway
    )
    {
        using var waiting = outcomes.Await();
        var asked = await store.WriteAsync(
            session =>
            {
                if (find(session) is not { } link)
                    return null;
                link = Wishes.Renew(session, link, why, by, clock.Now(), SlackPriority.Awaited);
                waiting.For(link.Id, link.WantedVersion);
                return (LinkId?)link.Id;
            },
            CancellationToken.None
        );
        if (asked is not { } told)
            return;
        executor.Due.Consider(told);
        await waiting.UntilAsync(clock.GetUtcNow() + preferences.WaitBudget);
    }
}

using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Operating;

/// <summary>
/// What an operator decides of one account or group: whose it is, that it is nobody's, that nobody changes it, that the
/// person is forgotten. Each is one transaction between two calls to Slack.
/// </summary>
internal sealed class LinkDecisions(
    HomeStore store,
    Executor executor,
    OnDemand onDemand,
    CurrentPreferences preferences,
    TimeProvider clock
)
{
    /// <summary>
    /// A user or group claims an account or group that nobody claims; the one that it had is unclaimed from then on.
    /// Slack is told what differs.
    /// </summary>
    /// <exception cref="ScimException">There is no such account, group or user.</exception>
    /// <exception cref="NotReadyException">It cannot be claimed as things are.</exception>
    public async Task ClaimAsync(LinkId link, ResourceId resource, string by = OperationJournal.Operator)
    {
        var had = await store.AskAsync(session => LinkRequirements.Own(session, store.Tenant, resource).LinkId!.Value);
        await DecideAsync(
            [link, had],
            session =>
                new ClaimChange(session, by, Now).Claim(
                    LinkRequirements.Find(session, store.Tenant, link),
                    LinkRequirements.Own(session, store.Tenant, resource),
                    had
                )
        );
    }

    /// <summary>
    /// The account or group stays in Slack as it is, and nobody claims it; whose it was is kept in the mirror alone,
    /// until an operator says otherwise.
    /// </summary>
    /// <exception cref="ScimException">There is none.</exception>
    /// <exception cref="NotReadyException">Nobody has claimed it, or something of it is under way.</exception>
    public Task UnlinkAsync(LinkId link, string by = OperationJournal.Operator) =>
        DecideAsync(
            [link],
            session =>
            {
                var there = LinkRequirements.Find(session, store.Tenant, link);
                var resource = LinkRequirements.Claimant(session, there);
                LinkRequirements.RequireKnown(there, Now);
                var (own, _) = new ClaimChange(session, by, Now).Unlink(there, resource);
                own = Wishes.Renew(session, own, "an operator ended its claim", by, Now);
                Operations.Bring(session, own, Now);
                OperationJournal.WriteDecided(session, there, resource.Id, $"unlinked from {resource.Id}", by, Now);
                const string Why = "the manager has no account any more";
                return [own.Id, .. Wishes.RenewReports(session, store.Tenant, resource.Id, Now, Why)];
            }
        );

    /// <summary>Has nobody change it any more, until an operator lets it be changed again.</summary>
    /// <exception cref="ScimException">There is none.</exception>
    /// <exception cref="NotReadyException">Slack does not have it, or it is not clear whose it is.</exception>
    public Task ProtectAsync(LinkId link, string by = OperationJournal.Operator) =>
        DecideAsync(
            [link],
            session =>
            {
                var there = LinkRequirements.Find(session, store.Tenant, link);
                LinkRequirements.RequireProtectable(there);
                if (there.Protection is { Code: ReasonCode.ByHand } or { IsForEver: true })
                    return [];
                LinkRequirements.RequireClear(there, Now);
                HoldRows.Close(session, there.TenantId, there.Id);
                there = Links.Save(session, there.ProtectByHand(Now));
                OperationJournal.WriteDecided(session, there, there.ClaimantId, "protected by hand", by, Now);
                return [];
            }
        );

    /// <summary>Lets it be claimed and changed again: what is wanted of it is told, and what Slack says to that counts.</summary>
    /// <exception cref="ScimException">There is none.</exception>
    /// <exception cref="NotReadyException">Nobody may have it, whatever an operator says.</exception>
    public Task UnprotectAsync(LinkId link, string by = OperationJournal.Operator) =>
        DecideAsync(
            [link],
            session =>
            {
                var there = LinkRequirements.Find(session, store.Tenant, link);
                if (there.Protection is not { } why)
                    return [];
                if (why.IsForEver || why.Code == ReasonCode.Erased)
                    throw new NotReadyException($"It stays protected. {why.Sentence} {why.Remedy}");
                if (there.State != LinkState.Protected)
                    throw new NotReadyException(
                        "Something else of it has to be done or decided first; look at its state, and try again then."
                    );
                HoldRows.Close(session, there.TenantId, there.Id);
                there = Links.Save(session, there.Release());
                OperationJournal.WriteDecided(session, there, there.ClaimantId, "protected no longer", by, Now);
                const string said = "an operator lets it be changed again";
                if (Resources.Find(session, there.ClaimantId) is not { SourceId: not null })
                {
                    LookAgain(session, there);
                    // Whoever waits for its address gets it, or an operator is asked whose it is.
                    return there.Kind == Kind.User
                        ? TakeOver.ByWaiting(session, Links.Get(session, there.Id), preferences.Now, Now)
                        : [];
                }
                if (Beyond(session, there) is { } beyond)
                    Wishes.Hold(session, there, said, beyond, Now);
                else
                    Wishes.Renew(session, there, said, by, Now);
                return [];
            }
        );

    /// <summary>Has what an operator dismissed of it wait for a decision again.</summary>
    /// <exception cref="ScimException">There is none.</exception>
    /// <exception cref="NotReadyException">Nothing of it was dismissed, or something else has to be done first.</exception>
    public Task ReopenAsync(LinkId link, string by = OperationJournal.Operator) =>
        DecideAsync(
            [link],
            session =>
            {
                var there = LinkRequirements.Find(session, store.Tenant, link);
                if (there.State == LinkState.Held)
                    throw new NotReadyException("It has an open hold. Release or dismiss that first.");
                if (!there.IsAtRest)
                    throw new NotReadyException("Something else of it is under way; try again when that is done.");
                var claimant = Resources.Find(session, there.ClaimantId);
                return claimant is not null && Holds.Reopen(session, there, claimant, by, Now)
                    ? []
                    : throw new NotReadyException(
                        claimant is { Waived: { Scope: true, Dismissed: true } }
                            ? "Rules leave the user as it is, and what is dismissed stays so meanwhile. Change the rules so that they admit the user, or have the account deactivated by POST …/deactivate."
                            : "There is no dismissal to reopen. To change what rules leave out, change the rules; to say whose account it is, claim it for the user."
                    );
            }
        );

    // What waited while nobody changed it, the guard may have held before: it is counted as if it were asked for now.
    private Reason? Beyond(StoreSession session, Link link)
    {
        var told = Wanted.Of(session, link, preferences.Now).Commands;
        return Count(Guarded.Account, told.Any(one => one.Delivers.Says(SlackField.Active)))
            ?? Count(Guarded.Address, told.Any(one => one.Delivers.Says(SlackField.PrimaryEmail)))
            ?? Count(Guarded.Group, told.Any(one => one is SlackCommand.DeleteGroup));

        Reason? Count(Guarded what, bool isTold) =>
            isTold ? GuardCount.Of(session, Caller.Itself(store.Tenant, preferences.Now), what, link.Id, Now) : null;
    }

    /// <summary>
    /// Forgets a person whom nobody has any more: of the account its Slack id is left, and keyed hashes of its addresses
    /// and names. An account that Slack did not know when it was asked last is asked for first; and a deleted user's account
    /// that Slack has active is made inactive before nobody knows of it any more.
    /// </summary>
    /// <exception cref="ScimException">There is no such account.</exception>
    /// <exception cref="NotReadyException">A source still has the user, or something of it is under way.</exception>
    public async Task EraseAsync(LinkId link, string by = OperationJournal.Operator)
    {
        await onDemand.EndAsync(link, preferences.Now);
        await DecideAsync(
            [link],
            session =>
            {
                var there = LinkRequirements.Find(session, store.Tenant, link);
                LinkRequirements.RequireErasable(session, there);
                return Erasure.Erase(session, there, by, Now);
            }
        );
    }

    private Instant Now => clock.Now();

    private async Task DecideAsync(IReadOnlyList<LinkId> links, Func<StoreSession, IReadOnlyList<LinkId>> decide)
    {
        var others = await executor.Flights.BetweenCallsAsync(
            links,
            () => store.WriteAsync(decide, CancellationToken.None)
        );
        foreach (var link in others)
            executor.Due.Consider(link);
    }

    private void LookAgain(StoreSession session, Link link)
    {
        var tenant = Tenants.Find(session, link.TenantId);
        if (link.Kind == Kind.User)
            new ImportedAccounts(session, tenant, Now).LookAgain(link.Id);
        else
            new ImportedGroups(session, tenant, Now).LookAgain(link.Id);
    }
}

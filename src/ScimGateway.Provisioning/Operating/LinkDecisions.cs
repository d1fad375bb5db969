using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
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
        var had = await store.AskAsync(session => Own(session, resource).LinkId!.Value);
        await DecideAsync([link, had], session => Claim(session, link, resource, had, by));
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
                var there = Find(session, link);
                var resource = Claimant(session, there);
                RequireKnown(there);
                var (own, _) = Unlink(session, there, resource);
                own = Wishes.Renew(session, own, "an operator ended its claim", by, Now);
                Operations.Bring(session, own);
                OperationJournal.WriteDecided(session, there, resource.Id, $"unlinked from {resource.Id}", by, Now);
                return [own.Id];
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
                var there = Find(session, link);
                if (there.SlackId is null || there.State == LinkState.Broken)
                    throw new NotReadyException("Slack does not have it, so that there is nothing to protect.");
                if (there.Protection is { Code: ReasonCode.ByHand } or { IsForEver: true })
                    return [];
                RequireUnawaited(there);
                RequireNotAside(there);
                // Unprotected, the account would be the other person's without anybody having said so.
                if (there.HeldFor == HeldFor.AnotherPerson)
                    throw new NotReadyException(
                        "It is not clear whose account it is: release or dismiss its hold first, then protect it."
                    );
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
                var there = Find(session, link);
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
                    LookAgain(session, there);
                else if (Beyond(session, there) is { } beyond)
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
                var there = Find(session, link);
                if (there.State == LinkState.Held)
                    throw new NotReadyException("It has an open hold. Release or dismiss that first.");
                if (!there.IsAtRest)
                    throw new NotReadyException("Something else of it is under way; try again when that is done.");
                return
                    Resources.Find(session, there.ClaimantId) is { } claimant
                    && Holds.Reopen(session, there, claimant, by, Now)
                    ? []
                    : throw new NotReadyException(
                        "There is no dismissal to reopen. To change what rules leave out, change the rules; to say whose account it is, claim it for the user."
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
            isTold
                ? new GuardCount(session, Caller.Itself(store.Tenant, preferences.Now), what, default, Now).Count(
                    link.Id.ToString()
                )
                : null;
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
                var there = Find(session, link);
                if (there.Kind != Kind.User)
                    throw new NotReadyException("It is a group; only what is kept of a person is erased.");
                if (there.SlackId is null)
                    throw new NotReadyException("Slack has no account of it.");
                if (there.Protection is { Code: ReasonCode.TokenOwner })
                    throw new NotReadyException(there.Protection.Sentence);
                if (Resources.Find(session, there.ClaimantId) is { SourceId: not null, Deleted: null } user)
                    throw new NotReadyException(
                        $"A source still has the user {user.Id}; the provider has to delete it first."
                    );
                if (there.State is LinkState.Pending || there.IsUnsettled)
                    throw new NotReadyException("Slack is still to be told of it; try again when that is done.");
                if (there.State == LinkState.Held && there.Absent)
                    throw new NotReadyException("Its deletion is held; release or dismiss that first.");
                if (there is { Absent: true, IsActiveAtSlack: true })
                    throw new NotReadyException(
                        "Its user was deleted, and Slack has the account active; look at why it is not deactivated, and try again then."
                    );
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

    private List<LinkId> Claim(StoreSession session, LinkId link, ResourceId id, LinkId had, string by)
    {
        var (meant, resource) = (Find(session, link), Own(session, id));
        if (resource.LinkId != had)
            throw new NotReadyException("It has got another account or group meanwhile; look at it, and try again.");
        if (meant.Kind != resource.Kind)
            throw new NotReadyException(
                meant.Kind == Kind.User ? "A group cannot claim an account." : "A user cannot claim a group."
            );
        if (had == link)
            return [];
        RequireFree(session, meant);
        if (resource.Waived.Scope)
            throw new NotReadyException(
                "No rule of the tenant admits the user; change the rules, or the user, and try again."
            );
        var own = Links.Get(session, had);
        RequireKnown(own);
        if (own.SlackId is not null)
            (own, resource) = Unlink(session, own, resource);
        resource = resource.LetIn();
        // The account may have been found by another address, and the user signs in by the own one.
        if (meant.Kind == Kind.User)
            resource = resource.Assert(PathSet.Emails);
        HoldRows.Close(session, meant.TenantId, meant.Id);
        var (claimed, others) =
            meant.Kind == Kind.User
                ? TakeOver.Unclaimed(session, own, resource, meant, MatchedBy.Operator, Now)
                : ClaimGroup(session, own, resource, meant);
        claimed = Wishes.Renew(session, claimed, "an operator said whose it is", by, Now);
        Operations.Bring(session, claimed);
        OperationJournal.WriteDecided(session, claimed, id, $"claimed by {id}", by, Now);
        // Its user may be one whom groups and reports waited for.
        return [claimed.Id, had, .. others, .. Wishes.RenewReports(session, claimed.TenantId, id, Now)];
    }

    // The group at Slack and its members are the provider's from now on; the document stays as the provider has it.
    private (Link Claimed, List<LinkId> Others) ClaimGroup(StoreSession session, Link own, Resource group, Link meant)
    {
        var holder = UserKeys.HolderId(session, group.TenantId, KeyKind.GroupName, group.DisplayNameKey!);
        if (holder is not null && holder != meant.Id && holder != own.Id)
            throw new NotReadyException(
                "Slack has another group by the name of this one. Rename that one in Slack and import again; unlink it first if it is this one's so far."
            );
        if (meant.ClaimantId is { } shown)
            TakeOver.JoinGroups(session, shown, group.Id, Now);
        Keys.FreeAll(session, own.Id);
        HoldRows.DeleteAll(session, own.Id);
        Operations.Move(session, own.Id, meant.Id);
        Resources.Save(session, group.LinkTo(meant.Id));
        Links.Delete(session, own.Id);
        meant = Links.Save(session, meant.ClaimAnew(group.Id, MatchedBy.Operator));
        UserKeys.TryReserve(session, meant, KeyKind.GroupName, group.DisplayNameKey!);
        return (meant, []);
    }

    // The account is shown as one that nobody claims, or hidden while its user has its name; the user has a link of its
    // own, which holds nothing.
    private (Link Own, Resource Resource) Unlink(StoreSession session, Link link, Resource resource)
    {
        RequireUnawaited(link);
        link = Links.Save(session, link.EndClaim(Now));
        var own = Links.Save(session, Link.New(link.TenantId, link.Kind).ClaimBy(resource.Id));
        resource = Resources.Save(session, resource.Unlink().LinkTo(own.Id));
        HoldRows.DeleteAll(session, link.Id);
        Operations.Hand(session, resource.Id, own.Id);
        var tenant = Tenants.Find(session, link.TenantId);
        if (link.Kind == Kind.User)
            Members.Reach(session, resource.Id, isReachable: false);
        if (link.State == LinkState.Broken) // there is nothing to show, and nothing that Slack has by its keys
            Keys.FreeAll(session, link.Id);
        else if (link.Kind == Kind.User)
            new ImportedAccounts(session, tenant, Now).Show(link);
        else if (new ImportedGroups(session, tenant, Now).Show(link) is { } shown)
            SeenMembers.Stay(session, resource.Id.AsGroup(), shown);
        if (link.Kind == Kind.User)
            return (own, resource);
        FormerMembers.Forget(session, resource.Id.AsGroup());
        ToldMembers.NobodyInSlack(session, resource.Id.AsGroup());
        return (own, resource);
    }

    private void LookAgain(StoreSession session, Link link)
    {
        var tenant = Tenants.Find(session, link.TenantId);
        if (link.Kind == Kind.User)
            new ImportedAccounts(session, tenant, Now).LookAgain(link.Id);
        else
            new ImportedGroups(session, tenant, Now).LookAgain(link.Id);
    }

    private Link Find(StoreSession session, LinkId id) =>
        Links.Find(session, id) is { } link && link.TenantId == store.Tenant
            ? link
            : throw ScimException.NotFound($"There is no link {id}.");

    private Resource Own(StoreSession session, ResourceId id) =>
        Resources.Find(session, id) is { Deleted: null, SourceId: not null, LinkId: not null } own
        && own.TenantId == store.Tenant
            ? own
            : throw ScimException.NotFound($"There is no user or group {id} that a source has.");

    private static Resource Claimant(StoreSession session, Link link) =>
        Resources.Find(session, link.ClaimantId) is { Deleted: null, SourceId: not null } resource
            ? link.SlackId is not null
                ? resource
                : throw new NotReadyException("Slack does not have it, so there is nothing to unlink.")
            : throw new NotReadyException("No user or group has claimed it, so there is nothing to unlink.");

    private static void RequireFree(StoreSession session, Link meant)
    {
        if (meant.SlackId is null || meant.State == LinkState.Broken)
            throw new NotReadyException("Slack does not have it, so there is nothing to claim.");
        if (meant.Protection is { } why)
            throw new NotReadyException($"It is protected. End the protection first (unprotect). {why.Sentence}");
        if (
            meant.ClaimantId is not null
            && Resources.Find(session, meant.ClaimantId) is not { SourceId: null, Deleted: null }
        )
            throw new NotReadyException(
                "Another user or group has claimed it. Unlink that one first. The account of a deleted user goes to the next user who is created with its address."
            );
        if (meant is { State: LinkState.Pending } or { Seen: null })
            throw new NotReadyException("The gateway is writing to it. Try again in a moment.");
    }

    // What may have happened at Slack unseen could not be told of two.
    private void RequireKnown(Link link)
    {
        RequireUnawaited(link);
        if (link.AskFirst || link.LostUntil > Now)
            throw new NotReadyException(
                "An answer of Slack's was lost, and it is not known yet what came of the call; try again in a minute."
            );
        RequireNotAside(link);
    }

    private static void RequireNotAside(Link link)
    {
        if (link.IsAside)
            throw new NotReadyException("It is exchanging addresses with others; try again when that is done.");
    }

    private void RequireUnawaited(Link link)
    {
        if (link.State == LinkState.Pending && link.AnswerBy > Now)
            throw new NotReadyException("A provider's request of it is under way; try again in a few seconds.");
    }
}

using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Operating;

/// <summary>Changes whose an account or group is, by an operator's word, in one transaction.</summary>
internal sealed class ClaimChange(StoreSession session, string by, Instant now)
{
    /// <summary>A user or group claims what nobody claims; gives back the links that have something to do by it.</summary>
    /// <param name="meant">The account or group.</param>
    /// <param name="resource">The user or group.</param>
    /// <param name="had">The link that it had when that was asked for.</param>
    public List<LinkId> Claim(Link meant, Resource resource, LinkId had)
    {
        var id = resource.Id;
        if (resource.LinkId != had)
            throw new NotReadyException("It has got another account or group meanwhile; look at it, and try again.");
        if (meant.Kind != resource.Kind)
            throw new NotReadyException(
                meant.Kind == Kind.User ? "A group cannot claim an account." : "A user cannot claim a group."
            );
        if (had == meant.Id && meant.SlackId is not null)
            return [];
        LinkRequirements.RequireFree(session, meant);
        if (resource.Waived.Scope || !IsAdmitted(resource))
            throw new NotReadyException(
                "No rule of the tenant admits the user; change the rules, or the user, and try again."
            );
        var own = Links.Get(session, had);
        LinkRequirements.RequireKnown(own, now);
        LinkRequirements.RequireDecided(own);
        if (own.SlackId is not null)
            (own, resource) = Unlink(own, resource);
        resource = resource.LetIn();
        // The account may have been found by another address, and the user signs in by the own one.
        if (meant.Kind == Kind.User)
            resource = resource.Assert(PathSet.Emails);
        HoldRows.Close(session, meant.TenantId, meant.Id);
        var (claimed, others) =
            meant.Kind == Kind.User
                ? TakeOver.Unclaimed(session, own, resource, meant, MatchedBy.Operator, now)
                : ClaimGroup(own, resource, meant);
        claimed = Wishes.Renew(session, claimed, "an operator said whose it is", by, now);
        Operations.Bring(session, claimed, now);
        OperationJournal.WriteDecided(session, claimed, id, $"claimed by {id}", by, now);
        // Its user may be one whom groups and reports waited for.
        return [claimed.Id, had, .. others, .. Wishes.RenewReports(session, claimed.TenantId, id, now)];
    }

    // Asked again, since a user who left Slack by a rule is not marked as out of scope, but as to be gone, and unlinking
    // ends that.
    private bool IsAdmitted(Resource resource) =>
        resource.Kind == Kind.Group
        || Scope.Kept(Rules.Of(session, resource.TenantId)).Admits(resource.Read(), Scope.WorkLimitOfUser(), out _);

    // The group at Slack and its members are the provider's from now on; the document stays as the provider has it.
    private (Link Claimed, List<LinkId> Others) ClaimGroup(Link own, Resource group, Link meant)
    {
        var holder = UserKeys.HolderId(session, group.TenantId, KeyKind.GroupName, group.DisplayNameKey!);
        if (holder is not null && holder != meant.Id && holder != own.Id)
            throw new NotReadyException(
                "Slack has another group by the name of this one. Rename that one in Slack and import again; unlink it first if it is this one's so far."
            );
        return (TakeOver.UnclaimedGroup(session, own, group, meant, MatchedBy.Operator, now), []);
    }

    /// <summary>
    /// The account is shown as one that nobody claims, or hidden while its user has its name; the user has a link of its
    /// own, which holds nothing.
    /// </summary>
    public (Link Own, Resource Resource) Unlink(Link link, Resource resource)
    {
        LinkRequirements.RequireUnawaited(link, now);
        var former = link;
        link = Links.Save(session, link.EndClaim(now));
        var own = Links.Save(session, Link.New(link.TenantId, link.Kind).ClaimBy(resource.Id));
        resource = Resources.Save(session, resource.Unlink().LinkTo(own.Id));
        HoldRows.DeleteAll(session, link.Id);
        TakeOver.AskNoMore(session, former, resource.Read());
        Operations.Hand(session, resource.Id, own.Id);
        // What was taken on of others is told no more: of a user who was deleted, and whose account this one has had.
        Operations.Finish(
            session,
            new Served(link.Id, 0, long.MaxValue),
            OperationOutcome.Blocked,
            new Reason(ReasonCode.Unlinked).Sentence,
            now
        );
        var tenant = Tenants.Find(session, link.TenantId);
        if (link.Kind == Kind.User)
            Members.Reach(session, resource.Id, isReachable: false);
        if (link.State == LinkState.Broken) // there is nothing to show, and nothing that Slack has by its keys
            Keys.FreeAll(session, link.Id);
        else if (link.Kind == Kind.User)
            new ImportedAccounts(session, tenant, now).Show(link);
        else if (new ImportedGroups(session, tenant, now).Show(link) is { } shown)
            SeenMembers.Stay(session, resource.Id.AsGroup(), shown);
        if (link.Kind == Kind.User)
            return (own, resource);
        FormerMembers.Forget(session, resource.Id.AsGroup());
        ToldMembers.NobodyInSlack(session, resource.Id.AsGroup());
        return (own, resource);
    }
}

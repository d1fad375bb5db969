using System.Net;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Lane;

/// <summary>
/// Whether a write of the v1 lane may be: it lets nobody out or in whom another source has, makes no account twice, and
/// leaves alone what is protected or waits for an operator.
/// </summary>
internal sealed class LaneRules(StoreSession store, Caller caller, Instant now)
{
    /// <summary>Requires that a write may be; of what the guard counts nothing is counted.</summary>
    /// <exception cref="ScimException">It may not.</exception>
    public void Require(LaneRequest request, LaneChange change, Link? link)
    {
        if (link is not null)
            RequireFree(link);
        RequireKeys(change, link);
        if (link is null)
            return;
        RequireOwnSignIn(change, link);
        var owner = Resources.Find(store, link.ClaimantId) is { SourceId: { } source } claimant
            ? (Source: source, IsThere: claimant.Deleted is null)
            : ((int Source, bool IsThere)?)null;
        var anothers = owner is { } has && has.Source != caller.SourceId ? owner : null;
        if (link.Kind == Kind.User)
        {
            if (Deactivates(request, change, link) && anothers is { IsThere: true } wants)
                throw Owned("The user", wants.Source, "deactivated");
            if (change.SaysGuest && anothers is { IsThere: true } keeps)
                throw Owned("The user", keeps.Source, "made a guest, or another kind of one,");
            if (change.Active == true && link.IsActive == false && anothers is { } let)
                throw Owned("The user", let.Source, "let in again");
            return;
        }
        if (request.Verb == LaneVerb.Delete && anothers is { IsThere: true } group)
            throw Owned("The group", group.Source, "deleted");
        if (
            Leavers(request, change, link) is { Count: > 0 } leavers
            && (
                MembersInSight.WantedByAnother(store, Group(link), leavers, caller.SourceId)
                ?? NestedMembers.WantedByAnother(store, Group(link), leavers, caller.SourceId)
            )
                is { } member
        )
            throw Owned($"The member {member.SlackId}", member.Source, "taken out of the group");
    }

    /// <summary>Counts what the write changes, or says why it changes too much within the hour.</summary>
    public Reason? Count(LaneRequest request, LaneChange change, Link link)
    {
        if (link.Kind == Kind.User)
            return (
                    Deactivates(request, change, link) || (change.Active == true && link.IsActive == false)
                        ? GuardCount.Of(store, caller, Guarded.Account, link.Id, now)
                        : null
                )
                ?? (
                    change.SignIn.Any(said => said.Kind == KeyKind.Address && !IsSo(said, link))
                        ? GuardCount.Of(store, caller, Guarded.Address, link.Id, now)
                        : null
                );
        if (request.Verb == LaneVerb.Delete)
            return GuardCount.Of(store, caller, Guarded.Group, link.Id, now);
        return Leavers(request, change, link) is { Count: > 0 } leavers
            ? new GuardCount(store, caller, Guarded.Member, Group(link), now).CountMembers(leavers)?.Why
            : null;
    }

    private void RequireFree(Link link)
    {
        if (link.SlackId == Tenants.Find(store, caller.TenantId).TokenOwner && link.Kind == Kind.User)
            throw Refused(new Reason(ReasonCode.TokenOwner).Sentence);
        if (link.Protection is { } why)
            throw Refused($"It is protected. {why.Sentence}");
        if (link.State is LinkState.Held or LinkState.Protected)
            throw Refused(
                $"An operator has to decide first. {link.Reason?.Sentence ?? "It is held."} Look at its link in the gateway."
            );
        if (link.State == LinkState.Broken)
            throw ScimException.NotFound("Slack has it no more, as far as the gateway knows; an import looks again.");
    }

    // A name or an address that a user or group of a provider waits to have would be had twice, or by another one.
    private void RequireKeys(LaneChange change, Link? link)
    {
        foreach (var (kind, value) in change.Keys)
            if (
                Fold.CanBeKey(value)
                && UserKeys.Holder(store, caller.TenantId, kind, value) is { } holder
                && holder.Id != link?.Id
                && (holder.SlackId is null || holder.State == LinkState.Pending)
            )
                throw ScimException.Uniqueness(
                    $"A provider's {(kind == KeyKind.GroupName ? "group" : "user")} is about to have '{value}' in Slack; choose another, or let the provider make it."
                );
    }

    // Whoever sets the address of an account, or its name, may sign in as its person.
    private void RequireOwnSignIn(LaneChange change, Link link)
    {
        if (
            caller.Preferences.V1Lane == V1Lane.WriteSignIn
            || (
                change.SignIn.All(said => IsSo(said, link))
                && !(change.IsWhole && link.Has(SlackField.SecondaryEmail) is not null)
            )
            || Resources.Find(store, link.ClaimantId)?.SourceId == caller.SourceId
        )
            return;
        throw Refused(
            "The sign-in address and the name (emails, userName, nickName) are changed by the source that has the account alone; leave them out, or have an owner of the tenant set the preference v1Lane to writeSignIn."
        );
    }

    // What is said as Slack has it changes nothing.
    private static bool IsSo((KeyKind Kind, string? Value) said, Link link)
    {
        var has = link.Has(said.Kind == KeyKind.Address ? SlackField.PrimaryEmail : SlackField.UserName);
        return said.Value is { } value && has is not null && Fold.Key(value) == Fold.Key(has);
    }

    private static bool Deactivates(LaneRequest request, LaneChange change, Link link) =>
        (request.Verb == LaneVerb.Delete || change.Active == false || change.Ends) && link.IsActive != false;

    // Who may be in the group at Slack and goes by the write; who has no account that is shown is nobody's.
    private List<ResourceId> Leavers(LaneRequest request, LaneChange change, Link link)
    {
        var isAll = request.Verb == LaneVerb.Delete;
        if (link.ClaimantId is null || !(isAll || change.MayRemove))
            return [];
        return
        [
            .. MembersInSight
                .InSight(store, caller.TenantId, link.SlackId!)
                .Where(row =>
                    row is { SlackId: { } account, InSlack: not Tri.No }
                    && (isAll || change.Removes.Contains(account) || change.Stay?.Contains(account) == false)
                )
                .Select(row => row.Member)
                .Distinct(),
        ];
    }

    private static GroupId Group(Link link) => link.ClaimantId!.Value.AsGroup();

    private ScimException Owned(string what, int source, string done) =>
        Refused(
            $"{what} is wanted so by the source '{Sources.Name(store, caller.TenantId, source)}', and is not {done} by another; do it there, or have an operator transfer it."
        );

    private static ScimException Refused(string why) => ScimException.Of(HttpStatusCode.Forbidden, why);
}

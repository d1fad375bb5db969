using System.Text.Json.Nodes;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Importing;

/// <summary>A group whose own rows are written, so that those of its members may be.</summary>
/// <param name="Finding">What was found of it.</param>
/// <param name="Link">Its link.</param>
/// <param name="Group">The resource; null if its members are to be left as they are.</param>
/// <param name="Version">
/// The last wish of the link then: with another one the members are somebody else's to write.
/// </param>
internal sealed record WrittenGroup(Finding Finding, LinkId Link = default, GroupId? Group = null, long Version = 0);

/// <summary>
/// Writes down groups that Slack showed: a link for each, the resource that shows it until a provider claims it, and
/// the rows of who is only in Slack. Runs inside the store's writer.
/// </summary>
internal sealed class ImportedGroups(StoreSession store, Tenant tenant, Instant now)
{
    private readonly Preferences _preferences = Preferences.FromJson(tenant.Preferences);

    /// <summary>
    /// The links to look at again when all groups are known, after a link: whose name another one had.
    /// </summary>
    public static List<LinkId> Unfinished(StoreSession store, TenantId tenantId, LinkId after, int most) =>
        LinkLists.Held(store, tenantId, Kind.Group, after, most).ConvertAll(link => link.Id);

    /// <summary>
    /// Writes down a group without its members. What was written since Slack was asked, or just before, is newer than
    /// what it showed.
    /// </summary>
    public WrittenGroup Write(SeenGroup seen)
    {
        var (group, asked) = (seen.Group, seen.Asked);
        if (!Fold.CanBeKey(group.Id))
            return new WrittenGroup(new Finding(Found.Unreadable));
        var link = Links.BySlackId(store, tenant.Id, Kind.Group, group.Id);
        if (link is null && LinksToRead.IsAnyGroupWithoutId(store, tenant.Id, asked))
            return new WrittenGroup(new Finding(Found.BeingWritten)); // it may be that one
        if (link is null && WhoIsBeingMade(Name(group)) is { } own)
            return WhoCameBefore(own) is null
                ? new WrittenGroup(new Finding(Found.PassedOver, Remark.Matched))
                : Present(NewLink(group), null, group) with
                {
                    Finding = new Finding(Found.Claimed, Remark.Matched), // once its members are written, too
                };
        if (link is null)
            return Present(NewLink(group), null, group);
        if (
            link.State == LinkState.Pending
            || link.Since >= asked
            || link.SeenAt >= asked
            || link.LostUntil >= asked
            || (link.WantedVersion > 0 && link.Since >= seen.Of)
        )
            return new WrittenGroup(new Finding(Found.BeingWritten));

        var shown = Resources.Find(store, link.ClaimantId);
        var isUnclaimed = !link.Absent && shown is null or { SourceId: null, Deleted: null };
        link = isUnclaimed ? link.See(Profile(group), now, isEcho: true) : link.SeeGroup(Profile(group), now);
        if (isUnclaimed)
            return Present(link, shown, group);
        var wasAtRest = link.State != LinkState.Unknown || link is { Reason: null, SetAside.IsEmpty: true };
        if (link.State == LinkState.Unknown)
            link = link.Know(now);
        link = Links.Save(store, link);
        UserKeys.TryReserve(store, link, KeyKind.GroupName, Name(group)); // nobody else can have it while Slack says so
        if (link.State == LinkState.Broken) // it was to be gone, and counted as gone
            Wishes.Renew(store, link, "Slack knows the group again", now);
        if (link.Absent || shown is { Deleted: not null })
            return new WrittenGroup(new Finding(Found.Claimed));
        var drift = link.IsAtRest
            ? new DriftLook(store, link, Profile(group), seen.Drift, _preferences, now).Find()
            : null;
        if (!wasAtRest && Links.Get(store, link.Id) is { State: LinkState.Settled } known)
            Wishes.Renew(store, known, "somebody wrote the group by the v1 lane", now);
        return new WrittenGroup(
            new Finding(Found.Claimed, Drift: drift),
            link.Id,
            shown!.Id.AsGroup(),
            Links.Get(store, link.Id).WantedVersion
        );
    }

    /// <summary>
    /// Writes down some of what is different of its members. Of one that nobody has claimed they are what is shown.
    /// </summary>
    /// <param name="written">The group.</param>
    /// <param name="of">Of when what was shown is, at the earliest.</param>
    /// <param name="changes">What is different.</param>
    public WrittenGroup WriteMembers(WrittenGroup written, Instant of, IReadOnlyList<MemberChange> changes)
    {
        if (written.Group is not { } id || changes.Count == 0)
            return written;
        if (
            Links.Find(store, written.Link) is not { State: not LinkState.Pending } link
            || link.WantedVersion != written.Version
        )
            return new WrittenGroup(new Finding(Found.BeingWritten));
        var isMoved = false;
        foreach (var change in changes)
            isMoved |= change switch
            {
                MemberChange.Came came => SeenMembers.Came(store, tenant.Id, id, came.SlackId, of),
                MemberChange.Left left => SeenMembers.Left(store, id, left.Member),
                MemberChange.Gone gone => EndRemoval(link, id, gone.Member),
                MemberChange.Confirmed confirmed => SeenMembers.Confirm(store, id, confirmed.Member, of),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        if (!isMoved || written.Finding.Found == Found.Claimed)
            return written;
        // Also if it is new or renamed: between its slices it can be read.
        Resources.Touch(store, id, now);
        return written.Finding.Found == Found.Unchanged
            ? written with
            {
                Finding = written.Finding with { Found = Found.Changed },
            }
            : written;
    }

    // A look may be out of date, so it takes two, as drift does. What is shown stays as it is.
    private bool EndRemoval(Link link, GroupId group, ResourceId member)
    {
        if (!SeenMembers.TryMiss(store, group, member) && SeenMembers.TryEndRemoval(store, group, member))
        {
            HoldRows.DeleteAll(store, group, [member]);
            Drift.Report(
                store,
                link,
                $"{member} was to be removed, and is no longer in the group: there is nothing left to decide",
                now
            );
            if (link.State == LinkState.Blocked)
                Wishes.Join(store, link.Id, "a removal that was dismissed was done in Slack", now);
        }
        return false;
    }

    /// <summary>
    /// Looks at a group again that another one's name kept from being shown: it is that one, or its name may be free by now.
    /// </summary>
    public void LookAgain(LinkId linkId)
    {
        var link = Links.Find(store, linkId)!;
        if (
            link is not { State: not LinkState.Pending, Absent: false, Seen: { } seen, SlackId: { } slackId }
            || Resources.Find(store, link.ClaimantId) is not { SourceId: null, Deleted: null } shown
        )
            return;
        var group = new SlackGroup(slackId, SlackProfile.Read(seen)[SlackField.DisplayName], [], null);
        if (
            link.Protection is null
            && !shown.Waived.Unlinked
            && WhoIsBeingMade(Name(group)) is { } own
            && WhoCameBefore(own) is { } claimant
        )
        {
            var claimed = TakeOver.UnclaimedGroup(store, own, claimant, link, MatchedBy.GroupName, now);
            Operations.Bring(store, Wishes.Renew(store, claimed, "Slack had the group before", now), now);
        }
        else
            Present(link, shown, group);
    }

    // A group without an id at Slack yet that has a name.
    private Link? WhoIsBeingMade(string name) =>
        KeyHolder.Of(store, tenant.Id, KeyKind.GroupName, name) is { IsBeingMade: true } holder
            ? Links.Get(store, holder.Link)
            : null;

    // In a shadow run the gateway has sent no create, so what Slack shows was there before. The group claims it, as if the
    // import had come before the request: the preview shows what becomes of it, and a group that is deleted before the
    // tenant goes live is deleted in Slack.
    private Resource? WhoCameBefore(Link own) =>
        tenant.Standing == Standing.Shadow
        && _preferences.WhenAccountExists == Existing.Adopt
        && own.IsUntold
        && Resources.Find(store, own.ClaimantId) is { SourceId: not null, Deleted: null, Waived.Unlinked: false } group
            ? group
            : null;

    /// <summary>Shows a group whose claim has ended, as Slack has it; gives back what shows it.</summary>
    public GroupId? Show(Link link) =>
        Present(
            link,
            null,
            new SlackGroup(link.SlackId!, link.AtSlack[SlackField.DisplayName], [], null),
            isUnlinked: true
        ).Group;

    /// <summary>
    /// A group that somebody deleted by the v1 lane: whoever wants it again gets another one; what nobody claims is shown
    /// no longer.
    /// </summary>
    public void Gone(Link link)
    {
        if (Resources.Find(store, link.ClaimantId) is { SourceId: null, Deleted: null } shown)
        {
            Members.DropAll(store, shown.Id.AsGroup());
            GroupsOf.ShownChanged(store, shown.Id, now);
            Resources.Delete(store, shown.Id);
            Keys.FreeAll(store, link.Id);
            HoldRows.DeleteAll(store, link.Id);
            Links.Delete(store, link.Id);
            return;
        }
        if (link.ClaimantId?.AsGroup() is { } group)
            ToldMembers.ForgetAll(store, group);
        link = link.Vanish();
        link = Links.Save(store, link.Absent ? link.Know(now) : link.ReadInVain(Reason.UnknownGroup, now));
        if (!link.Absent)
            Drift.Report(store, link, "deleted in Slack", now);
    }

    private static string Name(SlackGroup group) => group.DisplayName ?? group.Id;

    private static SlackProfile Profile(SlackGroup group) =>
        SlackProfile.Nothing.With(SlackField.DisplayName, group.DisplayName);

    private Link NewLink(SlackGroup group) =>
        Links.Save(store, Link.Found(tenant.Id, Kind.Group, group.Id, Profile(group), isReachable: true, now));

    // Shows a group that nobody has claimed, or hides it while another one has its name.
    private WrittenGroup Present(Link link, Resource? shown, SlackGroup group, bool isUnlinked = false)
    {
        var json = ScimJson.NewObject();
        (json["schemas"], json["displayName"]) = (new JsonArray(Urn.Group), Name(group));
        var document = ScimJson.ToUtf8(json);
        if (document.Length > ReadLimits.User.MostBytes || !Fold.CanBeKey(Name(group)))
        {
            Links.Save(store, link);
            return new WrittenGroup(new Finding(Found.Unreadable));
        }

        var resource =
            shown
            ?? Resource
                .New(
                    tenant.Id,
                    Kind.Group,
                    ResourceId.New(now.ToTime()),
                    group.Created is { } created ? Instant.Earlier(Instant.Of(created), now) : now
                )
                .LinkTo(link.Id);
        isUnlinked |= resource.Waived.Unlinked;
        var isFree = TakeName(link, resource, Name(group));
        link = Links.Save(
            store,
            !isFree && !isUnlinked
                    ? link.Present(resource.Id, LinkEvent.FoundInConflict, ReasonCode.GroupInConflict, now)
                : link.Protection is { } known ? link.Present(resource.Id, LinkEvent.FoundProtected, known, now)
                : link.Present(resource.Id, LinkEvent.Shown, isUnlinked ? ReasonCode.Unlinked : null, now)
        );

        var found =
            shown is null ? Found.Added
            : shown.Hidden == !isFree && shown.Document.AsSpan().SequenceEqual(document) ? Found.Unchanged
            : Found.Changed;
        if (found != Found.Unchanged)
            Resources.Save(
                store,
                resource.ShowUnclaimed(
                    new ScimResource(GatewayTypes.Group, json),
                    document,
                    isHidden: !isFree,
                    isUnlinked,
                    now
                )
            );
        Remark? remark =
            link.State == LinkState.Held ? Remark.Conflicting
            : link.Protection is not null ? Remark.Protected
            : null;
        return new WrittenGroup(new Finding(found, remark), link.Id, resource.Id.AsGroup(), link.WantedVersion);
    }

    // A group whose name another one has, be it one that only wants it, holds none; but one that is in the mirror alone
    // wants none in Slack.
    private bool TakeName(Link link, Resource resource, string name)
    {
        var isReserved = UserKeys.TryReserve(store, link, KeyKind.GroupName, name);
        var namesake = ResourceNames.OfGroupName(store, tenant.Id, Fold.Key(name));
        var isShown = namesake is null || namesake.Id == resource.Id;
        var isKept = isReserved && (isShown || namesake is { Waived.Unlinked: true });
        foreach (var held in Keys.Of(store, link.Id, KeyKind.GroupName))
            if (!isKept || held != Fold.Key(name))
                Keys.Free(store, link, KeyKind.GroupName, held);
        return isReserved && isShown;
    }
}

using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Writing;

/// <summary>
/// The first transaction of a group: document, name, member rows, link and operation, all or nothing. Members are rows,
/// so that one of them costs one row.
/// </summary>
/// <param name="store">The transaction.</param>
/// <param name="asked">Who asks, and when.</param>
/// <param name="refusal">Why nothing may be written that Slack would hear of; null if it may.</param>
/// <param name="filters">Whom the request's filters mean.</param>
internal sealed class GroupWriteDown(StoreSession store, Asked asked, ScimException? refusal, MemberFilters filters)
{
    // Whom Slack refused is tried again with the group's next write, but not with each of many.
    private static readonly TimeSpan _untilTriedAgain = TimeSpan.FromHours(1);

    private static readonly FieldSet _name = FieldSet.Of(SlackField.DisplayName);

    private readonly Caller _caller = asked.Caller;
    private readonly Instant _now = Instant.Of(asked.At);
    private readonly List<string> _notes = [];

    // Whether it takes over a group whose deletion the guard holds.
    private bool _wasToGo;
    private readonly Nesting _nesting = new(store, asked.Caller.TenantId, Instant.Of(asked.At))
    {
        Caller = asked.Caller,
    };

    /// <summary>Asks for what most changes read before they write, all together.</summary>
    /// <param name="before">The group as it was read before.</param>
    /// <param name="members">What becomes of its members.</param>
    public GroupWriteDown Foresee(Resource before, IReadOnlyList<MembershipChange> members)
    {
        store.Foresee(asks =>
        {
            Resources.Find(asks, before.Id);
            Links.Find(asks, before.LinkId);
            Tenants.Find(asks, _caller.TenantId);
            Membership.Foresee(asks, _caller, before.Id.AsGroup(), members);
        });
        return this;
    }

    /// <summary>Asks for what most new groups read before they are written, all together.</summary>
    public GroupWriteDown Foresee(ScimResource group, IReadOnlyList<MembershipChange> members, GroupId id)
    {
        var name = GroupDocument.Name(group);
        store.Foresee(asks =>
        {
            Resources.OfGroupName(asks, _caller.TenantId, Fold.Key(name));
            UserKeys.HolderId(asks, _caller.TenantId, KeyKind.GroupName, name);
            Tenants.Find(asks, _caller.TenantId);
            Membership.Foresee(asks, _caller, id, members);
        });
        return this;
    }

    /// <summary>
    /// A new group: one that nobody has, one that was deleted here, or one that Slack has and nobody claims.
    /// </summary>
    public WrittenDown Create(ScimResource group, IReadOnlyList<MembershipChange> members, GroupId id)
    {
        var name = GroupDocument.Name(group);
        if (Resources.OfGroupName(store, _caller.TenantId, Fold.Key(name)) is { SourceId: not null } namesake)
            throw ScimException.Uniqueness($"Another group has the displayName '{name}'; its id is {namesake.Id}.");

        var holder = UserKeys.Holder(store, _caller.TenantId, KeyKind.GroupName, name);
        var shown = holder is null ? null : Resources.Find(store, holder.ClaimantId);
        var (link, of) = (holder, shown) switch
        {
            (null, _) => (Link.New(_caller.TenantId, Kind.Group), Account.None),
            (_, { Deleted: not null }) => (holder, Account.Former),
            // It stays as it is until an operator says whose it is: the new one is in the mirror alone.
            (_, { SourceId: null, Waived.Unlinked: true }) => (Link.New(_caller.TenantId, Kind.Group), Account.None),
            (_, { SourceId: null }) => (holder, Account.Unclaimed),
            // Whose name it was still has it at Slack.
            _ => throw new Declined(Refusal.Taken(new KeyOwner(holder, shown), KeyKind.GroupName)),
        };
        // The row that showed an unclaimed group is the provider's from now on.
        var resource = of == Account.Unclaimed ? shown! : Resource.New(_caller.TenantId, Kind.Group, id, _now);
        var revision =
            of == Account.Unclaimed ? Revision.Replaced(resource.Read(), PathSet.Nothing, group) : Revision.Made(group);
        var isUnlinked = of == Account.None && shown is not null;
        if (isUnlinked)
        {
            // What shows the group that an operator has unlinked is hidden while another one has its name.
            Resources.Save(store, shown!.Hide().Touch(_now));
            resource = resource.Unlink();
        }
        var verdict = isUnlinked
            ? Verdict.Skip.Unlinked
            : Judge(new GroupWish(Trigger.Create, of, link.Protection is not null));
        Require(verdict);
        if (of == Account.Former)
        {
            _wasToGo = link is { State: LinkState.Held, Reason.IsGuards: true };
            HoldRows.Close(store, link.TenantId, link.Id);
            Members.TakeOverGroup(store, shown!.Id, resource.Id.AsGroup());
            link = ForgetUnsettled(link);
        }
        if (of == Account.Unclaimed)
        {
            SeenMembers.Trust(store, resource.Id.AsGroup());
            link = link.TakeSeen();
        }
        link = link.ClaimBy(resource.Id).Want(absent: link.Absent && verdict is Verdict.Skip { Left: Part.Account });
        return Write(link, resource, revision, members, verdict, SlackPriority.Joiner);
    }

    /// <summary>Another document, other members, or both; of a group that nobody has it is a claim.</summary>
    /// <param name="id">The group.</param>
    /// <param name="revision">What becomes of the document; null if the request speaks of members alone.</param>
    /// <param name="members">What becomes of the members.</param>
    /// <param name="version">The version that it was decided on; null if any will do.</param>
    public WrittenDown Change(GroupId id, Revision? revision, IReadOnlyList<MembershipChange> members, long? version)
    {
        if (Resources.Find(store, id) is not { Deleted: null, Hidden: false } resource)
            throw ScimException.NotFound($"There is no group {id}.");
        if (version is { } decided && resource.Version != decided)
            throw new Outdated();
        var link = Links.Find(store, resource.LinkId)!;
        RequireLinked(resource);
        var isClaim = resource.SourceId is null;
        var document = revision is { Changed.IsEmpty: false } || isClaim ? revision ?? Unchanged(resource) : null;
        if (
            document is not null
            || (revision is not null && !revision.Spoken.IsEmpty && link.State == LinkState.Failed)
        )
            RequireOwn(resource);
        var verdict = resource.Waived.Unlinked
            ? Verdict.Skip.Unlinked
            : Judge(
                new GroupWish(
                    Trigger.Change,
                    isClaim ? Account.Unclaimed : Had(resource, link),
                    link.Protection is not null
                )
            );
        if (verdict is Verdict.Allow)
            link = link.Want(absent: false);
        if (isClaim)
            SeenMembers.Trust(store, id);
        if (document is not null)
        {
            Require(verdict);
            return Write(
                isClaim ? link.TakeSeen() : Unlearned(ForgetUnsettled(link), resource, document),
                resource,
                document,
                members,
                verdict,
                SlackPriority.Update
            );
        }

        // Who repeats the name speaks of it, too: what Slack says to it is his to hear, and what he asks beside
        // it goes back with it.
        var isSpoken = revision is { Spoken.IsEmpty: false };
        var rows = Read(resource, members, verdict, isSpoken, IsOtherwise(link));
        Write(resource, link, rows);
        var named = revision is null ? link : Unlearned(link, resource, revision);
        var isSaidAgain =
            link.State == LinkState.Failed
            || named != link
            // It is gone at Slack: whoever says anything of it has it made again.
            || (verdict is Verdict.Allow && link is { State: LinkState.Settled, SlackId: null })
            || (link.State == LinkState.Unknown && isSpoken && resource.SourceId == _caller.SourceId);
        if (rows is { IsShown: false, IsTold: false } && !isSaidAgain)
            return Apply.Nothing(store, asked, resource);
        Require(verdict);
        if (rows.IsShown)
            resource = resource.Touch(_now);
        if (verdict is Verdict.Allow)
            resource = resource.LetIn();
        resource = Resources.Save(store, isSpoken ? resource.Remember() : resource);
        return Wished(named, resource, verdict, SlackPriority.Update, isSpoken ? _name : null);
    }

    // Whether somebody may have changed its members in Slack, by the v1 lane or as one look tells: what is said of them
    // is told whatever was told before.
    private static bool IsOtherwise(Link link) => link.State == LinkState.Unknown || link.IsDriftSuspected;

    // The name that Slack shows otherwise than right after it was told is told again when its source says it again.
    private Link Unlearned(Link link, Resource resource, Revision revision) =>
        resource.SourceId == _caller.SourceId
        && revision.Spoken.Has("displayName")
        && link.SeenOtherwise.Has(SlackField.DisplayName)
            ? link.Unlearn(_name)
            : link;

    /// <summary>What is left is a tombstone, whose group is to be gone.</summary>
    /// <param name="id">The group.</param>
    /// <param name="version">The version that the request names; null if any will do.</param>
    public WrittenDown Delete(GroupId id, long? version)
    {
        if (
            Resources.Find(store, id) is not { Deleted: null } resource
            || (version is { } named && resource.Version != named)
        )
            throw new Outdated();
        var link = Links.Find(store, resource.LinkId)!;
        RequireOwn(resource);
        RequireLinked(resource);
        var verdict = Judge(
            new GroupWish(
                Trigger.Delete,
                resource.SourceId is null ? Account.Unclaimed : Had(resource, link),
                link.Protection is not null
            )
        );
        Require(verdict);
        if (verdict is Verdict.Allow && link.SlackId is not null && HeldBack(link) is { } held)
            verdict = new Verdict.Hold(held);
        link = resource.SourceId is null ? link.TakeSeen() : ForgetUnsettled(link);
        // What is to be gone already goes, whoever has taken its place meanwhile.
        link = link.Want(absent: link.Absent || verdict is not Verdict.Skip);
        resource = resource.Bury(_caller.SourceId, staysIn: !link.Absent, _now);
        Resources.Save(store, resource);
        FormerMembers.Forget(store, id);
        GroupsOf.Moved(store, id, _now);
        _nesting.Written = id;
        _nesting.Around(
            id,
            () =>
            {
                Members.Hide(store, id, isGone: true);
                return true;
            }
        );
        return Wished(link, resource, verdict, SlackPriority.Leaver, _name);
    }

    private WrittenDown Write(
        Link link,
        Resource resource,
        Revision revision,
        IReadOnlyList<MembershipChange> members,
        Verdict verdict,
        SlackPriority priority
    )
    {
        resource = resource.Revise(revision, _caller.SourceId, Waive(resource, revision, verdict), rule: null, _now);
        var isNew = resource.Version == 1;
        // What is read of members was foreseen, which holds until something is written.
        var rows = Read(resource, members, verdict, goesBack: !isNew, IsOtherwise(link));
        if (link.Id == default)
            link = Links.Save(store, link);
        if (!resource.Waived.Unlinked) // the group at Slack has the name
            Reserve(link, GroupDocument.Name(revision.After));
        resource = Resources.Save(store, resource.LinkTo(link.Id));
        Write(resource, link, rows);
        // A new group that is empty, or nearly, takes no more away than the deletion that was held would have.
        if (_wasToGo && resource.Id.AsGroup() is var group)
            Leaving.Count(store, _caller, group, link.Id, ToldMembers.Leaving(store, group), _now);
        if (rows.IsShown && !isNew && revision.Changed.IsEmpty)
            resource = Resources.Save(store, resource.Touch(_now));
        return Wished(link, resource, verdict, priority, _name);
    }

    private Membership Read(
        Resource resource,
        IReadOnlyList<MembershipChange> members,
        Verdict verdict,
        bool goesBack,
        bool isUnknown
    )
    {
        var membership = new Membership(
            store,
            asked,
            resource,
            filters,
            verdict is Verdict.Skip { Left: Part.Rest } ? ReasonCode.GroupUpdatesOff : null,
            goesBack,
            isUnknown
        );
        membership.Read(members);
        return membership;
    }

    private void Write(Resource resource, Link link, Membership membership)
    {
        membership.Write(link.Id);
        _notes.AddRange(membership.Notes);
        _nesting.Written = resource.Id.AsGroup();
        _nesting.Follow(resource.Id.AsGroup(), membership.Changed);
    }

    // A path that a preference leaves out is in no plan until the provider writes it again when it is allowed.
    private static Waived Waive(Resource resource, Revision revision, Verdict verdict)
    {
        var waived = new Waived(resource.Waived.Paths.Without(revision.Spoken)) { Unlinked = resource.Waived.Unlinked };
        return verdict switch
        {
            Verdict.Skip { Left: Part.Account } => waived with { Account = true },
            Verdict.Skip => waived.With(revision.Changed),
            _ => waived,
        };
    }

    private static Revision Unchanged(Resource resource) =>
        new(resource.Read(), resource.Asserted, PathSet.Nothing) { Changed = PathSet.Nothing };

    private void Reserve(Link link, string name)
    {
        if (UserKeys.TryReserve(store, link, KeyKind.GroupName, name))
            return;
        var holder = UserKeys.Holder(store, _caller.TenantId, KeyKind.GroupName, name)!;
        var owner = new KeyOwner(holder, Resources.Find(store, holder.ClaimantId));
        throw new Declined(Refusal.Taken(owner, KeyKind.GroupName));
    }

    private void RequireOwn(Resource group)
    {
        if (group.SourceId is { } owner && owner != _caller.SourceId)
            throw Refusal.OfAnotherSource(Kind.Group, Sources.Name(store, _caller.TenantId, owner)).Why;
    }

    private static void RequireLinked(Resource group)
    {
        if (Refusal.IfUnlinked(group) is { } unlinked)
            throw unlinked.Why;
    }

    private Reason? HeldBack(Link link) =>
        new GuardCount(store, _caller, Guarded.Group, default, _now).Count(link.Id.ToString());

    // An unsettled wish may have been sent: the name that it carried is unknown, and unknown is always planned.
    private Link ForgetUnsettled(Link link) =>
        link.IsUnsettled && !Tenants.Find(store, _caller.TenantId).Still ? link.UnlearnAll() : link;

    private static Account Had(Resource resource, Link link) =>
        link.SlackId is null ? Account.None
        : resource.Waived.IsNeverIn ? Account.NeverIn
        : Account.Own;

    private Verdict Judge(GroupWish wish) => GroupPolicy.Decide(_caller.Preferences, wish);

    // What changes nothing is answered as ever, and does not come here.
    private void Require(Verdict verdict)
    {
        if ((verdict as Verdict.Refuse)?.Why is { } refused)
            throw refused;
        if (refusal is not null)
            throw refusal;
    }

    // A wish of its own. One for members alone leaves alone what the link says of the document's last one, which may
    // still be under way.
    private WrittenDown Wished(Link link, Resource resource, Verdict verdict, SlackPriority priority, FieldSet? spoken)
    {
        var held = (verdict as Verdict.Hold)?.Why;
        link = Links.Save(
            store,
            link.Wish(new Wish(asked.OperationId, spoken, priority, _now, Instant.Of(asked.AnswerBy), held))
        );
        if (held is not null)
        {
            Holds.Open(store, _caller.TenantId, link.Id, held, _now);
            Apply.Journal(store, asked, resource, link.WantedVersion, verdict, "held");
            return new WrittenDown(resource, null, link.WantedVersion) { Beside = _nesting.Links };
        }
        ToldMembers.TryAgain(store, resource.Id.AsGroup(), _now - _untilTriedAgain);
        Apply.Journal(store, asked, resource, link.WantedVersion, verdict, "pending");
        OperationJournal.Add(store, new Served(link.Id, link.WantedVersion - 1, link.WantedVersion), null, _notes);
        return new WrittenDown(resource, link.Id, link.WantedVersion) { Beside = _nesting.Links };
    }
}

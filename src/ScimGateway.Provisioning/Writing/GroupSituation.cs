using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Writing;

/// <summary>
/// All that a write of a group is decided by but for the member rows, of which there may be many: what became of those is
/// added when they are written.
/// </summary>
/// <param name="Resource">The group; null if it is new.</param>
/// <param name="Link">The group's link.</param>
internal sealed record GroupSituation(Resource? Resource, Link? Link) : Situation(Resource, Link)
{
    /// <summary>What is shown under the name of a new group.</summary>
    public Resource? Namesake { get; init; }

    /// <summary>Whose the wanted name is at Slack; null if it is free, or none is wanted.</summary>
    public KeyOwner? NameOwner { get; init; }

    /// <summary>What the guard has counted of groups before a deletion; null if it counts none.</summary>
    public GuardNumbers? Counted { get; init; }

    /// <summary>What became of the member rows; null before they are written.</summary>
    public MembersChange? Members { get; init; }

    /// <summary>Reads what a new group is decided by.</summary>
    public static GroupSituation ReadNew(
        StoreSession store,
        WriteRequest asked,
        GroupId id,
        ScimResource group,
        IReadOnlyList<MembershipChange> members
    )
    {
        var (tenant, name) = (asked.Caller.TenantId, GroupDocument.Name(group));
        ReadAhead(
            store,
            asked,
            asks =>
            {
                ResourceNames.OfGroupName(asks, tenant, Fold.Key(name));
                UserKeys.HolderId(asks, tenant, KeyKind.GroupName, name);
                Tenants.Find(asks, tenant);
                Membership.Prefetch(asks, asked.Caller, id, members);
            }
        );
        var namesake = ResourceNames.OfGroupName(store, tenant, Fold.Key(name));
        var there = new GroupSituation(null, null)
        {
            Namesake = namesake,
            NamesakesSource = Other(store, asked, namesake),
            NameOwner = Owner(store, tenant, name, null, null),
        };
        return there.WithStill(store, tenant);
    }

    /// <summary>Reads what a change of a group is decided by.</summary>
    /// <param name="store">The transaction.</param>
    /// <param name="asked">Who asks.</param>
    /// <param name="before">The group as it was read before.</param>
    /// <param name="version">The version that it has to have still; null if any will do.</param>
    /// <param name="revision">What becomes of the document; null if the request speaks of members alone.</param>
    /// <param name="members">What becomes of the members.</param>
    /// <exception cref="Outdated">The group is another by now.</exception>
    public static GroupSituation ReadChange(
        StoreSession store,
        WriteRequest asked,
        Resource before,
        long? version,
        Revision? revision,
        IReadOnlyList<MembershipChange> members
    )
    {
        var tenant = asked.Caller.TenantId;
        var changed = revision is { Changed.IsEmpty: false } ? revision.After : null;
        ReadAhead(
            store,
            asked,
            asks =>
            {
                Prefetch(asks, asked, before);
                if (changed is not null)
                    UserKeys.HolderId(asks, tenant, KeyKind.GroupName, GroupDocument.Name(changed));
                Membership.Prefetch(asks, asked.Caller, before.Id.AsGroup(), members);
            }
        );
        var there = Read(store, asked, before, version);
        var wanted = changed ?? (there.Resource!.SourceId is null ? there.Resource.Read() : null);
        return wanted is null
            ? there
            : there with
            {
                NameOwner = Owner(store, tenant, GroupDocument.Name(wanted), there.Link, there.Resource),
            };
    }

    /// <summary>Reads what a deletion is decided by.</summary>
    /// <param name="store">The transaction.</param>
    /// <param name="asked">Who asks.</param>
    /// <param name="before">The group as it was read before.</param>
    /// <param name="version">The version that it has to have still; null if any will do.</param>
    /// <exception cref="Outdated">The group is another by now.</exception>
    public static GroupSituation ReadDeletion(StoreSession store, WriteRequest asked, Resource before, long? version)
    {
        var groups = new GuardCount(store, asked.Caller, Guarded.Group, default, asked.Now);
        ReadAhead(
            store,
            asked,
            asks =>
            {
                Prefetch(asks, asked, before);
                groups.Prefetch(before.LinkId!.Value.ToString());
            }
        );
        var there = Read(store, asked, before, version);
        return there with { Counted = groups.Read(there.Link!.Id.ToString()) };
    }

    private static void Prefetch(StoreSession asks, WriteRequest asked, Resource before)
    {
        Resources.Find(asks, before.Id);
        Links.Find(asks, before.LinkId);
        Tenants.Find(asks, asked.Caller.TenantId);
        if (before.SourceId is { } source && source != asked.Caller.SourceId)
            Sources.Name(asks, asked.Caller.TenantId, source);
    }

    private static GroupSituation Read(StoreSession store, WriteRequest asked, Resource before, long? version)
    {
        var resource = AsItWas(store, before, version);
        var there = new GroupSituation(resource, Links.Find(store, resource.LinkId)!)
        {
            OtherSource = Other(store, asked, resource),
        };
        return there.WithStill(store, asked.Caller.TenantId);
    }

    private static KeyOwner? Owner(StoreSession store, TenantId tenant, string name, Link? own, Resource? group) =>
        UserKeys.HolderId(store, tenant, KeyKind.GroupName, name) is not { } holder ? null
        : holder == own?.Id ? new KeyOwner(own, group)
        : Links.Find(store, holder) is { } link ? new KeyOwner(link, Resources.Find(store, link.ClaimantId))
        : null;

    // Of what is settled it does not matter.
    private GroupSituation WithStill(StoreSession store, TenantId tenant) =>
        (Link ?? NameOwner?.Link) is { IsUnsettled: true }
            ? this with
            {
                IsStill = Tenants.Find(store, tenant).Still,
            }
            : this;
}

using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Operating;

/// <summary>Who is only in Slack in a group goes, as far as the preview named them.</summary>
internal sealed class FullListChange(OperatedTenant tenant, TenantChange.FullList change) : ChangeWork
{
    /// <inheritdoc/>
    public override async Task<TenantChange> PreviewAsync(Planned planned)
    {
        var (link, leaving) = await tenant.Store.ReadAsync(session =>
            (Require(session).LinkId!.Value, MemberLists.OnlyInSlack(session, change.Group))
        );
        foreach (var member in leaving)
            planned.Add(new PlannedLink(link, member, ["Leaves"]));
        return change with { Leaving = leaving };
    }

    /// <inheritdoc/>
    public override Noted Note(StoreSession session)
    {
        Require(session);
        return new Noted(
            "full list confirmed",
            $"group {change.Group}: {Leaving(session).Count()} leave who were only in Slack"
        );
    }

    /// <inheritdoc/>
    public override Batch Start(StoreSession session)
    {
        if (Own(session) is not { SourceId: { } source, LinkId: { } link })
            return Batch.Last;
        var leaving = Leaving(session).Take(MostAtOnce).ToList();
        WantedMembers.Say(session, change.Group, [], leaving, source);
        if (leaving.Count > 0)
            Wishes.Join(session, link, "an operator confirmed who is in the group", tenant.Now);
        return leaving.Count < MostAtOnce ? Batch.Last : new Batch(Start);
    }

    private IEnumerable<ResourceId> Leaving(StoreSession session) =>
        MemberLists.OnlyInSlack(session, change.Group).Intersect(change.Leaving);

    private Resource Require(StoreSession session)
    {
        if (tenant.Current.Now.GroupMembership != GroupMembership.Overwrite)
            throw new NotReadyException("The tenant keeps members who are only in Slack (preference groupMembership).");
        return Own(session)
            ?? throw new NotReadyException($"There is no group {change.Group} that a source has claimed.");
    }

    private Resource? Own(StoreSession session) =>
        Resources.Find(session, change.Group) is { Kind: Kind.Group, Deleted: null, SourceId: not null } own
        && own.TenantId == tenant.Id
            ? own
            : null;
}

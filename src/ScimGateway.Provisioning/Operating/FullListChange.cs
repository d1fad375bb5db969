using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Provisioning.Operating;

/// <summary>An operator says, in place of a full list that the group's source never sends, that who is wanted in a group is all (DESIGN 6).</summary>
public sealed class FullLists(Store store, Executor executor, CurrentPreferences current, int tenantId, TimeProvider clock)
{
    /// <summary>Who is only in Slack, and would go.</summary>
    public IReadOnlyList<Guid> Preview(Guid group) =>
        store.Read(session => MemberRows.OnlyInSlack(session, Own(session, group).Id));

    /// <summary>Has those of a preview go; says how many there were still.</summary>
    /// <exception cref="NotReadyException">The tenant keeps who is only in Slack, or nobody has claimed the group.</exception>
    public async Task<int> ConfirmAsync(Guid group, IReadOnlyCollection<Guid> confirmed)
    {
        if (current.Now.GroupMembership != GroupMembership.Overwrite)
            throw new NotReadyException("The tenant keeps members who are only in Slack (preference GroupMembership).");
        var (link, left) = await store
            .WriteAsync(
                session =>
                {
                    var own = Own(session, group);
                    var leaving = MemberRows.OnlyInSlack(session, own.Id).Intersect(confirmed).ToList();
                    foreach (var member in leaving)
                        MemberRows.Unwant(session, own.Id, member, own.SourceId!.Value);
                    if (leaving.Count > 0)
                        Wishes.Join(
                            session,
                            own.LinkId!.Value,
                            "an operator confirmed who is in the group",
                            clock.GetUtcNow().ToUnixTimeMilliseconds()
                        );
                    return (own.LinkId!.Value, leaving.Count);
                },
                CancellationToken.None
            )
            .ConfigureAwait(false);
        executor.Consider(link);
        return left;
    }

    private Resource Own(StoreSession session, Guid group) =>
        Rows.ReadResource(session, group) is { Kind: Kind.Group, Deleted: null, SourceId: not null } own
        && own.TenantId == tenantId
            ? own
            : throw new NotReadyException($"There is no group {group} that a source has claimed.");
}

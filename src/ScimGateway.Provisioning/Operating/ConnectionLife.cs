using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Operating;

/// <summary>
/// Whether Slack hears of a tenant: shadow run, disabled, live. To stop is done at once, without a preview; to go on is
/// a change as others are.
/// </summary>
internal sealed class ConnectionLife(OperatedTenant tenant)
{
    /// <summary>
    /// From now on everything is accepted and planned, and Slack told nothing. Returns when nothing is under way there
    /// any more.
    /// </summary>
    public async Task BeginShadowAsync(string by = OperationJournal.Operator)
    {
        var isEnabled = (await ReadAsync()).Enabled;
        await tenant.Executor.StandStillAsync(isEnabled ? Standing.Shadow : Standing.Disabled);
        await SaveAsync(before => (before.Enabled, true), "shadow run", by);
    }

    /// <summary>Slack is not called any more. Returns when nothing is under way there.</summary>
    public async Task DisableAsync(string by = OperationJournal.Operator)
    {
        await tenant.Executor.StandStillAsync(Standing.Disabled);
        await SaveAsync(before => (false, before.Shadow), "disabled", by);
    }

    /// <summary>
    /// What becomes of links that have something to do when the tenant goes on, as things are now; of whom nobody sees
    /// anything is none of them.
    /// </summary>
    public async Task<Dictionary<LinkId, Outlook>> LookAsync(IReadOnlyList<LinkId> pending) =>
        await tenant.Store.ReadAsync(session =>
        {
            var outlooks = new Dictionary<LinkId, Outlook>();
            foreach (var id in pending)
                if (
                    Wanted.Read(session, id, tenant.Current.Now) is { } wanted
                    && Outlook.Of(wanted, tenant.Now) is { } outlook
                )
                    outlooks[id] = outlook;
            return outlooks;
        });

    /// <summary>The tenant as it is.</summary>
    public async Task<Tenant> ReadAsync() => await tenant.Store.ReadAsync(session => Tenants.Find(session, tenant.Id));

    // What is not decided here is as it is by then: the gateway may have disabled the tenant itself meanwhile.
    private Task<int> SaveAsync(Func<Tenant, (bool Enabled, bool Shadow)> decide, string what, string by) =>
        tenant.Store.WriteAsync(
            session =>
            {
                var (enabled, shadow) = decide(Tenants.Find(session, tenant.Id));
                OwnEntries.WriteDone(session, tenant.Id, by, what, tenant.Now, "", null, tenant.Now);
                return TenantStandings.SetStanding(session, tenant.Id, enabled, shadow);
            },
            CancellationToken.None
        );
}

/// <summary>
/// A shadow run ends, or a disabled tenant goes on: Slack is told what was confirmed, and what came since the preview
/// as far as the guard allows.
/// </summary>
internal sealed class GoingOn(OperatedTenant tenant, TenantChange.GoOn change) : ChangeWork
{
    /// <inheritdoc/>
    public override async Task<TenantChange> PreviewAsync(Planned planned)
    {
        // From here on the guard counts what comes, as it is not in the preview.
        await tenant.Store.WriteAsync(
            session => TenantStandings.SetPreviewed(session, tenant.Id, tenant.Now),
            CancellationToken.None
        );
        return await tenant.Store.ReadAsync(session => Plan(session, planned));
    }

    /// <inheritdoc/>
    public override Noted Note(StoreSession session)
    {
        var before = Tenants.Find(session, tenant.Id);
        Require(before);
        var now = before.Shadow && !change.EndsShadow ? Standing.Shadow : Standing.Live;
        TenantStandings.SetStanding(session, tenant.Id, enabled: true, now == Standing.Shadow);
        return new Noted(
            now == Standing.Shadow ? "shadow run: Slack is read"
                : change.EndsShadow ? "going live"
                : "enabled",
            $"{before.Standing} before, {now} now",
            () => tenant.Executor.GoOn(now)
        );
    }

    private void Require(Tenant before)
    {
        if (before.OrganizationId is null)
            throw new NotReadyException("The tenant is not connected to Slack; connect it with a token first.");
        if (before.Problem is not null)
            throw new NotReadyException(
                $"Slack cannot be written: {before.Problem} Test the connection, with another token if need be."
            );
        if (!before.IsPreviewed(tenant.Now)) // it has stopped, or been stopped, since then
            throw new NotReadyException(
                "The tenant was stopped since the preview: make a preview again, look at it and confirm that one."
            );
    }

    private TenantChange.GoOn Plan(StoreSession session, Planned planned)
    {
        var following = new HashSet<LinkId>();
        foreach (var id in LinkLists.Pending(session, tenant.Id))
            if (
                Wanted.Read(session, id, tenant.Current.Now) is { } wanted
                && Outlook.Of(wanted, tenant.Now) is { } outlook
            )
            {
                planned.Add(wanted.Link, outlook);
                following.UnionWith(Following.Of(session, wanted, outlook.IsThere, tenant.Current.Now));
            }
        foreach (var (kind, state, why, owned, many) in LinkLists.CountAtRest(session, tenant.Id))
            if (Outlook.Of(state, why, owned) is { } outlook)
                planned.Count(kind, outlook, many);
        foreach (var id in following)
            if (Alone(session, id) is (var link, { IsNothing: true } alone))
                planned.Follow(link, alone);
        planned.CountMatched(LinkLists.CountMatched(session, tenant.Id));
        return change;
    }

    // What becomes of a link that follows others, by itself.
    private (Link, Outlook?) Alone(StoreSession session, LinkId id)
    {
        var wanted = Wanted.Read(session, id, tenant.Current.Now)!;
        return wanted.Link.State == LinkState.Pending
            ? (wanted.Link, Outlook.Of(wanted, tenant.Now))
            : (
                wanted.Link,
                LinkLists.CountAtRest(session, tenant.Id, id) is [var one]
                    ? Outlook.Of(one.State, one.Why, one.Owned)
                    : null
            );
    }
}

using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Operating;

/// <summary>Whether Slack hears of a tenant (DESIGN 7): shadow run, disabled, live. Kept with the tenant, so that a restart changes nothing.</summary>
public sealed class ConnectionLife(Store store, Executor executor, CurrentPreferences current, int tenantId, TimeProvider clock)
{
    /// <summary>From now on everything is accepted and planned, and Slack told nothing. Returns when nothing is under way there any more.</summary>
    public async Task BeginShadowAsync()
    {
        var isEnabled = Read().Enabled;
        await executor.StandStillAsync(isEnabled ? Standing.Shadow : Standing.Disabled).ConfigureAwait(false);
        await SaveAsync(tenant => (tenant.Enabled, true), "shadow run").ConfigureAwait(false);
    }

    /// <summary>Slack is not called any more. Returns when nothing is under way there.</summary>
    public async Task DisableAsync()
    {
        await executor.StandStillAsync(Standing.Disabled).ConfigureAwait(false);
        await SaveAsync(tenant => (false, tenant.Shadow), "disabled").ConfigureAwait(false);
    }

    /// <summary>What Slack would be told if the tenant went live now. From here on the guard counts what comes, as it is not in the preview.</summary>
    public async Task<Preview> PreviewAsync(int most = 1_000)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        await store
            .WriteAsync(
                session =>
                    session.Execute("update tenants set previewed = @now where id = @id", ("@now", now), ("@id", tenantId)),
                CancellationToken.None
            )
            .ConfigureAwait(false);
        return store.Read(session => Plan(session, now, most));
    }

    /// <summary>Ends the shadow run: Slack is told what was confirmed, and what came since then as far as the guard allows.</summary>
    /// <exception cref="NotReadyException">The connection is not valid, or what would be sent has not been looked at.</exception>
    public Task GoLiveAsync(Preview confirmed) => GoOnAsync(shadow: false, confirmed, "going live");

    /// <summary>A disabled tenant goes on where it was, live or in its shadow run. Live, what was taken on meanwhile is to be confirmed.</summary>
    /// <exception cref="NotReadyException">The connection is not valid, or what would be sent has not been looked at.</exception>
    public Task EnableAsync(Preview? confirmed = null) => GoOnAsync(Read().Shadow, confirmed, "enabled");

    private async Task GoOnAsync(bool shadow, Preview? confirmed, string what)
    {
        await store
            .WriteAsync(
                session =>
                {
                    Require(session, shadow, confirmed);
                    Links.LetAllGo(session, tenantId);
                    return Save(session, enabled: true, shadow, what);
                },
                CancellationToken.None
            )
            .ConfigureAwait(false);
        executor.GoOn(shadow ? Standing.Shadow : Standing.Live);
    }

    private void Require(StoreSession session, bool shadow, Preview? confirmed)
    {
        var tenant = TenantRows.Read(session, tenantId);
        if (tenant.OrganizationId is null)
            throw new NotReadyException("The tenant is not connected to Slack; connect it with a token first.");
        if (tenant.Problem is not null)
            throw new NotReadyException(
                $"Slack cannot be written: {tenant.Problem} Test the connection, with another token if need be."
            );
        if (shadow || !Links.IsAnyPending(session, tenantId))
            return;
        var isNewest = confirmed is not null && confirmed.At.ToUnixTimeMilliseconds() == tenant.Previewed;
        if (!isNewest || !tenant.IsPreviewed(clock.GetUtcNow().ToUnixTimeMilliseconds()))
            throw new NotReadyException(
                "What Slack would be told has to be looked at first: make a preview and confirm it within the hour; only the newest one counts."
            );
    }

    private Preview Plan(StoreSession session, long at, int most)
    {
        var planned = new Planned(most);
        foreach (var id in Links.Pending(session, tenantId))
            if (Wanted.Read(session, id, current.Now) is { Commands.Count: > 0 } wanted)
                planned.Add([PlannedLink.Of(wanted)]);
        return planned.ToPreview(DateTimeOffset.FromUnixTimeMilliseconds(at));
    }

    // What is not decided here is as it is by then: the gateway may have disabled the tenant itself meanwhile.
    private Task<int> SaveAsync(Func<Tenant, (bool Enabled, bool Shadow)> decide, string what) =>
        store.WriteAsync(
            session =>
            {
                var (enabled, shadow) = decide(TenantRows.Read(session, tenantId));
                return Save(session, enabled, shadow, what);
            },
            CancellationToken.None
        );

    private int Save(StoreSession session, bool enabled, bool shadow, string what)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        OperationJournal.WriteDone(session, tenantId, "operator", what, now, "", null, now);
        return session.Execute(
            "update tenants set enabled = @enabled, shadow = @shadow, still = @still, previewed = null where id = @id",
            ("@still", !enabled || shadow), // whoever saves it has waited for all calls
            ("@enabled", enabled),
            ("@shadow", shadow),
            ("@id", tenantId)
        );
    }

    /// <summary>The tenant as it is.</summary>
    public Tenant Read() => store.Read(session => TenantRows.Read(session, tenantId));
}

using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Provisioning.Operating;

/// <summary>Whether Slack hears of a tenant (DESIGN 7): shadow run, disabled, live. Kept with the tenant, so that a restart changes nothing.</summary>
public sealed class ConnectionLife(Store store, Executor executor, CurrentPreferences current, int tenantId, TimeProvider clock)
{
    private const string InShadow = "shadow run";
    private const string WhileDisabled = "The tenant is disabled; an operator has to enable it.";

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

    /// <summary>Why nothing is sent, for people.</summary>
    internal static string? Why(Standing standing) =>
        standing switch
        {
            Standing.Shadow => InShadow,
            Standing.Disabled => WhileDisabled,
            _ => null,
        };

    /// <summary>Whether a preview can be confirmed still: what has come since then was counted by the guard, which looks back so far.</summary>
    internal static bool IsValid(long? previewed, long now) =>
        previewed is { } at && now - at < (long)Guard.Window.TotalMilliseconds;

    private async Task GoOnAsync(bool shadow, Preview? confirmed, string what)
    {
        await store
            .WriteAsync(
                session =>
                {
                    Require(session, shadow, confirmed);
                    session.Execute(
                        "update links set reason = null where tenant_id = @tenant and state <> 0 and state = @pending and reason in (@shadow, @disabled)",
                        ("@tenant", tenantId),
                        ("@pending", LinkState.Pending),
                        ("@shadow", InShadow),
                        ("@disabled", WhileDisabled)
                    );
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
        if (shadow || !Waits(session))
            return;
        var isNewest = confirmed is not null && confirmed.At.ToUnixTimeMilliseconds() == tenant.Previewed;
        if (!isNewest || !IsValid(tenant.Previewed, clock.GetUtcNow().ToUnixTimeMilliseconds()))
            throw new NotReadyException(
                "What Slack would be told has to be looked at first: make a preview and confirm it within the hour; only the newest one counts."
            );
    }

    private bool Waits(StoreSession session) =>
        session.First(
            "select 1 from links where tenant_id = @tenant and state <> 0 and state = @pending limit 1",
            row => row.Int(),
            ("@tenant", tenantId),
            ("@pending", LinkState.Pending)
        ) == 1;

    private Preview Plan(StoreSession session, long at, int most)
    {
        var pending = session.All(
            "select id from links where tenant_id = @tenant and state <> 0 and state = @pending order by id",
            row => row.Long(),
            ("@tenant", tenantId),
            ("@pending", LinkState.Pending)
        );
        var planned = new Planned(most);
        foreach (var id in pending)
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

using System.Diagnostics;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Operating;

/// <summary>
/// The one way of what operators change: a preview, which is kept; its confirmation, which notes the change with its
/// job and its line of the journal in one transaction; and the job, which is worked off in batches that others can
/// write between. What is interrupted is completed by the next start. What was confirmed passes the guard.
/// </summary>
#pragma warning disable CA1001 // its semaphore is left to the collector: when the home ends, a job may be under way
internal sealed class Changes(OperatedTenant tenant, AtStep? reached = null)
#pragma warning restore CA1001
{
    /// <summary>The kind of job that a change is which was confirmed.</summary>
    public const string JobKind = "change";

    private readonly SemaphoreSlim _one = new(1);

    /// <summary>
    /// What a change would mean. It is kept until it is confirmed, in place of the one before of its kind.
    /// </summary>
    /// <param name="change">The change.</param>
    /// <param name="most">How many of whom it is about are named.</param>
    /// <param name="gone">Nobody waits for it any more.</param>
    public Task<Preview> PreviewAsync(TenantChange change, int most = Planned.Usual, CancellationToken gone = default)
    {
        return AloneAsync(
            async () =>
            {
                var (at, planned) = (tenant.Clock.GetUtcNow(), new Planned(most, gone));
                var found = await WorkOf(change).PreviewAsync(planned);
                var preview = planned.ToPreview(at, found);
                var id = await tenant.Store.WriteAsync(
                    session => Jobs.Keep(session, tenant.Id, found.GetType().Name, preview.ToJson(), Instant.Of(at)),
                    CancellationToken.None
                );
                return preview with { Id = id };
            },
            gone
        );
    }

    /// <summary>Makes the change of a preview; returns when its job is done.</summary>
    /// <param name="preview">The preview.</param>
    /// <param name="by">Who has confirmed it.</param>
    /// <exception cref="NotReadyException">
    /// The preview is not the newest one or too old, another change was confirmed since, or the tenant is not ready for
    /// this one.
    /// </exception>
    public Task ConfirmAsync(JobId preview, string by = OperationJournal.Operator) =>
        AloneAsync(async () =>
        {
            var noted = await tenant.Store.WriteAsync(session => Note(session, preview, by), CancellationToken.None);
            await reached.At(Step.Confirmed);
            noted.Then?.Invoke();
            await ToEndAsync();
            return noted;
        });

    /// <summary>
    /// Makes a change of the policy of a tenant that was never connected: it is about nobody, so that nobody has to
    /// see it first. Gives back its job.
    /// </summary>
    /// <exception cref="NotReadyException">The tenant is just being connected, or it is another change.</exception>
    /// <exception cref="EditedMeanwhileException">Somebody else was faster.</exception>
    public static Task<JobId> BeforeConnectedAsync(
        Store store,
        TenantId tenantId,
        TenantChange change,
        string by,
        Instant now
    )
    {
        return store.WriteAsync(
            session => MakeUnconnected(session, tenantId, change, by, now),
            CancellationToken.None,
            tenantId
        );
    }

    private static JobId MakeUnconnected(
        StoreSession session,
        TenantId tenantId,
        TenantChange change,
        string by,
        Instant now
    )
    {
        var tenant = Tenants.Find(session, tenantId);
        if (tenant.Token is not null)
            throw new NotReadyException("The tenant is just being connected; send the change again in a moment.");
        var noted = change switch
        {
            TenantChange.OtherPreferences preferences => PreferenceChange.Note(session, tenant, preferences),
            TenantChange.OtherRules rules => RuleChange.Note(session, tenant, rules),
            _ => throw new NotReadyException("Connect the tenant to Slack first."),
        };
        OwnEntries.WriteDone(session, tenantId, by, noted.What, now, noted.Difference, null, now);
        var preview = new Planned(0).ToPreview(now.ToTime(), change);
        var job = Jobs.Keep(session, tenantId, change.GetType().Name, preview.ToJson(), now);
        Jobs.Begin(session, tenantId, job, JobKind, now);
        Jobs.End(session, job, null, now);
        return job;
    }

    /// <summary>Lets go of a preview that nobody has confirmed; false if somebody has.</summary>
    public Task<bool> CancelAsync(JobId preview) =>
        tenant.Store.WriteAsync(
            session =>
                Jobs.Kept(session, tenant.Id, preview, default) is not null
                && Jobs.Cancel(session, tenant.Id, preview, tenant.Now) > 0,
            CancellationToken.None
        );

    /// <summary>Completes a change that was interrupted.</summary>
    public Task CompleteAsync() => AloneAsync(() => Task.FromResult(true));

    private ChangeWork WorkOf(TenantChange change, Instant? seen = null) =>
        change switch
        {
            TenantChange.OtherRules rules => new RuleChange(tenant, rules) { Seen = seen },
            TenantChange.OtherPreferences preferences => new PreferenceChange(tenant, preferences) { Seen = seen },
            TenantChange.GoOn goOn => new GoingOn(tenant, goOn),
            TenantChange.FullList list => new FullListChange(tenant, list),
            TenantChange.Transfer transfer => new TransferChange(tenant, transfer),
            _ => throw new UnreachableException(),
        };

    // One after the other, and before each what a failing store has interrupted: nobody previews or confirms on top of
    // half a change.
    private async Task<T> AloneAsync<T>(Func<Task<T>> work, CancellationToken gone = default)
    {
        await _one.WaitAsync(gone);
        try
        {
            await ToEndAsync();
            return await work();
        }
        finally
        {
            _one.Release();
        }
    }

    private Noted Note(StoreSession session, JobId id, string by)
    {
        var now = tenant.Now;
        if (Jobs.Kept(session, tenant.Id, id, now - Guard.Window) is not { } kept)
            throw new NotReadyException(
                "Only the newest preview can be confirmed, within the hour, and while no other change was confirmed since: "
                    + "make a preview again, look at it and confirm that one."
            );
        var preview = Preview.Parse(kept);
        var noted = WorkOf(preview.Change).Note(session);
        if (noted.Now is { } done)
            Jobs.Save(session, id, done.ToPreview(preview.At, preview.Change).ToJson());
        OwnEntries.WriteDone(session, tenant.Id, by, noted.What, now, noted.Difference, null, now);
        Jobs.Begin(session, tenant.Id, id, JobKind, now);
        return noted;
    }

    private async Task ToEndAsync()
    {
        var begun = await tenant.Store.AskAsync(session => Jobs.Unfinished(session, tenant.Id, JobKind));
        if (begun is null)
            return;
        var preview = Preview.Parse(begun);
        await WorkOf(preview.Change, Instant.Of(preview.At)).WorkAsync(tenant.Store, reached);
        tenant.Executor.Due.ConsiderAll();
        await tenant.Store.WriteAsync(
            session => Jobs.End(session, tenant.Id, JobKind, null, tenant.Now),
            CancellationToken.None
        );
    }
}

using ScimGateway.Provisioning.Data;
using ScimGateway.Provisioning.Tenants;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Importing;

/// <summary>Reads all accounts of a tenant's Slack, page by page, into links and the resources that show them (DESIGN 7). What no page shows is left as it is: absence proves nothing.</summary>
public sealed class SlackImport(
    Store store,
    SlackScimClient slack,
    SlackSchedule<long> schedule,
    int tenantId,
    TimeProvider clock,
    Patience patience
)
{
    /// <summary>What a job of this kind is called.</summary>
    public const string JobKind = "import";

    private const int MostPerPage = 1_000;
    private const int MostPerTransaction = 500;
    private const int MostAccounts = 2_000_000;

    private readonly ImportProgress _progress = new();
    private readonly List<long> _unfinished = [];

    /// <summary>Whether all was imported once.</summary>
    public bool HasEnded() =>
        store.Read(session =>
            session.First(
                "select 1 from jobs where tenant_id = @tenant and kind = @kind and finished is not null and error is null",
                row => row.GetInt32(0),
                ("@tenant", tenantId),
                ("@kind", JobKind)
            ) == 1
        );

    /// <summary>Imports users. One that was interrupted began for nothing: this one begins anew.</summary>
    /// <exception cref="SlackUnreadableException">Slack refuses to be read, or does not answer for long.</exception>
    public async Task<ImportProgress> RunAsync(CancellationToken cancel)
    {
        var job = await store.WriteAsync(session => ImportJob.Begin(session, tenantId, Now()), cancel).ConfigureAwait(false);
        try
        {
            await ReadPagesAsync(job, cancel).ConfigureAwait(false);
            await LookAgainAsync(cancel).ConfigureAwait(false);
            await store.WriteAsync(session => job.End(session, _progress, null, Now()), cancel).ConfigureAwait(false);
            return _progress;
        }
        catch (SlackUnreadableException e)
        {
            await store.WriteAsync(session => job.End(session, _progress, e.InFull, Now()), cancel).ConfigureAwait(false);
            throw;
        }
    }

    private async Task ReadPagesAsync(ImportJob job, CancellationToken cancel)
    {
        var (start, count) = (1, MostPerPage);
        SlackPage<SlackUser>? former = null;
        while (start <= MostAccounts)
        {
            var asked = Now();
            var page = await AskAsync(new SlackCommand.ListUsers(start, count), cancel).ConfigureAwait(false);
            if (page is null && count > 1)
                count /= 2;
            else if (page is null)
                Skip(ref start);
            else if (page.Next is not { } next)
                return;
            else if (IsSame(page, former))
                throw new SlackUnreadableException(
                    "Slack shows the same page of users again and again, so they cannot be listed."
                );
            else
            {
                _progress.Count(Found.Unreadable, page.Received - page.Resources.Count);
                foreach (var accounts in page.Resources.Chunk(MostPerTransaction))
                    await WriteAsync(job, accounts, asked, cancel).ConfigureAwait(false);
                (start, count, former) = (next, Math.Min(2 * count, MostPerPage), page);
            }
        }
        throw new SlackUnreadableException($"Slack lists more than {MostAccounts} users, which is more than are imported.");
    }

    // An account that is too long by itself is beyond all bounds.
    private void Skip(ref int start)
    {
        _progress.Count(Found.Unreadable);
        start++;
    }

    // A Slack that forgets where the page was to start would be read without end.
    private static bool IsSame(SlackPage<SlackUser> page, SlackPage<SlackUser>? former) =>
        page.Resources.Count > 0
        && former?.Resources.Count == page.Resources.Count
        && page.Resources[0].Id == former.Resources[0].Id
        && page.Resources[^1].Id == former.Resources[^1].Id;

    // What is counted is counted afterwards, since the store may run the work twice.
    private async Task WriteAsync(ImportJob job, IReadOnlyList<SlackUser> accounts, long asked, CancellationToken cancel)
    {
        var (found, unfinished) = await store
            .WriteAsync(
                session =>
                {
                    var rows = new AccountRows(session, TenantRows.Read(session, tenantId), Now());
                    var found = accounts.Select(account => rows.Write(account, asked)).ToList();
                    job.Save(session, _progress);
                    return (found, rows.Unfinished);
                },
                cancel
            )
            .ConfigureAwait(false);
        foreach (var one in found)
            _progress.Count(one);
        _unfinished.AddRange(unfinished);
    }

    // Managers may come on a later page than those they manage, and a name may have been freed on a later page.
    private async Task LookAgainAsync(CancellationToken cancel)
    {
        foreach (var links in _unfinished.Chunk(MostPerTransaction))
            await store
                .WriteAsync(
                    session =>
                    {
                        var rows = new AccountRows(session, TenantRows.Read(session, tenantId), Now());
                        return links.Count(rows.LookAgain);
                    },
                    cancel
                )
                .ConfigureAwait(false);
    }

    // A page, or null if it is too long. It is paid from the budget as every call is, after all that the executor has to ask.
    private async Task<SlackPage<SlackUser>?> AskAsync(SlackCommand.ListUsers command, CancellationToken cancel)
    {
        while (true)
        {
            SlackGrant grant;
            while (!schedule.TryTakeBehind(command.Call, out grant, out var wait))
                await Task.Delay(wait, clock, cancel).ConfigureAwait(false);
            switch (await slack.SendAsync(command, grant, cancel).ConfigureAwait(false))
            {
                case SlackResult.Done done:
                    patience.Restore();
                    return done.Users;
                case SlackResult.NotDone { IsTooLong: true }:
                    return null;
                case SlackResult.NotDone late:
                    await patience.WaitAsync(late.ForLog, late.RetryAfter, cancel).ConfigureAwait(false);
                    break;
                case SlackResult.Unknown lost:
                    await patience.WaitAsync(lost.Why, null, cancel).ConfigureAwait(false);
                    break;
                case SlackResult.Refused refused:
                    throw new SlackUnreadableException($"{refused.Row.Says} Slack says: {refused.Error.Code}")
                    {
                        InFull = $"{refused.Row.Says} Slack says: {refused.Error.Words}",
                    };
            }
        }
    }

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();
}

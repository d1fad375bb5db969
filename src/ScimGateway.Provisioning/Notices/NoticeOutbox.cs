using System.Globalization;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Notices;

/// <summary>
/// What is to be sent, and what came of it. A notification is sent at least once: one whose sender died is sent again
/// under its id.
/// </summary>
internal sealed class NoticeOutbox(Store store, TimeProvider clock)
{
    private const int MostAttempts = 12;
    private const int MostForgottenAtOnce = 1_000;

    private static readonly TimeSpan _firstPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _longestPause = TimeSpan.FromHours(6);
    private static readonly TimeSpan _longest = TimeSpan.FromHours(24);

    /// <summary>All of a tenant's that are kept, newest first: when each ended, and why it could not be sent.</summary>
    public async Task<IReadOnlyList<(Notice Notice, DateTimeOffset? Ended, string? Error)>> ListAsync(
        TenantId tenantId,
        int most = 1_000
    ) => Kept(await store.ReadAsync(session => OutboxRows.Of(session, tenantId, most)));

    /// <summary>The same of so many before one, the last written first.</summary>
    public async Task<IReadOnlyList<(Notice Notice, DateTimeOffset? Ended, string? Error)>> PageAsync(
        TenantId tenantId,
        Guid? before,
        int most
    ) => Kept(await store.ReadAsync(session => OutboxRows.Before(session, tenantId, before, most)));

    /// <summary>The tenants with a notification that is due.</summary>
    /// <param name="all">Whether all tenants' are to be told, and not only of tenants whose own channels are told.</param>
    /// <param name="cancel">Ends that.</param>
    public async Task<IReadOnlyList<TenantId>> DueAsync(bool all, CancellationToken cancel) =>
        await store.ReadAsync(session => OutboxRows.Due(session, all, clock.Now()), cancel);

    /// <summary>
    /// Takes a tenant's next that is due, with the time of the next try written down before this one; null if there is
    /// none. An older one of the cause that some channel has not taken yet keeps nothing from the others.
    /// </summary>
    public async Task<Notice?> TakeAsync(TenantId tenant, CancellationToken cancel)
    {
        var now = clock.Now();
        if (!await store.ReadAsync(session => Next(session, tenant, now) is not null, cancel))
            return null;
        return await store.WriteAsync(
            session =>
            {
                if (Next(session, tenant, now) is not { } next)
                    return null;
                // Its tenant may count more into it until it is marked as tried, and not after that: it is read then.
                var attempts = next.Attempts + 1;
                OutboxRows.Try(session, next.Id, attempts, now, now + PauseAfter(attempts));
                return OutboxRows.Find(session, next.Id) is { } taken ? ToNotice(taken.Notice, taken.Tenant) : null;
            },
            cancel,
            tenant
        );
    }

    /// <summary>
    /// Keeps what came of a try. Once all have it, or it was tried long enough, it has ended.
    /// </summary>
    /// <param name="notice">What was tried.</param>
    /// <param name="taken">The channels that have it by now.</param>
    /// <param name="error">Why others have it not; null if there are none.</param>
    public Task<bool> TriedAsync(Notice notice, IEnumerable<string> taken, string? error)
    {
        var now = clock.Now();
        var hasEnded = error is null || notice.Attempts >= MostAttempts || now - notice.At >= _longest;
        return store.WriteAsync(
            session =>
            {
                OutboxRows.Tried(session, notice.Id, string.Join(' ', taken), error, hasEnded ? now : null);
                return hasEnded;
            },
            CancellationToken.None
        );
    }

    /// <summary>Forgets what ended before a time, and says how many.</summary>
    public Task<int> ForgetAsync(DateTimeOffset before, CancellationToken cancel) =>
        store.WriteAsync(session => OutboxRows.Forget(session, Instant.Of(before), MostForgottenAtOnce), cancel);

    private static List<(Notice, DateTimeOffset?, string?)> Kept(List<(Outbox Notice, string Tenant)> rows) =>
        rows.ConvertAll(kept => (ToNotice(kept.Notice, kept.Tenant), kept.Notice.Ended?.ToTime(), kept.Notice.Error));

    private static Notice? Next(StoreSession session, TenantId tenant, Instant now) =>
        OutboxRows.Next(session, tenant, now) is { } next ? ToNotice(next.Notice, next.Tenant) : null;

    private static TimeSpan PauseAfter(int attempts) =>
        TimeSpan.FromTicks(Math.Min(_longestPause.Ticks, _firstPause.Ticks << (attempts - 1)));

    private static Notice ToNotice(Outbox kept, string tenant) =>
        new(
            kept.Id,
            tenant,
            kept.Cause,
            kept.Text,
            kept.Since.ToTime(),
            kept.More,
            [.. kept.About.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ToAbout)]
        )
        {
            TenantId = kept.TenantId,
            Attempts = kept.Attempts,
            At = kept.At,
            Taken = kept.Taken.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(),
        };

    private static About ToAbout(string line)
    {
        var blank = line.IndexOf(' ', StringComparison.Ordinal);
        return new About(
            new LinkId(long.Parse(line.AsSpan(0, blank), CultureInfo.InvariantCulture)),
            Guid.TryParse(line.AsSpan(blank + 1), out var operation) ? new OperationId(operation) : null
        );
    }
}

using System.Globalization;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Notices;

/// <summary>
/// What came of a day in UTC, and what is open since: one notification for each tenant for which there is something to
/// tell.
/// </summary>
internal sealed class DailyDigest(Store store, TimeProvider clock)
{
    /// <summary>Writes those of the day that has ended last; one that is there already stays as it is.</summary>
    /// <param name="all">Whether all tenants' are to be told, and not only of tenants with channels of their own.</param>
    /// <param name="cancel">Ends that.</param>
    public async Task WriteAsync(bool all, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var end = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        // Counted before the transaction, which others wait for.
        var texts = await store.ReadAsync(
            session =>
                ChannelRows
                    .Told(session, all)
                    .Select(tenant => (Tenant: tenant, Text: Tell(session, tenant, end.AddDays(-1), end)))
                    .ToList(),
            cancel
        );
        foreach (var (tenant, text) in texts)
            if (text is not null)
                await store.WriteAsync(
                    session => Add(session, tenant, text, Instant.Of(end.AddDays(-1)), Instant.Of(now)),
                    cancel
                );
    }

    private static bool Add(StoreSession store, TenantId tenant, string text, Instant day, Instant now)
    {
        var isThere = OutboxRows.Has(store, tenant, Cause.Digest, day);
        if (!isThere)
            Alerts.Add(store, tenant, Cause.Digest, text, day, now, "");
        return !isThere;
    }

    private static string? Tell(StoreSession store, TenantId tenant, DateTimeOffset from, DateTimeOffset end)
    {
        var before = Instant.Of(end);
        var ended = OperationLists.Ended(store, tenant, Instant.Of(from), before);
        var holds = HoldRows.CountOpen(store, tenant, before);
        var failed = LinkLists.Count(store, tenant, LinkState.Failed, before);
        var waiting = LinkLists.Count(store, tenant, LinkState.Pending, before);
        if (ended.Count == 0 && holds + failed + waiting == 0)
            return null;
        var day = from.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var operations =
            ended.Count == 0 ? "none" : string.Join(", ", ended.Select(of => $"{of.Operations} {of.Outcome}"));
        return $"Operations that ended on {day} (UTC): {operations}. Open since then: {holds} held, {failed} links failed, {waiting} links waiting.";
    }
}

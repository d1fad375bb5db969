using System.Globalization;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Provisioning.Notices;

/// <summary>What came of a day in UTC, and what is open since: one notification for each tenant for which there is something to tell.</summary>
public sealed class DailyDigest(Store store, TimeProvider clock)
{
    /// <summary>Writes those of the day that has ended last; one that is there already stays as it is.</summary>
    public async Task WriteAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var end = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        // Counted before the transaction, which others wait for.
        var texts = store.Read(session =>
            session
                .All("select id from tenants", row => row.Int())
                .Select(tenant => (Tenant: tenant, Text: Tell(session, tenant, end.AddDays(-1), end)))
                .ToList()
        );
        foreach (var (tenant, text) in texts)
            if (text is not null)
                await store
                    .WriteAsync(session => Add(session, tenant, text, Milliseconds(end.AddDays(-1)), Milliseconds(now)), cancel)
                    .ConfigureAwait(false);
    }

    private static bool Add(StoreSession store, int tenant, string text, long day, long now)
    {
        var isThere = store.First(
            "select 1 from outbox where tenant_id = @tenant and cause = @cause and since = @day",
            row => row.Int() == 1,
            ("@tenant", tenant),
            ("@cause", Cause.Digest),
            ("@day", day)
        );
        if (!isThere)
            Alerts.Add(store, tenant, Cause.Digest, text, day, now, "");
        return !isThere;
    }

    private static string? Tell(StoreSession store, int tenant, DateTimeOffset from, DateTimeOffset end)
    {
        var ended = store.All(
            "select count(*), outcome from operations where finished >= @from and finished < @end and tenant_id = @tenant "
                + "group by outcome order by outcome",
            row => $"{row.Long()} {row.Text()}",
            ("@from", Milliseconds(from)),
            ("@end", Milliseconds(end)),
            ("@tenant", tenant)
        );
        var holds = store.First(
            "select count(*) from holds where tenant_id = @tenant and since < @end",
            row => row.Long(),
            ("@tenant", tenant),
            ("@end", Milliseconds(end))
        );
        var failed = Links(store, tenant, LinkState.Failed, end);
        var waiting = Links(store, tenant, LinkState.Pending, end);
        if (ended.Count == 0 && holds + failed + waiting == 0)
            return null;
        var day = from.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var operations = ended.Count == 0 ? "none" : string.Join(", ", ended);
        return $"Operations that ended on {day} (UTC): {operations}. Open since then: {holds} held, {failed} links failed, {waiting} links waiting.";
    }

    private static long Links(StoreSession store, int tenant, LinkState state, DateTimeOffset end) =>
        store.First(
            "select count(*) from links where tenant_id = @tenant and state <> 0 and state = @state and since < @end",
            row => row.Long(),
            ("@tenant", tenant),
            ("@state", state),
            ("@end", Milliseconds(end))
        );

    private static long Milliseconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds();
}

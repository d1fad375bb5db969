using System.Globalization;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Provisioning.Notices;

/// <summary>What is to be sent, and what came of it. A notification is sent at least once: one whose sender died is sent again under its id.</summary>
public sealed class NoticeOutbox(Store store, TimeProvider clock)
{
    private const int MostAttempts = 12;
    private const int MostForgottenAtOnce = 1_000;

    private const string Columns =
        "o.id, t.slug, o.cause, o.text, o.since, o.more, o.about, o.attempts, o.at, o.taken, o.ended, o.error";

    private static readonly TimeSpan _firstPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _longestPause = TimeSpan.FromHours(6);
    private static readonly TimeSpan _longest = TimeSpan.FromHours(24);

    /// <summary>All of a tenant's that are kept, newest first: when each ended, and why it could not be sent.</summary>
    public IReadOnlyList<(Notice Notice, DateTimeOffset? Ended, string? Error)> List(int tenantId, int most = 1_000) =>
        store.Read(session =>
            session.All(
                $"select {Columns} from outbox o join tenants t on t.id = o.tenant_id where o.tenant_id = @tenant order by o.at desc limit @most",
                row => (ToNotice(ref row), row.LongOrNull() is { } ended ? Time(ended) : (DateTimeOffset?)null, row.TextOrNull()),
                ("@tenant", tenantId),
                ("@most", most)
            )
        );

    /// <summary>Takes the next that is due, with the time of the next try written down before this one; null if there is none. Of one cause the older goes first.</summary>
    public async Task<Notice?> TakeAsync(CancellationToken cancel)
    {
        var now = Now();
        if (!store.Read(session => Next(session, now) is not null))
            return null;
        return await store
            .WriteAsync(
                session =>
                {
                    if (Next(session, now) is not { } next)
                        return null;
                    var taken = next with { Attempts = next.Attempts + 1 };
                    session.Execute(
                        "update outbox set attempts = @attempts, due = @due where id = @id",
                        ("@attempts", taken.Attempts),
                        ("@due", now + (long)PauseAfter(taken.Attempts).TotalMilliseconds),
                        ("@id", taken.Id)
                    );
                    return taken;
                },
                cancel
            )
            .ConfigureAwait(false);
    }

    /// <summary>Keeps what came of a try. Once all have it, or it was tried long enough, it has ended; the next of its cause is not sent within the hour.</summary>
    /// <param name="notice">What was tried.</param>
    /// <param name="taken">The channels that have it by now.</param>
    /// <param name="error">Why others have it not; null if there are none.</param>
    public Task<bool> TriedAsync(Notice notice, IEnumerable<string> taken, string? error)
    {
        ArgumentNullException.ThrowIfNull(notice);
        var now = Now();
        var hasEnded = error is null || notice.Attempts >= MostAttempts || now - notice.At >= (long)_longest.TotalMilliseconds;
        return store.WriteAsync(
            session =>
            {
                session.Execute(
                    "update outbox set taken = @taken, error = @error, ended = @ended, due = case when @ended is null then due end where id = @id",
                    ("@taken", string.Join(' ', taken)),
                    ("@error", error),
                    ("@ended", hasEnded ? now : null),
                    ("@id", notice.Id)
                );
                if (hasEnded)
                    session.Execute(
                        "update outbox set at = @at, due = @at where ended is null and attempts = 0 and due < @at "
                            + "and (tenant_id, cause) in (select tenant_id, cause from outbox where id = @id)",
                        ("@at", now + (long)Alerts.Pause.TotalMilliseconds),
                        ("@id", notice.Id)
                    );
                return hasEnded;
            },
            CancellationToken.None
        );
    }

    /// <summary>Forgets what ended before a time, and says how many.</summary>
    public Task<int> ForgetAsync(DateTimeOffset before, CancellationToken cancel) =>
        store.WriteAsync(
            session =>
                session.Execute(
                    "delete from outbox where id in (select id from outbox where ended < @before limit @most)",
                    ("@before", before.ToUnixTimeMilliseconds()),
                    ("@most", MostForgottenAtOnce)
                ),
            cancel
        );

    private static Notice? Next(StoreSession session, long now) =>
        session.First(
            $"select {Columns} from outbox o join tenants t on t.id = o.tenant_id where o.due <= @now and not exists "
                + "(select 1 from outbox e where e.tenant_id = o.tenant_id and e.cause = o.cause and e.ended is null and e.at < o.at) "
                + "order by o.due limit 1",
            row => ToNotice(ref row),
            ("@now", now)
        );

    private static TimeSpan PauseAfter(int attempts) =>
        TimeSpan.FromTicks(Math.Min(_longestPause.Ticks, _firstPause.Ticks << (attempts - 1)));

    private static Notice ToNotice(ref Row row) =>
        new(
            row.Id(),
            row.Text(),
            row.Word<Cause>(),
            row.Text(),
            Time(row.Long()),
            row.Int(),
            [.. row.Text().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ToAbout)]
        )
        {
            Attempts = row.Int(),
            At = row.Long(),
            Taken = row.Text().Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(),
        };

    private static About ToAbout(string line)
    {
        var blank = line.IndexOf(' ', StringComparison.Ordinal);
        return new About(
            long.Parse(line.AsSpan(0, blank), CultureInfo.InvariantCulture),
            Guid.TryParse(line.AsSpan(blank + 1), out var operation) ? operation : null
        );
    }

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();
}

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Logging;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Importing;

/// <summary>
/// Reads single accounts and groups again that somebody wrote by the v1 lane, so that they are known again. Paid from
/// the budget behind all that waits; what it does not come to, the next import does.
/// </summary>
internal sealed class Rereading(
    HomeStore store,
    SlackScimClient slack,
    SlackSchedule<LinkId> schedule,
    Executor executor,
    TimeProvider clock,
    ILogger<Rereading> log
) : IAsyncDisposable
{
    // A transaction is what others queue behind (docs/rooms/storage.md).
    private const int MostPerTransaction = 100;
    private const int MostTries = 20;

    // What Slack shows of groups lags behind its writes by seconds (docs/slack.md 9).
    private static readonly TimeSpan _untilGroupShows = SeenGroup.OwnLag + TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _untilSecondLook = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan _untilNextTry = TimeSpan.FromSeconds(30);

    // Which links are to be read, how often that was asked for, and what reads them.
    private readonly Dictionary<LinkId, (int Asked, Task Reads)> _reading = [];
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Reads a link again when Slack shows what was written.</summary>
    public void Begin(Kind kind, LinkId link) => Begin(link, kind == Kind.Group ? _untilGroupShows : TimeSpan.Zero);

    /// <summary>Reads all that a former home has left to be read.</summary>
    public async Task ResumeAsync()
    {
        foreach (var link in await store.ReadAsync(session => LinksToRead.Unknown(session, store.Tenant)))
            Begin(link, _untilGroupShows);
    }

    /// <summary>
    /// Reads an account or group that no link is known of, and writes it down as an import does; null if Slack has none,
    /// or it may be one that a provider's request has just made.
    /// </summary>
    /// <exception cref="SlackUnreadableException">Slack refuses to be read, or does not answer.</exception>
    public async Task<LinkId?> FindAsync(Kind kind, string slackId, CancellationToken cancel)
    {
        var pages = Pages();
        if (kind == Kind.User)
        {
            var asked = clock.Now();
            if (await pages.ReadUserAsync(slackId, cancel) is not { } user || user.Id != slackId)
                return null;
            await WriteAsync(user, asked);
        }
        else if (await pages.ReadGroupAsync(slackId, cancel) is { } read && read.Group.Id == slackId)
            await WriteAsync(read.Group, read.Asked);
        return await store.AskAsync(
            session => Links.IdBySlackId(session, store.Tenant, kind, slackId),
            CancellationToken.None
        );
    }

    /// <summary>Writes down an account that Slack showed.</summary>
    public Task WriteAsync(SlackUser user, Instant asked) =>
        store.WriteAsync(
            session => new ImportedAccounts(session, Tenant(session), clock.Now()).Write(user, asked),
            CancellationToken.None
        );

    /// <summary>Writes down a group that Slack showed, with its members; one of many in slices.</summary>
    public async Task WriteAsync(SlackGroup group, Instant asked)
    {
        var seen = await store.ReadAsync(session => SeenGroup.Compare(session, Tenant(session), group, asked));
        var written = await store.WriteAsync(session => Groups(session).Write(seen), CancellationToken.None);
        foreach (var slice in seen.Changes.Chunk(MostPerTransaction))
            written = await store.WriteAsync(
                session => Groups(session).WriteMembers(written, seen.Of, slice),
                CancellationToken.None
            );
    }

    /// <summary>It is gone at Slack.</summary>
    internal static void Gone(StoreSession session, Link link, Instant now)
    {
        if (link.Kind == Kind.Group)
            new ImportedGroups(session, Tenants.Find(session, link.TenantId), now).Gone(link);
        else
            Links.Save(session, link.ReadInVain(Reason.UnknownUser, now));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Task[] reads;
        lock (_reading)
            reads = [.. _reading.Values.Select(one => one.Reads)];
        await Task.WhenAll(reads).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Begin(LinkId link, TimeSpan after)
    {
        lock (_reading)
            if (_reading.TryGetValue(link, out var one))
                _reading[link] = one with { Asked = one.Asked + 1 };
            else if (!_stopping.IsCancellationRequested)
                _reading[link] = (1, Task.Run(() => RunAsync(link, after)));
    }

    private int Asked(LinkId link)
    {
        lock (_reading)
            return _reading[link].Asked;
    }

    // Whether nobody has asked for it since: then it is read no more.
    private bool TryEnd(LinkId link, int asked)
    {
        lock (_reading)
            return _reading[link].Asked == asked && _reading.Remove(link);
    }

    private async Task RunAsync(LinkId link, TimeSpan after)
    {
        var (asked, tries, isRead, wait, hasEnded) = (Asked(link), 0, false, after, false);
        try
        {
            do
            {
                if (Asked(link) is var now && now != asked)
                    (asked, tries, isRead, wait) = (now, 0, false, after);
                await Task.Delay(wait, clock, _stopping.Token);
                (isRead, var again) = await TryAsync(link, isRead);
                (wait, tries) = again is { } next ? (next, tries + 1) : (wait, MostTries);
                hasEnded = tries == MostTries && TryEnd(link, asked);
            } while (!hasEnded);
        }
        catch (OperationCanceledException)
        {
            // the next home goes on
        }
#pragma warning disable CA1031 // whatever it is, the next import reads it
        catch (Exception e)
#pragma warning restore CA1031
        {
            log.LaneRereadFailed(e.GetType().Name, e.StackTrace);
        }
        finally
        {
            if (!hasEnded)
                lock (_reading)
                    _reading.Remove(link);
        }
    }

    // Whether it was read, and in how long it is to be read again; null if it is known.
    private async Task<(bool IsRead, TimeSpan? Again)> TryAsync(LinkId id, bool isRead)
    {
        var now = clock.Now();
        var link = await store.AskAsync(session => Links.Find(session, id));
        if (link is not { SlackId: { } slackId } || link.State is LinkState.Broken)
            return (isRead, null);
        if (link.LostUntil is { } lands && lands >= now) // what is asked after that shows it
            return (isRead, lands - now + TimeSpan.FromMilliseconds(1));
        if (
            link.State == LinkState.Pending
            || !executor.Gate.MayAsk
            || executor.Gate.Closed is { Code: ReasonCode.SlackShut }
        )
            return (isRead, _untilNextTry);
        if (link.Kind == Kind.Group && now - link.Since is var age && age < _untilGroupShows)
            return (isRead, _untilGroupShows - age);
        // A group that a provider has changed meanwhile is known by what that told, and not what a script did beside it.
        if (link.State != LinkState.Unknown && !link.IsDriftSuspected && (isRead || link.Kind == Kind.User))
            return (isRead, null);
        try
        {
            await ReadAsync(link, slackId);
        }
        catch (SlackUnreadableException)
        {
            return (isRead, _untilNextTry);
        }
        executor.Due.Consider(id);
        link = await store.AskAsync(session => Links.Find(session, id));
        return (
            true,
            link is { State: LinkState.Unknown } ? _untilNextTry
            : link is { Kind: Kind.Group, IsDriftSuspected: true } ? _untilSecondLook
            : null
        );
    }

    private async Task ReadAsync(Link link, string slackId)
    {
        var pages = Pages();
        if (link.Kind == Kind.Group && await pages.ReadGroupAsync(slackId, _stopping.Token) is { } group)
            await WriteAsync(group.Group, group.Asked);
        else if (link.Kind == Kind.User && await pages.ReadUserAsync(slackId, _stopping.Token) is { } user)
            await DecideAsync(
                link.Id,
                (session, there, now) =>
                    new ImportedAccounts(session, Tenant(session), now).Know(there, user, isFirstHand: true)
            );
        else if (pages.IsGone)
            await DecideAsync(link.Id, Gone);
    }

    // Only what nobody has written since.
    private Task<bool> DecideAsync(LinkId link, Action<StoreSession, Link, Instant> decide) =>
        store.WriteAsync(
            session =>
            {
                if (
                    Links.Find(session, link) is { State: LinkState.Unknown } there
                    && !(there.LostUntil >= clock.Now()) // another write is under way
                )
                    decide(session, there, clock.Now());
                return true;
            },
            CancellationToken.None
        );

    private SlackPages Pages() => new(slack, schedule, clock, new Patience(clock, NullLogger.Instance));

    private Tenant Tenant(StoreSession session) => Tenants.Find(session, store.Tenant);

    private ImportedGroups Groups(StoreSession session) => new(session, Tenant(session), clock.Now());
}

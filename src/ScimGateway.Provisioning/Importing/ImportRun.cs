using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Importing;

/// <summary>
/// One import from where it begins to its end. What is written and what was found are saved together, so that another
/// one can go on from there.
/// </summary>
internal sealed class ImportRun(HomeStore store, SlackPages pages, ImportJob job, TimeProvider clock)
{
    // A transaction is what others queue behind (docs/rooms/storage.md).
    private const int MostPerTransaction = 100;

    // What no page has shown is read by itself, which is a call each; what is left over has its turn in the next one.
    private const int MostMissing = 100;

    // Where it began in the list that it is in, and when: how fast it goes follows from that.
    private (int From, Instant Since) _began;

    /// <summary>What it found so far.</summary>
    public ImportProgress Progress { get; private set; } = job.Progress;

    public async Task ToEndAsync(CancellationToken cancel)
    {
        // What an interrupted one was shown was not shown since this one began.
        var isWhole = Progress.Place is null;
        if (Progress.Place is not { Kind: Kind.Group })
        {
            await ReadAccountsAsync(cancel);
            if (isWhole)
                await LookForAsync(Kind.User, cancel);
            // Managers may come on a later page than those they manage, and a name may have been freed on a later page.
            await LookAgainAsync(
                ImportedAccounts.Unfinished,
                (session, links) =>
                {
                    var rows = new ImportedAccounts(session, Tenant(session), clock.Now());
                    foreach (var link in links)
                        rows.LookAgain(link);
                },
                cancel
            );
        }
        await ReadGroupsAsync(cancel);
        if (isWhole)
            await LookForAsync(Kind.Group, cancel);
        await LookAgainAsync(
            ImportedGroups.Unfinished,
            (session, links) =>
            {
                var rows = new ImportedGroups(session, Tenant(session), clock.Now());
                foreach (var link in links)
                    rows.LookAgain(link);
            },
            cancel
        );
    }

    private async Task ReadAccountsAsync(CancellationToken cancel)
    {
        await foreach (var (page, asked) in pages.ReadAsync(SlackPages.Users, Place(Kind.User), cancel))
        {
            CountUnreadable(Kind.User, page);
            var next = page.StartIndex;
            foreach (var accounts in page.Resources.Chunk(MostPerTransaction))
            {
                next += accounts.Length;
                await SaveAsync(
                    At(Kind.User, next, page.Total),
                    session =>
                    {
                        var rows = new ImportedAccounts(session, Tenant(session), clock.Now());
                        return accounts.Select(account => rows.Write(account, asked));
                    },
                    cancel
                );
            }
        }
    }

    private async Task ReadGroupsAsync(CancellationToken cancel)
    {
        await foreach (var (page, asked) in pages.ReadAsync(SlackPages.Groups, Place(Kind.Group), cancel))
        {
            CountUnreadable(Kind.Group, page);
            var (batch, rows, next) = (new List<SeenGroup>(), 0, page.StartIndex);
            foreach (var listed in page.Resources)
            {
                next++;
                if (await SeeAsync(listed, asked, cancel) is not { } seen)
                    continue;
                if (batch.Count > 0 && rows + seen.Rows > MostPerTransaction)
                {
                    await WriteAsync(batch, At(Kind.Group, next - 1, page.Total), cancel);
                    (batch, rows) = ([], 0);
                }
                batch.Add(seen);
                rows += seen.Rows;
            }
            if (batch.Count > 0)
                await WriteAsync(batch, At(Kind.Group, next, page.Total), cancel);
        }
    }

    // Absence from a page proves nothing; that Slack does not know the id does.
    private async Task LookForAsync(Kind kind, CancellationToken cancel)
    {
        var quiet = job.Started - SeenGroup.OwnLag;
        var missing = await store.ReadAsync(
            session => LinksToRead.NotShownSince(session, job.TenantId, kind, job.Started, quiet, MostMissing),
            cancel
        );
        foreach (var link in missing)
        {
            var asked = clock.Now();
            if (kind == Kind.User && await pages.ReadUserAsync(link.SlackId!, cancel) is { } user)
                await store.WriteAsync(
                    session => new ImportedAccounts(session, Tenant(session), clock.Now()).Write(user, asked),
                    cancel
                );
            else if (kind == Kind.Group && await pages.ReadGroupAsync(link.SlackId!, cancel) is { } read)
            {
                var seen = await store.ReadAsync(
                    session => SeenGroup.Compare(session, Tenant(session), read.Group, read.Asked),
                    cancel
                );
                var place = Progress.Place is { Kind: Kind.Group } far ? far : At(Kind.Group, 1, 0);
                await WriteAsync([seen], place, cancel);
            }
            else if (pages.IsGone)
                Progress = await store.WriteAsync(session => Lose(session, link, asked), cancel);
        }
    }

    private ImportProgress Lose(StoreSession session, Link missing, Instant asked)
    {
        if (
            Links.Find(session, missing.Id) is not { } link
            || link.SlackId != missing.SlackId
            || link.Since >= asked
            || link.SeenAt >= asked
            || link.LostUntil >= asked
        )
            return Progress;
        if (link.IsAtRest || link.HeldFor is not (null or HeldFor.Conflict))
        {
            var tenant = Tenant(session);
            var lost = Vanished.Note(session, link, Preferences.FromJson(tenant.Preferences), clock.Now());
            var after = Progress.With(link.Kind, lost);
            job.Save(session, after);
            return after;
        }
        // What is wanted of it asks Slack for it first; there is nothing to see twice.
        if (link is { State: LinkState.Pending, IsDriftSuspected: true })
            Links.Save(session, link.Drift(null, false, ""));
        return Progress;
    }

    // What Slack shows of a group beside what the store has. Slack may list groups without their members, or so many
    // that a page has no room.
    private async Task<SeenGroup?> SeeAsync(SlackGroup listed, Instant asked, CancellationToken cancel)
    {
        var (group, at) = (listed, asked);
        if (!listed.ShowsMembers)
        {
            if (await pages.ReadGroupAsync(listed.Id, cancel) is not { } read)
            {
                Progress = Progress.With(Kind.Group, [new Finding(Found.Unreadable)], Progress.Place);
                return null;
            }
            (group, at) = read;
        }
        var seen = await store.ReadAsync(session => SeenGroup.Compare(session, Tenant(session), group, at), cancel);
        Progress = Progress.With(Kind.Group, Remark.UnknownMember, seen.Unknown);
        return seen;
    }

    // Some groups as a whole, or the one that is too large for that in slices: between them others write, and then the
    // rest is left as it is.
    private async Task WriteAsync(IReadOnlyList<SeenGroup> batch, ImportPlace place, CancellationToken cancel)
    {
        if (batch is [{ Changes.Count: > MostPerTransaction } large])
        {
            var slices = large.Changes.Chunk(MostPerTransaction).ToList();
            var written = await store.WriteAsync(session => Groups(session).Write(large), cancel);
            foreach (var slice in slices[..^1])
                written = await store.WriteAsync(
                    session => Groups(session).WriteMembers(written, large.Of, slice),
                    cancel
                );
            await SaveAsync(
                place,
                session => [Groups(session).WriteMembers(written, large.Of, slices[^1]).Finding],
                cancel
            );
        }
        else
            await SaveAsync(
                place,
                session =>
                {
                    var rows = Groups(session);
                    return batch.Select(seen => rows.WriteMembers(rows.Write(seen), seen.Of, seen.Changes).Finding);
                },
                cancel
            );

        ImportedGroups Groups(StoreSession session) => new(session, Tenant(session), clock.Now());
    }

    // What is counted leaves the transaction with it, since the store may run the work twice.
    private async Task SaveAsync(
        ImportPlace place,
        Func<StoreSession, IEnumerable<Finding>> write,
        CancellationToken cancel
    ) =>
        Progress = await store.WriteAsync(
            session =>
            {
                var after = Progress.With(place.Kind, write(session), place);
                job.Save(session, after);
                return after;
            },
            cancel
        );

    private async Task LookAgainAsync(
        Func<StoreSession, TenantId, LinkId, int, List<LinkId>> unfinished,
        Action<StoreSession, List<LinkId>> look,
        CancellationToken cancel
    )
    {
        for (LinkId after = default; ; )
        {
            var links = await store.ReadAsync(
                session => unfinished(session, job.TenantId, after, MostPerTransaction),
                cancel
            );
            if (links.Count == 0)
                return;
            await store.WriteAsync(
                session =>
                {
                    look(session, links);
                    return links.Count;
                },
                cancel
            );
            after = links[^1];
        }
    }

    private void CountUnreadable<T>(Kind kind, SlackPage<T> page) =>
        Progress = Progress.With(
            kind,
            Enumerable.Repeat(new Finding(Found.Unreadable), page.Received - page.Resources.Count),
            Progress.Place
        );

    private ImportPlace Place(Kind kind)
    {
        var place =
            Progress.Place is { } former && former.Kind == kind ? former : new ImportPlace(kind, 1, 0, clock.Now());
        _began = (place.Next, clock.Now());
        return place;
    }

    private ImportPlace At(Kind kind, int next, int total) =>
        new(kind, next, total, clock.Now()) { From = _began.From, Since = _began.Since };

    private Tenant Tenant(StoreSession session) => Tenants.Find(session, job.TenantId);
}

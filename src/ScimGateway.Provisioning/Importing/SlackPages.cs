using System.Runtime.CompilerServices;
using ScimGateway.Provisioning.Model;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Importing;

/// <summary>One of the lists that Slack shows.</summary>
/// <param name="Kind">Of what.</param>
/// <param name="MostPerPage">How many are asked for at once.</param>
/// <param name="Ask">The command for a page.</param>
/// <param name="Of">The page in its answer.</param>
/// <param name="Id">The Slack id of one of it.</param>
internal sealed record SlackList<T>(
    Kind Kind,
    int MostPerPage,
    Func<int, int, SlackCommand> Ask,
    Func<SlackResult.Done, SlackPage<T>?> Of,
    Func<T, string> Id
);

/// <summary>A page, and when it was asked for: what was written since is newer.</summary>
internal sealed record ReadPage<T>(SlackPage<T> Page, Instant Asked);

/// <summary>
/// Reads Slack's lists page by page, paid from the budget as every call is, after all that the executor has to ask.
/// </summary>
internal sealed class SlackPages(
    SlackScimClient slack,
    SlackSchedule<LinkId> schedule,
    TimeProvider clock,
    Patience patience
)
{
    private const int MostInAll = 2_000_000;

    // One after the other, each by itself.
    private const int MostTooLong = 10;

    public static readonly SlackList<SlackUser> Users = new(
        Kind.User,
        1_000,
        (start, count) => new SlackCommand.ListUsers(start, count),
        done => done.Users,
        user => user.Id
    );

    // Each comes with all its members, and a page is in memory as a whole.
    public static readonly SlackList<SlackGroup> Groups = new(
        Kind.Group,
        200,
        (start, count) => new SlackCommand.ListGroups(start, count),
        done => done.Groups,
        group => group.Id
    );

    /// <summary>Whether what was asked for last is not there, and not only too long.</summary>
    public bool IsGone { get; private set; }

    /// <summary>
    /// The pages from a place on. A page that is too long is asked for again by half; one that is too long by itself is
    /// shown as unreadable.
    /// </summary>
    /// <exception cref="SlackUnreadableException">Slack refuses to be read, or does not answer for long.</exception>
    public async IAsyncEnumerable<ReadPage<T>> ReadAsync<T>(
        SlackList<T> list,
        ImportPlace from,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        var (start, count, isTakenUp) = (from.Next, list.MostPerPage, from.Next > 1);
        SlackPage<T>? former = null;
        // They count once something after them can be read: of a Slack of which nothing can, nothing is passed over.
        var tooLong = new List<ReadPage<T>>();
        while (start <= MostInAll)
        {
            var asked = clock.Now();
            var answer = await AskAsync(list.Ask(start, count), cancel);
            if (answer is null && count > 1)
            {
                count /= 2;
                continue;
            }
            if (answer is null)
            {
                if (tooLong.Count == MostTooLong)
                    throw new SlackUnreadableException(
                        $"Slack's answers are too long to be read, also with one of the {Word(list.Kind)} in each. Whoever answers at Slack's address may not be Slack; check the proxy."
                    );
                tooLong.Add(new ReadPage<T>(new SlackPage<T>(from.Total, start, 1, []), asked));
                (start, count, former, isTakenUp) = (start + 1, 2, null, false);
                continue;
            }
            foreach (var one in tooLong)
                yield return one;
            tooLong.Clear();
            var page = list.Of(answer)!;
            if (isTakenUp && page.Total < from.Total)
            {
                // Some are gone since, so the others have moved up in the list.
                (start, isTakenUp) = (1, false);
                continue;
            }
            if (page.Next is not { } next)
                yield break;
            if (IsSame(list, page, former))
                throw new SlackUnreadableException(
                    $"Slack shows the same page of {Word(list.Kind)} again and again, so they cannot be listed."
                );
            yield return new ReadPage<T>(page, asked);
            (start, count, former, isTakenUp) = (next, Math.Min(2 * count, list.MostPerPage), page, false);
        }
        throw new SlackUnreadableException(
            $"Slack lists more than {MostInAll} {Word(list.Kind)}, which is more than are imported."
        );
    }

    /// <summary>A group by itself, and when it was asked for; null if it is gone, or too long.</summary>
    public async Task<(SlackGroup Group, Instant Asked)?> ReadGroupAsync(string id, CancellationToken cancel)
    {
        var asked = clock.Now();
        var answer = await AskAsync(new SlackCommand.ReadGroup(id), cancel);
        return answer?.Group is { } group ? (group, asked) : null;
    }

    /// <summary>An account by itself; null if it is gone.</summary>
    public async Task<SlackUser?> ReadUserAsync(string id, CancellationToken cancel) =>
        (await AskAsync(new SlackCommand.ReadUser(id), cancel))?.User;

    private static string Word(Kind kind) => kind == Kind.User ? "users" : "groups";

    // A Slack that forgets where the page was to start would be read without end.
    private static bool IsSame<T>(SlackList<T> list, SlackPage<T> page, SlackPage<T>? former) =>
        page.Resources.Count > 0
        && former?.Resources.Count == page.Resources.Count
        && list.Id(page.Resources[0]) == list.Id(former.Resources[0])
        && list.Id(page.Resources[^1]) == list.Id(former.Resources[^1]);

    // Null if the answer is too long, or what was asked for is gone.
    private async Task<SlackResult.Done?> AskAsync(SlackCommand command, CancellationToken cancel)
    {
        while (true)
        {
            SlackGrant grant;
            while (!schedule.TryTakeBehind(command.Call, out grant, out var wait))
                await Task.Delay(wait, clock, cancel);
            switch (await slack.SendAsync(command, grant, cancel))
            {
                case SlackResult.Done done:
                    patience.Restore();
                    return done;
                case (SlackResult.NotDone { IsTooLong: true } or SlackResult.Refused { Row.Kind: SlackErrorKind.Gone })
                and var none:
                    IsGone = none is SlackResult.Refused;
                    return null;
                case SlackResult.NotDone late:
                    await patience.WaitAsync(late.ForLog, late.RetryAfter, cancel);
                    break;
                case SlackResult.Lost lost:
                    await patience.WaitAsync(lost.Why, null, cancel);
                    break;
                case SlackResult.Refused refused:
                    throw new SlackUnreadableException(SlackErrors.Said(refused.Row, refused.Error))
                    {
                        InFull = $"{refused.Row.Says} Slack says: {refused.Error.Words}",
                    };
            }
        }
    }
}

using ScimGateway.Provisioning.Data;
using ScimGateway.Provisioning.Links;

namespace ScimGateway.Kill;

/// <summary>After quiet: the mirror has what was acknowledged, Slack has what the mirror has, nobody exists twice, and nothing is left to do.</summary>
internal sealed class Check(Weather weather, string file, IReadOnlyList<Person> persons)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    /// <summary>Every person is one that may be, by its userName.</summary>
    public static async Task MirrorAsync(Client client, IReadOnlyList<Person> persons)
    {
        foreach (var person in persons)
            if (!(await client.LookUpAsync(person)).Answered)
                throw new ViolationException(person, "a search was not answered");
    }

    public Task MirrorAsync(Client client) => MirrorAsync(client, persons);

    /// <summary>Waits until all is as it should be, and then for what may still come late.</summary>
    public async Task QuietAsync(TimeSpan timeLimit)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (await WrongAsync() is { } wrong)
        {
            if (TimeProvider.System.GetElapsedTime(began) > _patience)
                throw new ViolationException(wrong.Person, $"after {_patience.TotalSeconds} s of quiet: {wrong.What}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        }
        var late = (1.3 * timeLimit) - TimeProvider.System.GetElapsedTime(began);
        if (late > TimeSpan.Zero)
            await Task.Delay(late, TimeProvider.System, CancellationToken.None);
        if (await WrongAsync() is { } then)
            throw new ViolationException(then.Person, $"after all was as it should be: {then.What}");
    }

    private async Task<(Person? Person, string What)?> WrongAsync()
    {
        if (Unfinished() is { } unfinished)
            return (null, unfinished);
        var accounts = await weather.AccountsAsync();
        var twice = accounts
            .SelectMany(a => a.Addresses)
            .GroupBy(a => a, StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(a => a.Count() > 1);
        if (twice is not null)
            return (null, $"{twice.Key} is at Slack {twice.Count()} times");
        if (Unlinked(accounts) is { } unlinked)
            return (null, unlinked);
        foreach (var person in persons)
            if (Wrong(person, accounts) is { } wrong)
                return (person, wrong);
        return null;
    }

    private static string? Wrong(Person person, List<Account> accounts)
    {
        if (person.Possible is not [var wish])
            return $"it is not known which it is: {string.Join(" or ", person.Possible)}";
        var active = accounts.Where(a => a.Active && a.Addresses.Any(person.Addresses.Contains)).ToList();
        if (!wish.IsThere || !wish.Active)
            return active.Count == 0 ? null : $"wanted is {wish}, Slack has {active[0]}";
        if (active is not [var account])
            return $"wanted is {wish}, Slack has {active.Count} active accounts";
        return
            account.Addresses[0] == wish.Address
            && account.Given == wish.Given
            && account.Title == wish.Title
            && account.Department == wish.Department
            ? null
            : $"wanted is {wish}, Slack has {account} with {string.Join(", ", account.Addresses)}";
    }

    private string? Unfinished() =>
        Read(session =>
            session.First(
                "select id, state, reason from links where state not in (@settled, @blocked, @protected) limit 1",
                row => $"link {row.GetInt64(0)} is {(LinkState)row.GetInt32(1)}: {(row.IsDBNull(2) ? "" : row.GetString(2))}",
                ("@settled", LinkState.Settled),
                ("@blocked", LinkState.Blocked),
                ("@protected", LinkState.Protected) // the token owner's
            )
            ?? session.First(
                "select request, outcome from operations where outcome in ('pending', 'accepted') limit 1",
                row => $"{row.GetString(0)} is still {row.GetString(1)} in the journal"
            )
        );

    // Slack's accounts and the links to them are the same: none is made and forgotten, none linked twice (an index forbids that).
    private string? Unlinked(List<Account> accounts)
    {
        var linked = Read(session =>
                session.All("select slack_id from links where slack_id is not null", row => row.GetString(0))
            )
            .ToHashSet(StringComparer.Ordinal);
        return accounts.Find(a => !linked.Contains(a.Id)) is { } orphan ? $"nothing links to {orphan}" : null;
    }

    private T Read<T>(Func<StoreSession, T> query)
    {
        using var session = new StoreSession(SqliteFile.Open(file));
        return query(session);
    }
}

using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Kill;

/// <summary>
/// After quiet: the mirror has what was acknowledged, Slack has what the mirror has, nobody exists twice, and nothing
/// is left to do.
/// </summary>
internal sealed class Check(
    Weather weather,
    string store,
    string tenant,
    IReadOnlyList<Person> persons,
    IReadOnlyList<Team> teams
)
{
    private const string OfTenant = "(select id from tenants where slug = @slug)";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    /// <summary>Every person is one that may be, by its userName.</summary>
    public static async Task MirrorAsync(Client client, IReadOnlyList<Person> persons)
    {
        foreach (var person in persons)
            if (!(await client.LookUpAsync(person)).Answered)
                throw new ViolationException(person, $"a search was not answered {client.Last}");
    }

    public async Task MirrorAsync(Client client)
    {
        await MirrorAsync(client, persons);
        foreach (var team in teams)
        {
            if (!await client.Teams.LookUpAsync(team))
                throw new ViolationException(team, $"a search was not answered {client.Last}");
            foreach (var group in team.Known)
                if (!await client.Teams.ReadAsync(team, group))
                    throw new ViolationException(team, $"a read was not answered {client.Last}");
        }
    }

    /// <summary>Waits until all is as it should be, and then for what may still come late.</summary>
    public async Task QuietAsync(TimeSpan timeLimit)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (await WrongAsync() is { } wrong)
        {
            if (TimeProvider.System.GetElapsedTime(began) > _patience + (6 * timeLimit))
                throw new ViolationException(
                    wrong.Of,
                    $"after {(_patience + (6 * timeLimit)).TotalSeconds} s of quiet: {wrong.What}"
                );
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        }
        var late = (1.3 * timeLimit) - TimeProvider.System.GetElapsedTime(began);
        if (late > TimeSpan.Zero)
            await Task.Delay(late, TimeProvider.System, CancellationToken.None);
        if (await WrongAsync() is { } then)
            throw new ViolationException(then.Of, $"after all was as it should be: {then.What}");
    }

    private async Task<(Story? Of, string What)?> WrongAsync()
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
        var groups = await weather.GroupsAsync();
        if (
            groups.GroupBy(group => group.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is
            { } same
        )
            return (null, $"the group {same.Key} is at Slack {same.Count()} times");
        if (groups.Find(group => !teams.Any(team => team.Names.Contains(group.Name))) is { } strange)
            return (null, $"nobody has made the group {strange.Name}");
        foreach (var team in teams)
            if (Wrong(team, groups, accounts) is { } wrong)
                return (team, wrong);
        return Differing(groups) is { } differing ? (null, differing) : null;
    }

    private string? Wrong(Team team, List<SlackGroup> groups, List<Account> accounts)
    {
        if (team.Possible is not [var now])
            return $"it is not known which it is: {string.Join(" or ", team.Possible)}";
        for (var name = 0; name < team.Names.Count; name++)
        {
            var group = groups.Find(g => g.Name == team.Names[name]);
            if ((group is null) != (now[name].Length == 0))
                return $"wanted is '{now[name]}' as {team.Names[name]}, Slack has {group?.Id ?? "none"}";
            if (group is null)
                continue;
            var roll = team.RollOf(now[name]);
            var wanted = new HashSet<string>();
            foreach (var person in persons)
            {
                if (person.Possible is not [{ IsThere: true, Active: true } wish] || !roll.MayBe(wish.Key, true))
                    continue;
                if (roll.MayBe(wish.Key, false))
                    return $"it is not known whether {wish.Key} is in {now[name]}";
                wanted.UnionWith(
                    accounts.Where(a => a.Active && a.Addresses.Any(person.Addresses.Contains)).Select(a => a.Id)
                );
            }
            if (!wanted.SetEquals(group.Members))
                return $"wanted in {now[name]} are {string.Join(", ", wanted)}, Slack has {string.Join(", ", group.Members)}";
        }
        return null;
    }

    // The rows say the same as Slack, and none of them has something to tell.
    private string? Differing(List<SlackGroup> groups)
    {
        var rows = Read(session =>
            session.All(
                "select distinct g.slack_id || ' ' || u.slack_id from members m join resources t on t.id = m.group_id join links g on g.id = t.link_id "
                    + "join resources r on r.id = m.member_id join links u on u.id = r.link_id where m.in_slack = @yes and g.slack_id is not null "
                    + $"and t.tenant_id = {OfTenant}",
                row => row.Text(),
                ("@yes", Tri.Yes),
                ("@slug", tenant)
            )
        );
        var had = groups
            .SelectMany(group => group.Members.Select(member => $"{group.Id} {member}"))
            .ToHashSet(StringComparer.Ordinal);
        if (!had.SetEquals(rows))
            return $"the rows have {string.Join(", ", rows.Except(had))} beyond Slack, Slack has {string.Join(", ", had.Except(rows))} beyond the rows";
        return Read(session =>
            session.First(
                "select t.external_id, m.wanted, m.in_slack from members m join resources t on t.id = m.group_id join resources r on r.id = m.member_id "
                    + "join links u on u.id = r.link_id where m.blocked is null and m.wanted <> 0 and m.wanted <> m.in_slack and t.deleted is null "
                    + $"and t.tenant_id = {OfTenant} and u.reachable = @true and (m.wanted = @no or (r.active = @true and r.deleted is null)) limit 1",
                row => $"a row of {row.Text()} is wanted {row.Word<Tri>()}, in Slack {row.Word<Tri>()}",
                ("@true", true),
                ("@no", Tri.No),
                ("@slug", tenant)
            )
        );
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
                $"select id, state, reason from links where state not in (@settled, @blocked, @protected) and tenant_id = {OfTenant} limit 1",
                row => $"link {row.Long()} is {row.Word<LinkState>()}: {row.TextOrNull()}",
                ("@settled", LinkState.Settled),
                ("@blocked", LinkState.Blocked),
                ("@protected", LinkState.Protected), // the token owner's
                ("@slug", tenant)
            )
            ?? session.First(
                $"select request, outcome from operations where outcome in ('pending', 'accepted') and tenant_id = {OfTenant} limit 1",
                row => $"{row.Text()} is still {row.Text()} in the journal",
                ("@slug", tenant)
            )
        );

    // Slack's accounts and the links to them are the same: none is made and forgotten, none linked twice (an index
    // forbids that).
    private string? Unlinked(List<Account> accounts)
    {
        var linked = Read(session =>
                session.All(
                    $"select slack_id from links where slack_id is not null and tenant_id = {OfTenant}",
                    row => row.Text(),
                    ("@slug", tenant)
                )
            )
            .ToHashSet(StringComparer.Ordinal);
        return accounts.Find(a => !linked.Contains(a.Id)) is { } orphan ? $"nothing links to {orphan}" : null;
    }

    private T Read<T>(Func<StoreSession, T> query)
    {
        using var session = Store.LookAt(store);
        return query(session);
    }
}

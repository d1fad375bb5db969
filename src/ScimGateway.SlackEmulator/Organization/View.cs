namespace ScimGateway.SlackEmulator.Organization;

/// <summary>What a read shows at a moment: the state, less what still lags (docs/slack.md 9) and members who are hidden
/// while inactive (docs/slack.md 4.6).</summary>
internal static class View
{
    public static bool IsActive(Account account, DateTimeOffset now) =>
        account.Profile.Active || (account.Lag is { } lag && now < lag.InactiveFrom);

    public static string? PhotoOf(Account account, DateTimeOffset now) =>
        account.Lag is { } lag && now < lag.NewPhotoFrom ? lag.OldPhoto : account.Profile.Photo;

    public static string NameOf(Group group, DateTimeOffset now) =>
        group.Lag is { OldName: { } old } lag && now < lag.NewNameFrom ? old : group.DisplayName;

    public static IEnumerable<Account> MembersOf(Group group, DateTimeOffset now)
    {
        IEnumerable<Account> members = group.Members;
        if (group.Lag is { Memberships.Count: > 0 } lag)
        {
            var seen = new HashSet<Account>(group.Members);
            foreach (var change in Enumerable.Reverse(lag.Memberships).Where(c => c.SeenFrom > now))
                Undo(seen, change.Member, change.Began);
            members = seen;
        }
        return members.Where(m => IsActive(m, now));
    }

    public static IEnumerable<Group> GroupsOf(Account account, DateTimeOffset now)
    {
        if (!IsActive(account, now))
            return [];
        if (account.Lag is not { Memberships.Count: > 0 } lag)
            return account.Groups;
        var seen = new List<Group>(account.Groups);
        foreach (var change in Enumerable.Reverse(lag.Memberships).Where(c => c.SeenFrom > now))
            Undo(seen, change.Group, change.Began);
        return seen;
    }

    private static void Undo<T>(ICollection<T> seen, T item, bool began)
    {
        if (began)
            seen.Remove(item);
        else if (!seen.Contains(item))
            seen.Add(item);
    }
}

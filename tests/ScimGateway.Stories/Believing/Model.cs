using ScimGateway.Stories.Telling;

namespace ScimGateway.Stories.Believing;

/// <summary>
/// What is believed of a world, by the answers that were given and what was done by hand: small, and written from what
/// the product promises.
/// </summary>
internal sealed class Model
{
    /// <summary>Users by SCIM id.</summary>
    public Dictionary<string, Person> People { get; } = [];

    /// <summary>Groups by SCIM id.</summary>
    public Dictionary<string, Team> Teams { get; } = [];

    /// <summary>The user that each person of the story is now; the last one if it is deleted.</summary>
    public Dictionary<int, string> Known { get; } = [];

    /// <summary>The group that each group of the story is now.</summary>
    public Dictionary<int, string> KnownTeams { get; } = [];

    /// <summary>Creates without an answer: what they asked for, and by which source.</summary>
    public List<(int Who, int Source, Document Asked, int Step)> LostPosts { get; } = [];

    /// <summary>Creates of groups without an answer.</summary>
    public List<(int Which, int Source, string Name, Named Members)> LostGroups { get; } = [];

    /// <summary>The accounts of Slack, also those that are gone.</summary>
    public Dictionary<string, Seen> Accounts { get; } = [];

    /// <summary>Who was put into or taken out of a group in Slack.</summary>
    public HashSet<(string Group, string Account)> TouchedMembers { get; } = [];

    /// <summary>Groups that were made or changed in Slack.</summary>
    public HashSet<string> TouchedGroups { get; } = [];

    /// <summary>Which preferences have, or have had, another value than the default.</summary>
    public HashSet<string> Preferred { get; } = [];

    /// <summary>Which knobs were turned.</summary>
    public HashSet<string> Turned { get; } = [];

    /// <summary>Whether an operator has decided of what is held.</summary>
    public bool HadDecisions { get; set; }

    /// <summary>The rules that there were; null for none in place of one.</summary>
    public HashSet<string?> Rules { get; } = [];

    /// <summary>Accounts whose claim an operator has ended or given to somebody.</summary>
    public HashSet<string> Unlinked { get; } = [];

    /// <summary>Accounts that an operator has given to somebody.</summary>
    public HashSet<string> Given { get; } = [];

    /// <summary>Accounts that an operator has protected, or had forgotten.</summary>
    public HashSet<string> Protected { get; } = [];

    /// <summary>Accounts that a script has let in or out, and addresses for which one has made an account.</summary>
    public HashSet<string> Scripted { get; } = [];

    /// <summary>When all that had been changed by hand was last set back: a step.</summary>
    public int SetBack { get; set; } = -1;

    /// <summary>When an import last looked: what it saw otherwise is told as soon as the provider says it again.</summary>
    public int Looked { get; set; } = -1;

    /// <summary>Whether who was out of scope has stayed so though there was no rule any more.</summary>
    public bool StayedAsTheyAre { get; set; }

    /// <summary>Whether some rule that there was does not admit a user, as it may have been.</summary>
    public bool MayBeOut(Person person) =>
        Rules.Any(rule => person.Titles.Any(title => Scoped.Admits(rule, title) is not true));

    /// <summary>Whether an operator let a hold go on, or dismissed one.</summary>
    public (bool Released, bool Dismissed) Decided { get; set; }

    /// <summary>When a request was last answered as done: a step.</summary>
    public int Done { get; set; } = -1;

    /// <summary>When all was last planned again, or set back: a step.</summary>
    public int Replanned { get; set; } = -1;

    /// <summary>Whether Slack said what it would not have said by itself.</summary>
    public bool HadWeather { get; set; }

    /// <summary>Whether the gateway has died: what was pending then waits for what may still land.</summary>
    public bool HasDied { get; set; }

    /// <summary>The token was not accepted, or the tenant stopped.</summary>
    public bool WasShut { get; set; }

    /// <summary>Which step of the story it is.</summary>
    public int Step { get; set; }

    /// <summary>What is believed now, when nothing is under way.</summary>
    /// <param name="groups">The groups that Slack has.</param>
    public Kept Keep(IEnumerable<string> groups) =>
        new(
            [.. People.Values.Select(person => person.Copy())],
            [.. Teams.Values.Select(team => team.Copy())],
            new Dictionary<int, string>(Known),
            new Dictionary<int, string>(KnownTeams),
            [.. LostPosts],
            [.. LostGroups],
            Accounts.Keys.ToHashSet(),
            [.. groups],
            Step
        );

    /// <summary>
    /// The store is what it was: Slack went on, so that all it has is as if it had been changed by hand.
    /// </summary>
    /// <param name="kept">What was believed then.</param>
    /// <param name="groups">The groups that Slack has now.</param>
    public void TakeBack(Kept kept, IEnumerable<string> groups)
    {
        Fill(People, kept.People.Select(person => person.Copy()).ToDictionary(person => person.Id));
        Fill(Teams, kept.Teams.Select(team => team.Copy()).ToDictionary(team => team.Id));
        Fill(Known, kept.Known);
        Fill(KnownTeams, kept.KnownTeams);
        LostPosts.Clear();
        LostPosts.AddRange(kept.LostPosts);
        LostGroups.Clear();
        LostGroups.AddRange(kept.LostGroups);
        foreach (var account in Accounts.Values)
        {
            account.ByHand |= !kept.Accounts.Contains(account.Id);
            foreach (var what in (string[])["active", "title", "email", "manager"])
                account.Touched[what] = Step;
        }
        TouchedGroups.UnionWith(kept.Groups.Concat(groups));
        WasShut = true;
    }

    private static void Fill<T, TOne>(Dictionary<T, TOne> all, IReadOnlyDictionary<T, TOne> by)
        where T : notnull
    {
        all.Clear();
        foreach (var (key, one) in by)
            all[key] = one;
    }

    /// <summary>Who may have this name or address, or have had it, but one.</summary>
    public bool MayBeTaken(Document asked, string? but)
    {
        var keys = new[] { asked.UserName, asked.Primary, asked.Secondary }
            .OfType<string>()
            .Select(Folded.Of)
            .ToHashSet();
        return People.Values.Any(one =>
                one.Id != but
                && (one.Names.Overlaps(keys) || one.Addresses.Overlaps(keys) || one.Seconds.Overlaps(keys))
            )
            || LostPosts.Count > 0
            || Accounts.Values.Any(one =>
                one.Addresses.Overlaps(keys) || one.Seconds.Overlaps(keys) || one.Names.Overlaps(keys)
            );
    }
}

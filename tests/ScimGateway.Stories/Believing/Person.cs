using System.Text.Json.Nodes;
using ScimGateway.Stories.Telling;

namespace ScimGateway.Stories.Believing;

/// <summary>What came of a write, as far as its client knows.</summary>
internal enum Fate
{
    /// <summary>It is not answered yet.</summary>
    Open,

    /// <summary>It was answered as done.</summary>
    Done,

    /// <summary>It was refused.</summary>
    Refused,

    /// <summary>It was another source's to change.</summary>
    Denied,

    /// <summary>There was no answer, and none will come.</summary>
    Lost,
}

/// <summary>A write to a user, by one request.</summary>
/// <param name="Apply">What it makes of a state.</param>
/// <param name="By">The request, which may hold more than one.</param>
/// <param name="After">The writes that come before it, as bits.</param>
internal sealed record Write(Func<Document?, Document?> Apply, Meant By, UInt128 After)
{
    /// <summary>What came of it.</summary>
    public Fate Fate { get; set; }

    /// <summary>What was said when before it.</summary>
    public Dictionary<string, int> Before { get; } = [];
}

/// <summary>A user as GET shows it. <see cref="Anything"/> stands where it is not known.</summary>
internal sealed record Document(
    string UserName,
    string? Primary,
    string? Secondary,
    bool Active,
    string? Title,
    string? Key,
    string? Manager = null
)
{
    /// <summary>What fits whatever is shown.</summary>
    public const string Anything = "?";

    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    /// <summary>What is shown of a user.</summary>
    public static Document Of(JsonObject shown)
    {
        var emails = (shown["emails"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        return new Document(
            (string)shown["userName"]!,
            Of(emails, "work"),
            Of(emails, "home"),
            (bool?)shown["active"] ?? false,
            (string?)shown["title"],
            (string?)shown["externalId"],
            (string?)shown[Enterprise]?["manager"]?["value"]
        );
    }

    /// <summary>Whether what is shown can be this.</summary>
    public bool Fits(Document shown) =>
        UserName == shown.UserName
        && Active == shown.Active
        && Fits(Primary, shown.Primary)
        && Fits(Secondary, shown.Secondary)
        && Fits(Title, shown.Title)
        && Fits(Key, shown.Key)
        && Fits(Manager, shown.Manager);

    /// <summary>After a POST or PUT. What it does not say is nothing, or what Slack has filled in.</summary>
    public static Document Put(Document? before, Said said, string? manager, string? unsaid) =>
        new(
            said.UserName,
            said.Primary ?? unsaid,
            said.Secondary ?? unsaid,
            said.Active ?? before?.Active ?? true,
            said.Title ?? unsaid,
            said.Key ?? unsaid,
            manager ?? unsaid
        );

    /// <summary>After a change of one thing.</summary>
    public Document With(string path, string? value) =>
        path switch
        {
            "active" => this with { Active = value == "true" },
            "title" => this with { Title = value },
            "userName" => this with { UserName = value! },
            "primary" => this with { Primary = value },
            "manager" => this with { Manager = value },
            _ => this with { Secondary = value },
        };

    private static bool Fits(string? believed, string? shown) => believed == Anything || believed == shown;

    private static string? Of(List<JsonObject> emails, string type) =>
        (string?)emails.Find(email => (string?)email["type"] == type)?["value"];
}

/// <summary>A user of the gateway: all it may be, given the answers.</summary>
internal sealed class Person(string id, int who, Document? start)
{
    private readonly List<Write> _writes = [];

    /// <summary>Its SCIM id.</summary>
    public string Id => id;

    /// <summary>Who it is in the story.</summary>
    public int Who => who;

    /// <summary>Who has claimed it; null while nobody has.</summary>
    public int? Source { get; set; }

    /// <summary>Whether it came by a POST: an id of its own, which no import gave.</summary>
    public bool WasPosted { get; init; }

    /// <summary>Whether it was seen before its create was answered, which may have been refused since.</summary>
    public bool MayBeRefused { get; set; }

    /// <summary>Whether a provider may ever have wished it to be gone, or inactive.</summary>
    public bool MayLeave { get; set; }

    /// <summary>Whether a preference or an operator may have left something of it out, so that Slack may differ.</summary>
    public bool IsLeftOut { get; set; }

    /// <summary>All its primary addresses and user names so far.</summary>
    public HashSet<string> Addresses { get; } = [];

    /// <summary>All its other addresses.</summary>
    public HashSet<string> Seconds { get; } = [];

    /// <summary>All its user names.</summary>
    public HashSet<string> Names { get; } = [];

    /// <summary>All its externalIds.</summary>
    public HashSet<string> Keys { get; } = [];

    /// <summary>Whether it was ever said to have a title; clearing one that is not shown may say nothing.</summary>
    public bool HadTitle { get; private set; }

    /// <summary>What Slack has where something may be left out; null once that is not certain.</summary>
    public AtSlack? AtSlack { get; set; }

    /// <summary>All its titles.</summary>
    public HashSet<string?> Titles { get; } = [];

    /// <summary>Whether a change of rules may have left it in Slack as it was.</summary>
    public bool MayBeFrozen { get; set; }

    /// <summary>Whether it was ever said to have a manager.</summary>
    public bool HadManager { get; private set; }

    /// <summary>When it was last asked that it be active who was not, or that it be at all: a step of the story.</summary>
    public int Enabled { get; set; } = -1;

    /// <summary>When each thing was last said to be other than before.</summary>
    public Dictionary<string, int> Changed { get; } = [];

    /// <summary>When something was said to which no answer came: whether it counts nobody knows.</summary>
    public HashSet<int> Unheard { get; } = [];

    /// <summary>When each thing was last spoken of by a write that was answered as done, be it as it was.</summary>
    public Dictionary<string, int> Spoken { get; } = [];

    /// <summary>When it was last answered as done that who was active is so no more.</summary>
    public int LetOut { get; set; } = -1;

    /// <summary>Whether a write is not answered.</summary>
    public bool IsOpen => _writes.Exists(write => write.Fate == Fate.Open);

    /// <summary>What it may be; null is deleted.</summary>
    public IReadOnlyList<Document?> Possible
    {
        get
        {
            // By which of them have happened, in each order in which they may.
            var all = new SortedDictionary<UInt128, HashSet<Document?>> { [UInt128.Zero] = [start] };
            while (all.First() is var (happened, states) && happened != Mask(_writes.Count))
            {
                all.Remove(happened);
                for (var at = 0; at < _writes.Count; at++)
                {
                    var next = happened | (UInt128.One << at);
                    if (next == happened || (_writes[at].After & ~happened) != 0)
                        continue;
                    if (!all.TryGetValue(next, out var known))
                        all[next] = known = [];
                    known.UnionWith(After(states, _writes[at]));
                }
            }
            return [.. all.First().Value];
        }
    }

    /// <summary>The same once more, while no write is under way.</summary>
    public Person Copy()
    {
        var copy = new Person(id, who, start)
        {
            Source = Source,
            WasPosted = WasPosted,
            MayBeRefused = MayBeRefused,
            MayLeave = MayLeave,
            IsLeftOut = IsLeftOut,
            HadTitle = HadTitle,
            MayBeFrozen = MayBeFrozen,
            HadManager = HadManager,
            Enabled = Enabled,
            LetOut = LetOut,
        };
        copy._writes.AddRange(_writes);
        copy.Addresses.UnionWith(Addresses);
        copy.Seconds.UnionWith(Seconds);
        copy.Names.UnionWith(Names);
        copy.Keys.UnionWith(Keys);
        copy.Titles.UnionWith(Titles);
        foreach (var (what, step) in Changed)
            copy.Changed[what] = step;
        foreach (var (what, step) in Spoken)
            copy.Spoken[what] = step;
        copy.Unheard.UnionWith(Unheard);
        return copy;
    }

    private static UInt128 Mask(int many) => (UInt128.One << many) - 1;

    private static IEnumerable<Document?> After(HashSet<Document?> before, Write write)
    {
        if (write.Fate == Fate.Denied)
            return before;
        // A deactivation leaves first, and no refusal of the rest undoes it.
        if (write.Fate == Fate.Refused)
            return before.Concat(
                before
                    .Where(state => state is { Active: true } && write.Apply(state) is { Active: false })
                    .Select(state => state! with { Active = false })
            );
        var after = before.Where(state => state is not null).Select(write.Apply);
        return write.Fate == Fate.Done ? before.Where(state => state is null).Concat(after) : before.Concat(after);
    }

    /// <summary>Begins a write. They come in order, but beside a bulk request, which does one thing after the other.</summary>
    public Write Begin(Func<Document?, Document?> apply, Meant by, int step)
    {
        var before = Possible;
        var beside = UInt128.Zero;
        for (var at = 0; at < _writes.Count; at++)
            if (_writes[at] is { Fate: Fate.Open } open && open.By != by && open.By.IsBulk)
                beside |= UInt128.One << at;
        var write = new Write(apply, by, Mask(_writes.Count) & ~beside);
        _writes.Add(write);
        foreach (var (what, when) in Changed)
            write.Before[what] = when;
        foreach (var state in before.Where(state => state is not null))
            Note(state, apply(state), step);
        return write;
    }

    /// <summary>Of what a write said that was refused at this step, only what was said before it counts.</summary>
    public void Unsay(Write write, int step)
    {
        foreach (var what in Changed.Keys.Where(what => Changed[what] == step).ToList())
            if (write.Before.TryGetValue(what, out var before))
                Changed[what] = before;
            else
                Changed.Remove(what);
    }

    /// <summary>Notes what a state says for all time.</summary>
    public void Note(Document? before, Document? after, int step)
    {
        if (after is not { Active: true })
            MayLeave = true;
        if (after is null)
            return;
        if (after.Primary is { } address)
            Addresses.Add(Folded.Of(address));
        if (after.Secondary is { } second)
        {
            // Who says no other address is meant by it.
            Seconds.Add(Folded.Of(second));
            if (after.Primary is null or Document.Anything)
                Addresses.Add(Folded.Of(second));
        }
        if (after.UserName.Contains('@', StringComparison.Ordinal))
            Addresses.Add(Folded.Of(after.UserName));
        Names.Add(Folded.Of(after.UserName));
        if (after.Key is not null)
            Keys.Add(after.Key);
        Titles.Add(after.Title);
        HadTitle |= after.Title is not (null or Document.Anything);
        HadManager |= after.Manager is not (null or Document.Anything);
        if (after.Active && before is not { Active: true })
            Enabled = step;
        Differs("active", before?.Active != after.Active);
        Differs("manager", before?.Manager != after.Manager);
        Differs("title", before?.Title != after.Title);
        Differs("email", before?.Primary != after.Primary || before?.UserName != after.UserName);
        Differs("second", before?.Secondary != after.Secondary);

        void Differs(string what, bool so)
        {
            if (so)
                Changed[what] = step;
        }
    }
}

/// <summary>How names and addresses are compared.</summary>
internal static class Folded
{
    /// <summary>Without regard to case and to how letters are composed.</summary>
    // Without the tables of a culture .NET composes nothing; these two are all that people here have.
    public static string Of(string text) =>
        text.Replace("e\u0308", "\u00eb", StringComparison.Ordinal)
            .Replace("e\u0301", "\u00e9", StringComparison.Ordinal)
            .ToLowerInvariant();
}

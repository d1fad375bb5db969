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

    /// <summary>There was no answer, and none will come.</summary>
    Lost,
}

/// <summary>A write to something that can be in states.</summary>
internal sealed class Write<T>(Func<T, T> apply)
{
    /// <summary>What it makes of a state.</summary>
    public Func<T, T> Apply => apply;

    /// <summary>What came of it.</summary>
    public Fate Fate { get; set; }
}

/// <summary>A user as GET shows it. <see cref="Anything"/> stands where it is not known.</summary>
internal sealed record Document(
    string UserName,
    string? Primary,
    string? Secondary,
    bool Active,
    string? Title,
    string? Key
)
{
    /// <summary>What fits whatever is shown.</summary>
    public const string Anything = "?";

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
            (string?)shown["externalId"]
        );
    }

    /// <summary>Whether what is shown can be this.</summary>
    public bool Fits(Document shown) =>
        UserName == shown.UserName
        && Active == shown.Active
        && Fits(Primary, shown.Primary)
        && Fits(Secondary, shown.Secondary)
        && Fits(Title, shown.Title)
        && Fits(Key, shown.Key);

    /// <summary>After a POST or PUT. What it does not say is nothing, or what Slack has filled in.</summary>
    public static Document? Put(Document? before, Said said, string? unsaid) =>
        new(
            said.UserName,
            said.Primary ?? unsaid,
            said.Secondary ?? unsaid,
            said.Active ?? before?.Active ?? true,
            said.Title ?? unsaid,
            said.Key ?? unsaid
        );

    /// <summary>After a change of one thing.</summary>
    public Document With(string path, string? value) =>
        path switch
        {
            "active" => this with { Active = value == "true" },
            "title" => this with { Title = value },
            "userName" => this with { UserName = value! },
            "primary" => this with { Primary = value },
            _ => this with { Secondary = value },
        };

    private static bool Fits(string? believed, string? shown) => believed == Anything || believed == shown;

    private static string? Of(List<JsonObject> emails, string type) =>
        (string?)emails.Find(email => (string?)email["type"] == type)?["value"];
}

/// <summary>A user of the gateway: all it may be, given the answers.</summary>
internal sealed class Person(string id, int who, Document? start)
{
    private readonly List<Write<Document?>> _writes = [];
    private Document? _start = start;

    /// <summary>Its SCIM id.</summary>
    public string Id => id;

    /// <summary>Who it is in the story.</summary>
    public int Who => who;

    /// <summary>Who has claimed it; null while nobody has.</summary>
    public int? Source { get; set; }

    /// <summary>Whether it came by a POST: an id of its own, which no import gave.</summary>
    public bool WasPosted { get; init; }

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

    /// <summary>Whether it was ever said to have a title; clearing one that is not shown may say nothing.</summary>
    public bool HadTitle { get; private set; }

    /// <summary>When it was last asked that it be active who was not, or that it be at all: a step of the story.</summary>
    public int Enabled { get; set; } = -1;

    /// <summary>When each thing was last said to be other than before.</summary>
    public Dictionary<string, int> Changed { get; } = [];

    /// <summary>Whether a write is not answered.</summary>
    public bool IsOpen => _writes.Exists(write => write.Fate == Fate.Open);

    /// <summary>What it may be; null is deleted.</summary>
    public IReadOnlyList<Document?> Possible
    {
        get
        {
            var all = new HashSet<Document?> { _start };
            foreach (var write in _writes)
            {
                if (write.Fate == Fate.Refused)
                {
                    // A deactivation leaves first, and no refusal of the rest undoes it.
                    all.UnionWith(
                        all.Where(state => state is { Active: true } && write.Apply(state) is { Active: false })
                            .Select(state => state! with { Active = false })
                            .ToList()
                    );
                    continue;
                }
                var after = all.Where(state => state is not null).Select(write.Apply).ToList();
                if (write.Fate == Fate.Done)
                    all.RemoveWhere(state => state is not null);
                all.UnionWith(after);
            }
            return [.. all];
        }
    }

    /// <summary>Begins a write.</summary>
    public Write<Document?> Begin(Func<Document?, Document?> apply, int step)
    {
        var before = Possible;
        var write = new Write<Document?>(apply);
        _writes.Add(write);
        foreach (var state in before.Where(state => state is not null))
            Note(state, apply(state), step);
        return write;
    }

    /// <summary>What it can be from now on, since it was seen.</summary>
    public void Saw(Document? now)
    {
        _writes.Clear();
        _start = now;
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
        HadTitle |= after.Title is not (null or Document.Anything);
        if (after.Active && before is not { Active: true })
            Enabled = step;
        Differs("active", before?.Active != after.Active);
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

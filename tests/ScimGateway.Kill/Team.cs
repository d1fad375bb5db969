using System.Collections.Concurrent;
using ScimGateway.Provisioning.Reads;

namespace ScimGateway.Kill;

/// <summary>Which incarnation of a team has each of its two names; none is "". There can be two at once.</summary>
internal sealed record Holders(string First, string Second)
{
    public static readonly Holders Nobody = new("", "");

    public bool Has(string key) => First == key || Second == key;

    public string this[int name] => name == 0 ? First : Second;

    public Holders With(int name, string key) => name == 0 ? this with { First = key } : this with { Second = key };

    /// <summary>
    /// The group takes a name, gives up the other; null if it is not there or somebody else has the name.
    /// </summary>
    public Holders? Renamed(string key, int name) =>
        this[name] == key ? this
        : this[1 - name] == key && this[name].Length == 0 ? With(name, key).With(1 - name, "")
        : null;

    public Holders? Without(string key) =>
        First == key ? With(0, "")
        : Second == key ? With(1, "")
        : null;
}

/// <summary>
/// Everything that can be true of a team: which groups bear its two names, and who is in each of them.
/// </summary>
internal sealed class Team(string name) : Worlds<Holders>(name, Holders.Nobody)
{
    private readonly ConcurrentDictionary<string, Roll> _rolls = [];
    private readonly ConcurrentDictionary<string, Incarnation> _known = [];
    private int _incarnations;

    /// <summary>The names that it has in turn; nobody else has them.</summary>
    public IReadOnlyList<string> Names { get; } = NamesOf(name);

    /// <summary>The groups that were seen and not found gone since.</summary>
    public IReadOnlyList<Incarnation> Known => [.. _known.Values];

    public string NewKey() => $"{Name}-{Interlocked.Increment(ref _incarnations)}";

    public Roll RollOf(string key) => _rolls[key];

    /// <summary>A group is about to be made.</summary>
    public void Expect(string key, Roll roll) => _rolls[key] = roll;

    public void Learn(Incarnation group) => _known[group.Key] = group;

    public void Forget(string key) => _known.TryRemove(key, out _);

    public void Tell(string line) => Note(line);

    public override void ProcessEnded(string how)
    {
        base.ProcessEnded(how);
        foreach (var (key, roll) in _rolls)
            if (Possible.Any(now => now.Has(key)))
                roll.ProcessEnded();
            else if (_rolls.TryRemove(key, out _))
                Forget(key);
    }

    // Its former name is free once Slack has confirmed that it is.
    protected override bool MayClash(Holders before, Holders after) => before != after;

    private static string[] NamesOf(string name) => [name, $"{name} renamed"];
}

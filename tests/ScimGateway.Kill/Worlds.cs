using ScimGateway.Provisioning.Model.Journal;

namespace ScimGateway.Kill;

/// <summary>
/// Everything that can be true of one thing, given what clients were answered. A <em>world</em> is a state that may be
/// in the mirror, with the writes that may still happen to it. A write that is under way may happen at any moment; one
/// that was acknowledged has happened; one that was refused has not; one without an answer may happen as long as the
/// process lives. No world left: an answer was not true.
/// </summary>
internal abstract class Worlds<T>(string name, T start) : Story(name)
    where T : class
{
    private const int MostUnanswered = 6;

    private readonly Lock _gate = new();
    private readonly Asked?[] _open = new Asked?[16];
    private readonly List<Reading> _reading = [];
    private HashSet<World> _worlds = [new World(start, 0)];

    /// <summary>A write that was begun.</summary>
    public sealed class Asked(Write<T> write, int slot)
    {
        public Write<T> Write => write;

        public int Slot => slot;

        public HashSet<T> Seen { get; } = [];
    }

    /// <summary>A read that was begun, with all it may find.</summary>
    public sealed class Reading
    {
        /// <summary>Whether nothing was under way beside it.</summary>
        public bool IsAlone { get; set; }

        public HashSet<T> Seen { get; } = [];
    }

    private readonly record struct World(T State, int Open);

    public IReadOnlyList<T> Possible
    {
        get
        {
            lock (_gate)
                return [.. _worlds.Select(w => w.State).Distinct()];
        }
    }

    /// <summary>Whether a write that changes a state so may clash with what Slack still has.</summary>
    protected abstract bool MayClash(T before, T after);

    /// <summary>
    /// Begins a write; null if there are too many without an answer already, or worlds would grow without bound.
    /// </summary>
    public Asked? Begin(Write<T> write)
    {
        lock (_gate)
        {
            var slot = Array.IndexOf(_open, null);
            if (_open.Count(o => o is not null) >= MostUnanswered)
                return null;
            var asked = new Asked(write, slot);
            _open[slot] = asked;
            _worlds = [.. _worlds.Select(w => w with { Open = w.Open | 1 << slot })];
            foreach (var reading in _reading)
                reading.IsAlone = false;
            Note($"> {write.Says}");
            Close();
            return asked;
        }
    }

    /// <summary>Ends a write; returns what is wrong, or null.</summary>
    public string? End(Asked asked, Answer answer, string said)
    {
        lock (_gate)
        {
            Note($"< {said} to {asked.Write.Says}");
            if (answer is Answer.Lost)
                return null;
            var bit = 1 << asked.Slot;
            var left = _worlds
                .Where(w => (w.Open & bit) == 0 == (answer is Answer.Done))
                .Select(w => w with { Open = w.Open & ~bit })
                .ToHashSet();
            if (left.Count == 0)
                return $"'{said}' to '{asked.Write.Says}' cannot be true; possible was {Say(_worlds)}";
            // Who says that it is not there, or there already, must have had a reason.
            if (
                said is "404" or "409"
                && asked.Seen.All(state =>
                    asked.Write.Apply(state) is { } after && (said is "404" || !MayClash(state, after))
                )
            )
                return $"'{said}' to '{asked.Write.Says}' has no reason; possible was {string.Join(" or ", asked.Seen)}";
            _open[asked.Slot] = null;
            _worlds = left;
            Close();
            return null;
        }
    }

    public Reading BeginRead()
    {
        lock (_gate)
        {
            var reading = new Reading { IsAlone = _open.All(o => o is null) };
            _reading.Add(reading);
            Close();
            return reading;
        }
    }

    /// <summary>
    /// Ends a read with what was found, null if there was no answer; returns what is wrong, or null. With nothing under
    /// way, what was read is what is true from here on.
    /// </summary>
    public string? EndRead(Reading reading, T? found) =>
        found is null ? EndRead(reading, null, "") : EndRead(reading, state => state.Equals(found), $"{found}");

    /// <summary>Likewise of a read that found a part.</summary>
    public string? EndRead(Reading reading, Func<T, bool>? fits, string found)
    {
        lock (_gate)
        {
            _reading.Remove(reading);
            if (fits is null)
                return null;
            Note($"< read {found}");
            if (!reading.Seen.Any(fits))
                return $"read {found}, but possible was {string.Join(" or ", reading.Seen)}";
            if (reading.IsAlone)
                _worlds.RemoveWhere(w => !fits(w.State));
            return null;
        }
    }

    /// <summary>The process is gone and all its clients know: what did not happen until now never will.</summary>
    public virtual void ProcessEnded(string how)
    {
        lock (_gate)
        {
            Note($"-- {how}");
            Array.Clear(_open);
            _worlds = [.. _worlds.Select(w => w with { Open = 0 })];
        }
    }

    // Every write under way may happen now.
    private void Close()
    {
        var next = new Stack<World>(_worlds);
        while (next.TryPop(out var world))
            for (var slot = 0; slot < _open.Length; slot++)
                if (
                    (world.Open & 1 << slot) != 0
                    && _open[slot]!.Write.Apply(world.State) is { } after
                    && new World(after, world.Open & ~(1 << slot)) is var other
                    && _worlds.Add(other)
                )
                    next.Push(other);
        foreach (var seen in _open.OfType<Asked>().Select(o => o.Seen).Concat(_reading.Select(r => r.Seen)))
            seen.UnionWith(_worlds.Select(w => w.State));
    }

    private static string Say(IEnumerable<World> worlds) => string.Join(" or ", worlds.Select(w => w.State).Distinct());
}

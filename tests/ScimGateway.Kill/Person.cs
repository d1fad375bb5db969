using System.Collections.Concurrent;
using ScimGateway.Provisioning.Model.Links;

namespace ScimGateway.Kill;

/// <summary>Everything that can be true of one person.</summary>
internal sealed class Person(string userName, IReadOnlyList<string> addresses) : Worlds<Wish>(userName, Wish.Absent)
{
    private readonly ConcurrentDictionary<string, string> _keys = [];
    private volatile Incarnation? _known;
    private int _incarnations;

    public string UserName => Name;

    /// <summary>The addresses that this person has in turn; nobody else has them.</summary>
    public IReadOnlyList<string> Addresses => addresses;

    /// <summary>The incarnation that was seen last; null if none is known.</summary>
    public Incarnation? Known
    {
        get => _known;
        set
        {
            if (value is not null)
                _keys[value.Id] = value.Key;
            _known = value;
        }
    }

    /// <summary>The key of an incarnation that was once known.</summary>
    public string? KeyOf(string id) => _keys.GetValueOrDefault(id);

    public string NewKey() => $"{Name}-{Interlocked.Increment(ref _incarnations)}";

    protected override bool MayClash(Wish before, Wish after) => before.Address != after.Address;
}

/// <summary>
/// A user or group from its create to its delete: its id at the gateway, and the key that this program gave it.
/// </summary>
internal sealed record Incarnation(string Id, string Key, string? ETag = null);

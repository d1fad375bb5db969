using System.Diagnostics.CodeAnalysis;

namespace ScimGateway.SlackEmulator.Organization;

/// <summary>Finds things by a name, in one step. A name has one holder; more only where rules were
/// bypassed by hand or by a knob.</summary>
internal sealed class KeyIndex<T>
    where T : class
{
    private readonly Dictionary<string, T> _first = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<T>> _further = new(StringComparer.OrdinalIgnoreCase);

    public void Add(string key, T holder)
    {
        if (_first.TryAdd(key, holder) || ReferenceEquals(_first[key], holder))
            return;
        if (!_further.TryGetValue(key, out var others))
            _further[key] = others = [];
        if (!others.Contains(holder))
            others.Add(holder);
    }

    public void Remove(string key, T holder)
    {
        _further.TryGetValue(key, out var others);
        if (_first.TryGetValue(key, out var first) && ReferenceEquals(first, holder))
        {
            if (others is null)
            {
                _first.Remove(key);
                return;
            }
            _first[key] = others[0];
            others.RemoveAt(0);
        }
        else
        {
            others?.Remove(holder);
        }
        if (others is { Count: 0 })
            _further.Remove(key);
    }

    public bool TryFind(string key, [NotNullWhen(true)] out T? holder) => _first.TryGetValue(key, out holder);

    public IReadOnlyList<T> All(string key)
    {
        if (!_first.TryGetValue(key, out var first))
            return [];
        return _further.TryGetValue(key, out var others) ? [first, .. others] : [first];
    }

    public void Clear()
    {
        _first.Clear();
        _further.Clear();
    }

    public void EnsureCapacity(int count) => _first.EnsureCapacity(count);
}

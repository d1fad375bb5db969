using ScimGateway.Provisioning.Model;

namespace ScimGateway.Host.Admin;

/// <summary>
/// Which reads of people have their line in the audit trail already: a console that asks each second would fill it. The
/// same read, by the same key from the same address, has one line an hour. What failed is told once, too, and what it was
/// when it first succeeds.
/// </summary>
internal sealed class CountedReads(TimeProvider clock)
{
    /// <summary>How many are known at most; without memory of one it has one more line.</summary>
    private const int Most = 10_000;

    private static readonly TimeSpan _isOne = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<Read, (Instant Since, bool Succeeded)> _known = [];

    /// <summary>Whether one was told within the hour and succeeded; null where none was told.</summary>
    public bool? Told(Read read)
    {
        lock (_gate)
            return _known.TryGetValue(read, out var told) && clock.Now() - told.Since < _isOne ? told.Succeeded : null;
    }

    /// <summary>It has its line now.</summary>
    public void Tell(Read read, bool succeeded)
    {
        var now = clock.Now();
        lock (_gate)
        {
            if (_known.Count >= Most && !_known.ContainsKey(read))
            {
                foreach (var (old, _) in _known.Where(one => now - one.Value.Since >= _isOne).ToList())
                    _known.Remove(old);
                if (_known.Count >= Most)
                    _known.Clear();
            }
            _known[read] = (now, succeeded);
        }
    }

    /// <summary>What makes two reads the same.</summary>
    internal readonly record struct Read(
        AdminKeyId? Key,
        string? Client,
        TenantId? Tenant,
        string Action,
        string About
    );
}

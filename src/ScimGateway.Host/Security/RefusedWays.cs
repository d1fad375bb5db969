namespace ScimGateway.Host.Security;

/// <summary>A way in which credentials were refused.</summary>
/// <param name="Why">What was wrong with them, as the log says it; nothing of a credential itself.</param>
/// <param name="Count">How often, since the gateway started.</param>
/// <param name="Last">When it last was so.</param>
internal sealed record RefusedWay(string Why, long Count, DateTimeOffset Last);

/// <summary>
/// In which ways each tenant has refused credentials since the gateway started, so that its administrator sees what is wrong
/// at a provider. It is in memory alone, and whoever tries credentials cannot make it grow: there are a few ways, and it
/// is kept of tenants that there are.
/// </summary>
internal sealed class RefusedWays(TimeProvider clock)
{
    /// <summary>Of so many tenants it is kept.</summary>
    public const int MostTenants = 10_000;

    /// <summary>Of so many ways; there are fewer.</summary>
    public const int MostWays = 32;

    // Where tenants that there are not are noted, so that they take as long as others.
    private const string Nobodys = "";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Dictionary<string, RefusedWay>> _ofTenants = new(StringComparer.Ordinal)
    {
        [Nobodys] = [],
    };

    /// <summary>Notes that a tenant has refused a credential.</summary>
    /// <param name="tenant">Its word, of a tenant that there is; empty for none.</param>
    /// <param name="why">What was wrong: one of a few sentences.</param>
    public void Note(ReadOnlySpan<char> tenant, string why)
    {
        lock (_lock)
        {
            var ofTenants = _ofTenants.GetAlternateLookup<ReadOnlySpan<char>>();
            if (!ofTenants.TryGetValue(tenant, out var ways))
            {
                if (_ofTenants.Count > MostTenants)
                    return;
                ofTenants[tenant] = ways = new Dictionary<string, RefusedWay>(StringComparer.Ordinal);
            }
            var before = ways.GetValueOrDefault(why);
            if (before is not null || ways.Count < MostWays)
                ways[why] = new RefusedWay(why, (before?.Count ?? 0) + 1, clock.GetUtcNow());
        }
    }

    /// <summary>A tenant's, the last one first.</summary>
    public IReadOnlyList<RefusedWay> Of(string tenant)
    {
        lock (_lock)
            return _ofTenants.TryGetValue(tenant, out var ways)
                ? [.. ways.Values.OrderByDescending(way => way.Last)]
                : [];
    }

    /// <summary>Forgets a tenant that has another word now, or is gone.</summary>
    public void Forget(string tenant)
    {
        lock (_lock)
            _ofTenants.Remove(tenant);
    }
}

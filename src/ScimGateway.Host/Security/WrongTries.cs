using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using ScimGateway.Protocol.Errors;

namespace ScimGateway.Host.Security;

/// <summary>
/// How often somebody at an address has shown a tenant what it does not take. Beyond ten times in a minute he is told to
/// wait. Only what is wrong is answered so: what is right lets in at once, since a provider can be behind the same
/// address as whoever tries.
/// </summary>
/// <remarks>
/// It does not keep secrets of 256 bits from being found, which they keep by themselves; it has a provider with a token
/// that ended, or a scanner, come less often.
/// </remarks>
internal sealed class WrongTries(TimeProvider clock)
{
    /// <summary>As many wrong ones are answered as if there had been no others.</summary>
    public const int Most = 10;

    /// <summary>Of so many addresses it is known; then those are forgotten that have tried nothing for longest.</summary>
    public const int MostKept = 10_000;

    private static readonly TimeSpan _within = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<Key, LinkedListNode<Tries>> _byKey = [];
    private readonly LinkedList<Tries> _byTime = new(); // who tried last stands last

    /// <summary>Of how many it is known now.</summary>
    public int Kept
    {
        get
        {
            lock (_lock)
                return _byKey.Count;
        }
    }

    /// <summary>
    /// Counts what was not taken, where something was shown; how long to wait, if there have been too many, else null.
    /// </summary>
    public TimeSpan? Count(HttpContext context) =>
        context.Request.Headers.Authorization.Count == 0
            ? null
            : Count(context.Connection.RemoteIpAddress, TenantPath.Tenant(context));

    /// <summary>The same wherever it was shown.</summary>
    public TimeSpan? Count(IPAddress? from, ReadOnlySpan<char> tenant)
    {
        // The tenant's word is whatever was sent, and may be long: words that fall together are counted together.
        var key = new Key(Network(from), string.GetHashCode(tenant));
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            if (_byKey.TryGetValue(key, out var node))
                _byTime.Remove(node);
            else
                _byKey[key] = node = new LinkedListNode<Tries>(new Tries(key));
            _byTime.AddLast(node);
            if (_byKey.Count > MostKept)
            {
                _byKey.Remove(_byTime.First!.Value.Key);
                _byTime.RemoveFirst();
            }
            var tries = node.Value;
            if (now >= tries.Until)
                (tries.Until, tries.Wrong) = (now + _within, 0);
            return ++tries.Wrong > Most ? tries.Until - now : null;
        }
    }

    /// <summary>How long to wait, if there have been too many; null if another one would be looked at.</summary>
    public TimeSpan? Wait(IPAddress? from, ReadOnlySpan<char> tenant)
    {
        var now = clock.GetUtcNow();
        lock (_lock)
            return
                _byKey.TryGetValue(new Key(Network(from), string.GetHashCode(tenant)), out var node)
                && node.Value is { Wrong: >= Most } tries
                && now < tries.Until
                ? tries.Until - now
                : null;
    }

    /// <summary>Takes back one that was counted before it was known to be right.</summary>
    public void Forgive(IPAddress? from, ReadOnlySpan<char> tenant)
    {
        lock (_lock)
            if (_byKey.TryGetValue(new Key(Network(from), string.GetHashCode(tenant)), out var node))
                node.Value.Wrong = Math.Max(0, node.Value.Wrong - 1);
    }

    /// <summary>What is answered then, by the tenants that there are and by those that there are not.</summary>
    public static ScimException Refusal(TimeSpan wait) =>
        ScimException.Later(HttpStatusCode.TooManyRequests, Words, wait);

    /// <summary>The same in words.</summary>
    public const string Words =
        "Too many credentials that are not accepted came from this address. Give the client a new one, and let it try again later.";

    /// <summary>An address, or the network of one: who has an address of version 6 has 2^64 of them.</summary>
    public static UInt128 Network(IPAddress? from)
    {
        if (from is null)
            return 0;
        Span<byte> bytes = stackalloc byte[16];
        from.MapToIPv6().TryWriteBytes(bytes, out _);
        if (from.AddressFamily == AddressFamily.InterNetworkV6 && !from.IsIPv4MappedToIPv6)
            bytes[8..].Clear();
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private readonly record struct Key(UInt128 Network, int Tenant);

    private sealed class Tries(Key key)
    {
        public Key Key => key;

        public int Wrong { get; set; }

        public DateTimeOffset Until { get; set; } = DateTimeOffset.MinValue;
    }
}

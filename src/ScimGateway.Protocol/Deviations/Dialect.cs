using System.Collections.Frozen;

namespace ScimGateway.Protocol.Deviations;

/// <summary>Which deviations are understood: all of them, none, or a choice for one source.</summary>
public sealed class Dialect
{
    private readonly FrozenSet<Deviation> _understood;

    private Dialect(IEnumerable<Deviation> understood) => _understood = understood.ToFrozenSet();

    /// <summary>Every deviation is understood. The default for every source.</summary>
    public static Dialect Everything { get; } = new(Deviation.All);

    /// <summary>The RFCs and nothing beyond.</summary>
    public static Dialect Rfc { get; } = new([]);

    /// <summary>The same dialect less some deviations.</summary>
    public Dialect Without(params IReadOnlyCollection<Deviation> deviations) =>
        deviations.Count == 0 ? this : new(_understood.Except(deviations));

    /// <summary>Whether a deviation is understood.</summary>
    public bool Understands(Deviation deviation) => _understood.Contains(deviation);
}

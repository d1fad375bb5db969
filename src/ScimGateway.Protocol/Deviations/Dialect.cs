using System.Collections.Frozen;

namespace ScimGateway.Protocol.Deviations;

/// <summary>
/// How requests are read: with every deviation understood, with none, with a choice for one source, or as the
/// interoperability profile has it.
/// </summary>
public sealed class Dialect
{
    private readonly FrozenSet<Deviation> _understood;

    private Dialect(IEnumerable<Deviation> understood) => _understood = understood.ToFrozenSet();

    /// <summary>Every deviation is understood. The default for every source.</summary>
    public static Dialect Everything { get; } = new(Deviation.All);

    /// <summary>The RFCs and nothing beyond.</summary>
    public static Dialect Rfc { get; } = new([]);

    /// <summary>
    /// The SCIM 2.0 Interoperability Profile (draft-zollner-scim-interop-profile-01): the RFCs, and what
    /// <see cref="InteropRules"/> has beyond them.
    /// </summary>
    public static Dialect Interop { get; } = new([]) { IsInterop = true };

    /// <summary>Whether the rules of the interoperability profile hold.</summary>
    public bool IsInterop { get; private init; }

    /// <summary>The same dialect less some deviations.</summary>
    public Dialect Without(params IReadOnlyCollection<Deviation> deviations) =>
        deviations.Count == 0 ? this : new(_understood.Except(deviations)) { IsInterop = IsInterop };

    /// <summary>Whether a deviation is understood.</summary>
    public bool Understands(Deviation deviation) => _understood.Contains(deviation);
}

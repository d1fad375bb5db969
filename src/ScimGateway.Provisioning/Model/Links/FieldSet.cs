using System.Numerics;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Model.Links;

/// <summary>A set of Slack's fields.</summary>
/// <param name="Bits">A bit for each, by its number.</param>
internal readonly record struct FieldSet(ulong Bits)
{
    /// <summary>No field.</summary>
    public static FieldSet Nothing => default;

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => Bits == 0;

    /// <summary>The fields, in order.</summary>
    public IEnumerable<SlackField> Fields
    {
        get
        {
            for (var rest = Bits; rest != 0; rest &= rest - 1)
                yield return (SlackField)BitOperations.TrailingZeroCount(rest);
        }
    }

    /// <summary>The set of these.</summary>
    public static FieldSet Of(params IEnumerable<SlackField> fields) =>
        new(fields.Aggregate(0UL, (bits, field) => bits | (1UL << (int)field)));

    /// <summary>Whether a field is one of them.</summary>
    public bool Has(SlackField field) => (Bits & (1UL << (int)field)) != 0;

    /// <summary>These and others.</summary>
    public FieldSet With(FieldSet others) => new(Bits | others.Bits);

    /// <summary>Those that are not among others.</summary>
    public FieldSet Without(FieldSet others) => new(Bits & ~others.Bits);

    /// <summary>Those that are among others, too.</summary>
    public FieldSet And(FieldSet others) => new(Bits & others.Bits);

    /// <summary>As rows keep it: the names with blanks between.</summary>
    public override string ToString() => string.Join(' ', Fields);

    /// <summary>Reads what <see cref="ToString"/> wrote; a field that no longer exists is left out.</summary>
    public static FieldSet Parse(string stored)
    {
        if (stored.Length == 0)
            return Nothing;
        var bits = 0UL;
        foreach (var word in stored.Split(' '))
            if (Enum.TryParse<SlackField>(word, out var field))
                bits |= 1UL << (int)field;
        return new FieldSet(bits);
    }
}

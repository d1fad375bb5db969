using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator.Traffic;

/// <summary>The dice of the <c>faults.*</c> rates: the same seed throws the same weather.</summary>
internal sealed class Weather
{
    private readonly Lock _gate = new();
    private Random _dice = new(1);

    /// <summary>What happens to a SCIM call by chance: held for a time, dropped before or after the effect.</summary>
    public (int HoldMs, Drop? Drop) Next(KnobValues knobs)
    {
        var dropRate = knobs.Get(KnobTable.DropRate);
        var holdRate = knobs.Get(KnobTable.HoldRate);
        if (dropRate <= 0 && holdRate <= 0)
            return (0, null);
        lock (_gate)
        {
            // Always three throws a call, so that one rate does not shift the other's luck.
            var (drops, when, holds) = (_dice.NextDouble(), _dice.NextDouble(), _dice.NextDouble());
            return (
                holds < holdRate ? knobs.Get(KnobTable.HoldTime) : 0,
                drops >= dropRate ? null
                : when < 0.5 ? Drop.Before
                : Drop.After
            );
        }
    }

    public void Restart(int seed)
    {
        lock (_gate)
            _dice = new Random(seed);
    }
}

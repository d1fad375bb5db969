using System.Collections.Concurrent;
using ScimGateway.SlackEmulator.Spelling;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator;

/// <summary>The organizations of one emulator, from 1 to 1,000, each made when it is first asked for, with the seed and
/// the knobs that the emulator was started with.</summary>
internal sealed class Organizations
{
    // Lazy, so that each is made once and holds up none of the others.
    private readonly ConcurrentDictionary<int, Lazy<SlackOrganization>> _made = [];
    private readonly Func<int, Lazy<SlackOrganization>> _make;

    /// <exception cref="KnobRefusedException">A knob is unknown, or its value is.</exception>
    public Organizations(SlackEmulatorOptions options)
    {
        var knobs = new Knobs();
        if (options.Knobs is not null)
            knobs.Set(options.Knobs);
        var (clock, seed, atStart) = (options.Clock, options.Seed, knobs.Current);
        _make = number => new Lazy<SlackOrganization>(() => new SlackOrganization(number, clock, seed, atStart));
        First = this[OrganizationNumber.First];
    }

    public SlackOrganization First { get; }

    public SlackOrganization this[int number] => _made.GetOrAdd(number, _make).Value;
}

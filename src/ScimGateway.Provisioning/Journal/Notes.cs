using ScimGateway.Protocol.Deviations;

namespace ScimGateway.Provisioning.Journal;

/// <summary>
/// What was normalised of a request, what is not because it is switched off, and what was ignored: a line each, as the
/// journal keeps it.
/// </summary>
internal static class Notes
{
    public static string Of(Reading reading) =>
        string.Concat(
            reading
                .Normalised.Select(n => $"normalised: {n.Deviation.Name} at {n.Where}\n")
                .Concat(reading.SwitchedOff.Select(n => $"switched off: {n.Deviation.Name} at {n.Where}\n"))
                .Concat(reading.Ignored.Select(i => $"ignored: {i.Path}: {i.Why}\n"))
                .Concat(reading.HasMore ? ["and more\n"] : [])
        );
}

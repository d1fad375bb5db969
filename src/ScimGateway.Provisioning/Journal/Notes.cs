using ScimGateway.Protocol.Deviations;

namespace ScimGateway.Provisioning.Journal;

/// <summary>What was normalised and left aside of a request, a line each, as the journal keeps it.</summary>
internal static class Notes
{
    public static string Of(Reading reading) =>
        string.Concat(
            reading
                .Normalised.Select(n => $"normalised: {n.Deviation.Name} at {n.Where}\n")
                .Concat(reading.Ignored.Select(i => $"ignored: {i.Path}: {i.Why}\n"))
                .Concat(reading.HasMore ? ["and more\n"] : [])
        );
}

using System.Text.Json;
using ScimGateway.Protocol.Deviations;

namespace ScimGateway.Provisioning.Journal;

/// <summary>What was normalised and left aside of a request, as the journal keeps it.</summary>
internal static class Notes
{
    public static string Of(Reading reading) =>
        reading.Normalised.Count + reading.Ignored.Count == 0
            ? ""
            : JsonSerializer.Serialize(
                new
                {
                    normalised = reading.Normalised.Select(n => $"{n.Deviation.Name} at {n.Where}"),
                    ignored = reading.Ignored.Select(i => $"{i.Path}: {i.Why}"),
                    more = reading.HasMore,
                }
            );
}

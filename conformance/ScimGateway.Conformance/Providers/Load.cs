using System.Globalization;

namespace ScimGateway.Conformance.Providers;

/// <summary>How long a first synchronisation took, and where.</summary>
/// <param name="Took">All of it, without cleaning up.</param>
/// <param name="ByStatus">How many answers there were of each status; 0 is none at all.</param>
/// <param name="Rows">How long requests took, by phase and kind.</param>
/// <param name="Slowest">The slowest requests.</param>
internal sealed record Load(
    TimeSpan Took,
    IReadOnlyList<(int Status, int Count)> ByStatus,
    IReadOnlyList<Load.Row> Rows,
    IReadOnlyList<FirstSync.Call> Slowest
)
{
    /// <summary>How many requests there were.</summary>
    public int Requests => ByStatus.Sum(one => one.Count);

    /// <summary>All of it in a few lines.</summary>
    public IEnumerable<string> Lines()
    {
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{Requests} requests in {Took.TotalSeconds:0.0} s, {Requests / Math.Max(Took.TotalSeconds, 0.001):0} a second"
        );
        yield return $"answers: {string.Join(", ", ByStatus.Select(one => $"{one.Count} × {(one.Status == 0 ? "none" : one.Status)}"))}";
        foreach (var row in Rows)
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{row.Phase, -9} {row.What, -14} {row.Count, 7} × median {row.Median.TotalMilliseconds, 7:0} ms, 99 % within {row.P99.TotalMilliseconds, 7:0} ms"
            );
        foreach (var call in Slowest)
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"slow: {call.Phase, -9} {call.What, -14} {call.Status} in {call.Took.TotalMilliseconds:0} ms"
            );
    }

    /// <summary>Requests of a kind.</summary>
    /// <param name="Phase">The part of the synchronisation.</param>
    /// <param name="What">Method and endpoint.</param>
    /// <param name="Count">How many there were.</param>
    /// <param name="Median">How long one in the middle took.</param>
    /// <param name="P99">How long 99 % of them took at most.</param>
    internal sealed record Row(string Phase, string What, int Count, TimeSpan Median, TimeSpan P99);
}

namespace ScimGateway.Host.Cluster;

/// <summary>The pairs of instances of which one does not reach the other.</summary>
internal static class BrokenPairs
{
    /// <summary>
    /// Whether an instance is to leave. Of each pair that is the one in more of the pairs, since it is ill; if both are in as
    /// many, the younger.
    /// </summary>
    /// <param name="own">The instance.</param>
    /// <param name="broken">The pairs, each said by one of the two or by both.</param>
    public static bool MustLeave(SiloAddress own, IEnumerable<(SiloAddress By, SiloAddress Unreached)> broken)
    {
        var pairs = broken
            .Select(pair => IsYounger(pair.By, pair.Unreached) ? (pair.Unreached, pair.By) : (pair.By, pair.Unreached))
            .ToHashSet();
        return pairs.Any(pair => own.Equals(Leaver(pair.Item1, pair.Item2)));

        SiloAddress Leaver(SiloAddress older, SiloAddress younger) => Count(older) > Count(younger) ? older : younger;

        int Count(SiloAddress one) => pairs.Count(pair => one.Equals(pair.Item1) || one.Equals(pair.Item2));
    }

    private static bool IsYounger(SiloAddress one, SiloAddress other) =>
        one.Generation == other.Generation ? one.CompareTo(other) > 0 : one.Generation > other.Generation;
}

namespace ScimGateway.Slack.Budget;

/// <summary>Those who wait for one call: how many, and what its own bucket will give them.</summary>
internal readonly record struct Demand(double Calls, Supply Own)
{
    // Halvings: a queue of a day is known to the second after 17, to a millisecond after 27.
    private const int Precision = 30;

    /// <summary>
    /// In how many seconds somebody has his turn who stands behind so many for his own bucket, and behind all of these
    /// for the organization's, which they can't use faster than their own buckets let them.
    /// </summary>
    public static double TurnAfter(ReadOnlySpan<Demand> demands, double ahead, Supply own, Supply shared)
    {
        var (early, all) = (own.After(ahead), 0.0);
        foreach (var demand in demands)
            all += demand.Calls;
        if (HasRoom(demands, shared, early))
            return early;

        // Between the turn by one's own bucket and the time when all the others are through.
        var late = Math.Max(early, shared.After(all));
        for (var i = 0; i < Precision; i++)
        {
            var middle = (early + late) / 2;
            if (HasRoom(demands, shared, middle))
                late = middle;
            else
                early = middle;
        }
        return late;
    }

    private static bool HasRoom(ReadOnlySpan<Demand> demands, Supply shared, double time)
    {
        var used = 0.0;
        foreach (var demand in demands)
            used += Math.Min(demand.Calls, demand.Own.Until(time));
        return used + 1 <= shared.Until(time);
    }
}

using ScimGateway.Slack.Budget;

namespace ScimGateway.Slack.Tests.Budget.Pacing;

/// <summary>
/// Slack's limiter as docs/slack.md 6 assumes it: token buckets, capacity = burst, refill = limit / 60 a second.
/// Written from that page alone; it shares neither numbers nor arithmetic with the budget.
/// </summary>
/// <param name="clockLag">By which part Slack's clock runs slower than ours.</param>
internal sealed class TokenBuckets(double clockLag = 0)
{
    private readonly Dictionary<string, Bucket> _buckets = new()
    {
        ["all writes"] = new(600, 180),
        ["all reads"] = new(1000, 1000),
        ["GET user"] = new(300, 300),
        ["GET group"] = new(300, 300),
        ["POST user"] = new(180, 20),
        ["PATCH user"] = new(180, 20),
        ["DELETE user"] = new(180, 20),
        ["POST group"] = new(180, 20),
        ["PATCH group"] = new(180, 80),
        ["DELETE group"] = new(180, 20),
    };

    /// <summary>Counts a call, or refuses it and says in how many seconds to come again.</summary>
    public bool TryCount(SlackCall call, TimeSpan arrival, out int retryAfter)
    {
        var time = arrival.TotalSeconds * (1 - clockLag);
        var counting = Counting(call).Select(name => _buckets[name]).ToList();
        counting.ForEach(bucket => bucket.Refill(time));
        retryAfter = 0;
        if (counting.TrueForAll(bucket => bucket.Tokens >= 1))
        {
            counting.ForEach(bucket => bucket.Tokens--);
            return true;
        }
        retryAfter = Math.Max(1, (int)Math.Ceiling(counting.Max(bucket => (1 - bucket.Tokens) / bucket.PerSecond)));
        return false;
    }

    /// <summary>Nothing is left in any bucket.</summary>
    public void Drain(TimeSpan now)
    {
        foreach (var bucket in _buckets.Values)
        {
            bucket.Refill(now.TotalSeconds * (1 - clockLag));
            bucket.Tokens = 0;
        }
    }

    private static string[] Counting(SlackCall call) =>
        call switch
        {
            SlackCall.List => ["all reads"],
            SlackCall.ReadUser => ["all reads", "GET user"],
            SlackCall.ReadGroup => ["all reads", "GET group"],
            SlackCall.PostUser => ["all writes", "POST user"],
            SlackCall.WriteUser => ["all writes", "PATCH user"],
            SlackCall.DeleteUser => ["all writes", "DELETE user"],
            SlackCall.PostGroup => ["all writes", "POST group"],
            SlackCall.WriteGroup => ["all writes", "PATCH group"],
            SlackCall.DeleteGroup => ["all writes", "DELETE group"],
            _ => throw new ArgumentOutOfRangeException(nameof(call)),
        };

    private sealed class Bucket(double perMinute, double burst)
    {
        private readonly double _burst = burst;
        private double _filledAt;

        public double PerSecond { get; } = perMinute / 60;

        public double Tokens { get; set; } = burst;

        public void Refill(double time)
        {
            if (time <= _filledAt)
                return;
            Tokens = Math.Min(_burst, Tokens + (time - _filledAt) * PerSecond);
            _filledAt = time;
        }
    }
}

namespace ScimGateway.Slack.Budget;

/// <summary>
/// Which part of its rate a bucket gives: all, until Slack refuses a call that the bucket had room for. Then somebody else is
/// spending, and nothing tells how much; so the part is sought as TCP seeks it, by multiplicative decrease and additive increase.
/// </summary>
/// <remarks>
/// With 0.8 and a sixtieth every ten seconds, a bucket of which another app takes a third settles between some 0.6 and 0.74 and
/// has one call refused in about a minute and a half; nothing is lost by it, since what is not used goes into Slack's bucket.
/// Back at full rate from any depth within ten minutes after the other app has gone.
/// </remarks>
internal sealed class Pace
{
    private const double Decrease = 0.8;
    private const double Increase = 1.0 / 60;

    // So that the way back is always found, whoever else is spending.
    private const double Least = 0.05;

    private static readonly TimeSpan _step = TimeSpan.FromSeconds(10);

    private TimeSpan _loweredAt = TimeSpan.MinValue;
    private TimeSpan _nextStep;

    public double Part { get; private set; } = 1;

    public bool IsFull => Part >= 1;

    /// <summary>Slower after a refusal. Calls that were under way at the last one say nothing new: they lower nothing.</summary>
    public bool Lower(TimeSpan now, TimeSpan takenAt, TimeSpan calmFrom)
    {
        _nextStep = calmFrom + _step;
        if (takenAt < _loweredAt)
            return false;
        _loweredAt = now;
        Part = Math.Max(Least, Part * Decrease);
        return true;
    }

    /// <summary>Faster by the steps that have come due; true if there were any.</summary>
    public bool Recover(TimeSpan now)
    {
        if (IsFull || now < _nextStep)
            return false;
        var steps = 1 + (int)((now - _nextStep) / _step);
        Part = Math.Min(1, Part + steps * Increase);
        _nextStep += steps * _step;
        return true;
    }
}

namespace ScimGateway.Slack.Budget;

/// <summary>
/// Which part of its rate a bucket gives: all, until Slack refuses a call that the bucket had room for. Then somebody
/// else is spending, and nothing tells how much; so the part is sought as TCP seeks it, by multiplicative decrease and
/// additive increase.
/// </summary>
/// <remarks>
/// A tenth down, a sixtieth up every ten seconds: beside another app that takes a third, a bucket settles at 0.63 to
/// 0.7, uses 99 % of what is left and has one call in a hundred refused (docs/pacing.md). A fifth down used 97 % with
/// half the refusals: what gathers in Slack's bucket meanwhile ran over. Back at full rate within ten minutes of calm,
/// from any depth.
/// </remarks>
internal sealed class Pace
{
    private const double Decrease = 0.9;
    private const double Increase = 1.0 / 60;

    // So that the way back is always found, whoever else is spending.
    private const double Least = 0.05;

    private static readonly TimeSpan _step = TimeSpan.FromSeconds(10);

    private TimeSpan _loweredAt = TimeSpan.MinValue;
    private TimeSpan _nextStep;

    public double Part { get; private set; } = 1;

    public bool IsFull => Part >= 1;

    /// <summary>
    /// Slower after a refusal. Calls that were under way at the last one say nothing new: they lower nothing.
    /// </summary>
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

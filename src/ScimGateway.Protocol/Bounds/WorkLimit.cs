using ScimGateway.Protocol.Errors;

namespace ScimGateway.Protocol.Bounds;

/// <summary>
/// What one request may still cost in work that its sender chooses the amount of, such as comparisons of a filter with
/// each of many resources. It ends with the request: whoever has gone is not worked for.
/// </summary>
public sealed class WorkLimit
{
    /// <summary>
    /// The most characters that are looked at for one request: some half a second of work.
    /// </summary>
    public const long Most = 50_000_000;

    // What a comparison costs beside its characters, as so many of them.
    private const int Each = 32;

    // A longer text to look for is compared again and again where it nearly fits.
    private const int Stretch = 16;

    private readonly long _most;
    private readonly string? _tooMuch;
    private readonly CancellationToken _gone;
    private long _left;

    /// <summary>That of a request, and what tells that its sender has gone.</summary>
    /// <param name="most">How many characters may be looked at.</param>
    /// <param name="tooMuch">What is said of more; null where the request asks for it.</param>
    /// <param name="gone">Its sender has gone.</param>
    public WorkLimit(long most = Most, string? tooMuch = null, CancellationToken gone = default) =>
        (_most, _left, _gone, _tooMuch) = (most, most, gone, tooMuch);

    /// <summary>
    /// That of what costs little by another bound, or is worked out where nobody waits for it.
    /// </summary>
    public static WorkLimit Unbounded { get; } = new(long.MaxValue);

    /// <summary>Whether the sender has gone.</summary>
    public CancellationToken Gone => _gone;

    /// <summary>How many characters were looked at.</summary>
    public long Spent => _most - Interlocked.Read(ref _left);

    /// <summary>Something is looked at once.</summary>
    /// <param name="characters">How long it is.</param>
    /// <param name="sought">How long what is looked for in it is; 0 where all of it is compared once.</param>
    /// <exception cref="ScimException">It would be too much.</exception>
    /// <exception cref="OperationCanceledException">The sender has gone.</exception>
    public void Spend(long characters, int sought = 0)
    {
        _gone.ThrowIfCancellationRequested();
        // Operations of one bulk request share it, and run side by side.
        if (Interlocked.Add(ref _left, -(Each + characters * (1 + sought / Stretch))) < 0)
            throw ScimException.TooMany(
                _tooMuch
                    ?? $"This asks for more work than one request may: {_most} characters to be looked at, a comparison counting as {Each} beside its text. Ask for less at once: fewer terms or operations, or a filter with 'and' and an equality of userName, externalId, displayName, emails, members or id."
            );
    }
}

namespace ScimGateway.SlackEmulator.Traffic;

/// <summary>When an answer is lost.</summary>
public enum Drop
{
    /// <summary>Before the effect: Slack never does what was asked.</summary>
    Before,

    /// <summary>After the effect: Slack has done it, and nobody hears of it.</summary>
    After,
}

/// <summary>How the body of an answer is spoiled. The effect happens.</summary>
public enum SpoiledBody
{
    /// <summary>Well-formed HTTP, the JSON cut in half.</summary>
    Truncated,

    /// <summary>The connection ends in the middle of the body.</summary>
    Cut,

    /// <summary>No JSON at all: a page of some proxy.</summary>
    Garbage,

    /// <summary>A few bytes at a time.</summary>
    Drip,
}

/// <summary>Bad weather ordered for certain calls.</summary>
public sealed record Fault
{
    internal const int LeastStatus = 200;
    internal const int MostStatus = 599;

    /// <summary>The verb; null or <c>*</c> for any.</summary>
    public string? Method { get; init; }

    /// <summary>The path, with or without <c>/scim/v1</c>: <c>*</c> stands for anything, <c>{id}</c>
    /// for one segment; null for any.</summary>
    public string? Path { get; init; }

    /// <summary>The first of the matching calls it hits, from now on; 1 is the next.</summary>
    public int Nth { get; init; } = 1;

    /// <summary>How many matching calls in a row it hits; 0 for all.</summary>
    public int Times { get; init; } = 1;

    /// <summary>The status to answer with instead of doing what was asked: 200 to 599; 204,
    /// 205 and 304 come without a body.</summary>
    public int? Status
    {
        get;
        init =>
            field = value is null or (>= LeastStatus and <= MostStatus)
                ? value
                : throw new ArgumentOutOfRangeException(nameof(value), value, "a status is 200 to 599");
    }

    /// <summary>The words in the error; without <see cref="Status"/> the code's own status.</summary>
    public string? Description { get; init; }

    /// <summary>Retry-After in seconds.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>Milliseconds before the effect. Whoever hangs up meanwhile does not stop it.</summary>
    public int DelayMs { get; init; }

    /// <summary>Milliseconds between the effect and the answer.</summary>
    public int AnswerDelayMs { get; init; }

    /// <summary>Whether the connection is dropped, and when.</summary>
    public Drop? Drop { get; init; }

    /// <summary>With a status: whether the effect happens all the same.</summary>
    public bool Effect { get; init; }

    /// <summary>How the body is spoiled.</summary>
    public SpoiledBody? Body { get; init; }

    /// <summary>Milliseconds between two drops of <see cref="SpoiledBody.Drip"/>.</summary>
    public int DripMs { get; init; } = 50;
}

namespace ScimGateway.Protocol.Resources;

/// <summary>How much of a body is read.</summary>
/// <param name="MostBytes">The longest body.</param>
/// <param name="MostValues">The most values in one array; <c>members</c>, and the arrays of PATCH and bulk, which may
/// list them, have a larger limit.</param>
/// <param name="MostMembers">The most members of one object; a user with every attribute of every schema has some
/// forty.</param>
/// <param name="AnyText">Whether names and texts are read that a client may not send.</param>
public readonly record struct ReadLimits(
    int MostBytes,
    int MostValues = ReadLimits.MostOfOne,
    int MostMembers = 1_000,
    bool AnyText = false
)
{
    /// <summary>The most values of one attribute, such as addresses: far more than anybody has.</summary>
    public const int MostOfOne = 1_000;

    /// <summary>The deepest nesting; nothing in SCIM needs more than eight.</summary>
    public const int MostDepth = 32;

    /// <summary>The most members of a group in one body.</summary>
    public const int MostGroupMembers = 100_000;

    /// <summary>
    /// The most memory that a body may take once it is read, which
    /// <see cref="ScimJson.Weigh(ReadOnlySpan{byte})"/> tells: that of a group of <see cref="MostGroupMembers"/> with
    /// four attributes each, and a fifth beyond.
    /// </summary>
    public const int MostMemory = 160 << 20;

    /// <summary>For a user.</summary>
    public static ReadLimits User { get; } = new(1 << 20);

    /// <summary>For a group: 15,000 members with <c>display</c> and <c>$ref</c>.</summary>
    public static ReadLimits Group { get; } = new(16 << 20);

    /// <summary>
    /// For what is kept: it was admitted once, and is read whatever it has grown to, and whatever is refused by now.
    /// </summary>
    public static ReadLimits Kept { get; } = new(int.MaxValue, int.MaxValue, int.MaxValue, AnyText: true);

    /// <summary>For what is about to be kept, as far as it grows; what its texts may be was said before.</summary>
    public static ReadLimits ToKeep { get; } = User with { AnyText = true };
}

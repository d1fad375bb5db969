namespace ScimGateway.AdminConsole.Answers;

/// <summary>A page of things.</summary>
/// <typeparam name="T">What they are.</typeparam>
/// <param name="Items">The things.</param>
/// <param name="Next">The cursor of the next page; null on the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

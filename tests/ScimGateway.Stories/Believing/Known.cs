using ScimGateway.Stories.Telling;

namespace ScimGateway.Stories.Believing;

/// <summary>
/// Faults that are known and not mended yet: a story that ends in one is counted and fails nothing. Each has a story of
/// its name among the tests, which says when it is mended; then its line goes from here.
/// </summary>
internal static class Known
{
    private static readonly (string Name, Func<Told, Story, bool> Is)[] _faults = [];

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => _faults.Select(fault => fault.Name);

    /// <summary>Which of them it is; null if none.</summary>
    public static string? Of(Told told, Story story) => Array.Find(_faults, fault => fault.Is(told, story)).Name;
}

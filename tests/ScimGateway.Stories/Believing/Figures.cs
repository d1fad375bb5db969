namespace ScimGateway.Stories.Believing;

/// <summary>How often what was met, so that it is seen whether stories come where they are to.</summary>
internal static class Figures
{
    private static readonly SortedDictionary<string, int> _met = new(StringComparer.Ordinal);

    /// <summary>Counts one.</summary>
    public static void Count(string what) => _met[what] = _met.GetValueOrDefault(what) + 1;

    /// <summary>All, in a line.</summary>
    public static string Print() => string.Join(", ", _met.Select(one => $"{one.Key} {one.Value}"));
}

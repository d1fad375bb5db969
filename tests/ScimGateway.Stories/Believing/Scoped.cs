namespace ScimGateway.Stories.Believing;

/// <summary>Whom the rules of a story admit. They go by the title.</summary>
internal static class Scoped
{
    /// <summary>Whether a rule admits who has a title; null if the title is not known. No rule admits everybody.</summary>
    public static bool? Admits(string? rule, string? title) =>
        rule is null ? true
        : title == Document.Anything ? null
        : rule.EndsWith(" pr", StringComparison.Ordinal) ? title is not (null or "")
        : title is not null && rule.Contains($"\"{title}\"", StringComparison.OrdinalIgnoreCase);
}

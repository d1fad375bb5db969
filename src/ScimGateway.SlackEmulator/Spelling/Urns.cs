namespace ScimGateway.SlackEmulator.Spelling;

/// <summary>The schema names of SCIM v1 at Slack (docs/slack.md 4, 4.5).</summary>
internal static class Urns
{
    public const string Core = "urn:scim:schemas:core:1.0";
    public const string Enterprise = "urn:scim:schemas:extension:enterprise:1.0";
    public const string Guest = "urn:scim:schemas:extension:slack:guest:1.0";
    public const string Profile = "urn:scim:schemas:extension:slack:profile:1.0";

    public static readonly IReadOnlyList<string> Extensions = [Enterprise, Guest, Profile];

    /// <summary>"" for the schema itself, the attribute after its dot, or null for another
    /// path. A URN has a dot of its own.</summary>
    public static string? Below(string path, string urn) =>
        !path.StartsWith(urn, StringComparison.OrdinalIgnoreCase) ? null
        : path.Length == urn.Length ? ""
        : path[urn.Length] is '.' or ':' ? path[(urn.Length + 1)..]
        : null;
}

namespace ScimGateway.SlackEmulator.Users;

/// <summary>The schema names of SCIM v1 at Slack (FACTS 12).</summary>
internal static class Urns
{
    public const string Core = "urn:scim:schemas:core:1.0";
    public const string Enterprise = "urn:scim:schemas:extension:enterprise:1.0";
    public const string Guest = "urn:scim:schemas:extension:slack:guest:1.0";
    public const string Profile = "urn:scim:schemas:extension:slack:profile:1.0";
}

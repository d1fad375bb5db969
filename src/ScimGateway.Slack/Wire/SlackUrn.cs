namespace ScimGateway.Slack.Wire;

/// <summary>
/// The URNs of Slack's SCIM v1, and those under which its extensions are offered in SCIM 2.0 (docs/slack.md 4.5, 12).
/// </summary>
public static class SlackUrn
{
    /// <summary>The core schema of SCIM 1.1, of users, groups and lists alike.</summary>
    public const string Core = "urn:scim:schemas:core:1.0";

    /// <summary>The enterprise extension of SCIM 1.1.</summary>
    public const string Enterprise = "urn:scim:schemas:extension:enterprise:1.0";

    /// <summary>Slack's guests.</summary>
    public const string Guest = "urn:scim:schemas:extension:slack:guest:1.0";

    /// <summary>Slack's profile fields.</summary>
    public const string Profile = "urn:scim:schemas:extension:slack:profile:1.0";

    /// <summary>Slack's guests, as SCIM 2.0 clients know them.</summary>
    public const string Guest2 = "urn:ietf:params:scim:schemas:extension:slack:guest:2.0:User";

    /// <summary>Slack's profile fields, as SCIM 2.0 clients know them.</summary>
    public const string Profile2 = "urn:ietf:params:scim:schemas:extension:slack:profile:2.0:User";
}

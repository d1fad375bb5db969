using ScimGateway.Protocol.Schemas;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Slack.Translation;

/// <summary>Slack's own extensions of a user, under the URNs that SCIM 2.0 clients know (docs/slack.md 12).</summary>
public static class SlackSchemas
{
    /// <summary>Guests.</summary>
    public static readonly SchemaDefinition Guest = new(
        SlackUrn.Guest2,
        "SlackGuest",
        "A guest of a Slack organization.",
        [
            new("type", AttributeType.Text, "The kind of guest; only multi-channel guests can be made.")
            {
                CanonicalValues = ["multi"],
            },
            new(
                "expiration",
                AttributeType.Text,
                "When the guest's account ends, ISO 8601: such as 2026-04-10 or 2026-04-10T00:00:00Z."
            ),
        ]
    );

    /// <summary>Profile fields.</summary>
    public static readonly SchemaDefinition Profile = new(
        SlackUrn.Profile2,
        "SlackProfile",
        "Profile fields of Slack that SCIM has no attributes for.",
        [
            // No dateTime of RFC 7643 §2.3.5, which has a time: Slack takes and shows days, too, and offsets without a colon.
            new(
                "startDate",
                AttributeType.Text,
                "The first day at work, ISO 8601: such as 2026-04-10 or 2026-04-10T00:00:00Z."
            ),
        ]
    );

    /// <summary>Users as the gateway serves them: the enterprise extension, and Slack's.</summary>
    public static readonly ResourceTypeDefinition User = ResourceTypes.User.With(Guest).With(Profile);
}

using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Provisioning.Model.Links;

/// <summary>
/// The extension in which a resource shows how it stands with Slack. It is the gateway's alone to write, is shown to
/// who names it, and is no part of the version.
/// </summary>
internal static class LinkSchema
{
    /// <summary>The URN.</summary>
    public const string Id = "urn:scimgateway:schemas:link:1.0";

    /// <summary>The extension.</summary>
    public static readonly SchemaDefinition Definition = new(
        Id,
        "Link",
        "How the resource stands with Slack; shown only where it is asked for.",
        [
            new("state", AttributeType.Text, "Where it stands.")
            {
                Mutability = Mutability.ReadOnly,
                Returned = Returned.Request,
                CanonicalValues = [.. Enum.GetValues<LinkState>().Select(Word)],
            },
            Shown("reason", AttributeType.Text, "Why it is not settled, for people."),
            Shown("since", AttributeType.Moment, "Since when it stands there."),
            Shown("slackId", AttributeType.Text, "The id of the account or group at Slack.", caseExact: true),
            Shown("slackUserName", AttributeType.Text, "The account's user name at Slack."),
            new("keptBySlack", AttributeType.Text, "What was to be cleared and Slack would not clear.")
            {
                MultiValued = true,
                Mutability = Mutability.ReadOnly,
                Returned = Returned.Request,
            },
            Shown("operationId", AttributeType.Text, "The operation that wrote the last wish.", caseExact: true),
        ]
    );

    /// <summary>A state as the extension writes it.</summary>
    public static string Word(LinkState state) => state.ToString().ToLowerInvariant();

    /// <summary>The state that a word means, in any case; null for none.</summary>
    public static LinkState? State(string word) =>
        Enum.GetValues<LinkState>()
            .Where(state => Word(state).Equals(word, StringComparison.OrdinalIgnoreCase))
            .Select(state => (LinkState?)state)
            .FirstOrDefault();

    private static AttributeDefinition Shown(
        string name,
        AttributeType type,
        string description,
        bool caseExact = false
    ) =>
        new(name, type, description)
        {
            CaseExact = caseExact,
            Mutability = Mutability.ReadOnly,
            Returned = Returned.Request,
        };
}

namespace ScimGateway.AdminConsole.Answers;

/// <summary>A tenant's connection to Slack.</summary>
/// <param name="State">Whether it works.</param>
/// <param name="Organization">The Slack organization.</param>
/// <param name="Owner">The account whose the token is.</param>
/// <param name="Scopes">What the token may do.</param>
/// <param name="TestedAt">When it was last tested.</param>
/// <param name="Problem">Why Slack cannot be written, and what to do.</param>
/// <param name="Warning">Why the token is not renewed, and what to do.</param>
/// <param name="ConnectedAt">When it was connected.</param>
/// <param name="ExpiresAt">Until when the token is good.</param>
/// <param name="Checks">What a test found that was made just now.</param>
/// <param name="CanAuthorize">Whether there is a link to authorize with Slack.</param>
public sealed record Connection(
    string State,
    string? Organization,
    string? Owner,
    IReadOnlyList<string> Scopes,
    DateTimeOffset? TestedAt,
    string? Problem,
    string? Warning,
    DateTimeOffset? ConnectedAt,
    DateTimeOffset? ExpiresAt,
    IReadOnlyList<Check> Checks,
    bool CanAuthorize
);

/// <summary>A check of a connection.</summary>
/// <param name="Name">What was checked.</param>
/// <param name="Ok">Whether it is well.</param>
/// <param name="Says">What was found, and what to do.</param>
public sealed record Check(
    [property: System.Text.Json.Serialization.JsonPropertyName("check")] string Name,
    bool Ok,
    string Says
);

/// <summary>A link that a Slack owner follows to connect a tenant.</summary>
/// <param name="Url">The link.</param>
/// <param name="ExpiresAt">Until when it is good.</param>
internal sealed record Consent(string Url, DateTimeOffset ExpiresAt)
{
    // Records print what they hold.
    public override string ToString() => nameof(Consent);
}

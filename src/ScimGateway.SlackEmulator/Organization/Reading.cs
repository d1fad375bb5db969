using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator.Organization;

/// <summary>For whom and when a resource is written: the host that was asked, the moment, the knobs.</summary>
/// <param name="Workspace">Where the resource is.</param>
/// <param name="Knobs">What the knobs say.</param>
/// <param name="Now">The moment of the call.</param>
/// <param name="BaseUrl">Scheme and host of the call, as they stand in <c>meta.location</c>.</param>
/// <param name="IsGov">Whether GovSlack's host was asked (docs/slack.md 1.1).</param>
/// <param name="ShowsOwnWrite">Whether this is the answer to a write, which sees itself whatever lags.</param>
internal sealed record Reading(
    Workspace Workspace,
    KnobValues Knobs,
    DateTimeOffset Now,
    string BaseUrl,
    bool IsGov,
    bool ShowsOwnWrite
)
{
    public string Location(string collection, string id) => $"{BaseUrl}/scim/v1/{collection}/{id}";

    public string ProfileUrl(string userName) =>
        ProfileUrlAt(Workspace, userName, IsGov ? "slack-gov.com" : "slack.com", Knobs);

    public static string ProfileUrlAt(Workspace workspace, string userName, string domain, KnobValues knobs) =>
        knobs.Get(KnobTable.Kind) is TenantKind.Grid
            ? $"https://{workspace.Domain}.enterprise.{domain}/team/{userName}"
            : $"https://{workspace.Domain}.{domain}/team/{userName}";
}

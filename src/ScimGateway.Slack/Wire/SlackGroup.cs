using System.Text.Json;

namespace ScimGateway.Slack.Wire;

/// <summary>A group as Slack shows it.</summary>
/// <param name="Id">Slack's id, <c>S…</c>.</param>
/// <param name="DisplayName">Its name.</param>
/// <param name="Members">The Slack ids of its members.</param>
/// <param name="Created">When it was made; null if Slack does not say so in a date.</param>
public sealed record SlackGroup(string Id, string? DisplayName, IReadOnlyList<string> Members, DateTimeOffset? Created)
{
    /// <summary>Whether it was shown with its members: Slack may list groups without (docs/slack.md 5).</summary>
    public bool ShowsMembers { get; init; } = true;

    /// <summary>Reads a group; null if the JSON has no id, so that it is none.</summary>
    public static SlackGroup? Read(JsonElement json) =>
        json.Id("id") is { } id
            ? new SlackGroup(
                id,
                json.Text("displayName"),
                [
                    .. json.Elements("members")
                        .Select(m => LooseJson.AsId(m.Text("value") ?? m.AsText()))
                        .OfType<string>(),
                ],
                DateTimeOffset.TryParse(
                    (json.Member("meta") ?? default).Text("created"),
                    System.Globalization.CultureInfo.InvariantCulture,
                    out var created
                )
                    ? created
                    : null
            )
            {
                ShowsMembers = json.Member("members") is not null,
            }
            : null;
}

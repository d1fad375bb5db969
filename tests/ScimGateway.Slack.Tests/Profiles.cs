using System.Text.Json.Nodes;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Slack.Tests;

/// <summary>
/// Profiles as the vectors write them: <c>{"title":"Pilot","locale":null}</c> knows two fields, one of them empty.
/// </summary>
internal static class Profiles
{
    private static readonly Dictionary<string, SlackField> _fields = Enum.GetValues<SlackField>()
        .ToDictionary(f => char.ToLowerInvariant(f.ToString()[0]) + f.ToString()[1..]);

    public static SlackField Field(string name) => _fields[name];

    public static SlackProfile Of(JsonNode? json) =>
        (json as JsonObject ?? []).Aggregate(
            SlackProfile.Nothing,
            (profile, member) => profile.With(Field(member.Key), (string?)member.Value)
        );
}

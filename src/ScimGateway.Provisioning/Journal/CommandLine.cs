using System.Text.Json;
using System.Text.Json.Serialization;
using ScimGateway.Provisioning.Model;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Journal;

/// <summary>A command as the journal keeps it: a line of JSON that says what it is about, and no values.</summary>
internal static class CommandLine
{
    private static readonly JsonSerializerOptions _json = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The line of a command, with what came of it and what Slack said.</summary>
    public static string Of(SlackCommand command, string result, string? says, Instant at) =>
        JsonSerializer.Serialize(
            new
            {
                call = command.Call.ToString(),
                fields = string.Join(' ', Carried(command).Select(SlackProfile.Name)),
                adds = command switch
                {
                    SlackCommand.CreateGroup make => make.Members.Count,
                    SlackCommand.ChangeMembers change => change.Add.Count,
                    _ => (int?)null,
                },
                removes = command is SlackCommand.ChangeMembers { Remove.Count: var gone } ? gone : (int?)null,
                result,
                says,
                at,
            },
            _json
        );

    /// <summary>The fields of a command. A new account has every other field empty, which nobody said.</summary>
    public static IEnumerable<SlackField> Carried(SlackCommand command) =>
        command is SlackCommand.CreateUser create ? create.Profile.Fields : command.Delivers.Fields;
}

using System.Text.Json;
using ScimGateway.SlackEmulator.Organization;
using ScimGateway.SlackEmulator.Spelling;

namespace ScimGateway.SlackEmulator.Groups;

/// <summary>A group as Slack shows it (docs/slack.md 5).</summary>
internal static class GroupWriter
{
    public static void Write(Utf8JsonWriter writer, Group group, Reading reading, bool withMembers)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("schemas"u8);
        writer.WriteStringValue(Urns.Core);
        writer.WriteEndArray();
        writer.WriteString("id"u8, group.Id);
        writer.WriteString(
            "displayName"u8,
            reading.ShowsOwnWrite ? group.DisplayName : View.NameOf(group, reading.Now)
        );
        if (withMembers)
        {
            writer.WriteStartArray("members"u8);
            foreach (
                var member in reading.ShowsOwnWrite
                    ? group.Members.Where(m => m.Profile.Active)
                    : View.MembersOf(group, reading.Now)
            )
            {
                writer.WriteStartObject();
                writer.WriteString("value"u8, member.Id);
                writer.WriteString("display"u8, member.Profile.FullName);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }
        writer.WriteStartObject("meta"u8);
        writer.WriteString("created"u8, PacificTime.Write(group.Created));
        writer.WriteString("location"u8, reading.Location("Groups", group.Id));
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}

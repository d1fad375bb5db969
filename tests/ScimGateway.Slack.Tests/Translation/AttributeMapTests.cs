using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;
using Xunit;

namespace ScimGateway.Slack.Tests.Translation;

/// <summary>The map says where Slack has each field; what is written and read is held against it.</summary>
public class AttributeMapTests
{
    public static IEnumerable<TheoryDataRow<SlackField>> Fields() =>
        Enum.GetValues<SlackField>().Select(f => new TheoryDataRow<SlackField>(f));

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_field_is_written_where_the_map_says(SlackField field)
    {
        var value = field == SlackField.Active ? "true" : "Deck";
        var body = JsonNode.Parse(SlackBody.User(SlackProfile.Nothing.With(field, value)))!.AsObject();
        var path = AttributeMap.Row(field).Slack.Split(", ")[0];

        Assert.Equal(value, Find(body, path)?.ToString());
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_field_is_read_where_the_map_says(SlackField field)
    {
        var value = field == SlackField.Active ? "true" : "deck";
        var json = new JsonObject { ["id"] = "U1" };
        // Slack has no second address without a first.
        if (field == SlackField.SecondaryEmail)
            json["emails"] = new JsonArray(new JsonObject { ["value"] = "first", ["primary"] = true });
        Put(json, AttributeMap.Row(field).Slack.Split(", ")[0], value);

        Assert.Equal(value, SlackUser.Read(JsonSerializer.SerializeToElement(json))!.Seen[field]);
    }

    private static JsonNode? Find(JsonNode node, string path)
    {
        var (top, rest) = Split(path);
        var found = node[top];
        if (found is JsonArray elements)
            found = elements[0];
        return rest.Length == 0 || found is null ? found : Find(found, rest);
    }

    private static void Put(JsonObject json, string path, string value)
    {
        var (top, rest) = Split(path);
        if (rest.Length == 0)
        {
            json[top] = value == "true" ? JsonValue.Create(true) : JsonValue.Create(value);
            return;
        }

        var part = new JsonObject();
        if (path[top.Length] == '[')
        {
            var which = path[(top.Length + 1)..path.IndexOf(']', StringComparison.Ordinal)];
            if (which == "primary")
                part["primary"] = true;
            else if (which.StartsWith("type=", StringComparison.Ordinal))
                part["type"] = which[5..];
            (json[top] as JsonArray ?? (JsonArray)(json[top] = new JsonArray())!).Add(part);
        }
        else
            json[top] = part;
        Put(part, rest, value);
    }

    // "urn:…:1.0.department", "emails[primary].value", "name.givenName", "title"
    private static (string Top, string Behind) Split(string path)
    {
        var from = path.StartsWith("urn:", StringComparison.Ordinal)
            ? path.IndexOf(":1.0", StringComparison.Ordinal) + 4
            : 0;
        var end = path.IndexOfAny(['.', '['], from);
        if (end < 0)
            return (path, "");
        var rest = path[end] == '[' ? path[(path.IndexOf(']', end) + 1)..] : path[end..];
        return (path[..end], rest.TrimStart('.'));
    }
}

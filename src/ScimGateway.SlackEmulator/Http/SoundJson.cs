using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimGateway.SlackEmulator.Http;

/// <summary>JSON checked once at the edge: half a surrogate pair is JSON and no text, and
/// nothing later has to think of it.</summary>
internal static class SoundJson
{
    private const int MostNested = 32;

    /// <summary>Reads what tunes and fills the emulator: sound texts, and no member twice, since one
    /// of the two would be lost unseen.</summary>
    /// <exception cref="JsonException">It is not so.</exception>
    public static JsonNode? Parse(
        ReadOnlyMemory<byte> json,
        JsonCommentHandling comments = JsonCommentHandling.Disallow
    )
    {
        var options = new JsonDocumentOptions
        {
            MaxDepth = MostNested,
            AllowDuplicateProperties = false,
            CommentHandling = comments,
        };
        try
        {
            using var document = JsonDocument.Parse(json, options);
            Check(document.RootElement);
            return JsonNode.Parse(json.Span, documentOptions: options);
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("a text is no sound Unicode", e);
        }
    }

    /// <summary>Reads every text of it once.</summary>
    /// <exception cref="InvalidOperationException">A text is none.</exception>
    public static void Check(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                    Check(item);
                break;
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    _ = member.Name;
                    Check(member.Value);
                }
                break;
        }
    }
}

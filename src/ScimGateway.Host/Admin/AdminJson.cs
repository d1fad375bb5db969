using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ScimGateway.Host.Admin;

/// <summary>JSON as administrators write and read it.</summary>
internal static class AdminJson
{
    /// <summary>
    /// Fields and values in camelCase; what is not known, or stands twice, is refused, since it would be passed over.
    /// </summary>
    public static JsonSerializerOptions Options { get; } =
        new(JsonSerializerDefaults.Web)
        {
            AllowDuplicateProperties = false,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
            MaxDepth = 32,
            NumberHandling = JsonNumberHandling.Strict,
            PropertyNameCaseInsensitive = false,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        };

    /// <summary>A field as administrators know it.</summary>
    public static string Named(string field) => JsonNamingPolicy.CamelCase.ConvertName(field);

    /// <summary>Reads what was sent; a problem names the field that cannot be.</summary>
    /// <exception cref="Problem">It is no JSON, or not what is wanted.</exception>
    public static T Read<T>(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Options)
                ?? throw Problem.Invalid("body", "It is null, and an object is wanted.");
        }
        catch (JsonException e)
        {
            throw Problem.Invalid(
                Path(e),
                "A field is missing, is not known, has no such value, or stands twice; openapi.yaml says which there are."
            );
        }
    }

    /// <summary>
    /// What a document is with a patch (RFC 7396): what the patch leaves out stays, and its nulls take away.
    /// </summary>
    public static JsonObject Patched(JsonObject document, JsonObject patch)
    {
        foreach (var (name, value) in patch)
            if (value is null)
                document.Remove(name);
            else
                document[name] = value is JsonObject inner
                    ? Patched(document[name] as JsonObject ?? [], inner)
                    : value.DeepClone();
        return document;
    }

    private static string Path(JsonException e) => e.Path?.TrimStart('$', '.') is { Length: > 0 } path ? path : "body";
}

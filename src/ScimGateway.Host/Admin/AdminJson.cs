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
            Converters = { new WordConverter() },
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
        catch (Exception e) when (e is JsonException or ArgumentException) // the latter of a node whose field stands twice
        {
            var wrong = WrongFields.Of(json, Options.GetTypeInfo(typeof(T)));
            throw wrong.Count > 0
                ? Problem.Invalid(wrong)
                : Problem.Invalid(
                    "body",
                    "A field stands twice, or cannot be as it is; openapi.yaml says what it takes."
                );
        }
    }

    /// <summary>
    /// What a document is with a patch (RFC 7396): what the patch leaves out stays, and its nulls take away. A null for what
    /// is not there stays one, so that whoever reads the document says whether there is such a field.
    /// </summary>
    public static JsonObject Patched(JsonObject document, JsonObject patch)
    {
        foreach (var (name, value) in patch)
            if (value is not null || !document.Remove(name))
                document[name] = value is JsonObject inner
                    ? Patched(document[name] as JsonObject ?? [], inner)
                    : value?.DeepClone();
        return document;
    }
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimGateway.Tests;
using YamlDotNet.Serialization;

namespace ScimGateway.Host.Tests.Scim;

/// <summary>
/// Holds an answer against openapi.yaml: its status, its kind of content and its schema have to be described. As much of
/// JSON Schema is understood as the file uses; a word beyond that fails.
/// </summary>
internal static class Described
{
    private static readonly JsonNode _file = Load();
    private static readonly (Regex Path, string Name)[] _paths =
    [
        .. _file["paths"]!
            .AsObject()
            .Select(path => (Pattern(path.Key), path.Key))
            .OrderBy(path => path.Key.Count(c => c == '{')), // what is named goes before what is any word
    ];

    /// <summary>Requires that an answer to a request is one that is described.</summary>
    public static void Require(HttpMethod method, Uri asked, HttpResponseMessage answer, string body)
    {
        var path = asked.AbsolutePath.TrimEnd('/');
        var name = Array.Find(_paths, one => one.Path.IsMatch(path)).Name;
        if (name is null || _file["paths"]![name]![method.Method.ToLowerInvariant()] is not JsonObject operation)
            return; // nothing is there, which tests may try
        var status = ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture);
        var responses = operation["responses"]!;
        var response = Of(
            responses[status]
                ?? responses[$"{status[0]}XX"]
                ?? (status[0] >= '4' ? responses["default"] : null)
                ?? throw Failed($"{method} {name} is not described to answer {status}")
        );
        if (body.Length == 0)
            return;
        var kind = answer.Content.Headers.ContentType!.MediaType!;
        var content =
            response["content"]?[kind] ?? throw Failed($"{method} {name} {status} is not described to answer {kind}");
        if (kind.EndsWith("json", StringComparison.Ordinal))
            Check(content["schema"]!, JsonNode.Parse(body), $"{method} {name} {status}");
    }

    /// <summary>All operations, each with a body as the file shows one; null where there is none.</summary>
    public static IEnumerable<(HttpMethod Method, string Path, string? Kind, JsonNode? Example)> Operations()
    {
        foreach (var (path, item) in _file["paths"]!.AsObject())
        foreach (var (method, operation) in item!.AsObject().Where(one => one.Value is JsonObject))
        {
            var content = (operation!["requestBody"] is { } body ? Of(body)["content"] : null)?.AsObject().First();
            var shown = content?.Value!["example"] ?? content?.Value!["examples"]?.AsObject().First().Value!["value"];
            yield return (HttpMethod.Parse(method.ToUpperInvariant()), path, content?.Key, shown);
        }
    }

    /// <summary>The names of all parameters of a place.</summary>
    public static IEnumerable<string> Parameters(string place) =>
        _file["components"]!["parameters"]!
            .AsObject()
            .Select(one => one.Value!)
            .Concat(
                _file["paths"]!
                    .AsObject()
                    .SelectMany(path => path.Value!.AsObject())
                    .Select(one => (one.Value as JsonObject)?["parameters"])
                    .OfType<JsonArray>()
                    .SelectMany(all => all.Select(one => Of(one!)))
            )
            .Where(one => (string?)one["in"] == place)
            .Select(one => (string)one["name"]!)
            .Distinct();

    /// <summary>The names of the query parameters of each operation, by its operationId.</summary>
    public static Dictionary<string, string[]> Queries() =>
        _file["paths"]!
            .AsObject()
            .SelectMany(path =>
                path.Value!.AsObject()
                    .Where(one => (one.Value as JsonObject)?["operationId"] is not null)
                    .Select(one =>
                        (
                            Id: (string)one.Value!["operationId"]!,
                            Names: new[] { path.Value!["parameters"], one.Value["parameters"] }
                                .OfType<JsonArray>()
                                .SelectMany(all => all.Select(parameter => Of(parameter!)))
                                .Where(parameter => (string?)parameter["in"] == "query")
                                .Select(parameter => (string)parameter["name"]!)
                                .Order(StringComparer.Ordinal)
                                .ToArray()
                        )
                    )
            )
            .ToDictionary(one => one.Id, one => one.Names);

    private static void Check(JsonNode schema, JsonNode? value, string where)
    {
        var meant = Of(schema).AsObject();
        foreach (var (word, says) in meant)
            switch (word)
            {
                case "type":
                    if (!Types(says!).Any(type => IsOf(type, value)))
                        throw Failed(
                            $"{where} is {value?.ToJsonString() ?? "null"}, and {says!.ToJsonString()} is described"
                        );
                    break;
                case "enum":
                    if (!says!.AsArray().Any(one => JsonNode.DeepEquals(one, value)))
                        throw Failed($"{where} is {value?.ToJsonString()}, which is none of {says.ToJsonString()}");
                    break;
                case "const":
                    if (!JsonNode.DeepEquals(says, value))
                        throw Failed($"{where} is {value?.ToJsonString()}, and not {says!.ToJsonString()}");
                    break;
                case "required" when value is JsonObject its:
                    foreach (var field in says!.AsArray().Select(field => (string)field!))
                        if (!its.ContainsKey(field))
                            throw Failed($"{where} lacks {field}");
                    break;
                case "properties" when value is JsonObject its:
                    foreach (var (field, of) in says!.AsObject())
                        if (its.TryGetPropertyValue(field, out var one))
                            Check(of!, one, $"{where}.{field}");
                    break;
                case "additionalProperties" when value is JsonObject its:
                    var known = meant["properties"]?.AsObject().Select(field => field.Key).ToHashSet() ?? [];
                    foreach (var (field, one) in its.Where(field => !known.Contains(field.Key)))
                        if (says is JsonObject of)
                            Check(of, one, $"{where}.{field}");
                        else if (says!.GetValue<bool>() == false)
                            throw Failed($"{where} has {field}, which is not described");
                    break;
                case "items" when value is JsonArray its:
                    foreach (var one in its)
                        Check(says!, one, $"{where}[]");
                    break;
                case "allOf":
                    foreach (var one in says!.AsArray())
                        Check(one!, value, where);
                    break;
                case "oneOf":
                    if (!says!.AsArray().Any(one => Fits(one!, value)))
                        throw Failed($"{where} is {value?.ToJsonString()}, which is none of what is described");
                    break;
                case "required" or "properties" or "additionalProperties" or "items": // of another type
                case "description" or "example" or "examples" or "default" or "format" or "title":
                case "minimum" or "maximum" or "minLength" or "maxLength" or "minItems" or "maxItems" or "pattern":
                case "maxProperties" or "minProperties" or "propertyNames" or "writeOnly" or "readOnly":
                    break;
                default:
                    throw Failed($"{where} is described by '{word}', which is not understood here");
            }
    }

    private static bool Fits(JsonNode schema, JsonNode? value)
    {
        try
        {
            Check(schema, value, "");
            return true;
        }
        catch (NotDescribedException)
        {
            return false;
        }
    }

    private static IEnumerable<string> Types(JsonNode says) =>
        says is JsonArray several ? several.Select(one => (string)one!) : [(string)says!];

    private static bool IsOf(string type, JsonNode? value) =>
        type switch
        {
            "null" => value is null,
            "object" => value is JsonObject,
            "array" => value is JsonArray,
            "string" => value?.GetValueKind() == JsonValueKind.String,
            "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
            "number" => value?.GetValueKind() == JsonValueKind.Number,
            "integer" => value?.GetValueKind() == JsonValueKind.Number && value.GetValue<decimal>() % 1 == 0,
            _ => throw Failed($"there is no type {type}"),
        };

    private static JsonNode Of(JsonNode node)
    {
        if (node["$ref"] is not { } reference)
            return node;
        var found = _file;
        foreach (var word in ((string)reference!).Split('/').Skip(1))
            found = found[word] ?? throw Failed($"{reference} is nowhere");
        return Of(found);
    }

    private static Regex Pattern(string path) =>
        new(
            $"^{Regex.Replace(Regex.Escape(path), @"\\\{[^}]+}", "[^/]+")}$",
            RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
        );

    private static JsonNode Load()
    {
        var yaml = new DeserializerBuilder()
            .WithAttemptingUnquotedStringTypeDeserialization()
            .Build()
            .Deserialize<object>(File.ReadAllText(Path.Combine(GeneratedPage.Root(), "openapi.yaml")));
        return Json(yaml)!;
    }

    private static JsonNode? Json(object? yaml) =>
        yaml switch
        {
            null => null,
            IDictionary<object, object?> fields => new JsonObject(
                fields.Select(field =>
                    KeyValuePair.Create(Convert.ToString(field.Key, CultureInfo.InvariantCulture)!, Json(field.Value))
                )
            ),
            IEnumerable<object?> items => new JsonArray([.. items.Select(Json)]),
            _ => JsonSerializer.SerializeToNode(yaml),
        };

    private static NotDescribedException Failed(string why) => new(why);
}

/// <summary>An answer is not as openapi.yaml describes it.</summary>
internal sealed class NotDescribedException(string why) : Exception(why);

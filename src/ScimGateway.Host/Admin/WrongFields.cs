using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using ScimGateway.Basics.Spelling;

namespace ScimGateway.Host.Admin;

/// <summary>
/// What keeps JSON from being a document of administrators, field by field. It names fields and what they take, and
/// never says what stood in them, which may be a secret.
/// </summary>
internal sealed class WrongFields
{
    private const int Most = 20;
    private const int MostLetters = 64;

    private const string Whole = "body";

    private readonly Dictionary<string, string[]> _found = new(StringComparer.Ordinal);

    private WrongFields() { }

    /// <summary>What is wrong with each field; nothing where no field is.</summary>
    public static IReadOnlyDictionary<string, string[]> Of(ReadOnlySpan<byte> json, JsonTypeInfo wanted)
    {
        var wrong = new WrongFields();
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = wanted.Options.MaxDepth });
            using var document = JsonDocument.ParseValue(ref reader);
            if (reader.Read())
                wrong.Add("", "There is something after the end of the JSON.");
            wrong.Look(document.RootElement, wanted, "", Whole);
        }
        catch (JsonException e)
        {
            wrong.Add(
                "",
                $"It is no JSON, or deeper than {wanted.Options.MaxDepth}: see line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}."
            );
        }
        catch (InvalidOperationException) // half a surrogate pair, or bytes that are no UTF-8
        {
            wrong.Add("", "It has a name or a text that is no Unicode.");
        }
        return wrong._found;
    }

    private void Look(JsonElement value, JsonTypeInfo wanted, string path, string name)
    {
        var (kind, isAsWanted) = wanted.Kind switch
        {
            JsonTypeInfoKind.Object => ("an object", value.ValueKind == JsonValueKind.Object),
            JsonTypeInfoKind.Dictionary => ("an object", value.ValueKind == JsonValueKind.Object),
            JsonTypeInfoKind.Enumerable => ("a list", value.ValueKind == JsonValueKind.Array),
            _ => ("", true),
        };
        if (typeof(JsonNode).IsAssignableFrom(wanted.Type))
            LookTwice(value, path);
        else if (!isAsWanted)
            Add(path, $"{Said(name)} is {kind}.");
        else if (wanted.Kind == JsonTypeInfoKind.Object)
            LookInto(value, wanted, path);
        else if (wanted.Kind == JsonTypeInfoKind.Dictionary)
            foreach (var one in value.EnumerateObject())
                Look(one.Value, Of(wanted, wanted.ElementType!), Under(path, one.Name), one.Name);
        else if (wanted.Kind == JsonTypeInfoKind.Enumerable)
            foreach (var (index, one) in value.EnumerateArray().Index())
                Look(one, Of(wanted, wanted.ElementType!), $"{path}[{index}]", name);
        else if (!CanBe(value, wanted))
            Add(path, Sentence($"{Said(name)} is {Values(wanted.Type, value)}"));
    }

    private void LookInto(JsonElement value, JsonTypeInfo wanted, string path)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in value.EnumerateObject())
            if (!seen.Add(field.Name))
                Add(Under(path, field.Name), $"The field '{Said(field.Name)}' stands twice.");
            else if (wanted.Properties.FirstOrDefault(known => known.Name == field.Name) is not { } property)
                Add(Under(path, field.Name), Unknown(field.Name, wanted));
            else if (field.Value.ValueKind != JsonValueKind.Null)
                Look(field.Value, Of(wanted, property.PropertyType), Under(path, field.Name), field.Name);
            else if (!property.IsSetNullable || !CanBe(field.Value, Of(wanted, property.PropertyType)))
                Add(Under(path, field.Name), $"{field.Name} cannot be null.");
        foreach (
            var property in wanted.Properties.Where(property => IsWanted(property) && !seen.Contains(property.Name))
        )
            Add(Under(path, property.Name), $"{property.Name} is missing.");
    }

    private void LookTwice(JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            if (path.Length == 0)
                Add(path, "The body is an object.");
            return;
        }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in value.EnumerateObject())
            if (!seen.Add(field.Name))
                Add(Under(path, field.Name), $"The field '{Said(field.Name)}' stands twice.");
            else if (field.Value.ValueKind == JsonValueKind.Object)
                LookTwice(field.Value, Under(path, field.Name));
    }

    private static bool IsWanted(JsonPropertyInfo property) =>
        property.IsRequired || property.AssociatedParameter is { HasDefaultValue: false };

    private static JsonTypeInfo Of(JsonTypeInfo around, Type type) => around.Options.GetTypeInfo(type);

    private static bool CanBe(JsonElement value, JsonTypeInfo wanted)
    {
        try
        {
            value.Deserialize(wanted);
            return true;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    private static string Unknown(string name, JsonTypeInfo wanted) =>
        Nearest.To(name, wanted.Properties.Select(property => property.Name)) is not { } near
            ? $"There is no field '{Said(name)}'; openapi.yaml says which there are."
            : $"There is no field '{Said(name)}'; did you mean '{near}'?";

    private static string Values(Type wanted, JsonElement value)
    {
        var type = Nullable.GetUnderlyingType(wanted) ?? wanted;
        if (type.IsEnum)
            return OneOf([.. Enum.GetNames(type).Select(AdminJson.Named)], value);
        if (type == typeof(int) || type == typeof(long))
            return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number > 0
                ? $"a whole number from 0 to {(type == typeof(int) ? int.MaxValue : long.MaxValue)}"
                : "a whole number from 0";
        return type switch
        {
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(string) => "a text",
            _ when type == typeof(double) => "a number",
            _ when type == typeof(DateTimeOffset) => "a time such as 2026-11-22T09:00:00Z",
            _ => "something else; openapi.yaml says what",
        };
    }

    private static string Sentence(string says) => says.EndsWith('?') ? says : says + ".";

    private static string OneOf(string[] words, JsonElement value) =>
        $"one of {string.Join(", ", words)}"
        + (
            value.ValueKind == JsonValueKind.String && Nearest.To(value.GetString()!, words) is { } near
                ? $"; did you mean '{near}'?"
                : ""
        );

    private void Add(string path, string says)
    {
        if (_found.Count < Most)
            _found.TryAdd(path.Length == 0 ? Whole : path, [says]);
    }

    private static string Under(string path, string name) => path.Length == 0 ? Said(name) : $"{path}.{Said(name)}";

    private static string Said(string name) => name.Length <= MostLetters ? name : $"{name[..(MostLetters - 1)]}…";
}

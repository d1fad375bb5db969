using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace ScimGateway.Stories.Telling;

/// <summary>What happens, step by step, and with which preferences it begins.</summary>
/// <param name="Preferences">Those that differ from the defaults, as JSON.</param>
/// <param name="Steps">The steps.</param>
internal sealed record Story(IReadOnlyDictionary<string, string> Preferences, IReadOnlyList<Step> Steps)
{
    private static readonly JsonSerializerOptions _json = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Converters = { new JsonStringEnumConverter() },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { KeepWhatIsNotUsual } },
    };

    /// <summary>The same without steps of some kinds.</summary>
    public Story Without(IReadOnlySet<string> kinds)
    {
        return this with { Steps = [.. Steps.Where(Stays).Select(Rest)] };

        bool Stays(Step step) => !kinds.Contains(step.GetType().Name);
        Step Rest(Step step) => step is Step.Bulk bulk ? bulk with { Steps = [.. bulk.Steps.Where(Stays)] } : step;
    }

    /// <summary>One line of JSON for the preferences and one for each step.</summary>
    public string Print() =>
        string.Join(
            '\n',
            [
                JsonSerializer.Serialize(Preferences, _json),
                .. Steps.Select(step => JsonSerializer.Serialize(step, _json)),
            ]
        );

    /// <summary>Reads what <see cref="Print"/> wrote; empty lines and those that begin with # say nothing.</summary>
    public static Story Read(string text)
    {
        var lines = text.Split('\n')
            .Select(line => line.Trim())
            .Where(line => line.Length > 0 && line[0] != '#')
            .ToList();
        return new Story(
            JsonSerializer.Deserialize<Dictionary<string, string>>(lines[0], _json)!,
            [.. lines.Skip(1).Select(line => JsonSerializer.Deserialize<Step>(line, _json)!)]
        );
    }

    // What a step is when nothing is said is not always what its type would be: true, 1, "member".
    private static void KeepWhatIsNotUsual(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object)
            return;
        foreach (var property in type.Properties)
            if (
                property.PropertyType == typeof(bool)
                || property.PropertyType == typeof(int)
                || property.PropertyType.IsEnum
            )
                property.ShouldSerialize = (_, _) => true;
    }
}

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ScimGateway.Conformance.Providers;

/// <summary>The values of one run of a scenario, which stand in its texts as <c>{{name}}</c>.</summary>
internal sealed partial class Placeholders
{
    /// <summary>The name of the bearer token, which is shown to nobody.</summary>
    public const string Token = "token";

    /// <summary>A variable that is a new UUID in each run.</summary>
    public const string Guid = "$guid";

    /// <summary>One that is eight letters and digits, new in each run.</summary>
    public const string ShortId = "$shortid";

    private readonly Dictionary<string, string> _values = [];

    /// <summary>A value by its name.</summary>
    public string this[string name]
    {
        set => _values[name] = value;
    }

    /// <summary>The variables of a scenario with their values; each may have those before it in it.</summary>
    /// <param name="scenario">Whose.</param>
    /// <param name="guid">What stands for <c>$guid</c>.</param>
    /// <param name="shortId">What stands for <c>$shortid</c>.</param>
    public static Placeholders Of(Scenario scenario, Func<string> guid, Func<string> shortId)
    {
        var values = new Placeholders();
        foreach (var (name, value) in scenario.Variables)
            values[name] = value switch
            {
                Guid => guid(),
                ShortId => shortId(),
                _ => values.In(value),
            };
        return values;
    }

    /// <summary>The names that stand in a text.</summary>
    public static IEnumerable<string> Named(string text) =>
        Placeholder().Matches(text).Select(match => match.Groups["name"].Value);

    /// <summary>Whether all that stands in a text has a value by now.</summary>
    public bool HasAllOf(string text) => Named(text).All(_values.ContainsKey);

    /// <summary>A text with its values.</summary>
    public string In(string text) => In(text, value => value);

    /// <summary>A path with its values, which are percent-encoded there.</summary>
    public string InPath(string path) => In(path, Uri.EscapeDataString);

    /// <summary>JSON with its values.</summary>
    public JsonNode In(JsonNode json) => Filled(json)!;

    private JsonNode? Filled(JsonNode? node) =>
        node switch
        {
            JsonObject members => new JsonObject(
                members.Select(member => KeyValuePair.Create(In(member.Key), Filled(member.Value)))
            ),
            JsonArray elements => new JsonArray([.. elements.Select(Filled)]),
            _ => node.AsText() is { } text ? JsonValue.Create(In(text)) : node?.DeepClone(),
        };

    private string In(string text, Func<string, string> encoded) =>
        Placeholder()
            .Replace(
                text,
                match => _values.TryGetValue(match.Groups["name"].Value, out var value) ? encoded(value) : match.Value
            );

    [GeneratedRegex(@"\{\{(?<name>\w+)\}\}")]
    private static partial Regex Placeholder();
}

using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ScimGateway.Conformance.Providers;

/// <summary>A place in an answer: <c>$.Resources[0].id</c> or <c>$['urn:…:User'].department</c>.</summary>
internal sealed partial record JsonPath
{
    private readonly string _text;
    private readonly IReadOnlyList<Part> _parts;

    private JsonPath(string text, IReadOnlyList<Part> parts) => (_text, _parts) = (text, parts);

    /// <summary>Reads one.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static JsonPath Parse(string text)
    {
        if (!Whole().IsMatch(text))
            throw new FormatException($"'{text}' is no path such as $.name.givenName or $.Resources[0].id");
        return new JsonPath(text, [.. Parts().Matches(text).Select(Read)]);
    }

    /// <summary>The names on the way, without the numbers.</summary>
    public IReadOnlyList<string> Names => [.. _parts.Select(part => part.Name).OfType<string>()];

    /// <summary>What is there; null if nothing is.</summary>
    public JsonNode? In(JsonNode? node)
    {
        foreach (var part in _parts)
            node = part.Name is { } name ? node.Member(name) : (node as JsonArray)?.ElementAtOrDefault(part.Index);
        return node;
    }

    public override string ToString() => _text;

    private static Part Read(Match match) =>
        match.Groups["index"] is { Success: true } index
            ? new Part(null, int.Parse(index.ValueSpan, CultureInfo.InvariantCulture))
            : new Part(match.Groups["name"].Success ? match.Groups["name"].Value : match.Groups["quoted"].Value, 0);

    private sealed record Part(string? Name, int Index);

    [GeneratedRegex(@"^\$(\.[^.\[\]']+|\[\d{1,6}\]|\['[^']+'\])*$")]
    private static partial Regex Whole();

    [GeneratedRegex(@"\.(?<name>[^.\[]+)|\[(?<index>\d+)\]|\['(?<quoted>[^']+)'\]")]
    private static partial Regex Parts();
}

using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimGateway.Conformance;

/// <summary>How a server wants its users or groups: what is merged into each that is made (RFC 7396).</summary>
internal sealed class Template
{
    // What stands for the name of the one that is made.
    private const string Name = "{{name}}";
    private const int MostBytes = 1024 * 1024;

    private readonly JsonObject _patch;

    private Template(JsonObject patch) => _patch = patch;

    /// <summary>Nothing is otherwise.</summary>
    public static Template Nothing { get; } = new([]);

    /// <summary>That of a file: a member takes the place of ours, and null takes ours away.</summary>
    /// <exception cref="FormatException">It cannot be read, or is no object.</exception>
    public static Template Of(string option, string file)
    {
        try
        {
            return new FileInfo(file).Length > MostBytes
                    ? throw new FormatException($"{option}: {file} is larger than {MostBytes} bytes.")
                : JsonNode.Parse(File.ReadAllText(file)) is JsonObject patch ? new Template(patch)
                : throw new FormatException($"{option}: {file} is no JSON object.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new FormatException($"{option}: {file} cannot be read: {e.Message}");
        }
    }

    /// <summary>The userName of who has a name: it may want them to be addresses, say.</summary>
    public string UserName(string name) => Filled(_patch["userName"], name).AsText() ?? name;

    /// <summary>Merges it into a resource.</summary>
    public void Into(JsonObject resource, string name) => Merge(resource, _patch, name);

    private static void Merge(JsonObject resource, JsonObject patch, string name)
    {
        foreach (var (member, value) in patch)
            if (value is null)
                resource.Remove(member);
            else if (value is JsonObject inner)
            {
                if (resource[member] is not JsonObject own)
                    resource[member] = own = [];
                Merge(own, inner, name);
            }
            else
                resource[member] = Filled(value, name);
    }

    private static JsonNode? Filled(JsonNode? value, string name) =>
        value switch
        {
            JsonObject members => new JsonObject(
                members.Select(member => KeyValuePair.Create(member.Key, Filled(member.Value, name)))
            ),
            JsonArray elements => new JsonArray([.. elements.Select(element => Filled(element, name))]),
            _ => value.AsText() is { } text ? text.Replace(Name, name, StringComparison.Ordinal) : value?.DeepClone(),
        };
}

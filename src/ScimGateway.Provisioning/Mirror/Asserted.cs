using System.Text.Json.Nodes;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Provisioning.Mirror;

/// <summary>The paths of a resource that a provider has spoken of: only they are wanted. Multi-valued attributes count as one path, of complex ones each part.</summary>
public sealed class Asserted
{
    private readonly SortedSet<string> _paths;

    private Asserted(IEnumerable<string> paths) => _paths = new SortedSet<string>(paths, StringComparer.OrdinalIgnoreCase);

    /// <summary>Nothing is.</summary>
    public static Asserted Nothing { get; } = new([]);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static Asserted Parse(string lines) => new(lines.Split('\n', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Every path that has a value in a document.</summary>
    public static Asserted Of(ScimResource resource)
    {
        var paths = new List<string>();
        foreach (var (name, value) in resource.Json)
            if (resource.Type.Extension(name) is { } extension && value is JsonObject values)
                foreach (var (member, inner) in values)
                    Add(paths, $"{extension.Id}:", extension.Attribute(member), member, inner);
            else if (!name.Equals("schemas", StringComparison.OrdinalIgnoreCase))
                Add(paths, "", resource.Type.CoreAttribute(name), name, value);
        return new Asserted(paths);
    }

    /// <summary>Whether a provider has spoken of the path.</summary>
    public bool Has(AttributePath path) => _paths.Contains(path.ToString());

    /// <summary>These and others.</summary>
    public Asserted With(Asserted others) => new(_paths.Concat(others._paths));

    /// <summary>A path a line.</summary>
    public override string ToString() => string.Join('\n', _paths);

    private static void Add(List<string> paths, string prefix, AttributeDefinition? attribute, string name, JsonNode? value)
    {
        if (attribute is { IsComplex: true, MultiValued: false } && value is JsonObject parts)
            paths.AddRange(parts.Select(part => $"{prefix}{attribute.Name}.{part.Key}"));
        else
            paths.Add(prefix + (attribute?.Name ?? name));
    }
}

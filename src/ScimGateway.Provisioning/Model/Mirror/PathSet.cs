using System.Text.Json.Nodes;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Provisioning.Model.Mirror;

/// <summary>
/// A set of paths of a resource, such as those that a provider has spoken of: only they are wanted. Multi-valued
/// attributes count as one path, of complex ones each part.
/// </summary>
internal sealed class PathSet
{
    private readonly HashSet<string> _paths;

    private PathSet(IEnumerable<string> paths) => _paths = new HashSet<string>(paths, StringComparer.OrdinalIgnoreCase);

    /// <summary>No path.</summary>
    public static PathSet Nothing { get; } = new([]);

    /// <summary>Whether a user may sign in.</summary>
    public static PathSet Active { get; } = Of("active");

    /// <summary>The addresses of a user.</summary>
    public static PathSet Emails { get; } = Of("emails");

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => _paths.Count == 0;

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static PathSet Parse(string lines) => new(lines.Split('\n', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>One path.</summary>
    public static PathSet Of(string path) => new([path]);

    /// <summary>Every path that has a value in a document.</summary>
    public static PathSet Of(ScimResource resource) => new(Values(resource).Select(value => value.Path.ToString()));

    /// <summary>Every path that a PATCH names, whether it changes it or repeats what is there.</summary>
    public static PathSet By(PatchRequest patch) =>
        new(patch.Operations.SelectMany(operation => Named(patch.Type, operation)).Select(path => path.ToString()));

    /// <summary>Every path whose value is not the same in the two documents.</summary>
    public static PathSet Difference(ScimResource before, ScimResource after)
    {
        var left = Values(before).ToDictionary(value => value.Path, value => value.Value);
        var right = Values(after).ToDictionary(value => value.Path, value => value.Value);
        return new(
            left.Keys.Union(right.Keys)
                .Where(path => !JsonNode.DeepEquals(left.GetValueOrDefault(path), right.GetValueOrDefault(path)))
                .Select(path => path.ToString())
        );
    }

    /// <summary>The paths of a document with their values.</summary>
    public static IEnumerable<(AttributePath Path, JsonNode? Value)> Values(ScimResource resource)
    {
        foreach (var (name, value) in resource.Json)
            if (resource.Type.Extension(name) is { } extension && value is JsonObject values)
                foreach (var (member, inner) in values)
                foreach (var part in Parts(extension.Id, extension.Attribute(member), member, inner))
                    yield return part;
            else if (!name.Equals("schemas", StringComparison.OrdinalIgnoreCase))
                foreach (var part in Parts(null, resource.Type.CoreAttribute(name), name, value))
                    yield return part;
    }

    /// <summary>Whether the path is one of them.</summary>
    public bool Has(AttributePath path) => _paths.Contains(path.ToString());

    /// <summary>Whether the path is one of them.</summary>
    public bool Has(string path) => _paths.Contains(path);

    /// <summary>These and others.</summary>
    public PathSet With(PathSet others) => new(_paths.Concat(others._paths));

    /// <summary>These without others.</summary>
    public PathSet Without(PathSet others) => new(_paths.Where(path => !others._paths.Contains(path)));

    /// <summary>Those that others are as well.</summary>
    public PathSet And(PathSet others) => new(_paths.Where(others._paths.Contains));

    /// <summary>Those of the paths that something is true of.</summary>
    public PathSet Where(Func<string, bool> kept) => new(_paths.Where(kept));

    /// <summary>The paths, in order.</summary>
    public IEnumerable<string> Ordered => _paths.Order(StringComparer.OrdinalIgnoreCase);

    /// <summary>A path a line, in order.</summary>
    public override string ToString() => string.Join('\n', Ordered);

    private static IEnumerable<(AttributePath Path, JsonNode? Value)> Parts(
        string? schema,
        AttributeDefinition? attribute,
        string name,
        JsonNode? value
    )
    {
        if (attribute is { IsComplex: true, MultiValued: false } && value is JsonObject parts)
            foreach (var (part, inner) in parts)
                yield return (new AttributePath(schema, attribute.Name, attribute.Sub(part)?.Name ?? part), inner);
        else
            yield return (new AttributePath(schema, attribute?.Name ?? name, null), value);
    }

    private static IEnumerable<AttributePath> Named(ResourceTypeDefinition type, PatchOperation operation)
    {
        if (operation.Path is not { } path)
            return operation.Value is JsonObject all
                ? Values(new ScimResource(type, all)).Select(value => value.Path)
                : [];
        if (type.Find(path.Attribute) is not { } target)
            return [path.Attribute];
        if (target.Attribute is not { } attribute) // a whole extension
            return operation.Value is JsonObject members
                ? members.SelectMany(m =>
                    Whole(target.Extension!.Id, target.Extension.Attribute(m.Key), m.Key, m.Value)
                )
                : target.Extension!.Attributes.SelectMany(a => Whole(target.Extension.Id, a, a.Name, null));
        return target.Sub is { } sub && !attribute.MultiValued
            ? [new AttributePath(target.Extension?.Id, attribute.Name, sub.Name)]
            : Whole(target.Extension?.Id, attribute, attribute.Name, operation.Value);
    }

    // A complex attribute that is not given as an object, as in a remove, is meant with all its parts.
    private static IEnumerable<AttributePath> Whole(
        string? schema,
        AttributeDefinition? attribute,
        string name,
        JsonNode? value
    ) =>
        attribute is { IsComplex: true, MultiValued: false } && value is not JsonObject
            ? attribute.SubAttributes.Select(sub => new AttributePath(schema, attribute.Name, sub.Name))
            : Parts(schema, attribute, name, value).Select(part => part.Path);
}

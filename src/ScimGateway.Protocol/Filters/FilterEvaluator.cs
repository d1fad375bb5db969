using System.Diagnostics;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Filters;

/// <summary>
/// What a filter means (RFC 7644 §3.4.2.2): a comparison holds if any value of the attribute meets it; no value is the
/// same as null, which equals nothing but null.
/// </summary>
public static class FilterEvaluator
{
    /// <summary>Whether the resource meets the filter; what each comparison costs counts towards the limit.</summary>
    public static bool Matches(this Filter filter, ScimResource resource, WorkLimit workLimit) =>
        Matches(filter, new Scope(resource.Type, null, resource.Json, workLimit));

    /// <summary>Whether one element of a multi-valued attribute meets the filter of a value path.</summary>
    public static bool MatchesElement(
        this Filter filter,
        AttributeDefinition attribute,
        JsonNode? element,
        WorkLimit workLimit
    ) => Matches(filter, new Scope(null, attribute, element, workLimit));

    private static bool Matches(Filter filter, Scope scope) =>
        filter switch
        {
            Filter.Compare f => scope.Any(f.Path, new Comparison(f.Op, f.Value, scope.WorkLimit)),
            Filter.Present f => scope.Any(f.Path, new Comparison(CompareOp.NotEqual, null, scope.WorkLimit)),
            Filter.Not f => !Matches(f.Inner, scope),
            Filter.And f => Matches(f.Left, scope) && Matches(f.Right, scope),
            Filter.Or f => Matches(f.Left, scope) || Matches(f.Right, scope),
            Filter.Where f => scope.AnyElement(f.Path, f.Element),
            _ => throw new UnreachableException(),
        };

    /// <summary>Where names are looked up: in a resource of a type, or in one element of an attribute.</summary>
    private readonly record struct Scope(
        ResourceTypeDefinition? Type,
        AttributeDefinition? Attribute,
        JsonNode? Node,
        WorkLimit WorkLimit
    )
    {
        public bool Any(AttributePath path, Comparison test)
        {
            var (node, definition, sub) = Type is null ? InElement(path, test) : InResource(path);
            if (node is not JsonArray array)
                return test.Holds(sub is null ? node : Part(node, sub, definition, test), definition);

            var some = false;
            foreach (var element in array)
            {
                var value = sub is null ? element : Part(element, sub, definition, test);
                if (value is null)
                    continue;
                some = true;
                if (test.Holds(value, definition))
                    return true;
            }
            return !some && test.Holds(null, definition);
        }

        public bool AnyElement(AttributePath path, Filter filter)
        {
            if (Type is null)
                return false; // the grammar has no value path inside another
            var (found, definition, sub) = InResource(path);
            var node = sub is null ? found : (found as JsonObject)?[sub];
            if (node is not JsonArray array)
                return node is not null && Matches(filter, new Scope(null, definition, node, WorkLimit));
            foreach (var element in array)
                if (Matches(filter, new Scope(null, definition, element, WorkLimit)))
                    return true;
            return false;
        }

        // The value of the attribute, the definition its (part's) values follow, and the name of the part that is asked
        // for.
        private (JsonNode? Node, AttributeDefinition? Definition, string? Sub) InResource(AttributePath path)
        {
            var resource = (JsonObject)Node!;
            return Type!.Find(path) switch
            {
                { Attribute: { } attribute } target => (
                    (target.Extension is null ? resource : resource[target.Extension.Id] as JsonObject)?[
                        attribute.Name
                    ],
                    target.Leaf,
                    target.Sub?.Name
                ),
                { Extension: { } extension } => (resource[extension.Id], null, null),
                _ => (null, null, null),
            };
        }

        // Inside the brackets of a value path only parts of the attribute can be named, so no schema's.
        private (JsonNode? Node, AttributeDefinition? Definition, string? Sub) InElement(
            AttributePath path,
            Comparison test
        )
        {
            if (path.Schema is not null)
                return default;
            var part = Attribute?.Sub(path.Name);
            if (Node is JsonObject)
                return (Part(Node, path.Name, part, test), part, path.Sub);
            return (path.Name.Equals("value", StringComparison.OrdinalIgnoreCase) ? Node : null, Attribute, path.Sub);
        }

        // "If not specified, the value of 'primary' SHALL be assumed to be 'false'" (RFC 7643 §2.4): so it compares,
        // yet it is not present.
        private static JsonNode? Part(JsonNode? node, string name, AttributeDefinition? definition, Comparison test) =>
            node is not JsonObject element
                ? null
                : element[name]
                    ?? (
                        test.Value is not null && definition is { Type: AttributeType.Flag, Name: "primary" }
                            ? _notPrimary
                            : null
                    );

        private static readonly JsonNode _notPrimary = JsonValue.Create(false);
    }
}

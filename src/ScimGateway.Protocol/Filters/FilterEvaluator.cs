using System.Diagnostics;
using System.Text;
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
            Filter.Compare f => scope.Any(f.Path, new Test(f.Op, f.Value, scope.WorkLimit)),
            Filter.Present f => scope.Any(f.Path, new Test(CompareOp.NotEqual, null, scope.WorkLimit)),
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
        public bool Any(AttributePath path, Test test)
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
                // An extension that no schema describes is carried as it came.
                _ when path.Schema is not null => ((resource[path.Schema] as JsonObject)?[path.Name], null, path.Sub),
                _ => (null, null, null),
            };
        }

        // Inside the brackets of a value path only parts of the attribute can be named, so no schema's.
        private (JsonNode? Node, AttributeDefinition? Definition, string? Sub) InElement(AttributePath path, Test test)
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
        private static JsonNode? Part(JsonNode? node, string name, AttributeDefinition? definition, Test test) =>
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

    /// <summary>One comparison, against one value or none. Without a literal it asks for presence.</summary>
    private readonly record struct Test(CompareOp Op, Literal? Value, WorkLimit WorkLimit)
    {
        public bool Holds(JsonNode? node, AttributeDefinition? definition)
        {
            // emails co "example.com" means emails.value (RFC 7643 §2.4; the RFC's own example).
            if (node is JsonObject element && Value is not (null or Literal.Null))
                (node, definition) = (element["value"], definition?.Value);

            Spend(node);
            return Value switch
            {
                null => IsPresent(node),
                Literal.Null => Op == CompareOp.NotEqual == IsPresent(node),
                Literal.Text text => ScimJson.AsText(node) is { } actual
                    ? Text(actual, text, definition)
                    : Op == CompareOp.NotEqual,
                Literal.Flag flag => Op == CompareOp.NotEqual != (ScimJson.AsFlag(node) == flag.Value),
                Literal.Number number => IsNumber(node)
                    ? Ordered(Numbers.Compare(node!.ToString(), number.Digits))
                    : Op == CompareOp.NotEqual,
                _ => throw new UnreachableException(),
            };
        }

        // What is compared once, and what is looked for anywhere in it.
        private void Spend(JsonNode? node)
        {
            if (Value is not Literal.Text { Value: var wanted } || ScimJson.AsText(node) is not { } actual)
                WorkLimit.Spend((Value as Literal.Number)?.Digits.Length ?? 0);
            else
                WorkLimit.Spend(Spelling.Cost(actual), Op == CompareOp.Contains ? wanted.Length : 0);
        }

        private bool Text(string actual, Literal.Text text, AttributeDefinition? definition)
        {
            var (wanted, comparison) = (text.Value, StringComparison.Ordinal);
            if (definition is not { CaseExact: true })
                // Of ASCII alone the runtime's own folding is the same, and makes no copies. What is looked for in a text
                // is looked for in copies: they are searched many letters at once, the folding way goes one by one.
                if (Op != CompareOp.Contains && Ascii.IsValid(actual) && Ascii.IsValid(wanted))
                    comparison = StringComparison.OrdinalIgnoreCase;
                else
                    (actual, wanted) = (Spelling.Folded(actual), text.Folded);
            return Op switch
            {
                CompareOp.Contains => actual.Contains(wanted, comparison),
                CompareOp.StartsWith => actual.StartsWith(wanted, comparison),
                CompareOp.EndsWith => actual.EndsWith(wanted, comparison),
                _ when definition?.Type == AttributeType.Moment
                        && Moments.TryParse(actual, out var left)
                        && Moments.TryParse(wanted, out var right) => Ordered(left.CompareTo(right)),
                CompareOp.Equal => actual.Equals(wanted, comparison),
                CompareOp.NotEqual => !actual.Equals(wanted, comparison),
                _ => Ordered(string.Compare(actual, wanted, comparison)),
            };
        }

        private bool Ordered(int order) =>
            Op switch
            {
                CompareOp.Equal => order == 0,
                CompareOp.NotEqual => order != 0,
                CompareOp.Greater => order > 0,
                CompareOp.GreaterOrEqual => order >= 0,
                CompareOp.Less => order < 0,
                CompareOp.LessOrEqual => order <= 0,
                _ => false,
            };

        private static bool IsNumber(JsonNode? node) =>
            node is JsonValue && node.GetValueKind() == System.Text.Json.JsonValueKind.Number;

        // "A non-empty value; of a complex attribute, some sub-attribute that has one."
        private static bool IsPresent(JsonNode? node) =>
            node switch
            {
                null => false,
                JsonObject complex => complex.Any(part => IsPresent(part.Value)),
                JsonArray array => array.Any(IsPresent),
                _ => ScimJson.AsText(node) is not "",
            };
    }
}

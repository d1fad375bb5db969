using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Filters;

/// <summary>One comparison, against one value or none. Without a literal it asks for presence.</summary>
internal readonly record struct Comparison(CompareOp Op, Literal? Value, WorkLimit WorkLimit)
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

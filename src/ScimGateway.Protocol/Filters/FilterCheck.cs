using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Filters;

/// <summary>
/// Refuses comparisons that make no sense for the attribute (RFC 7644 §3.4.2.2): an answer to them would look like one
/// to another question.
/// </summary>
internal static class FilterCheck
{
    // Longer ones are nobody's name, and a search for them in a long value takes seconds.
    private const int MostSearched = 256;

    /// <param name="filter">What is asked.</param>
    /// <param name="type">Of which resources.</param>
    /// <param name="reading">How it is read; takes the notes.</param>
    /// <param name="others">The kinds of which the same is asked: each lacks attributes of the other.</param>
    public static void Check(
        Filter filter,
        ResourceTypeDefinition type,
        Reading reading,
        IReadOnlyList<ResourceTypeDefinition> others
    ) =>
        Check(
            filter,
            path =>
            {
                var target = type.Find(path);
                if (target is null && !others.Any(other => other.Find(path) is not null))
                    reading.RequireFilterable(path.ToString());
                // RFC 7644 §3.4.2.1: it has no value then, so that "ne" and "not" meet everyone. Whoever asked should
                // know.
                if (target is null)
                    reading.Ignore(path.ToString(), "no schema has it, so it has no value");
                return target?.Leaf;
            },
            reading
        );

    /// <summary>The same of the filter inside the brackets of a value path.</summary>
    public static void CheckElement(Filter element, AttributeDefinition? attribute, Reading reading) =>
        Check(
            element,
            path =>
            {
                var part =
                    path is not { Schema: null, Sub: null } ? null
                    : attribute is { IsComplex: false } && path.Name.Equals("value", StringComparison.OrdinalIgnoreCase)
                        ? attribute
                    : attribute?.Sub(path.Name);
                if (part is null && attribute is not null)
                    reading.RequireFilterable($"{attribute.Name}[{path}]");
                return part;
            },
            reading
        );

    private static void Check(Filter filter, Func<AttributePath, AttributeDefinition?> find, Reading reading)
    {
        switch (filter)
        {
            case Filter.Not f:
                Check(f.Inner, find, reading);
                break;
            case Filter.And f:
                Check(f.Left, find, reading);
                Check(f.Right, find, reading);
                break;
            case Filter.Or f:
                Check(f.Left, find, reading);
                Check(f.Right, find, reading);
                break;
            case Filter.Where f:
                var attribute = find(f.Path);
                if (attribute is { IsComplex: false })
                    throw ScimException.InvalidFilter($"'{f.Path}' has no sub-attributes to filter by.");
                CheckElement(f.Element, attribute, reading);
                break;
            case Filter.Present f:
                Readable(find(f.Path));
                break;
            case Filter.Compare f when find(f.Path) is { } definition:
                Readable(definition);
                Comparable(f, definition);
                break;
            case Filter.Compare f:
                Operable(f);
                break;
        }
    }

    // What is never returned must not be found out by asking whether it starts with an "a".
    private static void Readable(AttributeDefinition? attribute)
    {
        if (attribute is { Returned: Returned.Never })
            throw ScimException.InvalidFilter($"'{attribute.Name}' is never shown, so nothing can be found by it.");
    }

    private static void Comparable(Filter.Compare f, AttributeDefinition attribute)
    {
        if (attribute.IsComplex && f.Value is not Literal.Null)
            attribute = attribute is { MultiValued: true, Value: { } value }
                ? value
                : throw ScimException.InvalidFilter($"'{f.Path}' is complex; compare one of its sub-attributes.");

        Operable(f);
        if (f.Op.IsOrdering() && attribute.Type is AttributeType.Flag or AttributeType.Bytes)
            throw ScimException.InvalidFilter(
                $"'{f.Path}' is {attribute.TypeWord}; '{f.Op.Word()}' has no meaning there."
            );
        switch (attribute.Type, f.Value)
        {
            case (AttributeType.Flag, Literal.Text or Literal.Number):
                throw ScimException.InvalidFilter($"'{f.Path}' is boolean; compare it with true or false.");
            case (AttributeType.Moment, Literal.Text text)
                when (f.Op.IsOrdering() || f.Op is CompareOp.Equal or CompareOp.NotEqual)
                    && !Moments.TryParse(text.Value, out _):
                throw ScimException.InvalidFilter(
                    $"'{f.Path}' is a date and time; compare it with one such as 2011-05-13T04:42:34Z."
                );
        }
    }

    // Order and substrings of true, false and null, and substrings of numbers, are nowhere defined.
    private static void Operable(Filter.Compare f)
    {
        var able = f.Value switch
        {
            Literal.Text => true,
            Literal.Number => f.Op is not (CompareOp.Contains or CompareOp.StartsWith or CompareOp.EndsWith),
            _ => f.Op is CompareOp.Equal or CompareOp.NotEqual,
        };
        if (
            f.Op is CompareOp.Contains or CompareOp.StartsWith or CompareOp.EndsWith
            && f.Value is Literal.Text { Value.Length: > MostSearched }
        )
            throw ScimException.InvalidFilter($"'{f.Op.Word()}' looks for at most {MostSearched} characters.");
        if (!able)
            throw ScimException.InvalidFilter($"'{f.Op.Word()}' cannot compare '{f.Path}' with {f.Value}.");
    }
}

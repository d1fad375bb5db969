using System.Globalization;
using System.Text;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Filters;

/// <summary>A SCIM filter, RFC 7644 §3.4.2.2. These six shapes are all there are.</summary>
public abstract record Filter
{
    private Filter() { }

    /// <summary>The longest filter that is read, in characters.</summary>
    public const int MostCharacters = 8 * 1024;

    /// <summary>How deep groups, negations and value paths may nest.</summary>
    public const int MostDepth = 32;

    /// <summary><c>userName eq "bjensen"</c></summary>
    public sealed record Compare(AttributePath Path, CompareOp Op, Literal Value) : Filter;

    /// <summary><c>title pr</c></summary>
    public sealed record Present(AttributePath Path) : Filter;

    /// <summary><c>not (title pr)</c></summary>
    public sealed record Not(Filter Inner) : Filter;

    /// <summary><c>title pr and active eq true</c></summary>
    public sealed record And(Filter Left, Filter Right) : Filter;

    /// <summary><c>title pr or active eq true</c></summary>
    public sealed record Or(Filter Left, Filter Right) : Filter;

    /// <summary><c>emails[type eq "work"]</c>: some element meets all of the inner filter.</summary>
    public sealed record Where(AttributePath Path, Filter Element) : Filter;

    /// <summary>The attributes that it asks about; those of elements count as the attribute they are of.</summary>
    public IEnumerable<AttributePath> Paths() =>
        this switch
        {
            Compare f => [f.Path],
            Present f => [f.Path],
            Where f => [f.Path],
            Not f => f.Inner.Paths(),
            And f => f.Left.Paths().Concat(f.Right.Paths()),
            Or f => f.Left.Paths().Concat(f.Right.Paths()),
            _ => [],
        };

    /// <summary>Reads a filter by the grammar of the RFC, without asking whether a schema has the attributes.</summary>
    public static Filter Parse(string text) => new FilterParser(text, null, Reading.Rfc()).Parse();

    /// <summary>
    /// Reads a filter on resources of a type: providers' habits are normalised, and comparisons that no value could
    /// meet are refused.
    /// </summary>
    /// <param name="text">The filter.</param>
    /// <param name="type">Of which resources it is asked.</param>
    /// <param name="reading">How it is read; takes the notes.</param>
    /// <param name="others">Of which it is asked as well, each of which lacks attributes of the others.</param>
    public static Filter Read(
        string text,
        ResourceTypeDefinition type,
        Reading reading,
        IReadOnlyList<ResourceTypeDefinition>? others = null
    )
    {
        var filter = FilterHabits.Normalise(new FilterParser(text, type, reading).Parse(), type, reading);
        FilterCheck.Check(filter, type, reading, others ?? []);
        return filter;
    }

    /// <summary>The filter as a request writes it, with no more parentheses than it needs.</summary>
    public sealed override string ToString()
    {
        var text = new StringBuilder();
        Print(this, text);
        return text.ToString();
    }

    private static void Print(Filter filter, StringBuilder text)
    {
        switch (filter)
        {
            case Compare f:
                text.Append(CultureInfo.InvariantCulture, $"{f.Path} {f.Op.Word()} {f.Value}");
                break;
            case Present f:
                text.Append(CultureInfo.InvariantCulture, $"{f.Path} pr");
                break;
            case Not f:
                text.Append("not (");
                Print(f.Inner, text);
                text.Append(')');
                break;
            case Where f:
                text.Append(CultureInfo.InvariantCulture, $"{f.Path}[");
                Print(f.Element, text);
                text.Append(']');
                break;
            // "and" binds tighter than "or", and both to the left.
            case And f:
                Print(f.Left, text, f.Left is Or);
                text.Append(" and ");
                Print(f.Right, text, f.Right is Or or And);
                break;
            case Or f:
                Print(f.Left, text);
                text.Append(" or ");
                Print(f.Right, text, f.Right is Or);
                break;
        }
    }

    private static void Print(Filter filter, StringBuilder text, bool grouped)
    {
        if (grouped)
            text.Append('(');
        Print(filter, text);
        if (grouped)
            text.Append(')');
    }
}

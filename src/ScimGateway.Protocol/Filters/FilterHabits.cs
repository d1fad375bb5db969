using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Filters;

/// <summary>
/// What providers ask for that only a schema can explain. The habits of filter syntax are in the parser, at the rule
/// they bend.
/// </summary>
internal static class FilterHabits
{
    public static Filter Normalise(Filter filter, ResourceTypeDefinition type, Reading reading) =>
        filter switch
        {
            Filter.Compare f => Compare(f with { Path = NameHabits.Meant(f.Path, type, reading) }, type, reading),
            Filter.Present f => new Filter.Present(NameHabits.Meant(f.Path, type, reading)),
            Filter.Not f => new Filter.Not(Normalise(f.Inner, type, reading)),
            Filter.And f => new Filter.And(Normalise(f.Left, type, reading), Normalise(f.Right, type, reading)),
            Filter.Or f => new Filter.Or(Normalise(f.Left, type, reading), Normalise(f.Right, type, reading)),
            Filter.Where f => Where(f with { Path = NameHabits.Meant(f.Path, type, reading) }, type, reading),
            _ => filter,
        };

    /// <summary>The same inside a value path.</summary>
    public static Filter NormaliseElement(Filter filter, AttributeDefinition? attribute, Reading reading) =>
        filter switch
        {
            Filter.Compare { Path: { Schema: null, Sub: null } path } f => Element(
                f,
                attribute?.Sub(path.Name),
                reading
            ),
            Filter.Not f => new Filter.Not(NormaliseElement(f.Inner, attribute, reading)),
            Filter.And f => new Filter.And(
                NormaliseElement(f.Left, attribute, reading),
                NormaliseElement(f.Right, attribute, reading)
            ),
            Filter.Or f => new Filter.Or(
                NormaliseElement(f.Left, attribute, reading),
                NormaliseElement(f.Right, attribute, reading)
            ),
            _ => filter,
        };

    private static Filter.Compare Element(Filter.Compare f, AttributeDefinition? part, Reading reading) =>
        part is null ? f : UnquotedValue(BooleanAsText(f, part, reading), part, reading);

    private static Filter.Where Where(Filter.Where f, ResourceTypeDefinition type, Reading reading) =>
        f with
        {
            Element = NormaliseElement(f.Element, type.Find(f.Path)?.Leaf, reading),
        };

    private static Filter.Compare Compare(Filter.Compare f, ResourceTypeDefinition type, Reading reading) =>
        type.Find(f.Path)?.Leaf is { } attribute
            ? UnquotedValue(
                BooleanAsText(ComplexForValue(f, attribute, reading), attribute, reading),
                attribute,
                reading
            )
            : f;

    // filter=id eq "…" and manager eq "…": Entra ID's reference check.
    private static Filter.Compare ComplexForValue(Filter.Compare f, AttributeDefinition attribute, Reading reading) =>
        attribute is { IsComplex: true, MultiValued: false, Value: { } value }
        && f.Path.Sub is null
        && f.Value is not Literal.Null
        && reading.Takes(Deviation.ComplexForValue, f.Path.Name)
            ? f with
            {
                Path = f.Path with { Sub = value.Name },
            }
            : f;

    // userName eq 701984: a value without quotation marks that happens to read as a number, or as true or false.
    private static Filter.Compare UnquotedValue(Filter.Compare f, AttributeDefinition attribute, Reading reading) =>
        f is { Op: CompareOp.Equal or CompareOp.NotEqual, Value: Literal.Number or Literal.Flag }
        && ((attribute.IsComplex ? attribute.Value : attribute)?.IsString ?? false)
        && reading.Takes(Deviation.UnquotedValue, f.Path.Name)
            ? f with
            {
                Value = new Literal.Text(f.Value.ToString()),
            }
            : f;

    // roles[primary eq "True"], active eq "true": Entra ID's default target names.
    private static Filter.Compare BooleanAsText(Filter.Compare f, AttributeDefinition attribute, Reading reading) =>
        attribute.Type == AttributeType.Flag
        && f.Value is Literal.Text text
        && bool.TryParse(text.Value, out var flag)
        && reading.Takes(Deviation.BooleanAsText, f.Path.Name)
            ? f with
            {
                Value = new Literal.Flag(flag),
            }
            : f;
}

using System.Collections.Frozen;
using System.Text.Json;

namespace ScimGateway.Protocol.Schemas;

/// <summary>
/// One attribute of a schema with all its characteristics (RFC 7643 §7), as data: reading, checking, filtering,
/// patching and printing follow from it.
/// </summary>
public sealed class AttributeDefinition(string name, AttributeType type, string description)
{
    private readonly FrozenDictionary<string, AttributeDefinition> _subAttributes = FrozenDictionary<
        string,
        AttributeDefinition
    >.Empty;

    /// <summary>The name as the schema spells it; comparisons ignore case.</summary>
    public string Name { get; } = name;

    /// <summary>The data type.</summary>
    public AttributeType Type { get; } = type;

    /// <summary>What the attribute means, for people.</summary>
    public string Description { get; } = description;

    /// <summary>Whether the value is an array.</summary>
    public bool MultiValued { get; init; }

    /// <summary>Whether a resource is incomplete without it.</summary>
    public bool Required { get; init; }

    /// <summary>Whether values that differ in case differ.</summary>
    public bool CaseExact { get; init; }

    /// <summary>Who may write it.</summary>
    public Mutability Mutability { get; init; }

    /// <summary>When it is returned.</summary>
    public Returned Returned { get; init; }

    /// <summary>How far it must be unique.</summary>
    public Uniqueness Uniqueness { get; init; }

    /// <summary>The values the schema suggests; others are allowed.</summary>
    public IReadOnlyList<string> CanonicalValues { get; init; } = [];

    /// <summary>What a reference may point to: resource types, "external" or "uri".</summary>
    public IReadOnlyList<string> ReferenceTypes { get; init; } = [];

    /// <summary>
    /// The longest value that is kept, if values are JSON strings. A character is one code point of Unicode, as JSON
    /// Schema's maxLength and OpenAPI count: a letter with an accent of its own is two, an emoji beyond the basic plane
    /// one.
    /// </summary>
    public int MostCharacters { get; init; } = 4_096;

    /// <summary>Whether the value is what somebody or something is called or known by, so that it is never blank.</summary>
    internal bool IsName { get; init; }

    /// <summary>Whether the value is an address, which says who somebody is to other systems as well.</summary>
    internal bool IsAddress { get; init; }

    /// <summary>Whether the value is the name of a time zone (RFC 7643 §4.1.1).</summary>
    internal bool IsTimeZone { get; init; }

    /// <summary>The parts of a complex attribute.</summary>
    public IReadOnlyList<AttributeDefinition> SubAttributes
    {
        get;
        init
        {
            field = value;
            _subAttributes = value.ToFrozenDictionary(a => a.Name, StringComparer.OrdinalIgnoreCase);
            Value = Sub("value");
            RequiresParts = value.Any(a => a.Required);
            HidesParts = value.Any(a => a.Returned is Returned.Never or Returned.Request);
            Primary = Sub("primary") is { Type: AttributeType.Flag } primary ? primary : null;
        }
    } = [];

    /// <summary>The sub-attribute called "value", which stands for the whole element (RFC 7643 §2.4).</summary>
    public AttributeDefinition? Value { get; private init; }

    /// <summary>The sub-attribute called "primary", true in at most one element (RFC 7643 §2.4).</summary>
    public AttributeDefinition? Primary { get; private init; }

    /// <summary>Whether a value is incomplete without some sub-attribute.</summary>
    internal bool RequiresParts { get; private init; }

    /// <summary>Whether some sub-attribute is not shown by default.</summary>
    internal bool HidesParts { get; private init; }

    /// <summary>Whether the value is an object of sub-attributes.</summary>
    public bool IsComplex => Type == AttributeType.Complex;

    /// <summary>Whether the value is kept as a JSON string.</summary>
    public bool IsString =>
        Type is AttributeType.Text or AttributeType.Reference or AttributeType.Moment or AttributeType.Bytes;

    // RFC 7643 §7 has no characteristic for it, so that it is said to people.
    private bool IsBounded => IsString && Mutability != Mutability.ReadOnly;

    /// <summary>The data type in the RFC's word.</summary>
    public string TypeWord =>
        Type switch
        {
            AttributeType.Text => "string",
            AttributeType.Flag => "boolean",
            AttributeType.Number => "decimal",
            AttributeType.Whole => "integer",
            AttributeType.Moment => "dateTime",
            AttributeType.Bytes => "binary",
            AttributeType.Reference => "reference",
            _ => "complex",
        };

    /// <summary>The sub-attribute of that name, in any case.</summary>
    public AttributeDefinition? Sub(string name) => _subAttributes.GetValueOrDefault(name);

    /// <summary>The name below that of the attribute it is part of, if it is part of one.</summary>
    internal string NameIn(string? parent) => parent is null ? Name : $"{parent}.{Name}";

    /// <summary>The same attribute with other suggested values and other parts.</summary>
    internal AttributeDefinition With(
        IReadOnlyList<string> canonicalValues,
        IReadOnlyList<AttributeDefinition> subAttributes
    ) =>
        new(Name, Type, Description)
        {
            MultiValued = MultiValued,
            Required = Required,
            CaseExact = CaseExact,
            Mutability = Mutability,
            Returned = Returned,
            Uniqueness = Uniqueness,
            CanonicalValues = canonicalValues,
            ReferenceTypes = ReferenceTypes,
            MostCharacters = MostCharacters,
            IsName = IsName,
            IsAddress = IsAddress,
            IsTimeZone = IsTimeZone,
            SubAttributes = subAttributes,
        };

    /// <summary>How values of this attribute compare.</summary>
    public StringComparison Comparison => CaseExact ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", Name);
        json.WriteString("type", TypeWord);
        json.WriteBoolean("multiValued", MultiValued);
        json.WriteString(
            "description",
            IsBounded ? $"{Description} At most {MostCharacters} characters." : Description
        );
        json.WriteBoolean("required", Required);
        if (CanonicalValues.Count > 0)
            SchemaDefinition.WriteStrings(json, "canonicalValues", CanonicalValues);
        json.WriteBoolean("caseExact", CaseExact);
        json.WriteString("mutability", Camel(Mutability.ToString()));
        json.WriteString("returned", Camel(Returned.ToString()));
        json.WriteString("uniqueness", Camel(Uniqueness.ToString()));
        if (ReferenceTypes.Count > 0)
            SchemaDefinition.WriteStrings(json, "referenceTypes", ReferenceTypes);
        if (SubAttributes.Count > 0)
        {
            json.WriteStartArray("subAttributes");
            foreach (var sub in SubAttributes)
                sub.WriteTo(json);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    // RFC 7643 §7 spells the words of these enumerations in camel case.
    private static string Camel(string word) => char.ToLowerInvariant(word[0]) + word[1..];
}

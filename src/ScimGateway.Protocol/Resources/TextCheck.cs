using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Resources;

/// <summary>
/// What a text may be: as long as its attribute says, no blank where it is a name, and in an address no letter that is
/// an ASCII one in disguise. What was there before is not looked at: an import follows Slack, and who repeats what was
/// shown wants nothing else.
/// </summary>
public static class TextCheck
{
    /// <summary>Refuses what a resource may not say, unless it said so before.</summary>
    /// <param name="before">What is changed; null for what is new.</param>
    /// <param name="after">What a client wants.</param>
    public static void Require(ScimResource? before, ScimResource after)
    {
        ArgumentNullException.ThrowIfNull(after);
        var type = after.Type;
        foreach (var (name, node) in after.Json)
            if (type.CoreAttribute(name) is { } attribute)
                Require(attribute, null, node, before?.Json[name]);
            else if (type.Extension(name) is { } extension)
                Require(extension, node as JsonObject, before?.Json[name] as JsonObject);
    }

    /// <summary>Refuses what a value may not say.</summary>
    internal static void Require(AttributeDefinition attribute, JsonNode? value) =>
        Require(attribute, null, value, before: null);

    /// <summary>Why a name is refused that may be taken for another one; null if it may not.</summary>
    public static ScimException? NotPlain(string attribute, string text) =>
        Disguise.In(text) is var (letter, at) ? Wrong(attribute, Disguised(letter, at)) : null;

    private static void Require(SchemaDefinition extension, JsonObject? values, JsonObject? before)
    {
        foreach (var (name, node) in values ?? [])
            if (extension.Attribute(name) is { } attribute)
                Require(attribute, null, node, before?[name]);
    }

    private static void Require(AttributeDefinition attribute, string? parent, JsonNode? node, JsonNode? before)
    {
        if (node is JsonArray elements)
            foreach (var element in elements)
                Require(attribute, parent, element, before);
        else if (node is JsonObject parts)
            foreach (var (name, part) in parts)
            {
                if (attribute.Sub(name) is { } sub)
                    Require(sub, attribute.Name, part, before);
            }
        else if (
            ScimJson.AsText(node) is { } text
            && Fault(attribute, text) is { } fault
            && !Has(before, parent is null ? null : attribute.Name, text)
        )
            throw Wrong(attribute.NameIn(parent), fault);
    }

    // Whether an attribute had a text, as its value or as a part of one of its values.
    private static bool Has(JsonNode? before, string? part, string text) =>
        before switch
        {
            JsonArray elements => elements.Any(element => Has(element, part, text)),
            JsonObject parts when part is not null => ScimJson.AsText(parts[part]) == text,
            _ => part is null && ScimJson.AsText(before) == text,
        };

    private static string? Fault(AttributeDefinition attribute, string text) =>
        text.Length > attribute.MostCharacters && Characters(text) is var many && many > attribute.MostCharacters
            ? $"has {many} characters; at most {attribute.MostCharacters} are kept."
        : (attribute.IsName || attribute.IsAddress) && IsBlank(text) ? "is blank; give it a value, or leave it out."
        : attribute.IsAddress && Disguise.In(text) is var (letter, at) ? Disguised(letter, at)
        : null;

    private static string Disguised(Rune letter, int at) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"has U+{letter.Value:X4} as its character {at}, which some systems take for an ASCII one or leave out, so that it may be taken for another's; write it in other letters."
        );

    private static int Characters(string text) => text.EnumerateRunes().Count();

    /// <summary>Whether nothing of a text is seen.</summary>
    internal static bool IsBlank(string text)
    {
        foreach (var letter in text.EnumerateRunes())
            if (
                !Rune.IsWhiteSpace(letter)
                && Rune.GetUnicodeCategory(letter) is not (UnicodeCategory.Control or UnicodeCategory.Format)
                && letter.Value is not (0x115F or 0x1160 or 0x2800 or 0x3164 or 0xFFA0) // fillers and an empty pattern
            )
                return false;
        return true;
    }

    private static ScimException Wrong(string attribute, string fault) =>
        ScimException.InvalidValue($"'{attribute}' {fault}");
}

using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Patching;

/// <summary>
/// The target of a PATCH operation, <c>name</c>, <c>name.sub</c>, <c>name[filter]</c> or <c>name[filter].sub</c> (RFC
/// 7644 figure 7).
/// </summary>
/// <param name="Attribute">The attribute, with its sub-attribute if there is no filter.</param>
/// <param name="Where">Which elements of a multi-valued attribute are meant.</param>
/// <param name="Sub">The sub-attribute of those elements.</param>
public sealed record PatchPath(AttributePath Attribute, Filter? Where = null, string? Sub = null)
{
    /// <summary>Reads a path; what the schema does not have is for the patcher to refuse.</summary>
    public static PatchPath Parse(string text, ResourceTypeDefinition type, Reading reading)
    {
        try
        {
            var path = Read(text, type, reading);
            var isOfSecret = path.Where?.Paths().Any(named => Names(named.ToString())) == true;
            return isOfSecret ? throw Secret() : path;
        }
        catch (ScimException) when (Names(text))
        {
            throw Secret();
        }

        static bool Names(string text) => text.Contains("password", StringComparison.OrdinalIgnoreCase);
    }

    // What it holds would stand in the refusal.
    private static ScimException Secret() =>
        ScimException.InvalidPath(
            "A path that names 'password' is not right. It is not shown here, since it may hold one; to set a password the path is 'password' alone."
        );

    private static PatchPath Read(string text, ResourceTypeDefinition type, Reading reading)
    {
        if (text.Length > Filter.MostCharacters)
            throw ScimException.InvalidPath(
                $"The path has {text.Length} characters; at most {Filter.MostCharacters} are read."
            );
        text = NameHabits.Spelling(text.Trim(), type, reading);

        var open = text.IndexOf('[');
        if (open < 0)
            return new PatchPath(type.Extension(text) is null ? Named(text, text) : Whole(text));

        var close = text.LastIndexOf(']');
        if (close < open)
            throw ScimException.InvalidPath($"Expected ']' for the '[' at position {open} of the path '{text}'.");
        var rest = text[(close + 1)..];
        if (rest.Length > 0 && !(rest[0] == '.' && AttributePath.IsName(rest.AsSpan(1))))
            throw ScimException.InvalidPath($"Expected a sub-attribute or the end behind ']' in the path '{text}'.");

        var attribute = Named(text[..open], text);
        return new PatchPath(
            attribute,
            Element(attribute, text, open, close, reading),
            rest.Length == 0 ? null : rest[1..]
        );
    }

    /// <summary>The path as a request writes it.</summary>
    public override string ToString() =>
        Attribute + (Where is null ? "" : $"[{Where}]") + (Sub is null ? "" : "." + Sub);

    // The URN of a whole extension may end in a version, which is no attribute's name.
    private static AttributePath Whole(string urn) =>
        new(urn[..urn.LastIndexOf(':')], urn[(urn.LastIndexOf(':') + 1)..], null);

    private static AttributePath Named(string name, string text) =>
        AttributePath.TryParse(name, out var path)
            ? path
            : throw ScimException.InvalidPath($"'{name}' is no attribute name in the path '{text}'.");

    private static Filter Element(AttributePath attribute, string text, int open, int close, Reading reading)
    {
        if (attribute.Sub is not null)
            throw ScimException.InvalidPath(
                $"A filter follows an attribute, not a sub-attribute, in the path '{text}'."
            );
        try
        {
            return new FilterParser(text[(open + 1)..close], null, reading).ParseElement();
        }
        catch (ScimException e)
        {
            throw ScimException.InvalidPath($"The filter of the path '{text}' is not right: {e.Message}");
        }
    }
}

using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Resources;

/// <summary>That an attribute is named, wholly or by some of its parts.</summary>
internal sealed record NamedPart(HashSet<string>? Subs)
{
    public static readonly NamedPart Whole = new((HashSet<string>?)null);

    public NamedPart? Named(string sub) => Subs is null || Subs.Contains(sub) ? Whole : null;
}

/// <summary>
/// The names of one parameter: by the URN of an extension (empty for the core) and the attribute.
/// </summary>
internal sealed class NamedAttributes(ResourceTypeDefinition? type)
{
    private readonly Dictionary<(string Urn, string Name), NamedPart> _parts = new(new UrnAndName());
    private readonly HashSet<string> _whole = new(StringComparer.OrdinalIgnoreCase);

    public bool IsEmpty => _parts.Count == 0 && _whole.Count == 0;

    public NamedPart? Core(AttributeDefinition attribute) =>
        IsEmpty ? null
        : _whole.Contains(type!.Schema.Id) ? NamedPart.Whole // the common attributes are part of it (RFC 7643 §3.1)
        : _parts.GetValueOrDefault(("", attribute.Name));

    public NamedPart? Of(string urn, string name) =>
        IsEmpty ? null
        : _whole.Contains(urn) ? NamedPart.Whole
        : _parts.GetValueOrDefault((urn, name));

    public void AddWhole(string urn) => _whole.Add(urn);

    public void Add(AttributePath path)
    {
        var core = path.Schema is null || path.Schema.Equals(type!.Schema.Id, StringComparison.OrdinalIgnoreCase);
        var key = (core ? "" : path.Schema!, path.Name);
        if (path.Sub is null)
            _parts[key] = NamedPart.Whole;
        else if (!_parts.TryGetValue(key, out var part))
            _parts[key] = new NamedPart(new HashSet<string>(StringComparer.OrdinalIgnoreCase) { path.Sub });
        else
            part.Subs?.Add(path.Sub);
    }

    /// <summary>Reads one; a name that no schema has asks for nothing.</summary>
    public static NamedAttributes Read(ResourceTypeDefinition type, IReadOnlyList<string> texts, Reading reading)
    {
        var names = new NamedAttributes(type);
        foreach (var given in texts)
        {
            var text = NameHabits.Spelling(WithoutFilter(given.Trim(), reading), type, reading);
            if (text.Length == 0)
                continue;
            // An extension may be named whole, whether a schema describes it or not.
            if (text.Contains(':'))
                names.AddWhole(text);
            if (AttributePath.TryParse(text, out var path))
                names.Add(NameHabits.Meant(path, type, reading));
            else if (!text.Contains(':'))
                reading.Ignore(text, "no attribute name");
        }
        return names;
    }

    // attributes=emails[type eq "work"]: Microsoft's Postman collection. The elements are not picked, the attribute is.
    private static string WithoutFilter(string text, Reading reading)
    {
        var open = text.IndexOf('[');
        return open > 0 && reading.Takes(Deviation.FilteredProjection, text[..open]) ? text[..open] : text;
    }

    private sealed class UrnAndName : IEqualityComparer<(string Urn, string Name)>
    {
        public bool Equals((string Urn, string Name) x, (string Urn, string Name) y) =>
            x.Urn.Equals(y.Urn, StringComparison.OrdinalIgnoreCase)
            && x.Name.Equals(y.Name, StringComparison.OrdinalIgnoreCase);

        public int GetHashCode((string Urn, string Name) key) =>
            HashCode.Combine(
                key.Urn.GetHashCode(StringComparison.OrdinalIgnoreCase),
                key.Name.GetHashCode(StringComparison.OrdinalIgnoreCase)
            );
    }
}

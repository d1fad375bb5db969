using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ScimGateway.Conformance.Providers;

/// <summary>
/// Which attributes of a resource a server says that it keeps, by its /Schemas: of what is not announced nothing is asked
/// but that it is no error. What provisioning rests on is asked for in any case.
/// </summary>
internal sealed partial class KeptAttributes
{
    private static readonly HashSet<string> _always = new(StringComparer.OrdinalIgnoreCase)
    {
        "schemas",
        "id",
        "externalId",
        "meta",
        "userName",
        "active",
        "displayName",
        "members",
        // of messages, which are no attributes of anybody
        "totalResults",
        "itemsPerPage",
        "startIndex",
        "Resources",
        "status",
        "scimType",
        "detail",
    };

    private readonly Announced _announced;
    private readonly IReadOnlyCollection<string> _lacked;
    private readonly string? _core;

    /// <param name="announced">What the server says of itself.</param>
    /// <param name="lacked">What it lacks all the same, as its owner says.</param>
    /// <param name="endpoint">Whose attributes: those of <c>Users</c> or <c>Groups</c>; of others nothing is known.</param>
    public KeptAttributes(Announced announced, IReadOnlyCollection<string> lacked, string endpoint)
    {
        (_announced, _lacked) = (announced, lacked);
        _core = endpoint.ToLowerInvariant() switch
        {
            "users" => Words.User,
            "groups" => Words.Group,
            _ => null,
        };
    }

    /// <summary>What is expected, less what is not kept.</summary>
    public JsonNode Of(JsonNode expected)
    {
        if (_core is null || expected is not JsonObject whole)
            return expected;
        foreach (var one in (whole["Resources"] as JsonArray)?.OfType<JsonObject>() ?? [whole])
            Prune(one);
        return whole;
    }

    /// <summary>Whether what is at a place is kept.</summary>
    public bool Has(JsonPath path)
    {
        if (_core is null)
            return true;
        var names = path.Names;
        if (names is ["Resources", ..])
            names = [.. names.Skip(1)];
        return names switch
        {
            [] => true,
            [var urn, var name, ..] when IsUrn(urn) => HasOne(urn, name),
            [var name, ..] => HasOne(null, name),
        };
    }

    /// <summary>The attribute of a PATCH path, or of a key of a value without one, that is not kept; null if it is.</summary>
    public string? LackedBy(string path)
    {
        if (_core is null)
            return null;
        var urn = new[] { Words.User, Words.Group, Words.Enterprise }.FirstOrDefault(one =>
            path.Length > one.Length
            && path.StartsWith(one, StringComparison.OrdinalIgnoreCase)
            && path[one.Length] is ':' or '.'
        );
        var name = FirstName().Match(urn is null ? path : path[(urn.Length + 1)..]);
        // Of extensions that are nobody's but the customer's nothing can be known, and of what is no path either.
        if (urn is null && IsUrn(path) || !name.Success)
            return null;
        return HasOne(urn == _core ? null : urn, name.Value) ? null : name.Value;
    }

    private void Prune(JsonObject resource)
    {
        foreach (var (name, value) in resource.ToList())
            if (!IsUrn(name))
                Prune(resource, null, name, value);
            else if (value is JsonObject within)
            {
                foreach (var (inner, one) in within.ToList())
                    Prune(within, name, inner, one);
                if (within.Count == 0)
                    resource.Remove(name);
            }
    }

    private void Prune(JsonObject within, string? urn, string name, JsonNode? value)
    {
        if (!HasOne(urn, name))
        {
            within.Remove(name);
            return;
        }
        // Sub-attributes that are not defined are not asked for either.
        if (Defined(urn, name) is not { } attribute || attribute.Objects("subAttributes") is not { Count: > 0 } subs)
            return;
        foreach (
            var one in value is JsonArray several ? several.OfType<JsonObject>()
            : value is JsonObject single ? [single]
            : []
        )
        foreach (var (sub, _) in one.ToList())
            if (!subs.Any(known => known.At("name").AsText()?.Equals(sub, StringComparison.OrdinalIgnoreCase) == true))
                one.Remove(sub);
    }

    private bool HasOne(string? urn, string name) =>
        !_lacked.Any(lacked => lacked.Equals(name, StringComparison.OrdinalIgnoreCase))
        && (
            _announced.Schemas.Count == 0
            || urn is null && _always.Contains(name)
            || Defined(urn, name) is { } defined && defined.At("returned").AsText() is null or "default" or "always"
        );

    // A short name may be one of an extension.
    private JsonObject? Defined(string? urn, string name) =>
        urn is not null
            ? _announced.Attribute(urn, name)
            : _announced.Attribute(_core!, name)
                ?? (_core == Words.User ? _announced.Attribute(Words.Enterprise, name) : null);

    private static bool IsUrn(string name) => name.StartsWith("urn:", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^[A-Za-z$][\w$-]*(?=\[|\.|$)")]
    private static partial Regex FirstName();
}

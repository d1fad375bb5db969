using System.Text.Json.Nodes;

namespace ScimGateway.Conformance;

/// <summary>An attribute of a type of resources, and the extension that it is in.</summary>
/// <param name="Extension">The URN of the extension; null where it is the type's own.</param>
/// <param name="Definition">How its schema defines it.</param>
internal sealed record Placed(string? Extension, JsonObject Definition)
{
    public string Name => Definition.At("name").AsText() ?? "";

    public string Type => Definition.At("type").AsText() ?? "string";

    public bool IsMany => Definition.At("multiValued").AsFlag() == true;

    /// <summary>Whether clients change it, and read it again if nothing is said.</summary>
    public bool IsKept =>
        Definition.At("mutability").AsText() is null or "readWrite"
        && Definition.At("returned").AsText() is null or "default" or "always";

    /// <summary>Whether it is a text of its own choice: none of a list of suggested ones.</summary>
    public bool IsFreeText =>
        this is { Type: "string", IsMany: false } && Definition.Strings("canonicalValues").Count == 0;

    /// <summary>How a filter or a path names it (RFC 7644 §3.10).</summary>
    public string Path => Extension is null ? Name : $"{Extension}:{Name}";

    /// <summary>Its value in a resource; null if there is none.</summary>
    public JsonNode? In(JsonNode? resource) => (Extension is null ? resource : resource.Member(Extension)).Member(Name);

    /// <summary>Gives a resource that is to be sent a value of it.</summary>
    public void Put(JsonObject resource, JsonNode? value)
    {
        if (Extension is null)
        {
            resource[Name] = value;
            return;
        }
        if (resource["schemas"] is not JsonArray named)
            resource["schemas"] = named = [];
        if (!resource.Strings("schemas").Contains(Extension))
            named.Add(Extension);
        if (resource[Extension] is not JsonObject within)
            resource[Extension] = within = [];
        within[Name] = value;
    }
}

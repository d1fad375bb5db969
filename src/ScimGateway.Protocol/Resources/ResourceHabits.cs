using System.Text.Json.Nodes;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Resources;

/// <summary>How providers put resources together beyond RFC 7643.</summary>
internal static class ResourceHabits
{
    // Bodies without "schemas", or with the extension's URN alone; PATCH and bulk bodies as well.
    public static void SchemasLeftOut(JsonObject body, string urn, Reading reading)
    {
        var named =
            body["schemas"] is JsonArray schemas
            && schemas.Any(schema => urn.Equals(ScimJson.AsText(schema), StringComparison.OrdinalIgnoreCase));
        if (!named && !reading.Takes(Deviation.SchemasLeftOut, "schemas"))
            throw ScimException.InvalidSyntax($"'schemas' does not name {urn}.");
    }

    // "schemas" of Entra ID's groups name http://schemas.microsoft.com/…/ADSCIM/2.0/Group, older users
    // …:enterprise:2.0User.
    public static void UnknownSchemas(ScimResource resource, Reading reading)
    {
        foreach (var node in resource.Json["schemas"] as JsonArray ?? [])
            if (
                ScimJson.AsText(node) is { } urn
                && resource.Type.Extension(urn) is null
                && !urn.Equals(resource.Type.Schema.Id, StringComparison.OrdinalIgnoreCase)
            )
                reading.Undefined($"schemas.{urn}", "no schema that is known");
    }

    // "urn:…:enterprise:2.0:User:manager": {…} as a member of a whole resource, which PATCH knows as a key; and
    // "urn:…:core:2.0:User": {"active": false}, the core schema written as extensions are.
    public static void UrnKeys(ScimResource resource, Reading reading)
    {
        var (type, json) = (resource.Type, resource.Json);
        foreach (var (urn, value) in json.Where(member => type.IsCore(member.Key)).ToList())
            if (value is JsonObject core && reading.Takes(Deviation.UrnKey, urn))
            {
                json.Remove(urn);
                foreach (var (name, part) in core)
                    ScimJson.AddOnce(json, name, part?.DeepClone(), reading);
            }
        foreach (var (name, value) in json.Where(member => member.Key.Contains(':', StringComparison.Ordinal)).ToList())
            if (
                AttributePath.TryParse(NameHabits.Spelling(name, type, reading), out var path)
                && type.Find(path) is { Attribute: { } attribute, Sub: null } target
                && reading.Takes(Deviation.UrnKey, name)
            )
            {
                json.Remove(name);
                ScimJson.AddOnce(resource.ContainerOrNew(target.Extension), attribute.Name, value, reading);
            }
    }

    // emails: [{"type":"work","value":"","primary":true}]: of an address that is cleared so, nothing is meant to stay.
    public static bool ElementWithoutValue(AttributeDefinition attribute, JsonNode? element, Reading reading) =>
        element is JsonObject complex
        && complex[attribute.Value!.Name] is null
        && reading.Takes(Deviation.ElementWithoutValue, attribute.Name);

    // emails: [{"type":"work","primary":true,…},{"type":"home","primary":true,…}]: PingOne, where one of its two
    // addresses is empty. The work address stays primary, else the first.
    public static void TwoPrimaries(AttributeDefinition attribute, JsonArray elements, Reading reading)
    {
        JsonObject? stays = null;
        var primaries = 0;
        foreach (var node in elements)
            if (node is JsonObject element && ScimJson.AsFlag(element["primary"]) == true)
            {
                primaries++;
                stays = stays is null || Rank(element) > Rank(stays) ? element : stays;
            }
        if (primaries < 2)
            return;
        if (!reading.Takes(Deviation.TwoPrimaries, attribute.Name))
            throw ScimException.InvalidValue($"More than one value of '{attribute.Name}' is primary.");
        foreach (var node in elements)
            if (node is JsonObject element && !ReferenceEquals(element, stays) && element.ContainsKey("primary"))
                element["primary"] = false;
    }

    private static int Rank(JsonObject element) =>
        "work".Equals(ScimJson.AsText(element["type"]), StringComparison.OrdinalIgnoreCase) ? 1 : 0;
}

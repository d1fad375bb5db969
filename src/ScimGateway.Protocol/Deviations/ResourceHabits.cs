using System.Text.Json.Nodes;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Deviations;

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

    // emails: [{"type":"work","primary":true,…},{"type":"home","primary":true,…}]: PingOne, where one of its two addresses is empty.
    // The work address stays primary, else the first.
    public static void TwoPrimaries(AttributeDefinition attribute, JsonArray elements, Reading reading)
    {
        JsonObject? stays = null;
        var primaries = 0;
        foreach (var node in elements)
            if (node is JsonObject element && ScimJson.AsFlag(element["primary"]) == true)
            {
                primaries++;
                stays = stays is null || (!IsWork(stays) && IsWork(element)) ? element : stays;
            }
        if (primaries < 2)
            return;
        if (!reading.Takes(Deviation.TwoPrimaries, attribute.Name))
            throw ScimException.InvalidValue($"More than one value of '{attribute.Name}' is primary.");
        foreach (var node in elements)
            if (node is JsonObject element && !ReferenceEquals(element, stays) && element.ContainsKey("primary"))
                element["primary"] = false;
    }

    private static bool IsWork(JsonObject element) =>
        "work".Equals(ScimJson.AsText(element["type"]), StringComparison.OrdinalIgnoreCase);
}

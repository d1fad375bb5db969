using System.Text.Json.Nodes;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Slack.Translation;

/// <summary>What Slack shows, as SCIM 2.0: the document of an account that no provider has claimed. Pure.</summary>
public static class UserReader
{
    /// <summary>The document, without id and meta.</summary>
    /// <param name="seen">What Slack shows.</param>
    /// <param name="managerId">The SCIM id of a manager by the Slack id; null where there is none.</param>
    public static JsonObject ToScim(SlackProfile seen, Func<string, string?> managerId)
    {
        var json = ScimJson.NewObject();
        json["schemas"] = null; // first, and filled last
        foreach (var row in AttributeMap.Rows)
            if (row is { Field: { } field, Put: { } put } && seen[field] is { } value)
                put(json, value);
        if (seen[SlackField.Manager] is { } manager && managerId(manager) is { } id)
            UserValues.Part(UserValues.Part(json, Urn.EnterpriseUser), "manager")["value"] = id;

        string[] extensions = [Urn.EnterpriseUser, SlackUrn.Guest2, SlackUrn.Profile2];
        json["schemas"] = new JsonArray([Urn.User, .. extensions.Where(json.ContainsKey).Select(urn => (JsonNode)urn)]);
        return json;
    }
}

using System.Text.Json;
using ScimGateway.SlackEmulator.Errors;
using ScimGateway.SlackEmulator.Spelling;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator.Users;

/// <summary>What <c>schemas</c> must say (docs/slack.md 4.2). Slack's own Python client sends it nested, and that
/// is accepted (docs/slack.md 11).</summary>
internal static class SchemasRule
{
    public static void Check(JsonElement body, string method, KnobValues knobs)
    {
        var schemas = Sent.Member(body, "schemas");
        if (!Sent.Says(schemas))
        {
            if (knobs.Get(KnobTable.SchemasRequiredOn).Contains(method))
                throw new SlackRefusal("missing_schema_element");
        }
        else if (knobs.Get(KnobTable.CheckSchemas) && !IsPlainWithCore(schemas))
        {
            throw new SlackRefusal("missing_schema_element");
        }
        if (knobs.Get(KnobTable.RequireProfileUrn))
            Require(body, schemas, Urns.Profile);
        if (knobs.Get(KnobTable.RequireGuestUrn))
            Require(body, schemas, Urns.Guest);
    }

    private static void Require(JsonElement body, JsonElement schemas, string urn)
    {
        if (Sent.Says(Sent.Member(body, urn)) && !Names(schemas, urn))
            throw new SlackRefusal("missing_schema_element");
    }

    private static bool Names(JsonElement schemas, string urn) =>
        schemas.ValueKind switch
        {
            JsonValueKind.String => urn.Equals(schemas.GetString(), StringComparison.OrdinalIgnoreCase),
            JsonValueKind.Array => schemas.EnumerateArray().Any(inner => Names(inner, urn)),
            _ => false,
        };

    private static bool IsPlainWithCore(JsonElement schemas) =>
        schemas.ValueKind is JsonValueKind.Array
        && schemas.EnumerateArray().All(s => s.ValueKind is JsonValueKind.String)
        && Names(schemas, Urns.Core);
}

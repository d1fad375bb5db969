using System.Text.Json.Nodes;

namespace ScimGateway.Conformance.Tests.Sound;

/// <summary>What the server says of itself (RFC 7644 §4).</summary>
internal static class Discovery
{
    public static Answer Answered(string @base, Ask ask, string[] segments)
    {
        if (segments[0] == "ServiceProviderConfig")
            return segments.Length == 1 ? new Answer(200, Configuration(@base)) : throw Refusal.Unknown(ask.Path);
        if (ask.Filter is not null)
            throw new Refusal(403, null, "What the server says of itself is not filtered.");
        JsonObject[] all =
            segments[0] == "Schemas"
                ? [.. Known.Schemas.Select(schema => schema.Json(@base))]
                : [.. Known.Types.Select(type => type.Json(@base))];
        if (segments.Length == 1)
            return new Answer(
                200,
                new JsonObject
                {
                    ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:ListResponse"),
                    ["totalResults"] = all.Length,
                    ["startIndex"] = 1,
                    ["itemsPerPage"] = all.Length,
                    ["Resources"] = new JsonArray([.. all]),
                }
            );
        return segments.Length == 2 && all.FirstOrDefault(one => one["id"].Text() == segments[1]) is { } found
            ? new Answer(200, found)
            : throw Refusal.Unknown(ask.Path);
    }

    private static JsonObject Configuration(string @base) =>
        new()
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"),
            ["patch"] = new JsonObject { ["supported"] = true },
            ["bulk"] = new JsonObject
            {
                ["supported"] = true,
                ["maxOperations"] = SoundScim.MostOperations,
                ["maxPayloadSize"] = SoundScim.MostPayload,
            },
            ["filter"] = new JsonObject { ["supported"] = true, ["maxResults"] = SoundScim.MostResults },
            ["changePassword"] = new JsonObject { ["supported"] = true },
            ["sort"] = new JsonObject { ["supported"] = true },
            ["etag"] = new JsonObject { ["supported"] = true },
            ["pagination"] = new JsonObject
            {
                ["cursor"] = true,
                ["index"] = true,
                ["defaultPaginationMethod"] = "index",
                ["defaultPageSize"] = SoundScim.MostResults,
                ["maxPageSize"] = SoundScim.MostResults,
            },
            ["authenticationSchemes"] = new JsonArray(
                new JsonObject
                {
                    ["type"] = "oauthbearertoken",
                    ["name"] = "Bearer token",
                    ["description"] = "A token in the header Authorization (RFC 6750)",
                    ["primary"] = true,
                }
            ),
            ["meta"] = new JsonObject
            {
                ["resourceType"] = "ServiceProviderConfig",
                ["location"] = $"{@base}/ServiceProviderConfig",
            },
        };
}

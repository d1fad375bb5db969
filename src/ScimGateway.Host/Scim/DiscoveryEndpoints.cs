using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Messages;
using ScimGateway.Protocol.Schemas;
using ScimGateway.Slack.Translation;

namespace ScimGateway.Host.Scim;

/// <summary>What the gateway says of itself (RFC 7644 §4).</summary>
internal static class DiscoveryEndpoints
{
    private static readonly Discovery _discovery = new(SlackSchemas.User, ResourceTypes.Group);

    private static readonly ServiceProviderConfig _config = new()
    {
        Patch = true,
        FilterMaxResults = 1_000,
        ETag = true,
        AuthenticationSchemes =
        [
            new AuthenticationScheme("oauthbearertoken", "Bearer token", "A token of the tenant's source.") { Primary = true },
        ],
    };

    public static void MapDiscovery(this IEndpointRouteBuilder tenant)
    {
        tenant.MapGet("/ServiceProviderConfig", context => Answer(context, url => json => _config.WriteTo(json, url)));
        tenant.MapGet("/ResourceTypes", context => Answer(context, url => json => _discovery.WriteResourceTypes(json, url)));
        tenant.MapGet("/Schemas", context => Answer(context, url => json => _discovery.WriteSchemas(json, url)));
        tenant.MapGet(
            "/ResourceTypes/{id}",
            (HttpContext context, string id) =>
                Answer(context, url => json => (_discovery.ResourceType(id) ?? throw NotFound(id)).WriteTo(json, url))
        );
        tenant.MapGet(
            "/Schemas/{id}",
            (HttpContext context, string id) =>
                Answer(context, url => json => (_discovery.Schema(id) ?? throw NotFound(id)).WriteTo(json, url))
        );
    }

    private static Task Answer(HttpContext context, Func<string, Action<System.Text.Json.Utf8JsonWriter>> write) =>
        context.Request.Query.ContainsKey("filter")
            // RFC 7644 §4: "Service providers MUST … respond with HTTP status code 403" to a filter there.
            ? throw ScimException.Of(System.Net.HttpStatusCode.Forbidden, "What the gateway says of itself cannot be filtered.")
            : ScimWriter.AnswerAsync(context, 200, write(ScimWriter.BaseUrl(context)));

    private static ScimException NotFound(string id) => ScimException.NotFound($"There is no '{id}'.");
}

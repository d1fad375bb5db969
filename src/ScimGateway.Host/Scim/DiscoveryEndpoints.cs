using System.Net;
using System.Text.Json;
using ScimGateway.Host.Security;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Messages;
using ScimGateway.Provisioning.Model.Mirror;

namespace ScimGateway.Host.Scim;

/// <summary>What the gateway says of itself (RFC 7644 §4).</summary>
internal static class DiscoveryEndpoints
{
    private static readonly Discovery _usual = new(GatewayTypes.User, GatewayTypes.Group);
    private static readonly Discovery _interop = _usual.AsInterop();

    private static ServiceProviderConfig Config(BulkLimits bulk) =>
        new()
        {
            Patch = true,
            Bulk = bulk,
            FilterMaxResults = Projections.Pages.Most,
            Sort = true,
            ETag = true,
            Pagination = new Pagination(Cursor: true, Index: true) { Pages = Projections.Pages },
            AuthenticationSchemes =
            [
                new AuthenticationScheme("oauthbearertoken", "Bearer token", "A token of the tenant's source.")
                {
                    Primary = true,
                },
                new AuthenticationScheme(
                    "oauth2",
                    "OAuth 2.0 client credentials",
                    "A client of the tenant's source, at /{tenant}/oauth/token."
                ),
                new AuthenticationScheme("httpbasic", "HTTP Basic", "Name and password of the tenant's source."),
            ],
        };

    public static void MapDiscovery(this IEndpointRouteBuilder tenant, BulkLimits bulk)
    {
        var usual = Config(bulk);
        var interop = usual with { InteropProfileConformant = true };
        // RFC 7644 §3.11: who does not know "me" says so.
        tenant.Map(
            "/Me",
            _ => throw ScimException.Of(HttpStatusCode.NotImplemented, "The gateway has no /Me; use /Users/{id}.")
        );
        tenant.MapMethods(
            "/ServiceProviderConfig",
            ReadMethods.All,
            context => Answer(context, url => json => (IsInterop(context) ? interop : usual).WriteTo(json, url))
        );
        tenant.MapMethods(
            "/ResourceTypes",
            ReadMethods.All,
            context => Answer(context, url => json => Of(context).WriteResourceTypes(json, url))
        );
        tenant.MapMethods(
            "/Schemas",
            ReadMethods.All,
            context => Answer(context, url => json => Of(context).WriteSchemas(json, url))
        );
        tenant.MapMethods(
            "/ResourceTypes/{id}",
            ReadMethods.All,
            (HttpContext context, string id) =>
                Answer(context, url => json => (Of(context).ResourceType(id) ?? throw NotFound(id)).WriteTo(json, url))
        );
        tenant.MapMethods(
            "/Schemas/{id}",
            ReadMethods.All,
            (HttpContext context, string id) =>
                Answer(context, url => json => (Of(context).Schema(id) ?? throw NotFound(id)).WriteTo(json, url))
        );
    }

    private static Discovery Of(HttpContext context) => IsInterop(context) ? _interop : _usual;

    private static bool IsInterop(HttpContext context) => context.Caller().Dialect.IsInterop;

    private static Task Answer(HttpContext context, Func<string, Action<Utf8JsonWriter>> write) =>
        context.Request.Query.ContainsKey("filter")
            // RFC 7644 §4: "Service providers MUST … respond with HTTP status code 403" to a filter there.
            ? throw ScimException.Of(HttpStatusCode.Forbidden, "What the gateway says of itself cannot be filtered.")
            : ScimWriter.AnswerAsync(context, 200, write(ScimWriter.BaseUrl(context)));

    private static ScimException NotFound(string id) => ScimException.NotFound($"There is no '{id}'.");
}

using System.Net;
using System.Security.Cryptography;
using System.Text;
using ScimGateway.Host.Scim;
using ScimGateway.Protocol.Errors;

namespace ScimGateway.Host.Security;

/// <summary>Lets in who has the one token of the one tenant. An unknown tenant, a wrong credential and none at all look the same from outside (DESIGN 5).</summary>
internal static class BearerCheck
{
    public static void UseBearer(this WebApplication app, string slug, string token)
    {
        var expected = Encoding.UTF8.GetBytes($"{slug} {token}");
        app.Use(
            async (context, next) =>
            {
                var given = Encoding.UTF8.GetBytes($"{Tenant(context)} {Credential(context)}");
                if (CryptographicOperations.FixedTimeEquals(given, expected))
                {
                    await next(context);
                    return;
                }
                context.Response.Headers.WWWAuthenticate = "Bearer"; // RFC 9110 §15.5.2 wants one
                await ScimWriter.ErrorAsync(
                    context,
                    ScimException.Of(HttpStatusCode.Unauthorized, "The credential is missing or not accepted.")
                );
            }
        );
    }

    // The path's first word, also where nothing is mapped.
    private static string Tenant(HttpContext context) =>
        context.Request.Path.Value?.Split('/', 3) is ["", var slug, ..] ? slug : "";

    // The scheme's case does not matter (RFC 9110 §11.1).
    private static string Credential(HttpContext context) =>
        context.Request.Headers.Authorization.ToString() is var header
        && header.StartsWith("bearer ", StringComparison.OrdinalIgnoreCase)
            ? header[7..].Trim()
            : "";
}

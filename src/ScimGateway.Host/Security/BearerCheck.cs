using System.Net;
using System.Security.Cryptography;
using System.Text;
using ScimGateway.Host.Scim;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Host.Security;

/// <summary>Who was let in.</summary>
internal sealed class Admitted
{
    /// <summary>The source that the credential belongs to; null before it was looked at.</summary>
    public Caller? Caller { get; set; }
}

/// <summary>Lets in who has a token of the one tenant. An unknown tenant, a wrong credential and none at all look the same from outside (DESIGN 5).</summary>
internal static class BearerCheck
{
    public static void UseBearer(this WebApplication app, string slug, IReadOnlyList<(string Token, Caller Caller)> credentials)
    {
        var known = credentials.Select(one => (Expected: Encoding.UTF8.GetBytes($"{slug} {one.Token}"), one.Caller)).ToArray();
        var current = app.Services.GetRequiredService<CurrentPreferences>();
        app.Use(
            async (context, next) =>
            {
                var given = Encoding.UTF8.GetBytes($"{Tenant(context)} {Credential(context)}");
                Caller? caller = null;
                foreach (var one in known)
                    if (CryptographicOperations.FixedTimeEquals(given, one.Expected))
                        caller = one.Caller;
                if (caller is not null)
                {
                    context.RequestServices.GetRequiredService<Admitted>().Caller = caller with { Preferences = current.Now };
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

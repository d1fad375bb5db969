using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using ScimGateway.Host.Security;

namespace ScimGateway.Host.SignIn;

/// <summary>What a browser keeps of a sign-in that it has begun: the state's and the nonce's cookie, for this host alone.</summary>
internal static class SignInCookies
{
    // Sign-ins that one browser has under way; with one more all former ones are forgotten.
    private const int MostUnderWay = 8;

    /// <summary>Names them, for the way by which the console is reached.</summary>
    public static void Name(OpenIdConnectOptions options, bool isHttps)
    {
        foreach (
            var (cookie, name) in new[]
            {
                (options.CorrelationCookie, "scimgateway-begun-"),
                (options.NonceCookie, "scimgateway-nonce-"),
            }
        )
            (cookie.Name, cookie.Path, cookie.SameSite, cookie.SecurePolicy) = (
                Browsers.OwnCookie(isHttps) + name,
                "/",
                SameSiteMode.Lax,
                CookieSecurePolicy.SameAsRequest
            );
    }

    /// <summary>Forgets the nonce of a sign-in that has ended without a token, which ASP.NET's handler does not.</summary>
    public static void ForgetNonce(HttpContext context, OpenIdConnectOptions options, string? nonce)
    {
        foreach (var name in Kept(context, options.NonceCookie))
            if (options.StringDataFormat.Unprotect(name[options.NonceCookie.Name!.Length..]) == nonce)
                context.Response.Cookies.Delete(name, options.NonceCookie.Build(context));
    }

    /// <summary>
    /// Forgets those of a browser that begins and begins: it sends them all with each request, and a server reads so many
    /// bytes of headers.
    /// </summary>
    public static void ForgetMany(HttpContext context, OpenIdConnectOptions options)
    {
        if (Kept(context, options.CorrelationCookie).Count() < MostUnderWay)
            return;
        foreach (var cookie in new[] { options.CorrelationCookie, options.NonceCookie })
        foreach (var name in Kept(context, cookie))
            context.Response.Cookies.Delete(name, cookie.Build(context));
    }

    private static IEnumerable<string> Kept(HttpContext context, CookieBuilder cookie) =>
        context.Request.Cookies.Keys.Where(name => name.StartsWith(cookie.Name!, StringComparison.Ordinal));
}

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ScimGateway.AdminConsole.Answers;
using MediaTypeHeaderValue = Microsoft.Net.Http.Headers.MediaTypeHeaderValue;

namespace ScimGateway.AdminConsole;

/// <summary>What a browser keeps of a session, and what it is told with each page.</summary>
internal static class Browsing
{
    /// <summary>The most that a form of ours may have.</summary>
    public const int MostBytes = 64 << 10;

    // __Host- has browsers take it from this host alone, by https alone; where there is none, as on the loopback, it has another name.
    private const string Secure = "__Host-scim-gateway";
    private const string Plain = "scim-gateway";

    // Of sessions; a key that somebody has put into the cookie is none.
    private const string Mark = "sgb_";

    /// <summary>The session's secret that a browser sends; null for none.</summary>
    public static string? SecretOf(HttpRequest request) =>
        request.Cookies[NameFor(request)] is { } secret && secret.StartsWith(Mark, StringComparison.Ordinal)
            ? secret
            : null;

    /// <summary>Has a browser keep a session's secret until it ends, or the browser is closed.</summary>
    public static void Keep(HttpContext context, string secret) =>
        context.Response.Cookies.Append(NameFor(context.Request), secret, OptionsFor(context.Request));

    /// <summary>Has a browser forget it.</summary>
    public static void Forget(HttpContext context) =>
        context.Response.Cookies.Delete(NameFor(context.Request), OptionsFor(context.Request));

    /// <summary>
    /// Allows the console's own script alone, nothing from other hosts and no frame, and tells other hosts no page's address.
    /// </summary>
    public static void Guard(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.XFrameOptions = "DENY";
    }

    /// <summary>Says when to try again, where the admin API did.</summary>
    public static void SayWhenAgain(HttpContext context, AdminAnswer answer)
    {
        if (answer.RetryAfter is { } wait)
            context.Response.Headers.RetryAfter = wait;
    }

    /// <summary>Reads a form; null where the body is none, is too long, or cannot be read.</summary>
    public static async Task<IFormCollection?> FormAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = MostBytes;
        if (
            !MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || type.MediaType != "application/x-www-form-urlencoded"
        )
            return null;
        try
        {
            return await context.Request.ReadFormAsync(context.RequestAborted);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException)
        {
            return null;
        }
    }

    private static string NameFor(HttpRequest request) => request.IsHttps ? Secure : Plain;

    private static CookieOptions OptionsFor(HttpRequest request) =>
        new()
        {
            HttpOnly = true,
            Secure = request.IsHttps,
            SameSite = SameSiteMode.Strict,
            Path = "/",
        };
}

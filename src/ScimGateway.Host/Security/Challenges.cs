using Microsoft.Extensions.Primitives;

namespace ScimGateway.Host.Security;

/// <summary>
/// What is said to whom nobody knows: the ways in that there are (RFC 7644 §2), the same for each tenant and for none,
/// whatever was wrong.
/// </summary>
internal static class Challenges
{
    /// <summary>Of tokens (RFC 6750 §3).</summary>
    public const string Bearer = "Bearer realm=\"scim\"";

    // RFC 7617 §2.1: names and passwords are UTF-8.
    private const string Basic = "Basic realm=\"scim\", charset=\"UTF-8\"";

    private static readonly StringValues _nothingGiven = new([Bearer, Basic]);
    private static readonly StringValues _wrong = new([Bearer + ", error=\"invalid_token\"", Basic]);
    private static readonly StringValues _client = new(Basic);

    /// <summary>401, without a body.</summary>
    public static void Write(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        // RFC 6750 §3.1: where nothing was given, no error is named.
        context.Response.Headers.WWWAuthenticate =
            context.Request.Headers.Authorization.Count == 0 ? _nothingGiven : _wrong;
    }

    /// <summary>401 at the token endpoint, where clients have Basic alone (RFC 6749 §5.2).</summary>
    public static void WriteForClient(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.Headers.WWWAuthenticate = _client;
    }
}

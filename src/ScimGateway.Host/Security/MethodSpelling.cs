using System.Net;
using ScimGateway.Protocol.Errors;

namespace ScimGateway.Host.Security;

/// <summary>
/// Methods are case-sensitive (RFC 9110 §9.1), though routing takes <c>get</c> for <c>GET</c>. No input of a client is answered
/// with 5xx, so that it is 400 and not 501.
/// </summary>
internal static class MethodSpelling
{
    /// <summary>Refuses a method in small letters, which is none.</summary>
    public static IApplicationBuilder UseMethodSpelling(this IApplicationBuilder app) =>
        app.Use(next =>
            context =>
                context.Request.Method.Any(char.IsAsciiLetterLower)
                    ? throw ScimException.Of(
                        HttpStatusCode.BadRequest,
                        $"There is no method '{context.Request.Method}': methods are written in capitals, such as GET."
                    )
                    : next(context)
        );
}

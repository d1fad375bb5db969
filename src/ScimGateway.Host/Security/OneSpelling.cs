using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing.Patterns;

namespace ScimGateway.Host.Security;

/// <summary>Paths that are written as they are mapped: nothing is encoded, shortened, in other letters, or followed by a slash.</summary>
internal static class OneSpelling
{
    /// <summary>Whether a request has such a path.</summary>
    public static bool Has(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        // As it came: Kestrel has decoded and shortened what is in Request.Path.
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return target.AsSpan(0, target.IndexOf('?') is var end and >= 0 ? end : target.Length).SequenceEqual(path)
            && !path.EndsWith('/') // routing passes over it
            && (context.GetEndpoint() is not RouteEndpoint found || IsAsMapped(path.Split('/'), found.RoutePattern));
    }

    /// <summary>Nothing is there in another spelling, by which a request would come past an address of its own.</summary>
    public static async ValueTask<object?> OnlyAsync(
        EndpointFilterInvocationContext asked,
        EndpointFilterDelegate next
    ) => Has(asked.HttpContext) ? await next(asked) : Results.NotFound();

    // The first of the parts is what stands before the first slash.
    private static bool IsAsMapped(string[] parts, RoutePattern pattern) =>
        pattern
            .PathSegments.Index()
            .All(segment =>
                segment.Item.Parts is not [RoutePatternLiteralPart literal]
                || (segment.Index + 1 < parts.Length && literal.Content == parts[segment.Index + 1])
            );
}

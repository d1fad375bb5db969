using Microsoft.AspNetCore.Http.Features;
using ScimGateway.Host.Security;

namespace ScimGateway.Host.Admin;

/// <summary>The query parameters that an endpoint knows.</summary>
/// <param name="Names">Their names.</param>
internal sealed record Asks(IReadOnlyList<string> Names);

/// <summary>
/// Refuses a query parameter that an endpoint does not know: ignored, it would be taken for a filter that was applied.
/// </summary>
internal static class AskedParameters
{
    /// <summary>Those of every list that has pages.</summary>
    public static IReadOnlyList<string> OfPages { get; } = ["cursor", "limit"];

    /// <summary>The endpoint knows these.</summary>
    public static RouteHandlerBuilder Asks(this RouteHandlerBuilder endpoint, params string[] names) =>
        endpoint.WithMetadata(new Asks(names));

    /// <summary>The endpoint is a list with pages, and knows these beside theirs.</summary>
    public static RouteHandlerBuilder AsksForPages(this RouteHandlerBuilder endpoint, params string[] names) =>
        endpoint.Asks([.. names, .. OfPages]);

    /// <summary>An endpoint filter.</summary>
    /// <exception cref="Problem">A parameter is unknown, or there twice.</exception>
    public static async ValueTask<object?> KnownAsync(
        EndpointFilterInvocationContext invocation,
        EndpointFilterDelegate next
    )
    {
        var context = invocation.HttpContext;
        var known = context.GetEndpoint()!.Metadata.GetMetadata<Asks>()?.Names ?? [];
        foreach (var (name, values) in context.Request.Query)
            if (!known.Contains(name))
                throw Problem.Invalid(
                    name,
                    known.Count == 0
                        ? "This takes no query parameters; leave it out."
                        : $"There is no such query parameter here; those there are: {string.Join(", ", known)}."
                );
            else if (values.Count > 1)
                throw Problem.Invalid(name, "It is there twice; say it once.");
        var answer = await next(invocation);
        if (
            ReadMethods.Has(context.Request.Method)
            && context.Features.GetRequiredFeature<AdminCall>().Unread is [var unread, ..]
        )
            throw new InvalidOperationException($"The endpoint knows '{unread}' and has not looked at it.");
        return answer;
    }
}

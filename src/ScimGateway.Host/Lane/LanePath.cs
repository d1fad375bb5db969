using System.Net;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Lane;

namespace ScimGateway.Host.Lane;

/// <summary>
/// The path of a request of the v1 lane: one of a few, spelled in one way. What goes on to Slack is made of the route
/// and an id, never of what the client has written.
/// </summary>
internal static class LanePath
{
    private const string Root = "/slack/v1/";
    private const int MostOfQuery = 4 << 10;

    private static readonly string[] _parameters =
    [
        "filter",
        "startIndex",
        "count",
        "sortBy",
        "sortOrder",
        "attributes",
    ];

    /// <summary>The path behind Slack's base address, if it is the only spelling of it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="of">What is meant, such as Users.</param>
    /// <param name="id">Slack's id of one of them; null of all.</param>
    /// <exception cref="ScimException">It is spelled in another way, or the id is none of Slack's.</exception>
    public static string Of(HttpContext context, string of, string? id)
    {
        var path = id is null ? of : $"{of}/{id}";
        if (id is not null && !LaneChange.IsId(id))
            throw ScimException.NotFound(
                "Slack's ids have capital letters and digits, such as U012AB3CD; the last part of the path is none."
            );
        // As it came: Kestrel has decoded and shortened what is in Request.Path.
        var raw = (context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "").Split('?')[0];
        if (
            !raw.StartsWith('/')
            || raw.Contains("//", StringComparison.Ordinal)
            || !raw.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-')
            || !raw.EndsWith(Root + path, StringComparison.Ordinal)
        )
            throw ScimException.NotFound(
                $"The v1 lane has one spelling of each path, with capital letters as in {Root}{path} nothing encoded and no slash at the end."
            );
        return path;
    }

    /// <summary>The query of a read as it goes on; empty for none.</summary>
    /// <exception cref="ScimException">It asks for more than lists know, or is too long.</exception>
    public static QueryString Query(HttpContext context)
    {
        var asked = context.Request.Query;
        if (context.Request.QueryString.Value?.Length > MostOfQuery)
            throw ScimException.Of(HttpStatusCode.RequestUriTooLong, $"The query is longer than {MostOfQuery} bytes.");
        var passed = new QueryBuilder();
        foreach (var (name, values) in asked)
            if (
                Array.Find(_parameters, known => known.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } known
                && values is [{ } value]
            )
                passed.Add(known, value);
            else
                throw ScimException.InvalidValue(
                    $"The v1 lane passes on {string.Join(", ", _parameters)}, each once; the query has something else."
                );
        return passed.ToQueryString();
    }
}

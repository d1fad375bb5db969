using System.Net;
using ScimGateway.Host.Scim;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Host.Cluster;

/// <summary>
/// A request that another instance has handed on: who asks, and how he reaches the gateway, is what that one has seen. It
/// comes by a port where nobody is let in but by the cluster's certificate, so that its headers are believed.
/// </summary>
internal sealed class InnerRequest
{
    /// <summary>The client's address.</summary>
    public const string Client = "ScimGateway-Client";

    /// <summary>How he has come: scheme, host, and what stands before the gateway's paths, with blanks between.</summary>
    public const string Way = "ScimGateway-Way";

    /// <summary>Of a write: the id of its operation, and "again" where it was sent before.</summary>
    public const string Operation = "ScimGateway-Operation";

    /// <summary>Of an answer: nobody was let in, so that the client's connection ends with it.</summary>
    public const string Ends = "ScimGateway-Ends";

    /// <summary>Of a 421: the tenant's place is not here, and whether the request had begun.</summary>
    public const string Elsewhere = "ScimGateway-Elsewhere";

    /// <summary>It had not, and its body was not read.</summary>
    public const string Unread = "unread";

    /// <summary>It had: its operation says what became of it.</summary>
    public const string Read = "read";

    private InnerRequest() { }

    /// <summary>Whether a request is one.</summary>
    public static bool Is(HttpContext context) => context.Features.Get<InnerRequest>() is not null;

    /// <summary>Says in a request that is handed on what this instance has seen of it.</summary>
    public static void Write(HttpContext context, HttpRequestMessage request)
    {
        var (asked, headers) = (context.Request, request.Headers);
        headers.Remove(Client); // whatever the client has sent by these names means nothing
        headers.Remove(Way);
        headers.Remove(Operation);
        if (context.Features.Get<GivenOperation>() is var (operation, isAgain))
            headers.Add(Operation, isAgain ? $"{operation} again" : $"{operation}");
        headers.Add(Client, $"{context.Connection.RemoteIpAddress ?? IPAddress.None}");
        headers.Add(Way, $"{asked.Scheme} {asked.Host} {asked.PathBase}/");
        headers.Host = asked.Host.Value;
    }

    /// <summary>Takes a request that has come by the inner port for what the other instance has seen.</summary>
    public static Task ReadAsync(HttpContext context, ClusterOptions cluster, RequestDelegate next)
    {
        var request = context.Request;
        if (context.Connection.LocalPort == cluster.InnerPort && context.Connection.ClientCertificate is not null)
        {
            if (
                !IPAddress.TryParse(request.Headers[Client].ToString(), out var client)
                || request.Headers[Way].ToString().Split(' ') is not [var scheme, var host, var before]
            )
            {
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
                return Task.CompletedTask;
            }
            context.Features.Set(new InnerRequest());
            if (
                request.Headers[Operation].ToString().Split(' ') is [var given, .. var again]
                && Guid.TryParse(given, out var id)
            )
                context.Features.Set(new GivenOperation(new OperationId(id), again is ["again"]));
            context.Connection.RemoteIpAddress = client;
            (request.Scheme, request.Host, request.PathBase) = (scheme, new HostString(host), before.TrimEnd('/'));
            context.Response.OnStarting(End, context);
        }
        request.Headers.Remove(Client);
        request.Headers.Remove(Way);
        request.Headers.Remove(Operation);
        return next(context);
    }

    // The connection between the two instances stays, for others' requests.
    private static Task End(object state)
    {
        var headers = ((HttpContext)state).Response.Headers;
        if (headers.Connection == "close")
            (headers.Connection, headers[Ends]) = (default, "yes");
        return Task.CompletedTask;
    }
}

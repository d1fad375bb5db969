namespace ScimGateway.Host.Security;

/// <summary>The gateway's own address, as a request has named it.</summary>
internal static class RequestedUrl
{
    /// <summary>Up to where the gateway's paths begin, without a slash at the end.</summary>
    public static string Of(HttpRequest request) => $"{request.Scheme}://{request.Host}{request.PathBase}";
}

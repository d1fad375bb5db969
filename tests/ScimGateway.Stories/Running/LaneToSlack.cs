using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Forwarder;

namespace ScimGateway.Stories.Running;

/// <summary>The lane's forwarder, whose way to Slack is that of the rest.</summary>
internal sealed class LaneToSlack(IHttpForwarder forwarder, ToSlack slack) : IHttpForwarder, IDisposable
{
    private readonly HttpMessageInvoker _http = new(slack, disposeHandler: false);

    /// <summary>Takes the place of the forwarder that there is.</summary>
    public static void Take(IServiceCollection services, ToSlack slack)
    {
        var own = services.Last(one => one.ServiceType == typeof(IHttpForwarder)).ImplementationType!;
        services.AddSingleton<IHttpForwarder>(made => new LaneToSlack(
            (IHttpForwarder)ActivatorUtilities.CreateInstance(made, own),
            slack
        ));
    }

    /// <inheritdoc/>
    public ValueTask<ForwarderError> SendAsync(
        HttpContext context,
        string destinationPrefix,
        HttpMessageInvoker httpClient,
        ForwarderRequestConfig requestConfig,
        HttpTransformer transformer
    ) => SendAsync(context, destinationPrefix, httpClient, requestConfig, transformer, CancellationToken.None);

    /// <inheritdoc/>
    public ValueTask<ForwarderError> SendAsync(
        HttpContext context,
        string destinationPrefix,
        HttpMessageInvoker httpClient,
        ForwarderRequestConfig requestConfig,
        HttpTransformer transformer,
        CancellationToken cancellationToken
    ) => forwarder.SendAsync(context, destinationPrefix, _http, requestConfig, transformer, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}

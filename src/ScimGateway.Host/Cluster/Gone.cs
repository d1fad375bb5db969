using System.Diagnostics;
using ScimGateway.Host.Logging;
using ScimGateway.Provisioning.Homes;

namespace ScimGateway.Host.Cluster;

/// <summary>
/// What happens when the other instances have told this one dead or forgotten it, or its silo cannot go on: no call to Slack begins any
/// more, and the process ends at once, so that whatever supervises it starts it again. Others have its tenants by then.
/// </summary>
internal sealed class Gone(IServiceProvider services, ILogger<Gone> log) : IFatalErrorHandler
{
    /// <inheritdoc/>
    public bool IsUnexpected(Exception exception) => true;

    /// <inheritdoc/>
    public void OnFatalException(object? sender, string? context, Exception? exception)
    {
        services.GetRequiredService<Homes>().StopCalling();
        var why = exception?.GetType().Name ?? "told dead or forgotten";
        log.ClusterGone(why);
        foreach (var written in services.GetServices<ILoggerProvider>())
            written.Dispose(); // which waits until the line is out
        Process.GetCurrentProcess().Kill();
    }
}

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using ScimGateway.Provisioning.Homes;

namespace ScimGateway.Host.Tests;

/// <summary>What is logged.</summary>
internal sealed class Lines : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _all = [];

    public IEnumerable<string> All => _all;

    /// <summary>The tenants of which lines were to be, in order.</summary>
    public ConcurrentQueue<string> Tenants { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        if (state is TenantHome home)
            Tenants.Enqueue(home.Slug);
        return null;
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => _all.Enqueue(formatter(state, exception));

    public void Dispose() { }
}

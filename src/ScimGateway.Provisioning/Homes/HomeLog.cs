using Microsoft.Extensions.Logging;

namespace ScimGateway.Provisioning.Homes;

/// <summary>The log of a part of a home: each of its lines says whose the home is.</summary>
internal sealed class HomeLog<T>(ILogger<T> log, TenantHome home) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => log.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => log.IsEnabled(logLevel);

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        using var lines = log.BeginScope(home);
        log.Log(logLevel, eventId, state, exception, formatter);
    }
}

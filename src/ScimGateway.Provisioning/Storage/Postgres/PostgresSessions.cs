using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace ScimGateway.Provisioning.Storage.Postgres;

/// <summary>
/// The sessions of readers and writers. Who has none to do with leaves it to the others: a server may have room for fewer
/// than all would like.
/// </summary>
internal sealed class PostgresSessions(PostgresServer server) : IDisposable
{
    private static readonly TimeSpan _untilGivenUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentStack<PostgresSession> _idle = []; // the last one used is the likeliest to be there still
    private volatile bool _isClosed;

    /// <summary>One that nobody uses, which the server may have let go of meanwhile.</summary>
    public bool TryTakeIdle([NotNullWhen(true)] out PostgresSession? session)
    {
        while (_idle.TryPop(out session))
            if (session.IsOpen)
                return true;
            else
                session.Dispose();
        return false;
    }

    /// <summary>
    /// One that nobody uses, or a new one; where the server has no room for it, the next that somebody has done with.
    /// </summary>
    public async Task<PostgresSession> TakeAsync()
    {
        var begun = Stopwatch.GetTimestamp();
        while (true)
        {
            if (TryTakeIdle(out var idle))
                return idle;
            try
            {
                return new PostgresSession(await server.OpenAsync(CancellationToken.None)) { KeepsTenantsApart = true };
            }
            catch (PostgresException e)
                when (e.SqlState == PostgresErrorCodes.TooManyConnections
                    && Stopwatch.GetElapsedTime(begun) < _untilGivenUp
                )
            {
                await Task.Delay(_pause, TimeProvider.System);
            }
        }
    }

    /// <summary>Somebody has done with it, and nothing went wrong.</summary>
    public void Leave(PostgresSession session)
    {
        _idle.Push(session);
        if (_isClosed)
            Drop();
    }

    /// <summary>Ends all that nobody uses, as after the server was away.</summary>
    public void Drop()
    {
        while (_idle.TryPop(out var session))
            session.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isClosed = true;
        Drop();
    }
}

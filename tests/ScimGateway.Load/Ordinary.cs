using System.Diagnostics;
using System.Threading.Channels;

namespace ScimGateway.Load;

/// <summary>
/// An ordinary client: so many requests a second, whether those before are answered or not; a user by id, a search by
/// name, a small change. How long each takes counts from when it was due, or a client that waits would hide what it
/// waited for. One request of four is a change, unless told.
/// </summary>
internal sealed class Ordinary(Uri url, Target target, IReadOnlyList<SampleUser> people, int writeEach = 4)
{
    private const int Connections = 32;
    private const int RequestsPerSecond = 20;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly Channel<Connection> _free = Channel.CreateUnbounded<Connection>();
    private int _asked;

    /// <summary>Goes about its work for so long, and says how it fared.</summary>
    public async Task<Fare> WorkAsync(TimeSpan time)
    {
        var (reads, writes) = (new List<Task<Took>>(), new List<Task<Took>>());
        for (var i = _free.Reader.Count; i < Connections; i++)
            _free.Writer.TryWrite(await Connection.OpenAsync(url));
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < time.TotalSeconds * RequestsPerSecond; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / RequestsPerSecond);
            if (due - Stopwatch.GetElapsedTime(began) is { Ticks: > 0 } wait)
                await Task.Delay(wait, TimeProvider.System);
            var user = people[_asked % people.Count];
            var (asked, isWrite) = (_asked++, i % writeEach == writeEach - 1);
            (isWrite ? writes : reads).Add(
                AskAsync(
                    isWrite ? target.Ask("PATCH", $"Users/{user.Id}", Users.Patch($"ordinary {asked}"))
                        : i % 2 == 1 ? target.Ask("GET", $"Users?filter=userName%20eq%20%22{user.UserName}%22")
                        : target.Ask("GET", $"Users/{user.Id}"),
                    began + (long)(due.TotalSeconds * Stopwatch.Frequency)
                )
            );
        }
        return new Fare(await Task.WhenAll(reads), await Task.WhenAll(writes));
    }

    private async Task<Took> AskAsync(byte[] request, long due)
    {
        using var enough = new CancellationTokenSource(_patience);
        Connection? connection = null;
        try
        {
            connection = await _free.Reader.ReadAsync(enough.Token);
            var (status, _) = await connection.AskAsync(request, enough.Token);
            _free.Writer.TryWrite(connection);
            return new Took(Stopwatch.GetElapsedTime(due), status);
        }
        catch (Exception e)
            when (e is OperationCanceledException or InvalidDataException or System.Net.Sockets.SocketException)
        {
            connection?.Dispose();
            if (connection is not null)
                _free.Writer.TryWrite(await Connection.OpenAsync(url));
            return new Took(Stopwatch.GetElapsedTime(due), 0);
        }
    }
}

/// <summary>How long a request took, and its status; 0 for no answer.</summary>
internal sealed record Took(TimeSpan Time, int Status);

/// <summary>How the ordinary client fared.</summary>
internal sealed record Fare(IReadOnlyList<Took> Reads, IReadOnlyList<Took> Writes)
{
    /// <summary>How many were not done.</summary>
    public int Denied => Reads.Concat(Writes).Count(one => one.Status is < 200 or > 299);
}

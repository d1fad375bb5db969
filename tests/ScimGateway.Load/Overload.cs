using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace ScimGateway.Load;

/// <summary>
/// What a tenant's provider does that overloads a gateway: ten times what 'serve' lets a tenant send, or heads that do not
/// end. 'demo' has no limits, so that all of it is answered.
/// </summary>
internal static class Overload
{
    private const int Rate = 2_000;
    private const int Senders = 20;
    private const int Slow = 500;

    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _untilAll = TimeSpan.FromSeconds(5);

    /// <summary>Asks for a user so often a second, whatever is answered; what was.</summary>
    public static async Task<string> FloodAsync(Uri url, byte[] request, CancellationToken over)
    {
        var came = new ConcurrentDictionary<string, int>();
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(SendAsync)));
        return Words(came);

        async Task SendAsync()
        {
            var (began, sent) = (Stopwatch.GetTimestamp(), 0);
            while (!over.IsCancellationRequested)
            {
                try
                {
                    using var connection = await Connection.OpenAsync(url);
                    for (; !over.IsCancellationRequested; sent++)
                    {
                        var early =
                            TimeSpan.FromSeconds((double)sent * Senders / Rate) - Stopwatch.GetElapsedTime(began);
                        if (early > TimeSpan.Zero)
                            await Task.Delay(early, TimeProvider.System, over);
                        var (status, _) = await connection.AskAsync(request, over);
                        Count(came, status.ToString(CultureInfo.InvariantCulture));
                    }
                }
                catch (OperationCanceledException) { }
                catch (Exception e) when (e is SocketException or InvalidDataException)
                {
                    Count(came, "connection closed");
                    sent++;
                }
            }
        }
    }

    /// <summary>
    /// Keeps so many connections open with heads that do not end; what became of them. They come one after the other:
    /// five hundred at once cost the cores that the gateway shares with this program as much here as there.
    /// </summary>
    public static async Task<string> SlowAsync(Uri url, CancellationToken over)
    {
        var came = new ConcurrentDictionary<string, int>();
        var (begin, more) = (
            Encoding.ASCII.GetBytes("GET /demo2/scim/v2/Users HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "),
            Encoding.ASCII.GetBytes("a")
        );
        await Task.WhenAll(Enumerable.Range(0, Slow).Select(SendAsync));
        return Words(came);

        async Task SendAsync(int place)
        {
            var wait = _untilAll * place / Slow;
            while (!over.IsCancellationRequested)
                try
                {
                    await Task.Delay(wait, TimeProvider.System, over);
                    wait = TimeSpan.Zero;
                    using var connection = await Connection.OpenAsync(url);
                    Count(came, "opened");
                    await connection.SendAsync(begin, over);
                    for (; ; )
                    {
                        await Task.Delay(_pause, TimeProvider.System, over);
                        await connection.SendAsync(more, over);
                    }
                }
                catch (OperationCanceledException) { }
                catch (SocketException)
                {
                    Count(came, "closed by the gateway");
                }
        }
    }

    private static void Count(ConcurrentDictionary<string, int> came, string what) =>
        came.AddOrUpdate(what, 1, (_, count) => count + 1);

    private static string Words(ConcurrentDictionary<string, int> came) =>
        string.Join(", ", came.OrderBy(one => one.Key).Select(one => $"{one.Key}: {one.Value}"));
}

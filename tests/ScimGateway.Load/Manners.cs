using System.Globalization;
using System.Net.Sockets;

namespace ScimGateway.Load;

/// <summary>How an attacker sends one request; what came of it, in a word.</summary>
internal delegate Task<string> Manner(Uri url, byte[] request, CancellationToken over);

/// <summary>The manners there are.</summary>
internal static class Manners
{
    // As slow as Kestrel lets anybody be, with some to spare: it wants 240 bytes a second.
    private const int Sip = 512;
    private const int SmallWindow = 4 << 10;
    private const int Kept = 16 << 10;

    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _moment = TimeSpan.FromMilliseconds(50);

    /// <summary>Reads the answer before it goes on.</summary>
    public static async Task<string> Waits(Uri url, byte[] request, CancellationToken over)
    {
        using var connection = await Connection.OpenAsync(url);
        var (status, _) = await connection.AskAsync(request, over);
        return status.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Is gone a moment after it has asked, when the request is under way, and comes again.</summary>
    public static async Task<string> HangsUp(Uri url, byte[] request, CancellationToken over)
    {
        using (var connection = await Connection.OpenAsync(url))
        {
            await connection.SendAsync(request, over);
            await Task.Delay(_moment, TimeProvider.System, over);
        }
        await Task.Delay(_moment, TimeProvider.System, over);
        return "hung up";
    }

    /// <summary>Takes a sip of the answer a second.</summary>
    public static async Task<string> ReadsSlowly(Uri url, byte[] request, CancellationToken over)
    {
        using var connection = await Connection.OpenAsync(url, SmallWindow);
        await connection.SendAsync(request, over);
        while (await connection.ReceiveAsync(Sip, over) > 0)
            await Task.Delay(_pause, TimeProvider.System, over);
        return "answered to its end";
    }

    /// <summary>Sends nearly all at once, and of the rest a little a second.</summary>
    public static async Task<string> SendsSlowly(Uri url, byte[] request, CancellationToken over)
    {
        using var connection = await Connection.OpenAsync(url);
        var at = request.Length - Kept;
        await connection.SendAsync(request.AsMemory(0, at), over);
        for (; at < request.Length; at += Sip)
        {
            await Task.Delay(_pause, TimeProvider.System, over);
            await connection.SendAsync(request.AsMemory(at, Math.Min(Sip, request.Length - at)), over);
        }
        var (status, _) = await connection.AskAsync(ReadOnlyMemory<byte>.Empty, over);
        return status.ToString(CultureInfo.InvariantCulture);
    }
}

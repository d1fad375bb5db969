using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace ScimGateway.Host.Tests.Scim;

/// <summary>What came back over a bare connection.</summary>
internal sealed record RawAnswer(int Status, Dictionary<string, string> Headers, string Text)
{
    public JsonObject? Json => Text.Length == 0 ? null : JsonNode.Parse(Text) as JsonObject;

    public string Header(string name) => Headers.GetValueOrDefault(name, "");
}

/// <summary>Requests as bytes, for what no client library would send.</summary>
internal static class RawRequest
{
    /// <summary>A request to the gateway with its credential; the body goes out as it is.</summary>
    public static Task<RawAnswer> SendAsync(
        Gateway gateway,
        string method,
        string target,
        byte[]? body = null,
        params string[] headers
    )
    {
        var lines = new List<string>
        {
            $"{method} {target} HTTP/1.1",
            $"Authorization: Bearer {Gateway.Token}",
            "Connection: close",
        };
        if (!headers.Any(h => h.StartsWith("Host:", StringComparison.OrdinalIgnoreCase)))
            lines.Add($"Host: {gateway.Base.Authority}");
        if (
            body is not null
            && !headers.Any(h => h.StartsWith("Transfer-Encoding:", StringComparison.OrdinalIgnoreCase))
        )
            lines.Add($"Content-Length: {body.Length}");
        lines.AddRange(headers.Where(h => h.Length > 0));
        return SendAsync(
            gateway.Base,
            [.. Encoding.Latin1.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n"), .. body ?? []]
        );
    }

    /// <summary>Bytes, and what comes back until the other side closes; status 0 if nothing does.</summary>
    public static async Task<RawAnswer> SendAsync(Uri server, byte[] request, bool sayEnd = false)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, limit.Token);
        await using var stream = client.GetStream();
        var received = new MemoryStream();
        var receiving = stream.CopyToAsync(received, limit.Token);
        try
        {
            await stream.WriteAsync(request, limit.Token);
            if (sayEnd)
                client.Client.Shutdown(SocketShutdown.Send);
        }
        catch (IOException)
        {
            // It has closed before it read all; its answer may be there all the same.
        }
        try
        {
            await receiving;
        }
        catch (IOException) { }
        return Read(received.ToArray());
    }

    /// <summary>
    /// A request whose body comes when something else has been done: the gateway has let it in and waits for the body by
    /// then, as its 100 (Continue) says.
    /// </summary>
    public static async Task<RawAnswer> SendLateAsync(
        Uri server,
        string authorization,
        string method,
        string target,
        string body,
        Func<Task> meanwhile,
        params string[] headers
    )
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, limit.Token);
        await using var stream = client.GetStream();
        string[] lines =
        [
            $"{method} {target} HTTP/1.1",
            $"Host: {server.Authority}",
            $"Authorization: {authorization}",
            "Content-Type: application/json",
            "Transfer-Encoding: chunked",
            "Expect: 100-continue",
            "Connection: close",
            .. headers,
        ];
        await stream.WriteAsync(Encoding.Latin1.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n"), limit.Token);
        var awaited = "HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray();
        var came = new byte[awaited.Length];
        await stream.ReadExactlyAsync(came, limit.Token);
        Assert.Equal(awaited, came);
        await meanwhile();
        var bytes = Encoding.UTF8.GetBytes(body);
        var chunk = bytes.Length == 0 ? "" : $"{bytes.Length:x}\r\n{body}\r\n";
        await stream.WriteAsync(Encoding.UTF8.GetBytes(chunk + "0\r\n\r\n"), limit.Token);
        var received = new MemoryStream();
        await stream.CopyToAsync(received, limit.Token);
        return Read(received.ToArray());
    }

    // The first answer alone: what is no HTTP may be taken for two requests.
    private static RawAnswer Read(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return new RawAnswer(0, [], "");
        if (answer.StartsWith("HTTP/1.1 100 "u8)) // who expects it is told to go on first
            return Read(answer[(end + 4)..]);
        var lines = Encoding.UTF8.GetString(answer[..end]).Split("\r\n");
        var headers = lines
            .Skip(1)
            .Select(line => line.Split(": ", 2))
            .GroupBy(pair => pair[0], pair => pair[^1], StringComparer.OrdinalIgnoreCase)
            .ToDictionary(header => header.Key, header => string.Join(", ", header), StringComparer.OrdinalIgnoreCase);
        var body = answer[(end + 4)..];
        if (headers.TryGetValue("Content-Length", out var length))
            body = body[..Math.Min(body.Length, int.Parse(length, CultureInfo.InvariantCulture))];
        return new RawAnswer(
            int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture),
            headers,
            Encoding.UTF8.GetString(body)
        );
    }
}

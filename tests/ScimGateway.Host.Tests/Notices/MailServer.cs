using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace ScimGateway.Host.Tests.Notices;

/// <summary>As much of SMTP (RFC 5321) as a message needs.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<string> _messages = [];
    private readonly Task _serving;

    public MailServer()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What was taken, with the envelope's receiver as its first line.</summary>
    public List<string> Messages
    {
        get
        {
            lock (_messages)
                return [.. _messages];
        }
    }

    /// <summary>The code that the last message asks its reader for.</summary>
    public string LastCode =>
        Regex
            .Match(Messages[^1].Replace("=\r\n", "", StringComparison.Ordinal), "code ([A-Za-z0-9_-]{12})")
            .Groups[1]
            .Value;

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                try
                {
                    await TalkAsync(client.GetStream());
                }
                catch (IOException)
                {
                    // the client has hung up; the next one is served all the same
                }
            }
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException)
        {
            // it is over; the latter where it is stopped between two clients
        }
    }

    private async Task TalkAsync(Stream stream)
    {
        using var reader = new StreamReader(stream);
        await using var writer = new StreamWriter(stream) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 ready");
        var to = "";
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("RCPT", StringComparison.Ordinal))
                to = line;
            if (line == "DATA")
            {
                await writer.WriteLineAsync("354 go on");
                var text = to + "\n";
                while (await reader.ReadLineAsync() is { } part && part != ".")
                    text += part + "\n";
                lock (_messages)
                    _messages.Add(text);
            }
            await writer.WriteLineAsync(line == "QUIT" ? "221 bye" : "250 ok");
            if (line == "QUIT")
                return;
        }
    }
}

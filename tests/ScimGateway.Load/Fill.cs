using System.Collections.Concurrent;
using System.Text;

namespace ScimGateway.Load;

/// <summary>Writes users through the gateway, and keeps a sample of their ids.</summary>
internal static class Fill
{
    private const int Connections = 16;
    private const string Series = "user";

    public static async Task RunAsync(Arguments arguments)
    {
        var (url, token) = (arguments.Url("--url"), arguments.Text("--token"));
        var users = arguments.Number("--users", 1_000);
        var step = Math.Max(1, users / Sample.Size);
        var sample = new ConcurrentBag<string>();
        var next = -1;
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await Task.WhenAll(
            Enumerable
                .Range(0, Connections)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        using var connection = await Connection.OpenAsync(url);
                        int i;
                        while ((i = Interlocked.Increment(ref next)) < users)
                        {
                            var body = Users.Document(Series, i);
                            var (status, answer) = await connection.AskAsync(Connection.Request("POST", Users.Path, token, body));
                            if (status != 201)
                                throw new InvalidDataException(Encoding.UTF8.GetString(answer.Span));
                            if (i % step == 0)
                                sample.Add($"{Id(answer.Span)} {Users.Name(Series, i)}");
                        }
                    })
                )
        );
        await File.WriteAllLinesAsync(arguments.Text("--sample"), sample);
        Console.WriteLine(
            $"{users} users written in {clock.Elapsed.TotalSeconds:F1} s, {users / clock.Elapsed.TotalSeconds:F0} a second"
        );
    }

    // The end of the Location.
    private static string Id(ReadOnlySpan<byte> answer)
    {
        var head = Encoding.UTF8.GetString(answer[..answer.IndexOf("\r\n\r\n"u8)]);
        var at = head.IndexOf("location: ", StringComparison.OrdinalIgnoreCase);
        var location = head[at..head.IndexOf('\r', at)];
        return location[(location.LastIndexOf('/') + 1)..];
    }
}

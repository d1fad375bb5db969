using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ScimGateway.Host.Tests.Telemetry;

/// <summary>A span, as a collector gets it.</summary>
internal sealed record Span(string Trace, string Id, string Parent, string Name, string Everything);

/// <summary>Takes what is sent by OTLP over HTTP, in the bytes of opentelemetry-proto.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Span> _spans = new();
    private readonly ConcurrentQueue<string> _metrics = new();

    private Collector()
    {
        Url = MetricsTests.Address().Argument;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(Url);
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapPost(
            "/v1/traces",
            async (HttpContext context) =>
            {
                // resource_spans, scope_spans, spans
                foreach (var resource in Fields(await BodyAsync(context), 1))
                foreach (var scope in Fields(resource, 2))
                foreach (var span in Fields(scope, 2))
                    _spans.Enqueue(
                        new Span(
                            Hex(span, 1),
                            Hex(span, 2),
                            Hex(span, 4),
                            Text(span, 5),
                            Encoding.Latin1.GetString(span)
                        )
                    );
            }
        );
        _app.MapPost(
            "/v1/metrics",
            async (HttpContext context) => _metrics.Enqueue(Encoding.Latin1.GetString(await BodyAsync(context)))
        );
    }

    public string Url { get; }

    public IReadOnlyCollection<Span> Spans => _spans;

    public IReadOnlyCollection<string> Metrics => _metrics;

    public static async Task<Collector> StartAsync()
    {
        var collector = new Collector();
        await collector._app.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task<byte[]> BodyAsync(HttpContext context)
    {
        using var bytes = new MemoryStream();
        await context.Request.Body.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private static string Hex(byte[] message, int field) =>
        Fields(message, field).Select(Convert.ToHexStringLower).FirstOrDefault("");

    private static string Text(byte[] message, int field) =>
        Fields(message, field).Select(Encoding.UTF8.GetString).FirstOrDefault("");

    // The fields of that number that have a length.
    private static IEnumerable<byte[]> Fields(byte[] message, int field)
    {
        for (var at = 0; at < message.Length; )
        {
            var key = Number(message, ref at);
            var (number, length) = ((int)(key >> 3), 0);
            switch (key & 7)
            {
                case 0:
                    Number(message, ref at);
                    break;
                case 1:
                    length = 8;
                    break;
                case 2:
                    length = (int)Number(message, ref at);
                    if (number == field)
                        yield return message[at..(at + length)];
                    break;
                case 5:
                    length = 4;
                    break;
                default:
                    throw new InvalidDataException();
            }
            at += length;
        }
    }

    private static ulong Number(byte[] message, ref int at)
    {
        var number = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            number |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
                return number;
        }
    }
}

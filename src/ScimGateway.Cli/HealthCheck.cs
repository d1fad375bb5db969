using System.Net;

namespace ScimGateway.Cli;

/// <summary>Whether a gateway is ready, for containers: they ask often, so that nothing else is loaded for it.</summary>
internal static class HealthCheck
{
    private const string Url = "--url";
    private const string HealthUrl = "--health-url";

    private static readonly byte[] _healthy = """{"status":"ok","checks":{"store":"""u8.ToArray();

    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(5);

    /// <summary>The address that is asked; null if the arguments are not understood.</summary>
    /// <param name="arguments">What was said after the command's name.</param>
    /// <param name="urls">Where 'serve' listens, if nothing is said.</param>
    public static Uri? AddressOf(IReadOnlyList<string> arguments, Func<string> urls)
    {
        var said = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < arguments.Count; i++)
        {
            var (name, value) =
                arguments[i].Split('=', 2) is [var before, var after] ? (before, after)
                : i + 1 < arguments.Count ? (arguments[i], arguments[++i])
                : (arguments[i], "");
            if (name is not (Url or HealthUrl) || !said.TryAdd(name, value))
                return null;
        }
        // As 'serve' has it: where health has an address of its own it is nowhere else.
        return AddressOf(said.GetValueOrDefault(HealthUrl) ?? said.GetValueOrDefault(Url) ?? urls());
    }

    /// <summary>Asks it: 0 if it is ready, else 1.</summary>
    public static async Task<int> RunAsync(Uri gateway, TextWriter error)
    {
        var address = new Uri(gateway.ToString().TrimEnd('/') + "/health/ready");
        try
        {
            using var handler = new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseProxy = false,
                UseCookies = false,
            };
            using var http = new HttpClient(handler) { Timeout = _longest };
            using var response = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead);
            if (response.StatusCode == HttpStatusCode.OK && await IsHealthAsync(response.Content))
                return Exit.Done;
            await error.WriteLineAsync(
                response.StatusCode == HttpStatusCode.OK
                    ? $"{address} answered something else than a gateway's health: is that its address, and what is in between?"
                    : $"{address} answered {(int)response.StatusCode}: it is not ready; its log says why."
            );
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            await error.WriteLineAsync($"{address} cannot be reached: {Shown.Line(e.GetBaseException().Message)}");
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync($"{address} did not answer within {_longest.TotalSeconds:0} s.");
        }
        return 1;
    }

    // As Health writes it; a proxy's page has the same status.
    private static async Task<bool> IsHealthAsync(HttpContent answer)
    {
        using var longest = new CancellationTokenSource(_longest);
        await using var body = await answer.ReadAsStreamAsync(longest.Token);
        var begun = new byte[_healthy.Length];
        var read = await body.ReadAtLeastAsync(begun, begun.Length, throwOnEndOfStream: false, longest.Token);
        return _healthy.AsSpan().SequenceEqual(begun.AsSpan(0, read));
    }

    // The first place, and of all addresses of this machine the one that is always there.
    private static Uri? AddressOf(string urls)
    {
        var first = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            is [var one, ..]
            ? one
            : "";
        first = first
            .Replace("://+", "://127.0.0.1", StringComparison.Ordinal)
            .Replace("://*", "://127.0.0.1", StringComparison.Ordinal)
            .Replace("://0.0.0.0", "://127.0.0.1", StringComparison.Ordinal)
            .Replace("://[::]", "://[::1]", StringComparison.Ordinal);
        return Uri.TryCreate(first, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : null;
    }
}

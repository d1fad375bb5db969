using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimGateway.Kill;

/// <summary>A client's connections to the gateway.</summary>
/// <param name="scim">Where the next request goes: to one instance after the other, where there are several.</param>
/// <param name="token">By what it is let in.</param>
internal sealed class Connection(Func<Uri> scim, string token = Connection.Token) : IDisposable
{
    public const string Token = "token-of-the-kill";

    // What a gateway says where it does not know what became of a request.
    private const string Doubt = "may be done";

    // As a balancer tries another instance where one does not take the connection.
    private const int MostTries = 4;

    private readonly HttpClient _http = NewHttp(token);

    /// <summary>When and how the last request ended, for the report of a failure.</summary>
    public string Last { get; private set; } = "nothing was asked";

    public void Dispose() => _http.Dispose();

    public static Answer Heard(int? status) =>
        status switch
        {
            null => Answer.Lost,
            >= 200 and < 300 => Answer.Done,
            _ => Answer.Refused,
        };

    /// <summary>
    /// What a client may send is never the gateway's failure; 503 is said where another write takes too long.
    /// </summary>
    public static void RequireFair(Story story, string says, int? status, JsonObject? answer)
    {
        if (status is >= 500 and not 503 || status is 400 or 401 or 405)
            throw new ViolationException(story, $"{says} was answered {status}: {answer?.ToJsonString()}");
    }

    /// <summary>Asks once; no status if there was no answer, or the answer does not say what became of it.</summary>
    public async Task<(int? Status, JsonObject? Body, string Said)> SendAsync(
        HttpMethod method,
        string path,
        JsonObject? body,
        string? ifMatch,
        int? hangUp
    )
    {
        var began = TimeProvider.System.GetTimestamp();
        using var patience = new CancellationTokenSource(
            hangUp is { } soon ? TimeSpan.FromMilliseconds(soon) : TimeSpan.FromSeconds(60),
            TimeProvider.System
        );
        try
        {
            using var response = await SendAsync(method, path, body, ifMatch, patience.Token);
            var text = await response.Content.ReadAsStringAsync(patience.Token);
            var status = (int)response.StatusCode;
            Note($"{response.RequestMessage!.RequestUri!.Authority} said {status} {text}");
            if (status == 503 && method != HttpMethod.Get && text.Contains(Doubt, StringComparison.Ordinal))
                return (null, null, "503, may be done");
            // What had come before the instance was held up is too late for the server when it goes on.
            if (status == 408)
                return (null, null, "408");
            return (
                status,
                text.Length == 0 ? null : (JsonObject?)JsonNode.Parse(text),
                status.ToString(CultureInfo.InvariantCulture)
            );
        }
        catch (Exception e)
            when (e is HttpRequestException or IOException or SocketException or JsonException
                || (e is OperationCanceledException && hangUp is not null)
            )
        {
            Note($"{e.Message} {e.InnerException?.Message}");
            return (null, null, hangUp is null ? "nothing" : "nothing (hung up)");
        }
        catch (OperationCanceledException)
        {
            throw new ViolationException(null, $"{method} {path} was not answered within 60 s");
        }

        void Note(string how)
        {
            var now = TimeProvider.System.GetUtcNow();
            var took = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            Last = string.Create(CultureInfo.InvariantCulture, $"at {now:HH:mm:ss.fff}, after {took:0.0} s: {how}");
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string path,
        JsonObject? body,
        string? ifMatch,
        CancellationToken patience
    )
    {
        for (var tries = 1; ; tries++)
        {
            using var request = new HttpRequestMessage(method, new Uri(scim(), path));
            // HttpClient by itself repeats what has no content when a connection ends; this client asks once.
            if (method != HttpMethod.Get)
                request.Content = new StringContent(body?.ToJsonString() ?? "", Encoding.UTF8, "application/scim+json");
            if (ifMatch is not null)
                request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
            try
            {
                return await _http.SendAsync(request, patience);
            }
            catch (HttpRequestException e)
                when (e.HttpRequestError == HttpRequestError.ConnectionError && tries < MostTries)
            {
                // Nobody has heard of it.
            }
        }
    }

    private static HttpClient NewHttp(string token)
    {
        var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }
}

/// <summary>Something that must not be: an answer that was not true, or a state that should never be reached.</summary>
internal sealed class ViolationException(Story? story, string what)
    : Exception(
        story is null
            ? what
            : $"{what}\n  of {story.Name}; what was asked and answered:\n    {string.Join("\n    ", story.History)}"
    );

using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimGateway.Kill;

/// <summary>A client's connection to the gateway.</summary>
internal sealed class Connection(Uri scim) : IDisposable
{
    public const string Token = "token-of-the-kill";

    private readonly HttpClient _http = NewHttp(scim);

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

    /// <summary>Asks once; no status if there was no answer.</summary>
    public async Task<(int? Status, JsonObject? Body, string Said)> SendAsync(
        HttpMethod method,
        string path,
        JsonObject? body,
        string? ifMatch,
        int? hangUp
    )
    {
        using var request = new HttpRequestMessage(method, path);
        // HttpClient by itself repeats what has no content when a connection ends; this client asks once.
        if (method != HttpMethod.Get)
            request.Content = new StringContent(body?.ToJsonString() ?? "", Encoding.UTF8, "application/scim+json");
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        using var patience = new CancellationTokenSource(
            hangUp is { } soon ? TimeSpan.FromMilliseconds(soon) : TimeSpan.FromSeconds(60),
            TimeProvider.System
        );
        try
        {
            using var response = await _http.SendAsync(request, patience.Token);
            var text = await response.Content.ReadAsStringAsync(patience.Token);
            var status = (int)response.StatusCode;
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
            return (null, null, hangUp is null ? "nothing" : "nothing (hung up)");
        }
        catch (OperationCanceledException)
        {
            throw new ViolationException(null, $"{method} {path} was not answered within 60 s");
        }
    }

    private static HttpClient NewHttp(Uri scim)
    {
        var http = new HttpClient { BaseAddress = scim, Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
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

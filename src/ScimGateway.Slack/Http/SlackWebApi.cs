using System.Text.Json;

namespace ScimGateway.Slack.Http;

/// <summary>
/// One call of Slack's Web API, within a time and a size. It belongs to no bucket of SCIM's.
/// </summary>
internal static class SlackWebApi
{
    private const int MostBytes = 64 << 10;
    private const int MostOfCode = 100;

    /// <summary>Asks once. The answer is always 200 with <c>ok</c> (docs/slack.md 1.3); what is none is silence.</summary>
    /// <param name="http">The way to Slack.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="limit">How long until the last byte of the answer.</param>
    /// <param name="clock">The time.</param>
    /// <param name="read">What an answer says.</param>
    /// <param name="silence">What it is if there is none, and when to ask again.</param>
    /// <param name="cancel">Nobody waits any more.</param>
    public static async Task<T> AskAsync<T>(
        HttpClient http,
        HttpRequestMessage request,
        TimeSpan limit,
        TimeProvider clock,
        Func<JsonElement, HttpResponseMessage, T> read,
        Func<string, TimeSpan?, T> silence,
        CancellationToken cancel
    )
    {
        using var late = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (!response.IsSuccessStatusCode)
                return silence($"HTTP {(int)response.StatusCode}", response.Headers.RetryAfter?.Delta);
            var body = await response.Content.ReadAsStreamAsync(either.Token);
            await using (body)
            {
                var bytes = new byte[MostBytes];
                var length = await body.ReadAtLeastAsync(bytes, MostBytes, throwOnEndOfStream: false, either.Token);
                using var document = JsonDocument.Parse(bytes.AsMemory(0, length));
                return read(document.RootElement, response);
            }
        }
        catch (Exception e)
            when (e
                    is HttpRequestException
                        or IOException
                        or JsonException
                        or InvalidDataException
                        or InvalidOperationException
            )
        {
            // The last two are what cannot be decompressed.
            return silence("no answer", null);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return silence("no answer in time", null);
        }
    }

    /// <summary>
    /// Slack's code for what is wrong; null where it is Slack's own trouble, which passes by itself. What is no code may name
    /// a person, and this ends up in a log.
    /// </summary>
    public static string? Refusal(string? error) =>
        error
            is null
                or "ratelimited"
                or "internal_error"
                or "fatal_error"
                or "request_timeout"
                or "service_unavailable"
            ? null
        : error.Length <= MostOfCode && error.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_')
            ? error
        : "and gives no code";
}

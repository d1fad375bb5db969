using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Host.CommandLine;

/// <summary>
/// The one way in: the admin API over HTTP. No redirect is followed, as the key would go with it, and certificates are
/// looked at as .NET does.
/// </summary>
internal sealed class AdminClient : IDisposable
{
    private const string Api = "admin/api/v1/";
    private const int MostBytes = 32 << 20;

    // A user with the document before it, and all letters escaped.
    private const int MostOfThing = 16 << 20;

    // Longer than a request may wait for Slack (the preference waitBudgetSeconds).
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(100);

    private readonly HttpClient _http;
    private readonly Uri _gateway;
    private readonly FoundKey _key;

    /// <summary>A client of a gateway, with a key.</summary>
    public AdminClient(Uri gateway, FoundKey key)
    {
        _key = key;
        _gateway = new Uri(gateway.ToString().TrimEnd('/') + "/");
        _http = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                ConnectTimeout = TimeSpan.FromSeconds(10),
            }
        )
        {
            BaseAddress = new Uri(_gateway, Api),
            Timeout = _longest,
            MaxResponseContentBufferSize = MostBytes,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Value);
    }

    /// <summary>Asks for something, and gets it.</summary>
    /// <exception cref="Complaint">The gateway said no, or nothing.</exception>
    public async Task<Answer> AskAsync(HttpMethod method, string path, JsonNode? body, CancellationToken gone)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        return await SendAsync(request, HttpCompletionOption.ResponseContentRead, AnswerAsync, gone);
    }

    /// <summary>Hears what comes, line by line, until the gateway ends it.</summary>
    /// <exception cref="Complaint">The gateway said no, or nothing.</exception>
    public async Task ListenAsync(string path, string? after, Action<string> line, CancellationToken gone)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (after is not null)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", after);
        await SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            async response =>
            {
                if (response.Content.Headers.ContentType?.MediaType != "text/event-stream")
                    return await AnswerAsync(response);
                await using var stream = await response.Content.ReadAsStreamAsync(gone);
                await foreach (var one in BoundedLines.ReadAsync(stream, gone))
                    line(one);
                return new Answer(response.StatusCode, "");
            },
            gone
        );
    }

    /// <summary>
    /// Saves what comes, line by line, in a file of its own; says how many lines that were. What was not whole is not
    /// kept.
    /// </summary>
    /// <exception cref="Complaint">The gateway said no, or nothing, or what came is not whole.</exception>
    public async Task<long> SaveAsync(string path, string file, CancellationToken gone)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        var (lines, last, isWhole) = (0L, "", false);
        await SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            async response =>
            {
                if (response.Content.Headers.ContentType?.MediaType != "application/x-ndjson")
                    return await AnswerAsync(response);
                await using var into = NewFile(file);
                try
                {
                    await using var text = new StreamWriter(into);
                    await using var stream = await response.Content.ReadAsStreamAsync(gone);
                    await foreach (var line in BoundedLines.ReadAsync(stream, gone, MostOfThing))
                    {
                        await text.WriteLineAsync((last = line).AsMemory(), gone);
                        lines++;
                    }
                    isWhole = last.StartsWith("""{"kind":"end",""", StringComparison.Ordinal);
                }
                finally
                {
                    if (!isWhole)
                        File.Delete(file);
                }
                return new Answer(response.StatusCode, "");
            },
            gone
        );
        return isWhole
            ? lines
            : throw new Complaint(
                Exit.Refused,
                "What came was not whole, and is not kept. Ask for it once more.",
                null
            );
    }

    private static FileStream NewFile(string file)
    {
        try
        {
            return OwnerOnly.NewFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Complaint(
                Exit.WrongUse,
                $"The file cannot be made: {e.Message} Name another one by --file.",
                null
            );
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<Answer> SendAsync(
        HttpRequestMessage request,
        HttpCompletionOption until,
        Func<HttpResponseMessage, Task<Answer>> read,
        CancellationToken gone
    )
    {
        Answer answer;
        try
        {
            using var response = await _http.SendAsync(request, until, gone);
            answer = await read(response);
        }
        catch (HttpRequestException e)
        {
            throw NotReached(Inner(e));
        }
        catch (IOException e)
        {
            throw NotReached(e.Message);
        }
        catch (OperationCanceledException) when (!gone.IsCancellationRequested)
        {
            throw NotReached($"it did not answer within {_longest.TotalSeconds:0} s");
        }
        if (answer.Status is >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices)
            return answer;
        if (answer.Status is >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest)
            throw NotReached("it answered with a redirect, which is not followed as the key would go along");
        throw answer.Json is JsonObject problem && problem.ContainsKey("detail")
            ? new Refusal(answer, answer.Status == HttpStatusCode.Unauthorized ? _key.NotKnownAt(_gateway) : null)
            : NotReached(
                $"what answers there is no admin API ({(int)answer.Status}){(_gateway.AbsolutePath == "/" ? "" : "; --url is the address without a path")}"
            );
    }

    private static async Task<Answer> AnswerAsync(HttpResponseMessage response) =>
        new(response.StatusCode, await response.Content.ReadAsStringAsync());

    private Complaint NotReached(string why) =>
        new(
            Exit.NotReachable,
            $"No gateway answered at {_gateway}: {why}. Is it running, and is that its address? '--url URL' names another.",
            $"healthcheck --url {_gateway}"
        );

    private static string Inner(Exception e) => e.GetBaseException().Message.TrimEnd('.');
}

/// <summary>What the gateway answered. No record, which would print a secret.</summary>
internal sealed class Answer
{
    /// <summary>An answer of a status with a text.</summary>
    public Answer(HttpStatusCode status, string text)
    {
        (Status, Text) = (status, text);
        try
        {
            Json = text.Length == 0 ? null : JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            // a page of a proxy, for example
        }
    }

    /// <summary>The status.</summary>
    public HttpStatusCode Status { get; }

    /// <summary>It as it is.</summary>
    public string Text { get; }

    /// <summary>What it says; null if it is no JSON.</summary>
    public JsonNode? Json { get; }
}

/// <summary>The gateway said no, and why.</summary>
internal sealed class Refusal(Answer answer, string? ofKey) : Exception((string?)answer.Json?["detail"])
{
    /// <summary>What is wrong with the key; null if it is something else.</summary>
    public string? OfKey => ofKey;

    /// <summary>What it answered.</summary>
    public Answer Answer => answer;
}

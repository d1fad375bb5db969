using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Basics.Files;

namespace ScimGateway.Cli;

/// <summary>
/// The one way in: the admin API over HTTP. No redirect is followed, as the key would go with it, and certificates are
/// looked at as .NET does. What does not say that it is the admin API is a proxy's page, whatever its status.
/// </summary>
internal sealed class AdminClient : IDisposable
{
    private const string Api = "admin/api/v1/";
    private const string Mark = "ScimGateway-Admin"; // of each answer, openapi.yaml
    private const int MostBytes = 32 << 20;

    // A user with the document before it, and all letters escaped.
    private const int MostOfThing = 16 << 20;

    // Longer than a request may wait for Slack (the preference waitBudgetSeconds).
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(100);

    private static readonly UTF8Encoding _utf8 = new(false, throwOnInvalidBytes: true);

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
        return await SendAsync(
            request,
            HttpCompletionOption.ResponseContentRead,
            "application/json",
            AnswerAsync,
            gone
        );
    }

    /// <summary>Hears what comes, line by line, until the gateway ends it or is gone.</summary>
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
            "text/event-stream",
            async response =>
            {
                try
                {
                    await using var stream = await response.Content.ReadAsStreamAsync(gone);
                    await foreach (var one in BoundedLines.ReadAsync(stream, gone))
                        line(one);
                }
                catch (IOException) when (!gone.IsCancellationRequested)
                {
                    // It broke off, which is how a gateway ends that is killed.
                }
                return true;
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
        var (lines, last) = (0L, "");
        var isWhole = await SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            "application/x-ndjson",
            async response =>
            {
                return await WriteAsync(
                    file,
                    async text =>
                    {
                        await using var stream = await response.Content.ReadAsStreamAsync(gone);
                        await foreach (var line in BoundedLines.ReadAsync(stream, gone, MostOfThing))
                        {
                            await text.WriteLineAsync((last = line).AsMemory(), gone);
                            lines++;
                        }
                        return last.StartsWith("""{"kind":"end",""", StringComparison.Ordinal);
                    }
                );
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

    /// <summary>Writes a file that nobody else may read; it is kept only if what is written says that it is whole.</summary>
    /// <exception cref="Complaint">It is there already, or cannot be made.</exception>
    public static async Task<bool> WriteAsync(string file, Func<StreamWriter, Task<bool>> write)
    {
        var isWhole = false;
        await using var into = NewFile(file);
        try
        {
            await using var text = new StreamWriter(into);
            return isWhole = await write(text);
        }
        finally
        {
            if (!isWhole)
                File.Delete(file);
        }
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

    private async Task<T> SendAsync<T>(
        HttpRequestMessage request,
        HttpCompletionOption until,
        string type,
        Func<HttpResponseMessage, Task<T>> read,
        CancellationToken gone
    )
    {
        try
        {
            using var response = await _http.SendAsync(request, until, gone);
            if (response.StatusCode is >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest)
                throw NotReached("it answered with a redirect, which is not followed as the key would go along");
            if (!response.Headers.Contains(Mark))
                throw NoAdminApi(response);
            if (!response.IsSuccessStatusCode)
                throw await RefusalAsync(response);
            return response.StatusCode == HttpStatusCode.NoContent || IsOf(type, response)
                ? await read(response)
                : throw NoAdminApi(response);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw NotReached(Inner(e));
        }
        catch (OperationCanceledException) when (!gone.IsCancellationRequested)
        {
            throw NotReached($"it did not answer within {_longest.TotalSeconds:0} s");
        }
    }

    private async Task<Exception> RefusalAsync(HttpResponseMessage response) =>
        IsOf("application/problem+json", response)
        && await AnswerAsync(response) is { Json: JsonObject problem } answer
        && problem.ContainsKey("detail")
            ? new Refusal(answer, answer.Status == HttpStatusCode.Unauthorized ? _key.NotKnownAt(_gateway) : null)
            : NoAdminApi(response);

    private async Task<Answer> AnswerAsync(HttpResponseMessage response)
    {
        try
        {
            return new Answer(response.StatusCode, _utf8.GetString(await response.Content.ReadAsByteArrayAsync()));
        }
        catch (Exception e) when (e is JsonException or DecoderFallbackException)
        {
            throw NoAdminApi(response);
        }
    }

    private static bool IsOf(string type, HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType == type;

    private Complaint NoAdminApi(HttpResponseMessage response) =>
        NotReached(
            $"what answers there is no admin API ({(int)response.StatusCode}){(_gateway.AbsolutePath == "/" ? "" : "; --url is the address without a path")}"
        );

    private Complaint NotReached(string why) =>
        new(
            Exit.NotReachable,
            $"No gateway answered at {_gateway}: {why}. Is it running, and is that its address? '--url URL' names another.",
            $"healthcheck --url {_gateway}"
        );

    // .NET repeats what came.
    private static string Inner(Exception e) => Shown.Line(e.GetBaseException().Message).TrimEnd('.');
}

/// <summary>What the gateway answered. No record, which would print a secret.</summary>
internal sealed class Answer
{
    private static readonly JsonDocumentOptions _once = new() { AllowDuplicateProperties = false };

    /// <summary>An answer of a status with a text, which is nothing or JSON.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public Answer(HttpStatusCode status, string text) =>
        (Status, Text, Json) = (
            status,
            text,
            status == HttpStatusCode.NoContent ? null : JsonNode.Parse(text, documentOptions: _once)
        );

    /// <summary>The status.</summary>
    public HttpStatusCode Status { get; }

    /// <summary>It as it is.</summary>
    public string Text { get; }

    /// <summary>What it says; null if it says nothing.</summary>
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

using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ScimGateway.AdminConsole.Answers;

namespace ScimGateway.AdminConsole;

/// <summary>Asks the admin API for a browser, within the process.</summary>
/// <param name="browser">The browser's request.</param>
/// <param name="secret">What lets in: a session's secret or a key.</param>
/// <param name="asked">What is asked.</param>
public delegate Task<AdminAnswer> AskAdmin(HttpContext browser, string secret, AdminRequest asked);

/// <summary>A request to the admin API.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path behind the API's own, with its query.</param>
/// <param name="Body">The body of a change; null for none.</param>
/// <param name="Once">The Idempotency-Key: a request that is sent again with it makes nothing more.</param>
/// <param name="Tag">The If-Match: the change is made only to the state that has this tag.</param>
public sealed record AdminRequest(
    HttpMethod Method,
    string Path,
    JsonNode? Body = null,
    string? Once = null,
    string? Tag = null
)
{
    // Records print what they hold, and a body may have a secret.
    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Path}";
}

/// <summary>
/// The admin API for one request of a browser in which somebody has signed in. The console has no other way to anything:
/// it shows and does what the API lets the session do.
/// </summary>
/// <param name="ask">The way to the API.</param>
/// <param name="browser">The browser's request.</param>
/// <param name="secret">The session's secret.</param>
internal sealed class AdminApi(AskAdmin ask, HttpContext browser, string secret)
{
    /// <summary>Reads something.</summary>
    /// <exception cref="RefusedException">The API did not answer with it.</exception>
    public async Task<T> ReadAsync<T>(string path) => (await SendAsync(new(HttpMethod.Get, path))).As<T>();

    /// <summary>Changes something.</summary>
    /// <exception cref="RefusedException">It was not done.</exception>
    public Task<AdminAnswer> PostAsync(string path, JsonNode? body = null) =>
        SendAsync(new(HttpMethod.Post, path, body));

    /// <summary>Ends something.</summary>
    /// <exception cref="RefusedException">It was not done.</exception>
    public Task<AdminAnswer> DeleteAsync(string path) => SendAsync(new(HttpMethod.Delete, path));

    /// <summary>Asks anything.</summary>
    /// <exception cref="RefusedException">It was not done.</exception>
    public async Task<AdminAnswer> SendAsync(AdminRequest asked)
    {
        var answer = await ask(browser, secret, asked);
        return answer.IsDone ? answer : throw new RefusedException(answer);
    }
}

/// <summary>The admin API did not do what it was asked for.</summary>
internal sealed class RefusedException(AdminAnswer answer) : Exception(answer.Detail)
{
    /// <summary>Why somebody without the role for it does not get a page.</summary>
    public static RefusedException Forbidden(string why) =>
        new(new AdminAnswer(StatusCodes.Status403Forbidden, new JsonObject { ["detail"] = why }));

    /// <summary>What it answered.</summary>
    public AdminAnswer Answer => answer;

    /// <summary>
    /// Whether something else is to be entered, done first, or waited for: it is said beside what was entered.
    /// </summary>
    public bool IsAboutForm =>
        answer.Status
            is StatusCodes.Status400BadRequest
                or StatusCodes.Status409Conflict
                or StatusCodes.Status429TooManyRequests
                or StatusCodes.Status503ServiceUnavailable;
}

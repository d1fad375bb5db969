using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ScimGateway.AdminConsole.Answers;

namespace ScimGateway.AdminConsole;

/// <summary>Asks the admin API for a browser, within the process.</summary>
/// <param name="browser">The browser's request.</param>
/// <param name="method">The HTTP method.</param>
/// <param name="path">The path behind the API's own, with its query.</param>
/// <param name="secret">What lets in: a session's secret or a key.</param>
/// <param name="body">The body of a change; null for none.</param>
public delegate Task<AdminAnswer> AskAdmin(
    HttpContext browser,
    HttpMethod method,
    string path,
    string secret,
    JsonNode? body
);

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
    public async Task<T> ReadAsync<T>(string path) => (await SendAsync(HttpMethod.Get, path, null)).As<T>();

    /// <summary>Changes something.</summary>
    /// <exception cref="RefusedException">It was not done.</exception>
    public Task<AdminAnswer> PostAsync(string path, JsonNode? body = null) => SendAsync(HttpMethod.Post, path, body);

    /// <summary>Ends something.</summary>
    /// <exception cref="RefusedException">It was not done.</exception>
    public Task<AdminAnswer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null);

    private async Task<AdminAnswer> SendAsync(HttpMethod method, string path, JsonNode? body)
    {
        var answer = await ask(browser, method, path, secret, body);
        return answer.IsDone ? answer : throw new RefusedException(answer);
    }
}

/// <summary>The admin API did not do what it was asked for.</summary>
internal sealed class RefusedException(AdminAnswer answer) : Exception(answer.Detail)
{
    /// <summary>What it answered.</summary>
    public AdminAnswer Answer => answer;
}

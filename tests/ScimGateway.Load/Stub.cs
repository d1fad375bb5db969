using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http.Features;

namespace ScimGateway.Load;

/// <summary>
/// A bare Kestrel: asks the gateway for what it does not know yet, and answers the same bytes from then on.
/// </summary>
internal static class Stub
{
    private const int MostAnswers = 10_000;

    private static readonly string[] _kept = ["ETag", "Location", "X-Operation-Id"];

    public static async Task RunAsync(Arguments arguments)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(arguments.Text("--urls"));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        await using var app = builder.Build();

        using var gateway = new HttpClient { BaseAddress = arguments.Url("--like") };
        var answers = new ConcurrentDictionary<string, Answer>(StringComparer.Ordinal);
        app.Run(async context =>
        {
            var question =
                context.Request.Method + context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
            if (!answers.TryGetValue(question, out var answer))
            {
                answer = await LearnAsync(gateway, context.Request);
                if (answers.Count < MostAnswers)
                    answers[question] = answer;
            }
            else if (context.Request.ContentLength > 0)
                await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);

            var response = context.Response;
            response.StatusCode = answer.Status;
            response.ContentType = answer.Type;
            foreach (var (name, value) in answer.Headers)
                response.Headers[name] = value;
            if (answer.Body.Length == 0)
                return; // RFC 9110 §8.6: a 204 has no Content-Length
            response.ContentLength = answer.Body.Length;
            await response.Body.WriteAsync(answer.Body, context.RequestAborted);
        });
        await app.RunAsync();
    }

    private static async Task<Answer> LearnAsync(HttpClient gateway, HttpRequest asked)
    {
        var target = asked.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        using var request = new HttpRequestMessage(new HttpMethod(asked.Method), target);
        request.Headers.TryAddWithoutValidation("Authorization", asked.Headers.Authorization.ToString());
        if (asked.ContentLength > 0)
        {
            request.Content = new StreamContent(asked.Body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", asked.ContentType);
        }
        using var answer = await gateway.SendAsync(request, asked.HttpContext.RequestAborted);
        return new Answer(
            (int)answer.StatusCode,
            answer.Content.Headers.ContentType?.ToString(),
            [
                .. _kept
                    .Where(name => answer.Headers.Contains(name))
                    .Select(name => KeyValuePair.Create(name, string.Join(", ", answer.Headers.GetValues(name)))),
            ],
            await answer.Content.ReadAsByteArrayAsync(asked.HttpContext.RequestAborted)
        );
    }

    private sealed record Answer(
        int Status,
        string? Type,
        IReadOnlyList<KeyValuePair<string, string>> Headers,
        byte[] Body
    );
}

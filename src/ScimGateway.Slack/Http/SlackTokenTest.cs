using System.Net.Http.Headers;
using System.Text.Json;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Slack.Http;

/// <summary>What Slack's <c>auth.test</c> says of a token (docs/slack.md 1.2). These three are all there are.</summary>
public abstract record SlackTokenTest
{
    private SlackTokenTest() { }

    /// <summary>Slack takes it: whose it is.</summary>
    /// <param name="OrganizationId">The organization, or the workspace that belongs to none.</param>
    /// <param name="OwnerId">The account it acts for, whose deactivation would revoke it.</param>
    /// <param name="Scopes">What it may do, with commas between; null where Slack does not say.</param>
    public sealed record Valid(string OrganizationId, string OwnerId, string? Scopes) : SlackTokenTest;

    /// <summary>Slack does not take it, and says so in a word such as <c>token_revoked</c>.</summary>
    public sealed record Refused(string Error) : SlackTokenTest;

    /// <summary>There was no answer that could be read; it may be asked again.</summary>
    public sealed record NoAnswer(string Why, TimeSpan? RetryAfter = null) : SlackTokenTest;

    /// <summary>Asks once. The call belongs to the Web API, so that it counts in no SCIM limit.</summary>
    public static async Task<SlackTokenTest> AskAsync(
        HttpClient http,
        SlackConnection connection,
        TimeSpan limit,
        TimeProvider clock,
        CancellationToken cancel
    )
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(connection);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(connection.WebApi, "auth.test"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", connection.Token.Access);
        request.Content = new ByteArrayContent([]);
        return await SlackWebApi.AskAsync<SlackTokenTest>(
            http,
            request,
            limit,
            clock,
            Read,
            (why, retryAfter) => new NoAnswer(why, retryAfter),
            cancel
        );
    }

    // With a token of the organization both ids are the enterprise's; with a workspace's on Grid only the second is.
    private static SlackTokenTest Read(JsonElement json, HttpResponseMessage response) =>
        json.Flag("ok") switch
        {
            true
                when LooseJson.AsId(json.Text("enterprise_id") ?? json.Text("team_id")) is { } id
                    && json.Id("user_id") is { } owner => new Valid(
                id,
                owner,
                response.Headers.TryGetValues("X-OAuth-Scopes", out var scopes) ? scopes.FirstOrDefault() : null
            ),
            false when SlackWebApi.Refusal(json.Text("error")) is { } error => new Refused(error),
            _ => new NoAnswer("the answer could not be read"),
        };
}

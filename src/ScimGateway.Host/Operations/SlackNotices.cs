using System.Text.Json;
using ScimGateway.Provisioning.Notices;

namespace ScimGateway.Host.Operations;

/// <summary>
/// Posts notifications as plain text to a channel of Slack's, by an incoming webhook
/// (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks).
/// </summary>
internal sealed class SlackNotices(SlackNoticeOptions options) : NoticeChannel, IDisposable
{
    // The address is a secret: a redirect would show it to another, and no message of ours says it.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    public override string Name => "slack";

    public override async Task SendAsync(Notice notice, CancellationToken cancel)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new { text = $"[ScimGateway {notice.Tenant}] {Escaped(notice.InFull)}\nNotification {notice.Id}" }
        );
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Url)
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } },
        };
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            if (!response.IsSuccessStatusCode)
                throw new NotTakenException(
                    (int)response.StatusCode is 403 or 404 or 410
                        ? $"Slack answered {(int)response.StatusCode}: the webhook or its channel is gone. Make another one (Notices:Slack:Url)."
                        : $"Slack answered {(int)response.StatusCode}."
                );
        }
        catch (HttpRequestException e)
        {
            throw new NotTakenException($"Slack could not be reached: {e.HttpRequestError}.");
        }
    }

    public void Dispose() => _http.Dispose();

    // The letters that Slack reads as its own: https://docs.slack.dev/messaging/formatting-message-text
    private static string Escaped(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);
}

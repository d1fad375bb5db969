using System.Text.Json;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Notices;

namespace ScimGateway.Host.Operations;

/// <summary>
/// Posts notifications as plain text to a channel of Slack's, by an incoming webhook
/// (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks).
/// </summary>
/// <param name="name">The channel's word.</param>
/// <param name="options">Where it is.</param>
/// <param name="setting">Where that is set.</param>
/// <param name="http">
/// The way there, which follows no redirect: the address is a secret, which another would be shown. No message of ours
/// says it.
/// </param>
internal sealed class SlackNotices(string name, SlackNoticeOptions options, string setting, HttpClient http)
    : NoticeChannel(name)
{
    public override async Task SendAsync(Notice notice, CancellationToken cancel)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new { text = $"[ScimGateway {notice.Tenant}] {Escaped(Said(notice))}\nNotification {notice.Id}" }
        );
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Url)
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } },
        };
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            if (!response.IsSuccessStatusCode)
                throw new NotTakenException(
                    (int)response.StatusCode is 403 or 404 or 410
                        ? $"Slack answered {(int)response.StatusCode}: the webhook or its channel is gone. Make another one ({setting})."
                        : $"Slack answered {(int)response.StatusCode}."
                );
        }
        catch (HttpRequestException e)
        {
            throw new NotTakenException($"Slack could not be reached: {OuterHttp.Why(e)}");
        }
    }

    private static string Said(Notice notice) =>
        notice.Names is { Length: > 0 } names ? $"{notice.InFull}\nAbout: {names}" : notice.InFull;

    // The letters that Slack reads as its own: https://docs.slack.dev/messaging/formatting-message-text
    private static string Escaped(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);
}

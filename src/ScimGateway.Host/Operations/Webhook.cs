using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Notices;

namespace ScimGateway.Host.Operations;

/// <summary>
/// POSTs notifications as JSON, signed as Standard Webhooks says (id, time stamp and body by HMAC-SHA256), so that
/// receivers find the check in a library.
/// </summary>
/// <param name="name">The channel's word.</param>
/// <param name="options">The receiver.</param>
/// <param name="http">
/// The way there, which follows no redirect: it would take what is signed for one receiver to another.
/// </param>
/// <param name="clock">What time it is.</param>
internal sealed class Webhook(string name, WebhookOptions options, HttpClient http, TimeProvider clock)
    : NoticeChannel(name)
{
    private readonly byte[] _key = options.Key();

    public override async Task SendAsync(Notice notice, CancellationToken cancel)
    {
        var body = notice.ToUtf8();
        var stamp = clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Url)
        {
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("webhook-id", notice.Id.ToString());
        request.Headers.Add("webhook-timestamp", stamp);
        request.Headers.Add("webhook-signature", $"v1,{Sign($"{notice.Id}.{stamp}.", body)}");
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            if (!response.IsSuccessStatusCode)
                throw new NotTakenException($"The receiver answered {(int)response.StatusCode}.");
        }
        catch (HttpRequestException e)
        {
            throw new NotTakenException($"The receiver could not be reached: {OuterHttp.Why(e)}");
        }
    }

    private string Sign(string before, byte[] body) =>
        Convert.ToBase64String(HMACSHA256.HashData(_key, (byte[])[.. Encoding.ASCII.GetBytes(before), .. body]));
}

using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using ScimGateway.Provisioning.Notices;

namespace ScimGateway.Host.Operations;

/// <summary>
/// POSTs notifications as JSON, signed as Standard Webhooks says (id, time stamp and body by HMAC-SHA256), so that
/// receivers find the check in a library.
/// </summary>
internal sealed class Webhook : NoticeChannel, IDisposable
{
    private readonly Uri _url;
    private readonly byte[] _key;
    private readonly TimeProvider _clock;

    // A redirect would take what is signed for one receiver to another.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    public Webhook(WebhookOptions options, TimeProvider clock) =>
        (_url, _key, _clock) = (options.Url, options.Key(), clock);

    public override string Name => "webhook";

    public override async Task SendAsync(Notice notice, CancellationToken cancel)
    {
        var body = notice.ToUtf8();
        var stamp = _clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, _url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("webhook-id", notice.Id.ToString());
        request.Headers.Add("webhook-timestamp", stamp);
        request.Headers.Add("webhook-signature", $"v1,{Sign($"{notice.Id}.{stamp}.", body)}");
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            if (!response.IsSuccessStatusCode)
                throw new NotTakenException($"The receiver answered {(int)response.StatusCode}.");
        }
        catch (HttpRequestException e)
        {
            throw new NotTakenException($"The receiver could not be reached: {e.HttpRequestError}.");
        }
    }

    public void Dispose() => _http.Dispose();

    private string Sign(string before, byte[] body) =>
        Convert.ToBase64String(HMACSHA256.HashData(_key, (byte[])[.. Encoding.ASCII.GetBytes(before), .. body]));
}

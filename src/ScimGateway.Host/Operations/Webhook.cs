using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using ScimGateway.Provisioning.Notices;

namespace ScimGateway.Host.Operations;

/// <summary>POSTs notifications as JSON, signed as Standard Webhooks says (id, time stamp and body by HMAC-SHA256), so that receivers find the check in a library.</summary>
internal sealed class Webhook : NoticeChannel, IDisposable
{
    private readonly Uri _url;
    private readonly byte[] _key;
    private readonly TimeProvider _clock;

    // A redirect would take what is signed for one receiver to another.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    public Webhook(WebhookSettings settings, TimeProvider clock)
    {
        if (settings.Url.Scheme != Uri.UriSchemeHttps && !settings.Url.IsLoopback)
            throw new ArgumentException("The webhook's address has to begin with https://.");
        (_url, _key, _clock) = (settings.Url, KeyOf(settings.Secret), clock);
    }

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

    private static byte[] KeyOf(string secret)
    {
        const string Prefix = "whsec_";
        const int Least = 24; // as Standard Webhooks wants it
        var key = new byte[secret.Length];
        var text = secret.StartsWith(Prefix, StringComparison.Ordinal) ? secret.AsSpan(Prefix.Length) : secret;
        if (!Convert.TryFromBase64Chars(text, key, out var length) || length < Least)
            throw new ArgumentException($"The webhook's secret has to be base64 of {Least} bytes at least.");
        return key[..length];
    }
}

using System.Net.Mail;
using Microsoft.Extensions.Options;

namespace ScimGateway.Host.Operations;

/// <summary>Where notifications go. None by default: they are kept then, and can be looked at.</summary>
internal sealed class NoticeOptions
{
    /// <summary>A receiver of POSTs; null, as by default, for none.</summary>
    public WebhookOptions? Webhook { get; set; }

    /// <summary>A mailbox; null, as by default, for none.</summary>
    public MailOptions? Mail { get; set; }

    /// <summary>A channel of Slack's; null, as by default, for none.</summary>
    public SlackNoticeOptions? Slack { get; set; }

    /// <summary>
    /// Whether tenants' own may be on this machine's loopback. Never in a gateway that 'serve' starts: no setting is read into
    /// what is internal.
    /// </summary>
    internal bool TenantsLoopback { get; set; }
}

/// <summary>A receiver of POSTs.</summary>
/// <param name="Url">Its address, with https unless it is on this machine.</param>
/// <param name="Secret">
/// What it tells the gateway's messages by: base64, with or without <c>whsec_</c> before it.
/// </param>
internal sealed record WebhookOptions(Uri Url, string Secret)
{
    /// <summary>The secret as bytes; none if it is no base64.</summary>
    public byte[] Key()
    {
        const string Prefix = "whsec_";
        var text = Secret.StartsWith(Prefix, StringComparison.Ordinal) ? Secret.AsSpan(Prefix.Length) : Secret;
        var key = new byte[text.Length];
        return Convert.TryFromBase64Chars(text, key, out var length) ? key[..length] : [];
    }

    // Records print what they hold.
    public override string ToString() => nameof(WebhookOptions);
}

/// <summary>A mailbox, and the server that takes mail for it.</summary>
/// <param name="Host">The server.</param>
/// <param name="Port">Where it listens.</param>
/// <param name="From">The address that the mail comes from.</param>
/// <param name="To">The mailbox.</param>
internal sealed record MailOptions(string Host, int Port, string From, string To)
{
    /// <summary>Who the gateway is to the server; null, as by default, for nobody.</summary>
    public string? User { get; init; }

    /// <summary>By what the server knows that; null, as by default, for nothing.</summary>
    public string? Password { get; init; }

    /// <summary>Whether the connection is to be encrypted (STARTTLS), as it is by default.</summary>
    public bool Tls { get; init; } = true;

    // Records print what they hold.
    public override string ToString() => nameof(MailOptions);
}

/// <summary>A channel of Slack's, by an incoming webhook.</summary>
/// <param name="Url">The webhook's address, by which anybody may write there.</param>
internal sealed record SlackNoticeOptions(Uri Url)
{
    // https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks, and the same of GovSlack
    private static readonly string[] _hosts = ["hooks.slack.com", "hooks.slack-gov.com"];

    /// <summary>Whether it is Slack's, or of this machine.</summary>
    public bool IsSlacks =>
        Url.IsAbsoluteUri
        && (Url.IsLoopback || (Url is { Scheme: "https", IsDefaultPort: true } && _hosts.Contains(Url.Host)));

    // Records print what they hold.
    public override string ToString() => nameof(SlackNoticeOptions);
}

/// <summary>What could be read or forged on its way, or would never arrive, is refused at the start.</summary>
internal sealed class NoticeOptionsValidator : IValidateOptions<NoticeOptions>
{
    /// <summary>As Standard Webhooks wants it.</summary>
    public const int LeastKeyBytes = 24;

    public ValidateOptionsResult Validate(string? name, NoticeOptions options)
    {
        var problems = new ValidateOptionsResultBuilder();
        if (options.Webhook is { } webhook)
        {
            if (webhook.Url.Scheme != Uri.UriSchemeHttps && !webhook.Url.IsLoopback)
                problems.AddError("The webhook's address has to begin with https://.");
            if (webhook.Key().Length < LeastKeyBytes)
                problems.AddError($"The webhook's secret has to be base64 of {LeastKeyBytes} bytes at least.");
        }
        if (options.Mail is { } mail)
        {
            if (mail is not { Host.Length: > 0, Port: > 0 and <= ushort.MaxValue })
                problems.AddError("The mail server has to have a name and a port.");
            if (!MailAddress.TryCreate(mail.From, out _) || !MailAddress.TryCreate(mail.To, out _))
                problems.AddError("Mail has to come from an address and go to one.");
        }
        if (options.Slack is { IsSlacks: false })
            problems.AddError(
                "The address of Slack's incoming webhook has to begin with https://hooks.slack.com/ (Notices:Slack:Url); copy it from the app's page."
            );
        return problems.Build();
    }
}

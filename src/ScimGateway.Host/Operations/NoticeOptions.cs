namespace ScimGateway.Host.Operations;

/// <summary>Where notifications go. None by default: they are kept then, and can be looked at.</summary>
internal sealed record NoticeSettings
{
    /// <summary>A receiver of POSTs; null for none.</summary>
    public WebhookSettings? Webhook { get; init; }

    /// <summary>A mailbox; null for none.</summary>
    public MailSettings? Mail { get; init; }
}

/// <summary>A receiver of POSTs.</summary>
/// <param name="Url">Its address, with https unless it is on this machine.</param>
/// <param name="Secret">What it tells the gateway's messages by: base64, with or without <c>whsec_</c> before it.</param>
internal sealed record WebhookSettings(Uri Url, string Secret)
{
    // Records print what they hold.
    public override string ToString() => nameof(WebhookSettings);
}

/// <summary>A mailbox, and the server that takes mail for it.</summary>
internal sealed record MailSettings(string Host, int Port, string From, string To)
{
    /// <summary>Who the gateway is to the server; null for nobody.</summary>
    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>Whether the connection is to be encrypted (STARTTLS).</summary>
    public bool Tls { get; init; } = true;

    // Records print what they hold.
    public override string ToString() => nameof(MailSettings);
}

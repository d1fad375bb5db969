using System.Net.Mail;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using FluentValidation;
using ScimGateway.Host.Secrets;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Host.Operations;

/// <summary>Where a tenant wants to be told what happens to it, beside the operator of the gateway.</summary>
/// <param name="Webhook">A receiver of POSTs.</param>
/// <param name="Mail">A mailbox.</param>
/// <param name="Slack">A channel of Slack's, by an incoming webhook.</param>
internal sealed record TenantChannels(
    TenantChannels.Posts? Webhook = null,
    TenantChannels.Mailbox? Mail = null,
    TenantChannels.Incoming? Slack = null
)
{
    /// <summary>What is known of whether the mailbox's reader wants mail; null where nothing is. Nobody edits it.</summary>
    [JsonIgnore]
    public MailProof? Proof { get; init; }

    /// <summary>The addresses that have taken a test. Nobody edits them.</summary>
    [JsonIgnore]
    public Reached Tested { get; init; } = new();

    /// <summary>Whether the webhook has taken a test.</summary>
    [JsonIgnore]
    public bool IsWebhookConfirmed => Webhook is { Url: var url } && Tested.Webhook == url;

    /// <summary>Whether Slack has taken a test.</summary>
    [JsonIgnore]
    public bool IsSlackConfirmed => Slack is { Url: var url } && Tested.Slack == url;

    /// <summary>The first channel that nobody knows to arrive anywhere, by its name in the API; null for none.</summary>
    [JsonIgnore]
    public string? Unconfirmed =>
        Webhook is not null && !IsWebhookConfirmed ? "webhook"
        : Mail is not null && !IsMailConfirmed ? "mail"
        : Slack is not null && !IsSlackConfirmed ? "slack"
        : null;

    /// <summary>Whether notifications go to the mailbox.</summary>
    [JsonIgnore]
    public bool IsMailConfirmed => Mail is { To: var to } && Proof is { Code: null } proof && proof.To == to;

    /// <summary>What is kept of them as it is; none where nothing is.</summary>
    /// <exception cref="SecretUnreadableException">It cannot be read.</exception>
    public static TenantChannels Open(KeptSecrets secrets, TenantId tenant, byte[]? kept) =>
        kept is null
            ? new TenantChannels()
            : Read(JsonNode.Parse(secrets.Reveal(tenant, SecretUse.NoticeChannels, kept))!.AsObject());

    /// <summary>What is kept of them: all of it closed, since an address may be a secret; nothing where there are none.</summary>
    public byte[]? Close(KeptSecrets secrets, TenantId tenant) =>
        this == new TenantChannels()
            ? null
            : secrets.Protect(tenant, SecretUse.NoticeChannels, Written().ToJsonString());

    private static TenantChannels Read(JsonObject kept)
    {
        kept.Remove(nameof(Proof), out var proof);
        kept.Remove(nameof(Tested), out var tested);
        return kept.Deserialize<TenantChannels>()! with
        {
            Proof = proof?.Deserialize<MailProof>(),
            Tested = tested?.Deserialize<Reached>() ?? new(),
        };
    }

    private JsonObject Written()
    {
        var kept = JsonSerializer.SerializeToNode(this)!.AsObject();
        kept[nameof(Proof)] = JsonSerializer.SerializeToNode(Proof);
        kept[nameof(Tested)] = JsonSerializer.SerializeToNode(Tested);
        return kept;
    }

    // Records print what they hold.
    public override string ToString() => nameof(TenantChannels);

    /// <summary>A receiver of POSTs.</summary>
    /// <param name="Url">Its address.</param>
    /// <param name="Secret">What it tells the gateway's messages by.</param>
    internal sealed record Posts(string Url, string Secret)
    {
        public override string ToString() => nameof(Posts);
    }

    /// <summary>Whether a mailbox's reader has said that notifications may come.</summary>
    /// <param name="To">The mailbox that was asked.</param>
    /// <param name="Code">What was sent to it, until it came back; null then.</param>
    /// <param name="Wrong">How many wrong codes came.</param>
    internal sealed record MailProof(string To, string? Code, int Wrong = 0)
    {
        public override string ToString() => nameof(MailProof);
    }

    /// <summary>Where a test has arrived.</summary>
    /// <param name="Webhook">The receiver of POSTs; null for nowhere.</param>
    /// <param name="Slack">The channel of Slack's; null for nowhere.</param>
    internal sealed record Reached(string? Webhook = null, string? Slack = null)
    {
        // Records print what they hold.
        public override string ToString() => nameof(Reached);
    }

    /// <summary>A mailbox; the server is the operator's.</summary>
    /// <param name="To">Its address.</param>
    internal sealed record Mailbox(string To);

    /// <summary>A channel of Slack's.</summary>
    /// <param name="Url">The webhook's address, by which anybody may write there.</param>
    internal sealed record Incoming(string Url)
    {
        public override string ToString() => nameof(Incoming);
    }
}

/// <summary>No address may lead into the operator's network, and nothing may be read or forged on its way.</summary>
internal sealed class TenantChannelsValidator : AbstractValidator<TenantChannels>
{
    private const int MostLettersOfMailbox = 254; // RFC 5321 §4.5.3.1.3
    private const int MostLettersOfSecret = 256;

    public TenantChannelsValidator(bool loopback, bool hasMailServer)
    {
        RuleFor(channels => channels.Webhook!.Url)
            .Must(url => OuterHttp.CanBeAsked(url, loopback))
            .WithMessage(OuterHttp.Words)
            .When(channels => channels.Webhook is not null);
        RuleFor(channels => channels.Webhook!)
            .Must(webhook =>
                webhook.Secret.Length <= MostLettersOfSecret
                && new WebhookOptions(new Uri("https://localhost"), webhook.Secret).Key().Length
                    >= NoticeOptionsValidator.LeastKeyBytes
            )
            .OverridePropertyName("Webhook.Secret")
            .WithMessage(
                $"It is base64 of {NoticeOptionsValidator.LeastKeyBytes} bytes at least, with or without whsec_ before it."
            )
            .When(channels => channels.Webhook is not null);
        RuleFor(channels => channels.Mail!.To)
            .Must(to =>
                to.Length <= MostLettersOfMailbox && MailAddress.TryCreate(to, out var mailbox) && mailbox.Address == to
            )
            .WithMessage("It is the address of a mailbox, such as it@acme.example.")
            .When(channels => channels.Mail is not null);
        RuleFor(channels => channels.Mail)
            .Must(_ => hasMailServer)
            .WithMessage(
                "The gateway has no mail server; its operator sets one by Notices:Mail:Host, with a mailbox of his own."
            )
            .When(channels => channels.Mail is not null);
        RuleFor(channels => channels.Slack!.Url)
            .Must(url => OuterHttp.CanBeAsked(url, loopback) && new SlackNoticeOptions(new Uri(url)).IsSlacks)
            .WithMessage("It begins with https://hooks.slack.com/; copy it from the page of the Slack app.")
            .When(channels => channels.Slack is not null);
    }
}

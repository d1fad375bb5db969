using Microsoft.Extensions.Options;
using ScimGateway.Host.Secrets;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Operations;

/// <summary>
/// The ways to whoever watches: those of the settings, for all tenants, and a tenant's own. And a try with one of them,
/// which always ends.
/// </summary>
internal sealed class NoticeChannels : IDisposable
{
    /// <summary>A tenant's own receiver of POSTs.</summary>
    public const string TenantWebhook = "tenantWebhook";

    /// <summary>A tenant's own channel of Slack's.</summary>
    public const string TenantSlack = "tenantSlack";

    private static readonly TimeSpan _timeLimit = TimeSpan.FromSeconds(30);

    private readonly NoticeOptions _options;
    private readonly Store _store;
    private readonly KeptSecrets _secrets;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private readonly HttpClient _outer;

    public NoticeChannels(IOptions<NoticeOptions> options, Store store, KeptSecrets secrets, TimeProvider clock)
    {
        (_options, _store, _secrets, _clock) = (options.Value, store, secrets, clock);
        _outer = OuterHttp.NewClient(_options.TenantsLoopback);
        All = [.. OfSettings()];
    }

    /// <summary>Those of the settings.</summary>
    public IReadOnlyList<NoticeChannel> All { get; }

    /// <summary>The mail server of the settings, by which tenants' mail goes, too; null for none.</summary>
    public MailOptions? Server => _options.Mail;

    /// <summary>The way to a tenant's mailbox; null where there is no server.</summary>
    public NoticeChannel? MailTo(string mailbox) =>
        Server is { } server ? new Mail("tenantMail", server with { To = mailbox }) : null;

    /// <summary>A tenant's own; a mailbox whose reader has not confirmed it is none.</summary>
    /// <exception cref="SecretUnreadableException">They cannot be read.</exception>
    public Task<IReadOnlyList<NoticeChannel>> OfAsync(TenantId tenant) => OpenAsync(tenant, ChannelRows.Channels);

    /// <summary>Those that notifications of a tenant go to: none of its own while its store counts as restored.</summary>
    /// <exception cref="SecretUnreadableException">They cannot be read.</exception>
    public async Task<IReadOnlyList<NoticeChannel>> ToTellAsync(TenantId tenant) =>
        [.. All, .. await OpenAsync(tenant, ChannelRows.ChannelsToTell)];

    /// <summary>A tenant's own channel of which nobody knows whether anything arrives, by its name in the API; null for none.</summary>
    public async Task<string?> UnconfirmedAsync(TenantId tenant)
    {
        try
        {
            var kept = await _store.ReadAsync(session => ChannelRows.Channels(session, tenant));
            return TenantChannels.Open(_secrets, tenant, kept).Unconfirmed;
        }
        catch (SecretUnreadableException)
        {
            return null; // whoever reads the channels is told
        }
    }

    /// <summary>Has a channel send it; why it was not taken, fit for a log, or null where it was.</summary>
    public async Task<string?> TryAsync(NoticeChannel channel, Notice notice, CancellationToken stopping)
    {
        using var late = new CancellationTokenSource(_timeLimit, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stopping);
        try
        {
            await channel.SendAsync(notice, either.Token);
            return null;
        }
        catch (NotTakenException e)
        {
            return e.Message;
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return $"It was not taken within {_timeLimit.TotalSeconds:0} s.";
        }
        // Whatever one channel does, the others are told, and it is tried again.
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return e.GetType().Name;
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _outer.Dispose();
    }

    private async Task<IReadOnlyList<NoticeChannel>> OpenAsync(
        TenantId tenant,
        Func<StoreSession, TenantId, byte[]?> read
    ) => [.. OfTenant(TenantChannels.Open(_secrets, tenant, await _store.ReadAsync(session => read(session, tenant))))];

    private IEnumerable<NoticeChannel> OfSettings()
    {
        if (_options.Webhook is { } webhook)
            yield return new Webhook("webhook", webhook, _http, _clock);
        if (_options.Mail is { } mail)
            yield return new Mail("mail", mail);
        if (_options.Slack is { } slack)
            yield return new SlackNotices("slack", slack, "Notices:Slack:Url", _http);
    }

    // Their addresses are named by owners of tenants; the mail server is the operator's.
    private IEnumerable<NoticeChannel> OfTenant(TenantChannels own)
    {
        if (own.Webhook is { } webhook)
            yield return new Webhook(
                TenantWebhook,
                new WebhookOptions(new Uri(webhook.Url), webhook.Secret),
                _outer,
                _clock
            );
        if (own.IsMailConfirmed && MailTo(own.Mail!.To) is { } mail)
            yield return mail;
        if (own.Slack is { } slack)
            yield return new SlackNotices(
                TenantSlack,
                new SlackNoticeOptions(new Uri(slack.Url)),
                "the tenant's notifications/channels",
                _outer
            );
    }
}

using ScimGateway.Host.Operations;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Notices;

namespace ScimGateway.Host.Admin;

/// <summary>Notifications that say that they are a test: one every ten seconds of a tenant, so that nobody fills mailboxes.</summary>
internal sealed class NoticeTries(NoticeChannels channels)
{
    private const int CodeBytes = 9;

    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<TenantId, Instant> _last = [];

    /// <summary>Sends one by each channel; why it was not taken, or null where it was.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="isOfAll">Whether the settings' channels are tried, too.</param>
    /// <param name="now">When it is.</param>
    /// <param name="gone">Nobody waits for it any more.</param>
    /// <exception cref="Problem">The last one was just sent.</exception>
    public async Task<IReadOnlyDictionary<string, string?>> SendAsync(
        Tenant tenant,
        bool isOfAll,
        Instant now,
        CancellationToken gone
    )
    {
        Pause(tenant, now);
        var notice = Of(
            tenant,
            now,
            "This is a test that an operator has asked for: notifications of this tenant arrive here."
        );
        IReadOnlyList<NoticeChannel> all = [.. isOfAll ? channels.All : [], .. await channels.OfAsync(tenant.Id)];
        var came = await Task.WhenAll(
            all.Select(async channel => (channel.Name, Why: await channels.TryAsync(channel, notice, gone)))
        );
        return came.ToDictionary(channel => channel.Name, channel => channel.Why);
    }

    /// <summary>Sends a code to a mailbox, by which its reader says that notifications may come.</summary>
    /// <exception cref="Problem">The last one was just sent, or the mail server does not take it.</exception>
    public async Task<TenantChannels.MailProof> AskAsync(
        Tenant tenant,
        string mailbox,
        Instant now,
        CancellationToken gone
    )
    {
        Pause(tenant, now);
        var code = Minted.Random("", CodeBytes);
        var notice = Of(
            tenant,
            now,
            $"The code {code} lets notifications of this tenant come to this mailbox. Give it to the administrator who asks for it; if nobody does, there is nothing to do."
        );
        return await channels.TryAsync(channels.MailTo(mailbox)!, notice, gone) is { } why
            ? throw Problem.NotReady($"No code could be sent to the mailbox, and nothing was changed. {why}")
            : new TenantChannels.MailProof(mailbox, code);
    }

    private static Notice Of(Tenant tenant, Instant now, string text) =>
        new(Guid.CreateVersion7(now.ToTime()), tenant.Slug, Cause.Test, text, now.ToTime(), 0, []);

    private void Pause(Tenant tenant, Instant now)
    {
        lock (_gate)
        {
            if (_last.TryGetValue(tenant.Id, out var last) && now - last < _pause)
                throw Problem.TooMany("The last one was just sent. Wait until that has arrived, or has not.", _pause);
            _last[tenant.Id] = now;
        }
    }
}

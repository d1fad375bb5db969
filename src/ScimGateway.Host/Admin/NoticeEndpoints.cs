using System.Text.Json;
using Microsoft.Extensions.Options;
using ScimGateway.Host.Operations;
using ScimGateway.Host.Secrets;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Admin;

/// <summary>What people were told, or are to be told.</summary>
internal static class NoticeEndpoints
{
    public static void Map(IEndpointRouteBuilder tenant)
    {
        tenant.MapMethods("/notifications", ReadMethods.All, ListAsync).Called("listNotifications", Role.Viewer);
        tenant
            .MapMethods("/notifications/channels", ReadMethods.All, ReadAsync)
            .Called("readNotificationChannels", Role.Viewer);
        tenant.MapPatch("/notifications/channels", UpdateAsync).Called("updateNotificationChannels", Role.Owner);
        tenant.MapPost("/notifications/test", TestAsync).Called("testNotifications", Role.Operator).WithoutBody();
    }

    private static Task<IResult> ListAsync(AdminCall call, NoticeOutbox outbox) =>
        call.PageAsync(
            async (before, most) => (await outbox.PageAsync(call.Tenant.Row.Id, IdOf(before), most)).ToList(),
            kept => kept.Notice.Id.ToString(),
            kept => new
            {
                kept.Notice.Id,
                kept.Notice.Cause,
                kept.Notice.Text,
                kept.Notice.Since,
                kept.Notice.More,
                About = kept.Notice.About.Select(about => new
                {
                    Link = about.Link.Value,
                    Operation = about.Operation?.ToString(),
                }),
                kept.Notice.Attempts,
                kept.Notice.Taken,
                kept.Ended,
                kept.Error,
            }
        );

    private static async Task<IResult> ReadAsync(AdminCall call, KeptSecrets secrets)
    {
        var id = call.Tenant.Row.Id;
        var kept = await call.Store.ReadAsync(session => Tenants.Channels(session, id));
        return call.Answer(Show(TenantChannels.Open(secrets, id, kept)));
    }

    // What is patched is what is kept, secrets and all; what is shown says that there are some.
    private static async Task<IResult> UpdateAsync(
        AdminCall call,
        KeptSecrets secrets,
        NoticeChannels channels,
        IOptions<IssuerOptions> allowed
    )
    {
        var id = call.Tenant.Row.Id;
        var kept = await call.Store.ReadAsync(session => Tenants.Channels(session, id));
        var before = TenantChannels.Open(secrets, id, kept);
        var after = AdminJson.Read<TenantChannels>(
            JsonSerializer.SerializeToUtf8Bytes(
                await call.PatchAsync(
                    Show(before),
                    JsonSerializer.SerializeToNode(before, AdminJson.Options)!.AsObject()
                )
            )
        );
        AdminCall.Require(new TenantChannelsValidator(allowed.Value, channels.Server is not null), after);
        var closed = after.Close(secrets, id);
        await call.Store.WriteAsync(
            session =>
                (Tenants.Channels(session, id) ?? []).AsSpan().SequenceEqual(kept ?? [])
                    ? Tenants.SetChannels(session, id, closed)
                    : throw Problem.Stale(),
            CancellationToken.None,
            id
        );
        call.Changed("notifications/channels", Show(before), Show(after));
        return call.Answer(Show(after));
    }

    private static object Show(TenantChannels channels) =>
        new
        {
            Webhook = channels.Webhook is { } webhook ? new { webhook.Url, Secret = new { IsSet = true } } : null,
            channels.Mail,
            Slack = channels.Slack is null ? null : new { Url = new { IsSet = true } },
        };

    private static async Task<IResult> TestAsync(AdminCall call, NoticeTries tries)
    {
        var came = await tries.SendAsync(call.Tenant.Row, call.Now, call.Gone);
        call.Changed("notifications", null, came);
        return call.Answer(came);
    }

    private static Guid? IdOf(string? place) =>
        place is null ? null
        : Guid.TryParse(place, out var id) ? id
        : throw Problem.Invalid("cursor", "It is not as the gateway has given it out; begin without it.");
}

/// <summary>Notifications that say that they are a test: one every ten seconds of a tenant, so that nobody fills mailboxes.</summary>
internal sealed class NoticeTries(NoticeChannels channels)
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<TenantId, Instant> _last = [];

    /// <summary>Sends one by each channel; why it was not taken, or null where it was.</summary>
    /// <exception cref="Problem">The last one was just sent.</exception>
    public async Task<IReadOnlyDictionary<string, string?>> SendAsync(
        Tenant tenant,
        Instant now,
        CancellationToken gone
    )
    {
        lock (_gate)
        {
            if (_last.TryGetValue(tenant.Id, out var last) && now - last < _pause)
                throw Problem.TooMany("The last test was just sent. Wait until that has arrived, or has not.", _pause);
            _last[tenant.Id] = now;
        }
        var notice = new Notice(
            Guid.CreateVersion7(now.ToTime()),
            tenant.Slug,
            Cause.Test,
            "This is a test that an operator has asked for: notifications of this tenant arrive here.",
            now.ToTime(),
            0,
            []
        );
        IReadOnlyList<NoticeChannel> all = [.. channels.All, .. await channels.OfAsync(tenant.Id)];
        var came = await Task.WhenAll(
            all.Select(async channel => (channel.Name, Why: await channels.TryAsync(channel, notice, gone)))
        );
        return came.ToDictionary(channel => channel.Name, channel => channel.Why);
    }
}

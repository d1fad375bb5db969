using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using ScimGateway.Host.Operations;
using ScimGateway.Host.Secrets;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Reads;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Admin;

/// <summary>What people were told, or are to be told.</summary>
internal static class NoticeEndpoints
{
    public static void Map(IEndpointRouteBuilder tenant)
    {
        tenant
            .MapMethods("/notifications", ReadMethods.All, ListAsync)
            .Called("listNotifications", Role.Viewer)
            .AsksForPages()
            .ReadsPeople();
        tenant
            .MapMethods("/notifications/channels", ReadMethods.All, ReadAsync)
            .Called("readNotificationChannels", Role.Viewer);
        tenant.MapPatch("/notifications/channels", UpdateAsync).Called("updateNotificationChannels", Role.Owner);
        tenant
            .MapPost("/notifications/channels/mail/confirm", ConfirmMailAsync)
            .Called("confirmNotificationMail", Role.Owner);
        tenant.MapPost("/notifications/test", TestAsync).Called("testNotifications", Role.Operator).WithoutBody();
    }

    private static Task<IResult> ListAsync(AdminCall call, NoticeOutbox outbox, LinkReads links) =>
        call.PageAsync(
            async (before, most) =>
            {
                var page = await outbox.PageAsync(call.Tenant.Row.Id, IdOf(before), most);
                var about = page.SelectMany(kept => kept.Notice.About).Select(one => one.Link);
                var names = await links.NamesAsync(call.Tenant.Row.Id, about, [], call.Gone);
                return page.Select(kept => (Notice: kept.Notice.Naming(names.OfLinks), kept.Ended, kept.Error))
                    .ToList();
            },
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
                    about.Name,
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
        var kept = await call.Store.ReadAsync(session => ChannelRows.Channels(session, id));
        return call.Answer(Show(TenantChannels.Open(secrets, id, kept)));
    }

    // What is patched is what is kept, secrets and all; what is shown says that there are some.
    private static async Task<IResult> UpdateAsync(
        AdminCall call,
        KeptSecrets secrets,
        NoticeChannels channels,
        NoticeTries tries,
        IOptions<NoticeOptions> options
    )
    {
        var id = call.Tenant.Row.Id;
        var kept = await call.Store.ReadAsync(session => ChannelRows.Channels(session, id));
        var before = Former(secrets, id, kept);
        var after = AdminJson.Read<TenantChannels>(
            JsonSerializer.SerializeToUtf8Bytes(
                call.Patch(Show(before), JsonSerializer.SerializeToNode(before, AdminJson.Options)!.AsObject())
            )
        );
        AdminCall.Require(
            new TenantChannelsValidator(options.Value.TenantsLoopback, channels.Server is not null),
            after
        );
        after = after with { Proof = after.Mail is null ? null : before.Proof, Tested = before.Tested };
        // Whoever reads a mailbox says that notifications may come there; else anybody's could be filled.
        if (after.Mail is { To: var to } && after.Proof?.To != to)
            after = after with { Proof = await tries.AskAsync(call.Tenant.Row, to, call.Now, call.Gone) };
        await KeepAsync(call, secrets, kept, after);
        call.Changed("notifications/channels", Show(before), Show(after));
        return call.Answer(Show(after));
    }

    // What nobody can read any more is none: naming the channels anew is what helps.
    private static TenantChannels Former(KeptSecrets secrets, TenantId tenant, byte[]? kept)
    {
        try
        {
            return TenantChannels.Open(secrets, tenant, kept);
        }
        catch (SecretUnreadableException)
        {
            return new TenantChannels();
        }
    }

    private static async Task<IResult> ConfirmMailAsync(AdminCall call, KeptSecrets secrets)
    {
        const int MostWrong = 5;
        var wanted = call.Read<Confirmed>();
        var id = call.Tenant.Row.Id;
        var kept = await call.Store.ReadAsync(session => ChannelRows.Channels(session, id));
        var before = TenantChannels.Open(secrets, id, kept);
        if (before.Proof is not { Code: { } code, Wrong: < MostWrong } asked)
            throw Problem.NotReady(
                "No mailbox waits for a code, or too many wrong ones came. Take the mailbox away and set it again; then it gets a new one."
            );
        var isRight = CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(wanted.Code.Trim()),
            Encoding.UTF8.GetBytes(code)
        );
        var after = before with
        {
            Proof = isRight ? asked with { Code = null } : asked with { Wrong = asked.Wrong + 1 },
        };
        await KeepAsync(call, secrets, kept, after);
        if (!isRight)
            throw Problem.Invalid("code", "It is not the code that was sent to the mailbox last.");
        call.Changed("notifications/channels", Show(before), Show(after));
        return call.Answer(Show(after));
    }

    private static Task<int> KeepAsync(AdminCall call, KeptSecrets secrets, byte[]? former, TenantChannels channels)
    {
        var id = call.Tenant.Row.Id;
        var closed = channels.Close(secrets, id);
        return call.Store.WriteAsync(
            session =>
                (ChannelRows.Channels(session, id) ?? []).AsSpan().SequenceEqual(former ?? [])
                    ? ChannelRows.SetChannels(session, id, closed)
                    : throw Problem.Stale(),
            CancellationToken.None,
            id
        );
    }

    private static object Show(TenantChannels channels) =>
        new
        {
            Webhook = channels.Webhook is { } webhook
                ? new
                {
                    webhook.Url,
                    Secret = new { IsSet = true },
                    Confirmed = channels.IsWebhookConfirmed,
                }
                : null,
            Mail = channels.Mail is { } mail ? new { mail.To, Confirmed = channels.IsMailConfirmed } : null,
            Slack = channels.Slack is null
                ? null
                : new { Url = new { IsSet = true }, Confirmed = channels.IsSlackConfirmed },
        };

    private static async Task<IResult> TestAsync(AdminCall call, KeptSecrets secrets, NoticeTries tries)
    {
        var id = call.Tenant.Row.Id;
        var kept = await call.Store.ReadAsync(session => ChannelRows.Channels(session, id));
        // The settings' channels are the operator's: whoever has a key of one tenant reaches that tenant's alone.
        var came = await tries.SendAsync(call.Tenant.Row, call.Key.TenantId is null, call.Now, call.Gone);
        call.Changed("notifications", null, came);
        var channels = TenantChannels.Open(secrets, id, kept);
        var tested = new TenantChannels.Reached(
            Took(NoticeChannels.TenantWebhook) ? channels.Webhook?.Url : channels.Tested.Webhook,
            Took(NoticeChannels.TenantSlack) ? channels.Slack?.Url : channels.Tested.Slack
        );
        if (tested != channels.Tested)
            await KeepAsync(call, secrets, kept, channels with { Tested = tested });
        return call.Answer(came);

        bool Took(string channel) => came.TryGetValue(channel, out var why) && why is null;
    }

    private sealed record Confirmed(string Code)
    {
        // Records print what they hold.
        public override string ToString() => nameof(Confirmed);
    }

    private static Guid? IdOf(string? place) =>
        place is null ? null
        : Guid.TryParse(place, out var id) ? id
        : throw Problem.Invalid("cursor", "It is not as the gateway has given it out; begin without it.");
}

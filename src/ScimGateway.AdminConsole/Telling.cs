using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ScimGateway.AdminConsole.Answers;
using ScimGateway.AdminConsole.Pages;
using ScimGateway.AdminConsole.Parts;

namespace ScimGateway.AdminConsole;

/// <summary>Where people are told what needs them, and what they were told.</summary>
internal static class Telling
{
    /// <summary>The channels, and what was sent.</summary>
    public static Task<IResult> AtNotificationsAsync(Visit visit) => ShownAsync(visit);

    /// <summary>Sets a channel, or takes it away.</summary>
    public static async Task<IResult> SetChannelAsync(Visit visit)
    {
        var channel = visit.Route("channel");
        var fields = channel switch
        {
            "webhook" => new[] { "url", "secret" },
            "mail" => ["to"],
            "slack" => ["url"],
            _ => null,
        };
        if (fields is null)
            return new Moved("../notifications");
        var entered = await visit.EnteredAsync([.. fields, "do"]);
        var set = new JsonObject();
        foreach (var field in fields)
            if (entered[field].Trim() is { Length: > 0 } value)
                set[field] = value;
        return await DoAsync(
            visit,
            new AdminRequest(
                HttpMethod.Patch,
                Path(visit, "channels"),
                new JsonObject { [channel] = entered["do"] == "remove" ? null : set }
            ),
            entered.ToDictionary(one => $"{channel}-{one.Key}", one => one.Value, StringComparer.Ordinal)
        );
    }

    /// <summary>Confirms the mailbox by the code that was sent there.</summary>
    public static async Task<IResult> ConfirmMailAsync(Visit visit)
    {
        var entered = await visit.EnteredAsync("code");
        return await DoAsync(
            visit,
            new AdminRequest(
                HttpMethod.Post,
                Path(visit, "channels/mail/confirm"),
                new JsonObject { ["code"] = entered["code"] }
            ),
            entered
        );
    }

    /// <summary>Sends a test by each channel, and shows who took it.</summary>
    public static async Task<IResult> TestAsync(Visit visit)
    {
        try
        {
            var answer = await visit.Api.PostAsync(Path(visit, "test"));
            return await ShownAsync(visit, ("Tested", answer.As<Dictionary<string, string?>>()));
        }
        catch (RefusedException refused) when (refused.IsAboutForm)
        {
            return await ShownAsync(visit, ("Form", Filled.Blank with { Wrong = refused.Message }));
        }
    }

    private static async Task<IResult> DoAsync(Visit visit, AdminRequest asked, Dictionary<string, string> entered)
    {
        try
        {
            await visit.Api.SendAsync(asked);
            return new Moved($"{visit.Frame.Of(visit.Tenant)}/notifications");
        }
        catch (RefusedException refused) when (refused.IsAboutForm)
        {
            var answer = Filled.Refused(entered, refused.Answer);
            // The admin API names a field by its place, such as webhook.url.
            var errors = answer.Errors.ToDictionary(
                one => one.Key.Replace('.', '-'),
                one => one.Value,
                StringComparer.Ordinal
            );
            return await ShownAsync(visit, ("Form", answer with { Errors = errors }));
        }
    }

    private static async Task<IResult> ShownAsync(Visit visit, params (string, object?)[] shows) =>
        visit.Page<NotificationsPage>([
            ("Tenant", visit.Tenant),
            ("Channels", await visit.Api.ReadAsync<Channels>(Path(visit, "channels"))),
            ("Notifications", await visit.ListAsync<Notification>("notifications")),
            .. shows,
        ]);

    private static string Path(Visit visit, string what) => $"{visit.TenantPath}/notifications/{what}";
}

using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ScimGateway.AdminConsole.Answers;
using ScimGateway.AdminConsole.Pages;
using ScimGateway.AdminConsole.Parts;

namespace ScimGateway.AdminConsole;

/// <summary>The gateway as a whole: who may administer it, what they did, and where it runs.</summary>
internal static class Governing
{
    /// <summary>The admin keys.</summary>
    public static Task<IResult> AtKeysAsync(Visit visit) => KeysAsync(visit);

    /// <summary>Makes one, and shows its secret this once.</summary>
    public static async Task<IResult> MakeKeyAsync(Visit visit)
    {
        var entered = await visit.EnteredAsync("label", "role", "tenant", "expires");
        var body = new JsonObject { ["label"] = entered["label"], ["role"] = entered["role"] };
        if (entered["tenant"].Trim() is { Length: > 0 } tenant)
            body["tenant"] = tenant;
        if (visit.Ends(entered["expires"]) is { } end)
            body["expires"] = end;
        try
        {
            var made = await visit.Api.SendAsync(
                new AdminRequest(HttpMethod.Post, "keys", body, await visit.OnceAsync())
            );
            return visit.Page<MadeKeyPage>(("Key", made.As<MadeKey>()));
        }
        catch (RefusedException refused) when (refused.IsAboutForm)
        {
            return await KeysAsync(visit, ("Form", Filled.Refused(entered, refused.Answer)));
        }
    }

    /// <summary>Says what ending a key does, before it is done.</summary>
    public static async Task<IResult> ConfirmEndAsync(Visit visit)
    {
        var keys = await visit.Api.ReadAsync<Page<Key>>($"keys?limit={Visit.MostOfRead}");
        return keys.Items.FirstOrDefault(one => $"{one.Id}" == visit.Route("key")) is { } key
            ? visit.Page<EndKeyPage>(("Key", key), ("IsOwn", key.Id == visit.Me.Key))
            : new Moved("../../keys");
    }

    /// <summary>Ends a key, and shows what has ended and what has not.</summary>
    public static async Task<IResult> EndKeyAsync(Visit visit)
    {
        var withMade = (await visit.EnteredAsync("withMade"))["withMade"] == "true";
        var ended = await visit.Api.DeleteAsync($"keys/{visit.Route("key")}?withMade={(withMade ? "true" : "false")}");
        return visit.Page<EndedKeysPage>(("Ended", ended.As<EndedKeys>()));
    }

    /// <summary>What administrators did.</summary>
    public static async Task<IResult> AtAuditAsync(Visit visit)
    {
        var filters = new[] { "tenant", "action", "changes" };
        var isOfChanges = visit.Query("changes") != "false";
        return visit.Page<AuditPage>(
            (
                "Entries",
                await visit.Api.ReadAsync<Page<AuditEntry>>(
                    $"audit?limit={Visit.MostOfPage}&changes={(isOfChanges ? "true" : "false")}{visit.Asked("tenant", "action", "cursor")}"
                )
            ),
            ("OfTenant", visit.Query("tenant")),
            ("Action", visit.Query("action")),
            ("IsOfChanges", isOfChanges),
            ("Filters", visit.Filters(filters)),
            ("Others", visit.Filters("tenant", "changes"))
        );
    }

    /// <summary>Whether anybody has changed that.</summary>
    public static async Task<IResult> AtSealsAsync(Visit visit) =>
        visit.Page<SealsPage>(("Seals", await visit.Api.ReadAsync<Seals>("audit/seals")));

    /// <summary>The instances.</summary>
    public static async Task<IResult> AtClusterAsync(Visit visit)
    {
        try
        {
            return visit.Page<ClusterPage>(("Cluster", await visit.Api.ReadAsync<Cluster>("cluster")));
        }
        catch (RefusedException refused) when (refused.Answer.Status == StatusCodes.Status409Conflict)
        {
            return visit.Page<ClusterPage>();
        }
    }

    private static async Task<IResult> KeysAsync(Visit visit, params (string, object?)[] shows) =>
        visit.Page<KeysPage>([
            ("Once", Visit.Once()),
            ("Keys", await visit.Api.ReadAsync<Page<Key>>($"keys?limit={Visit.MostOfPage}{visit.Asked("cursor")}")),
            .. shows,
        ]);
}

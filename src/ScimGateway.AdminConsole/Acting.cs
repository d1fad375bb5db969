using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ScimGateway.AdminConsole.Answers;
using ScimGateway.AdminConsole.Pages;
using ScimGateway.AdminConsole.Parts;

namespace ScimGateway.AdminConsole;

/// <summary>What can be done to one person or group: it is chosen, said what it does, and done.</summary>
internal static class Acting
{
    /// <summary>Says what it does.</summary>
    public static async Task<IResult> ConfirmAsync(Visit visit)
    {
        var link = await visit.Api.ReadAsync<Link>(LinkPath(visit));
        if (Act.Called(visit.Route("act")) is not { } act)
            return new Moved($"../{link.Id}");
        return visit.Page<ConfirmPage>(
            ("Tenant", visit.Tenant),
            ("Current", "people"),
            ("Title", $"{act.Label}: {link.Called}"),
            ("Does", act.Does),
            ("Button", act.Label),
            ("To", $"people/{link.Id}/{act.Word}/now"),
            ("BackTo", $"people/{link.Id}"),
            ("Fields", new Dictionary<string, string> { ["confirm"] = link.SlackId ?? $"{link.Id}" })
        );
    }

    /// <summary>Does it.</summary>
    public static async Task<IResult> ActAsync(Visit visit)
    {
        if (Act.Called(visit.Route("act")) is not { } act)
            return new Moved($"../../{visit.Route("link")}");
        // What cannot be undone is done to the account that was shown.
        var confirmed = act.IsOwners
            ? $"?confirm={Uri.EscapeDataString((await visit.EnteredAsync("confirm"))["confirm"])}"
            : "";
        await visit.Api.PostAsync($"{LinkPath(visit)}/{act.Word}{confirmed}");
        return new Moved($"../../{visit.Route("link")}?done={act.Word}");
    }

    /// <summary>Lists the users or groups of providers to which an unclaimed account or group of Slack can be given.</summary>
    public static async Task<IResult> AtClaimAsync(Visit visit)
    {
        var link = await visit.Api.ReadAsync<Link>(LinkPath(visit));
        return visit.Page<ClaimPage>(
            ("Tenant", visit.Tenant),
            ("Link", link),
            (
                "Links",
                await visit.Api.ReadAsync<Page<Link>>(
                    $"{visit.TenantPath}/links?limit={Visit.MostOfPage}&kind={link.Kind}&claimed=true{visit.Asked("search", "cursor")}"
                )
            ),
            ("Search", visit.Query("search")),
            ("Filters", visit.Filters("search"))
        );
    }

    /// <summary>Says what giving it to the chosen one does.</summary>
    public static async Task<IResult> ConfirmClaimAsync(Visit visit)
    {
        var link = await visit.Api.ReadAsync<Link>(LinkPath(visit));
        var chosen = await ChosenAsync(visit);
        return visit.Page<ConfirmPage>(
            ("Tenant", visit.Tenant),
            ("Current", "people"),
            ("Title", $"Give {link.Called} to {chosen.Called}"),
            (
                "Does",
                $"{chosen.Called} of {chosen.Source} has it from now on, and Slack is told what differs. {(chosen.SlackId is null ? "" : $"What {chosen.Called} has in Slack now ({chosen.SlackUserName ?? chosen.SlackId}) stays there as it is, and is nobody's.")}"
            ),
            (
                "Warning",
                chosen.SlackId is null
                    ? null
                    : $"Slack lets one account alone have an address. While {chosen.SlackUserName ?? chosen.SlackId} has {chosen.Address ?? "the address"}, this account does not get it: change the address there in Slack first, or afterwards."
            ),
            ("Button", $"Give it to {chosen.Called}"),
            ("To", $"people/{link.Id}/claim/now"),
            ("BackTo", $"people/{link.Id}/claim"),
            ("Fields", new Dictionary<string, string> { ["chosen"] = chosen.Id.ToString(CultureInfo.InvariantCulture) })
        );
    }

    /// <summary>Gives it to the chosen one.</summary>
    public static async Task<IResult> ClaimAsync(Visit visit)
    {
        var chosen = await ChosenAsync(visit);
        await visit.Api.PostAsync($"{LinkPath(visit)}/claim", new JsonObject { ["resource"] = chosen.Resource });
        return new Moved($"../../{visit.Route("link")}");
    }

    private static async Task<Link> ChosenAsync(Visit visit) =>
        await visit.Api.ReadAsync<Link>(
            $"{visit.TenantPath}/links/{Uri.EscapeDataString((await visit.EnteredAsync("chosen"))["chosen"])}"
        );

    private static string LinkPath(Visit visit) => $"{visit.TenantPath}/links/{visit.Route("link")}";
}

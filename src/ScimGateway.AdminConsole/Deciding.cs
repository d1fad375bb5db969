using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using ScimGateway.AdminConsole.Answers;
using ScimGateway.AdminConsole.Pages;
using ScimGateway.AdminConsole.Parts;

namespace ScimGateway.AdminConsole;

/// <summary>What waits for a decision: it is listed, chosen, shown once more, and decided.</summary>
internal static class Deciding
{
    private const int MostOfPage = 100;
    private const string NothingChosen = "Nothing was chosen. Choose what is to be decided first.";

    /// <summary>Lists what waits.</summary>
    public static async Task<IResult> ListAsync(Visit visit) => Page(visit, await HoldsAsync(visit));

    /// <summary>Shows what was chosen as it is now, before anything is done.</summary>
    public static async Task<IResult> ConfirmAsync(Visit visit)
    {
        var (decision, chosen) = await ChosenAsync(visit);
        if (!visit.Me.MayDecide)
            throw RefusedException.Forbidden("Deciding needs the role operator or owner.");
        var holds = await HoldsAsync(visit);
        if (decision is null || chosen.Length == 0)
            return Page(visit, holds, NothingChosen);
        var shown = holds.Items.Where(hold => chosen.Contains(hold.Id)).ToArray();
        return shown.Length == 0
            ? Page(
                visit,
                holds,
                "Nothing of what was chosen is on this page now. It was decided meanwhile, or another reason is shown."
            )
            : visit.Page<DecidePage>(("Tenant", visit.Tenant), ("Decision", decision), ("Holds", shown));
    }

    /// <summary>Decides it.</summary>
    public static async Task<IResult> DecideAsync(Visit visit)
    {
        var (decision, chosen) = await ChosenAsync(visit);
        if (decision is null || chosen.Length == 0)
            return Page(visit, await HoldsAsync(visit), NothingChosen);
        var done = await visit.Api.PostAsync(
            $"{visit.TenantPath}/holds/{decision}",
            new JsonObject { ["holds"] = new JsonArray([.. chosen.Select(hold => JsonValue.Create(hold))]) }
        );
        return new Moved($"../holds?decided={done.As<Decided>().Number}&of={chosen.Length}&as={decision}");
    }

    /// <summary>Says what deciding all of a reason does.</summary>
    public static async Task<IResult> ConfirmAllAsync(Visit visit)
    {
        var entered = await visit.EnteredAsync("decision", "reason", "until");
        var isRelease = entered["decision"] == "release";
        return visit.Page<ConfirmPage>(
            ("Tenant", visit.Tenant),
            ("Current", "holds"),
            ("Title", isRelease ? "Release all" : "Dismiss all"),
            (
                "Does",
                $"All that waited for the reason {StateWords.Said(entered["reason"])} when you looked at the list {(isRelease ? "is told to Slack, as soon as Slack's limits allow." : "is not told to Slack, and waits no longer. Slack stays as it is.")} What has come since is not decided."
            ),
            ("Button", isRelease ? "Release all" : "Dismiss all"),
            ("To", "holds/decide-all"),
            ("BackTo", $"holds?reason={Uri.EscapeDataString(entered["reason"])}"),
            ("Fields", entered)
        );
    }

    /// <summary>Decides all of a reason.</summary>
    public static async Task<IResult> DecideAllAsync(Visit visit)
    {
        var entered = await visit.EnteredAsync("decision", "reason", "until");
        var decision = entered["decision"] == "release" ? "release" : "dismiss";
        var done = await visit.Api.PostAsync(
            $"{visit.TenantPath}/holds/{decision}",
            new JsonObject { ["reason"] = entered["reason"], ["until"] = entered["until"] }
        );
        var number = done.As<Decided>().Number;
        return new Moved($"../holds?decided={number}&of={number}&as={decision}");
    }

    /// <summary>Shows the two accounts of which one was meant.</summary>
    public static async Task<IResult> AtChoiceAsync(Visit visit)
    {
        List<Link> links = [];
        foreach (var number in new[] { NumberOf(visit.Query("link")), NumberOf(visit.Query("other")) })
            if (number is { } link)
                links.Add(await visit.Api.ReadAsync<Link>($"{visit.TenantPath}/links/{link}"));
        var holds =
            links.Count > 0
                ? (await visit.Api.ReadAsync<Page<Hold>>($"{visit.TenantPath}/holds?link={links[0].Id}")).Items
                : [];
        return visit.Page<ChoosePage>(
            ("Tenant", visit.Tenant),
            ("Hold", visit.Route("hold")),
            ("Links", links),
            ("Choices", holds.FirstOrDefault(hold => $"{hold.Id}" == visit.Route("hold"))?.Choices ?? [])
        );
    }

    /// <summary>Says which of two accounts was meant.</summary>
    public static async Task<IResult> ChooseAsync(Visit visit)
    {
        var slackId = (await visit.EnteredAsync("slackId"))["slackId"];
        await visit.Api.PostAsync(
            $"{visit.TenantPath}/holds/{visit.Route("hold")}/choose",
            new JsonObject { ["slackId"] = slackId }
        );
        return new Moved("../../holds?decided=1&of=1");
    }

    private static Task<Page<Hold>> HoldsAsync(Visit visit) =>
        visit.Api.ReadAsync<Page<Hold>>(
            $"{visit.TenantPath}/holds?limit={MostOfPage}{visit.Asked([.. Looking.HoldFilters, "cursor"])}"
        );

    private static Shown<HoldsPage> Page(Visit visit, Page<Hold> holds, string? wrong = null) =>
        visit.Page<HoldsPage>(
            ("Tenant", visit.Tenant),
            ("Holds", holds),
            ("Reason", visit.Query("reason")),
            ("OfLink", visit.Query("link")),
            ("Now", visit.Now()),
            ("Filters", visit.Filters(Looking.HoldFilters)),
            ("Wrong", wrong),
            ("Decision", visit.Query("as")),
            ("Decided", NumberOf(visit.Query("decided"))),
            ("OfChosen", NumberOf(visit.Query("of")))
        );

    private static async Task<(string? Decision, long[] Holds)> ChosenAsync(Visit visit)
    {
        var form = await visit.Http.Request.ReadFormAsync(visit.Http.RequestAborted);
        var decision = form["decision"].ToString();
        return (
            decision is "release" or "dismiss" ? decision : null,
            [.. form["hold"].Select(NumberOf).OfType<long>().Distinct()]
        );
    }

    private static long? NumberOf(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private sealed record Decided([property: JsonPropertyName("decided")] long Number);
}

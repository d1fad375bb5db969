using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ScimGateway.AdminConsole.Answers;
using ScimGateway.AdminConsole.Pages;

namespace ScimGateway.AdminConsole;

/// <summary>What runs in a tenant, and what is confirmed before it runs.</summary>
internal static class Running
{
    /// <summary>The jobs.</summary>
    public static async Task<IResult> AtJobsAsync(Visit visit) =>
        visit.Page<JobsPage>(("Tenant", visit.Tenant), ("Jobs", await visit.ListAsync<Job>("jobs")));

    /// <summary>Starts one.</summary>
    public static async Task<IResult> StartAsync(Visit visit)
    {
        var entered = await visit.EnteredAsync("kind", "confirmed");
        var kind = entered["kind"];
        if (kind == "resync" && entered["confirmed"].Length == 0)
            return visit.Page<ConfirmPage>(
                ("Tenant", visit.Tenant),
                ("Current", "setup"),
                ("Title", "Re-sync"),
                (
                    "Does",
                    "Everybody is planned anew, and Slack is told what is other than providers want. What somebody has changed in Slack by hand is set right where a provider has a say in it. The guard holds what is too much at once."
                ),
                ("Button", "Re-sync"),
                ("To", "jobs"),
                ("BackTo", "jobs"),
                ("Fields", new Dictionary<string, string> { ["kind"] = kind, ["confirmed"] = "yes" })
            );
        var started = await visit.Api.PostAsync($"{visit.TenantPath}/jobs", new JsonObject { ["kind"] = kind });
        return Shown(visit, started);
    }

    /// <summary>One job: how far it is, or what it would do.</summary>
    public static async Task<IResult> AtJobAsync(Visit visit)
    {
        var job = await visit.Api.ReadAsync<Job>(JobPath(visit));
        return visit.Page<JobPage>(
            ("Tenant", visit.Tenant),
            ("Job", job),
            (
                "Fates",
                job is { Kind: "enable", IsToConfirm: true }
                    ? await visit.ListAsync<Fate>($"jobs/{job.Id}/links", Looking.FateFilters)
                    : null
            ),
            ("What", visit.Query("what")),
            ("Filters", visit.Filters(Looking.FateFilters))
        );
    }

    /// <summary>Confirms it, ends it, or has it go on.</summary>
    public static async Task<IResult> DecideAsync(Visit visit)
    {
        if ((await visit.EnteredAsync("do"))["do"] is var what && what is "confirm" or "cancel" or "resume")
            await visit.Api.PostAsync($"{JobPath(visit)}/{what}");
        return new Moved(visit.Route("job"));
    }

    /// <summary>The page of a job that an answer is about.</summary>
    public static Moved Shown(Visit visit, AdminAnswer answer) =>
        new($"{visit.Frame.Of(visit.Tenant)}/jobs/{answer.As<Job>().Id}");

    private static string JobPath(Visit visit) => $"{visit.TenantPath}/jobs/{visit.Route("job")}";
}

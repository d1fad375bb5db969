using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Slack.Budget;

namespace ScimGateway.Host.Admin;

/// <summary>What Slack still allows a tenant, and what waits for it.</summary>
internal static class BudgetEndpoints
{
    public static void Map(IEndpointRouteBuilder tenant) =>
        tenant.Reads("/budget", Read).Called("readBudget", Role.Viewer);

    private static IResult Read(AdminCall call)
    {
        var (budget, schedule) = (call.Home.Budget, call.Home.Schedule);
        return call.Answer(
            new
            {
                Buckets = budget.Read(),
                Queue = Enum.GetValues<SlackPriority>()
                    .ToDictionary(priority => AdminJson.Named(priority.ToString()), schedule.CountOf),
                EstimatedEnd = schedule.EndIn() is { } wait ? call.Now.ToTime() + wait : (DateTimeOffset?)null,
            }
        );
    }
}

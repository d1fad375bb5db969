using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;

namespace ScimGateway.Host.Admin;

/// <summary>What Slack still allows a tenant, and what waits for it.</summary>
internal static class BudgetEndpoints
{
    public static void Map(IEndpointRouteBuilder tenant) =>
        tenant.MapMethods("/budget", ReadMethods.All, ReadAsync).Called("readBudget", Role.Viewer);

    private static async Task<IResult> ReadAsync(AdminCall call)
    {
        var (budget, schedule, outage) = (call.Home.Budget, call.Home.Schedule, call.Home.Outage);
        var pending = await call.Store.AskAsync(session =>
            LinkLists.Count(session, call.Tenant.Row.Id, LinkState.Pending)
        );
        return call.Answer(
            new
            {
                // To be read, not calculated with: no more digits than anybody looks at.
                Buckets = budget
                    .Read()
                    .Select(bucket =>
                        bucket with
                        {
                            PerMinute = Math.Round(bucket.PerMinute, 1),
                            Pace = Math.Round(bucket.Pace, 2),
                        }
                    ),
                Queue = Enum.GetValues<SlackPriority>()
                    .ToDictionary(priority => AdminJson.Named(priority.ToString()), schedule.CountOf),
                // Also what is tried again later, may still land, or may not be told for now.
                Pending = pending,
                // When Slack works again, or is told again, nobody can say.
                EstimatedEnd = outage is null && call.Home.Executor.Gate.Closed is null && schedule.EndIn() is { } wait
                    ? call.Now.ToTime() + wait
                    : (DateTimeOffset?)null,
                Outage = outage,
            }
        );
    }
}

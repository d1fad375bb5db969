using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Admin;

/// <summary>How much was asked for within a day, hour by hour, what came of it, and how long Slack took.</summary>
internal static class ActivityEndpoints
{
    private const int Hours = 24;

    public static void Map(IEndpointRouteBuilder tenant) =>
        tenant.MapMethods("/activity", ReadMethods.All, ReadAsync).Called("readActivity", Role.Viewer);

    private static double Seconds(long milliseconds) => milliseconds / 1000d;

    private static async Task<IResult> ReadAsync(AdminCall call)
    {
        var hour = TimeSpan.FromHours(1);
        var now = call.Now.ToTime();
        var from = new DateTimeOffset(now.Ticks - (now.Ticks % hour.Ticks), TimeSpan.Zero) - ((Hours - 1) * hour);
        var (counts, told) = await call.Store.ReadAsync(session =>
            (
                OperationLists.ByHour(session, call.Tenant.Row.Id, Instant.Of(from)),
                OperationLists.ToldByHour(session, call.Tenant.Row.Id, Instant.Of(from))
            )
        );
        var byHour = counts.ToLookup(one => one.Hour);
        var toldByHour = told.ToDictionary(one => one.Hour);
        return call.Answer(
            new
            {
                Hours = Enumerable
                    .Range(0, Hours)
                    .Select(after => new
                    {
                        From = from + (after * hour),
                        Outcomes = byHour[after]
                            .ToDictionary(
                                one => ShownOperation.OutcomeOf(one.Outcome),
                                one => one.Operations,
                                StringComparer.Ordinal
                            ),
                        toldByHour.GetValueOrDefault(after).Commands,
                        AverageSeconds = Seconds(toldByHour.GetValueOrDefault(after).Average),
                        LongestSeconds = Seconds(toldByHour.GetValueOrDefault(after).Longest),
                    }),
            }
        );
    }
}

using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Admin;

/// <summary>How much was asked for within a day, hour by hour, what came of it, and how long that took.</summary>
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
        var counts = await call.Store.ReadAsync(session =>
            OperationLists.ByHour(session, call.Tenant.Row.Id, Instant.Of(from))
        );
        var byHour = counts.ToLookup(one => one.Hour);
        return call.Answer(
            new { Hours = Enumerable.Range(0, Hours).Select(after => Shown(from + (after * hour), [.. byHour[after]])) }
        );
    }

    private static object Shown(DateTimeOffset from, IReadOnlyList<OperationsOfHour> all)
    {
        var told = all.Sum(one => one.Told);
        return new
        {
            From = from,
            Outcomes = all.ToDictionary(
                one => ShownOperation.OutcomeOf(one.Outcome),
                one => one.Operations,
                StringComparer.Ordinal
            ),
            Commands = all.Sum(one => one.Commands),
            AverageSeconds = Seconds(told == 0 ? 0 : all.Sum(one => one.Milliseconds) / told),
            LongestSeconds = Seconds(all.Count == 0 ? 0 : all.Max(one => one.Longest)),
        };
    }
}

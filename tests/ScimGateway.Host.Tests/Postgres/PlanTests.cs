using ScimGateway.Host.Tests.Reads;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Reads;
using ScimGateway.Provisioning.Storage;
using Xunit;

namespace ScimGateway.Host.Tests.Postgres;

/// <summary>Which way PostgreSQL takes to a page: a sort of all users would be right, and slow at 100,000.</summary>
public class PlanTests
{
    [Theory]
    [InlineData("")]
    [InlineData("meta.created")]
    [InlineData("displayName")]
    [InlineData("userName")]
    public async Task A_page_is_read_in_the_order_of_an_index(string sortBy)
    {
        await using var database = await Base.OpenAsync();
        await Crowd.WriteAsync(database.Store, Enumerable.Range(1, 3_000).Select(Crowd.Member));
        await database.Store.WriteAsync(session => session.Execute("analyze"), CancellationToken.None);

        foreach (var offset in new[] { 0, 200 })
        {
            var plan = await PlanAsync(database.Store, sortBy, offset);

            // What is sorted, if anything, is the page, whose users have been told apart by then.
            Assert.DoesNotContain(
                plan.SkipWhile(step => !step.Contains("Limit", StringComparison.Ordinal)),
                step => step.Contains("Sort", StringComparison.Ordinal)
            );
            Assert.Contains(plan, step => step.Contains("Limit", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_page_and_a_user_who_is_looked_for_are_one_way()
    {
        await using var proxy = new StoreProxy();
        await using var gateway = await Gateway.StartAsync(new Setting { Proxy = proxy });
        foreach (var name in new[] { "ada", "grace", "joan" })
            await GroupRequests.UserAsync(gateway, name);

        foreach (var asked in new[] { "Users?count=2", "Users?filter=userName eq \"grace\"", "Users?count=0" })
        {
            // What is asked for the first time is described first, and the lock is looked at now and then.
            var fewest = int.MaxValue;
            for (var i = 0; i < 5; i++)
            {
                await gateway.QuietAsync();
                var before = proxy.Ways;
                await gateway.SendAsync(HttpMethod.Get, asked);
                fewest = Math.Min(fewest, proxy.Ways - before);
            }
            Assert.Equal((asked, 1), (asked, fewest));
        }
    }

    private static async Task<List<string>> PlanAsync(Store store, string sortBy, int offset)
    {
        var caller = new Caller(new TenantId(1), 1, "one", new Preferences(), Dialect.Everything);
        var query = new ResourceQuery(
            "",
            100,
            new Sought(Kind.User)
            {
                Sort = sortBy == "" ? null : SortOrder.Read(sortBy, false, GatewayTypes.User, Reading.Everything()),
            }
        );
        var page = new ResourceList(store.Sql, caller, query, cursorKey: null).Select(100, offset);
        return await store.ReadAsync(session =>
            session.All("explain " + page.Text, row => row.Text(), page.Parameters)
        );
    }
}

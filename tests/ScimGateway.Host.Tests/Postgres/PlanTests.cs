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

        var sought = new Sought(Kind.User)
        {
            Sort = sortBy == "" ? null : SortOrder.Read(sortBy, false, GatewayTypes.User, Reading.Everything()),
        };
        foreach (var offset in new[] { 0, 200 })
        {
            var plan = await PlanAsync(database.Store, sought, offset);

            // What is sorted, if anything, is the page, whose users have been told apart by then.
            Assert.DoesNotContain(
                plan.SkipWhile(step => !step.Contains("Limit", StringComparison.Ordinal)),
                step => step.Contains("Sort", StringComparison.Ordinal)
            );
            Assert.Contains(plan, step => step.Contains("Limit", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("userName eq \"user7@crew.example\"", "IX_resources_tenant_id_user_name_key")]
    [InlineData("userName eq \"user7@crew.example\" and active eq true", "IX_resources_tenant_id_user_name_key")]
    public async Task Who_is_looked_for_is_found_by_an_index_also_where_nobody_has_told_the_server_how_many_there_are(
        string filter,
        string index
    )
    {
        await using var database = await Base.OpenAsync();
        await database.Store.WriteAsync(
            session => session.Execute("alter table resources set (autovacuum_enabled = false)"),
            CancellationToken.None
        );
        await Crowd.WriteAsync(database.Store, Enumerable.Range(1, 3_000).Select(Crowd.Member));

        var plan = await PlanAsync(
            database.Store,
            new Sought(Kind.User) { Filter = Filter.Read(filter, GatewayTypes.User, Reading.Everything()) }
        );

        Assert.Contains(plan, step => step.Contains(index, StringComparison.Ordinal));
        Assert.DoesNotContain(plan, step => step.Contains("ix_resources_list", StringComparison.Ordinal));
    }

    private static async Task<List<string>> PlanAsync(Store store, Sought sought, int offset = 0)
    {
        var caller = new Caller(new TenantId(1), 1, "one", new Preferences(), Dialect.Everything);
        var query = new ResourceQuery("", 100, sought);
        var page = new ResourceList(store.Sql, caller, query, cursorKey: null).Select(100, offset);
        return await store.ReadAsync(session =>
            session.All("explain " + page.Text, row => row.Text(), page.Parameters)
        );
    }
}

using ScimGateway.Provisioning.Storage;
using Xunit;

namespace ScimGateway.Host.Tests.Postgres;

/// <summary>The processes of one cluster have a database together, and nobody else has it beside them.</summary>
public class ClusterStoreTests
{
    [Fact]
    public async Task A_cluster_has_a_database_together_and_keeps_all_others_out()
    {
        await using var at = await Base.OpenAsync();
        await at.Store.DisposeAsync();
        await using (var one = await OpenAsync(at, "one"))
        await using (var other = await OpenAsync(at, "one"))
        {
            Assert.Equal((true, false), (one.WasFree, other.WasFree));
            await Assert.ThrowsAsync<StoreInUseException>(() => OpenAsync(at, null));
            var e = await Assert.ThrowsAsync<StoreServerException>(() => OpenAsync(at, "two"));
            Assert.Contains("belongs to the cluster one", e.Message, StringComparison.Ordinal);
        }

        await using (var alone = await OpenAsync(at, null))
            await Assert.ThrowsAsync<StoreInUseException>(() => OpenAsync(at, "one"));
        await using var renamed = await OpenAsync(at, "two");
        Assert.True(renamed.WasFree);
    }

    [Fact]
    public async Task Works_for_one_tenant_run_one_after_the_other_at_all_instances()
    {
        await using var at = await Base.OpenAsync();
        await at.Store.DisposeAsync();
        await using var one = await OpenAsync(at, "one");
        await using var other = await OpenAsync(at, "one");
        TestStore.RunIn(at.Name, "create table counted (number integer); insert into counted values (0)");

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => CountAsync(i % 2 == 0 ? one : other)));

        Assert.Equal(40L, TestStore.RunIn(at.Name, "select number::bigint from counted"));

        // What is read, changed and written back is lost where two do it at once.
        static Task CountAsync(Store store) =>
            store.WriteAsync(
                session =>
                {
                    var number = session.First("select number::text from counted", row => row.Text());
                    return session.Execute($"update counted set number = {number} + 1");
                },
                CancellationToken.None
            );
    }

    private static Task<Store> OpenAsync(Base at, string? cluster) =>
        Store.OpenAsync(at.Connection, _ => false, CancellationToken.None, cluster);
}

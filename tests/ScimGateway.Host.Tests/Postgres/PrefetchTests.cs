using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using Xunit;

namespace ScimGateway.Host.Tests.Postgres;

/// <summary>What is prefetched is what would be read when it is asked for.</summary>
public class PrefetchnTests
{
    [Theory]
    [InlineData(false)] // what was prefetched is still on its way
    [InlineData(true)]
    public async Task What_is_written_after_it_was_prefetched_is_read_as_it_was_written(bool hasArrived)
    {
        await using var database = await Base.OpenAsync();
        var tenant = await database.Store.WriteAsync(
            session => Tenants.Open(session, "corp", "Corp", "source", new Preferences()).TenantId,
            CancellationToken.None
        );

        var name = await database.Store.WriteAsync(
            session =>
            {
                session.Prefetch(asks => Name(asks, tenant));
                if (hasArrived)
                    Assert.Equal("Corp", Name(session, tenant));
                session.Put("update tenants set name = 'Other' where id = @id", ("@id", tenant));
                return Name(session, tenant);
            },
            CancellationToken.None,
            tenant
        );

        Assert.Equal("Other", name);
    }

    [Fact]
    public async Task What_is_prefetched_and_asked_for_is_one_way()
    {
        await using var database = await Base.OpenAsync();
        var tenant = await database.Store.WriteAsync(
            session => Tenants.Open(session, "corp", "Corp", "source", new Preferences()).TenantId,
            CancellationToken.None
        );
        var alone = await WaysAsync(database, tenant, prefetches: false);

        Assert.Equal(alone - 1, await WaysAsync(database, tenant, prefetches: true));
    }

    // Of two queries; the lock is looked at now and then, so that the fewest of some count.
    private static async Task<int> WaysAsync(Base database, TenantId tenant, bool prefetches)
    {
        var fewest = int.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var before = database.Proxy.Ways;
            await database.Store.WriteAsync(
                session =>
                {
                    if (prefetches)
                        session.Prefetch(asks =>
                        {
                            Name(asks, tenant);
                            Slug(asks, tenant);
                        });
                    return Name(session, tenant) + Slug(session, tenant);
                },
                CancellationToken.None,
                tenant
            );
            fewest = Math.Min(fewest, database.Proxy.Ways - before);
        }
        return fewest;
    }

    private static string? Name(StoreSession session, TenantId tenant) =>
        session.First("select name from tenants where id = @id", row => row.Text(), ("@id", tenant));

    private static string? Slug(StoreSession session, TenantId tenant) =>
        session.First("select slug from tenants where id = @id", row => row.Text(), ("@id", tenant));
}

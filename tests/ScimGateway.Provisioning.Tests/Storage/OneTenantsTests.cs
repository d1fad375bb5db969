using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Sqlite;
using Xunit;

namespace ScimGateway.Provisioning.Tests.Storage;

/// <summary>A statement over what many tenants have cannot be run by mistake.</summary>
public sealed class OneTenantsTests : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("scimgateway-tests-").FullName;
    private Store _store = null!;

    public async ValueTask InitializeAsync() =>
        _store = await SqliteStore.OpenAsync(Path.Combine(_data, "gateway.db"), _ => false, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    [Theory]
    [InlineData("select id from links where state = 1")]
    [InlineData("select l.id from (select 1) x join links l on l.state = 1")]
    [InlineData("update operations set outcome = 'done' where outcome = 'pending'")]
    [InlineData("delete from members where gone = 1")]
    [InlineData("insert into rules (tenant_id, name, filter) select tenant_id, name, filter from rules")]
    public async Task What_names_no_tenant_and_no_row_is_refused(string sql)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            _store.WriteAsync(session => session.Execute(sql), CancellationToken.None)
        );

        Assert.Contains("names no tenant and no row", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_names_the_tenant_or_means_all_of_them_is_run()
    {
        Assert.Empty(
            _store.Read(
                session =>
                    session.All(
                        "select id from links where tenant_id = @tenant and state = 1",
                        row => row.Long(),
                        ("@tenant", 7)
                    ),
                CancellationToken.None
            )
        );
        Assert.Equal(
            0,
            await _store.WriteAsync(
                session => session.Execute("delete from outbox where ended < 0" + OneTenants.NotAlone),
                CancellationToken.None
            )
        );
    }
}

using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Sqlite;
using ScimGateway.Provisioning.Storage.Tables;
using Xunit;

namespace ScimGateway.Provisioning.Tests.Storage;

/// <summary>
/// Each unique index of the tables, broken by two rows that it cannot have both: what it is called comes from SQLite's
/// own words.
/// </summary>
public sealed class UniqueIndexTests : IAsyncLifetime
{
    private static readonly Dictionary<string, UniqueIndex> _indexes = new()
    {
        ["IX_tenants_slug"] = UniqueIndex.TenantSlug,
        ["IX_tenants_organization_id"] = UniqueIndex.TenantOrganization,
        ["IX_credentials_hash"] = UniqueIndex.CredentialHash,
        ["IX_admin_keys_hash"] = UniqueIndex.AdminKeyHash,
        ["IX_resources_tenant_id_user_name_key"] = UniqueIndex.UserName,
        ["ix_resources_group_name"] = UniqueIndex.GroupName,
        ["IX_links_tenant_id_kind_slack_id"] = UniqueIndex.LinkSlackId,
        ["IX_links_claimant_id"] = UniqueIndex.LinkClaimant,
        ["IX_audit_entries_line"] = UniqueIndex.AuditLine,
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("scimgateway-tests-").FullName;
    private Store _store = null!;

    public async ValueTask InitializeAsync() =>
        _store = await SqliteStore.OpenAsync(Path.Combine(_folder, "gateway.db"), _ => false, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Each_unique_index_has_a_name_of_ours()
    {
        var there = _store.Read(session =>
            session.All(
                "select name from sqlite_master where type = 'index' and sql like 'create unique index%' order by name",
                row => row.Text()
            )
        );

        Assert.Equal(_indexes.Keys.Order(StringComparer.Ordinal), there);
    }

    [Fact]
    public async Task Two_rows_that_an_index_cannot_have_both_are_a_violation_of_it()
    {
        foreach (var (name, index) in _indexes)
        {
            var (table, columns) = _store.Read(session =>
                (
                    session.First(
                        "select tbl_name from sqlite_master where name = @name",
                        row => row.Text(),
                        ("@name", name)
                    )!,
                    session.All("select name from pragma_index_info(@name)", row => row.Text(), ("@name", name))
                )
            );
            Assert.Equal(index, await TwiceAsync(table, columns));
        }
    }

    [Fact]
    public async Task A_row_that_is_there_already_is_a_violation_of_the_primary_key()
    {
        var tables = _store.Read(session =>
            session.All(
                "select name from sqlite_master where type = 'table' and name not like '\\_\\_%' escape '\\' and name not like 'sqlite%' and name not in ('schema_stamp', 'store_mark')",
                row => row.Text()
            )
        );
        Assert.True(tables.Count > 10);

        foreach (var table in tables)
        {
            var keys = _store.Read(session =>
                session.All(
                    "select name from pragma_table_info(@table) where pk > 0",
                    row => row.Text(),
                    ("@table", table)
                )
            );
            Assert.Equal(UniqueIndex.PrimaryKey, await TwiceAsync(table, keys));
        }
    }

    [Fact]
    public async Task What_breaks_another_rule_is_no_violation_of_an_index()
    {
        var error = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() =>
            WriteAsync(session => session.Execute("insert into sources (name) values (null)"))
        );

        Assert.IsNotType<UniqueViolationException>(error);
    }

    [Theory]
    [InlineData(Kind.User)]
    [InlineData(Kind.Group)]
    public async Task A_name_that_another_one_has_is_refused_as_SCIM_says_it(Kind kind)
    {
        await WriteAsync(session => Save(session, kind));

        var refused = await Assert.ThrowsAsync<ScimException>(() => WriteAsync(session => Save(session, kind)));

        Assert.Equal("uniqueness", refused.ScimType);
    }

    private static bool Save(StoreSession session, Kind kind)
    {
        var resource = new Resource
        {
            Id = new(Guid.CreateVersion7()),
            TenantId = new TenantId(1),
            Kind = kind,
            Document = "{}"u8.ToArray(),
            UserNameKey = kind == Kind.User ? "ada" : null,
            DisplayNameKey = "ada",
        };
        if (kind == Kind.User)
            Resources.SaveUser(session, resource);
        else
            Resources.Save(session, resource);
        return true;
    }

    // Two rows that are alike in these columns alone; what may be empty is.
    private async Task<UniqueIndex> TwiceAsync(string table, IReadOnlyCollection<string> alike)
    {
        var columns = _store.Read(session =>
            session.All(
                "select name, type, \"notnull\" or pk > 0 from pragma_table_info(@table)",
                row => (Name: row.Text(), Type: row.Text(), IsRequired: row.Flag()),
                ("@table", table)
            )
        );
        var violation = await Assert.ThrowsAsync<UniqueViolationException>(() =>
            WriteAsync(session => Insert(session, 1) + Insert(session, 2))
        );
        return violation.Index;

        int Insert(StoreSession session, int number)
        {
            var given = columns
                .Where(column => column.IsRequired || alike.Contains(column.Name) || column.Name == "kind")
                .ToList();
            return session.Execute(
                $"insert into {table} ({string.Join(", ", given.Select(column => $"\"{column.Name}\""))}) "
                    + $"values ({string.Join(", ", given.Select((_, i) => $"@p{i}"))})",
                [.. given.Select((column, i) => ($"@p{i}", Value(column.Name, column.Type, number)))]
            );
        }

        object? Value(string name, string type, int number) =>
            alike.Contains(name) || name == "kind" ? 1
            : type == "INTEGER" ? number
            : type == "BLOB" ? new byte[] { (byte)number }
            : $"{number}";
    }

    private Task<T> WriteAsync<T>(Func<StoreSession, T> work) => _store.WriteAsync(work, CancellationToken.None);
}

using System.Globalization;
using Microsoft.EntityFrameworkCore;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Sqlite;
using ScimGateway.Tests;

namespace ScimGateway.Host.Tests;

/// <summary>
/// What a gateway keeps, as tests look at it and spoil it: by the model of its tables, on a connection of its own. What
/// only a statement can do stands here, too.
/// </summary>
internal static class StoreTables
{
    /// <summary>A tenant's row has another one's Slack token, as it is kept.</summary>
    public static Task GiveTokenAsync(Store store, string from, string to) =>
        store.WriteAsync(
            session =>
                session.Execute(
                    "update tenants set token = (select token from tenants where slug = @from) where slug = @slug",
                    ("@from", from),
                    ("@slug", to)
                ),
            CancellationToken.None
        );

    /// <summary>Somebody who can write the store changes what the gateway has written there; how many rows.</summary>
    public static Task<int> TamperAsync(Store store, string sql) =>
        store.WriteAsync(session => session.Execute(sql), CancellationToken.None);

    /// <summary>The tables of a store.</summary>
    public static GatewayDb Open(string folder) => TestStore.Tables(folder);

    /// <summary>The link of a resource.</summary>
    public static Link Of(this GatewayDb kept, string id) =>
        kept.Links.Single(link =>
            link.Id == kept.Resources.Single(one => one.Id == new ResourceId(Guid.Parse(id))).LinkId
        );

    /// <summary>As if nothing had been written for a minute.</summary>
    public static void Age(this GatewayDb kept)
    {
        foreach (var link in kept.Links.ToList())
        {
            kept.Entry(link).Property(one => one.Since).CurrentValue -= TimeSpan.FromMinutes(1);
            if (link.SeenAt is { } seen)
                kept.Entry(link).Property(one => one.SeenAt).CurrentValue = seen - TimeSpan.FromMinutes(1);
        }
        kept.SaveChanges();
    }

    /// <summary>No member row is written beyond so many.</summary>
    public static Task StopAtMembersAsync(Store store, int many) =>
        store.WriteAsync(
            session =>
            {
                if (!TestStore.IsPostgres)
                    return session.Execute(
                        $"create trigger stop before insert on members when (select count(*) from members) = {many} begin select raise(abort, 'here'); end"
                    );
                session.Execute(
                    $"create function stop() returns trigger language plpgsql as $$ begin if (select count(*) from members) >= {many} then raise exception 'here'; end if; return new; end $$"
                );
                return session.Execute(
                    "create trigger stop before insert on members for each row execute function stop()"
                );
            },
            CancellationToken.None
        );

    /// <summary>Writes so many rows one by one, and forgets them.</summary>
    public static Task WritePlainRowsAsync(Store store, int many) =>
        store.WriteAsync(
            session =>
            {
                for (var i = 0; i < many; i++)
                    session.Execute(
                        "insert into guarded_changes (tenant_id, what, group_id, subject, at) values (0, 0, '00000000-0000-0000-0000-000000000000', @subject, 0)",
                        ("@subject", i)
                    );
                return session.Execute("delete from guarded_changes where tenant_id = 0" + OneTenants.NotAlone);
            },
            CancellationToken.None
        );

    /// <summary>They are again.</summary>
    public static Task GoOnAsync(Store store) =>
        store.WriteAsync(
            session => session.Execute(TestStore.IsPostgres ? "drop function stop() cascade" : "drop trigger stop"),
            CancellationToken.None
        );

    /// <summary>A reference that is checked at the commit: the statements go through, and the commit does not.</summary>
    public static Task FailAtTheCommitAsync(Store store) =>
        store.WriteAsync(
            session =>
                session.Execute(
                    "create table child (id integer primary key, parent integer references child (id) deferrable initially deferred)"
                ) + session.Execute("insert into child (id, parent) values (1, 7)"),
            CancellationToken.None
        );

    /// <summary>A table cannot be read, as of a file that is damaged.</summary>
    public static Task LoseAsync(Store store, string table) => RenameAsync(store, table, $"{table}_lost");

    /// <summary>It can again.</summary>
    public static Task FindAsync(Store store, string table) => RenameAsync(store, $"{table}_lost", table);

    /// <summary>How the connection that writes waits for the disk, in the store's word.</summary>
    public static async Task<string?> SynchronousAsync(Store store) =>
        await store.WriteAsync(
            session =>
                TestStore.IsPostgres
                    ? session.First("select current_setting('synchronous_commit')", row => row.Text())
                    : session.First("pragma synchronous", row => row.Int().ToString(CultureInfo.InvariantCulture)),
            CancellationToken.None
        );

    /// <summary>
    /// SQLite goes by a disk that has room for so many pages, and for those there are; gives back for how many it had before.
    /// </summary>
    public static Task<long> RoomAsync(Store store, long pages) =>
        store.WriteAsync(
            session =>
            {
                var before = session.First("pragma max_page_count", row => row.Long());
                session.First($"pragma max_page_count = {pages}", row => row.Long());
                return before;
            },
            CancellationToken.None
        );

    /// <summary>The lock of a migration whose process was killed, as EF Core leaves it.</summary>
    public static void LeaveMigrationLock(string file)
    {
        using var session = new SqliteSession(SqliteFile.Open(file));
        session.Execute(
            "create table \"__EFMigrationsLock\" (\"Id\" integer not null primary key, \"Timestamp\" text not null)"
        );
        session.Execute("insert into \"__EFMigrationsLock\" values (1, '2026-11-20 13:38:45+00:00')");
    }

    private static Task<int> RenameAsync(Store store, string from, string to) =>
        store.WriteAsync(session => session.Execute($"alter table {from} rename to {to}"), CancellationToken.None);
}

using System.Text;
using Npgsql;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Tests;

namespace ScimGateway.Host.Tests.Secrets;

/// <summary>A store with no gateway around it, in a folder of its own.</summary>
internal sealed class KeptStore : IAsyncDisposable
{
    private KeptStore(string folder, Store store) => (Folder, Store) = (folder, store);

    public string Folder { get; }

    public Store Store { get; }

    public static async Task<KeptStore> OpenAsync()
    {
        var folder = Directory.CreateTempSubdirectory("scimgateway-tests-").FullName;
        return new KeptStore(folder, await TestStore.OpenAsync(folder));
    }

    /// <summary>What whoever gets hold of a store's disk can read: its files, or of a database each column of each row.</summary>
    public static byte[] WholeOf(string folder)
    {
        if (TestStore.IsPostgres)
            return Encoding.UTF8.GetBytes(RowsOf(folder));
        var file = Path.Combine(folder, "gateway.db");
        return [.. ReadShared(file), .. ReadShared(file + "-wal")]; // that is there while it is open
    }

    /// <summary>Where bytes are found in what WholeOf gives: as they are, in base64 or, of a database, in hex.</summary>
    public static bool Has(byte[] whole, byte[] secret) =>
        new[]
        {
            secret,
            Encoding.ASCII.GetBytes(Convert.ToBase64String(secret).TrimEnd('=')[..^1]), // its end depends on what follows
            Encoding.ASCII.GetBytes(Convert.ToHexStringLower(secret)),
        }.Any(spelled => whole.AsSpan().IndexOf(spelled) >= 0);

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        TestStore.Drop(Folder);
    }

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static string RowsOf(string folder)
    {
        using var connection = new NpgsqlConnection(TestStore.Of(folder) + ";Pooling=false");
        connection.Open();
        var tables = new List<string>();
        using (var list = new NpgsqlCommand("select tablename from pg_tables where schemaname = 'public'", connection))
        using (var rows = list.ExecuteReader())
            while (rows.Read())
                tables.Add(rows.GetString(0));
        var all = new StringBuilder();
        foreach (var table in tables)
        {
#pragma warning disable CA2100 // names of our own tables
            using var dump = new NpgsqlCommand($"select t::text from \"{table}\" t", connection);
#pragma warning restore CA2100
            using var rows = dump.ExecuteReader();
            while (rows.Read())
                all.AppendLine(rows.GetString(0));
        }
        return all.ToString();
    }
}

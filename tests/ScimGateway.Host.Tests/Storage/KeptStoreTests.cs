using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using ScimGateway.Host.Admin;
using ScimGateway.Host.Security;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Host.Tests.Postgres;
using ScimGateway.Kill;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.SlackEmulator.Traffic;
using ScimGateway.Tests;
using Xunit;
using static ScimGateway.Host.Tests.Admin.LinkRequests;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Storage;

/// <summary>
/// What a release has stored opens with the build of today and has what it had. tests/stores keeps two small stores of each
/// release: VERSION.sqlite.sql and VERSION.postgres.sql, and beside each a .json with what is to be seen of it.
/// deploy/release.sh wants those of the version that it makes; KEEP_STORE=VERSION has the first test write that of its run.
/// </summary>
public class KeptStoreTests
{
    // Of stores that are made up: it opens nothing else.
    private const string MasterKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true };

    private static string Folder => Path.Combine(GeneratedPage.Root(), "tests", "stores");

    private static string Kind => TestStore.IsPostgres ? "postgres" : "sqlite";

    [Fact]
    public async Task What_is_kept_of_the_build_of_today_opens_and_has_what_it_had()
    {
        string text;
        JsonNode seen;
        await using (var served = await StartAsync())
        {
            await FillAsync(served);
            seen = await SeenAsync(served);
            await served.StopAsync();
            text = TestStore.IsPostgres
                ? await ServerProgram.RunAsync(TestStore.Of(served.Data), "pg_dump", "", "--no-owner", "--inserts")
                : Text(TestStore.FileOf(served.Data));
        }
        if (Environment.GetEnvironmentVariable("KEEP_STORE") is { Length: > 0 } version)
        {
            Directory.CreateDirectory(Folder);
            await File.WriteAllTextAsync(Path.Combine(Folder, $"{version}.{Kind}.sql"), text);
            await File.WriteAllTextAsync(
                Path.Combine(Folder, $"{version}.{Kind}.json"),
                seen.ToJsonString(_indented) + "\n"
            );
        }

        Assert.Equal(["ada", "bob"], seen["users"]!.AsArray().Select(user => (string?)user!["userName"]));
        await OpensAsync(text, seen);
    }

    [Fact]
    public async Task What_each_release_has_stored_opens_and_has_what_it_had()
    {
        foreach (var file in Directory.Exists(Folder) ? Directory.GetFiles(Folder, $"*.{Kind}.sql") : [])
            await OpensAsync(
                await File.ReadAllTextAsync(file),
                JsonNode.Parse(await File.ReadAllTextAsync(Path.ChangeExtension(file, "json")))!
            );
    }

    private static async Task<ServedGateway> StartAsync()
    {
        var key = Path.Combine(Path.GetTempPath(), "scimgateway-kept-master.key");
        ClusterFiles.WriteOwn(key, MasterKey);
        return await ServedGateway.StartAsync(0, null, "--master-key-file", key);
    }

    // Something of each kind: a tenant with a preference, users, a group, a hold, what was asked for.
    private static async Task FillAsync(ServedGateway served)
    {
        using var provider = await SetUpAsync(served, """{"guardedAccounts":1}""");
        await served.EnableAsync();
        var (ada, bob) = (
            await CreateAsync(provider, "ada", "ada@corp.example"),
            await CreateAsync(provider, "bob", "bob@corp.example")
        );
        await Gateway.SendAsync(provider, HttpMethod.Post, "Groups", Group("Engineers", ada, bob));
        foreach (var user in new[] { ada, bob })
            await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{user}", Patch("active", "false"));
    }

    private static async Task OpensAsync(string text, JsonNode seen)
    {
        await using var served = await StartAsync();
        // This Slack has none of the accounts of the store, and an import would find them gone.
        foreach (var list in (string[])["/Users", "/Groups"])
            served.Slack.Faults.Add(
                new Fault
                {
                    Method = "GET",
                    Path = list,
                    Times = 0,
                    Status = 503,
                }
            );
        if (TestStore.IsPostgres)
            await served.RestartAsync(() => FillDatabaseAsync(served.Data, text));
        else
        {
            var copy = Path.Combine(served.Data, "kept.db");
            ClusterFiles.WriteOwn(copy, ""); // an empty file is as good as none to SQLite
            FillFile(copy, text);
            await served.RestoreAsync(copy);
        }
        await served.Store.WriteAsync(
            session =>
                AdminKeys.Insert(
                    session,
                    AdminSecret.Key("of today", Role.Owner, served.Key, TimeProvider.System.Now())
                ),
            CancellationToken.None
        );

        Assert.Equal(seen.ToJsonString(_indented), (await SeenAsync(served)).ToJsonString(_indented));
    }

    // What a restoration changes, such as the tenant's standing, and what is different each time is left out.
    private static async Task<JsonNode> SeenAsync(ServedGateway served)
    {
        using var provider = served.Provider("acme", await served.SourceAsync($"Seen {Guid.NewGuid():N}"));
        return new JsonObject
        {
            ["users"] = await ProvidedAsync(provider, "Users?sortBy=userName&attributes=userName,active,emails"),
            ["groups"] = await ProvidedAsync(provider, "Groups?sortBy=displayName&attributes=displayName,members"),
            ["links"] = new JsonArray([
                .. (await ItemsAsync(served, "tenants/acme/links"))
                    .Where(link => link["resource"] is not null)
                    .Select(link => Only(link, "kind", "name", "address", "slackId", "activeInSlack"))
                    .OrderBy(link => (string?)link["name"], StringComparer.Ordinal),
            ]),
            ["holds"] = new JsonArray([
                .. (await ItemsAsync(served, "tenants/acme/holds")).Select(hold => Only(hold, "name", "would")),
            ]),
            ["preferences"] = (await served.AskAsync(HttpMethod.Get, "tenants/acme/preferences"))["guardedAccounts"]
                ?.DeepClone(),
        };
    }

    private static async Task<JsonArray> ProvidedAsync(HttpClient provider, string path)
    {
        var (_, list, _) = await Gateway.SendAsync(provider, HttpMethod.Get, path);
        foreach (var one in list!["Resources"]!.AsArray())
        {
            one!.AsObject().Remove("meta");
            if (one["members"] is JsonArray members)
                foreach (var member in members)
                    member!.AsObject().Remove("$ref"); // the port is another
        }
        return list["Resources"]!.DeepClone().AsArray();
    }

    private static async Task<IEnumerable<JsonNode>> ItemsAsync(ServedGateway served, string path) =>
        (await served.AskAsync(HttpMethod.Get, path))["items"]!.AsArray().Select(one => one!);

    private static JsonObject Only(JsonNode one, params string[] names) =>
        new JsonObject(names.Select(name => KeyValuePair.Create(name, one[name]?.DeepClone())));

    // As the statements that make it: tables, rows, and then what goes by the rows.
    private static string Text(string file)
    {
        using var store = Opened(file);
        var text = new StringBuilder();
        const string Tables = "from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by rowid";
        Add($"select sql {Tables}");
        foreach (var table in Read(store, $"select name {Tables}"))
        {
            var columns = Read(store, $"select name from pragma_table_info('{table}') order by cid");
            var values = string.Join(" || ', ' || ", columns.Select(column => $"quote(\"{column}\")"));
            var names = string.Join(", ", columns.Select(column => $"\"{column}\""));
            Add($"select 'insert into \"{table}\" ({names}) values (' || {values} || ')' from \"{table}\"");
        }
        Add("select sql from sqlite_schema where type <> 'table' and sql is not null order by rowid");
        return text.ToString();

        void Add(string query)
        {
            foreach (var statement in Read(store, query))
                text.Append(statement).Append(";\n");
        }
    }

    private static async Task FillDatabaseAsync(string folder, string text)
    {
        var name = Path.GetFileName(folder);
        TestStore.Run($"drop database \"{name}\" with (force)");
        TestStore.Run($"create database \"{name}\" template template0");
        await ServerProgram.RunAsync(
            TestStore.Of(folder),
            "psql",
            text,
            "--quiet",
            "--set=ON_ERROR_STOP=1",
            "--output=/dev/null"
        );
    }

    private static void FillFile(string file, string text)
    {
        using var store = Opened(file);
        using var command = store.CreateCommand();
        command.CommandText = $"begin;\n{text}commit;\n";
        command.ExecuteNonQuery();
    }

    private static List<string> Read(SqliteConnection store, string query)
    {
        using var command = store.CreateCommand();
        command.CommandText = query;
        using var reader = command.ExecuteReader();
        var read = new List<string>();
        while (reader.Read())
            read.Add(reader.GetString(0));
        return read;
    }

    private static SqliteConnection Opened(string file)
    {
        var store = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = file,
                Pooling = false,
                ForeignKeys = false,
            }.ConnectionString
        );
        store.Open();
        return store;
    }
}

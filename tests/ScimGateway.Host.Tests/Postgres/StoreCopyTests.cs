using System.Net;
using ScimGateway.Basics.Files;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Host.Tests.CommandLine;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Postgres;
using ScimGateway.Tests;
using Xunit;
using static ScimGateway.Host.Tests.Admin.LinkRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Postgres;

/// <summary>'store copy': from a SQLite file into a database, and what becomes of the file.</summary>
public class StoreCopyTests
{
    [Fact]
    public async Task A_gateway_goes_on_in_the_database_as_it_stood_in_the_file()
    {
        Assert.SkipWhen(TestStore.IsPostgres, "it begins with a file");
        var database = TestStore.Database($"copied-{Guid.NewGuid():N}");
        await using var served = await ServedGateway.StartAsync();
        using var provider = await SetUpAsync(served, "{}");
        await served.EnableAsync();
        var ada = await CreateAsync(provider, "ada", "ada@corp.example");
        var (_, group, _) = await ServedGateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Groups",
            $$"""{"displayName":"Crew","externalId":"Größe \"1\"","members":[{"value":"{{ada}}"}]}"""
        );
        await CreateAsync(provider, "bob", "bob@corp.example");
        await SettledAsync(served, ada);
        var before = await served.AskAsync(HttpMethod.Get, "tenants/acme");
        var audit = (await served.AskAsync(HttpMethod.Get, "audit"))["items"]!.AsArray().Count;

        await served.RestartAsync(
            async () =>
            {
                var (exit, said, error) = await CopyAsync(served, database);
                Assert.True(exit == 0, error);
                Assert.Contains("All rows are in the database and the same there", said, StringComparison.Ordinal);
                // A second copy changes nothing in the database.
                (exit, _, error) = await CopyAsync(served, database);
                Assert.Equal(1, exit);
                Assert.StartsWith("The database is not empty", error, StringComparison.Ordinal);
            },
            "--store",
            database
        );

        using var again = Provider(served, provider);
        var (status, read, _) = await ServedGateway.SendAsync(again, HttpMethod.Get, $"Groups/{group!["id"]}");
        Assert.Equal((HttpStatusCode.OK, "Größe \"1\""), (status, (string?)read!["externalId"]));
        Assert.Equal(2, await TotalAsync(again));
        var after = await served.AskAsync(HttpMethod.Get, "tenants/acme");
        Assert.Equal((string?)before["standing"], (string?)after["standing"]);
        Assert.True((await served.AskAsync(HttpMethod.Get, "audit"))["items"]!.AsArray().Count >= audit);
        Assert.Null((await served.AskAsync(HttpMethod.Get, "audit/seals"))["broken"]);
        // New rows get numbers that none had.
        await CreateAsync(again, "cyd", "cyd@corp.example");
        await served.SourceAsync("Another");
        Assert.Equal(3, await TotalAsync(again));
        Assert.Contains(served.Slack.Workspace.Users(), user => (string?)user["userName"] == "cyd");

        // The file is one that was restored: a gateway that begins with it tells Slack nothing.
        await served.RestartAsync();
        var restored = await served.AskAsync(HttpMethod.Get, "tenants/acme");
        Assert.Equal("shadow", (string?)restored["standing"]);
    }

    [Fact]
    public async Task A_backup_that_is_copied_counts_as_restored_in_the_database()
    {
        Assert.SkipWhen(TestStore.IsPostgres, "it begins with a file");
        var database = TestStore.Database($"copied-{Guid.NewGuid():N}");
        await using var served = await ServedGateway.StartAsync();
        using var provider = await SetUpAsync(served, "{}");
        await served.EnableAsync();
        var backup = (string)(await served.AskAsync(HttpMethod.Post, "backup"))["path"]!;

        await served.RestartAsync(
            async () =>
            {
                var (exit, _, error) = await Started.RunAsync(
                    ["store", "copy", "--store", $"Data Source={backup}", "--to", database],
                    []
                );
                Assert.True(exit == 0, error);
            },
            "--store",
            database
        );

        Assert.Equal("shadow", (string?)(await served.AskAsync(HttpMethod.Get, "tenants/acme"))["standing"]);
    }

    [Theory]
    [InlineData("--to", "store", "copy")]
    [InlineData("begins with Host=", "store", "copy", "--to", "Data Source=other.db")]
    [InlineData("--store names a database", "store", "copy", "--store", "Host=127.0.0.1", "--to", "Host=127.0.0.1")]
    [InlineData("there is no store at", "store", "copy", "--to", "Host=127.0.0.1")]
    public async Task What_cannot_be_copied_is_one_sentence(string says, params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("scimgateway-copy-");
        if (!says.StartsWith("there", StringComparison.Ordinal) && !arguments.Contains("--store"))
            OwnerOnly.NewFile(Path.Combine(folder.FullName, "gateway.db")).Dispose();

        var (exit, said, error) = await Started.RunAsync([.. arguments, "--data", folder.FullName], []);

        Assert.Equal((2, ""), (exit, said));
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
        folder.Delete(recursive: true);
    }

    private static Task<(int Exit, string Said, string Error)> CopyAsync(ServedGateway served, string database) =>
        Started.RunAsync(["store", "copy", "--data", served.Data, "--to", database], []);

    private static async Task<int> TotalAsync(HttpClient provider) =>
        (int)(await ServedGateway.SendAsync(provider, HttpMethod.Get, "Users?count=0")).Body!["totalResults"]!;
}

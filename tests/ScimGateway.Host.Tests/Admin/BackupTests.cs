using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Cli;
using ScimGateway.Host.Tests.CommandLine;
using ScimGateway.SlackEmulator.Tests;
using ScimGateway.Tests;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>The store is copied while it is used, and a gateway starts on the copy.</summary>
public class BackupTests
{
    [Fact]
    public async Task A_gateway_that_is_started_on_a_copy_has_what_was_there_then()
    {
        Assert.SkipWhen(TestStore.IsPostgres, "a database has its own tools");
        await using var served = await ServedGateway.StartAsync();
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        using (var provider = served.Provider("acme", token))
            Assert.Equal(
                HttpStatusCode.Created,
                (await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User())).Status
            );

        var copy = await served.AskAsync(HttpMethod.Post, "backup");

        var file = (string)copy["path"]!;
        Assert.Equal(Path.Combine(served.Data, "backups"), Path.GetDirectoryName(file));
        Assert.Equal(new FileInfo(file).Length, (long)copy["bytes"]!);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal([file], Directory.GetFiles(Path.GetDirectoryName(file)!)); // no log of its own, nothing unfinished
        Assert.Contains("master key", (string?)copy["keep"], StringComparison.Ordinal);

        // What comes later is not in it.
        using (var provider = served.Provider("acme", token))
            await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User("bob", "bob@corp.example"));
        await served.TenantAsync("globex");
        await served.RestoreAsync(file);

        Assert.Equal(HttpStatusCode.NotFound, (await served.SendAsync(HttpMethod.Get, "tenants/globex")).Status);
        using (var provider = served.Provider("acme", token))
        {
            var (_, users, _) = await Gateway.SendAsync(provider, HttpMethod.Get, "Users");
            // Who came later may be there by now as Slack has him, which is read at once.
            Assert.Contains("ada", users!["Resources"]!.AsArray().Select(one => (string?)one!["userName"]));
            // The Slack token can be read, by the same master key.
            Assert.Equal(
                "valid",
                (string?)(await served.AskAsync(HttpMethod.Post, "tenants/acme/connection/test"))["state"]
            );
            var (status, _, _) = await Gateway.SendAsync(
                provider,
                HttpMethod.Post,
                "Users",
                User("eve", "eve@corp.example")
            );
            Assert.Equal(HttpStatusCode.Created, status);
        }
    }

    [Fact]
    public async Task Providers_write_while_it_is_made_and_one_is_made_at_a_time()
    {
        Assert.SkipWhen(TestStore.IsPostgres, "a database has its own tools");
        await using var served = await ServedGateway.StartAsync(seed: 3_000);
        var token = await served.SetUpAsync();
        using var provider = served.Provider("acme", token);

        var copies = Enumerable
            .Range(0, 8)
            .Select(_ => Task.Run(() => served.SendAsync(HttpMethod.Post, "backup")))
            .ToList();
        for (var i = 0; i < 20; i++)
            Assert.Equal(
                HttpStatusCode.Created,
                (
                    await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User($"u{i}", $"u{i}@corp.example"))
                ).Status
            );
        var answers = await Task.WhenAll(copies);

        var made = answers.Where(answer => answer.Status == HttpStatusCode.OK).ToList();
        Assert.NotEmpty(made);
        Assert.All(
            answers.Except(made),
            answer =>
            {
                Assert.Equal(HttpStatusCode.Conflict, answer.Status);
                Assert.Contains("being made already", (string?)answer.Body!["detail"], StringComparison.Ordinal);
            }
        );
        Assert.Equal(
            made.Select(answer => (string?)answer.Body!["path"]).Order(),
            Directory.GetFiles(Path.Combine(served.Data, "backups")).Order()
        );
    }

    [Fact]
    public async Task A_second_one_of_the_same_time_as_by_a_clock_that_was_set_back_has_a_name_of_its_own()
    {
        Assert.SkipWhen(TestStore.IsPostgres, "a database has its own tools");
        await using var served = await ServedGateway.StartAsync(clock: new ManualClock());

        string[] made =
        [
            (string)(await served.AskAsync(HttpMethod.Post, "backup"))["path"]!,
            (string)(await served.AskAsync(HttpMethod.Post, "backup"))["path"]!,
        ];

        Assert.Equal(made[0].Replace(".db", "-2.db", StringComparison.Ordinal), made[1]);
        Assert.Equal(made.Order(), Directory.GetFiles(Path.Combine(served.Data, "backups")).Order());
    }

    [Fact]
    public async Task Of_a_database_it_says_what_to_use()
    {
        Assert.SkipUnless(TestStore.IsPostgres, "it is about a database");
        await using var served = await ServedGateway.StartAsync();

        var (status, problem, _) = await served.SendAsync(HttpMethod.Post, "backup");

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("pg_dump", (string?)problem!["detail"], StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(served.Data, "backups")));
    }

    [Fact]
    public async Task It_is_an_owners_of_all_and_a_command()
    {
        Assert.SkipWhen(TestStore.IsPostgres, "a database has its own tools");
        await using var served = await ServedGateway.StartAsync();
        await served.TenantAsync();
        foreach (var (role, tenant) in new[] { ("operator", null), ("owner", "acme") })
        {
            using var other = await served.WithKeyAsync(role, tenant);
            Assert.Equal(
                HttpStatusCode.Forbidden,
                (await ServedGateway.SendAsync(other, HttpMethod.Post, "backup")).Status
            );
        }
        using var entered = new TerminalSession(served.Base, served.Key);

        Assert.Equal(Exit.Done, await entered.RunAsync("backup --json"));
        Assert.True(File.Exists((string?)JsonNode.Parse(entered.Out)!["path"]));
        Assert.Equal(Exit.Done, await entered.RunAsync("backup"));
        Assert.StartsWith("The store is copied: ", entered.Out, StringComparison.Ordinal);
        Assert.Contains("master key", entered.Out, StringComparison.Ordinal);
    }
}

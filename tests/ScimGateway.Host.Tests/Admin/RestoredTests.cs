using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.SlackEmulator.Tests;
using ScimGateway.SlackEmulator.Traffic;
using ScimGateway.Tests;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>
/// A store that was restored says of leavers that they are active: Slack is told nothing of that before an operator has seen
/// it. One that was moved, or whose process died, is none.
/// </summary>
public class RestoredTests
{
    private const string Bob = "bob@corp.example";

    private readonly ManualClock _clock = new();

    [Fact]
    public async Task A_leaver_whom_a_restored_store_has_active_is_not_set_back_before_an_operator_has_seen_it()
    {
        await using var served = await Served.StartAsync(clock: _clock);
        var token = await served.SetUpAsync();
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", """{"drift":"restore"}""");
        await served.EnableAsync();
        var bob = await HireAsync(served, token);
        var restore = await BackupAsync(served);
        Assert.Equal(HttpStatusCode.OK, await SetActiveAsync(served, token, bob, false));
        await Gateway.UntilAsync(() => Task.FromResult(!IsIn(served)));

        _clock.Advance(TimeSpan.FromMinutes(5));
        await restore();
        served.Slack.Calls.Clear();

        var tenant = await served.AskAsync(HttpMethod.Get, "tenants/acme");
        Assert.Equal("shadow", (string?)tenant["standing"]);
        Assert.Equal(TimeSpan.FromMinutes(5), _clock.GetUtcNow() - (DateTimeOffset)tenant["restored"]!);
        Assert.StartsWith("The store was restored", (string?)tenant["todo"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await served.SendAsync(HttpMethod.Post, "tenants/acme/enable")).Status);

        // What differs is certain once Slack was read twice; until then nothing is confirmed.
        JsonNode? preview = null;
        await PassAsync(async () =>
        {
            var (status, job, _) = await served.SendAsync(HttpMethod.Post, "tenants/acme/enable");
            preview = status == HttpStatusCode.Accepted ? job : null;
            Assert.Contains(status, new[] { HttpStatusCode.Accepted, HttpStatusCode.Conflict });
            return preview is not null;
        });
        var planned = Assert.Single(preview!["report"]!["links"]!.AsArray());
        Assert.Equal("bob", (string?)planned!["name"]);
        Assert.False(IsIn(served));

        // The provider's word counts as in any shadow run; what was planned against it goes.
        Assert.Equal(HttpStatusCode.OK, await SetActiveAsync(served, token, bob, false));
        await served.EnableAsync();
        Assert.Equal("live", (string?)(await served.AskAsync(HttpMethod.Get, "tenants/acme"))["standing"]);
        await PassAsync(async () => !await AnyPendingAsync(served));
        Assert.False(IsIn(served));
        Assert.Null((await served.AskAsync(HttpMethod.Get, "tenants/acme"))["restored"]);
    }

    [Fact]
    public async Task What_was_pending_when_the_copy_was_made_is_not_told_at_the_start_and_is_once_it_is_confirmed()
    {
        await using var served = await Served.StartAsync();
        var token = await served.SetUpAsync();
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", """{"waitBudgetSeconds":0}""");
        await served.EnableAsync();
        var bob = await HireAsync(served, token);
        await SetActiveAsync(served, token, bob, false);
        await Gateway.UntilAsync(() => Task.FromResult(!IsIn(served)));
        served.Slack.Faults.Add(
            new Fault
            {
                Method = "PATCH",
                Status = 503,
                Times = 0,
            }
        );
        Assert.Equal(HttpStatusCode.OK, await SetActiveAsync(served, token, bob, true));
        var restore = await BackupAsync(served);
        served.Slack.Faults.Clear();
        await Gateway.UntilAsync(() => Task.FromResult(IsIn(served)));
        await SetActiveAsync(served, token, bob, false);
        await Gateway.UntilAsync(() => Task.FromResult(!IsIn(served)));

        await restore();
        served.Slack.Calls.Clear();

        Assert.True(await AnyPendingAsync(served));
        Assert.Equal(["restored"], await CausesAsync(served));
        Assert.Contains("shadow run, as the store was restored", await DoneAsync(served));
        using (var nobody = new HttpClient { BaseAddress = served.Base })
            Assert.Equal(
                """{"status":"ok","checks":{"store":"restored"}}""",
                await nobody.GetStringAsync("health/ready")
            );
        await ReadAgainAsync(served);
        var (status, preview, _) = await served.SendAsync(HttpMethod.Post, "tenants/acme/enable");
        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal("bob", (string?)Assert.Single(preview!["report"]!["links"]!.AsArray())!["name"]);
        Assert.False(IsIn(served));
        Assert.Equal(0, served.Slack.Calls.Of("PATCH /Users/{id}"));

        await served.AskAsync(HttpMethod.Post, $"tenants/acme/jobs/{preview["id"]}/confirm");

        await Gateway.UntilAsync(() => Task.FromResult(IsIn(served)));
        using var anybody = new HttpClient { BaseAddress = served.Base };
        Assert.Equal("""{"status":"ok","checks":{"store":"ok"}}""", await anybody.GetStringAsync("health/ready"));
    }

    [Fact]
    public async Task What_was_held_when_the_copy_was_made_and_was_done_since_waits_for_nobody()
    {
        await using var served = await Served.StartAsync();
        var token = await served.SetUpAsync();
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", """{"guardedAccounts":1}""");
        await served.EnableAsync();
        using (var provider = served.Provider("acme", token))
        {
            var (_, ada, _) = await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User());
            await SetActiveAsync(served, token, (string)ada!["id"]!, false);
        }
        var bob = await HireAsync(served, token);
        await SetActiveAsync(served, token, bob, false);
        var hold = Assert.Single((await served.AskAsync(HttpMethod.Get, "tenants/acme/holds"))["items"]!.AsArray())!;
        var restore = await BackupAsync(served);
        await served.AskAsync(HttpMethod.Post, "tenants/acme/holds/release", $$"""{"holds":[{{hold["id"]}}]}""");
        await Gateway.UntilAsync(() => Task.FromResult(!IsIn(served)));

        await restore();
        await ReadAgainAsync(served);

        Assert.Empty((await served.AskAsync(HttpMethod.Get, "tenants/acme/holds"))["items"]!.AsArray());
        await served.EnableAsync();
        await Gateway.UntilAsync(async () => !await AnyPendingAsync(served));
        Assert.False(IsIn(served));
    }

    [Fact]
    public async Task A_tenant_that_was_disabled_is_read_before_it_can_be_enabled()
    {
        await using var served = await Served.StartAsync();
        await served.SetUpAsync();
        await served.EnableAsync();
        await served.AskAsync(HttpMethod.Post, "tenants/acme/disable");
        var restore = await BackupAsync(served);
        await served.TenantAsync("globex");
        await restore();

        var (status, problem, _) = await served.SendAsync(HttpMethod.Post, "tenants/acme/enable");

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("tenants/acme/shadow", (string?)problem!["detail"], StringComparison.Ordinal);
        await served.AskAsync(HttpMethod.Post, "tenants/acme/shadow");
        await ReadAgainAsync(served);
        await served.EnableAsync();
        Assert.Equal("live", (string?)(await served.AskAsync(HttpMethod.Get, "tenants/acme"))["standing"]);
    }

    [Fact]
    public async Task Neither_a_restart_nor_a_folder_that_was_moved_with_its_mark_is_a_store_that_was_restored()
    {
        await using var served = await Served.StartAsync();
        await served.SetUpAsync();
        await served.EnableAsync();

        await served.RestartAsync();
        Assert.Equal("live", await StandingAsync(served));
        if (TestStore.IsPostgres)
            return;
        var mark = TestStore.FileOf(served.Data) + ".mark";
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(mark));
        await served.RestartAsync(() =>
        {
            foreach (var file in Directory.GetFiles(served.Data))
            {
                File.Copy(file, file + ".moved");
                File.Delete(file);
                File.Move(file + ".moved", file);
            }
        });
        Assert.Equal("live", await StandingAsync(served));
    }

    [Fact]
    public async Task A_process_that_died_leaves_no_restored_store()
    {
        await using var gateway = await Gateway.StartAsync();
        var id = await CreateAsync(gateway);

        for (var i = 0; i < 3; i++)
        {
            await gateway.CrashAsync(imports: false);
            Assert.Equal((0, Standing.Live), (gateway.Store.Restorations, gateway.Connection.Read().Standing));
        }
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(HttpMethod.Get, $"Users/{id}")).Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("what is no mark")]
    public async Task A_store_without_its_mark_counts_as_restored(string? instead)
    {
        Assert.SkipWhen(TestStore.IsPostgres, "a database has its server's identity");
        await using var served = await Served.StartAsync();
        await served.SetUpAsync();
        await served.EnableAsync();
        var mark = TestStore.FileOf(served.Data) + ".mark";

        await served.RestartAsync(() =>
        {
            File.Delete(mark);
            if (instead is not null)
                File.WriteAllText(mark, instead);
        });

        Assert.Equal("shadow", await StandingAsync(served));
        await served.RestartAsync();
        Assert.Equal("shadow", await StandingAsync(served)); // and the new mark is as good as the former
        await ReadAgainAsync(served);
        await served.EnableAsync();
        await served.RestartAsync();
        Assert.Equal("live", await StandingAsync(served));
    }

    [Fact]
    public async Task The_former_file_that_is_put_back_after_another_was_used_is_a_restored_store_too()
    {
        Assert.SkipWhen(TestStore.IsPostgres, "a database has its server's identity");
        await using var served = await Served.StartAsync();
        await served.SetUpAsync();
        await served.EnableAsync();
        var copy = (string)(await served.AskAsync(HttpMethod.Post, "backup"))["path"]!;
        for (var i = 0; i < 20; i++)
            await served.TenantAsync($"globex{i}");
        var (file, former) = (TestStore.FileOf(served.Data), Path.Combine(served.Data, "former"));
        await served.RestartAsync(() =>
        {
            File.Move(file, former);
            File.Move(copy, file);
        });
        Assert.Equal("shadow", await StandingAsync(served));
        await ReadAgainAsync(served);
        await served.EnableAsync();

        // It has more commits than the mark says, and is another store than the one that the mark is of.
        await served.RestartAsync(() => File.Move(former, file, overwrite: true));

        Assert.Equal("shadow", await StandingAsync(served));
    }

    // How the store of now is restored later.
    private static async Task<Func<Task>> BackupAsync(Served served)
    {
        if (!TestStore.IsPostgres)
        {
            var copy = (string)(await served.AskAsync(HttpMethod.Post, "backup"))["path"]!;
            return () => served.RestoreAsync(copy);
        }
        var name = Path.GetFileName(served.Data);
        await served.RestartAsync(() => TestStore.Run($"create database \"{name}-copy\" template \"{name}\""));
        return () =>
            served.RestartAsync(() =>
            {
                TestStore.Run($"drop database \"{name}\" with (force)");
                TestStore.Run($"alter database \"{name}-copy\" rename to \"{name}\"");
            });
    }

    private static async Task<string> HireAsync(Served served, string token)
    {
        using var provider = served.Provider("acme", token);
        var (status, body, _) = await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User("bob", Bob));
        Assert.Equal(HttpStatusCode.Created, status);
        await Gateway.UntilAsync(() => Task.FromResult(IsIn(served)));
        return (string)body!["id"]!;
    }

    private static async Task<HttpStatusCode> SetActiveAsync(Served served, string token, string id, bool isActive)
    {
        using var provider = served.Provider("acme", token);
        var (status, _, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Patch,
            $"Users/{id}",
            Patch("active", isActive ? "true" : "false")
        );
        return status;
    }

    private static bool IsIn(Served served) =>
        served
            .Slack.Workspace.Users()
            .Any(user => user.ToJsonString().Contains(Bob, StringComparison.Ordinal) && Active(user));

    private static async Task<string?> StandingAsync(Served served) =>
        (string?)(await served.AskAsync(HttpMethod.Get, "tenants/acme"))["standing"];

    private static async Task<bool> AnyPendingAsync(Served served) =>
        (int)(await served.AskAsync(HttpMethod.Get, "tenants/acme"))["open"]!["pending"]! > 0;

    private static async Task<List<string?>> CausesAsync(Served served) =>
        [
            .. (await served.AskAsync(HttpMethod.Get, "tenants/acme/notifications"))["items"]!
                .AsArray()
                .Select(one => (string?)one!["cause"])
                .Where(cause => cause == "restored"),
        ];

    private static async Task<List<string?>> DoneAsync(Served served) =>
        [
            .. (await served.AskAsync(HttpMethod.Get, "tenants/acme/operations"))["items"]!
                .AsArray()
                .Select(one => (string?)one!["request"]),
        ];

    // The import begins by itself within seconds; whoever asks for it has the same, or the one that is under way.
    private static async Task ReadAgainAsync(Served served)
    {
        await Gateway.UntilAsync(async () =>
            (await served.SendAsync(HttpMethod.Post, "tenants/acme/jobs", """{"kind":"import"}""")).Status
            == HttpStatusCode.Accepted
        );
        await served.ImportedAsync("acme");
    }

    private Task PassAsync(Func<Task<bool>> isSo) =>
        Gateway.UntilAsync(async () =>
        {
            if (await isSo())
                return true;
            _clock.Advance(TimeSpan.FromSeconds(2));
            return false;
        });
}

using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.SlackEmulator;
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
        await using var served = await ServedGateway.StartAsync(clock: _clock);
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_group_that_gets_somebody_back_by_a_restored_store_is_shown_to_follow(bool isDeleted)
    {
        await using var served = await ServedGateway.StartAsync(clock: _clock);
        var token = await served.SetUpAsync();
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", """{"drift":"restore"}""");
        await served.EnableAsync();
        var bob = await HireAsync(served, token);
        using (var provider = served.Provider("acme", token))
        {
            var (_, ada, _) = await Gateway.SendAsync(
                provider,
                HttpMethod.Post,
                "Users",
                User("ada", "ada@corp.example")
            );
            await Gateway.SendAsync(
                provider,
                HttpMethod.Post,
                "Groups",
                $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Crew","members":[{"value":"{{bob}}"},{"value":"{{ada!["id"]}}"}]}"""
            );
            await PassAsync(async () => !await AnyPendingAsync(served));
        }
        var restore = await BackupAsync(served);
        using (var provider = served.Provider("acme", token))
            if (isDeleted)
                await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{bob}");
            else
                await SetActiveAsync(served, token, bob, false);
        await Gateway.UntilAsync(() => Task.FromResult(!IsIn(served)));
        Assert.Equal(1, Crew());
        _clock.Advance(TimeSpan.FromMinutes(5));
        await restore();

        JsonNode? preview = null;
        await PassAsync(async () =>
        {
            var (status, job, _) = await served.SendAsync(HttpMethod.Post, "tenants/acme/enable");
            preview = status == HttpStatusCode.Accepted ? job : null;
            return preview is not null;
        });

        var links = await served.AskAsync(HttpMethod.Get, $"tenants/acme/jobs/{preview!["id"]}/links");
        Assert.Equal(
            ["Crew followsOn", "bob reactivated"],
            links["items"]!
                .AsArray()
                .Select(link => $"{link!["name"]} {link["what"]}")
                .Where(said => !said.EndsWith("leftAlone", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        );
        await served.AskAsync(HttpMethod.Post, $"tenants/acme/jobs/{preview["id"]}/confirm");
        await PassAsync(async () => !await AnyPendingAsync(served));
        Assert.Equal(2, Crew());

        int Crew() => served.Slack.Workspace.Groups().Single()["members"]!.AsArray().Count;
    }

    [Theory]
    [InlineData("restore", "title")]
    [InlineData("report", "title")]
    [InlineData("report", "active")]
    public async Task What_a_provider_writes_of_who_differs_does_not_delay_that_a_tenant_goes_live_again(
        string drift,
        string path
    )
    {
        await using var served = await ServedGateway.StartAsync(clock: _clock);
        var token = await served.SetUpAsync();
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", $$"""{"drift":"{{drift}}"}""");
        await served.EnableAsync();
        var bob = await HireAsync(served, token);
        var restore = await BackupAsync(served);
        Assert.Equal(HttpStatusCode.OK, await SetActiveAsync(served, token, bob, false));
        await Gateway.UntilAsync(() => Task.FromResult(!IsIn(served)));
        _clock.Advance(TimeSpan.FromMinutes(5));
        await restore();
        await ReadAgainAsync(served);
        _clock.Advance(TimeSpan.FromSeconds(1));

        // Slack was seen once, and the provider writes him.
        using (var provider = served.Provider("acme", token))
            await Gateway.SendAsync(
                provider,
                HttpMethod.Patch,
                $"Users/{bob}",
                path == "title" ? Patch("title", "\"Pilot\"") : Patch("active", "true")
            );
        var since = _clock.GetUtcNow();
        JsonNode? preview = null;
        await PassAsync(async () =>
        {
            var (status, job, _) = await served.SendAsync(HttpMethod.Post, "tenants/acme/enable");
            preview = status == HttpStatusCode.Accepted ? job : null;
            return preview is not null;
        });

        Assert.InRange(_clock.GetUtcNow() - since, TimeSpan.Zero, TimeSpan.FromMinutes(3));
        var planned = Assert.Single(preview!["report"]!["links"]!.AsArray())!;
        Assert.Equal("bob", (string?)planned["name"]);
        // What would be set back is in what an operator sees, and not told without that.
        var isLetIn = drift == "restore" || path == "active";
        Assert.Equal(isLetIn, preview["report"]!.ToJsonString().Contains("eactivate", StringComparison.Ordinal));
        await served.AskAsync(HttpMethod.Post, $"tenants/acme/jobs/{preview["id"]}/confirm");
        await PassAsync(async () => !await AnyPendingAsync(served));
        Assert.Equal(isLetIn, IsIn(served));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_differs_and_is_gone_from_Slack_meanwhile_does_not_delay_that_a_tenant_goes_live_again(
        bool isSeen
    )
    {
        await using var served = await ServedGateway.StartAsync(clock: _clock);
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        var bob = await HireAsync(served, token);
        var restore = await BackupAsync(served);
        Assert.Equal(HttpStatusCode.OK, await SetActiveAsync(served, token, bob, false));
        await Gateway.UntilAsync(() => Task.FromResult(!IsIn(served)));
        _clock.Advance(TimeSpan.FromMinutes(5));
        await restore();
        await ReadAgainAsync(served);
        _clock.Advance(TimeSpan.FromSeconds(1));
        var account = served
            .Slack.Workspace.Users()
            .Single(user => user.ToJsonString().Contains(Bob, StringComparison.Ordinal));
        served.Slack.Workspace.RemoveUser((string)account["id"]!);
        if (isSeen) // that it is gone, before the provider writes
        {
            _clock.Advance(TimeSpan.FromSeconds(30));
            await ReadAgainAsync(served);
        }

        using (var provider = served.Provider("acme", token))
            await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{bob}", Patch("title", "\"Pilot\""));
        var since = _clock.GetUtcNow();
        await PassAsync(async () =>
            (await served.SendAsync(HttpMethod.Post, "tenants/acme/enable")).Status == HttpStatusCode.Accepted
        );

        Assert.InRange(_clock.GetUtcNow() - since, TimeSpan.Zero, TimeSpan.FromMinutes(3));
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task What_was_pending_when_the_copy_was_made_is_not_told_at_the_start_and_is_once_it_is_confirmed()
    {
        await using var served = await ServedGateway.StartAsync();
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
        await using var served = await ServedGateway.StartAsync();
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
        await using var served = await ServedGateway.StartAsync();
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
    public async Task Keys_and_credentials_that_were_ended_are_valid_again_and_all_that_let_in_are_told_of()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.TenantAsync(); // which was never connected
        var source = await served.AskAsync(HttpMethod.Post, "tenants/acme/sources", """{"name":"Provider"}""");
        var credentials = $"tenants/acme/sources/{source["id"]}/credentials";
        var credential = await served.AskAsync(HttpMethod.Post, credentials, """{"kind":"bearer"}""");
        var key = await served.AskAsync(
            HttpMethod.Post,
            "keys",
            """{"label":"Ana's","role":"viewer","tenant":"acme"}"""
        );
        var restore = await BackupAsync(served);
        await served.AskAsync(HttpMethod.Delete, $"{credentials}/{credential["id"]}");
        await served.AskAsync(HttpMethod.Delete, $"keys/{key["id"]}");
        await served.AskAsync(HttpMethod.Post, "tenants", """{"slug":"later","name":"Is lost"}""");

        await restore();

        var entries = (await served.AskAsync(HttpMethod.Get, "audit?action=storeRestored"))["items"]!.AsArray();
        var acmes = Assert.Single(entries, entry => (string?)entry!["tenant"] == "acme");
        Assert.Equal((long)key["id"]!, (long)Assert.Single(acmes!["after"]!["keys"]!.AsArray())!["id"]!);
        Assert.Equal(
            ((long)credential["id"]!, (string)credential["prefix"]!),
            (
                (long)acmes["after"]!["credentials"]![0]!["id"]!,
                (string)Assert.Single(acmes["after"]!["credentials"]!.AsArray())!["prefix"]!
            )
        );
        var all = Assert.Single(entries, entry => entry!["tenant"] is null);
        Assert.Equal(
            ["first key", "the tests'"],
            all!["after"]!["keys"]!.AsArray().Select(one => (string)one!["label"]!)
        );
        var tenant = await served.AskAsync(HttpMethod.Get, "tenants/acme");
        Assert.Contains("keys and credentials that were ended", (string?)tenant["todo"], StringComparison.Ordinal);
        Assert.True((DateTimeOffset)tenant["restored"]! > DateTimeOffset.UnixEpoch.AddYears(1));
        Assert.Equal(["restored"], await CausesAsync(served));
        using (var ana = served.NewClient((string)key["secret"]!))
            Assert.Equal(
                HttpStatusCode.OK,
                (await ServedGateway.SendAsync(ana, HttpMethod.Get, "tenants/acme")).Status
            );

        // What it says next is as for any other tenant that was not connected.
        await served.AskAsync(
            HttpMethod.Put,
            "tenants/acme/connection",
            $$"""{"token":"{{SlackEmulatorServer.TokenOf(1)}}"}"""
        );
        await served.ImportedAsync("acme");
        await served.EnableAsync();
        Assert.Null((await served.AskAsync(HttpMethod.Get, "tenants/acme"))["restored"]);
    }

    [Fact]
    public async Task A_store_without_tenants_tells_of_its_admin_keys_and_one_that_was_not_restored_of_none()
    {
        var log = new Lines();
        await using var served = await ServedGateway.StartAsync(services =>
            services.AddSingleton<ILoggerProvider>(log)
        );
        var restore = await BackupAsync(served);
        await served.AskAsync(HttpMethod.Post, "keys", """{"label":"Is lost","role":"viewer"}""");
        Assert.Empty((await served.AskAsync(HttpMethod.Get, "audit?action=storeRestored"))["items"]!.AsArray());

        await restore();

        var line = Assert.Single(
            (await served.AskAsync(HttpMethod.Get, "audit?action=storeRestored"))["items"]!.AsArray()
        );
        Assert.Equal(2, line!["after"]!["keys"]!.AsArray().Count);
        await Gateway.UntilAsync(() =>
            Task.FromResult(log.All.Any(said => said.Contains("let in again", StringComparison.Ordinal)))
        );
    }

    [Fact]
    public async Task Neither_a_restart_nor_a_folder_that_was_moved_with_its_mark_is_a_store_that_was_restored()
    {
        await using var served = await ServedGateway.StartAsync();
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
        await using var served = await ServedGateway.StartAsync();
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
        await using var served = await ServedGateway.StartAsync();
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
    private static async Task<Func<Task>> BackupAsync(ServedGateway served)
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

    private static async Task<string> HireAsync(ServedGateway served, string token)
    {
        using var provider = served.Provider("acme", token);
        var (status, body, _) = await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User("bob", Bob));
        Assert.Equal(HttpStatusCode.Created, status);
        await Gateway.UntilAsync(() => Task.FromResult(IsIn(served)));
        return (string)body!["id"]!;
    }

    private static async Task<HttpStatusCode> SetActiveAsync(
        ServedGateway served,
        string token,
        string id,
        bool isActive
    )
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

    private static bool IsIn(ServedGateway served) =>
        served
            .Slack.Workspace.Users()
            .Any(user => user.ToJsonString().Contains(Bob, StringComparison.Ordinal) && Active(user));

    private static async Task<string?> StandingAsync(ServedGateway served) =>
        (string?)(await served.AskAsync(HttpMethod.Get, "tenants/acme"))["standing"];

    private static async Task<bool> AnyPendingAsync(ServedGateway served) =>
        (int)(await served.AskAsync(HttpMethod.Get, "tenants/acme"))["open"]!["pending"]! > 0;

    private static async Task<List<string?>> CausesAsync(ServedGateway served) =>
        [
            .. (await served.AskAsync(HttpMethod.Get, "tenants/acme/notifications"))["items"]!
                .AsArray()
                .Select(one => (string?)one!["cause"])
                .Where(cause => cause == "restored"),
        ];

    private static async Task<List<string?>> DoneAsync(ServedGateway served) =>
        [
            .. (await served.AskAsync(HttpMethod.Get, "tenants/acme/operations"))["items"]!
                .AsArray()
                .Select(one => (string?)one!["request"]),
        ];

    // The import begins by itself within seconds; whoever asks for it has the same, or the one that is under way.
    private static async Task ReadAgainAsync(ServedGateway served)
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

using System.Net;
using ScimGateway.SlackEmulator.Tests;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>The store is copied by the clock, and the oldest of these copies go.</summary>
public class ScheduledBackupTests
{
    [Fact]
    public async Task So_many_are_kept_those_that_somebody_asked_for_stay_and_a_restart_makes_none_early()
    {
        Assert.SkipWhen(TestStore.IsPostgres, "a database has its own tools");
        var clock = new ManualClock();
        await using var served = await StartAsync(clock);
        await Gateway.UntilAsync(() => Task.FromResult(Scheduled(served).Length == 1)); // there was none
        var asked = (string)(await served.AskAsync(HttpMethod.Post, "backup"))["path"]!;
        var others = Path.Combine(served.Data, "backups", "scheduled-notes.db");
        await File.WriteAllTextAsync(others, "somebody's own");
        var first = Scheduled(served)[0];

        await served.RestartAsync();
        clock.Advance(TimeSpan.FromHours(5));
        await served.TenantAsync();
        await served.AskAsync(HttpMethod.Get, "tenants/acme");
        Assert.Equal([first], Scheduled(served));
        clock.Advance(TimeSpan.FromHours(1));
        await Gateway.UntilAsync(() => Task.FromResult(Scheduled(served).Length == 2));
        for (var i = 0; i < 2; i++)
        {
            var newest = Scheduled(served)[^1];
            clock.Advance(TimeSpan.FromHours(6));
            await Gateway.UntilAsync(() =>
                Task.FromResult(Scheduled(served) is { Length: 2 } now && now[^1] != newest)
            );
        }

        Assert.DoesNotContain(first, Scheduled(served));
        Assert.True(File.Exists(asked) && File.Exists(others));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Scheduled(served)[0]));
        // The drill: a gateway starts on the newest and has what there was.
        var copy = Scheduled(served)[^1];
        await served.TenantAsync("globex");
        await served.RestoreAsync(copy);
        Assert.Equal(HttpStatusCode.OK, (await served.SendAsync(HttpMethod.Get, "tenants/acme")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await served.SendAsync(HttpMethod.Get, "tenants/globex")).Status);
    }

    [Fact]
    public async Task What_was_in_the_way_and_is_gone_is_in_the_way_for_ten_minutes_at_most()
    {
        Assert.SkipWhen(TestStore.IsPostgres, "a database has its own tools");
        var clock = new ManualClock();
        await using var served = await StartAsync(clock);
        await Gateway.UntilAsync(() => Task.FromResult(Scheduled(served).Length == 1));
        var folder = Path.Combine(served.Data, "backups");
        Directory.Move(folder, folder + "-before");
        await File.WriteAllTextAsync(folder, "no folder");
        clock.Advance(TimeSpan.FromHours(7));
        await served.AskAsync(HttpMethod.Get, "tenants"); // it goes on
        var (status, refused, _) = await served.SendAsync(HttpMethod.Post, "backup");
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains($"written in {folder}: ", (string?)refused!["detail"], StringComparison.Ordinal);
        File.Delete(folder);

        await Gateway.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            return Task.FromResult(Directory.Exists(folder) && Scheduled(served).Length == 1);
        });
    }

    private static Task<ServedGateway> StartAsync(ManualClock clock) =>
        ServedGateway.StartAsync(0, clock, "--backup-every", "06:00:00", "--backup-keep", "2");

    /// <summary>The copies, the oldest first; what is under way has no name yet.</summary>
    internal static string[] Scheduled(ServedGateway served) =>
        Directory.Exists(Path.Combine(served.Data, "backups"))
            ?
            [
                .. Directory
                    .EnumerateFiles(Path.Combine(served.Data, "backups"), "scheduled-2*.db")
                    .Order(StringComparer.Ordinal),
            ]
            : [];
}

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ScimGateway.Basics.Files;
using ScimGateway.Host.Admin;
using ScimGateway.Host.Scim;
using ScimGateway.Host.Security;
using ScimGateway.Host.Serve;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Host.Tests.CommandLine;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.SlackEmulator;
using ScimGateway.Tests;
using Xunit;
using ServedGateway = ScimGateway.Host.Tests.Admin.ServedGateway;

namespace ScimGateway.Host.Tests.Serve;

/// <summary>The gateway as a process of its own: what it starts with, and what it says where that is missing.</summary>
public class ServeTests
{
    [Fact]
    public async Task Init_makes_what_is_missing_and_the_next_start_finds_it()
    {
        var folder = Directory.CreateTempSubdirectory("scimgateway-serve-");
        string[] arguments = ["--data", folder.FullName, "--urls", "http://127.0.0.1:0"];
        await using (await ServeCommand.StartAsync([.. arguments, "--init"], TimeProvider.System)) { }
        Assert.Equal(
            ["gateway.db", "gateway.db.mark", "master.key", "sga_….key"],
            folder
                .EnumerateFiles("*")
                .Select(file => Regex.Replace(file.Name, "sga_.{4}", "sga_…"))
                .Where(name => name[^4..] != "lock")
                .Order(StringComparer.Ordinal)
        );
        await using (await ServeCommand.BuildAsync(arguments, TimeProvider.System)) { }

        // Another master key is not the one that was meant.
        File.Move(Path.Combine(folder.FullName, "master.key"), Path.Combine(folder.FullName, "former.key"));
        var (code, _, error) = await Started.RunAsync(["serve", .. arguments]);
        Assert.Equal(2, code);
        Assert.Contains("Secrets:MasterKeyFile", error, StringComparison.Ordinal);
        (code, _, error) = await Started.RunAsync(["serve", "--init", .. arguments]);
        Assert.Equal(2, code);
        Assert.Contains("put that back", error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder.FullName, "master.key")));
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=99999", 2)] // it has to be said otherwise
    [InlineData("Host=127.0.0.1;Colour=blue", 2)]
    [InlineData("Host=127.0.0.1;Port=1", 1)] // what is there does not answer
    public async Task A_database_that_leads_nowhere_is_one_sentence(string connection, int expected)
    {
        var folder = Directory.CreateTempSubdirectory("scimgateway-serve-");

        var (code, said, error) = await Started.RunAsync([
            "serve",
            "--init",
            "--data",
            folder.FullName,
            "--store",
            $"{connection};Password=hunter2-secret",
        ]);

        Assert.Equal(expected, code);
        Assert.Single(error.Trim().Split('\n'));
        Assert.DoesNotContain("hunter2", said + error, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Where_the_port_is_taken_that_is_the_one_sentence_and_no_key_is_made()
    {
        var folder = Directory.CreateTempSubdirectory("scimgateway-serve-");
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        var (code, said, error) = await Started.RunAsync([
            "serve",
            "--init",
            "--data",
            folder.FullName,
            "--urls",
            $"http://{other.LocalEndpoint}",
        ]);

        Assert.Equal(1, code);
        Assert.Single(error.Trim().Split('\n'));
        Assert.Contains("--urls", error, StringComparison.Ordinal);
        foreach (var word in new[] { "fail", "crit", "   at ", "sga_" })
            Assert.DoesNotContain(word, said, StringComparison.Ordinal);
        await using (var store = await OpenAsync(folder))
            Assert.False(await store.AskAsync(session => AdminKeys.IsThereAnOwner(session, TimeProvider.System.Now())));
        folder.Delete(recursive: true);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_key_is_shown_once_it_listens_and_again_only_as_one_more_that_the_audit_trail_has()
    {
        var folder = Directory.CreateTempSubdirectory("scimgateway-serve-");
        string[] arguments = ["serve", "--data", folder.FullName, "--urls", "http://127.0.0.1:0"];

        var first = await UntilAsync([.. arguments, "--init"], "tenant create");
        var again = await UntilAsync([.. arguments, "--init"], "none is shown again");
        var lost = await UntilAsync([.. arguments, "--new-owner-key"], "key delete");

        // Nobody watches, so that it may be kept as a log: the keys are in files, which are their owner's alone.
        foreach (var said in new[] { first, again, lost })
            Assert.DoesNotContain("sga_", Regex.Replace(said, @"sga_.{4}\.key", ""), StringComparison.Ordinal);
        Assert.Contains("There are admin keys already; none is shown again.", again, StringComparison.Ordinal);
        await using (var store = await OpenAsync(folder))
        {
            foreach (var said in new[] { first, lost })
            {
                var file = Regex.Match(said, @"(?<= is in )\S+sga_.{4}\.key").Value;
                Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == OwnerOnly.Mode);
                var secret = (await File.ReadAllTextAsync(file)).Trim();
                var key = await store.AskAsync(session => AdminKeys.Of(session, SecretHash.Of(secret)));
                Assert.Equal((Role.Owner, (TenantId?)null), (key!.Role, key.TenantId));
            }
            var audit = await store.AskAsync(session => AuditEntries.Of(session, new AuditQuery(), 10));
            Assert.Equal(
                [("serve --new-owner-key", "createKey", 201), ("serve --init", "createKey", 201)],
                audit.Select(line => (line.Label, line.Action, line.Status!.Value))
            );
            Assert.All(audit, line => Assert.Null(line.KeyId));
        }
        folder.Delete(recursive: true);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Another_master_key_is_told_once_so_that_the_former_can_be_put_away()
    {
        var folder = Directory.CreateTempSubdirectory("scimgateway-serve-");
        string[] arguments = ["serve", "--data", folder.FullName, "--urls", "http://127.0.0.1:0"];
        await UntilAsync([.. arguments, "--init"], "tenant create");
        var file = Path.Combine(folder.FullName, "master.key");
        var former = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        var other = Convert.ToBase64String(new byte[32]);

        foreach (
            var (keys, isTold) in new[] { ($"{other}\n{former}", true), ($"{other}\n{former}", false), (other, false) }
        )
        {
            await File.WriteAllTextAsync(file, keys, TestContext.Current.CancellationToken);
            var said = await UntilAsync(arguments, "gateway.started");
            Assert.Equal(isTold, said.Contains("secrets.closed-anew", StringComparison.Ordinal));
        }
        folder.Delete(recursive: true);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")] // files have modes
    public async Task What_is_kept_is_read_by_its_owner_alone_also_where_it_was_otherwise()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();
        Assert.SkipUnless(File.Exists(TestStore.FileOf(served.Data)), "The store is a database.");
        string[] all = [.. Directory.EnumerateFiles(served.Data)];
        Assert.Contains(all, file => file.EndsWith("-wal", StringComparison.Ordinal));
        Assert.All(all, file => Assert.Equal((file, OwnerOnly.Mode), (file, File.GetUnixFileMode(file))));

        await served.RestartAsync(() =>
        {
            foreach (
                var file in Directory
                    .EnumerateFiles(served.Data)
                    .Where(file => !file.EndsWith("key", StringComparison.Ordinal))
            )
                File.SetUnixFileMode(file, OwnerOnly.Mode | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        });

        Assert.All(
            Directory.EnumerateFiles(served.Data),
            file => Assert.Equal((file, OwnerOnly.Mode), (file, File.GetUnixFileMode(file)))
        );
    }

    [Theory]
    [InlineData(UnixFileMode.OtherRead | UnixFileMode.OtherExecute, false)]
    [InlineData(UnixFileMode.OtherExecute, false)]
    [InlineData(UnixFileMode.GroupWrite, false)]
    [InlineData(UnixFileMode.GroupRead | UnixFileMode.GroupExecute, true)] // as the master key's file may be
    [UnsupportedOSPlatform("windows")] // folders have modes
    public async Task A_data_folder_that_others_may_read_is_refused(UnixFileMode others, bool isTaken)
    {
        var folder = Directory.CreateTempSubdirectory("scimgateway-serve-");
        folder.UnixFileMode |= others;
        string[] arguments = ["--data", folder.FullName, "--urls", "http://127.0.0.1:0", "--init"];

        if (isTaken)
            await (await ServeCommand.BuildAsync(arguments, TimeProvider.System)).DisposeAsync();
        else
        {
            var (code, _, error) = await Started.RunAsync(["serve", .. arguments]);
            Assert.Equal(2, code);
            Assert.Contains(
                $"chmod 700 {folder.FullName}",
                Assert.Single(error.Trim().Split('\n')),
                StringComparison.Ordinal
            );
            Assert.Empty(folder.EnumerateFileSystemInfos());
        }
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("file:{0}/other.db")]
    [InlineData("FILE:{0}/other.db?mode=rwc")]
    [InlineData(":memory:")]
    [InlineData("|DataDirectory|other.db")]
    public async Task A_store_is_a_plain_file_so_that_its_folder_its_lock_and_its_mark_are_of_the_same_one(string name)
    {
        var folder = Directory.CreateTempSubdirectory("scimgateway-store-");
        var store = $"Data Source={name.Replace("{0}", folder.FullName, StringComparison.Ordinal)}";

        var (code, _, error) = await Started.RunAsync(["serve", "--data", folder.FullName, "--store", store, "--init"]);

        Assert.NotEqual(0, code);
        Assert.Contains("The store is named by a connection string", error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder.FullName, "other.db")));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_store_that_is_a_link_to_a_file_is_refused(bool isNamed, bool isThere)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a right of their own there");
        var folder = Directory.CreateTempSubdirectory("scimgateway-store-");
        var elsewhere = Directory.CreateTempSubdirectory("scimgateway-elsewhere-");
        var (link, target) = (
            Path.Combine(folder.FullName, "gateway.db"),
            Path.Combine(elsewhere.FullName, "other.db")
        );
        if (isThere)
            await File.WriteAllBytesAsync(target, [], TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(link, target);
        string[] store = isNamed ? ["--store", $"Data Source={link}"] : [];

        var (code, _, error) = await Started.RunAsync(["serve", "--data", folder.FullName, .. store, "--init"]);

        Assert.NotEqual(0, code);
        Assert.Contains($"is a link to {target}. Name the file itself", error, StringComparison.Ordinal);
        Assert.Equal(isThere, File.Exists(target));
        Assert.Empty(elsewhere.EnumerateFiles("*.lock"));
        foreach (var made in new[] { folder, elsewhere })
            made.Delete(recursive: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".lock")]
    [InlineData("-wal")]
    public async Task A_store_with_a_second_name_is_refused(string beside)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "it is asked of Linux");
        var folder = Directory.CreateTempSubdirectory("scimgateway-store-");
        var (name, second) = (
            Path.Combine(folder.FullName, "gateway.db" + beside),
            Path.Combine(folder.FullName, "second")
        );
        await File.WriteAllBytesAsync(second, [], TestContext.Current.CancellationToken);
        using (var link = Process.Start("ln", [second, name]))
            await link.WaitForExitAsync(TestContext.Current.CancellationToken);

        var (code, _, error) = await Started.RunAsync(["serve", "--data", folder.FullName, "--init"]);

        Assert.NotEqual(0, code);
        Assert.Contains("has 2 names (hard links)", error, StringComparison.Ordinal);
        Assert.Contains($"-samefile {name}'", error, StringComparison.Ordinal);
        Assert.Equal(0, new FileInfo(second).Length);
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("", "mkfifo")]
    [InlineData(".mark", "mkfifo")]
    [InlineData(".lock", "mkfifo")]
    [InlineData("", "mkdir")]
    [InlineData(".mark", "mkdir")]
    [InlineData("-wal", "mkdir")]
    public async Task A_pipe_or_a_folder_in_the_place_of_a_file_of_the_store_is_refused(string beside, string make)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "it is asked of Linux");
        var folder = Directory.CreateTempSubdirectory("scimgateway-store-");
        var path = Path.Combine(folder.FullName, "gateway.db" + beside);
        using (var made = Process.Start(make, [path]))
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);

        var (code, _, error) = await Started
            .RunAsync(["serve", "--data", folder.FullName, "--init"])
            .WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        Assert.NotEqual(0, code);
        Assert.Contains(
            $"{path} is a folder, a pipe or a device, and the store needs a file there.",
            error,
            StringComparison.Ordinal
        );
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("-wal")]
    [InlineData("-shm")]
    [InlineData("-journal")]
    [InlineData(".lock")]
    [InlineData(".mark")]
    [UnsupportedOSPlatform("windows")]
    public async Task A_link_in_the_place_of_what_lies_beside_the_store_is_refused(string beside)
    {
        var folder = Directory.CreateTempSubdirectory("scimgateway-store-");
        var target = Path.Combine(Directory.CreateTempSubdirectory("scimgateway-elsewhere-").FullName, "other");
        await File.WriteAllTextAsync(target, "mine", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        var link = Path.Combine(folder.FullName, "gateway.db" + beside);
        File.CreateSymbolicLink(link, target);

        var (code, _, error) = await Started.RunAsync(["serve", "--data", folder.FullName, "--init"]);

        Assert.NotEqual(0, code);
        Assert.Contains(
            $"{link}, which belongs to the store's file, is a link to {target}",
            error,
            StringComparison.Ordinal
        );
        Assert.Equal("mine", await File.ReadAllTextAsync(target, TestContext.Current.CancellationToken));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.OtherRead, File.GetUnixFileMode(target));
        Assert.False(File.Exists(Path.Combine(folder.FullName, "gateway.db")));
        folder.Delete(recursive: true);
        Directory.Delete(Path.GetDirectoryName(target)!, recursive: true);
    }

    [Theory]
    [InlineData("the store's folder", UnixFileMode.OtherRead | UnixFileMode.OtherExecute, false)]
    [InlineData("the store's folder", UnixFileMode.OtherExecute, false)]
    [InlineData("the store's folder", UnixFileMode.GroupWrite, false)]
    [InlineData("the store's folder", UnixFileMode.GroupRead | UnixFileMode.GroupExecute, true)]
    [InlineData("the master key's folder", UnixFileMode.OtherExecute, false)]
    [InlineData("the master key's folder", UnixFileMode.GroupWrite, false)]
    [InlineData("the master key's folder", UnixFileMode.GroupRead | UnixFileMode.GroupExecute, true)]
    [UnsupportedOSPlatform("windows")] // folders have modes
    public async Task Where_the_store_is_elsewhere_its_folder_and_the_key_s_are_as_closed(
        string which,
        UnixFileMode others,
        bool isTaken
    )
    {
        var data = Directory.CreateTempSubdirectory("scimgateway-serve-");
        var elsewhere = Directory.CreateTempSubdirectory("scimgateway-store-");
        var open = which == "the store's folder" ? elsewhere : data;
        open.UnixFileMode |= others;
        string[] arguments =
        [
            "--data",
            data.FullName,
            "--store",
            $"Data Source={elsewhere.FullName}/other.db",
            "--urls",
            "http://127.0.0.1:0",
            "--init",
        ];

        if (isTaken)
            await (await ServeCommand.BuildAsync(arguments, TimeProvider.System)).DisposeAsync();
        else
        {
            var (code, _, error) = await Started.RunAsync(["serve", .. arguments]);
            Assert.Equal(2, code);
            Assert.Contains(
                $"chmod 700 {open.FullName}",
                Assert.Single(error.Trim().Split('\n')),
                StringComparison.Ordinal
            );
            Assert.Empty(open.EnumerateFileSystemInfos());
        }
        data.Delete(recursive: true);
        elsewhere.Delete(recursive: true);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(4_096)]
    public async Task How_much_memory_bodies_may_have_can_be_set(int megabytes)
    {
        await using var served = await ServedGateway.StartAsync(more: ["--request-memory", $"{megabytes}"]);

        Assert.Equal(megabytes * (3L << 18), served.Part<RequestMemory>().MostOfOne); // three quarters of it
        Assert.InRange(RequestMemory.Usual, 32L << 20, 1L << 30);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true, "--loopback-issuers", "true")]
    public async Task An_issuer_on_the_loopback_is_for_trials_alone(bool isAllowed, params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("scimgateway-serve-");
        await using (
            var app = await ServeCommand.BuildAsync(
                ["--init", "--data", folder.FullName, "--urls", "http://127.0.0.1:0", .. arguments],
                TimeProvider.System
            )
        )
            Assert.Equal(isAllowed, app.Services.GetRequiredService<IOptions<IssuerOptions>>().Value.Loopback);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Without_a_store_a_start_makes_none()
    {
        var folder = Directory.CreateTempSubdirectory("scimgateway-serve-");
        string[] arguments = ["--data", folder.FullName, "--urls", "http://127.0.0.1:0"];
        await using (await ServeCommand.BuildAsync([.. arguments, "--init"], TimeProvider.System)) { }
        File.Delete(Path.Combine(folder.FullName, "gateway.db"));

        var (code, _, error) = await Started.RunAsync(["serve", .. arguments]);

        Assert.Equal(2, code);
        Assert.Contains("serve --init", error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder.FullName, "gateway.db")));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Health_and_the_description_are_for_anybody_and_nothing_else_is()
    {
        await using var served = await ServedGateway.StartAsync();
        using var nobody = new HttpClient { BaseAddress = served.Base };

        Assert.Equal("""{"status":"ok"}""", await nobody.GetStringAsync("health/live"));
        Assert.Equal("""{"status":"ok","checks":{"store":"ok"}}""", await nobody.GetStringAsync("health/ready"));
        var described = await nobody.GetAsync("openapi.yaml");
        Assert.Equal("application/yaml", described.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("openapi: 3.1.0", await described.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        foreach (var path in new[] { "", "admin", "admin/api/v1/tenants", "acme/scim/v2/Users", "metrics", "health" })
            Assert.Contains(
                (await nobody.GetAsync(path)).StatusCode,
                (HttpStatusCode[])[HttpStatusCode.Unauthorized, HttpStatusCode.NotFound]
            );
    }

    [Fact]
    public async Task A_tenant_whose_token_cannot_be_read_stays_away_and_the_others_are_served()
    {
        await using var served = await ServedGateway.StartAsync();
        var token = await served.SetUpAsync();
        await served.SetUpAsync("other", SlackEmulatorServer.TokenOf(2));
        await StoreTables.GiveTokenAsync(served.Store, "acme", "other");

        await served.RestartAsync();

        // That is the tenant's trouble, and takes the instance from nobody else.
        using var nobody = new HttpClient { BaseAddress = served.Base };
        Assert.Equal(HttpStatusCode.OK, (await nobody.GetAsync("health/ready")).StatusCode);
        var other = await served.AskAsync(HttpMethod.Get, "tenants/other");
        Assert.Equal("invalid", (string?)other["connection"]);
        Assert.Contains("cannot be read", (string)other["todo"]!, StringComparison.Ordinal);
        using var provider = served.Provider("acme", token);
        Assert.Equal(HttpStatusCode.OK, (await Gateway.SendAsync(provider, HttpMethod.Get, "Users")).Status);

        // Connected with its token again it is well.
        await served.AskAsync(
            HttpMethod.Put,
            "tenants/other/connection",
            $$"""{"token":"{{SlackEmulatorServer.TokenOf(2)}}"}"""
        );
        Assert.Equal("valid", (string?)(await served.AskAsync(HttpMethod.Get, "tenants/other"))["connection"]);
    }

    [Fact]
    public async Task A_lost_master_key_costs_the_secrets_and_nothing_else()
    {
        await using var served = await ServedGateway.StartAsync();
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        using (var before = served.Provider("acme", token))
            await Requests.CreateAsync(before, "ada", "ada@corp.example");
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/notifications/channels", Webhook("former"));

        await served.RestartAsync(() => File.Delete(Path.Combine(served.Data, "master.key")), "--new-master-key");

        var acme = await served.AskAsync(HttpMethod.Get, "tenants/acme");
        Assert.Equal("invalid", (string?)acme["connection"]);
        Assert.Contains("connect the tenant with a token again", (string)acme["todo"]!, StringComparison.Ordinal);
        var line = Assert.Single(
            (await served.AskAsync(HttpMethod.Get, "audit"))["items"]!.AsArray(),
            one => (string?)one!["action"] == "forgetSecrets"
        );
        Assert.Equal("serve --new-master-key", (string?)line!["actor"]!["label"]);
        await ConnectAsync();
        // What nobody can read any more is named anew, or taken away.
        const string Channels = "tenants/acme/notifications/channels";
        Assert.Equal(HttpStatusCode.Conflict, (await served.SendAsync(HttpMethod.Get, Channels)).Status);
        var named = await served.AskAsync(HttpMethod.Patch, Channels, Webhook("new"));
        Assert.Equal("https://hooks.example.org/new", (string?)named["webhook"]!["url"]);
        await served.AskAsync(HttpMethod.Patch, Channels, """{"webhook":null}""");
        using var provider = served.Provider("acme", token);
        var (status, users, _) = await Gateway.SendAsync(provider, HttpMethod.Get, "Users");
        Assert.Equal((HttpStatusCode.OK, 1), (status, (int)users!["totalResults"]!));
        await Requests.CreateAsync(provider, "bob", "bob@corp.example");
        Assert.Contains(served.Slack.Workspace.Users(), user => (string?)user["userName"] == "bob");

        // Left there by mistake it forgets nothing.
        await served.RestartAsync(() => { }, "--new-master-key");
        Assert.Equal("valid", (string?)(await served.AskAsync(HttpMethod.Get, "tenants/acme"))["connection"]);

        Task ConnectAsync() =>
            served.AskAsync(
                HttpMethod.Put,
                "tenants/acme/connection",
                $$"""{"token":"{{SlackEmulatorServer.TokenOf(1)}}"}"""
            );

        static string Webhook(string path) =>
            $$$"""{"webhook":{"url":"https://hooks.example.org/{{{path}}}","secret":"{{{Convert.ToBase64String(new byte[24])}}}"}}""";
    }

    private static Task<Store> OpenAsync(DirectoryInfo folder) =>
        Store.OpenAsync($"Data Source={Path.Combine(folder.FullName, "gateway.db")}", CancellationToken.None);

    // The program itself, which is ended once it has said something; what it has said until then.
    private static async Task<string> UntilAsync(string[] arguments, string says)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "ScimGateway.Host"), arguments)
        {
            RedirectStandardOutput = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var said = new StringBuilder();
        try
        {
            while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
                if (said.AppendLine(line).ToString().Contains(says, StringComparison.Ordinal))
                    return said.ToString();
            throw new InvalidOperationException($"It ended without saying '{says}': {said}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }
}

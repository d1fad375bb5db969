using System.Diagnostics;
using System.Text.RegularExpressions;
using Npgsql;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Postgres;

/// <summary>What docs/deploy.md has an operator enter at PostgreSQL does what it says, by the rights that it gives.</summary>
public partial class DeployTests
{
    private const string Server = "db.example.org";

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_database_made_as_the_page_says_is_the_store_is_copied_and_comes_back()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(GeneratedPage.Root(), "docs", "deploy.md"));
        var section = Section().Match(page).Value;
        await using var server = await OwnServer.StartAsync();
        foreach (var statement in Fences(section, "sql").SelectMany(fence => fence.Split(';', Trimmed)))
            await server.RunAsync(statement);
        await server.WantPasswordsAsync();
        var at = new NpgsqlConnectionStringBuilder(await server.UrlAsync());
        var passwords = Path.Combine(Directory.CreateTempSubdirectory("scimgateway-tests-").FullName, "pgpass");
        await File.WriteAllTextAsync(
            passwords,
            PasswordLine()
                .Match(section)
                .Groups[1]
                .Value.Replace($"{Server}:5432:", $"{at.Host}:{at.Port}:", StringComparison.Ordinal)
        );
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(passwords, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        // As in compose, but for TLS, which this server has not.
        var told = new NpgsqlConnectionStringBuilder(Told().Match(section).Groups[1].Value);
        Assert.Equal((Server, SslMode.VerifyFull), (told.Host, told.SslMode));
        (told.Host, told.Port, told.Passfile) = (at.Host, at.Port, passwords);
        (told.SslMode, told.RootCertificate) = (SslMode.Prefer, null);
        await using (var store = await Store.OpenAsync(told.ConnectionString, CancellationToken.None))
        {
            await store.WriteAsync(
                session => Tenants.Open(session, "corp", "Corp", "okta", new Preferences()),
                CancellationToken.None
            );
            await EnterAsync(Fences(section, "sh")[0], at, passwords); // beside the gateway
        }
        await EnterAsync(Fences(section, "sh")[1], at, passwords);
        told.Database = "scimgateway_restored";
        await using (var store = await Store.OpenAsync(told.ConnectionString, CancellationToken.None))
            Assert.Single(await store.ReadAsync(Tenants.Ids));

        told.Database = "scimgateway";
        told.Password = "another";
        var e = await Assert.ThrowsAsync<StoreServerException>(() =>
            Store.OpenAsync(told.ConnectionString, CancellationToken.None)
        );
        Assert.Contains(
            e.Message.Replace($"{at.Host}:{at.Port}", $"{Server}:5432", StringComparison.Ordinal) + "\n",
            Fences(section, "text")
        );
        Directory.Delete(Path.GetDirectoryName(passwords)!, recursive: true);
    }

    private const StringSplitOptions Trimmed = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;

    private static List<string> Fences(string section, string kind) =>
        [.. Fence().Matches(section).Where(one => one.Groups[1].Value == kind).Select(one => one.Groups[2].Value)];

    private static async Task EnterAsync(string command, NpgsqlConnectionStringBuilder at, string passwords)
    {
        Assert.Contains($"--host={Server} ", command, StringComparison.Ordinal);
        var here = command.Replace(
            $"--host={Server} ",
            $"--host={at.Host} --port={at.Port} ",
            StringComparison.Ordinal
        );
        var start = new ProcessStartInfo("bash", ["-euc", here])
        {
            WorkingDirectory = Path.GetDirectoryName(passwords),
            RedirectStandardError = true,
        };
        start.Environment["PGPASSFILE"] = passwords;
        using var process = Process.Start(start)!;
        var says = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, says);
    }

    [GeneratedRegex("^## On PostgreSQL\n.*?(?=^## )", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Section();

    [GeneratedRegex("^```([a-z]+)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("Gateway__Store: (.+)")]
    private static partial Regex Told();

    [GeneratedRegex("one line: (.+)")]
    private static partial Regex PasswordLine();
}

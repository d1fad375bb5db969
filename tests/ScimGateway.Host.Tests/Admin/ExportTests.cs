using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Model;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using static ScimGateway.Host.Tests.Requests;
using JournalRows = ScimGateway.Provisioning.Storage.Tables.OperationLines;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>Operators take with them what there is: operations as a file, and all that is kept of a tenant.</summary>
public class ExportTests
{
    private static readonly DateTimeOffset _noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [Trait("speed", "slow")]
    [InlineData("application/x-ndjson", 10_000)]
    [InlineData("text/csv", 10_001)]
    public async Task All_ten_thousand_operations_are_in_the_file(string accept, int lines)
    {
        await using var served = await ServedGateway.StartAsync();
        var written = await Journaled.WriteAsync(served.Store, await served.TenantAsync(), 10_000, _noon);

        using var response = await AskAsync(served.Client, "tenants/acme/operations", accept);
        var text = await response.Content.ReadAsStringAsync();

        Assert.Equal(lines, text.Count(letter => letter == '\n'));
        Assert.All(written, id => Assert.Contains(id.ToString(), text, StringComparison.Ordinal));
        Assert.StartsWith("acme-operations.", response.Content.Headers.ContentDisposition!.FileName!.Trim('"'));

        using var some = await AskAsync(
            served.Client,
            "tenants/acme/operations?from=2026-03-01T12:00:00.100Z&until=2026-03-01T12:00:00.102Z",
            "application/x-ndjson"
        );
        Assert.Equal(20, (await some.Content.ReadAsStringAsync()).Count(letter => letter == '\n'));
    }

    [Fact]
    public async Task No_cell_of_the_table_is_a_formula_and_each_is_one_cell()
    {
        await using var served = await ServedGateway.StartAsync();
        var tenant = await served.TenantAsync();
        await Journaled.WriteAsync(
            served.Store,
            [
                Journaled.Line(tenant, _noon, "=cmd|' /C calc'!A0", "done", "\t@SUM(1+1)"),
                Journaled.Line(tenant, _noon, "x\";=cmd|' /C calc'!A0;\"", "done", "x;=1+1;y"),
                Journaled.Line(tenant, _noon, "\u200b=2+2", "done", "a-b = c@d"),
                Journaled.Line(tenant, _noon.AddSeconds(1), "say \"this\",\r\nand that", "done", " +1"),
            ]
        );

        using var response = await AskAsync(served.Client, "tenants/acme/operations", "text/csv");
        var rows = (await response.Content.ReadAsStringAsync()).Split("\r\n2026", StringSplitOptions.None);
        var text = string.Concat(rows);

        Assert.Contains(",\"'=cmd|' /C calc'!A0\",", text, StringComparison.Ordinal);
        Assert.Contains(",\"'\t'@SUM(1+1)\",", text, StringComparison.Ordinal);
        Assert.Contains(",\" '+1\",", text, StringComparison.Ordinal);
        Assert.Contains(",\"x\"\";'=cmd|' /C calc'!A0;\"\"\",", text, StringComparison.Ordinal);
        Assert.Contains(",\"x;'=1+1;y\",", text, StringComparison.Ordinal);
        Assert.Contains(",\"\u200b'=2+2\",", text, StringComparison.Ordinal);
        Assert.Contains(",\"a-b = c@d\",", text, StringComparison.Ordinal);
        Assert.Contains(",\"say \"\"this\"\",\r\nand that\",", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_goes_out_while_it_is_read_and_two_at_a_time()
    {
        await using var served = await ServedGateway.StartAsync();
        var tenant = await served.TenantAsync();
        var note = new string('n', 5_000) + "\n";
        await Journaled.WriteAsync(
            served.Store,
            Enumerable
                .Range(0, 10_000)
                .Select(i => Journaled.Line(tenant, _noon.AddMilliseconds(i), $"number {i}", "done", notes: note))
        );

        using var response = await AskAsync(served.Client, "tenants/acme/export", "*/*");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var read = new List<string> { (await reader.ReadLineAsync())! };
        using (await AskAsync(served.Client, "tenants/acme/export", "*/*"))
            Assert.Equal(
                HttpStatusCode.TooManyRequests,
                (await ServedGateway.SendAsync(served.Client, HttpMethod.Get, "tenants/acme/export")).Status
            );
        // 50 MB are more than what lies between the two: what is not read yet is in the store alone.
        await served.Store.WriteAsync(
            session => JournalRows.Forget(session, Instant.Of(_noon.AddDays(1)), int.MaxValue),
            CancellationToken.None
        );
        while (await reader.ReadLineAsync() is { } line)
            read.Add(line);

        Assert.InRange(read.Count, 100, 9_000);
        Assert.Equal($$"""{"kind":"end","lines":{{read.Count - 1}}}""", read[^1]);
    }

    [Fact]
    public async Task All_that_is_kept_of_a_tenant_is_exported_and_no_secret()
    {
        await using var served = await ServedGateway.StartAsync();
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        await served.TenantAsync("other");
        using var provider = served.Provider("acme", token);
        var withPassword = User()
            .Replace("\"active\":true", "\"active\":true,\"password\":\"t1meMa$heen\"", StringComparison.Ordinal);
        var (_, user, _) = await Gateway.SendAsync(provider, HttpMethod.Post, "Users", withPassword);
        await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Groups",
            $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Engines","members":[{"value":"{{user!["id"]}}"}]}"""
        );
        await Gateway.SendAsync(provider, HttpMethod.Post, "Users", withPassword); // refused

        using var response = await AskAsync(served.Client, "tenants/acme/export", "*/*");
        var text = await response.Content.ReadAsStringAsync();
        var lines = text.TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!).ToList();

        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType!.MediaType);
        var kinds = lines.CountBy(line => (string)line["kind"]!).ToDictionary();
        foreach (
            var kind in new[]
            {
                "tenant",
                "preferences",
                "source",
                "credential",
                "user",
                "group",
                "member",
                "link",
                "job",
                "operation",
                "end",
            }
        )
            Assert.True(kinds.ContainsKey(kind), kind);
        Assert.Equal(1, kinds["tenant"]);
        Assert.Equal(lines.Count - 1, (int)lines[^1]["lines"]!);
        Assert.Contains(lines, line => (string?)line["document"]?["userName"] == "ada");
        Assert.Contains(lines, line => (string?)line["member"] == (string?)user["id"]);
        foreach (
            var secret in new[]
            {
                token,
                SlackEmulatorServer.TokenOf(1),
                served.Key,
                "t1meMa$heen",
                Convert.ToHexString(
                    System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(token))
                ),
            }
        )
            Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase);
    }

    public static TheoryData<string, string> Files() =>
        new()
        {
            { "tenants/acme/export", "*/*" },
            { "tenants/acme/operations", "application/x-ndjson" },
            { "tenants/acme/operations", "text/csv" },
        };

    [Theory]
    [Trait("speed", "slow")]
    [MemberData(nameof(Files))]
    public async Task Whose_key_was_deleted_gets_no_more_of_a_file_and_keeps_no_place(string path, string accept)
    {
        await using var served = await ServedGateway.StartAsync();
        await LongAsync(served);
        var thief = await served.AskAsync(HttpMethod.Post, "keys", """{"label":"thief","role":"owner"}""");
        using var client = served.NewClient((string)thief["secret"]!);
        using var one = await AskAsync(client, path, accept);
        using var two = await AskAsync(client, path, accept);

        await served.AskAsync(HttpMethod.Delete, $"keys/{thief["id"]}");

        Assert.False((await ReadAsync(one)).IsWhole);
        Assert.False((await ReadAsync(two)).IsWhole);
        var read = (await served.AskAsync(HttpMethod.Get, "audit?tenant=acme"))["items"]!
            .AsArray()
            .Where(entry => (string?)entry!["actor"]!["label"] == "thief");
        Assert.Equal([401, 401], read.Select(entry => (int)entry!["status"]!));
        using var others = await AskAsync(served.Client, path, accept);
        Assert.True((await ReadAsync(others)).IsWhole);
    }

    [Fact]
    public async Task Whose_key_has_expired_gets_no_more_of_a_file()
    {
        var clock = new ManualClock();
        await using var served = await ServedGateway.StartAsync(clock: clock);
        await LongAsync(served);
        var ends = clock.GetUtcNow().AddHours(1).ToString("O");
        var made = await served.AskAsync(
            HttpMethod.Post,
            "keys",
            $$"""{"label":"for an hour","role":"owner","tenant":"acme","expires":"{{ends}}"}"""
        );
        using var client = served.NewClient((string)made["secret"]!);
        using var response = await AskAsync(client, "tenants/acme/export", "*/*");

        clock.Advance(TimeSpan.FromHours(1));

        Assert.False((await ReadAsync(response)).IsWhole);
    }

    [Fact]
    public async Task An_export_of_a_tenant_that_is_deleted_meanwhile_breaks_off_and_never_says_that_it_is_whole()
    {
        await using var served = await ServedGateway.StartAsync();
        await LongAsync(served);
        using var response = await AskAsync(served.Client, "tenants/acme/export", "*/*");

        await served.AskAsync(HttpMethod.Delete, "tenants/acme?confirm=acme&withoutExport=true");
        await served.TenantAsync(); // another one of that word

        var (isWhole, lines) = await ReadAsync(response);
        Assert.False(isWhole);
        Assert.DoesNotContain(lines, line => line.StartsWith("{\"kind\":\"end\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_export_of_a_tenant_that_is_renamed_meanwhile_is_whole()
    {
        await using var served = await ServedGateway.StartAsync();
        await LongAsync(served);
        using var response = await AskAsync(served.Client, "tenants/acme/export", "*/*");

        await served.AskAsync(HttpMethod.Patch, "tenants/acme", """{"slug":"corp"}""");

        var (isWhole, lines) = await ReadAsync(response);
        Assert.True(isWhole);
        Assert.Equal($$"""{"kind":"end","lines":{{lines.Count - 1}}}""", lines[^1]);
    }

    // 30 MB of operations are more than lies between the two: most is read once the client has read some.
    private static async Task LongAsync(ServedGateway served)
    {
        var tenant = await served.TenantAsync();
        var path = "GET /" + new string('a', 10_000);
        await Journaled.WriteAsync(
            served.Store,
            Enumerable
                .Range(0, 3_000)
                .Select(i => Journaled.Line(tenant, _noon.AddMilliseconds(i), $"{path}{i}", "done"))
        );
    }

    // Its lines, and whether it came to its end: one that breaks off is no whole answer of HTTP.
    private static async Task<(bool IsWhole, List<string> Lines)> ReadAsync(HttpResponseMessage response)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var lines = new List<string>();
        try
        {
            while (await reader.ReadLineAsync() is { } line)
                lines.Add(line);
            return (true, lines);
        }
        catch (IOException)
        {
            return (false, lines);
        }
    }

    private static async Task<HttpResponseMessage> AskAsync(HttpClient client, string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response;
    }
}

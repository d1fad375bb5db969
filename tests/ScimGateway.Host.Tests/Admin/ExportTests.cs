using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Model;
using ScimGateway.SlackEmulator;
using Xunit;
using static ScimGateway.Host.Tests.Requests;
using JournalRows = ScimGateway.Provisioning.Storage.Tables.Operations;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>Operators take with them what there is: operations as a file, and all that is kept of a tenant.</summary>
public class ExportTests
{
    private static readonly DateTimeOffset _noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("application/x-ndjson", 10_000)]
    [InlineData("text/csv", 10_001)]
    public async Task All_ten_thousand_operations_are_in_the_file(string accept, int lines)
    {
        await using var served = await Served.StartAsync();
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
        await using var served = await Served.StartAsync();
        var tenant = await served.TenantAsync();
        await Journaled.WriteAsync(
            served.Store,
            [
                Journaled.Line(tenant, _noon, "=cmd|' /C calc'!A0", "done", "\t@SUM(1+1)"),
                Journaled.Line(tenant, _noon.AddSeconds(1), "say \"this\",\r\nand that", "done", " +1"),
            ]
        );

        using var response = await AskAsync(served.Client, "tenants/acme/operations", "text/csv");
        var rows = (await response.Content.ReadAsStringAsync()).Split("\r\n2026", StringSplitOptions.None);
        var text = string.Concat(rows);

        Assert.Contains(",\"'=cmd|' /C calc'!A0\",", text, StringComparison.Ordinal);
        Assert.Contains(",\"'\t@SUM(1+1)\",", text, StringComparison.Ordinal);
        Assert.Contains(",\"' +1\",", text, StringComparison.Ordinal);
        Assert.Contains(",\"say \"\"this\"\",\r\nand that\",", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_goes_out_while_it_is_read_and_two_at_a_time()
    {
        await using var served = await Served.StartAsync();
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
                (await Served.SendAsync(served.Client, HttpMethod.Get, "tenants/acme/export")).Status
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
        await using var served = await Served.StartAsync();
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

    private static async Task<HttpResponseMessage> AskAsync(HttpClient client, string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response;
    }
}

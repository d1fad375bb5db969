using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Host.Tests.Admin;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.AdminConsole;

/// <summary>Lists as files for a spreadsheet.</summary>
public class ConsoleReportTests
{
    [Fact]
    public async Task Each_list_is_a_table_with_the_filters_of_its_page()
    {
        await using var served = await ServedGateway.StartAsync();
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", """{"guardedAccounts":1}""");
        using var provider = served.Provider("acme", token);
        foreach (var who in new[] { "ada", "grace" })
        {
            var id = await CreateAsync(provider, who, $"{who}@corp.example");
            await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{id}", Patch("externalId", $"\"={who}\""));
            await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{id}", Patch("active", "false"));
        }
        using var browser = new ConsoleBrowser(served);
        await browser.SignInAsync(served.Key);

        var held = await TableAsync("people.csv?state=held");
        Assert.StartsWith("\"Name\",\"Address\",\"Kind\"", held[0], StringComparison.Ordinal);
        // What a spreadsheet would take for a formula is text.
        Assert.StartsWith(
            "\"grace\",\"grace@corp.example\",\"person\",\"Provider\",\"'=grace\"",
            Assert.Single(held.Skip(1)),
            StringComparison.Ordinal
        );
        Assert.Equal(2, (await TableAsync("people.csv?search=grace%40")).Count);
        var operations = await TableAsync("operations.csv?outcome=held");
        Assert.Contains("\"deactivate\",\"held\"", Assert.Single(operations.Skip(1)), StringComparison.Ordinal);
        var decisions = await TableAsync("holds.csv");
        Assert.Contains("\"deactivate\"", Assert.Single(decisions.Skip(1)), StringComparison.Ordinal);

        async Task<IReadOnlyList<string>> TableAsync(string file)
        {
            using var answer = await browser.GetAsync($"/tenants/acme/{file}");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
            Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
            return (await answer.Content.ReadAsStringAsync())
                .TrimStart('\uFEFF')
                .Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        }
    }

    [Fact]
    public async Task A_table_has_all_rows_however_many_pages_the_API_makes_of_them()
    {
        const int Many = 1_001;
        await using var served = await ServedGateway.StartAsync();
        for (var i = 0; i < Many; i++)
            served.Slack.Workspace.MakeUser(
                new JsonObject
                {
                    ["userName"] = $"person{i}",
                    ["emails"] = new JsonArray(
                        new JsonObject { ["value"] = $"person{i}@corp.example", ["primary"] = true }
                    ),
                }
            );
        await served.SetUpAsync();
        using var browser = new ConsoleBrowser(served);
        await browser.SignInAsync(served.Key);

        using var answer = await browser.GetAsync("/tenants/acme/people.csv?search=%40corp.example");

        var rows = (await answer.Content.ReadAsStringAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Many, rows.Skip(1).Distinct().Count());
    }

    [Fact]
    public async Task A_list_that_the_API_refuses_is_a_page_that_says_why()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.TenantAsync();
        using var browser = new ConsoleBrowser(served);
        await browser.SignInAsync(served.Key);

        using var wrong = await browser.GetAsync("/tenants/acme/people.csv?state=nonsense");
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Equal("text/html", wrong.Content.Headers.ContentType!.MediaType);
        using var nowhere = await browser.GetAsync("/tenants/nowhere/people.csv");
        Assert.Equal(HttpStatusCode.NotFound, nowhere.StatusCode);
    }
}

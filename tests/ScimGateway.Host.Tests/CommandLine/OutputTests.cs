using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Cli;
using ScimGateway.Host.Tests.Admin;
using Xunit;
using YamlDotNet.Serialization;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.CommandLine;

/// <summary>One answer as a table in a narrow terminal, as JSON, as YAML and as CSV.</summary>
public class OutputTests
{
    // What a spreadsheet runs, and what CSV and YAML have to quote.
    private const string Formula = "=HYPERLINK(\"http://evil.example\",\"x\")";
    private const string Odd = "a: \"b\" \\ #c, 'd' – é😀";

    [Fact]
    public async Task A_list_is_CSV_in_which_no_name_is_a_formula()
    {
        await using var served = await StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);

        Assert.Equal(Exit.Done, await entered.RunAsync("tenant list -o csv"));

        var lines = entered.Out.TrimEnd('\n').Split('\n');
        var names = lines[0].Split(',');
        Assert.Equal(["slug", "name"], names.Where(name => name is "slug" or "name"));
        Assert.Equal(4, lines.Length);
        Assert.Contains(
            lines,
            line => line.Contains("\"'=HYPERLINK(\"\"http://evil.example\"\",\"\"x\"\")\"", StringComparison.Ordinal)
        );
        Assert.Contains(lines, line => line.Contains("\"a: \"\"b\"\" \\ #c, 'd' – é😀\"", StringComparison.Ordinal));
        Assert.Equal("", entered.Error);
        Assert.Equal(Exit.Done, await entered.RunAsync("tenant list -o csv --limit 1"));
        Assert.Equal(2, entered.Out.TrimEnd('\n').Split('\n').Length);
        Assert.Contains("There is more: --cursor ", entered.Error, StringComparison.Ordinal);
        Assert.EndsWith(", or --all\n", entered.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void YAML_and_CSV_have_nothing_that_a_terminal_obeys()
    {
        var json = new JsonObject
        {
            ["na: me"] = "\u202e\u001b[31m\n\t\u00a0\u0085x",
            ["deep"] = new JsonArray(1, new JsonArray()),
        };

        var yaml = string.Join('\n', ForScripts.Yaml(json));

        Assert.All(yaml.Replace('\n', ' '), letter => Assert.False(char.IsControl(letter) || letter == '\u202e'));
        Same(json, new DeserializerBuilder().Build().Deserialize<object>(yaml));
        Assert.Equal(["na: me,deep", "[31m  \u00a0x,\"[1,[]]\""], ForScripts.Csv(json));
    }

    [Fact]
    public async Task YAML_says_the_same_as_JSON()
    {
        await using var served = await StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        foreach (var line in (string[])["tenant list", "tenant show acme", "preferences get acme", "hold list acme"])
        {
            Assert.Equal(Exit.Done, await entered.RunAsync($"{line} --json"));
            var json = JsonNode.Parse(entered.Out)!;

            Assert.Equal(Exit.Done, await entered.RunAsync($"{line} -o yaml"));

            Same(json, new DeserializerBuilder().Build().Deserialize<object>(entered.Out));
        }
    }

    [Fact]
    public async Task A_preview_is_CSV_of_those_whom_it_is_about()
    {
        await using var served = await StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);

        Assert.Equal(Exit.Done, await entered.RunAsync("tenant enable acme --dry-run -o csv"));

        var lines = entered.Out.TrimEnd('\n').Split('\n');
        Assert.Contains("name", lines[0].Split(','));
        Assert.Contains(lines, line => line.Contains("ada", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("operation list acme", "Ada Lovelace")]
    [InlineData("audit list", "createTenant")]
    [InlineData("link list acme", "ada")]
    [InlineData("tenant list", "acme")]
    [InlineData("token list acme Provider", "bearer")]
    [InlineData("key list", "owner")]
    [InlineData("source list acme", "Provider")]
    [InlineData("job list acme", "import")]
    public async Task A_terminal_of_80_columns_is_wide_enough(string line, string first)
    {
        await using var served = await StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key) { IsWatched = true };

        Assert.Equal((line, Exit.Done), (line, await entered.RunAsync(line)));

        var rows = entered.Out.Split('\n');
        Assert.All(rows, row => Assert.InRange(row.Length, 0, 80));
        Assert.True(rows.Any(row => row.Contains(first, StringComparison.Ordinal)), entered.Out);
    }

    [Fact]
    public async Task What_has_no_room_is_there_when_it_is_asked_for()
    {
        await using var served = await StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key) { IsWatched = true };

        Assert.Equal(Exit.Done, await entered.RunAsync("operation list acme"));
        Assert.DoesNotContain(" id ", entered.Out, StringComparison.Ordinal);
        Assert.Equal(Exit.Done, await entered.RunAsync("operation list acme -o wide"));
        Assert.Contains(" id ", entered.Out, StringComparison.Ordinal);
        Assert.Contains(" POST /Users ", entered.Out, StringComparison.Ordinal);
        Assert.Equal(Exit.WrongUse, await entered.RunAsync("operation list acme -o xml"));
        Assert.Contains("table, wide, json, yaml, csv; 'xml' is none", entered.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_newest_operation_about_somebody_is_shown_by_a_name()
    {
        await using var served = await StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);

        Assert.Equal(Exit.Done, await entered.RunAsync("operation show acme ada@corp.example"));
        Assert.Contains("POST /Users", entered.Out, StringComparison.Ordinal);
        Assert.Equal("", entered.Error);

        Assert.Equal(Exit.Done, await entered.RunAsync("operation show acme corp.example"));
        Assert.Contains("bob@corp.example", entered.Out, StringComparison.Ordinal);
        Assert.Contains("; 'operation list acme --search corp.example'", entered.Error, StringComparison.Ordinal);

        Assert.Equal(Exit.Refused, await entered.RunAsync("operation show acme nobody"));
        Assert.Contains("No operation is about 'nobody'", entered.Error, StringComparison.Ordinal);
    }

    // A tenant in shadow with two users, and two with odd names.
    private static async Task<ServedGateway> StartAsync()
    {
        var served = await ServedGateway.StartAsync();
        using var provider = served.Provider("acme", await served.SetUpAsync());
        foreach (var name in (string[])["ada", "bob"])
            Assert.Equal(
                HttpStatusCode.Created,
                (await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User(name, $"{name}@corp.example"))).Status
            );
        foreach (var (slug, name) in ((string, string)[])[("one", Formula), ("two", Odd)])
            await served.AskAsync(
                HttpMethod.Post,
                "tenants",
                new JsonObject { ["slug"] = slug, ["name"] = name }.ToJsonString()
            );
        return served;
    }

    private static void Same(JsonNode? json, object? yaml)
    {
        switch (json)
        {
            case JsonObject fields:
                var map = Assert.IsType<Dictionary<object, object>>(yaml);
                Assert.Equal(fields.Select(field => field.Key), map.Keys);
                foreach (var (name, value) in fields)
                    Same(value, map[name]);
                break;
            case JsonArray all:
                var list = Assert.IsType<List<object>>(yaml);
                Assert.Equal(all.Count, list.Count);
                for (var i = 0; i < all.Count; i++)
                    Same(all[i], list[i]);
                break;
            case null:
                Assert.Null(yaml);
                break;
            case JsonValue value:
                Assert.Equal(value.ToString(), yaml);
                break;
        }
    }
}

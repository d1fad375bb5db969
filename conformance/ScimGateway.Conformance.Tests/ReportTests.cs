using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using ScimGateway.Conformance.Reports;
using ScimGateway.Conformance.Tests.Sound;

namespace ScimGateway.Conformance.Tests;

/// <summary>Reports can be read by what they are for, whatever a server has answered.</summary>
public sealed class ReportTests
{
    // What a hostile server says where it ought to say why it refuses.
    private const string Hostile =
        "</pre></td><script>alert('us')</script>|<img src=x onerror=alert(1)>]]>&\u0000\uffff";

    private static readonly JsonSerializerOptions _unescaped = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Fact]
    public async Task JUnit_is_XML_with_a_case_for_each_requirement()
    {
        var findings = await FindingsAsync();
        var xml = XDocument.Parse(Report.JUnit(findings));
        var cases = xml.Descendants("testcase").ToList();

        Assert.Equal(findings.Results.Count, cases.Count);
        Assert.Equal(findings.Count(Outcome.Failed), cases.Count(one => one.Element("failure") is not null));
        Assert.Equal(findings.Count(Outcome.Skipped), cases.Count(one => one.Element("skipped") is not null));
        Assert.Contains(
            cases,
            one => one.Element("failure")?.Value.StartsWith("curl -i", StringComparison.Ordinal) == true
        );
        var suite = Assert.Single(xml.Root!.Elements("testsuite"));
        Assert.Equal(
            ("RFC7644", $"{cases.Count}"),
            ((string?)suite.Attribute("name"), (string?)suite.Attribute("tests"))
        );
    }

    [Fact]
    public async Task Json_says_of_each_requirement_what_was_found_and_how_to_ask_again()
    {
        var findings = await FindingsAsync();
        var json = JsonNode.Parse(Report.Json(findings))!;
        var broken = json["requirements"]!.AsArray().First(one => (string?)one!["outcome"] == "failed")!;

        Assert.Equal(findings.Count(Outcome.Failed), (int)json["failed"]!);
        Assert.Equal(findings.Results.Count, json["requirements"]!.AsArray().Count);
        Assert.Contains("<script>", (string?)broken["found"], StringComparison.Ordinal);
        Assert.Contains(
            "-H \"Authorization: Bearer $TOKEN\"",
            (string?)broken["repeat"]!.AsArray()[^1],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Html_stands_alone_and_has_no_markup_but_its_own()
    {
        var page = Page.Html(await FindingsAsync());

        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
        Assert.Equal(
            [
                "!doctype",
                "article",
                "br",
                "details",
                "h1",
                "h2",
                "html",
                "li",
                "meta",
                "p",
                "pre",
                "small",
                "strong",
                "style",
                "summary",
                "table",
                "td",
                "th",
                "title",
                "tr",
                "ul",
            ],
            Marks(page).Distinct().Order(StringComparer.Ordinal)
        );
        Assert.DoesNotContain(
            "src=",
            page.Replace("img src=x", "", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("href=", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Markdown_has_a_row_of_five_cells_for_each_and_no_markup_of_the_servers()
    {
        var findings = await FindingsAsync();
        var page = Report.Markdown(findings);
        var rows = page.Split('\n').Where(line => line.StartsWith("| RFC", StringComparison.Ordinal)).ToList();

        Assert.Equal(findings.Results.Count, rows.Count);
        Assert.All(rows, row => Assert.Equal(6, row.Replace("\\|", "", StringComparison.Ordinal).Count(c => c == '|')));
        Assert.DoesNotContain('<', page);
    }

    [Fact]
    public async Task No_report_has_a_credential_in_it()
    {
        var findings = await FindingsAsync();

        foreach (
            var form in new[]
            {
                Report.JUnit(findings),
                Report.Json(findings),
                Report.Markdown(findings),
                Page.Html(findings),
            }
        )
        {
            Assert.DoesNotContain(SoundServer.Token, form, StringComparison.Ordinal);
            Assert.DoesNotContain("a-secret-of-the-header", form, StringComparison.Ordinal);
        }
    }

    private static Answer Refused()
    {
        var answer = new Refusal(400, "invalidValue", Hostile).Answer();
        answer.Bytes = JsonSerializer.SerializeToUtf8Bytes(answer.Body, _unescaped);
        return answer;
    }

    private static IEnumerable<string> Marks(string page) =>
        page.Split('<').Skip(1).Select(mark => mark.Split(' ', '>')[0]).Where(mark => !mark.StartsWith('/'));

    private static async Task<Findings> FindingsAsync()
    {
        await using var sound = await SoundServer.StartAsync(
            (ask, scim) => ask is { Method: "POST", Path: "Users" } ? Refused() : scim.Handle(ask)
        );
        var options = new Options
        {
            Url = sound.Url,
            Token = SoundServer.Token,
            Headers = [("X-Api-Key", "a-secret-of-the-header")],
            Only = ["RFC7644-3.3", "RFC7644-3.2"],
        };
        using var server = new Server(options);
        return await Run.AllAsync(server, Inventory.Of(options), Weighing.Strict, _ => { });
    }
}

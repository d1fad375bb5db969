using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using ScimGateway.Conformance.Providers;

namespace ScimGateway.Conformance.Reports;

/// <summary>Findings as a file; its ending says in which form.</summary>
internal static class Report
{
    private static readonly Dictionary<string, Func<Findings, string>> _forms = new(StringComparer.OrdinalIgnoreCase)
    {
        [".xml"] = JUnit,
        [".json"] = Json,
        [".md"] = Markdown,
        [".html"] = Page.Html,
        [".svg"] = Badge.Svg,
    };

    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true };

    /// <summary>There is a form of that ending, and a folder for it.</summary>
    /// <exception cref="FormatException">There is none, or no folder to write it to.</exception>
    public static void Require(string file)
    {
        if (!_forms.ContainsKey(Path.GetExtension(file)) && !Har.IsOne(file))
            throw new FormatException($"--report ends with one of {string.Join(", ", _forms.Keys)}, .har.");
        if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(file))))
            throw new FormatException($"--report: there is no folder for {file}.");
    }

    /// <summary>What stands in it.</summary>
    public static string Text(string file, Findings findings) => _forms[Path.GetExtension(file)](findings);

    /// <summary>As JUnit's XML, which build servers read.</summary>
    public static string JUnit(Findings findings) =>
        new XDocument(
            new XElement(
                "testsuites",
                findings
                    .Results.GroupBy(result => result.Requirement.Document)
                    .Select(suite => new XElement(
                        "testsuite",
                        new XAttribute("name", suite.Key),
                        new XAttribute("tests", suite.Count()),
                        new XAttribute("failures", suite.Count(one => one.Verdict.Outcome == Outcome.Failed)),
                        new XAttribute("skipped", suite.Count(one => one.Verdict.Outcome == Outcome.Skipped)),
                        suite.Select(TestCase)
                    ))
            )
        ).ToString();

    /// <summary>As JSON.</summary>
    public static string Json(Findings findings) =>
        new JsonObject
        {
            ["url"] = findings.Url.ToString(),
            ["at"] = findings.Heading?.At.ToString("O", CultureInfo.InvariantCulture),
            ["version"] = findings.Heading?.Version,
            ["asked"] = findings.Heading?.Asked,
            ["passed"] = findings.Count(Outcome.Passed),
            ["failed"] = findings.Count(Outcome.Failed),
            ["warned"] = findings.Count(Outcome.Warned),
            ["known"] = findings.Count(Outcome.Known),
            ["skipped"] = findings.Count(Outcome.Skipped),
            ["causes"] = new JsonArray([
                .. findings.Causes.Select(cause =>
                    (JsonNode)new JsonArray([.. cause.Select(one => (JsonNode)one.Requirement.Id)])
                ),
            ]),
            ["leftBehind"] = new JsonArray([.. findings.LeftBehind.Select(left => (JsonNode)left)]),
            ["requirements"] = new JsonArray([
                .. findings.Results.Select(result => new JsonObject
                {
                    ["id"] = result.Requirement.Id,
                    ["level"] = result.Requirement.Level.ToString().ToLowerInvariant(),
                    ["says"] = result.Requirement.Says,
                    ["outcome"] = result.Verdict.Outcome.ToString().ToLowerInvariant(),
                    ["found"] = result.Verdict.Says,
                    ["change"] = result.Requirement.Mend,
                    ["beyondTheRfcs"] = result.Requirement.Beyond,
                    ["inferred"] = result.Requirement.IsInferred,
                    ["repeat"] = new JsonArray([.. result.Repeat.Select(one => (JsonNode)one)]),
                    ["milliseconds"] = (long)result.Took.TotalMilliseconds,
                }),
            ]),
            ["load"] = findings.Load is { } load ? Json(load) : null,
        }.ToJsonString(_indented);

    private static JsonObject Json(Load load) =>
        new()
        {
            ["requests"] = load.Requests,
            ["milliseconds"] = (long)load.Took.TotalMilliseconds,
            ["answers"] = new JsonObject(
                load.ByStatus.Select(one =>
                    KeyValuePair.Create(
                        one.Status.ToString(CultureInfo.InvariantCulture),
                        (JsonNode?)JsonValue.Create(one.Count)
                    )
                )
            ),
            ["calls"] = new JsonArray([
                .. load.Rows.Select(row => new JsonObject
                {
                    ["phase"] = row.Phase,
                    ["call"] = row.What,
                    ["count"] = row.Count,
                    ["medianMilliseconds"] = row.Median.TotalMilliseconds,
                    ["p99Milliseconds"] = row.P99.TotalMilliseconds,
                }),
            ]),
            ["slowest"] = new JsonArray([
                .. load.Slowest.Select(call => new JsonObject
                {
                    ["phase"] = call.Phase,
                    ["call"] = call.What,
                    ["status"] = call.Status,
                    ["milliseconds"] = call.Took.TotalMilliseconds,
                }),
            ]),
        };

    /// <summary>As a page for a repository.</summary>
    public static string Markdown(Findings findings)
    {
        var page = new StringBuilder(
            $"""
            # SCIM 2.0 conformance of {findings.Url}

            {findings.Closing}

            {(
                findings.Heading is { } heading
                    ? $"{heading.At:yyyy-MM-dd HH:mm} UTC, version {heading.Version}, asked with `{heading.Asked.Replace('`', ' ')}`"
                    : ""
            )}

            | requirement | level | what is asked for | outcome | what was found |
            | --- | --- | --- | --- | --- |

            """
        );
        foreach (var (requirement, verdict, _, _) in findings.Results)
            page.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {requirement.Id} | {requirement.Level.ToString().ToUpperInvariant()} | {Cell(requirement.Says)} | {verdict.Outcome.ToString().ToLowerInvariant()} | {Cell(verdict.Says)} |"
            );
        if (findings.Load is { } load)
            page.Append(CultureInfo.InvariantCulture, $"\n```text\n{string.Join('\n', load.Lines())}\n```\n");
        return page.ToString();
    }

    private static XElement TestCase(Result result)
    {
        var (requirement, verdict) = (result.Requirement, result.Verdict);
        var one = new XElement(
            "testcase",
            new XAttribute("classname", $"{requirement.Document}.{requirement.Section}"),
            new XAttribute("name", $"{requirement.Id}: {requirement.Says}"),
            new XAttribute("time", result.Took.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture))
        );
        if (verdict.Outcome == Outcome.Failed)
            one.Add(new XElement("failure", new XAttribute("message", verdict.Says), string.Join('\n', result.Repeat)));
        else if (verdict.IsBroken)
            one.Add(
                new XElement(
                    "system-out",
                    $"{verdict.Outcome.ToString().ToLowerInvariant()}: {verdict.Says}\n{string.Join('\n', result.Repeat)}"
                )
            );
        else if (verdict.Outcome == Outcome.Skipped)
            one.Add(new XElement("skipped", new XAttribute("message", verdict.Says)));
        return one;
    }

    // A cell has no bars and no markup of its own.
    private static string Cell(string text) =>
        text.Aggregate(
                new StringBuilder(),
                (cell, letter) =>
                    letter switch
                    {
                        '<' => cell.Append("&lt;"),
                        '>' => cell.Append("&gt;"),
                        '&' => cell.Append("&amp;"),
                        '|' or '`' or '*' or '_' or '[' or ']' or '\\' => cell.Append('\\').Append(letter),
                        _ => cell.Append(letter),
                    }
            )
            .ToString();
}

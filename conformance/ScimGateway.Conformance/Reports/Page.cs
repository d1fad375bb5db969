using System.Globalization;
using System.Net;
using System.Text;

namespace ScimGateway.Conformance.Reports;

/// <summary>Findings as a page that stands alone: what was found by cause, then all that was asked by section.</summary>
internal static class Page
{
    private const string Style = """
        :root { color-scheme: light dark }
        body { font: 15px/1.5 system-ui, sans-serif; margin: 1.5rem auto; max-width: 70rem; padding: 0 1rem; overflow-wrap: anywhere }
        h1 { font-size: 1.5rem; margin-bottom: .25rem } h2 { font-size: 1.15rem; margin-top: 2rem }
        table { border-collapse: collapse; overflow-wrap: normal } td, th { padding: .25rem .75rem .25rem 0; text-align: left; vertical-align: top }
        td:not(:first-child), th:not(:first-child) { text-align: right }
        article { border-left: .3rem solid #b3261e; padding: .25rem 0 .25rem 1rem; margin: 1rem 0 } article.warned { border-color: #b26a00 } article.known { border-color: #777 }
        article p { margin: .25rem 0 } p.found { font: 13px/1.5 ui-monospace, monospace } small { color: light-dark(#595959, #aaa) }
        pre { background: #8882; padding: .6rem; white-space: pre-wrap; margin: .4rem 0 }
        li { margin: .2rem 0 } summary { cursor: pointer } ul { list-style: none; padding-left: .5rem }
        """;

    /// <summary>The page.</summary>
    public static string Html(Findings findings)
    {
        var page = new StringBuilder("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">");
        page.Append("<meta name=\"viewport\" content=\"width=device-width\"><title>SCIM 2.0 conformance</title>");
        page.Append(Line($"<style>{Style}</style>\n<h1>SCIM 2.0 conformance</h1>"));
        page.Append(Line($"<p>{Text(findings.Url.ToString())}: <strong>{findings.Closing}</strong></p>\n"));
        if (findings.Heading is { } heading)
            page.Append(
                Line(
                    $"<p><small>{heading.At:yyyy-MM-dd HH:mm} UTC, version {Text(heading.Version)}, asked with {Text(heading.Asked)}</small></p>\n"
                )
            );
        Levels(page, findings);
        if (findings.Causes is { Count: > 0 } causes)
        {
            page.Append("<h2>What was found</h2>\n");
            foreach (var cause in causes)
                Cause(page, cause);
        }
        if (findings.LeftBehind.Count > 0)
            page.Append(
                Line($"<h2>Could not be removed</h2>\n<pre>{Text(string.Join('\n', findings.LeftBehind))}</pre>\n")
            );
        page.Append("<h2>All that was asked</h2>\n");
        foreach (
            var section in findings.Results.GroupBy(one => $"{one.Requirement.Document} {one.Requirement.Section}")
        )
            Section(page, section.Key, [.. section]);
        if (findings.Load is { } load)
            page.Append(Line($"<pre>{Text(string.Join('\n', load.Lines()))}</pre>\n"));
        return page.Append("</html>\n").ToString();
    }

    private static void Levels(StringBuilder page, Findings findings)
    {
        Outcome[] outcomes = [.. Enum.GetValues<Outcome>().Where(outcome => findings.Count(outcome) > 0)];
        page.Append(
            Line($"<table><tr><th></th>{string.Concat(outcomes.Select(one => $"<th>{Word(one)}</th>"))}</tr>\n")
        );
        foreach (var level in findings.Results.GroupBy(one => one.Requirement.Level).OrderBy(level => level.Key))
        {
            var counts = outcomes.Select(outcome => level.Count(one => one.Verdict.Outcome == outcome));
            page.Append(
                Line(
                    $"<tr><td>{Word(level.Key)}</td>{string.Concat(counts.Select(many => Line($"<td>{many}</td>")))}</tr>\n"
                )
            );
        }
        page.Append("</table>\n");
    }

    private static void Cause(StringBuilder page, IReadOnlyList<Result> cause)
    {
        var worst = cause.Max(one => one.Verdict.Outcome);
        page.Append(Line($"<article class=\"{Word(worst)}\">\n"));
        foreach (var (requirement, verdict, _, _) in cause)
        {
            page.Append(
                Line(
                    $"<p><strong>{requirement.Id}</strong> <small>{Word(verdict.Outcome)}</small><br>{Word(requirement.Level)}: {Text(requirement.Says)}</p>\n"
                )
            );
            if (requirement.Mend is { } mend)
                page.Append(Line($"<p>To change: {Text(mend)}</p>\n"));
            if (requirement.Beyond is { } beyond)
                page.Append(Line($"<p>Beyond the RFCs: {Text(beyond)}</p>\n"));
            if (requirement.IsInferred)
                page.Append("<p>Inferred: nobody has published these requests.</p>\n");
        }
        page.Append(Line($"<p class=\"found\">{Text(cause[0].Verdict.Says)}</p>\n"));
        if (cause[0].Repeat.Count > 0)
            page.Append(
                Line(
                    $"<details><summary>Ask the same by hand</summary><pre>{Text(string.Join('\n', cause[0].Repeat))}</pre></details>\n"
                )
            );
        page.Append("</article>\n");
    }

    private static void Section(StringBuilder page, string name, IReadOnlyList<Result> results)
    {
        var broken = results.Count(one => one.Verdict.IsBroken);
        page.Append(
            Line(
                $"<details><summary>{Text(name)} <small>{results.Count(one => one.Verdict.Outcome == Outcome.Passed)} of {results.Count} passed{(broken > 0 ? $", {broken} found" : "")}</small></summary><ul>\n"
            )
        );
        foreach (var (requirement, verdict, _, _) in results)
            page.Append(
                Line(
                    $"<li>{Word(verdict.Outcome)}: {requirement.Id} <small>{Word(requirement.Level)}</small> {Text(requirement.Says)}{(verdict.Outcome == Outcome.Skipped ? $" <small>{Text(verdict.Says)}</small>" : "")}</li>\n"
                )
            );
        page.Append("</ul></details>\n");
    }

    private static string Word(Outcome outcome) => outcome.ToString().ToLowerInvariant();

    private static string Word(Level level) => level.ToString().ToUpperInvariant();

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using System.Globalization;

namespace ScimGateway.Conformance.Reports;

/// <summary>What is said at the terminal.</summary>
internal static class Terminal
{
    /// <summary>A requirement of the inventory, on a line.</summary>
    public static string Line(Requirement requirement) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{requirement.Id, -40} {requirement.Level.ToString().ToUpperInvariant(), -7} {State(requirement), -8} {requirement.Says}{(requirement.Unseen is { } why ? $" ({why})" : "")}"
        );

    /// <summary>What was found of one, as it is found.</summary>
    public static void Tell(TextWriter to, Result result)
    {
        var (requirement, verdict) = (result.Requirement, result.Verdict);
        if (requirement.Check is null)
            return; // no news
        to.WriteLine(
            $"{Word(verdict.Outcome), -7} {requirement.Id}{(verdict.Outcome == Outcome.Skipped ? $": {verdict.Says}" : "")}"
        );
        if (!verdict.IsBroken)
            return;
        to.WriteLine($"          {requirement.Level.ToString().ToUpperInvariant()}: {requirement.Says}");
        to.WriteLine($"          found: {verdict.Says}");
        if (requirement.Mend is { } mend)
            to.WriteLine($"          change: {mend}");
        if (requirement.IsInferred)
            to.WriteLine("          inferred: nobody has published these requests");
        if (requirement.Beyond is { } beyond)
            to.WriteLine($"          beyond the RFCs: {beyond}");
        foreach (var curl in result.Repeat)
            to.WriteLine($"          {curl}");
    }

    /// <summary>What is said in the end.</summary>
    public static void Close(TextWriter to, Findings findings)
    {
        foreach (var line in findings.Load?.Lines() ?? [])
            to.WriteLine(line);
        foreach (var cause in findings.Causes.Where(cause => cause.Count > 1))
            to.WriteLine(
                $"one cause: {string.Join(", ", cause.Select(one => one.Requirement.Id))}: {cause[0].Verdict.Says}"
            );
        // A server without DELETE leaves a hundred for the one reason, which would hide the causes above.
        foreach (
            var left in findings.LeftBehind.GroupBy(left => left[(left.IndexOf(" → ", StringComparison.Ordinal) + 1)..])
        )
            to.WriteLine(
                $"could not be removed: {left.First()}{(left.Skip(1).Any() ? $" (and {left.Count() - 1} more, answered alike)" : "")}"
            );
        to.WriteLine(findings.Closing);
    }

    private static string State(Requirement requirement) => requirement.Check is null ? "unseen" : "checked";

    private static string Word(Outcome outcome) =>
        outcome switch
        {
            Outcome.Passed => "ok",
            Outcome.Failed => "FAILED",
            Outcome.Warned => "warning",
            Outcome.Known => "known",
            _ => "skipped",
        };
}

using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Writing;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Tests.Writing;

/// <summary>What is written, in the words of tests/vectors/writes.json.</summary>
internal static class WriteWords
{
    /// <summary>The verdict, then what else is other than it was.</summary>
    public static string Of(WriteOutcome.Written written, UserSituation there) =>
        string.Join(", ", [Of(written.Verdict), .. Facts(written, there)]);

    /// <summary>Why it is refused, and what follows.</summary>
    public static string Of(Refusal refusal, Func<LinkId, string> name) =>
        $"refused {(int)refusal.Why.Status}"
        + (refusal.Awaited is { } link ? $", {name(link)} goes first" : "")
        + (
            refusal.Undecided is var (asked, why, other)
                ? $", an operator decides on {name(asked)}{(other is { } second ? $" and {name(second)}" : "")} ({why.Code})"
                : ""
        );

    /// <summary>The verdict.</summary>
    public static string Of(Verdict verdict) =>
        verdict switch
        {
            Verdict.Skip skip => $"skip {Parts(skip.Left)}",
            Verdict.Hold { Left: Part.Nothing } hold => $"hold {hold.Why.Code}",
            Verdict.Hold hold => $"hold {hold.Why.Code} but {Parts(hold.Left)}",
            _ => "allow",
        };

    private static string Parts(Part left) => left.ToString().Replace(", ", "+", StringComparison.Ordinal);

    private static IEnumerable<string> Facts(WriteOutcome.Written written, UserSituation there)
    {
        var (link, resource) = (written.Link, written.Resource);
        var before = there.Owners.Owners.GetValueOrDefault(link.Id)?.Link ?? there.Link;
        var shown = there.Resource ?? (there.Owners.Owners.GetValueOrDefault(link.Id)?.Unclaimed);
        if (before is null)
            yield return "a new link";
        else if (there.Resource is null)
            yield return $"takes {OfDeleted(Party.Name(link.Id))}";
        else if (there.Resource.SourceId is null)
            yield return "claims";
        if (link.Priority is SlackPriority.Leaver)
            yield return "as leaver";
        if (link.Priority is SlackPriority.Joiner && there.Resource is not null)
            yield return "as joiner";
        if (link.Absent)
            yield return "to be gone";
        if (link.UserName != before?.UserName)
            yield return $"named {link.UserName}";
        if (written.Takes.Count > 0)
            yield return $"reserves {string.Join(" and ", written.Takes.Select(key => key.Value))}";
        var told = (before?.Imported == true && before.Delivered is null ? before.AtSlack : before?.Told)?.Fields ?? [];
        var unknown = told.Where(field => !link.Told.Says(field)).ToList();
        if (unknown.Count > 0)
            yield return unknown.Contains(SlackField.UserName) ? "told whole" : $"unknown {string.Join(' ', unknown)}";
        if (before?.Protection is not null && link.Protection is null)
            yield return "protection asked again";
        if (Waives(resource, there.Resource) is { } waives)
            yield return waives;
        if (written.Document is { } document)
        {
            var more = resource.Asserted.Without(PathSet.Of(document)).Without(shown?.Asserted ?? PathSet.Nothing);
            if (!more.IsEmpty)
                yield return $"clears {string.Join(' ', more.Ordered)}";
        }
        if (resource.RuleId is { } rule)
            yield return $"by rule {rule}";
        foreach (var what in written.Counts)
            yield return what == Guarded.Account ? "counts an account" : "counts an address";
        if (written.EndsHold)
            yield return "ends the hold";
        if (written.FreesKeys)
            yield return "frees what it does not need";
        foreach (var other in written.AsksWhose)
            yield return $"an operator decides on {Party.Name(other)}";
        if (written.AsksNoMoreFor.Count > 0)
            yield return $"asks no more for {string.Join(" and ", written.AsksNoMoreFor)}";
        if (written.Hides is { LinkId: { } hidden })
            yield return $"hides {Party.Name(hidden)}";
        if (written.LeavesName is { } name)
            yield return $"leaves the userName {Spelling.Lower(name)}";
        if (written.Succeeds is not null)
            yield return "leaves the former user's groups";
        if (written.ComesBack)
            yield return "its groups are planned";
    }

    /// <summary>What plans leave out from now on; null if nothing, then and before.</summary>
    public static string? Waives(Resource after, Resource? before) =>
        after.Waived.ToString().Length > 0
            ? $"waives {string.Join(' ', after.Waived.Words.Concat(after.Waived.Paths.Ordered))}"
        : before is { Waived: var was } && was.ToString().Length > 0 ? "waives nothing"
        : null;

    /// <summary>What is taken of somebody who is deleted.</summary>
    public static string OfDeleted(string name) =>
        name switch
        {
            "a deleted user" => "the account of a deleted user",
            "a deleted group" => "the Slack group of a deleted group",
            _ => name,
        };
}

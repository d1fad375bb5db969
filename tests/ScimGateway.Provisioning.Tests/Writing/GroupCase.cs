using System.Globalization;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Writing;
using ScimGateway.Slack.Budget;

namespace ScimGateway.Provisioning.Tests.Writing;

/// <summary>A row of tests/vectors/group-writes.json, whose words are explained there.</summary>
internal sealed record GroupCase(string Section, JsonObject Row) : WriteRow(Section, Row)
{
    private static readonly GroupId _new = new(Guid.Parse("00000000-0000-0000-0000-0000000000ff"));

    /// <inheritdoc/>
    public override string Before =>
        Joined(Crew.Length == 0 ? "" : $"Crew: {Crew}", Others, Tenant, Rows.Length == 0 ? "" : $"rows: {Rows}");

    private string Crew => Text("crew") ?? "";

    private string Rows => Text("rows") ?? "";

    /// <inheritdoc/>
    protected override string Decided(WriteRequest asked, Preferences allowed, ScimException? late)
    {
        var others = Others.Split("; ", StringSplitOptions.RemoveEmptyEntries).Select(GroupParty.Other).ToList();
        var method = When.Split(' ')[0];
        if (method == "POST")
        {
            var created = new GroupSituation(null, null)
            {
                Namesake = others.Find(other => other.Is("shown"))?.Resource,
                NameOwner = others.Find(other => other.Is("name")) is { } owner ? Owner(owner) : null,
                IsStill = Is("sends nothing"),
            };
            return Words(
                created,
                GroupDecision.Create(created, asked, GroupParty.Document(When), [], _new, late),
                null
            );
        }
        var crew = GroupParty.Crew(Crew);
        var revision = Revise(method, crew.Resource, asked);
        var wanted = revision?.After.Text("displayName") ?? "Crew";
        var owns = wanted == "Crew" && !crew.Is("without its name");
        var there = new GroupSituation(crew.Resource, crew.Link)
        {
            OtherSource = crew.Is("another source's") ? "Okta" : null,
            NameOwner =
                others.Find(other => other.Is("name")) is { } other ? Owner(other)
                : owns ? Owner(crew)
                : null,
            IsStill = Is("sends nothing"),
            Counted = Is("the guard rests") ? null : new GuardNumbers(Counted, 0),
        };
        if (method == "DELETE")
            return Words(there, GroupDecision.Delete(there, asked, late), null);
        var outcome = GroupDecision.Change(there, asked, revision, [], late);
        if (outcome is not WriteOutcome.MembersFirst(var rows))
            return Words(there, outcome, null);
        var members = new MembersChange(IsShown: Rows is "changed" or "shown", IsTold: Rows is "changed" or "told");
        return Words(there, GroupDecision.Change(there with { Members = members }, asked, revision, [], late), rows);
    }

    private int Counted =>
        Tenant.Split(", ").FirstOrDefault(word => word.EndsWith(" groups in the hour", StringComparison.Ordinal))
            is { } said
            ? int.Parse(said.Split(' ')[0], CultureInfo.InvariantCulture)
            : 0;

    private static KeyOwner Owner(GroupParty group) => new(group.Link, group.Resource);

    private Revision? Revise(string method, Resource before, WriteRequest asked)
    {
        if (method == "PUT")
            return Revision.Replaced(before.Read(), before.Asserted, GroupParty.Document(When));
        if (method == "DELETE" || GroupParty.Patch(When) is not { } said)
            return null;
        var patch = PatchRequest.Read(GatewayTypes.Group, said, asked.Reading);
        var document = before.Read();
        var after = Patcher.Apply(document, patch, asked.Reading);
        return Revision.Patched(document, before.Asserted, patch, after);
    }

    private static string Words(GroupSituation there, WriteOutcome outcome, MemberRows? first) =>
        outcome switch
        {
            WriteOutcome.Refused(var refusal) => WriteWords.Of(refusal, GroupParty.Name)
                + (first is null ? "" : ", rolled back"),
            WriteOutcome.Nothing => "nothing to do",
            WriteOutcome.Written written => string.Join(
                ", ",
                [WriteWords.Of(written.Verdict), .. Facts(written, there), .. Facts(first ?? written.Rows)]
            ),
            _ => outcome.ToString(),
        };

    private static IEnumerable<string> Facts(WriteOutcome.Written written, GroupSituation there)
    {
        var (link, resource) = (written.Link, written.Resource);
        var before = there.Link ?? (there.NameOwner?.Link is { } owned && owned.Id == link.Id ? owned : null);
        if (before is null)
            yield return "a new link";
        else if (there.Resource is null)
            yield return $"takes {WriteWords.OfDeleted(GroupParty.Name(link.Id))}";
        else if (there.Resource.SourceId is null)
            yield return "claims";
        if (link.Priority is SlackPriority.Leaver)
            yield return "as leaver";
        if (link.Absent)
            yield return "to be gone";
        foreach (var (_, name) in written.Takes)
            yield return $"reserves {name}";
        var told = (before?.Imported == true && before.Delivered is null ? before.AtSlack : before?.Told)?.Fields ?? [];
        foreach (var field in told.Where(field => !link.Told.Says(field)))
            yield return $"unknown {field}";
        if (WriteWords.Waives(resource, there.Resource) is { } waives)
            yield return waives;
        if (there.Resource is { } was && resource.Deleted is null && resource.Version != was.Version)
            yield return "a new version";
        if (link.SpokenVersion != link.WantedVersion)
            yield return "for members alone";
        foreach (var what in written.Counts)
            yield return $"counts a {what}".ToLowerInvariant();
        if (written.EndsHold)
            yield return "ends the hold";
        if (written.Hides is { LinkId: { } hidden })
            yield return $"hides {GroupParty.Name(hidden)}";
        if (written.LeavesName is { } left)
            yield return $"leaves the name {Spelling.Lower(left)}";
        if (written.Succeeds is not null)
            yield return "takes over the members";
    }

    private static IEnumerable<string> Facts(MemberRows? rows)
    {
        if (rows is null)
            yield break;
        if (rows.GoesBack)
            yield return "rows go back";
        if (rows.LeftOut is not null)
            yield return "rows are left out";
        if (rows.IsUnknown)
            yield return "rows are told again";
        if (rows.IsClaim)
            yield return "who is seen in it counts";
        if (!rows.IsOwn)
            yield return "as another source";
        if (rows.CountsLeavers)
            yield return "counts who leaves";
    }
}

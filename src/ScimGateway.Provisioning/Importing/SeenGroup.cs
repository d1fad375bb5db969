using System.Security.Cryptography;
using System.Text;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Importing;

/// <summary>What there is to be written of a group's members.</summary>
internal abstract record MemberChange
{
    private MemberChange() { }

    /// <summary>Slack has somebody in the group of whom there is no row.</summary>
    public sealed record Came(string SlackId) : MemberChange;

    /// <summary>Slack has somebody in the group of whom that was not known.</summary>
    public sealed record Confirmed(ResourceId Member) : MemberChange;

    /// <summary>Who was only in Slack is no longer.</summary>
    public sealed record Left(ResourceId Member) : MemberChange;

    /// <summary>
    /// Slack does not have somebody in the group whose removal an operator has to decide, or has dismissed.
    /// </summary>
    public sealed record Gone(ResourceId Member) : MemberChange;
}

/// <summary>Who is in a group at Slack, or not in it, unlike what we left there.</summary>
/// <param name="Out">Members who are wanted, were in it, and are not any more.</param>
/// <param name="In">Accounts that nobody said anything of.</param>
/// <param name="Of">Of when that is, at the earliest.</param>
internal sealed record MemberDrift(IReadOnlyList<ResourceId> Out, IReadOnlyList<string> In, Instant Of = default)
{
    private const int MostNamed = 20;

    /// <summary>The same for the same people.</summary>
    public string Fingerprint =>
        Convert.ToHexStringLower(
            SHA256.HashData(
                Encoding.UTF8.GetBytes(
                    $"{string.Join(' ', Out.OrderBy(member => member.Value))}|{string.Join(' ', In.Order(StringComparer.Ordinal))}"
                )
            )
        )[..16];

    /// <summary>For people: who it is.</summary>
    public override string ToString() =>
        string.Join(
            ", ",
            [.. Named("taken out: ", [.. Out.Select(member => member.ToString())]), .. Named("put in: ", In)]
        );

    /// <summary>Notes who may have been put in, so that a full list knows of them.</summary>
    public void Suspect(StoreSession store, Link link)
    {
        foreach (var account in In)
            SeenMembers.Suspect(store, link.TenantId, link.ClaimantId!.Value.AsGroup(), account, Of);
    }

    /// <summary>Who was reported and is as reported still, as the rows say; null if nobody was.</summary>
    public static MemberDrift? Reported(StoreSession store, GroupId group, Preferences preferences)
    {
        var drift = new MemberDrift(
            Members.BlockedBy(store, group, ReasonCode.TakenOut),
            preferences.GroupMembership == GroupMembership.Overwrite ? SeenMembers.PutIn(store, group) : []
        );
        return drift is { Out.Count: 0, In.Count: 0 } ? null : drift;
    }

    /// <summary>
    /// Has Slack told again who is in the group, and who is not; true if it is told anything. Those who go beyond what the
    /// guard allows are held.
    /// </summary>
    public bool SetBack(StoreSession store, Link link, Caller? caller, Instant now)
    {
        var group = Resources.Find(store, link.ClaimantId)!;
        foreach (var member in Out)
            SeenMembers.TakenOut(store, group.Id.AsGroup(), member, toldAgain: true);
        foreach (var account in In)
            SeenMembers.SendAway(store, link.TenantId, group.Id.AsGroup(), account, group.SourceId!.Value);
        if (caller is null)
            return true;
        var leaving = In.Select(account => Links.ShownAs(store, link.TenantId, account)).OfType<ResourceId>().ToList();
        var held = Leaving.Count(store, caller, group.Id.AsGroup(), link.Id, leaving, now);
        return Out.Count + In.Count > (held?.Members.Count ?? 0);
    }

    /// <summary>Leaves it as it is in Slack; the rows say so.</summary>
    public void LetBe(StoreSession store, Link link)
    {
        foreach (var member in Out)
            SeenMembers.TakenOut(store, link.ClaimantId!.Value.AsGroup(), member, toldAgain: false);
        foreach (var account in In)
            SeenMembers.LetIn(store, link.TenantId, link.ClaimantId!.Value.AsGroup(), account);
    }

    private static IEnumerable<string> Named(string what, IReadOnlyList<string> who) =>
        who.Count == 0 ? []
        : who.Count <= MostNamed ? [what + string.Join(' ', who)]
        : [$"{what}{string.Join(' ', who.Take(MostNamed))} and {who.Count - MostNamed} more"];
}

/// <summary>
/// A group that Slack showed, and what of its members is not as the store has it. Worked out beside the writer, as most
/// groups are as they were.
/// </summary>
/// <param name="Group">What Slack showed.</param>
/// <param name="Asked">When it was asked.</param>
/// <param name="Changes">What is different.</param>
/// <param name="Drift">What may have been done by hand, if nothing of ours is under way; null if nothing was.</param>
/// <param name="Unknown">How many members have no account that is shown.</param>
internal sealed record SeenGroup(
    SlackGroup Group,
    Instant Asked,
    IReadOnlyList<MemberChange> Changes,
    MemberDrift? Drift,
    int Unknown
)
{
    /// <summary>
    /// What Slack shows of groups lags behind its writes by seconds (docs/slack.md 9): what is shown so soon after one of
    /// ours may be what was before.
    /// </summary>
    public static readonly TimeSpan OwnLag = TimeSpan.FromSeconds(10);

    /// <summary>Of when what was shown is, at the earliest.</summary>
    public Instant Of => Asked - OwnLag;

    /// <summary>How many rows it costs at most: those of its members, and its own.</summary>
    public int Rows => Changes.Count + (Drift is { } drift ? drift.Out.Count + drift.In.Count : 0) + 1;

    public static SeenGroup Compare(StoreSession store, Tenant tenant, SlackGroup group, Instant asked)
    {
        var listed = group.Members.ToHashSet(StringComparer.Ordinal);
        var without = new HashSet<string>(listed, StringComparer.Ordinal);
        var changes = new List<MemberChange>();
        var takenOut = new HashSet<ResourceId>();
        var isConfirmed = true;
        var preferences = Preferences.FromJson(tenant.Preferences);
        var setsBack = preferences.SetsGroupsBack();
        foreach (var row in MembersInSight.InSight(store, tenant.Id, group.Id))
        {
            if (row.SlackId is { } slackId && listed.Contains(slackId) && (row.IsShown || row.Wanted != Tri.Neither))
            {
                if (!row.IsSuspected && !(setsBack && row.Blocked == ReasonCode.PutIn))
                    without.Remove(slackId);
                if (row.InSlack != Tri.Yes)
                    changes.Add(new MemberChange.Confirmed(row.Member));
            }
            else if (row.Wanted == Tri.Neither)
                changes.Add(new MemberChange.Left(row.Member));
            else if (
                row
                    is {
                        Wanted: Tri.No,
                        InSlack: not Tri.No,
                        Blocked: { AwaitsApproval: true } or { Code: ReasonCode.Dismissed }
                    }
                // Slack may show a deactivated member again once the account is active.
                && !MembersInSight.IsSeenInactive(store, row.Member)
            )
                changes.Add(new MemberChange.Gone(row.Member));
            else if (
                (
                    row is { Wanted: Tri.Yes, InSlack: Tri.Yes, IsBlocked: false }
                    || (setsBack && row.Blocked == ReasonCode.TakenOut)
                ) && !MembersInSight.IsSeenInactive(store, row.Member)
            )
                takenOut.Add(row.Member);
            isConfirmed &= row.Wanted != Tri.Neither || row.IsBlocked;
        }
        var come = without.Where(slackId => MembersInSight.IsAccountShown(store, tenant.Id, slackId)).ToList();
        var unknown = without.Count - come.Count;
        // An adopted group loses nobody before its source has said all who are wanted: until then whoever comes is one
        // more of those.
        var isDrift =
            isConfirmed
            && come.Count > 0
            && preferences.GroupMembership == GroupMembership.Overwrite
            && MembersInSight.IsClaimed(store, tenant.Id, group.Id);
        if (!isDrift)
            changes.AddRange(come.Select(slackId => new MemberChange.Came(slackId)));
        var drift = new MemberDrift([.. takenOut], isDrift ? come : [], asked - OwnLag);
        return new SeenGroup(group, asked, changes, drift is { Out.Count: 0, In.Count: 0 } ? null : drift, unknown);
    }
}

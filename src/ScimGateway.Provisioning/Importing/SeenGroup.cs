using ScimGateway.Provisioning.Data;
using ScimGateway.Provisioning.Groups;
using ScimGateway.Provisioning.Mirror;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Importing;

/// <summary>What there is to be written of a group's members.</summary>
internal abstract record MemberChange
{
    private MemberChange() { }

    /// <summary>Slack has somebody in the group of whom there is no row.</summary>
    public sealed record Came(string SlackId) : MemberChange;

    /// <summary>Slack has somebody in the group of whom that was not known.</summary>
    public sealed record Confirmed(Guid Member) : MemberChange;

    /// <summary>Who was only in Slack is no longer.</summary>
    public sealed record Left(Guid Member) : MemberChange;
}

/// <summary>A group that Slack showed, and what of its members is not as the store has it. Worked out beside the writer, as most groups are as they were.</summary>
/// <param name="Group">What Slack showed.</param>
/// <param name="Asked">When it was asked.</param>
/// <param name="Changes">What is different.</param>
/// <param name="Unknown">How many members have no account that is shown.</param>
internal sealed record SeenGroup(SlackGroup Group, long Asked, IReadOnlyList<MemberChange> Changes, int Unknown)
{
    /// <summary>How many rows it costs at most: those of its members, and its own.</summary>
    public int Rows => Changes.Count + 1;

    public static SeenGroup Of(StoreSession store, int tenantId, SlackGroup group, long asked)
    {
        var listed = group.Members.ToHashSet(StringComparer.Ordinal);
        var without = new HashSet<string>(listed, StringComparer.Ordinal);
        var changes = new List<MemberChange>();
        foreach (var row in MemberRows.InSight(store, tenantId, group.Id))
            if (row.SlackId is { } slackId && listed.Contains(slackId) && (row.IsShown || row.Wanted != Tri.Neither))
            {
                without.Remove(slackId);
                if (row.InSlack != Tri.Yes)
                    changes.Add(new MemberChange.Confirmed(row.Member));
            }
            else if (row.Wanted == Tri.Neither)
                changes.Add(new MemberChange.Left(row.Member));
        var come = without.Where(slackId => MemberRows.IsAccountShown(store, tenantId, slackId)).ToList();
        changes.AddRange(come.Select(slackId => new MemberChange.Came(slackId)));
        return new SeenGroup(group, asked, changes, without.Count - come.Count);
    }
}

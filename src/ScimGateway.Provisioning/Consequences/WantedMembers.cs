using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Consequences;

/// <summary>What a word about a member changes.</summary>
internal enum Change
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Something is to be told to Slack.</summary>
    Told,

    /// <summary>Also who is shown.</summary>
    Shown,
}

/// <summary>What it means for a group's rows that a source wants a member, or does not any more.</summary>
internal static class WantedMembers
{
    /// <summary>
    /// Has a source want some, whom the tenant shows, and others no longer; gives back of whom anything has changed. Who
    /// is new, and who goes whom nobody else wants, are a statement each, however many they are.
    /// </summary>
    /// <param name="store">The transaction.</param>
    /// <param name="group">The group.</param>
    /// <param name="wanted">Who is in it.</param>
    /// <param name="unwanted">Who is not.</param>
    /// <param name="source">Who says so.</param>
    /// <param name="before">Hears first of whom something may change.</param>
    public static List<(ResourceId Member, Change Change)> Say(
        StoreSession store,
        GroupId group,
        IReadOnlyCollection<ResourceId> wanted,
        IReadOnlyCollection<ResourceId> unwanted,
        int source,
        Action<IReadOnlyCollection<ResourceId>>? before = null
    )
    {
        if (wanted.Count + unwanted.Count == 0)
            return [];
        var rows = Members.Of(store, group, [.. wanted, .. unwanted]).ToLookup(row => row.MemberId);
        if (before is not null)
            before([
                .. wanted.Where(member => !rows[member].Any(row => row.Wanted == Tri.Yes && row.SourceId == source)),
                .. unwanted.Where(rows.Contains),
            ]);
        var changed = new List<(ResourceId Member, Change Change)>();
        var (come, go) = (new List<ResourceId>(), new List<ResourceId>());
        foreach (var member in wanted)
            if (!rows.Contains(member))
                come.Add(member);
            else
                Note(member, Want(store, group, member, source, [.. rows[member]]));
        foreach (var member in unwanted)
            if (IsAlone(rows[member], source))
                go.Add(member);
            else
                Note(member, Unwant(store, group, member, source, [.. rows[member]]));
        if (come.Count > 0)
            Members.InsertAll(store, group, come, source);
        if (go.Count > 0)
            Members.LeaveAll(store, group, go, source);
        changed.AddRange(come.Concat(go).Select(member => (member, Change.Shown)));
        return changed;

        void Note(ResourceId member, Change change)
        {
            if (change != Change.None)
                changed.Add((member, change));
        }
    }

    // Nobody else wants the member, and Slack may have it.
    private static bool IsAlone(IEnumerable<Member> rows, int source)
    {
        Member? own = null;
        foreach (var row in rows)
            if (own is not null)
                return false;
            else
                own = row;
        return own is { Wanted: Tri.Yes }
            && own.SourceId == source
            && own is not { InSlack: Tri.No, Blocked: not null };
    }

    /// <summary>Has a source want a member, which is one that the tenant shows.</summary>
    public static Change Want(StoreSession store, GroupId group, ResourceId member, int source) =>
        Want(store, group, member, source, Members.Of(store, group, member));

    private static Change Want(StoreSession store, GroupId group, ResourceId member, int source, List<Member> rows)
    {
        if (rows.Find(row => row.SourceId == source) is { } own)
        {
            if (own.Wanted == Tri.Yes)
                return SaidAgain(store, own);
            Decided(store, own);
            Members.TurnBack(store, own);
            Members.Block(store, group, member);
            return Change.Shown;
        }
        // Another's wish that the member goes, or that it is only in Slack, gives way.
        var replaced = rows.Find(row => row.Wanted != Tri.Yes);
        Decided(store, replaced);
        if (replaced is not null)
            Members.Delete(store, replaced);
        var inSlack =
            replaced is { Wanted: Tri.No } ? Tri.Neither
            : rows.Count > 0 ? rows[0].InSlack
            : Tri.No;
        Members.Insert(store, group, member, source, inSlack, rows.Count == 0 ? 0 : rows.Max(row => row.Stamp) + 1);
        Members.Block(store, group, member);
        return rows.Exists(IsSeen) ? Change.None : Change.Shown;
    }

    /// <summary>Has a source no longer want a member, who goes unless another source wants it.</summary>
    public static Change Unwant(StoreSession store, GroupId group, ResourceId member, int source) =>
        Unwant(store, group, member, source, Members.Of(store, group, member));

    private static Change Unwant(StoreSession store, GroupId group, ResourceId member, int source, List<Member> rows)
    {
        var own = rows.Find(row => row.SourceId == source);
        if (own is not { Wanted: Tri.Yes })
            return rows switch
            {
                [{ Wanted: Tri.Neither } unsaid] => Leave(store, unsaid, source),
                [{ Wanted: Tri.No } said] => SaidAgain(store, said),
                _ => Change.None,
            };
        if (rows.Count == 1)
            return Leave(store, own, source);
        Members.Delete(store, own);
        return rows.Exists(row => row != own && IsSeen(row)) ? Change.None : Change.Shown;
    }

    /// <summary>
    /// What a request said of members is unsaid, but for whom its source has spoken of since; true if there is any. What
    /// is known of Slack by now stays known: who came to be in it meanwhile goes again.
    /// </summary>
    public static bool TakeBack(StoreSession store, TenantId tenantId, LinkId link, GroupId group, Instant now)
    {
        var former = FormerMembers.Of(store, group);
        if (former.Count == 0)
            return false;
        var (source, members) = (former[0].AskedBy, former.ConvertAll(one => one.MemberId));
        HoldRows.DeleteAll(store, link, members);
        FormerMembers.BeAlone(store, group);
        FormerMembers.Stay(store, group);
        FormerMembers.Untell(store, group);
        Say(
            store,
            group,
            // Who was deleted meanwhile has rows for who takes the account over, and gets none.
            [
                .. former
                    .Where(one => one.Wanted == Tri.Yes)
                    .Select(one => one.MemberId)
                    .Where(Members.Shown(store, tenantId, members).ContainsKey),
            ],
            FormerMembers.StillWanted(store, group),
            source
        );
        FormerMembers.BeBlocked(store, group);
        foreach (var one in former)
            if (one.Blocked is { IsGuards: true } why)
                Holds.Open(store, tenantId, link, why, now, one.MemberId);
        GuardedChanges.Undo(store, tenantId, members, former[0].At);
        FormerMembers.Forget(store, group);
        return true;
    }

    /// <summary>
    /// What was left out for a reason is told from now on, unless something else is in the way; true if there was any.
    /// </summary>
    public static bool LetIn(StoreSession store, GroupId group, Reason why)
    {
        var members = Members.BlockedBy(store, group, why);
        foreach (var member in members)
            Members.Block(store, group, member);
        return members.Count > 0;
    }

    /// <summary>Of a deleted user who takes the account over, as nobody wants it anywhere yet.</summary>
    public static void TakeOver(StoreSession store, ResourceId former, ResourceId member)
    {
        Members.TakeOver(store, former, member);
        HoldRows.Hand(store, former, member);
    }

    /// <summary>Two who were shown apart are one from now on.</summary>
    public static void Join(StoreSession store, ResourceId former, ResourceId member)
    {
        Members.Join(store, former, member);
        HoldRows.Hand(store, former, member);
    }

    // Whoever was held back from leaving is wanted again, so there is nothing to decide.
    private static void Decided(StoreSession store, Member? row)
    {
        if (row?.Blocked is { IsGuards: true })
            HoldRows.Delete(store, row.GroupId, row.MemberId);
    }

    // Some source says so, whom readers hear.
    private static bool IsSeen(Member row) => row is { Wanted: Tri.Yes, SourceId: not Members.ByNesting };

    // Said once more, what a preference left out or Slack refused is tried again.
    private static Change SaidAgain(StoreSession store, Member row)
    {
        if (
            row.Blocked
            is null
                or { Code: ReasonCode.NotReachable or ReasonCode.NestedGroup or ReasonCode.Dismissed }
                or { IsGuards: true }
        )
            return Change.None;
        Members.Block(store, row.GroupId, row.MemberId);
        return Change.Told;
    }

    // The only row of a member: it says from now on that the member goes, until Slack has heard so.
    private static Change Leave(StoreSession store, Member row, int source)
    {
        // What waits because it could not be told has never been told.
        if (row is { InSlack: Tri.No, Blocked: not null })
        {
            Members.Delete(store, row);
            return Change.Shown;
        }
        Members.Leave(store, row, source);
        Members.Block(store, row.GroupId, row.MemberId);
        return Change.Shown;
    }
}

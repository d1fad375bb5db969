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
    /// Notes which members a source wants and which it no longer wants. The latter leave unless another source wants
    /// them. Returns the members for whom anything changed, and how many of the unwanted stay for another source. Each
    /// kind of change is one statement, however many members there are.
    /// </summary>
    /// <param name="store">The transaction.</param>
    /// <param name="group">The group.</param>
    /// <param name="wanted">Who is in it.</param>
    /// <param name="unwanted">Who is not.</param>
    /// <param name="source">Who says so.</param>
    /// <param name="before">Hears first of whom something may change.</param>
    public static (List<(ResourceId Member, Change Change)> Changed, int Staying) Say(
        StoreSession store,
        GroupId group,
        IReadOnlyCollection<ResourceId> wanted,
        IReadOnlyCollection<ResourceId> unwanted,
        int source,
        Action<IReadOnlyCollection<ResourceId>>? before = null
    )
    {
        if (wanted.Count + unwanted.Count == 0)
            return ([], 0);
        var rows = Members.Of(store, group, [.. wanted, .. unwanted]).ToLookup(row => row.MemberId);
        var words = wanted
            .Select(member => (Member: member, Becomes: OfWanted([.. rows[member]], source)))
            .Concat(unwanted.Select(member => (Member: member, Becomes: OfUnwanted([.. rows[member]], source))))
            .Where(word => word.Becomes.What != Row.Stays)
            .ToList();
        before?.Invoke(words.ConvertAll(word => word.Member));
        // Whoever was held back from leaving is wanted again, so there is nothing to decide.
        List<ResourceId> decided = [.. wanted.Where(member => rows[member].Any(IsHeld))];
        if (decided.Count > 0)
            HoldRows.DeleteAll(store, group, decided);
        foreach (var same in words.ToLookup(word => word.Becomes.What, word => word.Member))
            Write(store, group, [.. same], source, same.Key);
        return (
            [
                .. words
                    .Where(word => word.Becomes.Change != Change.None)
                    .Select(word => (word.Member, word.Becomes.Change)),
            ],
            unwanted.Count(member => rows[member].Any(row => row.Wanted == Tri.Yes && row.SourceId != source))
        );
    }

    // What is to be written of a member.
    private enum Row
    {
        Stays,
        Comes,
        ComesBeside,
        TurnsBack,
        Goes,
        Ends,
        IsTriedAgain,
    }

    private static (Row What, Change Change) OfWanted(List<Member> rows, int source) =>
        rows switch
        {
            [] => (Row.Comes, Change.Shown),
            // Another's wish that the member goes, or that it is only in Slack, gives way.
            [{ Wanted: not Tri.Yes }] => (Row.TurnsBack, Change.Shown),
            _ when rows.Find(row => row.SourceId == source) is { } own => SaidAgain(own),
            _ => (
                Row.ComesBeside,
                !rows.Exists(IsSeen) ? Change.Shown
                : rows.Exists(IsUntold) ? Change.Told
                : Change.None
            ),
        };

    private static (Row What, Change Change) OfUnwanted(List<Member> rows, int source) =>
        rows switch
        {
            [{ Wanted: Tri.No } said] => SaidAgain(said),
            // What waits because it could not be told has never been told.
            [{ InSlack: Tri.No, Blocked: not null } untold] when IsOf(untold, source) => (Row.Ends, Change.Shown),
            [{ } alone] when IsOf(alone, source) => (Row.Goes, Change.Shown),
            [_, _, ..] when rows.Find(row => row.SourceId == source) is { } own => (
                Row.Ends,
                rows.Exists(row => row != own && IsSeen(row)) ? Change.None : Change.Shown
            ),
            _ => (Row.Stays, Change.None),
        };

    private static (Row What, Change Change) SaidAgain(Member row) =>
        IsUntold(row) ? (Row.IsTriedAgain, Change.Told) : (Row.Stays, Change.None);

    // What a preference left out, an operator dismissed or Slack refused is tried again once somebody says it again.
    private static bool IsUntold(Member row) =>
        row.Blocked
            is not (null or { Code: ReasonCode.NotReachable or ReasonCode.NestedGroup } or { AwaitsApproval: true });

    private static void Write(
        StoreSession store,
        GroupId group,
        IReadOnlyCollection<ResourceId> members,
        int source,
        Row what
    )
    {
        switch (what)
        {
            case Row.Comes:
                MemberWishes.Insert(store, group, members, source);
                break;
            case Row.ComesBeside:
                MemberWishes.InsertBeside(store, group, members, source);
                Members.Block(store, group, members);
                break;
            case Row.TurnsBack:
                MemberWishes.TurnBack(store, group, members, source);
                break;
            case Row.Goes:
                MemberWishes.Leave(store, group, members, source);
                break;
            case Row.Ends:
                MemberWishes.Delete(store, group, members, source);
                break;
            case Row.IsTriedAgain:
                Members.Block(store, group, members);
                break;
        }
    }

    // The source's own, or nobody's, who is only in Slack.
    private static bool IsOf(Member row, int source) => row.Wanted == Tri.Neither || row.SourceId == source;

    private static bool IsHeld(Member row) => row is { Wanted: not Tri.Yes, Blocked.AwaitsApproval: true };

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
        HoldRows.DeleteAll(store, group, members);
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
                    .Where(MemberLists.Shown(store, tenantId, members).ContainsKey),
            ],
            FormerMembers.StillWanted(store, group),
            source
        );
        FormerMembers.BeBlocked(store, group);
        foreach (var one in former)
            if (one.Blocked is { AwaitsApproval: true } why)
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
        if (members.Count > 0)
            Members.Block(store, group, members);
        return members.Count > 0;
    }

    /// <summary>
    /// Of a deleted user who takes the account over, as nobody wants it anywhere yet: Slack hears that it leaves, even
    /// where the former user's leaving was held, dismissed or left out.
    /// </summary>
    public static void TakeOver(StoreSession store, ResourceId former, ResourceId member)
    {
        HandedMembers.TakeOver(store, former, member);
        HoldRows.DeleteOf(store, former);
    }

    /// <summary>
    /// Gives the member rows of a deleted group to the group that takes it over, which wants nobody yet. Members who left
    /// the former group count as having left the new one, and the holds of its members end.
    /// </summary>
    public static void TakeOverGroup(StoreSession store, TenantId tenantId, ResourceId former, GroupId group)
    {
        HandedMembers.TakeOverGroup(store, former, group);
        GuardedChanges.Hand(store, tenantId, former.AsGroup(), group);
        if (Resources.Find(store, former) is { LinkId: { } link })
            HoldRows.DeleteMembers(store, link);
    }

    /// <summary>Two who were shown apart are one from now on.</summary>
    public static void Join(StoreSession store, ResourceId former, ResourceId member)
    {
        HandedMembers.Join(store, former, member);
        HoldRows.Hand(store, former, member);
    }

    // Some source says so, whom readers hear.
    private static bool IsSeen(Member row) => row is { Wanted: Tri.Yes, SourceId: not Members.ByNesting };
}

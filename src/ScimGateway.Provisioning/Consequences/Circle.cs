using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Consequences;

/// <summary>
/// Users who want each other's addresses, so that none lets go of his before another does. One of them steps aside.
/// </summary>
internal static class Circle
{
    /// <summary>How many may exchange; a search is a few look-ups for each, and others' writes wait for it.</summary>
    public const int Most = 200;

    /// <summary>
    /// Has a link step aside that waits for an address if whoever has it waits, perhaps over others, for one of its
    /// own; false if nobody does.
    /// </summary>
    public static bool TryBreak(StoreSession store, Link waiting, Instant now)
    {
        var seen = new HashSet<LinkId>();
        var next = new Queue<Link>([waiting]);
        while (seen.Count < Most && next.TryDequeue(out var link))
            foreach (var holder in InTheWay(store, link))
                if (holder.Id == waiting.Id)
                {
                    Wishes.Renew(store, waiting.StepAside(), "users want each other's addresses", now);
                    return true;
                }
                else if (seen.Add(holder.Id))
                    next.Enqueue(holder);
        return false;
    }

    // The links that have what a link waits for, and want something else themselves.
    private static IEnumerable<Link> InTheWay(StoreSession store, Link link)
    {
        var isWaiting = link is { SlackId: not null, State: LinkState.Blocked, Reason.Code: ReasonCode.AddressTaken };
        if (!isWaiting || WantedBy(store, link) is not { } wanted)
            yield break;
        foreach (var address in wanted.Except(Keys.Of(store, link.Id, KeyKind.Address)))
            if (
                UserKeys.Holder(store, link.TenantId, KeyKind.Address, address) is { } holder
                && WantedBy(store, holder)?.Contains(address) == false
            )
                yield return holder;
    }

    private static List<string>? WantedBy(StoreSession store, Link link) =>
        Resources.Find(store, link.ClaimantId) is { Deleted: null, SourceId: not null } user
            ? [.. UserAddresses.OfSlack(UserDocument.Of(user)).Select(Fold.Key)]
            : null;
}

using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Consequences;

/// <summary>
/// Users who want each other's addresses, so that none lets go of his before another does. All of them step aside, each
/// with his own kept for him; when Slack has let all of them, they change places. Whom Slack does not let is found out
/// before anybody's address is gone, and then the others go back.
/// </summary>
internal static class Circle
{
    // A search is a few look-ups for each, and others' writes wait for it.
    private const int Most = 200;

    // A link, and the addresses that it waits for with the links that have them.
    private sealed record Place(Link Link, List<(string Address, Link Holder)> Wants);

    /// <summary>
    /// Has those in a circle with a link go on as far as they can; gives back who has something to tell Slack by it, and
    /// null if there is no circle.
    /// </summary>
    public static List<LinkId>? GoOn(StoreSession store, Link waiting, Instant now)
    {
        var circle = Around(store, waiting);
        if (circle.Count == 0)
            return null;
        var others = circle.FindAll(place => !place.Link.IsAside);
        if (others.Count > 0)
            return others.ConvertAll(place =>
                Links
                    .Save(store, Wishes.Renew(store, place.Link, "users want each other's addresses", now).StepAside())
                    .Id
            );
        var wants = circle.SelectMany(place => place.Wants).ToList();
        if (!wants.TrueForAll(want => HasLeft(want.Holder, want.Address)))
            return [];
        foreach (var (address, holder) in wants)
            Keys.Free(store, holder, KeyKind.Address, address);
        foreach (var place in circle)
        foreach (var (address, _) in place.Wants)
            UserKeys.TryReserve(store, place.Link, KeyKind.Address, address);
        return circle.ConvertAll(place => place.Link.Id);
    }

    /// <summary>Those who have stepped aside for an address that a link has, and may do so in vain.</summary>
    public static IEnumerable<LinkId> AsideFor(StoreSession store, Link link) =>
        Keys.Of(store, link.Id, KeyKind.Address)
            .SelectMany(address => UserKeys.WaitingFor(store, link.TenantId, address))
            .Where(waiting => waiting.IsAside && waiting.Id != link.Id)
            .Select(waiting => waiting.Id);

    // Of the links that are in the way of a link, directly or over others, those in whose way it is itself. An address
    // goes to one.
    private static List<Place> Around(StoreSession store, Link waiting)
    {
        var places = new Dictionary<LinkId, Place>();
        var given = new HashSet<string>();
        var next = new Queue<Link>([waiting]);
        while (places.Count < Most && next.TryDequeue(out var link))
            if (!places.ContainsKey(link.Id))
            {
                places[link.Id] = new Place(link, [.. InTheWay(store, link).Where(want => given.Add(want.Address))]);
                foreach (var (_, holder) in places[link.Id].Wants)
                    next.Enqueue(holder);
            }
        var circle = new Dictionary<LinkId, Place>();
        var isMore = true;
        while (isMore)
        {
            isMore = false;
            foreach (var (id, place) in places)
                if (!circle.ContainsKey(id) && place.Wants.Exists(IsAround))
                    (circle[id], isMore) = (place, true);
        }
        return circle.ContainsKey(waiting.Id)
            ? [.. circle.Values.Select(place => new Place(place.Link, place.Wants.FindAll(IsAround)))]
            : [];

        bool IsAround((string Address, Link Holder) want) =>
            want.Holder.Id == waiting.Id || circle.ContainsKey(want.Holder.Id);
    }

    // The links that have what a link waits for, and want something else themselves.
    private static IEnumerable<(string Address, Link Holder)> InTheWay(StoreSession store, Link link)
    {
        var isWaiting = link.IsAside || link is { State: LinkState.Blocked, Reason.Code: ReasonCode.AddressTaken };
        if (link.SlackId is null || !isWaiting || WantedBy(store, link) is not { } wanted)
            yield break;
        foreach (var address in wanted.Except(Keys.Of(store, link.Id, KeyKind.Address)))
            if (
                UserKeys.Holder(store, link.TenantId, KeyKind.Address, address) is { } holder
                && WantedBy(store, holder)?.Contains(address) == false
            )
                yield return (address, holder);
    }

    // Whether it is known that Slack has an address of an account no longer.
    private static bool HasLeft(Link link, string address) =>
        new[] { SlackField.PrimaryEmail, SlackField.SecondaryEmail }.All(field =>
            link.Told.Says(field) && !(link.Told[field] is { } told && Fold.Key(told) == address)
        );

    private static List<string>? WantedBy(StoreSession store, Link link) =>
        Resources.Find(store, link.ClaimantId) is { Deleted: null, SourceId: not null } user
            ? [.. UserAddresses.OfSlack(user.Read()).Select(Fold.Key)]
            : null;
}

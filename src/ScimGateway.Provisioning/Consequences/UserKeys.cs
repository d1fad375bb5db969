using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Consequences;

/// <summary>
/// The addresses and user names that an account has or will have at Slack, where they are unique: the wanted ones from
/// the write-down on, the former ones until Slack has let go of them.
/// </summary>
internal static class UserKeys
{
    // Of those who have an address in their documents.
    private const int MostWaiting = 100;

    /// <summary>The link that wants or has a key.</summary>
    public static Link? Holder(StoreSession store, TenantId tenantId, KeyKind kind, string value) =>
        HolderId(store, tenantId, kind, value) is { } link ? Links.Find(store, link) : null;

    /// <summary>The keys, folded, of what Slack shows of an account.</summary>
    public static List<(KeyKind Kind, string Value)> Seen(SlackProfile seen) =>
        [
            .. new (KeyKind Kind, string? Value)[]
            {
                (KeyKind.Address, seen[SlackField.PrimaryEmail]),
                (KeyKind.Address, seen[SlackField.SecondaryEmail]),
                (KeyKind.SlackUserName, seen[SlackField.UserName]),
            }
                .Where(key => key.Value is not null && Fold.CanBeKey(key.Value))
                .Select(key => (key.Kind, Fold.Key(key.Value!)))
                .Distinct(),
        ];

    /// <summary>Keeps keys, folded, of an erased person's account: as hashes alone.</summary>
    public static void KeepHashed(StoreSession store, Link link, IEnumerable<(KeyKind Kind, string Value)> keys)
    {
        var hash = Hash(store, link);
        foreach (var (kind, value) in keys)
            Keys.Take(store, link, kind, hash(kind, value));
    }

    /// <summary>Whether an erased person's account has an address by which it is remembered.</summary>
    public static bool IsRemembered(StoreSession store, Link link, SlackProfile seen)
    {
        var (hash, kept) = (Hash(store, link), Keys.Of(store, link.Id, KeyKind.Address));
        return Seen(seen).Any(key => key.Kind == KeyKind.Address && kept.Contains(hash(key.Kind, key.Value)));
    }

    private static Func<KeyKind, string, string> Hash(StoreSession store, Link link)
    {
        var key = Tenants.CursorKey(store, link.TenantId);
        return (kind, value) => ForgottenKey.KeptBy(link.Id, ForgottenKey.Of(key, kind, value));
    }

    /// <summary>Takes a key for a link; false if another one has it.</summary>
    public static bool TryReserve(StoreSession store, Link link, KeyKind kind, string value) =>
        TryReserve(store, link, [(kind, value)]);

    /// <summary>Takes those of the keys that no other link has; false if another one has one of them.</summary>
    public static bool TryReserve(StoreSession store, Link link, IEnumerable<(KeyKind Kind, string Value)> keys)
    {
        var hasAll = true;
        foreach (var (kind, value) in keys)
        {
            // mostly the link has it already, and asking costs less than writing the same again
            var holder = HolderId(store, link.TenantId, kind, value);
            if (holder is null)
                Keys.Take(store, link, kind, Fold.Key(value));
            hasAll &= holder is null || holder == link.Id;
        }
        return hasAll;
    }

    /// <summary>Takes those of the addresses that no other link has.</summary>
    public static void TakeAddresses(StoreSession store, Link link, IEnumerable<string> addresses) =>
        TryReserve(store, link, addresses.Select(address => (KeyKind.Address, address)));

    /// <summary>Reads who has the keys that a user wants.</summary>
    /// <param name="store">The transaction.</param>
    /// <param name="tenantId">Whose Slack it is.</param>
    /// <param name="wanted">The keys.</param>
    /// <param name="own">The user's own link, if it has one.</param>
    /// <param name="user">The user, if it has a link.</param>
    /// <param name="sourceOf">The name of the source that another user belongs to, where whoever asks is told that.</param>
    public static KeyOwners Owners(
        StoreSession store,
        TenantId tenantId,
        IEnumerable<(KeyKind Kind, string Value)> wanted,
        Link? own = null,
        Resource? user = null,
        Func<Resource?, string?>? sourceOf = null
    )
    {
        var keys = wanted.Select(key => (key.Kind, Value: Fold.Key(key.Value))).Distinct().ToList();
        store.Prefetch(asks => keys.ForEach(key => Keys.Holder(asks, tenantId, key.Kind, key.Value)));
        var ids = keys.ToDictionary(key => key, key => Keys.Holder(store, tenantId, key.Kind, key.Value));
        var owners = new Dictionary<LinkId, KeyOwner>();
        if (own is not null)
            owners[own.Id] = new KeyOwner(own, user);
        var others = ids.Values.OfType<LinkId>().Distinct().Where(id => id != own?.Id).ToList();
        if (others.Count == 0)
            return new KeyOwners(ids, owners, Standing.Live);
        store.Prefetch(asks =>
            others.ForEach(id =>
            {
                Links.Find(asks, id);
                HoldRows.Meant(asks, tenantId, id);
            })
        );
        var links = others.ConvertAll(id => Links.Get(store, id));
        store.Prefetch(asks => links.ForEach(link => Resources.Find(asks, link.ClaimantId)));
        foreach (var link in links)
        {
            var claimant = Resources.Find(store, link.ClaimantId);
            var owner = new KeyOwner(link, claimant) { OtherSource = sourceOf?.Invoke(claimant) };
            var isToBeHad = (owner.Unclaimed ?? owner.Tombstone) is not null;
            owners[owner.Link.Id] = isToBeHad
                ? owner with
                {
                    Meant = HoldRows.Meant(store, tenantId, owner.Link.Id),
                }
                : owner;
            // Whoever gets the account gets its name.
            if (isToBeHad && owner.Link.UserName is { } name)
            {
                var key = Fold.Key(name);
                if (!ids.ContainsKey((KeyKind.SlackUserName, key)))
                    ids[(KeyKind.SlackUserName, key)] = Keys.Holder(store, tenantId, KeyKind.SlackUserName, key);
            }
        }
        var isLeaving = owners.Values.Any(owner => owner is { Tombstone: not null, Link.IsUnsettled: true });
        return new KeyOwners(ids, owners, isLeaving ? Tenants.Find(store, tenantId).Standing : Standing.Live);
    }

    /// <summary>Reads who has the names that can be derived, up to the first one that is free.</summary>
    public static KeyOwners WithNames(StoreSession store, TenantId tenantId, KeyOwners known, string userName)
    {
        var keys = new Dictionary<(KeyKind, string), LinkId?>(known.Keys);
        foreach (var name in UserNames.Derived(userName).Select(Fold.Key))
        {
            if (keys.ContainsKey((KeyKind.SlackUserName, name)))
                continue;
            var owner = Keys.Holder(store, tenantId, KeyKind.SlackUserName, name);
            keys[(KeyKind.SlackUserName, name)] = owner;
            if (owner is null)
                break;
        }
        return known with { Keys = keys };
    }

    /// <summary>
    /// Has a link whose user was left out until now have what is free of what the user wants; the link with its name.
    /// </summary>
    public static Link TakeFree(StoreSession store, Link link, ScimResource user, SlackUserName choice)
    {
        var userName = user.Text("userName")!;
        if (!link.Imported && link.UserName is null)
            link = link.Name(
                choice != SlackUserName.Verbatim ? FirstFree(store, link, UserNames.Derived(userName))
                : SlackNames.IsUserName(userName) ? FirstFree(store, link, [userName])
                : null
            );
        link = Links.Save(store, link);
        if (link.UserName is { } name)
            TryReserve(store, link, KeyKind.SlackUserName, name);
        TakeAddresses(store, link, UserAddresses.OfSlack(user));
        return link;
    }

    /// <summary>The next free name after the one that Slack did not take; null if there is none.</summary>
    public static string? NextName(StoreSession store, Link link, string userName) =>
        FirstFree(store, link, UserNames.Derived(userName).SkipWhile(name => name != link.UserName).Skip(1));

    private static string? FirstFree(StoreSession store, Link link, IEnumerable<string> names) =>
        names.FirstOrDefault(name =>
            HolderId(store, link.TenantId, KeyKind.SlackUserName, name) is not { } holder || holder == link.Id
        );

    /// <summary>
    /// Lets go of the keys that neither the user wants nor Slack has for it any more; gives back the links of users
    /// that waited for one of them.
    /// </summary>
    /// <param name="store">The transaction.</param>
    /// <param name="link">The link.</param>
    /// <param name="claimant">The user.</param>
    /// <param name="now">When it is.</param>
    /// <param name="seen">What Slack shows otherwise than it was told, which is kept, too; null if nothing.</param>
    public static List<LinkId> Release(
        StoreSession store,
        Link link,
        Resource? claimant,
        Instant now,
        SlackProfile? seen = null
    )
    {
        var delivered = link.Told;
        // While it is not known which address Slack has, each that it may have is kept.
        var isKnown = link.SlackId is null
            ? !link.AskFirst
            : delivered.Says(SlackField.PrimaryEmail) && delivered.Says(SlackField.SecondaryEmail);
        var addresses = isKnown
            ? Except(
                Keys.Of(store, link.Id, KeyKind.Address),
                [
                    delivered[SlackField.PrimaryEmail],
                    delivered[SlackField.SecondaryEmail],
                    seen?[SlackField.PrimaryEmail],
                    seen?[SlackField.SecondaryEmail],
                ]
            )
            : [];
        if (link is { State: LinkState.Held, IsOnSpareAddress: true })
            addresses = []; // the account may go back to its own
        // Mostly Slack has what is held, and the document need not be read. Who is left out holds nothing without an
        // account.
        var isOut = link.SlackId is null && (link.Absent || claimant is { Waived.IsNeverIn: true });
        if (addresses.Count > 0 && claimant is { Deleted: null } && !isOut)
            addresses = Except(addresses, UserAddresses.OfSlack(claimant.Read()));
        var freed = new List<LinkId>();
        foreach (var address in addresses)
            if (LetGo(store, link, KeyKind.Address, address, now) is { } next)
                freed.Add(next);
        if (link.SlackId is null ? !link.AskFirst : delivered.Says(SlackField.UserName))
            foreach (
                var name in Except(
                    Keys.Of(store, link.Id, KeyKind.SlackUserName),
                    [
                        // Who was deleted without an account leaves no name.
                        link.SlackId
                            is null
                        && claimant is { Deleted: not null }
                            ? null
                            : link.UserName,
                        delivered[SlackField.UserName],
                        seen?[SlackField.UserName],
                    ]
                )
            )
                Keys.Free(store, link, KeyKind.SlackUserName, name);
        return freed;
    }

    /// <summary>
    /// A link lets go of a key, folded; gives back the link of whoever waited for it longest, and has it now.
    /// </summary>
    public static LinkId? LetGo(StoreSession store, Link link, KeyKind kind, string key, Instant now)
    {
        Keys.Free(store, link, kind, key);
        var next = kind == KeyKind.Address ? Next(store, link, key, now) : null;
        // Whose the account is nobody has to say, where all who waited have what they waited for.
        if (next is not null && !WaitingFor(store, link.TenantId, link.Id).Any())
            HoldRows.Close(store, link.TenantId, link.Id, ReasonCode.AddressAsked);
        return next;
    }

    /// <summary>A link lets go of all keys but some.</summary>
    public static void LetGoBut(
        StoreSession store,
        Link link,
        IReadOnlyList<(KeyKind Kind, string Key)> but,
        Instant now
    )
    {
        foreach (var (kind, key) in Keys.Of(store, link.Id).Except(but))
            LetGo(store, link, kind, key, now);
    }

    /// <summary>
    /// The links whose users wait for an address, folded, longest first. Of a document's addresses Slack gets two, and
    /// nobody waits for the rest; nor does who is left out. Whom Slack refused to change may have the address if Slack lets him.
    /// </summary>
    public static IEnumerable<Link> WaitingFor(StoreSession store, TenantId tenantId, string address) =>
        LinkLists
            .WaitingFor(store, tenantId, address, MostWaiting)
            .Where(waiting =>
                waiting is { Absent: false, Protection: null or { IsProven: true } }
                && Resources.Find(store, waiting.ClaimantId) is { } user
                && (!user.Waived.IsOut || waiting.IsOnSpareAddress)
                && UserAddresses.OfSlack(user.Read()).Any(wanted => Fold.Key(wanted) == address)
            );

    /// <summary>The same for any of the addresses that a link has.</summary>
    public static IEnumerable<Link> WaitingFor(StoreSession store, TenantId tenantId, LinkId holder) =>
        Keys.Of(store, holder, KeyKind.Address).SelectMany(address => WaitingFor(store, tenantId, address));

    private static List<string> Except(List<string> held, IEnumerable<string?> kept)
    {
        var keys = kept.OfType<string>().Select(Fold.Key).ToList();
        return held.FindAll(key => !keys.Contains(key));
    }

    /// <summary>The number of the link that wants or has a key.</summary>
    public static LinkId? HolderId(StoreSession store, TenantId tenantId, KeyKind kind, string value) =>
        Keys.Holder(store, tenantId, kind, Fold.Key(value));

    // The user who has waited longest for an address that is free now: it gets it, and goes to Slack. Nobody is woken by
    // what it let go of itself, or it would go on for ever.
    private static LinkId? Next(StoreSession store, Link former, string address, Instant now)
    {
        var next = WaitingFor(store, former.TenantId, address)
            .FirstOrDefault(waiting => waiting.Id != former.Id && TryReserve(store, waiting, KeyKind.Address, address));
        if (next is { IsAside: false }) // else it is under way
            Wishes.Renew(store, next, "an address became free", now);
        return next?.Id;
    }
}

using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Writing;

/// <summary>All that a write of a user is decided by.</summary>
/// <param name="Resource">The user; null if it is new.</param>
/// <param name="Link">The user's link.</param>
internal sealed record UserSituation(Resource? Resource, Link? Link) : Situation(Resource, Link)
{
    /// <summary>Whether the user is held for an account that a deleted user had, who may be another person.</summary>
    public bool IsHeldForFormers { get; init; }

    /// <summary>Who is shown under the wanted userName, if that is not the user.</summary>
    public Resource? Namesake { get; init; }

    /// <summary>Whom the tenant's rules admit.</summary>
    public Scope Scope { get; init; } = Scope.Everybody;

    /// <summary>Who the user is to be.</summary>
    public Identity Wanted { get; init; }

    /// <summary>The addresses that Slack would have of the user, the primary one first.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>Who has the addresses and names that are wanted.</summary>
    public KeyOwners Owners { get; init; } = KeyOwners.None;

    /// <summary>What a wish that is not settled may have carried to Slack, of each link that has one.</summary>
    public IReadOnlyDictionary<LinkId, FieldSet> MayBeSent { get; init; } = new Dictionary<LinkId, FieldSet>();

    /// <summary>
    /// What the guard has counted of accounts and of addresses, before a link is; null of what it does not count.
    /// </summary>
    public IReadOnlyDictionary<LinkId, (GuardNumbers? Accounts, GuardNumbers? Addresses)> Counted { get; init; } =
        new Dictionary<LinkId, (GuardNumbers?, GuardNumbers?)>();

    /// <summary>Reads it.</summary>
    /// <param name="store">The transaction.</param>
    /// <param name="asked">Who asks.</param>
    /// <param name="before">The user as it was read when the request was applied; null of a new one.</param>
    /// <param name="wanted">What is wanted; null if the user is to go.</param>
    /// <exception cref="Outdated">The user is another by now.</exception>
    public static UserSituation Read(StoreSession store, WriteRequest asked, Resource? before, ScimResource? wanted)
    {
        var tenant = asked.Caller.TenantId;
        var who = wanted is null ? default : Identity.Of(wanted);
        IReadOnlyList<string> addresses = wanted is null ? [] : UserAddresses.OfSlack(wanted);
        var key = who.UserName is null ? null : Fold.Key(who.UserName);
        var nameKey = key == before?.UserNameKey ? null : key;
        var wantsActive = wanted is not null && UserDocument.IsActive(wanted);
        ReadAhead(
            store,
            asked,
            asks =>
            {
                Prefetch(asks, tenant, before, who, addresses, nameKey);
                // What turns, or moves, the guard counts.
                var isMoved = addresses is [var address, ..] && before?.EmailKeys?.Contains(Fold.Key(address)) != true;
                if (before is { LinkId: { } id } && (isMoved || before.Active != wantsActive))
                    PrefetchCounts(asks, asked, id.ToString());
            }
        );

        var resource = before is null ? null : AsItWas(store, before, before.Version);
        var link = resource is null ? null : Links.Get(store, resource.LinkId!.Value);
        var situation = new UserSituation(resource, link)
        {
            OtherSource = Other(store, asked, resource),
            IsHeldForFormers =
                link is { HeldFor: HeldFor.AnotherPerson } && Resources.Tombstone(store, link.Id) is not null,
            Wanted = who,
            Addresses = addresses,
        };
        if (wanted is not null)
        {
            var namesake = nameKey is null ? null : Namesakes.Find(store, tenant, nameKey);
            situation = situation with
            {
                Scope = Scope.Kept(Rules.Of(store, tenant)),
                Namesake = namesake,
                NamesakesSource = Other(store, asked, namesake),
                Owners = UserKeys.Owners(
                    store,
                    tenant,
                    [
                        .. addresses.Select(address => (KeyKind.Address, address)),
                        .. UserNames
                            .ToLookUp(link, who.UserName!, nameKey is not null, asked.Caller.Preferences)
                            .Select(name => (KeyKind.SlackUserName, name)),
                    ],
                    link,
                    resource,
                    claimant => Other(store, asked, claimant)
                ),
            };
        }
        return situation.WithWhatMayBeSent(store, asked.Caller);
    }

    /// <summary>The same with what a decision lacked.</summary>
    public UserSituation With(StoreSession store, WriteRequest asked, WriteOutcome.NeedsMore more)
    {
        var (caller, there) = (asked.Caller, this);
        if (more.Names)
            there = there with
            {
                Owners = UserKeys.WithNames(store, caller.TenantId, there.Owners, there.Wanted.UserName!),
            };
        if (more.Counted is not { } link)
            return there;
        var subject = link.ToString();
        store.Prefetch(asks => PrefetchCounts(asks, asked, subject));
        return there with
        {
            Counted = new Dictionary<LinkId, (GuardNumbers?, GuardNumbers?)>(there.Counted)
            {
                [link] = (
                    CountOf(store, asked, Guarded.Account).Read(subject),
                    CountOf(store, asked, Guarded.Address).Read(subject)
                ),
            },
        };
    }

    // What most writes read, all together.
    private static void Prefetch(
        StoreSession asks,
        TenantId tenant,
        Resource? before,
        Identity wanted,
        IReadOnlyList<string> addresses,
        string? nameKey
    )
    {
        if (before is { LinkId: { } link })
        {
            Resources.Find(asks, before.Id);
            Links.Find(asks, link);
            Keys.Of(asks, link, KeyKind.Address);
            Emails.Of(asks, before.Id);
        }
        if (wanted.UserName is not { } userName)
        {
            Members.Showing(asks, before!.Id);
            HoldRows.OfMember(asks, before.Id);
            if (before.UserNameKey is { } name)
                UserKeys.HolderId(asks, tenant, KeyKind.SlackUserName, name);
            return;
        }
        Rules.Of(asks, tenant);
        foreach (var address in addresses)
            UserKeys.HolderId(asks, tenant, KeyKind.Address, address);
        UserKeys.HolderId(asks, tenant, KeyKind.SlackUserName, UserNames.Derived(userName).First());
        if (nameKey is not null)
            Namesakes.Find(asks, tenant, nameKey);
    }

    private static void PrefetchCounts(StoreSession asks, WriteRequest asked, string subject)
    {
        CountOf(asks, asked, Guarded.Account).Prefetch(subject);
        CountOf(asks, asked, Guarded.Address).Prefetch(subject);
    }

    private static GuardCount CountOf(StoreSession store, WriteRequest asked, Guarded what) =>
        new(store, asked.Caller, what, default, asked.Now);

    // An unsettled wish may have been sent, of the user's link or of one that the user may take over.
    private UserSituation WithWhatMayBeSent(StoreSession store, Caller caller)
    {
        var unsettled = Owners
            .Owners.Values.Where(owner => owner.Tombstone is not null)
            .Select(owner => owner.Link)
            .Append(Link)
            .Where(link => link is { IsUnsettled: true })
            .ToList();
        if (unsettled.Count == 0)
            return this;
        var isStill = Tenants.Find(store, caller.TenantId).Still;
        return this with
        {
            IsStill = isStill,
            MayBeSent = unsettled
                .Where(link => link!.MayBeSent(isStill) && link.Delivered is not null)
                .ToDictionary(link => link!.Id, link => Carried(WantedAccount.Of(store, link!, caller.Preferences))),
        };
    }

    private static FieldSet Carried(WantedAccount planned) =>
        FieldSet.Of(planned.Plan.Commands.SelectMany(command => command.Delivers.Fields));
}

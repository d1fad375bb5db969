using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model.Links;

namespace ScimGateway.Provisioning.Model.Mirror;

/// <summary>
/// A SCIM resource as its source wants it. Without a source it shows an account or group of Slack that nobody has
/// claimed. It changes by its own methods alone, each of which leaves the whole of it right.
/// </summary>
internal sealed record Resource
{
    /// <summary>The SCIM id, a UUIDv7.</summary>
    public ResourceId Id { get; init; }

    /// <summary>Whose it is.</summary>
    public TenantId TenantId { get; init; }

    /// <summary>User or group.</summary>
    public Kind Kind { get; init; }

    /// <summary>Who owns it; null for nobody.</summary>
    public int? SourceId { get; init; }

    /// <summary>The link it shows or claims; null for a resource that is kept in the mirror alone.</summary>
    public LinkId? LinkId { get; init; }

    /// <summary>Raised with each change.</summary>
    public long Version { get; init; }

    /// <summary>The document as UTF-8 JSON, without id and meta.</summary>
    public required byte[] Document { get; init; }

    /// <summary>The document before the change whose answer is out.</summary>
    public byte[]? Previous { get; init; }

    /// <summary>The paths a provider has asserted.</summary>
    public PathSet Asserted { get; init; } = PathSet.Nothing;

    /// <summary>The asserted paths before the change whose answer is out; null if nobody had claimed it.</summary>
    public PathSet? PreviousAsserted { get; init; }

    /// <summary>The waived paths before the change whose answer is out.</summary>
    public Waived? PreviousWaived { get; init; }

    /// <summary>What is left out of plans.</summary>
    public Waived Waived { get; init; } = Waived.Nothing;

    /// <summary>The folded userName; unique among what is shown.</summary>
    public string? UserNameKey { get; init; }

    /// <summary>
    /// The name of a group, as its members show it; of a user, folded, by what else people look for the user: first and
    /// last name where there is no displayName, and the userName of a tombstone.
    /// </summary>
    public string? DisplayName { get; init; }

    /// <summary>The folded displayName; of groups unique among what is shown.</summary>
    public string? DisplayNameKey { get; init; }

    /// <summary>The folded e-mail addresses, by which filters look for parts of one: see <c>EmailKeys</c>.</summary>
    public string? EmailKeys { get; init; }

    /// <summary>The client's id.</summary>
    public string? ExternalId { get; init; }

    /// <summary>The SCIM id of the manager, whether it exists or not.</summary>
    public string? Manager { get; init; }

    /// <summary>What the source wants the account to be.</summary>
    public bool Active { get; init; }

    /// <summary>Whether providers do not see it: bots and accounts in conflict.</summary>
    public bool Hidden { get; init; }

    /// <summary>The rule that admitted it.</summary>
    public int? RuleId { get; init; }

    /// <summary>When it came.</summary>
    public Instant Created { get; init; }

    /// <summary>When it last changed.</summary>
    public Instant Modified { get; init; }

    /// <summary>When it was deleted: what is left then is a tombstone.</summary>
    public Instant? Deleted { get; init; }

    /// <summary>What it is found by, as the store has it; null of what is not there yet.</summary>
    internal Found? Kept { get; init; }

    /// <summary>What it is found by now.</summary>
    internal Found Now => new(SourceId, LinkId, UserNameKey, DisplayNameKey, ExternalId, Manager, EmailKeys, Deleted);

    /// <summary>One that was not there before.</summary>
    public static Resource New(TenantId tenantId, Kind kind, ResourceId id, Instant created) =>
        new()
        {
            Id = id,
            TenantId = tenantId,
            Kind = kind,
            Document = [],
            Created = created,
        };

    /// <summary>
    /// What a request of a source makes of it, which is the source's from now on, and shown; what it replaces is kept.
    /// </summary>
    internal Resource Revise(Revision revision, int source, Waived waived, int? rule, Instant now)
    {
        var isNew = Version == 0;
        var revised = isNew ? this : Remember();
        if (isNew || !revision.Changed.IsEmpty)
            revised = revised.Touch(now);
        return (
            revised with
            {
                SourceId = source,
                Document = Readable(revision.After),
                Asserted = revision.Asserted,
                Waived = waived,
                Hidden = false,
                RuleId = rule,
            }
        ).Describe(revision.After);
    }

    /// <summary>Keeps what a change replaces, until its answer is out.</summary>
    public Resource Remember() =>
        this with
        {
            Previous = Document,
            PreviousAsserted = SourceId is null ? null : Asserted,
            PreviousWaived = Waived,
        };

    /// <summary>
    /// Takes the last change back: all is as it was before, but a leaver whose account is off by now does not come back.
    /// </summary>
    /// <param name="isOff">Whether Slack has turned the account off.</param>
    /// <param name="now">When.</param>
    public Resource TakeBack(bool isOff, Instant now)
    {
        var isClaim = PreviousAsserted is null; // nobody had it: it shows again what Slack has
        var back = (
            Forget() with
            {
                SourceId = isClaim ? null : SourceId,
                Document = Previous ?? Document,
                Asserted = PreviousAsserted ?? PathSet.Nothing,
                Waived = isClaim ? Waived.Nothing : PreviousWaived ?? Waived.Nothing,
                Deleted = null,
            }
        ).Touch(now);
        var document = back.Read();
        if (!Active && isOff && UserDocument.IsActive(document))
        {
            document.Json["active"] = false;
            var said = isClaim ? back.Asserted : back.Asserted.With(PathSet.Active);
            back = back with { Document = ScimJson.ToUtf8(document.Json), Asserted = said };
        }
        return back.Describe(document);
    }

    /// <summary>Makes a tombstone of it, whose name another one may have.</summary>
    /// <param name="source">Who says so.</param>
    /// <param name="staysIn">Whether a preference leaves the account or group in Slack.</param>
    /// <param name="now">When.</param>
    public Resource Bury(int source, bool staysIn, Instant now) =>
        Remember().Touch(now).WithoutName() with
        {
            SourceId = source,
            DisplayName = Kind == Kind.User ? $"{UserNameKey} {DisplayName}".Trim() : DisplayName,
            Deleted = now,
            Waived = staysIn ? Waived with { Account = true } : Waived,
        };

    /// <summary>What Slack shows of an account or group that nobody has claimed.</summary>
    internal Resource ShowUnclaimed(ScimResource seen, byte[] document, bool isHidden, bool isUnlinked, Instant now)
    {
        var shown = (
            Touch(now) with
            {
                Document = document,
                Hidden = isHidden,
                Waived = Waived with { Unlinked = isUnlinked },
            }
        ).Describe(seen);
        return isHidden ? shown with { UserNameKey = null, DisplayNameKey = null } : shown; // only what is shown counts
    }

    /// <summary>Hides it while another one has its name.</summary>
    public Resource Hide() => WithoutName() with { Hidden = true };

    /// <summary>Shows it again, under the name of a key.</summary>
    public Resource Show(string key) =>
        (Kind == Kind.User ? this with { UserNameKey = key } : this with { DisplayNameKey = key }) with
        {
            Hidden = false,
        };

    /// <summary>It is other than it was.</summary>
    public Resource Touch(Instant now) => this with { Version = Version + 1, Modified = now };

    /// <summary>It has that link from now on.</summary>
    public Resource LinkTo(LinkId link) => this with { LinkId = link };

    /// <summary>More paths count as asserted.</summary>
    public Resource Assert(PathSet paths) => this with { Asserted = Asserted.With(paths) };

    /// <summary>Slack hears of it again, whatever a preference or an operator has left out.</summary>
    public Resource LetIn() =>
        this with
        {
            Waived = Waived with { Account = false, Dismissed = false, Unlinked = false },
        };

    /// <summary>It is kept in the mirror alone until an operator says which account or group is meant.</summary>
    public Resource Unlink() => Forget() with { Waived = Waived with { Account = true, Unlinked = true } };

    /// <summary>The account that the user had is another person's: the user has another link, and is left out.</summary>
    public Resource TellApart(LinkId own) =>
        this with
        {
            LinkId = own,
            Waived = Waived.Scope ? Waived : Waived with { Account = true, Dismissed = true, AnotherPerson = true },
        };

    /// <summary>An operator has dismissed what was held of it.</summary>
    /// <param name="held">Why it was held.</param>
    /// <param name="isLeaver">Whether the account was to be gone.</param>
    /// <param name="endsAsGuest">Whether the account was to end as a guest's.</param>
    public Resource Dismiss(Reason held, bool isLeaver, bool endsAsGuest) =>
        this with
        {
            Waived =
                Deleted is not null ? Waived with { Account = true, Dismissed = true }
                : held.IsOfAddress ? Waived.With(Waived.SignIn) with { AddressDismissed = true }
                : endsAsGuest ? Waived.With(Waived.Guest) with { EndDismissed = true }
                // A user who was to leave with the scope stays as the account is.
                : Waived.With(PathSet.Active) with { Dismissed = true, Scope = Waived.Scope || isLeaver },
        };

    /// <summary>What an operator dismissed is wanted again.</summary>
    public Resource Reopen()
    {
        var paths = Waived.Dismissed ? Waived.Paths.Without(PathSet.Active) : Waived.Paths;
        if (Waived.EndDismissed)
            paths = paths.Without(Waived.Guest);
        return this with
        {
            Waived = Waived with
            {
                Paths = Waived.AddressDismissed ? paths.Without(Waived.SignIn) : paths,
                Account = Deleted is null && Waived.Account,
                Dismissed = false,
                AddressDismissed = false,
                EndDismissed = false,
            },
        };
    }

    /// <summary>
    /// The paths that Slack hears nothing of. An end that was dismissed would have deactivated the account while it was
    /// active: who comes back comes back as the guest that the provider wants.
    /// </summary>
    public PathSet LeftOut(Link link) =>
        this is { Deleted: null, Active: true, Waived.EndDismissed: true } && link.IsActiveAtSlack == false
            ? Waived.Paths.Without(Waived.Guest)
            : Waived.Paths;

    /// <summary>Whether the account is to be active, and stay so when Slack is told all that is wanted.</summary>
    public bool IsToBeActive(Link link, Instant now) =>
        this is { Deleted: null, Active: true }
        && (!Waived.Paths.And(Waived.Guest).IsEmpty || !UserDocument.EndsSoon(Read(), link, now));

    /// <summary>The document as it is read.</summary>
    public ScimResource Read() =>
        new(Kind == Kind.User ? GatewayTypes.User : GatewayTypes.Group, ScimJson.ReadKept(Document));

    // What is kept stays within what is read back. A document this short holds no list that is too long.
    private static byte[] Readable(ScimResource resource)
    {
        const int Harmless = 16 << 10;
        var document = ScimJson.ToUtf8(resource.Json);
        if (document.Length > Harmless)
            ScimJson.ReadObject(document, ReadLimits.ToKeep);
        return document;
    }

    // What of the document is a column to be found by.
    private Resource Describe(ScimResource document)
    {
        var name = document.Text("displayName");
        var described = this with
        {
            DisplayNameKey = name is null ? null : Fold.Key(name),
            ExternalId = document.Text("externalId"),
        };
        return Kind == Kind.Group
            ? described with
            {
                DisplayName = name,
                Active = true,
            }
            : described with
            {
                DisplayName =
                    name is null && UserDocument.NameOf(document.Json) is { } called ? Fold.Key(called) : null,
                UserNameKey = Fold.Key(document.Text("userName")!),
                EmailKeys = Mirror.EmailKeys.Of(UserAddresses.Keys(document)),
                Manager = UserManager.Of(document),
                Active = UserDocument.IsActive(document),
            };
    }

    // The name that one alone may have.
    private Resource WithoutName() =>
        Kind == Kind.User ? this with { UserNameKey = null } : this with { DisplayNameKey = null };

    private Resource Forget() => this with { Previous = null, PreviousAsserted = null, PreviousWaived = null };

    /// <summary>What a resource is found by: written only where it changes, as each index costs a page.</summary>
    internal sealed record Found(
        int? Source,
        LinkId? Link,
        string? UserName,
        string? DisplayName,
        string? External,
        string? Manager,
        string? Emails,
        Instant? Deleted
    );
}

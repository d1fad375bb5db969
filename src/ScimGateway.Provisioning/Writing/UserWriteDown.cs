using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Writing;

/// <summary>
/// The first transaction: document, keys, link and operation, all or nothing. Runs inside the store's writer.
/// </summary>
/// <param name="store">The transaction.</param>
/// <param name="asked">Who asks, and when.</param>
/// <param name="refusal">Why nothing may be written that Slack would hear of; null if it may.</param>
internal sealed class UserWriteDown(StoreSession store, Asked asked, ScimException? refusal) : WriteDown(store, asked)
{
    private static readonly PathSet _active = PathSet.Of("active");

    // By which it is told who somebody is.
    private static readonly PathSet _identity = Waived.SignIn.With(PathSet.Of("externalId"));

    private readonly Preferences _allowed = asked.Caller.Preferences;

    // Read once, and only by who writes a document.
    private Scope InForce => field ??= Scope.Of(Rules.Of(Store, Caller.TenantId));

    // The rule that admits the user; null if none does.
    private int? _rule;

    // Whether the user is out of scope from now on.
    private bool _leaves;

    // Whether the user stays out of scope, and in Slack but for what is told now: that the user leaves.
    private bool _staysOut;

    // What the request speaks of, and Slack is known to show other than it was told.
    private FieldSet _otherwise;

    // Groups that have something to tell Slack since the user is wanted again, and who waited for an address.
    private readonly List<LinkId> _beside = [];

    /// <summary>Asks for what most writes read before they write, all together.</summary>
    /// <param name="before">The user as it was read before; null of a new one.</param>
    /// <param name="after">What is wanted; null of who is to go.</param>
    public UserWriteDown Foresee(Resource? before, ScimResource? after)
    {
        Store.Foresee(asks =>
        {
            if (before is { LinkId: { } link })
            {
                Resources.Find(asks, before.Id);
                Links.Find(asks, link);
                Keys.Of(asks, link, KeyKind.Address);
                Emails.Of(asks, before.Id);
            }
            if (after is null)
            {
                Members.Showing(asks, before!.Id);
                if (before.UserNameKey is { } name)
                    UserKeys.HolderId(asks, Caller.TenantId, KeyKind.SlackUserName, name);
            }
            else
                ForeseeKeys(asks, after, before?.UserNameKey);
        });
        return this;
    }

    private void ForeseeKeys(StoreSession asks, ScimResource after, string? formerName)
    {
        Rules.Of(asks, Caller.TenantId);
        foreach (var address in UserAddresses.OfSlack(after))
            UserKeys.HolderId(asks, Caller.TenantId, KeyKind.Address, address);
        var userName = after.Text("userName")!;
        if (Fold.Key(userName) == formerName)
            return;
        Namesakes.Find(asks, Caller.TenantId, Fold.Key(userName));
        if (SlackNames.UserNames(userName).FirstOrDefault() is { } name)
            UserKeys.HolderId(asks, Caller.TenantId, KeyKind.SlackUserName, name);
    }

    /// <summary>A new user: of an account that nobody has, of one that was deleted here, or of a new one.</summary>
    public WrittenDown Create(ScimResource user, ResourceId? id)
    {
        user.Json["active"] ??= true; // who is created is to be there, also where the account was deactivated
        var addresses = UserAddresses.OfSlack(user);
        RequireHoldable(addresses);
        RequirePlainName(user);
        var namesake = Namesake(user);
        if (namesake?.SourceId is not null)
            throw ScimException.Uniqueness(
                $"Another user has the userName '{user.Text("userName")}'; its id is {namesake.Id}."
            );

        // Who is not let in has no part in any account.
        var match = InForce.Admits(user, Effort.Unbounded, out _)
            ? AccountMatch.Find(Store, Caller.TenantId, Caller.SourceId, _allowed.UniqueUserIdentifier, user, addresses)
            : AccountMatch.None;
        var (resource, revision) = Shown(match, user, id);
        var verdict = Decide(Trigger.Create, match.Account, match.Link, resource, revision);
        if (IsLeftOut(verdict))
        {
            (match, _rule) = (AccountMatch.None with { IsUnlinked = match.IsUnlinked }, null);
            (resource, revision) = Shown(match, user, id);
        }
        var (link, account, shown) = match;
        if (namesake is not null && namesake.Id != shown?.Id)
            Namesakes.Hide(Store, namesake);

        revision = revision with { Asserted = match.Asserts(revision.Asserted, Now) };
        link ??= Link.New(Caller.TenantId, Kind.User);
        link = account == Account.Unclaimed ? link.TakeSeen() : ForgetUnsettled(link).Unlearn(link.SeenOtherwise);
        // While it is not clear who somebody is, the first one's groups are as they were.
        if (account == Account.Former)
            WantedMembers.TakeOver(Store, shown!.Id, resource.Id);
        if (verdict is not Verdict.Hold && link.Id != default)
            HoldRows.Close(Store, link.TenantId, link.Id);
        return Write(link.ClaimBy(resource.Id), resource, revision, SlackPriority.Joiner, verdict);
    }

    /// <summary>Another document; of an account that nobody has it is a claim.</summary>
    public WrittenDown Change(ResourceId id, Revision revision, long version)
    {
        var resource = At(id, version);
        var link = Links.Find(Store, resource.LinkId)!;
        RequireOwn(resource);
        RequireLinked(resource);
        var isClaim = resource.SourceId is null;
        var isToBeSaid = resource.Waived is { Account: true, Unlinked: false };
        _otherwise = isClaim ? FieldSet.Nothing : Otherwise(link, revision);
        var isStillIn = IsStillIn(link, resource, revision);
        var saysNothing = Concerned(resource, revision).IsEmpty && !isToBeSaid && !isStillIn;
        // What is repeated is told again where it failed, where Slack did not know the account, or where a script may have
        // written something else.
        var isSaidAgain =
            link.State is LinkState.Failed or LinkState.Broken
            || (link.State == LinkState.Unknown && !revision.Spoken.IsEmpty);
        if (saysNothing && !isClaim && !isSaidAgain)
            return Nothing(resource);

        if (isClaim || AsksForAddresses(resource, revision))
            RequireHoldable(UserAddresses.OfSlack(revision.After));
        if (revision.Changed.Has("userName"))
            RequirePlainName(revision.After);
        // Who is shown has its name to itself.
        if (
            (isClaim || revision.Changed.Has("userName"))
            && Namesake(revision.After) is { } namesake
            && namesake.Id != id
        )
        {
            if (namesake.SourceId is not null)
                throw ScimException.Uniqueness(
                    $"Another user has the userName '{revision.After.Text("userName")}'; its id is {namesake.Id}."
                );
            Namesakes.Hide(Store, namesake);
        }
        var account =
            link.SlackId is null ? Account.None
            : isClaim ? Account.Unclaimed
            : Account.Own;
        var verdict = Decide(Trigger.Change, account, link, resource, revision);
        link = AskedAgain(link, verdict);
        var goesAgain = isStillIn || Concerned(resource, revision).Has("active");
        var wasActive = resource.Active || (goesAgain && !UserDocument.IsActive(revision.After));
        link = isClaim ? link.ClaimBy(id).TakeSeen() : ForgetUnsettled(link).Unlearn(_otherwise);
        var priority = _leaves ? SlackPriority.Leaver : Priority(wasActive, UserDocument.IsActive(revision.After));
        return Write(link, resource, revision, priority, verdict);
    }

    /// <summary>What is left is a tombstone, whose account is to be gone.</summary>
    public WrittenDown Delete(ResourceId id, long version)
    {
        var resource = At(id, version);
        var link = Links.Find(Store, resource.LinkId)!;
        RequireOwn(resource);
        RequireLinked(resource);
        // Whose account it is nobody has to say any more: it is the former user's, who may come back.
        if (
            link is { State: LinkState.Held, Reason.Code: ReasonCode.AnotherPerson }
            && Resources.Tombstone(Store, link.Id) is not null
        )
        {
            _beside.AddRange(TakeOver.GiveBack(Store, link, resource, Now));
            resource = At(id, version);
            link = Links.Find(Store, resource.LinkId)!;
        }
        var account =
            link.SlackId is null ? Account.None
            : resource.SourceId is null ? Account.Unclaimed
            : Account.Own;
        var wasLetIn = link.SeenOtherwise.Has(SlackField.Active) && link.AtSlack.Active == true;
        var isActive = wasLetIn || (resource.Waived.Has("active") ? !resource.Active : resource.Active); // what was left out did not happen
        var verdict = Leave(link, Trigger.Delete, account, isActive);
        link = AskedAgain(link, verdict);
        // It is the provider's last word, and nobody looks at the account again: it is told though the user was told
        // inactive before. Where a preference keeps accounts, that stays as it is.
        var isToldAgain = _allowed.DeprovisionUsers && link is { Told.Active: false, Protection: null };
        link =
            resource.SourceId is null ? link.ClaimBy(id).TakeSeen()
            : isToldAgain ? ForgetUnsettled(link).Unlearn(FieldSet.Of(SlackField.Active))
            : ForgetUnsettled(link);
        // Who never had an account leaves nothing that anybody else could take for his own.
        var hadNone = link.HasNone && link.IsUnsettled && Tenants.Find(Store, Caller.TenantId).Still;
        var name = resource.UserNameKey;
        (resource, link) = Bury(resource, link, verdict);
        link = Links.Save(Store, link.Wish(Wish(FieldSet.Of(SlackField.Active), SlackPriority.Leaver, verdict)));
        Resources.SaveUser(Store, resource);
        if (verdict is Verdict.Hold hold)
            Holds.Open(Store, Caller.TenantId, link.Id, hold.Why, Now);
        if (hadNone)
            _beside.AddRange(UserKeys.Release(Store, link, resource, Now));
        GroupsOf.Moved(Store, id, Now);
        Members.Hide(Store, id, isGone: true);
        if (name is not null)
            Namesakes.Show(Store, Caller.TenantId, name, link.Id);
        return Written(link, resource, verdict, null);
    }

    // Document, link, keys and operation of a user who is to be there.
    private WrittenDown Write(Link link, Resource before, Revision revision, SlackPriority priority, Verdict verdict)
    {
        var userName = revision.After.Text("userName")!;
        var resource = before.Revise(revision, Caller.SourceId, Waive(before, revision, verdict), _rule, Now);
        // Who comes back does not go, unless a preference leaves the new user out.
        link = link.Want(absent: IsLeftOut(verdict) ? link.Absent : _leaves);
        // Who is not let in holds nothing that somebody might wait for.
        var holds = link.SlackId is not null || link.AskFirst || !IsLeftOut(verdict);
        if (holds && !link.Imported && (link.UserName is null || revision.Changed.Has("userName")))
            link = link.Name(UserKeys.FreeName(Store, link, userName, _allowed.SlackUserName));
        var spoken = FieldSet.Of(UserTranslator.FieldsOf(revision.Spoken.Has));
        RequireTaken(revision, spoken);
        link = Links.Save(Store, link.Wish(Wish(spoken, priority, verdict)));
        resource = resource.LinkTo(link.Id);
        if (holds)
            Reserve(link, resource, revision.After, AsksForAddresses(before, revision));
        resource = Resources.SaveUser(Store, resource, revision.After);
        if (link.Reachable && !before.Active && resource.Active)
            _beside.AddRange(GroupsOf.Back(Store, resource.Id, Now));
        if (before.UserNameKey is { } formerName && formerName != resource.UserNameKey)
            Namesakes.Show(Store, Caller.TenantId, formerName, link.Id);
        if (verdict is Verdict.Hold hold)
            Holds.Open(Store, Caller.TenantId, link.Id, hold.Why, Now);
        return Written(link, resource, verdict, revision.After);
    }

    // The row that showed an unclaimed account is the user's from now on; everybody else gets one of their own.
    private (Resource Resource, Revision Revision) Shown(AccountMatch match, ScimResource user, ResourceId? id)
    {
        if (match is { Account: Account.Unclaimed, Shown: { } shown })
            return (shown, Revision.Replaced(shown.Read(), PathSet.Nothing, user));
        var made = Resource.New(Caller.TenantId, Kind.User, id ?? ResourceId.New(Asked.At), Now);
        return (match.IsUnlinked ? made.Unlink() : made, Revision.Made(user));
    }

    private static bool IsLeftOut(Verdict verdict) => verdict is Verdict.Skip { Left: Part.Account or Part.Scope };

    // A claim by POST, or an import, takes no turn: what was decided on an older document is decided anew.
    private Resource At(ResourceId id, long version) =>
        Resources.Find(Store, id) is { Deleted: null } there && there.Version == version ? there : throw new Outdated();

    private WrittenDown Nothing(Resource resource)
    {
        Journal(resource, null, new Verdict.Allow(), "nothing to do");
        return new WrittenDown(resource, null, 0);
    }

    private Resource? Namesake(ScimResource user) =>
        Namesakes.Find(Store, Caller.TenantId, Fold.Key(user.Text("userName")!));

    private void RequireHoldable(IReadOnlyList<string> addresses)
    {
        if (addresses.Count == 0 && _allowed.UserSlackCannotHold == Unholdable.Refuse)
            throw ScimException.InvalidValue("Slack needs an e-mail address; give the user one in 'emails'.");
    }

    // Nobody comes to another person's account by a letter that the next system takes for an ASCII one. As an address
    // the userName is what Slack gets where there is no other.
    private void RequirePlainName(ScimResource user)
    {
        if (_allowed.UniqueUserIdentifier == Identifier.UserName || UserAddresses.OfName(user) is not null)
            TextCheck.RequirePlain("userName", user.Text("userName")!);
    }

    // What is repeated as it was shown is nobody's wish, and stays Slack's.
    private static void RequireTaken(Revision revision, FieldSet spoken)
    {
        var wrong = UserTranslator.Wrong(
            revision.After,
            field => spoken.Has(field) && revision.Asserted.Has(AttributeMap.Path(field))
        );
        if (wrong.Count > 0)
            throw ScimException.InvalidValue(
                string.Join(' ', wrong.Select(note => $"'{AttributeMap.Path(note.Field)}': {note.Says}"))
            );
    }

    private Verdict Decide(Trigger trigger, Account account, Link? link, Resource resource, Revision revision)
    {
        if (resource.Waived.Unlinked)
            return new Verdict.Skip(Part.Account, new Reason(ReasonCode.Unlinked).Sentence);
        var wantsActive = UserDocument.IsActive(revision.After);
        if (!InForce.Admits(revision.After, Effort.Unbounded, out _rule))
            return OutOfScope(account, link, resource, revision);
        var wasHeld = link is { State: LinkState.Held };
        if (trigger == Trigger.Change && StaysHeld(link, wantsActive, revision.After) is { } held)
            return held;
        var isSaidAnew =
            trigger == Trigger.Create
            || account == Account.Unclaimed
            || wasHeld
            || !Concerned(resource, revision).And(Waived.SignIn).IsEmpty;
        return WithGuard(
            link,
            new UserWish(
                trigger,
                account,
                WasActive(link, resource, revision),
                wantsActive,
                !Concerned(resource, revision).Without(_active).IsEmpty,
                IsProtected(link, goes: !wantsActive)
            ),
            isLeftAlone: resource.Waived.Has("active") && !Concerned(resource, revision).Has("active"),
            readdresses: isSaidAnew && GuardCount.Readdresses(link, revision.After)
        );
    }

    // Whether the account is active before, as far as is known; what was left out did not happen.
    private bool WasActive(Link? link, Resource resource, Revision revision) =>
        _otherwise.Has(SlackField.Active) ? link!.AtSlack.Active == true
        : LeftOutAgain(resource, revision).Has("active") ? !resource.Active
        : resource.Active;

    // A user whom no rule admits from the start is in the mirror alone; a user who leaves by what the provider says
    // leaves Slack. Other rules leave a user in Slack as it is; that the provider disables the user is told all the same.
    private Verdict OutOfScope(Account account, Link? link, Resource resource, Revision revision)
    {
        // What is being made goes again.
        var isMade = account == Account.Own || (account == Account.None && link is { IsUnsettled: true });
        _staysOut = account == Account.Own && resource.Waived.Scope && !UserDocument.IsActive(revision.After);
        if (_staysOut)
            return Leave(link!, Trigger.Change, account, link!.IsActiveAtSlack ?? WasActive(link, resource, revision));
        if (!isMade || resource.Waived.Scope)
            return new Verdict.Skip(Part.Scope, new Reason(ReasonCode.OutOfScope).Sentence);
        _leaves = true;
        return Leave(link!, Trigger.Delete, account, link!.IsActiveAtSlack ?? resource.Active);
    }

    // A user goes, and nothing else is wanted.
    private Verdict Leave(Link link, Trigger trigger, Account account, bool wasActive) =>
        StaysHeld(link, isToBeActive: false)
        ?? WithGuard(link, new UserWish(trigger, account, wasActive, false, false, IsProtected(link, goes: true)));

    // What the policy allows, the guard may hold: an account of Slack that is to be activated or deactivated, or to sign
    // in by another address, beside too many others. What is left out and not said again does neither. Nobody stays in
    // Slack because of an address.
    private Verdict WithGuard(Link? link, UserWish wish, bool isLeftAlone = false, bool readdresses = false)
    {
        var verdict = Judge(wish);
        var isToBeActive = wish.Trigger != Trigger.Delete && wish.WantsActive;
        var wasActive = link?.IsActiveAtSlack ?? wish.WasActive;
        var turns = link is { SlackId: not null } && wasActive != isToBeActive;
        if (verdict is Verdict.Allow && turns && !isLeftAlone && HeldBack(link!, Guarded.Account) is { } why)
            return new Verdict.Hold(why);
        var left = (verdict as Verdict.Skip)?.Left ?? Part.Nothing;
        var isLeaver = verdict is Verdict.Allow && wasActive && !isToBeActive;
        var isAddressTold = verdict is Verdict.Allow || left == Part.Active;
        return !readdresses || !isAddressTold || HeldBack(link!, Guarded.Address) is not { } beyond ? verdict
            : isLeaver ? new Verdict.Skip(Part.Address, beyond.Sentence)
            : new Verdict.Hold(beyond, left);
    }

    // What Slack said of an account once is no reason to let a leaver stay: it is asked again.
    private static bool IsProtected(Link? link, bool goes) => link?.Protection is { } why && !(goes && why.IsProven);

    private static Link AskedAgain(Link link, Verdict verdict) =>
        verdict is Verdict.Allow or Verdict.Skip { Left: Part.Address } ? link.TryAgain() : link;

    // What is held stays so until an operator has decided, or the provider wants again what Slack has.
    private Verdict.Hold? StaysHeld(Link? link, bool isToBeActive, ScimResource? wanted = null)
    {
        if (link is not { State: LinkState.Held, Reason: { } held })
            return null;
        // Who somebody is does not become clear by what a provider repeats.
        var isActive = link.IsActiveAtSlack;
        var isOpen = held.Code switch
        {
            ReasonCode.AnotherPerson => true,
            ReasonCode.GuardAddresses => wanted is not null
                && (isToBeActive || isActive == false)
                && GuardCount.Readdresses(link, wanted),
            _ => isActive != isToBeActive,
        };
        if (link.ClaimantId is not null && isOpen)
            return new Verdict.Hold(held);
        HoldRows.Close(Store, link.TenantId, link.Id);
        return null;
    }

    // What the policy allows is refused all the same if Slack cannot be told in time; what changes nothing does not
    // come here.
    private Verdict Judge(UserWish wish) =>
        (UserPolicy.Decide(_allowed, wish), refusal) switch
        {
            (Verdict.Refuse refused, _) => throw refused.Why,
            (Verdict.Allow or Verdict.Skip, { } late) => throw late,
            var (verdict, _) => verdict,
        };

    // What Slack would hear of: what changes, and of what the provider says again what a preference left out before, and
    // what somebody has changed in Slack.
    private PathSet Concerned(Resource resource, Revision revision) =>
        _otherwise.Fields.Aggregate(
            revision.Changed.With(LeftOutAgain(resource, revision)),
            (paths, field) => paths.With(PathSet.Of(AttributeMap.Path(field)))
        );

    // Of what the provider wants, and says, what Slack showed otherwise at the last look. An account that was there keeps
    // its user name.
    private static FieldSet Otherwise(Link link, Revision revision)
    {
        var shown = link.SeenOtherwise;
        return shown.IsEmpty
            ? shown
            : FieldSet.Of(
                UserTranslator
                    .FieldsOf(path => revision.Spoken.Has(path) && revision.Asserted.Has(path))
                    .Where(field => shown.Has(field) && (field != SlackField.UserName || link.UserName is not null))
            );
    }

    // Whether the provider disables a user again who was left in Slack by other rules.
    private static bool IsStillIn(Link link, Resource resource, Revision revision) =>
        resource.Waived.Scope
        && !resource.Waived.Has("active")
        && link is { SlackId: not null, IsActiveAtSlack: not false }
        && revision.Spoken.Has("active")
        && !UserDocument.IsActive(revision.After);

    // What an operator dismissed is not said again by repeating it, but that a user leaves.
    private static PathSet LeftOutAgain(Resource resource, Revision revision)
    {
        var again = resource.Waived.Paths.And(revision.Spoken);
        if (resource.Waived.AddressGuarded && UserDocument.IsActive(revision.After))
            again = again.With(Waived.SignIn);
        if (IsDismissed(resource.Waived, revision))
            again = again.Without(_active);
        return IsAddressDismissed(resource.Waived, revision) ? again.Without(Waived.SignIn) : again;
    }

    private static bool IsAddressDismissed(Waived waived, Revision revision) =>
        waived.AddressDismissed && revision.Changed.And(Waived.SignIn).IsEmpty;

    private static bool IsDismissed(Waived waived, Revision revision) =>
        waived.Dismissed
        && !revision.Changed.Has("active")
        && (!revision.Spoken.Has("active") || UserDocument.IsActive(revision.After));

    // The wanted addresses from now on; the former ones until Slack has let go of them. By preference a user waits for
    // one that another has; and always if the account that has it is the user's to take over, which is done at once, or
    // if the write is not about addresses: whoever waits for one already may have another title, and above all leave.
    private void Reserve(Link link, Resource resource, ScimResource user, bool isAskedFor)
    {
        var holders = UserAddresses
            .OfSlack(user)
            .Select(address =>
                (Address: address, Link: UserKeys.HolderId(Store, Caller.TenantId, KeyKind.Address, address))
            )
            .ToList();
        if (link.UserName is { } name && !UserKeys.TryReserve(Store, link, KeyKind.SlackUserName, name))
            throw Declined.Taken(Store, Caller.TenantId, KeyKind.SlackUserName, name);
        foreach (var (address, has) in holders)
        {
            if (UserKeys.TryReserve(Store, link, KeyKind.Address, address, has))
                continue;
            var holder = UserKeys.Holder(Store, Caller.TenantId, KeyKind.Address, address)!;
            if (TakeOver.IsDue(Store, link, holder, resource, user, _allowed))
                continue;
            if (isAskedFor && _allowed.UserSlackCannotHold == Unholdable.Refuse)
                throw Declined.Taken(Store, holder);
            // Whose it is an operator is asked once.
            if (Declined.IsNobodys(Store, holder) && !resource.Waived.AnotherPerson)
                Holds.Open(Store, Caller.TenantId, holder.Id, ReasonCode.AddressAsked, Now);
        }
    }

    // Who comes, or comes back, comes with all of them.
    private static bool AsksForAddresses(Resource resource, Revision revision) =>
        resource.Version == 0
        || revision.Changed.Has("emails")
        || (!resource.Active && UserDocument.IsActive(revision.After));

    // An unsettled wish may have been sent: what it carried is unknown, and unknown is always planned.
    private Link ForgetUnsettled(Link link) =>
        !link.IsUnsettled || link.Delivered is null || Tenants.Find(Store, Caller.TenantId).Still // then nothing was sent of it
            ? link
            : link.Unlearn(
                FieldSet.Of(
                    WantedAccount.Of(Store, link, _allowed).Plan.Commands.SelectMany(command => command.Delivers.Fields)
                )
            );

    private Wish Wish(FieldSet spoken, SlackPriority priority, Verdict verdict) =>
        new(Asked.OperationId, spoken, priority, Now, Instant.Of(Asked.AnswerBy), (verdict as Verdict.Hold)?.Why);

    // A path that a preference leaves out is in no plan until the provider writes it again when it is allowed.
    private Waived Waive(Resource resource, Revision revision, Verdict verdict)
    {
        var left = (verdict as Verdict.Skip)?.Left ?? (verdict as Verdict.Hold)?.Left ?? Part.Nothing;
        var concerned = Concerned(resource, revision);
        var isDismissed = IsDismissed(resource.Waived, revision);
        // A user whom a preference keeps in Slack is out of scope all the same, and no preference lets the user in again.
        var staysIn = _leaves && left == Part.Account;
        var isOut = _staysOut || staysIn || left.HasFlag(Part.Scope);
        var isAddressDismissed = IsAddressDismissed(resource.Waived, revision);
        var isAddressGuarded =
            left.HasFlag(Part.Address) || (resource.Waived.AddressGuarded && concerned.And(Waived.SignIn).IsEmpty);
        var paths = resource.Waived.Paths.Without(revision.Spoken);
        var waived = new Waived(resource.Waived.AddressGuarded ? paths.Without(Waived.SignIn) : paths)
        {
            Account = (left.HasFlag(Part.Account) && !staysIn) || (isOut && resource.Waived.Account),
            Scope = isOut,
            Frozen = isOut && resource.Waived.Frozen,
            Dismissed = isDismissed,
            AddressDismissed = isAddressDismissed,
            AddressGuarded = isAddressGuarded,
            AnotherPerson = resource.Waived.AnotherPerson && revision.Changed.And(_identity).IsEmpty,
            Unlinked = resource.Waived.Unlinked,
        };
        if (isDismissed || left.HasFlag(Part.Active))
            waived = waived.With(_active);
        if (isAddressDismissed || isAddressGuarded)
            waived = waived.With(Waived.SignIn);
        return left.HasFlag(Part.Rest) ? waived.With(concerned.Without(_active)) : waived;
    }

    private static SlackPriority Priority(bool wasActive, bool isActive) =>
        (wasActive, isActive) switch
        {
            (true, false) => SlackPriority.Leaver,
            (false, true) => SlackPriority.Joiner,
            _ => SlackPriority.Update,
        };

    private WrittenDown Written(Link link, Resource resource, Verdict verdict, ScimResource? document)
    {
        if (verdict is Verdict.Hold)
        {
            // It may wait for long: what was taken on before waits with it, and nobody for what neither has.
            OperationJournal.Hold(Store, link, Now);
            _beside.AddRange(UserKeys.Release(Store, link, resource, Now));
        }
        Journal(resource, link.WantedVersion, verdict, verdict is Verdict.Hold ? "held" : "pending");
        return verdict is Verdict.Hold
            ? new WrittenDown(resource, null, link.WantedVersion) { Beside = _beside }
            : new WrittenDown(resource, link.Id, link.WantedVersion)
            {
                Beside = _beside,
                Plan = WantedAccount.Gather(Store, link, resource, document, _allowed),
            };
    }
}

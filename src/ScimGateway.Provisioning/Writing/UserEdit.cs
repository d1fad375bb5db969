using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Writing;

/// <summary>What a request makes of a user, compared with what was wanted before and with what Slack has. Pure.</summary>
/// <param name="Before">The user before; one without a version is new.</param>
/// <param name="Revision">What the request makes of it.</param>
/// <param name="Otherwise">What the request speaks of, and Slack is known to show other than it was told.</param>
internal sealed record UserEdit(Resource Before, Revision Revision, FieldSet Otherwise = default)
{
    // By which it is told who somebody is.
    private static readonly PathSet _identity = Waived.SignIn.With(PathSet.Of("externalId"));

    /// <summary>Whether the user is to be active.</summary>
    public bool WantsActive { get; } = UserDocument.IsActive(Revision.After);

    /// <summary>
    /// What Slack would hear of: what changes, and of what the provider says again what a preference left out before, and
    /// what somebody has changed in Slack.
    /// </summary>
    public PathSet Concerned =>
        field ??= Otherwise.Fields.Aggregate(
            Revision.Changed.With(LeftOutAgain),
            (paths, one) => paths.With(PathSet.Of(AttributeMap.Path(one)))
        );

    /// <summary>Whether Slack would hear of anything but that the user is active or not.</summary>
    public bool ConcernsMore => !Concerned.Without(PathSet.Active).IsEmpty;

    /// <summary>Whether Slack would hear of how the user signs in.</summary>
    public bool ConcernsSignIn => !Concerned.And(Waived.SignIn).IsEmpty;

    /// <summary>
    /// Whether the user becomes, by what Slack would hear, a guest whose time is over, or is before anybody notices: Slack
    /// deactivates that one.
    /// </summary>
    public bool EndsGuest(Instant now) =>
        WantsActive
        && Concerned.Has(AttributeMap.Path(SlackField.GuestExpiration))
        && UserDocument.EndsAsGuest(Revision.After, now);

    /// <summary>Whether the write is about addresses: a user who comes, or comes back, comes with all of them.</summary>
    public bool AsksForAddresses =>
        Before.Version == 0
        || Revision.Changed.Has("emails")
        || (!Before.Active && WantsActive)
        // A userName that is an address counts as one where there is no other.
        || (
            Revision.Changed.Has("userName")
            && !Revision.After.Json.ContainsKey("emails")
            && UserAddresses.OfName(Revision.After) is not null
        );

    // Repeating a dismissed value does not ask for it again. Repeating a deactivation does.
    private PathSet LeftOutAgain
    {
        get
        {
            var again = Before.Waived.Paths.And(Revision.Spoken);
            if (Before.Waived.AddressGuarded && WantsActive)
                again = again.With(Waived.SignIn);
            if (IsDismissed)
                again = again.Without(PathSet.Active);
            if (Before.Waived.EndDismissed)
                again = IsEndDismissed ? again.Without(Waived.Guest) : again.With(Waived.Guest);
            return IsAddressDismissed ? again.Without(Waived.SignIn) : again;
        }
    }

    /// <summary>Whether an operator has dismissed the sign-in address that the user still wants.</summary>
    public bool IsAddressDismissed => Before.Waived.AddressDismissed && Revision.Changed.And(Waived.SignIn).IsEmpty;

    private bool IsEndDismissed => Before.Waived.EndDismissed && Revision.Changed.And(Waived.Guest).IsEmpty;

    private bool IsDismissed =>
        Before.Waived.Dismissed && !Revision.Changed.Has("active") && (!Revision.Spoken.Has("active") || WantsActive);

    /// <summary>
    /// A change of a user who is there. Whether and by which address the user signs in is asserted also by saying what was
    /// shown, once Slack shows something else.
    /// </summary>
    public static UserEdit Of(Resource before, Link link, Revision revision)
    {
        if (before.SourceId is null)
            return new(before, revision);
        var shown = link.ChangedSinceEcho;
        if (shown.Has(SlackField.Active))
            revision = revision with { Asserted = revision.Asserted.With(revision.Spoken.And(PathSet.Active)) };
        if (shown.Has(SlackField.PrimaryEmail))
            revision = revision with { Asserted = revision.Asserted.With(revision.Spoken.And(PathSet.Emails)) };
        return new(before, revision, ChangedSinceEcho(link, revision));
    }

    /// <summary>
    /// What is told whatever Slack was told last: what it is known to show otherwise; and whether the account is active
    /// where the user comes back or leaves and that is what Slack was told last, since the wish between was held or left
    /// out, or no rule let the user in: somebody may have done by hand what was not done.
    /// </summary>
    public FieldSet ToTellAgain(Link link)
    {
        var wasToBeActive = Before.Active && !link.Absent;
        // A deactivation that is still to be sent is only taken back.
        var isTakenBack = WantsActive && link.State == LinkState.Pending && !Before.Waived.Dismissed;
        var turns = wasToBeActive != WantsActive || Before.Active != WantsActive;
        return turns && link.IsActive == WantsActive && !isTakenBack
            ? Otherwise.With(FieldSet.Of(SlackField.Active))
            : Otherwise;
    }

    /// <summary>Whether the account is active before, as far as is known; what was left out did not happen.</summary>
    public bool WasActive(Link? link) =>
        IsProtectedIn(link) ? true
        : Otherwise.Has(SlackField.Active) ? link!.AtSlack.Active == true
        : LeftOutAgain.Has("active") ? !Before.Active
        : Before.Active;

    /// <summary>Whether the provider disables a user again who was left in Slack by other rules.</summary>
    public bool IsStillIn(Link link) =>
        Before.Waived.Scope
        && !Before.Waived.Has("active")
        && link.MayBeIn
        && Revision.Spoken.Has("active")
        && !WantsActive;

    // Whether the provider disables a user again whose account was protected before Slack heard of it.
    private bool IsProtectedIn(Link? link) =>
        link is { IsProtectedIn: true } && Revision.Spoken.Has("active") && !WantsActive;

    /// <summary>
    /// Whether Slack has nothing to hear. What is repeated is told again where it failed, where Slack did not know the
    /// account, or where a script may have written something else.
    /// </summary>
    public bool ChangesNothing(Link link)
    {
        var isToBeSaid = Before.Waived is { Account: true, Unlinked: false };
        var isSaidAgain =
            link.State is LinkState.Failed or LinkState.Broken
            || (link.State == LinkState.Unknown && !Revision.Spoken.IsEmpty);
        return Concerned.IsEmpty && !isToBeSaid && !IsStillIn(link) && !IsProtectedIn(link) && !isSaidAgain;
    }

    /// <summary>Its place in the queue.</summary>
    public SlackPriority Priority(Link link)
    {
        var goesAgain = IsStillIn(link) || Concerned.Has("active");
        var wasActive = Before.Active || (goesAgain && !WantsActive);
        return (wasActive, WantsActive) switch
        {
            (true, false) => SlackPriority.Leaver,
            (false, true) => SlackPriority.Joiner,
            _ => SlackPriority.Update,
        };
    }

    /// <summary>
    /// What plans leave out from now on: a path that a preference leaves out is in no plan until the provider writes it
    /// again when it is allowed.
    /// </summary>
    public Waived Waive(UserVerdict judged)
    {
        var left = (judged.Verdict as Verdict.Skip)?.Left ?? (judged.Verdict as Verdict.Hold)?.Left ?? Part.Nothing;
        var before = Before.Waived;
        // A user whom a preference keeps in Slack is out of scope all the same, and no preference lets the user in again.
        var staysIn = judged.Leaves && left == Part.Account;
        var isOut = judged.StaysOut || staysIn || left.HasFlag(Part.Scope);
        var isAddressGuarded = left.HasFlag(Part.Address) || (before.AddressGuarded && !ConcernsSignIn);
        var paths = before.Paths.Without(Revision.Spoken);
        if (before.AddressGuarded)
            paths = paths.Without(Waived.SignIn);
        if (before.EndDismissed) // another end is told with the kind of guest
            paths = paths.Without(Waived.Guest);
        var waived = new Waived(paths)
        {
            Account = (left.HasFlag(Part.Account) && !staysIn) || (isOut && before.Account),
            Scope = isOut,
            Frozen = isOut && before.Frozen,
            Dismissed = IsDismissed,
            AddressDismissed = IsAddressDismissed,
            EndDismissed = IsEndDismissed,
            AddressGuarded = isAddressGuarded,
            AnotherPerson = before.AnotherPerson && Revision.Changed.And(_identity).IsEmpty,
            Unlinked = before.Unlinked,
        };
        if (IsDismissed || left.HasFlag(Part.Active))
            waived = waived.With(PathSet.Active);
        if (IsAddressDismissed || isAddressGuarded)
            waived = waived.With(Waived.SignIn);
        if (IsEndDismissed)
            waived = waived.With(Waived.Guest);
        return left.HasFlag(Part.Rest) ? waived.With(Concerned.Without(PathSet.Active)) : waived;
    }

    // Of what the provider wants, and says, what Slack showed otherwise at the last look. An account that was there keeps
    // its user name.
    private static FieldSet ChangedSinceEcho(Link link, Revision revision)
    {
        var shown = link.ChangedSinceEcho;
        return shown.IsEmpty
            ? shown
            : FieldSet.Of(
                UserTranslator
                    .FieldsOf(path => revision.Spoken.Has(path) && revision.Asserted.Has(path))
                    .Where(field => shown.Has(field) && (field != SlackField.UserName || link.UserName is not null))
            );
    }
}

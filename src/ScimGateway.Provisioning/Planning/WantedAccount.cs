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

namespace ScimGateway.Provisioning.Planning;

/// <summary>An account with all that its plan is made of.</summary>
internal sealed record WantedAccount(Link Link, Resource? Claimant, UserPlan Plan) : Wanted(Link, Claimant)
{
    private static readonly TimeSpan _justNow = TimeSpan.FromMinutes(1);

    private static readonly FieldSet _addresses = FieldSet.Of(SlackField.PrimaryEmail, SlackField.SecondaryEmail);

    private static readonly SlackNote _nameIsAddress = new(
        SlackField.PrimaryEmail,
        SlackNoteKind.Replaced,
        "The userName was taken for the address, since there is no other."
    );

    // The plan for the same wish, of a link that Slack has more of by now.
    private Func<Link, WantedAccount>? _again;
    private bool _knowsManager;

    // What was noted when the document was put into Slack's words.
    private IReadOnlyList<SlackNote> _notes = [];

    /// <summary>Who the user is to Slack, as the provider wants it.</summary>
    internal Identity Who { get; init; }

    /// <summary>The Slack user names, folded, that an account has which a create without an answer may have made.</summary>
    internal IReadOnlyList<string> Names { get; init; } = [];

    /// <inheritdoc/>
    public override IEnumerable<SlackNote> Noted => _notes.Concat(Plan.Notes);

    /// <inheritdoc/>
    public override IReadOnlyList<SlackCommand> Commands => Plan.Commands;

    /// <summary>
    /// What Slack is told or asked next; null for nothing. A create that may have happened is asked for before all
    /// else, and so is an account that Slack said it does not know.
    /// </summary>
    public override SlackCommand? Next =>
        Link is { AskFirst: true, SlackId: { } id } ? new SlackCommand.ReadUser(id)
        : AskAbout is not null ? new SlackCommand.FindUserByEmail(AskAbout)
        : Plan.Commands.Count > 0 ? Plan.Commands[0]
        : null;

    /// <summary>Whether an account that is updated is active, unless that was seen for this wish just now.</summary>
    public override SlackCommand? Look(Instant now) =>
        Next is SlackCommand.PatchUser patch
        && !patch.Delivers.Says(SlackField.Active)
        && Link.Told.Active != false
        && !(Link.SeenAt is { } seen && seen >= Link.Since && now - seen < _justNow)
            ? new SlackCommand.ReadUser(patch.Id)
            : null;

    /// <summary>
    /// Plans anew after a command, with nothing read but the link as it is now; reads all where more than Slack's side
    /// has changed.
    /// </summary>
    public override Wanted After(StoreSession store, Link link, Preferences preferences)
    {
        var isSameWish =
            (link.WantedVersion, link.SetAside, link.UserName, link.ClaimantId, link.Absent, link.AskFirst)
            == (Link.WantedVersion, Link.SetAside, Link.UserName, Link.ClaimantId, Link.Absent, Link.AskFirst);
        // A manager without an account may have got one while the command was under way.
        var isWithoutManager = Claimant?.Manager is not null && !_knowsManager;
        // The asking changes what addresses the link holds.
        return isSameWish && !isWithoutManager && AskAbout is null && _again is not null
            ? _again(link)
            : Of(store, link, preferences);
    }

    /// <summary>Plans for a link that is read already.</summary>
    public static new WantedAccount Of(StoreSession store, Link link, Preferences preferences)
    {
        return Gather(store, link, Resources.Find(store, link.ClaimantId), null, preferences)();
    }

    /// <summary>Reads what the plan needs beside link and claimant; the plan itself can be made elsewhere.</summary>
    internal static Func<WantedAccount> Gather(
        StoreSession store,
        Link link,
        Resource? claimant,
        ScimResource? document,
        Preferences preferences
    )
    {
        var held = Keys.Of(store, link.Id, KeyKind.Address);
        var names = link is { AskFirst: true, SlackId: null } ? Keys.Of(store, link.Id, KeyKind.SlackUserName) : [];
        var manager = claimant?.Manager is { } id ? Account(store, link, id) : null;
        return () => Of(link, claimant, document, held, manager, Settings(preferences)) with { Names = names };
    }

    private static WantedAccount Of(
        Link link,
        Resource? claimant,
        ScimResource? document,
        List<string> held,
        string? manager,
        SlackSettings settings
    )
    {
        // What was wanted before the account was protected is told no more: the owner's deactivation would end the token.
        if (link.Protection is { Code: ReasonCode.ByHand or ReasonCode.TokenOwner })
            return new WantedAccount(link, claimant, UserPlan.Nothing);
        // Nobody is left on a spare address: an exchange comes to its end, whatever is left out meanwhile.
        var isLeft =
            link is { Absent: false, IsOnSpareAddress: true }
            && claimant is not null
            && StaysAsIs(link, claimant) is not null;
        if (link.Absent || claimant is null || (claimant.Deleted is not null && !isLeft))
            return new WantedAccount(
                link,
                claimant,
                link.Absent ? UserPlanner.PlanRemoval(link.SlackId, link.Told, settings) : UserPlan.Nothing
            )
            {
                AskAbout = MayBeMade(link, claimant, document, held),
                Blocked =
                    claimant is { Deleted: not null } ? StaysAsIs(link, claimant)
                    : !link.Absent || claimant is null ? null
                    : claimant.Waived.Account ? ReasonCode.UserLeftOut
                    : ReasonCode.OutOfScope,
            };

        var waived = claimant.Waived;
        // Other rules leave a user as it is, but nobody who is to leave.
        var leaves = waived.Scope && !claimant.Active && !waived.Has("active");
        var leftOut = LeftOut(link, claimant);
        if (leftOut is not null && (leaves || !link.IsOnSpareAddress))
            // What may have been made is looked for all the same, or nobody would know of it.
            return new WantedAccount(
                link,
                claimant,
                leaves
                    ? UserPlanner.PlanRemoval(link.SlackId, link.Told, settings with { DeleteRemovedUsers = false })
                    : UserPlan.Nothing
            )
            {
                Blocked = leftOut,
                AskAbout = MayBeMade(link, claimant, document, held),
            };

        var (wanted, notes) = InSlacksWords(link, claimant, document ?? claimant.Read(), manager, waived);
        var (free, isAnothers) = WithoutTaken(wanted, held, link);
        var who = new Identity(wanted[SlackField.PrimaryEmail], claimant.UserNameKey);
        var askAbout = link is { AskFirst: true, SlackId: null }
            ? AddressToAskAbout(held, wanted[SlackField.PrimaryEmail])
            : null;
        var setAside = link.SetAside;
        var told = free.Only(field => !setAside.Has(field) && (leftOut is null || _addresses.Has(field)));
        var isNameTheAddress = wanted.Says(SlackField.PrimaryEmail) && !wanted.Says(SlackField.SecondaryEmail);
        return Planned(link);

        WantedAccount Planned(Link link)
        {
            var hasEnded = HasEnded(told, link);
            // By a spare address, which leads to another one's mailbox, nobody is let in.
            var staysOut = isAnothers && link.IsOnSpareAddress && link.Told.Active != true;
            var wish =
                hasEnded ? told.With(active: false)
                : staysOut ? told.Without(SlackField.Active)
                : told;
            // A second address is nobody's wish then; but one that the link holds is what the userName was before.
            var isFormer =
                isNameTheAddress
                && !setAside.Has(SlackField.SecondaryEmail)
                && link.Told[SlackField.SecondaryEmail] is { } second
                && held.Contains(Fold.Key(second));
            var plan = UserPlanner.Plan(
                isFormer ? wish.With(SlackField.SecondaryEmail, null) : wish,
                link.SlackId,
                link.Told,
                settings
            );
            return new WantedAccount(link, claimant, plan)
            {
                _again = Planned,
                _knowsManager = manager is not null,
                _notes = notes,
                Blocked =
                    isAnothers ? ReasonCode.AddressTaken
                    : leftOut is not null ? leftOut
                    : hasEnded ? ReasonCode.GuestEnded
                    : plan.Missing is { } missing ? new Reason(ReasonCode.Missing, SlackProfile.Name(missing.Field))
                    : link.SlackId is null && plan.IsEmpty ? ReasonCode.Inactive
                    : StaysAsIs(link, claimant) ?? KeepsAddress(link, claimant, document),
                Who = who,
                AskAbout = askAbout,
                IsAskedAboutWanted =
                    Identity.IsAlike(askAbout, wanted[SlackField.PrimaryEmail])
                    || Identity.IsAlike(askAbout, wanted[SlackField.SecondaryEmail]),
            };
        }
    }

    // Why nothing of a user is told; null where all is.
    private static Reason? LeftOut(Link link, Resource claimant)
    {
        var waived = claimant.Waived;
        return claimant.Deleted is not null ? StaysAsIs(link, claimant)
            : waived.Unlinked && waived is { Account: true, Scope: false } ? ReasonCode.Unlinked
            : !waived.IsOut ? null
            : waived.Dismissed ? ReasonCode.Dismissed
            : waived.Scope ? ReasonCode.OutOfScope
            : ReasonCode.UserLeftOut;
    }

    // Slack has ended a guest's account at its time, and would again: what undoes it is a later end, or a member.
    private static bool HasEnded(SlackProfile wanted, Link link)
    {
        var (told, shown) = (link.Told, link.AtSlack);
        var isOtherEnd =
            wanted.Says(SlackField.GuestExpiration)
            && wanted.GuestEnds != told.GuestEnds
            && !(wanted.GuestEnds <= link.SeenAt?.ToTime());
        var isToBeMember = wanted.Says(SlackField.GuestType) && wanted[SlackField.GuestType] is null;
        return link.SeenAt is { } seen
            && shown.ShowsEnd(seen.ToTime())
            && told.Active == false
            && wanted.Active != false
            && !isOtherEnd
            && !isToBeMember;
    }

    // Why an account stays active whose provider wants it inactive or gone, or inactive since an operator dismissed that it
    // becomes active; null where it does not.
    private static Reason? StaysAsIs(Link link, Resource claimant)
    {
        var waived = claimant.Waived;
        if (claimant is { Deleted: null, Active: true } && waived.Dismissed && link.IsActiveAtSlack == false)
            return new Reason(ReasonCode.Dismissed, ": the account is inactive in Slack, and active at the provider");
        var isToLeave = claimant.Deleted is null
            ? !claimant.Active && waived.Has("active")
            : waived.Account && !link.Absent;
        if (!isToLeave || link.SlackId is null || link.IsActiveAtSlack == false)
            return null;
        var provider = claimant.Deleted is null ? "inactive at the provider" : "the provider has deleted the user";
        return waived.Dismissed
            ? new Reason(ReasonCode.Dismissed, $": the account is active in Slack, and {provider}")
            : ReasonCode.UserLeftOut;
    }

    // An operator has dismissed another address, and the provider has it still.
    private static Reason? KeepsAddress(Link link, Resource claimant, ScimResource? document) =>
        claimant is { Deleted: null, Waived.AddressDismissed: true }
        && link.AtSlack[SlackField.PrimaryEmail] is { } kept
        && UserAddresses.OfSlack(document ?? claimant.Read()) is [var wanted, ..]
        && !Identity.IsAlike(kept, wanted)
            ? new Reason(ReasonCode.Dismissed, ": the account has another address in Slack than at the provider")
            : null;

    // How differences are told for a tenant.
    private static SlackSettings Settings(Preferences preferences) =>
        new()
        {
            DeleteRemovedUsers = preferences.RemoveAction == RemoveAction.Delete,
            CreateDisabledUsers = preferences.ProvisionDisabledUsers,
            DisplayNameOnCreateOnly = preferences.DisplayNameOnCreateOnly,
        };

    // What the claimant wants, in Slack's vocabulary. The name is ours to choose only for an account that we make.
    private static (SlackProfile Wanted, IReadOnlyList<SlackNote> Notes) InSlacksWords(
        Link link,
        Resource claimant,
        ScimResource document,
        string? manager,
        Waived waived
    )
    {
        // Whether an account is active is its user's from the claim on, said or not: the gateway itself turns it.
        var asserted = claimant.Asserted.With(PathSet.Active).Without(waived.Paths);
        var (wanted, notes) = UserTranslator.ToSlack(
            new WantedUser(
                document,
                asserted.Has,
                waived.Has("userName") ? null : link.UserName,
                manager,
                claimant.Manager is null || manager is not null
            )
        );
        // A userName that is an address counts as one, when an account is to be made, or where there is no other.
        return
            wanted[SlackField.PrimaryEmail] is null
            && (link.SlackId is null || (!document.Json.ContainsKey("emails") && asserted.Has("userName")))
            && UserAddresses.OfName(document) is { } address
            ? (wanted.With(SlackField.PrimaryEmail, address), [.. notes, _nameIsAddress])
            : (wanted, notes);
    }

    // An address is sent only by the link that holds it. Who steps aside has no second one for a while, or a spare one
    // for the primary; who need not any more goes back to his own.
    private static (SlackProfile Free, bool IsAnothers) WithoutTaken(SlackProfile wanted, List<string> held, Link link)
    {
        var (isAnothers, former) = (false, Former(wanted, held, link));
        foreach (var field in (SlackField[])[SlackField.PrimaryEmail, SlackField.SecondaryEmail])
            if (wanted[field] is { } address && !held.Contains(Fold.Key(address)))
            {
                var isPrimary = field == SlackField.PrimaryEmail;
                wanted =
                    link is { IsAside: true, SlackId: { } id }
                        ? wanted.With(field, isPrimary ? SpareAddress.Of(address, id) : null)
                    : isPrimary && former is not null ? wanted.With(field, former)
                    : wanted.Without(field);
                isAnothers = true;
            }
        return (wanted, isAnothers);
    }

    // The address that an account has kept while it has a spare one, or may have one by a call that was lost; null if it
    // has its own.
    private static string? Former(SlackProfile wanted, List<string> held, Link link)
    {
        var isKnown = link.Told.Says(SlackField.PrimaryEmail);
        var has = link.Address;
        if (has is null || link.SlackId is not { } id)
            return null;
        if (!SpareAddress.Is(has, id))
            return !isKnown && held.Contains(Fold.Key(has)) ? has : null;
        string?[] others = [wanted[SlackField.SecondaryEmail], link.Told[SlackField.SecondaryEmail]];
        var kept = held.Except(others.OfType<string>().Select(Fold.Key)).FirstOrDefault();
        return kept is null ? null : Spelling.Lower(kept);
    }

    // By which address an account is looked for that nothing is to be told of but that it goes, if anything.
    private static string? MayBeMade(Link link, Resource? claimant, ScimResource? document, List<string> held)
    {
        if (link is not { AskFirst: true, SlackId: null })
            return null;
        if (claimant is not { Deleted: null })
            return held is [var first, ..] ? Spelling.Lower(first) : null;
        var wanted = UserAddresses.OfSlack(document ?? claimant.Read());
        return AddressToAskAbout(held, wanted is [var primary, ..] ? primary : null);
    }

    // A former address first, since the create that was lost may have carried it; the wanted one last.
    private static string? AddressToAskAbout(List<string> held, string? primary) =>
        held.Find(key => primary is null || key != Fold.Key(primary)) is { } former ? Spelling.Lower(former) : primary;

    // Who is his own manager may have got his account just now, and the row does not say so yet.
    private static string? Account(StoreSession store, Link link, string scimId) =>
        ResourceId.Parse(scimId) is not { } id ? null
        : id == link.ClaimantId ? link.SlackId
        : Links.SlackIdOf(store, link.TenantId, id);
}

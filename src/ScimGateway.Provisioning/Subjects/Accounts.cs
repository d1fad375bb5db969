using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Subjects;

/// <summary>Writes down an account that Slack showed, as an import does.</summary>
internal delegate void WriteDownAccount(StoreSession store, TenantId tenantId, SlackUser user, Instant now);

/// <summary>What is particular about the accounts of users when Slack has answered.</summary>
internal sealed class Accounts(WriteDownAccount writeDown) : Subject
{
    /// <inheritdoc/>
    public override Kind Kind => Kind.User;

    internal override Transition? Judge(Reply reply) => AccountReplies.Judge(reply);

    internal override Link Delivered(
        Recording recording,
        Reply reply,
        Transition.Deliver delivered,
        Link before,
        Link after
    )
    {
        var (store, carried) = (recording.Store, delivered.Carried);
        if (reply.Result is SlackResult.Done { Users: not null })
            TakeAgain(recording, after);
        if (after.IsAside)
            KeepOwn(recording, before, after);
        // Who is told to be active, or becomes another kind of guest, may have been out of Slack's groups meanwhile, by a
        // call whose outcome nobody saw.
        var isGuests = carried.Says(SlackField.GuestType);
        var mayHaveMoved = after.Reachable != before.Reachable || carried.Says(SlackField.Active) || isGuests;
        var wasOut = before.SlackId is not null && (isGuests || before.Told.Active != true);
        if (mayHaveMoved && after.ClaimantId is { } user)
            recording.Renew(GroupsOf.AccountTurned(store, user, after.Reachable, recording.Now, wasOut));
        if (before.SlackId is null && after.SlackId is not null)
            after = LeaveAsRuled(recording, after);
        // Whoever names him as manager may have something to tell Slack.
        if (before.SlackId is null && delivered.Seen is not null && after.ClaimantId is { } manager)
            recording.Renew(Wishes.RenewReports(store, after.TenantId, manager, recording.Now));
        return after;
    }

    // Rules that were changed while the account was being made took the user for one who has none.
    private static Link LeaveAsRuled(Recording recording, Link link)
    {
        if (
            Resources.Find(recording.Store, link.ClaimantId)
            is not { Deleted: null, Waived: { Scope: true, Frozen: false } waived } user
        )
            return link;
        var leaves = recording.Preferences.DeprovisionOnRuleDeletion;
        Resources.SetWaived(recording.Store, user.Id, waived with { Scope = !leaves, Frozen = !leaves });
        return leaves ? Links.Save(recording.Store, link.Want(absent: true)) : link;
    }

    internal override Link Removed(Recording recording, Reply reply, Link link)
    {
        var delivered = new Transition.Deliver(null, reply.Command.Delivers, null);
        var after = Links.Save(recording.Store, link.Deliver(null, delivered.Carried, null, recording.Now));
        return Delivered(recording, reply, delivered, link, after);
    }

    // Nobody has its keys any more, as far as Slack says.
    internal override Link Lost(Recording recording, Reply reply, Link link)
    {
        link = Removed(recording, reply, link);
        foreach (var (kind, key) in Keys.Of(recording.Store, link.Id))
            LetGo(recording, link, kind, key, []);
        return link;
    }

    // Nobody has its addresses and its name any more: who is to be there takes them for another account. Should Slack
    // show the erased one by them all the same, it is known for what it is.
    internal override Link Erased(Recording recording, Reply reply, Link link)
    {
        var slackId = link.SlackId!;
        link = WithoutAccount(recording, reply, link);
        Links.Save(recording.Store, Link.Erased(link.TenantId, slackId, recording.Now));
        return link;
    }

    // The same of an account that Slack no longer knows: should an import find it again, it is its former user's. Slack
    // deletes none (docs/slack.md 4.6), so it is asked first who has the address, and those that the account had.
    internal override Link Departed(Recording recording, Reply reply, Link link, Reason why)
    {
        var store = recording.Store;
        var user = Resources.Find(store, link.ClaimantId) is { Deleted: null } there ? there : null;
        var former = user is null ? null : Resources.Tombstone(store, link.Id);
        var isToBeOut = user is null ? link.Absent : !user.Active || former is { Waived.Account: false };
        var departed = link.Depart(former?.Id, isToBeOut, why, recording.Now);
        UserKeys.TakeAddresses(store, link, MayHave(link, AddressesOf(recording, link)));
        link = Links.Save(store, WithoutAccount(recording, reply, link, [KeyKind.Address]).AskWhoHasIt());
        // Of an account that was there, what it showed was not said; of another one, all is.
        var departedId = Links.Save(store, departed).Id;
        if (user is not null)
        {
            Resources.Save(store, user.Assert(PathSet.Of(user.Read())));
            Resources.MoveTombstones(store, link.TenantId, link.Id, departedId);
        }
        return link;
    }

    // By which addresses Slack may have the account: who exchanges addresses has a spare one, of which nothing is known
    // where the answer was lost.
    private static IEnumerable<string> MayHave(Link link, IReadOnlyList<string> wanted)
    {
        var spare =
            link is { IsAside: true, SlackId: { } id }
            && !link.Told.Says(SlackField.PrimaryEmail)
            && wanted is [var first, ..]
                ? SpareAddress.Of(first, id)
                : null;
        string?[] all = [link.Told[SlackField.PrimaryEmail], link.AtSlack[SlackField.PrimaryEmail], spare];
        return all.OfType<string>().Where(Fold.CanBeKey);
    }

    private static Link WithoutAccount(Recording recording, Reply reply, Link link, params KeyKind[] keeps)
    {
        var store = recording.Store;
        foreach (var (kind, key) in Keys.Of(store, link.Id).Where(key => !keeps.Contains(key.Kind)))
            LetGo(recording, link, kind, key, AddressesOf(recording, link));
        link = Links.Save(store, link.Erase());
        if (link.Absent || reply.Planned.Claimant is not { } claimant)
            return link;
        var name = claimant.Read().Text("userName")!;
        var owners = UserKeys.WithNames(store, link.TenantId, KeyOwners.None, name);
        var (free, _) = UserNames.Choose(owners, link.Id, name, recording.Preferences.SlackUserName);
        // If the preference allows no name for this userName, the new account gets the former name.
        if ((free ?? link.UserName) is { } own)
        {
            link = link.Name(own);
            UserKeys.TryReserve(store, link, KeyKind.SlackUserName, own);
        }
        TakeAgain(recording, link);
        recording.Renew(GroupsOf.AccountTurned(store, claimant.Id, isReachable: false, recording.Now));
        return Links.Save(store, link);
    }

    // The address has no account, so it is let go of, and the next one is asked about. With the wanted primary one,
    // which comes last, the asking ends, and what was let go of and is wanted is taken again.
    internal override Link AskedWithoutResult(Recording recording, Reply reply, Link link)
    {
        var (store, asked) = (recording.Store, Fold.Key(reply.Planned.AskAbout!));
        var wanted = AddressesOf(recording, link);
        var isLast = wanted.Count > 0 && Fold.Key(wanted[0]) == asked;
        if (!isLast)
            LetGo(recording, link, KeyKind.Address, asked, wanted);
        if (!isLast && Keys.Of(store, link.Id, KeyKind.Address).Count > 0)
            return link;
        return EndAsking(recording, reply, link);
    }

    // It is written down as an import would, so that it is shown, and found by whom it belongs to; an operator can say
    // that it is meant, where accounts are adopted.
    internal override void InTheWay(Recording recording, Reply reply)
    {
        var (store, tenantId) = (recording.Store, reply.Link.TenantId);
        // Of a leaver nobody has to say whose it is.
        if (reply.Link.IsAskedInPlace)
            return;
        if (reply.FoundUser is not { } user || reply.IsHeld || reply.Preferences.WhenAccountExists != Existing.Adopt)
            return;
        if (reply.Holder is null)
            writeDown(store, tenantId, user, recording.Now);
        if (Links.BySlackId(store, tenantId, Kind.User, user.Id) is not { } link)
            return;
        // Slack has the account of who is to be gone, which it denied.
        if (link is { State: LinkState.Broken, Absent: true })
        {
            TakeBackKeys(store, link, user.Seen);
            recording.Renew(Wishes.Renew(store, link, "Slack knows the account again", recording.Now).Id);
            return;
        }
        if (link.Protection is { Code: ReasonCode.ErasedHere })
            UserKeys.KeepHashed(store, link, UserKeys.Seen(user.Seen));
        // What nobody may have, whatever an operator says, is listed for what it is.
        var why = link.Protection is { IsForEver: true } forEver ? forEver : ReasonCode.AddressAsked;
        Holds.Open(store, tenantId, link.Id, why, recording.Now);
    }

    // What was let go of while Slack was asked, and is wanted, is taken again.
    internal override Link EndAsking(Recording recording, Reply reply, Link link)
    {
        TakeAgain(recording, link);
        return Links.Save(recording.Store, link.StopAsking());
    }

    // The name was ours to choose, so the next one is tried (docs/slack.md 2).
    internal override Link? Carry(Recording recording, Reply reply, Transition transition, Link link)
    {
        var userName = reply.Planned.Claimant!.Read().Text("userName")!;
        if (UserKeys.NextName(recording.Store, link, userName) is not { } next)
            return null;
        UserKeys.TryReserve(recording.Store, link, KeyKind.SlackUserName, next);
        return Links.Save(recording.Store, link.TryName(next));
    }

    internal override bool TryTakeBack(Recording recording, Link link)
    {
        if (UserRestore.TryTakeBack(recording.Store, link, recording.Now) is not { } freed)
            return false;
        recording.Renew(freed);
        if (Links.Find(recording.Store, link.Id)?.ClaimantId is { } user)
            recording.Renew(GroupsOf.WantedAgain(recording.Store, user, recording.Now));
        return true;
    }

    // Who has stepped aside waits until all of the circle have, or goes back to his own address; without an account there
    // is none to go back to. What was set aside meanwhile is tried again, so that it is known why.
    internal override bool WaitsForOthers(Recording recording, Wanted wanted)
    {
        var (store, link) = (recording.Store, wanted.Link);
        if (!link.IsAside)
            return false;
        var isWaiting = wanted.Blocked is { Code: ReasonCode.AddressTaken };
        if (isWaiting && link.SlackId is null)
            recording.Renew(UserKeys.Release(store, link, wanted.Claimant, recording.Now));
        if (isWaiting && Circle.GoOn(store, link, recording.Now) is { } circle)
        {
            recording.Renew(circle);
            return true;
        }
        if (!isWaiting && link.SetAside.IsEmpty)
            return isWaiting;
        Links.Save(store, link.StepBack());
        recording.Renew(link.Id);
        return true;
    }

    internal override void Left(Recording recording, Link link) =>
        recording.Renew(Circle.AsideFor(recording.Store, link));

    internal override bool TryTakeOver(Recording recording, Wanted wanted)
    {
        if (wanted is not { Blocked.Code: ReasonCode.AddressTaken, Link.IsAside: false })
            return false;
        var taken = TakeOver.Try(recording.Store, wanted.Link, recording.Preferences, recording.Now, isUntold: true);
        recording.Renew(taken);
        return taken.Count > 0;
    }

    internal override void Release(Recording recording, Wanted settled)
    {
        var (store, link, now) = (recording.Store, settled.Link, recording.Now);
        if (link.IsAside && settled.Blocked is { Code: ReasonCode.AddressTaken }) // it may go back to its own
            return;
        recording.Renew(UserKeys.Release(store, link, settled.Claimant, now));
        if (settled.Blocked is { Code: ReasonCode.AddressTaken })
        {
            var waiting = Links.Get(store, link.Id);
            // While it was under way nobody looked whether it waits for an address that became free.
            if (TryTakeFreed(store, waiting, settled.Claimant))
            {
                recording.Renew(Wishes.Renew(store, waiting, "an address became free", now).Id);
                return;
            }
            // Nor did anybody ask whose the address is, where its user was deleted meanwhile.
            recording.Renew(TakeOver.ByWaiting(store, waiting, settled.Claimant, recording.Preferences, now));
            if (link.Attempts == 0 && Circle.GoOn(store, waiting, now) is { } exchanging) // else Slack has refused it just now
                recording.Renew(exchanging);
        }
        else if (settled.Claimant is { Deleted: not null } && link.SlackId is not null)
        {
            TakeBackKeys(store, link, link.AtSlack.With(link.Told));
            recording.Renew(TakeOver.ByWaiting(store, link, recording.Preferences, now));
        }
    }

    // Takes the wanted addresses that nobody has any more; false if there are none.
    private static bool TryTakeFreed(StoreSession store, Link waiting, Resource? claimant)
    {
        if (claimant is not { Deleted: null })
            return false;
        var freed = UserAddresses
            .OfSlack(claimant.Read())
            .Where(address => UserKeys.HolderId(store, waiting.TenantId, KeyKind.Address, address) is null)
            .ToList();
        UserKeys.TakeAddresses(store, waiting, freed);
        return freed.Count > 0;
    }

    // A deleted user's account that Slack denied has let go of its keys. Since Slack has it all the same, those are its own
    // again that nobody else has: by them the same person, or another one, comes to it.
    private static void TakeBackKeys(StoreSession store, Link link, SlackProfile seen) =>
        UserKeys.TryReserve(store, link, UserKeys.Seen(seen));

    // What is wanted still is taken again, so nobody else gets it meanwhile.
    private static void LetGo(Recording recording, Link link, KeyKind kind, string key, IReadOnlyList<string> wanted)
    {
        if (kind == KeyKind.Address && wanted.Any(address => Fold.Key(address) == key))
            Keys.Free(recording.Store, link, kind, key);
        else if (UserKeys.LetGo(recording.Store, link, kind, key, recording.Now) is { } next)
            recording.Renew(next);
    }

    // Who steps aside keeps the former primary address to go back to; a second one is free when Slack has let go of it.
    private static void KeepOwn(Recording recording, Link before, Link after)
    {
        if (before.AtSlack[SlackField.PrimaryEmail] is not { } own || SpareAddress.Is(own, after.SlackId!))
            return;
        string?[] kept = [own, after.Told[SlackField.PrimaryEmail], after.Told[SlackField.SecondaryEmail]];
        var keys = kept.OfType<string>().Concat(AddressesOf(recording, after)).Select(Fold.Key).ToList();
        foreach (var key in Keys.Of(recording.Store, after.Id, KeyKind.Address).Except(keys))
            LetGo(recording, after, KeyKind.Address, key, []);
    }

    // What was let go of while Slack was asked, and is wanted.
    private static void TakeAgain(Recording recording, Link link) =>
        UserKeys.TakeAddresses(recording.Store, link, AddressesOf(recording, link));

    // As the document is now, which may be another one than the one that was planned for.
    private static IReadOnlyList<string> AddressesOf(Recording recording, Link link) =>
        Resources.Find(recording.Store, link.ClaimantId) is { Deleted: null } user
            ? UserAddresses.OfSlack(user.Read())
            : [];
}

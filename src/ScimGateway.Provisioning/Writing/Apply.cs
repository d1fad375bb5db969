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

namespace ScimGateway.Provisioning.Writing;

/// <summary>Carries out what a write comes to, of users and groups alike, in one transaction. It decides nothing.</summary>
internal static class Apply
{
    /// <summary>Carries out what was decided last.</summary>
    /// <param name="store">The transaction.</param>
    /// <param name="asked">Who asks.</param>
    /// <param name="outcome">What it comes to.</param>
    /// <param name="hasWritten">Whether something was written on the way, which a refusal takes back.</param>
    public static (WrittenDown? Written, Refusal? Refusal) End(
        StoreSession store,
        WriteRequest asked,
        WriteOutcome outcome,
        bool hasWritten
    )
    {
        switch (outcome)
        {
            case WriteOutcome.Refused refused when hasWritten:
                throw refused.Refusal.Why;
            case WriteOutcome.Refused refused:
                FollowUp(store, asked, refused.Refusal);
                return (null, refused.Refusal);
            case WriteOutcome.Nothing nothing:
                Journal(
                    store,
                    asked,
                    nothing.Resource,
                    document: null,
                    null,
                    new Verdict.Allow(),
                    OperationOutcome.NothingToDo,
                    nothing.Change,
                    nothing.Notes
                );
                return (new WrittenDown(nothing.Resource, null, 0) { OtherLinks = nothing.OtherLinks }, null);
            case WriteOutcome.Written written:
                return (Write(store, asked, written), null);
            default:
                throw new InvalidOperationException($"A write cannot be decided on: {outcome}.");
        }
    }

    // Document, keys, member rows, link and operation, all or nothing.
    private static WrittenDown Write(StoreSession store, WriteRequest asked, WriteOutcome.Written written)
    {
        List<LinkId> others = [.. MakeRoom(store, asked, written)];
        // What is read of members was prefetched, which holds until their tables are written.
        var membership = written.Rows is { } rows ? Membership.Read(store, asked, rows, MemberFilters.None) : null;
        var link = WriteLink(store, written, asked.Now);
        var resource = Save(store, written.Resource.LinkTo(link.Id), written.Document);
        foreach (var address in written.AsksNoMoreFor)
            TakeOver.AskNoMore(store, link, address);
        var members = membership?.Write(link.Id) ?? written.Members;
        others.AddRange(members?.OtherLinks ?? []);
        var notes = members?.Notes ?? [];
        if (resource.Deleted is not null)
        {
            var (left, said) = Leave(store, asked.Caller, resource, asked.Now);
            others.AddRange(left);
            notes = [.. notes, .. said];
            // Whether a user who is deleted leaves a group nobody has to decide any more.
            if (resource.Kind == Kind.User && written.Verdict is Verdict.Allow)
                others.AddRange(Holds.ReleaseDeleted(store, resource.Id, asked.Now));
        }
        others.AddRange(PassOn(store, asked, written, resource, link));
        var isHeld = written.Verdict is Verdict.Hold;
        Journal(
            store,
            asked,
            resource,
            written.Document,
            link.WantedVersion,
            written.Verdict,
            isHeld ? OperationOutcome.Held : OperationOutcome.Pending,
            written.Change
        );
        var served = new Served(link.Id, link.WantedVersion - 1, link.WantedVersion);
        OperationJournal.Add(store, served, null, notes);
        return new WrittenDown(resource, isHeld ? null : link.Id, link.WantedVersion)
        {
            OtherLinks = others,
            Plan =
                isHeld || resource.Kind == Kind.Group
                    ? null
                    : WantedAccount.Gather(store, link, resource, written.Document, asked.Caller.Preferences),
        };
    }

    // What was there before it, and what the guard counts; gives back the other links that have something to tell Slack
    // by it.
    private static List<LinkId> MakeRoom(StoreSession store, WriteRequest asked, WriteOutcome.Written written)
    {
        if (written.Hides is { } namesake)
            Save(store, namesake);
        if (written.EndsHold)
            HoldRows.Close(store, asked.Caller.TenantId, written.Link.Id);
        foreach (var what in written.Counts)
            new GuardCount(store, asked.Caller, what, default, asked.Now).Keep(written.Link.Id.ToString());
        return written.Succeeds is { } former ? Succeed(store, former, written.Resource, asked.Now) : [];
    }

    private static Link WriteLink(StoreSession store, WriteOutcome.Written written, Instant now)
    {
        var link = Links.Save(store, written.Link);
        foreach (var (kind, value) in written.Takes)
            Keys.Take(store, link, kind, Fold.Key(value));
        foreach (var other in written.AsksWhose)
            Holds.Open(store, link.TenantId, other, ReasonCode.AddressAsked, now);
        return link;
    }

    // What it means for groups, for names and addresses that become free, and for who decides; gives back the other links
    // that have something to tell Slack by it.
    private static List<LinkId> PassOn(
        StoreSession store,
        WriteRequest asked,
        WriteOutcome.Written written,
        Resource resource,
        Link link
    )
    {
        var (now, tenant) = (asked.Now, asked.Caller.TenantId);
        List<LinkId> others = [];
        if (written.ComesBack)
            others.AddRange(GroupsOf.WantedAgain(store, resource.Id, now));
        if (written.LeavesName is { } name && resource.Kind == Kind.User)
            Namesakes.Show(store, tenant, name, link.Id);
        else if (written.LeavesName is { } left)
            GroupNames.Show(store, tenant, left, now);
        if (written.Verdict is Verdict.Hold { Why: var why })
        {
            Holds.Open(store, tenant, link.Id, why, now);
            // It may wait for long: what was taken on before waits with it.
            Operations.Hold(store, link, now);
        }
        if (written.FreesKeys)
            others.AddRange(UserKeys.Release(store, link, resource, now));
        if (written.TriesAgain is { } refusedBefore)
            ToldMembers.TryAgain(store, resource.Id.AsGroup(), refusedBefore);
        return others;
    }

    private static Resource Save(StoreSession store, Resource resource, ScimResource? document = null) =>
        resource.Kind == Kind.User ? Resources.SaveUser(store, resource, document) : Resources.Save(store, resource);

    // What was the predecessor's: a user's memberships and reports, or a group's members.
    private static List<LinkId> Succeed(StoreSession store, ResourceId former, Resource resource, Instant now)
    {
        if (resource.Kind == Kind.User)
            return TakeOver.Succeed(store, former, resource, now);
        WantedMembers.TakeOverGroup(store, resource.TenantId, former, resource.Id.AsGroup());
        return [];
    }

    // Who is deleted is shown in no group any more; gives back the links that have something to tell Slack by it, and what
    // of that is held.
    private static (IReadOnlyList<LinkId> Links, IEnumerable<string> Held) Leave(
        StoreSession store,
        Caller caller,
        Resource gone,
        Instant now
    )
    {
        GroupsOf.ShownChanged(store, gone.Id, now);
        if (gone.Kind == Kind.User)
        {
            Members.Hide(store, gone.Id, isGone: true);
            return ([], []);
        }
        FormerMembers.Forget(store, gone.Id.AsGroup());
        var nesting = new Nesting(store, gone.TenantId, now) { Caller = caller, Written = gone.Id.AsGroup() };
        nesting.Around(
            gone.Id.AsGroup(),
            () =>
            {
                Members.Hide(store, gone.Id, isGone: true);
                return true;
            }
        );
        return (nesting.Links, nesting.Notes);
    }

    // The link that is asked for goes before all others, or an operator has something to decide.
    private static void FollowUp(StoreSession store, WriteRequest asked, Refusal refusal)
    {
        if (refusal.Awaited is { } awaited && Links.Find(store, awaited) is { } there)
            Links.Save(store, there.Hurry());
        if (refusal.Undecided is var (link, why, other))
            Holds.Open(store, asked.Caller.TenantId, link, why, asked.Now, other: other);
    }

    private static void Journal(
        StoreSession store,
        WriteRequest asked,
        Resource resource,
        ScimResource? document,
        long? version,
        Verdict verdict,
        OperationOutcome outcome,
        string? change,
        IReadOnlyList<string>? notes = null
    ) =>
        OperationJournal.Write(
            store,
            asked,
            resource.Id,
            resource.LinkId,
            KnownAs.Of(resource, document),
            version,
            verdict,
            outcome,
            outcome == OperationOutcome.Pending ? null : asked.At,
            noted: notes,
            change: change
        );
}

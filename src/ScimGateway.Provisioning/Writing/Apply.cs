using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Writing;

/// <summary>Carries out what a write comes to, in one transaction. It decides nothing.</summary>
internal static class Apply
{
    /// <summary>Writes document, keys, link and operation, all or nothing.</summary>
    public static WrittenDown Write(StoreSession store, Asked asked, WriteOutcome.Written written)
    {
        var (now, tenant) = (Instant.Of(asked.At), asked.Caller.TenantId);
        if (written.Hides is { } namesake)
            Namesakes.Hide(store, namesake);
        if (written.Succeeds is { } former)
            WantedMembers.TakeOver(store, former, written.Resource.Id);
        if (written.EndsHold)
            HoldRows.Close(store, tenant, written.Link.Id);
        foreach (var what in written.Counts)
            new GuardCount(store, asked.Caller, what, default, now).Keep(written.Link.Id.ToString());
        var link = Links.Save(store, written.Link);
        foreach (var (kind, value) in written.Takes)
            Keys.Take(store, link, kind, Fold.Key(value));
        foreach (var other in written.AsksWhose)
            Holds.Open(store, tenant, other, ReasonCode.AddressAsked, now);
        var resource = Resources.SaveUser(store, written.Resource.LinkTo(link.Id), written.Document);
        if (resource.Deleted is not null)
        {
            GroupsOf.Moved(store, resource.Id, now);
            Members.Hide(store, resource.Id, isGone: true);
        }
        List<LinkId> beside = written.ComesBack ? GroupsOf.Back(store, resource.Id, now) : [];
        if (written.LeavesName is { } name)
            Namesakes.Show(store, tenant, name, link.Id);
        if (written.Verdict is Verdict.Hold { Why: var why })
        {
            Holds.Open(store, tenant, link.Id, why, now);
            // It may wait for long: what was taken on before waits with it.
            OperationJournal.Hold(store, link, now);
        }
        if (written.FreesKeys)
            beside.AddRange(UserKeys.Release(store, link, resource, now));
        var isHeld = written.Verdict is Verdict.Hold;
        Journal(store, asked, resource, link.WantedVersion, written.Verdict, isHeld ? "held" : "pending");
        return new WrittenDown(resource, isHeld ? null : link.Id, link.WantedVersion)
        {
            Beside = beside,
            Plan = isHeld
                ? null
                : WantedAccount.Gather(store, link, resource, written.Document, asked.Caller.Preferences),
        };
    }

    /// <summary>Writes the line of a request that changes nothing.</summary>
    public static WrittenDown Nothing(StoreSession store, Asked asked, Resource resource)
    {
        Journal(store, asked, resource, null, new Verdict.Allow(), "nothing to do");
        return new WrittenDown(resource, null, 0);
    }

    /// <summary>
    /// What follows from a refusal: the link that is asked for goes before all others, or an operator has something to
    /// decide.
    /// </summary>
    public static void FollowUp(StoreSession store, Asked asked, Refusal refusal)
    {
        if (refusal.Awaited is { } awaited && Links.Find(store, awaited) is { } there)
            Links.Save(store, there.Hurry());
        if (refusal.Undecided is var (link, why, other))
            Holds.Open(store, asked.Caller.TenantId, link, why, Instant.Of(asked.At), other: other);
    }

    /// <summary>Writes the line of a request.</summary>
    public static void Journal(
        StoreSession store,
        Asked asked,
        Resource resource,
        long? version,
        Verdict verdict,
        string outcome
    ) =>
        OperationJournal.Write(
            store,
            asked,
            resource.Id,
            resource.LinkId,
            version,
            verdict switch
            {
                Verdict.Skip skip => $"skip: {skip.Why}",
                Verdict.Hold hold => $"hold: {hold.Why.Sentence}",
                _ => "allow",
            },
            outcome,
            null,
            outcome == "pending" ? null : asked.At
        );
}

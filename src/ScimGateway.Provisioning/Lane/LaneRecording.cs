using System.Text.Json;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Lane;

/// <summary>The second transaction of a script's write: what came of it, and what is known by that.</summary>
internal static class LaneRecording
{
    /// <summary>Ends the operation, and learns of the account or group what the answer says.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="asked">By whom it was asked.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="change">What its body does.</param>
    /// <param name="linkId">Whose link it is about; null of what is made.</param>
    /// <param name="answer">What came of it.</param>
    /// <param name="now">When it is.</param>
    public static void Record(
        StoreSession session,
        WriteRequest asked,
        LaneRequest request,
        LaneChange change,
        LinkId? linkId,
        LaneAnswer answer,
        Instant now
    )
    {
        var link = Links.Find(session, linkId);
        var outcome = LaneOutcome.Of(request, answer, link);
        var line = JsonSerializer.Serialize(
            new
            {
                call = request.Call.ToString(),
                result = outcome.Came.Word(),
                status = outcome.Status,
                at = now,
            }
        );
        Operations.End(session, asked.OperationId, outcome.Came, outcome.Error, outcome.Status, line + "\n", now);
        if (link is not null && outcome.Known != LaneKnown.Nothing)
            Learn(session, change, outcome, link, now);
    }

    // What the answer says of the account or group. What it does not say is read.
    private static void Learn(StoreSession session, LaneChange change, LaneOutcome outcome, Link link, Instant now)
    {
        var isDone = outcome.Known is LaneKnown.Done or LaneKnown.Gone;
        if (!isDone && link is { Kind: Kind.Group, ClaimantId: { } group })
            foreach (var account in change.Adds)
                SeenMembers.Unsuspect(session, link.TenantId, group.AsGroup(), account);
        link = Links.Save(session, link.Land());
        var accounts = new ImportedAccounts(session, Tenants.Find(session, link.TenantId), now);
        if (link.State != LinkState.Unknown) // a provider's request came meanwhile, and is told first
        {
            if (outcome.Shown is { } beside)
                accounts.SeeBeside(link, beside);
            return;
        }
        if (outcome.Known == LaneKnown.Gone)
            Rereading.Gone(session, link, now);
        else if (outcome.Shown is { } shown)
            accounts.Know(link, shown, isFirstHand: true);
        else if (outcome.Known == LaneKnown.AsBefore)
        {
            var wasAtRest = link is { Reason: null, SetAside.IsEmpty: true };
            link = Links.Save(session, link.Know(now));
            if (!wasAtRest)
                Wishes.Renew(session, link, "a write of the v1 lane was refused", now);
        }
    }
}

using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Journal;

/// <summary>What the gateway, or an operator, does: lines of the journal that no request has.</summary>
internal static class OwnEntries
{
    /// <summary>
    /// Writes the line of what the gateway does, or finds, of a link by itself, or by an operator's word; it serves the
    /// link's last wish unless it is finished.
    /// </summary>
    internal static void WriteOwn(
        StoreSession store,
        OperationId operation,
        Link link,
        string what,
        OperationOutcome outcome,
        Instant at,
        Instant? finished,
        string by = OperationJournal.Gateway
    ) =>
        OperationLines.Insert(
            store,
            new Operation
            {
                Id = operation,
                TenantId = link.TenantId,
                Actor = by,
                LinkId = link.Id,
                Version = finished is null ? link.WantedVersion : null,
                ResourceId = link.ClaimantId,
                Names = NamesOf(store, link),
                Request = what,
                At = at,
                Verdict = OperationJournal.Said(new Verdict.Allow()),
                Outcome = outcome.Word(),
                Finished = finished,
            }
        );

    /// <summary>Writes the line of what was done to a whole tenant.</summary>
    internal static void WriteDone(
        StoreSession store,
        TenantId tenantId,
        string actor,
        string what,
        Instant at,
        string notes,
        string? error,
        Instant finished
    ) =>
        OperationLines.Insert(
            store,
            new Operation
            {
                Id = OperationId.New(at.ToTime()),
                TenantId = tenantId,
                Actor = actor,
                Request = what,
                At = at,
                Notes = notes,
                Verdict = OperationJournal.Said(new Verdict.Allow()),
                Outcome = (error is null ? OperationOutcome.Done : OperationOutcome.Failed).Word(),
                Error = error,
                Finished = finished,
            }
        );

    /// <summary>The names of the user or group of a link: the provider's, or those that Slack shows if nobody claims it.</summary>
    internal static KnownAs? NamesOf(StoreSession store, Link link) =>
        Resources.Find(store, link.ClaimantId) is { } claimant ? KnownAs.Of(claimant) : KnownAs.Of(link);
}

using System.Net;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Data;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Mirror;
using ScimGateway.Provisioning.Policy;

namespace ScimGateway.Provisioning.Writing;

/// <summary>What the first transactions of users and of groups do alike.</summary>
internal abstract class WriteDown(StoreSession store, Asked asked)
{
    /// <summary>The transaction.</summary>
    protected StoreSession Store => store;

    /// <summary>Who asks, and when.</summary>
    protected Asked Asked => asked;

    /// <summary>Only the source that brought a user or group changes it, until an operator hands it over (DESIGN 3).</summary>
    protected void RequireOwn(Resource resource)
    {
        if (resource.SourceId is { } owner && owner != asked.Caller.SourceId)
            throw ScimException.Of(
                HttpStatusCode.Forbidden,
                $"The {(resource.Kind == Kind.User ? "user" : "group")} belongs to another source, '{SourceName(owner)}'; an operator can transfer it."
            );
    }

    /// <summary>Keeps what a change replaces, until its answer is out.</summary>
    protected static void Remember(Resource resource) =>
        (resource.Previous, resource.PreviousAsserted, resource.PreviousWaived) = (
            resource.Document,
            resource.SourceId is null ? null : resource.Asserted,
            resource.Waived
        );

    /// <summary>Writes the line of the request.</summary>
    protected void Journal(Resource resource, long? version, Verdict verdict, string outcome) =>
        OperationJournal.Write(
            store,
            asked,
            resource.Id,
            resource.LinkId,
            version,
            verdict switch
            {
                Verdict.Skip skip => $"skip: {skip.Why}",
                Verdict.Hold hold => $"hold: {hold.Why}",
                _ => "allow",
            },
            outcome,
            null,
            outcome == "pending" ? null : asked.At
        );

    private string? SourceName(int id) =>
        store.First("select name from sources where id = @id", row => row.GetString(0), ("@id", id));
}

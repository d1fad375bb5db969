using System.Net;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Writing;

/// <summary>What the first transactions of users and of groups do alike.</summary>
internal abstract class WriteDown(StoreSession store, Asked asked)
{
    /// <summary>The transaction.</summary>
    protected StoreSession Store => store;

    /// <summary>Who asks, and when.</summary>
    protected Asked Asked => asked;

    /// <summary>Whose request it is, and what is allowed.</summary>
    protected Caller Caller => asked.Caller;

    /// <summary>When it is asked.</summary>
    protected Instant Now { get; } = Instant.Of(asked.At);

    /// <summary>
    /// Makes a tombstone of a user or group, whose account or group is to be gone unless a preference leaves that out.
    /// </summary>
    protected (Resource Resource, Link Link) Bury(Resource resource, Link link, Verdict verdict)
    {
        // What is to be gone already goes, whoever has taken its place meanwhile.
        var isAbsent = link.Absent || verdict is not Verdict.Skip;
        return (resource.Bury(Caller.SourceId, staysIn: !isAbsent, Now), link.Want(isAbsent));
    }

    /// <summary>An account or group whose claim an operator has ended is no provider's to claim.</summary>
    protected static void RequireLinked(Resource resource)
    {
        if (resource is { SourceId: null, Waived.Unlinked: true } && new Reason(ReasonCode.Unlinked) is var why)
            throw ScimException.Of(HttpStatusCode.Forbidden, $"{why.Sentence} {why.Remedy}");
    }

    /// <summary>Counts a change of a whole account or group, or says why the guard holds it.</summary>
    protected Reason? HeldBack(Link link, Guarded what) =>
        new GuardCount(store, Caller, what, default, Now).Count(link.Id.ToString());

    /// <summary>
    /// Only the source that brought a user or group changes it, until an operator hands it over: two would undo each
    /// other's.
    /// </summary>
    protected void RequireOwn(Resource resource)
    {
        if (resource.SourceId is { } owner && owner != asked.Caller.SourceId)
            throw ScimException.Of(
                HttpStatusCode.Forbidden,
                $"The {(resource.Kind == Kind.User ? "user" : "group")} belongs to another source, '{Sources.Name(store, resource.TenantId, owner)}'; an operator can transfer it."
            );
    }

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
                Verdict.Hold hold => $"hold: {hold.Why.Sentence}",
                _ => "allow",
            },
            outcome,
            null,
            outcome == "pending" ? null : asked.At
        );
}

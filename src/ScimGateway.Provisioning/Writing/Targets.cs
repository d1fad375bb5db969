using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Messages;
using ScimGateway.Protocol.Patching;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Writing;

/// <summary>What a write is about, as providers see it.</summary>
internal sealed class Targets(HomeStore store)
{
    /// <summary>
    /// The user or group as it is shown; 404 where there is none, 412 where its version is not the wanted one. What is large is
    /// dear to change, however small the change is.
    /// </summary>
    public async Task<Resource> FindAsync(Kind kind, WriteRequest asked, ResourceId id, Preconditions preconditions)
    {
        var resource =
            await store.AskAsync(session => Resources.Shown(session, asked.Caller.TenantId, kind, id))
            ?? throw ScimException.NotFound($"There is no {Word(kind)} {id}.");
        asked.Reading.WorkLimit.Spend(resource.Document.Length);
        return preconditions.Forbidding(new EntityTag(resource.Version)) is not { } header
            ? resource
            : throw ScimException.PreconditionFailed(
                $"The {Word(kind)} is at version {resource.Version}, which the request's {header} does not allow. Read it, and send again what is still to be changed."
            );
    }

    /// <summary>Whom a request's filters of members mean.</summary>
    public Task<MemberFilters> MeantAsync(WriteRequest asked, GroupId group, IReadOnlyList<MembershipChange> changes) =>
        MemberFilters.OfAsync(store, asked.Caller, group, changes, asked.Reading.WorkLimit);

    private static string Word(Kind kind) => kind == Kind.User ? "user" : "group";
}

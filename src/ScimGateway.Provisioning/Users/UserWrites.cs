using System.Text.Json.Nodes;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Messages;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using ScimGateway.Provisioning.Data;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Mirror;
using ScimGateway.Provisioning.Tenants;

namespace ScimGateway.Provisioning.Users;

/// <summary>What providers write of users, in the order it happens: apply, decide, write down, wait, answer (DESIGN 5).</summary>
public sealed class UserWrites(Store store, Executor executor, Outcomes outcomes, TimeProvider clock, AtStep? reached = null)
{
    private readonly WriteTurns _turns = new(clock);

    /// <summary>POST; the id is given where something refers to it already.</summary>
    public Task<WrittenDown> CreateAsync(Asked asked, Func<ScimResource> read, Guid? id = null)
    {
        var user = read();
        SchemaCheck.Admit(user, asked.Reading);
        return WriteAsync(asked, down => down.Create(user, id));
    }

    /// <summary>PUT: what the provider had asserted and leaves out now is cleared.</summary>
    public async Task<WrittenDown> ReplaceAsync(Asked asked, Guid id, Func<ScimResource> read, string? ifMatch)
    {
        var user = read();
        SchemaCheck.Admit(user, asked.Reading);
        using var turn = await TurnAsync(asked, id).ConfigureAwait(false);
        var before = Existing(asked.Caller, id, ifMatch);
        SchemaCheck.RequireUnchanged(UserRow.Document(before), user);
        var asserted = Asserted.Parse(before.Asserted).With(Asserted.Of(user));
        return await WriteAsync(asked, down => down.Change(before, user, asserted)).ConfigureAwait(false);
    }

    /// <summary>PATCH; one that changes nothing moves nothing.</summary>
    public async Task<WrittenDown> PatchAsync(Asked asked, Guid id, Func<PatchRequest> read, string? ifMatch)
    {
        var patch = read();
        using var turn = await TurnAsync(asked, id).ConfigureAwait(false);
        var before = Existing(asked.Caller, id, ifMatch);
        var document = UserRow.Document(before);
        var after = Patcher.Apply(document, patch, asked.Reading);
        var asserted = Asserted.Parse(before.Asserted).With(Asserted.Of(document)).With(Asserted.Of(after));
        return await WriteAsync(
                asked,
                down =>
                    JsonNode.DeepEquals(document.Json, after.Json) ? down.Nothing(before) : down.Change(before, after, asserted)
            )
            .ConfigureAwait(false);
    }

    /// <summary>DELETE.</summary>
    public async Task<WrittenDown> DeleteAsync(Asked asked, Guid id, string? ifMatch)
    {
        using var turn = await TurnAsync(asked, id).ConfigureAwait(false);
        var before = Existing(asked.Caller, id, ifMatch);
        return await WriteAsync(asked, down => down.Delete(before)).ConfigureAwait(false);
    }

    /// <summary>The user as it is shown; 404 where there is none.</summary>
    public Resource Existing(Caller caller, Guid id, string? ifMatch = null)
    {
        var resource = store.Read(session =>
            session.First(
                $"select {Rows.Resource} from resources where id = @id and tenant_id = @tenant and kind = @kind and deleted is null and hidden = @no",
                Rows.ToResource,
                ("@id", id),
                ("@tenant", caller.TenantId),
                ("@kind", Kind.User),
                ("@no", false)
            )
        );
        if (resource is null)
            throw ScimException.NotFound($"There is no user {id}.");
        if (!new EntityTag(resource.Version).LetsWrite(ifMatch))
            throw ScimException.PreconditionFailed(
                $"The user is at version {resource.Version}, not at the one that If-Match names."
            );
        return resource;
    }

    // Decided on what is read outside the transaction, since the user's turn keeps it as it is; written down; waited for.
    private async Task<WrittenDown> WriteAsync(Asked asked, Func<UserWriteDown, WrittenDown> work)
    {
        asked.ClientGone.ThrowIfCancellationRequested();
        await At(Step.WritingDown).ConfigureAwait(false);
        // From here on nothing depends on the request's cancellation.
        var written = await store
            .WriteAsync(session => work(new UserWriteDown(session, asked)), CancellationToken.None)
            .ConfigureAwait(false);
        await At(Step.WrittenDown).ConfigureAwait(false);
        if (written.Link is not { } link)
            return written;

        executor.Consider(link);
        var outcome = await outcomes
            .WaitAsync(link, written.Version, asked.AnswerBy, () => executor.IsSettled(link, written.Version))
            .ConfigureAwait(false);
        if (outcome is Outcome.NotYet)
        {
            await At(Step.Accepting).ConfigureAwait(false);
            outcome = await AcceptAsync(link, written).ConfigureAwait(false);
            await At(Step.Accepted).ConfigureAwait(false);
        }
        return outcome is Outcome.Refused refused ? throw refused.Why : written;
    }

    // The third transaction, of a slow request: from here on a refusal takes nothing back. It may have come in between.
    private Task<Outcome> AcceptAsync(long link, WrittenDown written) =>
        store.WriteAsync<Outcome>(
            session =>
            {
                session.Execute(
                    "update links set answer_by = null where id = @id and wanted_version = @version",
                    ("@id", link),
                    ("@version", written.Version)
                );
                session.Execute(
                    "update operations set outcome = 'accepted' where id = @id and outcome = 'pending'",
                    ("@id", written.OperationId)
                );
                var why = session.First(
                    "select error from operations where id = @id and outcome = 'refused'",
                    row => row.GetString(0),
                    ("@id", written.OperationId)
                );
                return why is null ? new Outcome.NotYet() : new Outcome.Refused(ScimException.InvalidValue(why));
            },
            CancellationToken.None
        );

    private async Task<IDisposable> TurnAsync(Asked asked, Guid id) =>
        await _turns.TakeAsync(id, asked.AnswerBy, asked.ClientGone).ConfigureAwait(false)
        ?? throw ScimException.Of(
            System.Net.HttpStatusCode.ServiceUnavailable,
            "Another write to this user is still under way; try again in a few seconds."
        );

    private Task At(Step step) => reached?.Invoke(step) ?? Task.CompletedTask;
}

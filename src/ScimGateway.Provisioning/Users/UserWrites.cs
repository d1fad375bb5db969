using System.Text.Json.Nodes;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Messages;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using ScimGateway.Provisioning.Data;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Mirror;
using ScimGateway.Provisioning.Tenants;
using ScimGateway.Slack.Translation;

namespace ScimGateway.Provisioning.Users;

/// <summary>What providers write of users, in the order it happens: apply, decide, write down, wait, answer (DESIGN 5).</summary>
public sealed class UserWrites(Store store, Executor executor, Outcomes outcomes, TimeProvider clock)
{
    private readonly WriteTurns _turns = new();

    /// <summary>POST.</summary>
    public Task<WrittenDown> CreateAsync(Caller caller, ScimResource user, Reading reading) =>
        WriteAsync(
            caller,
            "POST /Users",
            reading,
            () =>
            {
                SchemaCheck.Admit(user, reading);
                return down => down.Create(user);
            }
        );

    /// <summary>PUT: what the provider had asserted and leaves out now is cleared.</summary>
    public async Task<WrittenDown> ReplaceAsync(Caller caller, Guid id, ScimResource user, Reading reading, string? ifMatch)
    {
        using var turn = await TurnAsync(caller, id).ConfigureAwait(false);
        return await WriteAsync(
                caller,
                $"PUT /Users/{id}",
                reading,
                () =>
                {
                    SchemaCheck.Admit(user, reading);
                    var before = Existing(caller, id, ifMatch);
                    SchemaCheck.RequireUnchanged(UserRow.Document(before), user);
                    var asserted = Asserted.Parse(before.Asserted).With(Asserted.Of(user));
                    return down => down.Change(before, user, asserted);
                }
            )
            .ConfigureAwait(false);
    }

    /// <summary>PATCH; one that changes nothing moves nothing.</summary>
    public async Task<WrittenDown> PatchAsync(
        Caller caller,
        Guid id,
        Func<Reading, PatchRequest> read,
        Reading reading,
        string? ifMatch
    )
    {
        using var turn = await TurnAsync(caller, id).ConfigureAwait(false);
        return await WriteAsync(
                caller,
                $"PATCH /Users/{id}",
                reading,
                () =>
                {
                    var before = Existing(caller, id, ifMatch);
                    var document = UserRow.Document(before);
                    var after = Patcher.Apply(document, read(reading), reading);
                    var asserted = Asserted.Parse(before.Asserted).With(Asserted.Of(document)).With(Asserted.Of(after));
                    return JsonNode.DeepEquals(document.Json, after.Json)
                        ? down => down.Nothing(before)
                        : down => down.Change(before, after, asserted);
                }
            )
            .ConfigureAwait(false);
    }

    /// <summary>DELETE.</summary>
    public async Task<WrittenDown> DeleteAsync(Caller caller, Guid id, string? ifMatch)
    {
        using var turn = await TurnAsync(caller, id).ConfigureAwait(false);
        return await WriteAsync(
                caller,
                $"DELETE /Users/{id}",
                Reading.Rfc(),
                () =>
                {
                    var before = Existing(caller, id, ifMatch);
                    return down => down.Delete(before);
                }
            )
            .ConfigureAwait(false);
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
    private async Task<WrittenDown> WriteAsync(
        Caller caller,
        string request,
        Reading reading,
        Func<Func<UserWriteDown, WrittenDown>> decide
    )
    {
        var now = clock.GetUtcNow();
        var deadline = now + caller.Preferences.WaitBudget;

        // From here on nothing depends on the request's cancellation.
        Task<T> DownAsync<T>(Func<UserWriteDown, T> work) =>
            store.WriteAsync(
                session =>
                    work(
                        new UserWriteDown(
                            session,
                            caller,
                            request,
                            reading,
                            now.ToUnixTimeMilliseconds(),
                            deadline.ToUnixTimeMilliseconds()
                        )
                    ),
                CancellationToken.None
            );

        WrittenDown written;
        try
        {
            written = await DownAsync(decide()).ConfigureAwait(false);
        }
        catch (ScimException why)
        {
            await DownAsync(down => down.Refused(why)).ConfigureAwait(false);
            throw;
        }
        if (written.Link is not { } link)
            return written;

        executor.Consider(link);
        var outcome = await outcomes
            .WaitAsync(link, written.Version, deadline, () => executor.IsSettled(link, written.Version))
            .ConfigureAwait(false);
        if (outcome is Outcome.NotYet)
            outcome = await AcceptAsync(link, written).ConfigureAwait(false);
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

    private async Task<IDisposable> TurnAsync(Caller caller, Guid id) =>
        await _turns.TakeAsync(id, caller.Preferences.WaitBudget).ConfigureAwait(false)
        ?? throw ScimException.Of(
            System.Net.HttpStatusCode.ServiceUnavailable,
            "Another write to this user is still under way; try again in a few seconds."
        );
}

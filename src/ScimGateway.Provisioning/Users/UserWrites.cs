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
    /// <summary>POST.</summary>
    public async Task<WrittenDown> CreateAsync(Caller caller, ScimResource user, Reading reading)
    {
        SchemaCheck.Admit(user, reading);
        return await WriteAsync(caller, "POST /Users", reading, down => down.Create(user)).ConfigureAwait(false);
    }

    /// <summary>PUT: what the provider had asserted and leaves out now is cleared.</summary>
    public Task<WrittenDown> ReplaceAsync(Caller caller, Guid id, ScimResource user, Reading reading, string? ifMatch)
    {
        SchemaCheck.Admit(user, reading);
        var before = Existing(caller, id, ifMatch);
        SchemaCheck.RequireUnchanged(Document(before), user);
        var asserted = Asserted.Parse(before.Asserted).With(Asserted.Of(user));
        return WriteAsync(caller, $"PUT /Users/{id}", reading, down => down.Change(before, user, asserted));
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
        var before = Existing(caller, id, ifMatch);
        var document = Document(before);
        var after = Patcher.Apply(document, read(reading), reading);
        var asserted = Asserted.Parse(before.Asserted).With(Asserted.Of(document)).With(Asserted.Of(after));
        return System.Text.Json.Nodes.JsonNode.DeepEquals(document.Json, after.Json)
            ? new WrittenDown(before, Guid.CreateVersion7(clock.GetUtcNow()), null, 0)
            : await WriteAsync(caller, $"PATCH /Users/{id}", reading, down => down.Change(before, after, asserted))
                .ConfigureAwait(false);
    }

    /// <summary>DELETE.</summary>
    public Task<WrittenDown> DeleteAsync(Caller caller, Guid id, string? ifMatch)
    {
        var before = Existing(caller, id, ifMatch);
        return WriteAsync(caller, $"DELETE /Users/{id}", Reading.Rfc(), down => down.Delete(before));
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

    private async Task<WrittenDown> WriteAsync(
        Caller caller,
        string request,
        Reading reading,
        Func<UserWriteDown, WrittenDown> work
    )
    {
        var now = clock.GetUtcNow();
        var deadline = now + caller.Preferences.WaitBudget;

        // From here on nothing depends on the request's cancellation.
        var written = await store
            .WriteAsync(
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
            )
            .ConfigureAwait(false);
        if (written.Link is not { } link)
            return written;

        executor.Consider(link);
        var outcome = await outcomes
            .WaitAsync(link, written.Version, deadline, () => executor.IsSettled(link, written.Version))
            .ConfigureAwait(false);
        return outcome switch
        {
            Outcome.Refused refused => throw refused.Why,
            _ => written,
        };
    }

    private static ScimResource Document(Resource resource) =>
        new(SlackSchemas.User, ScimJson.ReadObject(resource.Document, ReadLimits.User));
}

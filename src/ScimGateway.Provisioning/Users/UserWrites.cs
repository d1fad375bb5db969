using System.Net;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Messages;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using ScimGateway.Provisioning.Data;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Links;
using ScimGateway.Provisioning.Mirror;
using ScimGateway.Provisioning.Tenants;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Users;

/// <summary>What providers write of users, in the order it happens: apply, decide, write down, wait, answer (DESIGN 5).</summary>
public sealed class UserWrites(Store store, Executor executor, Outcomes outcomes, TimeProvider clock, AtStep? reached = null)
{
    // More than these do not wait: a request that comes then is answered at once.
    private const int MostWaiting = 500;

    private const int MostReadings = 5;

    // Who came before has no later deadline, and is answered right after it.
    private static readonly TimeSpan _untilAnswered = TimeSpan.FromSeconds(2);

    // What a kind of write would most often ask of Slack, for the estimate of its waiting time.
    private static readonly SlackCommand _creating = new SlackCommand.CreateUser(SlackProfile.Nothing);
    private static readonly SlackCommand _changing = new SlackCommand.PatchUser(
        "",
        new UserChange(SlackProfile.Nothing, SlackProfile.Nothing, SlackProfile.Nothing)
    );
    private static readonly SlackCommand _removing = new SlackCommand.DeactivateUser("");

    private readonly WriteTurns _turns = new(clock);

    /// <summary>POST; the id is given where something refers to it already.</summary>
    public Task<WrittenDown> CreateAsync(Asked asked, Func<ScimResource> read, Guid? id = null)
    {
        var user = read();
        SchemaCheck.Admit(user, asked.Reading);
        return WriteAsync(asked, _creating, SlackPriority.Joiner, down => down.Create(user, id));
    }

    /// <summary>PUT: what the provider had asserted and leaves out now is cleared.</summary>
    public async Task<WrittenDown> ReplaceAsync(Asked asked, Guid id, Func<ScimResource> read, string? ifMatch)
    {
        var user = read();
        SchemaCheck.Admit(user, asked.Reading);
        using var turn = await TurnAsync(asked, id).ConfigureAwait(false);
        return await OnceMoreIfOutdatedAsync(() =>
            {
                var before = Existing(asked.Caller, id, ifMatch);
                var document = UserRow.Document(before);
                SchemaCheck.RequireUnchanged(document, user);
                return ChangeAsync(asked, before, Revision.Replaced(document, Asserted.Parse(before.Asserted), user));
            })
            .ConfigureAwait(false);
    }

    /// <summary>PATCH; one that changes nothing moves nothing.</summary>
    public async Task<WrittenDown> PatchAsync(Asked asked, Guid id, Func<PatchRequest> read, string? ifMatch)
    {
        var patch = read();
        using var turn = await TurnAsync(asked, id).ConfigureAwait(false);
        return await OnceMoreIfOutdatedAsync(() =>
            {
                var before = Existing(asked.Caller, id, ifMatch);
                var document = UserRow.Document(before);
                var after = Patcher.Apply(document, patch, asked.Reading);
                return ChangeAsync(asked, before, Revision.Patched(document, Asserted.Parse(before.Asserted), patch, after));
            })
            .ConfigureAwait(false);
    }

    /// <summary>DELETE.</summary>
    public async Task<WrittenDown> DeleteAsync(Asked asked, Guid id, string? ifMatch)
    {
        using var turn = await TurnAsync(asked, id).ConfigureAwait(false);
        return await OnceMoreIfOutdatedAsync(() =>
            {
                var before = Existing(asked.Caller, id, ifMatch);
                return WriteAsync(asked, _removing, SlackPriority.Leaver, down => down.Delete(id, before.Version));
            })
            .ConfigureAwait(false);
    }

    // A claim by POST and an import beside it take no turn; each of them happens to a user once in a while.
    private static async Task<WrittenDown> OnceMoreIfOutdatedAsync(Func<Task<WrittenDown>> write)
    {
        for (var left = MostReadings; ; left--)
            try
            {
                return await write().ConfigureAwait(false);
            }
            catch (Outdated) when (left > 1)
            {
                // read and decided on again
            }
            catch (Outdated)
            {
                throw ScimException.Later(
                    HttpStatusCode.ServiceUnavailable,
                    "The user changes faster than this write can be decided on; try again.",
                    TimeSpan.FromSeconds(1)
                );
            }
    }

    private Task<WrittenDown> ChangeAsync(Asked asked, Resource before, Revision revision) =>
        WriteAsync(
            asked,
            before.Active && !UserRow.IsActive(revision.After) ? _removing : _changing,
            before.Active && !UserRow.IsActive(revision.After) ? SlackPriority.Leaver : SlackPriority.Update,
            down => down.Change(before.Id, revision, before.Version)
        );

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
        Asked asked,
        SlackCommand kind,
        SlackPriority priority,
        Func<UserWriteDown, WrittenDown> work
    )
    {
        var (isLate, refusal) = Foresee(asked, kind, priority);
        asked.ClientGone.ThrowIfCancellationRequested();
        await At(Step.WritingDown).ConfigureAwait(false);
        // From here on nothing depends on the request's cancellation.
        using var waiting = outcomes.Await();
        var stamp = 0;
        var written = await WriteDownAsync(
                asked,
                refusal,
                down =>
                {
                    var written = work(down);
                    if (written.Link is { } link)
                    {
                        waiting.For(link, written.Version);
                        stamp = executor.Stamp(link);
                    }
                    return written;
                }
            )
            .ConfigureAwait(false);
        await At(Step.WrittenDown).ConfigureAwait(false);
        if (written.Link is not { } link)
            return written;

        executor.Consider(link, written.Plan!(), stamp);
        var outcome = await waiting.UntilAsync(isLate ? clock.GetUtcNow() : asked.AnswerBy).ConfigureAwait(false);
        if (outcome is Outcome.NotYet)
            outcome = await LateAsync(asked, link, written).ConfigureAwait(false);
        return outcome is Outcome.Refused refused ? throw refused.Why : written;
    }

    private async Task<WrittenDown> WriteDownAsync(Asked asked, ScimException? refusal, Func<UserWriteDown, WrittenDown> work)
    {
        try
        {
            return await store
                .WriteAsync(session => work(new UserWriteDown(session, asked, refusal)), CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (Declined declined)
        {
            if (declined.Awaited is { } holder)
                await executor.HurryAsync(holder).ConfigureAwait(false);
            if (declined.Undecided is { } open)
                await store
                    .WriteAsync(
                        session =>
                        {
                            Holds.Open(session, asked.Caller.TenantId, open.Link, open.Why, asked.At.ToUnixTimeMilliseconds());
                            return true;
                        },
                        CancellationToken.None
                    )
                    .ConfigureAwait(false);
            throw declined.Why;
        }
    }

    // Whether the answer would come too late anyway; by preference nothing that Slack would hear of is written then (DESIGN 5).
    private (bool IsLate, ScimException? Refusal) Foresee(Asked asked, SlackCommand kind, SlackPriority priority)
    {
        var preferences = asked.Caller.Preferences;
        if (executor.Closed is { } why)
            return (true, preferences.WhileSlackCannotBeWritten == CannotWrite.Queue ? null : CannotBeWritten(why));
        var estimate = executor.Estimate(kind, priority);
        if (asked.At + estimate <= asked.AnswerBy && outcomes.Count < MostWaiting)
            return (false, null);
        return (true, preferences.WhenSlackIsSlow == WhenSlow.Accept ? null : Slow(estimate));
    }

    // Slack has not answered in time, or cannot be written any more: the wish is withdrawn if the tenant prefers that and nothing was
    // sent, and taken on otherwise.
    private async Task<Outcome> LateAsync(Asked asked, long link, WrittenDown written)
    {
        var preferences = asked.Caller.Preferences;
        ScimException? why = executor.Closed is { } closed
            ? preferences.WhileSlackCannotBeWritten == CannotWrite.Refuse
                ? CannotBeWritten(closed)
                : null
            : preferences.WhenSlackIsSlow == WhenSlow.Refuse
                ? Slow(TimeSpan.Zero)
                : null;
        if (why is not null && await executor.WithdrawAsync(link, written.Version, why).ConfigureAwait(false) is { } withdrawn)
            return withdrawn;
        await At(Step.Accepting).ConfigureAwait(false);
        var outcome = await AcceptAsync(asked, link, written).ConfigureAwait(false);
        await At(Step.Accepted).ConfigureAwait(false);
        return outcome;
    }

    // The third transaction, of a slow request: from here on a refusal takes nothing back. It may have come in between.
    private Task<Outcome> AcceptAsync(Asked asked, long link, WrittenDown written) =>
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
                    ("@id", asked.OperationId)
                );
                var refused = session.First(
                    "select status, scim_type, error from operations where id = @id and outcome = 'refused'",
                    row =>
                        ScimException.Kept(
                            (HttpStatusCode)row.GetInt32(0),
                            row.IsDBNull(1) ? null : row.GetString(1),
                            row.GetString(2)
                        ),
                    ("@id", asked.OperationId)
                );
                return refused is null ? new Outcome.NotYet() : new Outcome.Refused(refused);
            },
            CancellationToken.None
        );

    private static ScimException CannotBeWritten(string why) =>
        ScimException.Later(
            HttpStatusCode.ServiceUnavailable,
            $"Slack cannot be written just now, so nothing was changed: {why}",
            TimeSpan.FromMinutes(1)
        );

    private static ScimException Slow(TimeSpan estimate) =>
        ScimException.Later(
            HttpStatusCode.TooManyRequests,
            "Slack's limits leave no room for this in time, so nothing was changed; try again later.",
            estimate > TimeSpan.FromSeconds(5) ? estimate : TimeSpan.FromSeconds(5)
        );

    private async Task<IDisposable> TurnAsync(Asked asked, Guid id) =>
        await _turns.TakeAsync(id, asked.AnswerBy + _untilAnswered, asked.ClientGone).ConfigureAwait(false)
        ?? throw ScimException.Later(
            HttpStatusCode.ServiceUnavailable,
            "Another write to this user is still under way; try again in a few seconds.",
            TimeSpan.FromSeconds(5)
        );

    private Task At(Step step) => reached?.Invoke(step) ?? Task.CompletedTask;
}

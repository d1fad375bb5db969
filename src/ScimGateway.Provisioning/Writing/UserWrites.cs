using System.Net;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Writing;

/// <summary>What providers write of users, in the order it happens: apply, decide, write down, wait, answer (DESIGN 5).</summary>
public sealed class UserWrites(Writes writes)
{
    // What a kind of write would most often ask of Slack, for the estimate of its waiting time.
    private static readonly SlackCommand _creating = new SlackCommand.CreateUser(SlackProfile.Nothing);
    private static readonly SlackCommand _changing = new SlackCommand.PatchUser(
        "",
        new UserChange(SlackProfile.Nothing, SlackProfile.Nothing, SlackProfile.Nothing)
    );
    private static readonly SlackCommand _removing = new SlackCommand.DeactivateUser("");

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
        using var turn = await writes.TurnAsync(asked, id).ConfigureAwait(false);
        return await Writes
            .OnceMoreIfOutdatedAsync(() =>
            {
                var before = Existing(asked.Caller, id, ifMatch);
                var document = UserDocument.Of(before);
                SchemaCheck.RequireUnchanged(document, user);
                return ChangeAsync(asked, before, Revision.Replaced(document, Asserted.Parse(before.Asserted), user));
            })
            .ConfigureAwait(false);
    }

    /// <summary>PATCH; one that changes nothing moves nothing.</summary>
    public async Task<WrittenDown> PatchAsync(Asked asked, Guid id, Func<PatchRequest> read, string? ifMatch)
    {
        var patch = read();
        using var turn = await writes.TurnAsync(asked, id).ConfigureAwait(false);
        return await Writes
            .OnceMoreIfOutdatedAsync(() =>
            {
                var before = Existing(asked.Caller, id, ifMatch);
                var document = UserDocument.Of(before);
                var after = Patcher.Apply(document, patch, asked.Reading);
                return ChangeAsync(asked, before, Revision.Patched(document, Asserted.Parse(before.Asserted), patch, after));
            })
            .ConfigureAwait(false);
    }

    /// <summary>DELETE.</summary>
    public async Task<WrittenDown> DeleteAsync(Asked asked, Guid id, string? ifMatch)
    {
        using var turn = await writes.TurnAsync(asked, id).ConfigureAwait(false);
        return await Writes
            .OnceMoreIfOutdatedAsync(() =>
            {
                var before = Existing(asked.Caller, id, ifMatch);
                return WriteAsync(asked, _removing, SlackPriority.Leaver, down => down.Delete(id, before.Version));
            })
            .ConfigureAwait(false);
    }

    private Task<WrittenDown> ChangeAsync(Asked asked, Resource before, Revision revision) =>
        WriteAsync(
            asked,
            before.Active && !UserDocument.IsActive(revision.After) ? _removing : _changing,
            before.Active && !UserDocument.IsActive(revision.After) ? SlackPriority.Leaver : SlackPriority.Update,
            down => down.Change(before.Id, revision, before.Version)
        );

    private Resource Existing(Caller caller, Guid id, string? ifMatch) => writes.Existing(Kind.User, caller, id, ifMatch);

    private Task<WrittenDown> WriteAsync(
        Asked asked,
        SlackCommand kind,
        SlackPriority priority,
        Func<UserWriteDown, WrittenDown> work
    ) => writes.RunAsync(asked, kind, priority, (store, refusal) => work(new UserWriteDown(store, asked, refusal)));
}

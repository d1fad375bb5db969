using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;
using Members = ScimGateway.Protocol.Patching.Membership;

namespace ScimGateway.Provisioning.Writing;

/// <summary>What providers write of groups. The document is written one request at a time, as a user's is; members are rows, which requests change side by side.</summary>
public sealed class GroupWrites(Writes writes)
{
    // What a kind of write would most often ask of Slack, for the estimate of its waiting time.
    private static readonly SlackCommand _creating = new SlackCommand.CreateGroup("", []);
    private static readonly SlackCommand _changing = new SlackCommand.ChangeMembers("", [], []);
    private static readonly SlackCommand _removing = new SlackCommand.DeleteGroup("");

    /// <summary>POST; the id is given where something refers to it already.</summary>
    public Task<WrittenDown> CreateAsync(Asked asked, Func<ScimResource> read, Guid? id = null)
    {
        var (group, members) = Taken(asked, read());
        IReadOnlyList<MembershipChange> changes = members is { Count: > 0 } ? [new MembershipChange.ReplaceAll(members)] : [];
        return writes.RunAsync(
            asked,
            _creating,
            SlackPriority.Joiner,
            (store, refusal) => new GroupWriteDown(store, asked, refusal).Create(group, changes, id)
        );
    }

    /// <summary>PUT: with members it is a full list; without, the source leaves the group.</summary>
    public async Task<WrittenDown> ReplaceAsync(Asked asked, Guid id, Func<ScimResource> read, string? ifMatch)
    {
        var (group, members) = Taken(asked, read());
        IReadOnlyList<MembershipChange>? changes = members is null ? null : [new MembershipChange.ReplaceAll(members)];
        using var turn = await writes.TurnAsync(asked, id).ConfigureAwait(false);
        return await Writes
            .OnceMoreIfOutdatedAsync(() =>
            {
                var before = writes.Existing(Kind.Group, asked.Caller, id, ifMatch);
                var document = GroupDocument.Of(before);
                SchemaCheck.RequireUnchanged(document, group);
                var revision = Revision.Replaced(document, Asserted.Parse(before.Asserted), group);
                return ChangeAsync(asked, before, revision, changes, before.Version);
            })
            .ConfigureAwait(false);
    }

    /// <summary>PATCH; one of members alone takes no turn, since rows are changed side by side and nothing of it is taken back.</summary>
    public async Task<WrittenDown> PatchAsync(Asked asked, Guid id, Func<PatchRequest> read, string? ifMatch)
    {
        var (patch, members) = Members.Split(read(), asked.Reading);
        if (patch.Operations.Count == 0)
            return await Writes
                .OnceMoreIfOutdatedAsync(() =>
                {
                    var before = writes.Existing(Kind.Group, asked.Caller, id, ifMatch);
                    return ChangeAsync(asked, before, null, members, ifMatch is null ? null : before.Version);
                })
                .ConfigureAwait(false);

        using var turn = await writes.TurnAsync(asked, id).ConfigureAwait(false);
        return await Writes
            .OnceMoreIfOutdatedAsync(() =>
            {
                var before = writes.Existing(Kind.Group, asked.Caller, id, ifMatch);
                var document = GroupDocument.Of(before);
                var after = Patcher.Apply(document, patch, asked.Reading);
                var revision = Revision.Patched(document, Asserted.Parse(before.Asserted), patch, after);
                return ChangeAsync(asked, before, revision, members, before.Version);
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
                var before = writes.Existing(Kind.Group, asked.Caller, id, ifMatch);
                return writes.RunAsync(
                    asked,
                    _removing,
                    SlackPriority.Leaver,
                    (store, refusal) => new GroupWriteDown(store, asked, refusal).Delete(id, before.Version)
                );
            })
            .ConfigureAwait(false);
    }

    private Task<WrittenDown> ChangeAsync(
        Asked asked,
        Resource before,
        Revision? revision,
        IReadOnlyList<MembershipChange>? members,
        long? version
    ) =>
        writes.RunAsync(
            asked,
            _changing,
            SlackPriority.Update,
            (store, refusal) => new GroupWriteDown(store, asked, refusal).Change(before.Id, revision, members, version)
        );

    // The members leave the document before it is held against the schema: they may be many, and are rows.
    private static (ScimResource Group, IReadOnlyList<Protocol.Patching.Member>? Members) Taken(Asked asked, ScimResource group)
    {
        var members = Members.Take(group, asked.Reading);
        SchemaCheck.Admit(group, asked.Reading);
        return (group, members);
    }
}

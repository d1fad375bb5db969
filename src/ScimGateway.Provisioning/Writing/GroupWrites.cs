using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Messages;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Translation;
using Members = ScimGateway.Protocol.Patching.Membership;

namespace ScimGateway.Provisioning.Writing;

/// <summary>
/// What providers write of groups. The document is written one request at a time, as a user's is; members are rows,
/// which requests change side by side.
/// </summary>
internal sealed class GroupWrites(Writes writes)
{
    /// <summary>POST; the id is given where something refers to it already.</summary>
    public Task<WrittenDown> CreateAsync(WriteRequest asked, ScimResource group, GroupId? id = null)
    {
        var members = Taken(asked, group);
        TextCheck.Require(before: null, group);
        return writes.RunAsync(
            new Create(asked, group, members is { Count: > 0 } ? [new MembershipChange.ReplaceAll(members)] : [], id)
        );
    }

    /// <summary>PUT: with members it is a full list; without, the source leaves the group.</summary>
    public Task<WrittenDown> ReplaceAsync(
        WriteRequest asked,
        GroupId id,
        ScimResource group,
        Preconditions preconditions
    )
    {
        var members = Taken(asked, group);
        return writes.RunAsync(
            new Change(
                asked,
                id,
                WriteOfOne.Put(group),
                // Left out it is no full list, so who is only in Slack stays.
                [members is null ? new MembershipChange.RemoveAll() : new MembershipChange.ReplaceAll(members)],
                preconditions
            )
        );
    }

    /// <summary>PATCH, be it of members alone.</summary>
    public Task<WrittenDown> PatchAsync(
        WriteRequest asked,
        GroupId id,
        PatchRequest request,
        Preconditions preconditions
    )
    {
        var (patch, members) = Members.Split(request, asked.Reading);
        var edit = patch.Operations.Count == 0 ? null : WriteOfOne.Patch(asked, patch);
        return writes.RunAsync(new Change(asked, id, edit, members, preconditions));
    }

    /// <summary>DELETE.</summary>
    public Task<WrittenDown> DeleteAsync(WriteRequest asked, GroupId id, Preconditions preconditions) =>
        writes.RunAsync(new Delete(asked, id, preconditions));

    // The members leave the document before it is held against the schema: they may be many, and are rows.
    private static IReadOnlyList<Protocol.Patching.Member>? Taken(WriteRequest asked, ScimResource group)
    {
        var members = Members.Take(group, asked.Reading);
        SchemaCheck.Admit(group, asked.Reading);
        return members;
    }

    // Read, decide, apply; the member rows of a group that is there are written first, and it is decided once more.
    private static (WrittenDown?, Refusal?) Written(
        StoreSession store,
        WriteRequest asked,
        GroupSituation there,
        Func<GroupSituation, WriteOutcome> decide,
        MemberFilters filters
    )
    {
        var outcome = decide(there);
        if (outcome is not WriteOutcome.MembersFirst(var rows))
            return Apply.End(store, asked, outcome, hasWritten: false);
        var members = Membership.Read(store, asked, rows, filters).Write(there.Link!.Id);
        return Apply.End(store, asked, decide(there with { Members = members }), hasWritten: true);
    }

    private sealed class Create(
        WriteRequest asked,
        ScimResource group,
        IReadOnlyList<MembershipChange> members,
        GroupId? id
    ) : Write(asked)
    {
        private readonly GroupId _id = id ?? ResourceId.New(asked.At).AsGroup();

        public override SlackCommand Likely { get; } = new SlackCommand.CreateGroup("", []);

        public override SlackPriority Priority => SlackPriority.Joiner;

        public override (WrittenDown?, Refusal?) WriteDown(StoreSession store, ScimException? late) =>
            Written(
                store,
                Asked,
                GroupSituation.ReadNew(store, Asked, _id, group, members),
                there => GroupDecision.Create(there, Asked, group, members, _id, late),
                MemberFilters.None
            );
    }

    // One of members alone takes no turn, since rows are changed side by side and nothing of it is taken back.
    private sealed class Change(
        WriteRequest asked,
        GroupId id,
        Edit? edit,
        IReadOnlyList<MembershipChange> members,
        Preconditions preconditions
    ) : WriteOfOne(asked, Kind.Group, id, preconditions, edit)
    {
        private static readonly SlackCommand _changing = new SlackCommand.ChangeMembers("", [], []);

        private MemberFilters _filters = MemberFilters.None;

        public override ResourceId? Turn => Edits ? base.Turn : null;

        public override SlackCommand Likely => _changing;

        public override SlackPriority Priority => SlackPriority.Update;

        public override async Task ApplyAsync(Targets targets)
        {
            await base.ApplyAsync(targets);
            _filters = await targets.MeantAsync(Asked, id, members);
        }

        public override (WrittenDown?, Refusal?) WriteDown(StoreSession store, ScimException? late) =>
            Written(
                store,
                Asked,
                GroupSituation.ReadChange(store, Asked, Before, Edits ? Before.Version : Named, Revision, members),
                there => GroupDecision.Change(there, Asked, Revision, members, late),
                _filters
            );
    }

    private sealed class Delete(WriteRequest asked, GroupId id, Preconditions preconditions)
        : WriteOfOne(asked, Kind.Group, id, preconditions, edit: null)
    {
        private static readonly SlackCommand _deleting = new SlackCommand.DeleteGroup("");

        public override SlackCommand Likely => _deleting;

        public override SlackPriority Priority => SlackPriority.Leaver;

        public override (WrittenDown?, Refusal?) WriteDown(StoreSession store, ScimException? late) =>
            Written(
                store,
                Asked,
                GroupSituation.ReadDeletion(store, Asked, Before, Named),
                there => GroupDecision.Delete(there, Asked, late),
                MemberFilters.None
            );
    }
}

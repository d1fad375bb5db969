using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Messages;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Writing;

/// <summary>What providers write of users.</summary>
internal sealed class UserWrites(Writes writes)
{
    // What most read, then the guard's numbers and more names, or what is there when an account was given back.
    private const int MostReadings = 4;

    /// <summary>POST; the id is given where something refers to it already.</summary>
    public Task<WrittenDown> CreateAsync(WriteRequest asked, ScimResource user, ResourceId? id = null)
    {
        SchemaCheck.Admit(user, asked.Reading);
        TextCheck.Require(before: null, user);
        user.Json["active"] ??= true; // who is created is to be there, also where the account was deactivated
        return writes.RunAsync(new Create(asked, user, id));
    }

    /// <summary>PUT: what the provider had asserted and leaves out now is cleared.</summary>
    public Task<WrittenDown> ReplaceAsync(
        WriteRequest asked,
        ResourceId id,
        ScimResource user,
        Preconditions preconditions
    )
    {
        SchemaCheck.Admit(user, asked.Reading);
        return writes.RunAsync(new Change(asked, id, WriteOfOne.Put(user), preconditions));
    }

    /// <summary>PATCH; one that changes nothing moves nothing.</summary>
    public Task<WrittenDown> PatchAsync(
        WriteRequest asked,
        ResourceId id,
        PatchRequest patch,
        Preconditions preconditions
    ) => writes.RunAsync(new Change(asked, id, WriteOfOne.Patch(asked, patch), preconditions));

    /// <summary>DELETE.</summary>
    public Task<WrittenDown> DeleteAsync(WriteRequest asked, ResourceId id, Preconditions preconditions) =>
        writes.RunAsync(new Delete(asked, id, preconditions));

    // Read, decide, apply; once more where a decision lacks what only few need.
    private static (WrittenDown?, Refusal?) Written(
        StoreSession store,
        WriteRequest asked,
        Resource? before,
        ScimResource? wanted,
        Func<UserSituation, WriteOutcome> decide
    )
    {
        var there = UserSituation.Read(store, asked, before, wanted);
        List<LinkId> others = [];
        for (var left = MostReadings; ; left--)
            switch (decide(there))
            {
                case WriteOutcome.GivesBack when others.Count == 0:
                    others = TakeOver.GiveBack(store, there.Link!, there.Resource!, asked.Now);
                    there = UserSituation.Read(store, asked, before, wanted);
                    break;
                case WriteOutcome.NeedsMore more when left > 1:
                    there = there.With(store, asked, more);
                    break;
                case var outcome:
                    var (written, refusal) = Apply.End(store, asked, outcome, hasWritten: others.Count > 0);
                    return (
                        written is null ? null : written with { OtherLinks = [.. others, .. written.OtherLinks] },
                        refusal
                    );
            }
    }

    private sealed class Create(WriteRequest asked, ScimResource user, ResourceId? id) : Write(asked)
    {
        private readonly ResourceId _id = id ?? ResourceId.New(asked.At);

        public override SlackCommand Likely { get; } = new SlackCommand.CreateUser(SlackProfile.Nothing);

        public override SlackPriority Priority => SlackPriority.Joiner;

        public override (WrittenDown?, Refusal?) WriteDown(StoreSession store, ScimException? late) =>
            Written(store, Asked, null, user, there => UserDecision.Create(there, Asked, user, _id, late));
    }

    // Another document of one that is there.
    private sealed class Change(WriteRequest asked, ResourceId id, Edit edit, Preconditions preconditions)
        : WriteOfOne(asked, Kind.User, id, preconditions, edit)
    {
        private static readonly SlackCommand _patching = new SlackCommand.PatchUser(
            "",
            new UserChange(SlackProfile.Nothing, SlackProfile.Nothing, SlackProfile.Nothing)
        );

        public override SlackCommand Likely => Leaves ? Delete.Deactivating : _patching;

        public override SlackPriority Priority => Leaves ? SlackPriority.Leaver : SlackPriority.Update;

        public override (WrittenDown?, Refusal?) WriteDown(StoreSession store, ScimException? late) =>
            Written(store, Asked, Before, Revision!.After, there => UserDecision.Change(there, Asked, Revision, late));

        private bool Leaves => Before.Active && !UserDocument.IsActive(Revision!.After);
    }

    private sealed class Delete(WriteRequest asked, ResourceId id, Preconditions preconditions)
        : WriteOfOne(asked, Kind.User, id, preconditions, edit: null)
    {
        public static readonly SlackCommand Deactivating = new SlackCommand.DeactivateUser("");

        public override SlackCommand Likely => Deactivating;

        public override SlackPriority Priority => SlackPriority.Leaver;

        public override (WrittenDown?, Refusal?) WriteDown(StoreSession store, ScimException? late) =>
            Written(store, Asked, Before, null, there => UserDecision.Delete(there, Asked, late));
    }
}

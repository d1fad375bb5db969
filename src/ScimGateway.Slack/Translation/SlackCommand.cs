using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Slack.Translation;

/// <summary>
/// What to tell Slack, or to ask it, as data: it can be compared in a test and kept in a journal. One command is one
/// call.
/// </summary>
public abstract record SlackCommand
{
    private SlackCommand() { }

    /// <summary>Which of Slack's limits the call counts against.</summary>
    public abstract SlackCall Call { get; }

    /// <summary>
    /// The kind of call that does the same by another verb, as a deactivation may go by PATCH or DELETE; null if there
    /// is none.
    /// </summary>
    public SlackCall? Alternative =>
        this switch
        {
            DeactivateUser => SlackCall.DeleteUser,
            DeleteUser => SlackCall.WriteUser,
            _ => null,
        };

    /// <summary>The command that does the same as this kind of call; null if none does.</summary>
    public SlackCommand? As(SlackCall call) =>
        (this, call) switch
        {
            (DeactivateUser off, SlackCall.DeleteUser) => new DeleteUser(off.Id),
            (DeleteUser off, SlackCall.WriteUser) => new DeactivateUser(off.Id),
            _ => Call == call ? this : null,
        };

    /// <summary>
    /// What Slack has of the user's profile, or of a group's, once the command is done: a group's is its name.
    /// </summary>
    public virtual SlackProfile Delivers => SlackProfile.Nothing;

    /// <summary>
    /// What Slack has of the user for certain, once the command is done and Slack showed the user so; and what it
    /// dropped without a word.
    /// </summary>
    public virtual (SlackProfile Delivered, IReadOnlyList<SlackNote> Notes) DeliveredAs(SlackUser? shown) =>
        (Delivers, []);

    /// <summary>
    /// Whether Slack's state is the same after twice as after once, so that a lost answer may be followed by another
    /// try.
    /// </summary>
    public virtual bool IsRepeatable => true;

    /// <summary>POST of a user.</summary>
    public sealed record CreateUser(SlackProfile Profile) : SlackCommand
    {
        /// <inheritdoc/>
        public override SlackCall Call => SlackCall.PostUser;

        /// <summary>What was said, and nothing else: a new account has no values to be cleared later.</summary>
        public override SlackProfile Delivers => SlackProfile.Empty.With(Profile).With(active: true);

        /// <summary>
        /// If one profile field of a new account is wrong, Slack drops them all and says nothing (docs/slack.md 4.5):
        /// those are not delivered. A picture is shown late.
        /// </summary>
        public override (SlackProfile Delivered, IReadOnlyList<SlackNote> Notes) DeliveredAs(SlackUser? shown)
        {
            var dropped = Profile.Fields.Where(f => f != SlackField.Photo && shown?.Seen[f] is null).ToList();
            return shown is null
                ? (Delivers, [])
                : (
                    dropped.Aggregate(Delivers, (delivered, field) => delivered.Without(field)),
                    [
                        .. dropped.Select(f => new SlackNote(
                            f,
                            SlackNoteKind.Dropped,
                            $"Slack made the account without {SlackProfile.Name(f)}."
                        )),
                    ]
                );
        }

        /// <inheritdoc/>
        public override bool IsRepeatable => false;
    }

    /// <summary>
    /// PATCH of a user with what changed; a reactivation is one that sets <see cref="SlackField.Active"/>.
    /// </summary>
    public sealed record PatchUser(string Id, UserChange Change) : SlackCommand
    {
        /// <inheritdoc/>
        public override SlackCall Call => SlackCall.WriteUser;

        /// <inheritdoc/>
        public override SlackProfile Delivers => Change.Delivers;
    }

    /// <summary>PATCH <c>active: false</c>, and nothing else.</summary>
    public sealed record DeactivateUser(string Id) : SlackCommand
    {
        /// <inheritdoc/>
        public override SlackCall Call => SlackCall.WriteUser;

        /// <inheritdoc/>
        public override SlackProfile Delivers => SlackProfile.Nothing.With(active: false);
    }

    /// <summary>DELETE of a user, which deactivates as well, from another bucket.</summary>
    public sealed record DeleteUser(string Id) : SlackCommand
    {
        /// <inheritdoc/>
        public override SlackCall Call => SlackCall.DeleteUser;

        /// <inheritdoc/>
        public override SlackProfile Delivers => SlackProfile.Nothing.With(active: false);
    }

    /// <summary>GET of a user, to learn some fields.</summary>
    public sealed record ReadUser(string Id, params IReadOnlyList<SlackField> Fields) : SlackCommand
    {
        /// <summary>What was asked for, as Slack shows it.</summary>
        public override (SlackProfile Delivered, IReadOnlyList<SlackNote> Notes) DeliveredAs(SlackUser? shown) =>
            (shown is null ? SlackProfile.Nothing : shown.Seen.Only(f => Fields.Contains(f)), []);

        /// <inheritdoc/>
        public bool Equals(ReadUser? other) =>
            other is not null && Id == other.Id && Fields.SequenceEqual(other.Fields);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Id, Fields.Count);

        /// <inheritdoc/>
        public override SlackCall Call => SlackCall.ReadUser;
    }

    /// <summary>Who bears the Slack user name: asked before a create whose answer was lost is tried again.</summary>
    public sealed record FindUserByName(string UserName) : SlackCommand
    {
        /// <inheritdoc/>
        public override SlackCall Call => SlackCall.List;
    }

    /// <summary>Who holds the address.</summary>
    public sealed record FindUserByEmail(string Email) : SlackCommand
    {
        /// <inheritdoc/>
        public override SlackCall Call => SlackCall.List;
    }

    /// <summary>A page of users.</summary>
    public sealed record ListUsers(int StartIndex, int Count) : SlackCommand
    {
        /// <inheritdoc/>
        public override SlackCall Call => SlackCall.List;
    }

    /// <summary>POST of a group with its first members.</summary>
    public sealed record CreateGroup(string DisplayName, IReadOnlyList<string> Members) : SlackCommand
    {
        /// <inheritdoc/>
        public override SlackCall Call => SlackCall.PostGroup;

        /// <summary>Its name; who is in it is kept in member rows.</summary>
        public override SlackProfile Delivers => SlackProfile.Nothing.With(SlackField.DisplayName, DisplayName);

        /// <inheritdoc/>
        public override bool IsRepeatable => false;

        /// <inheritdoc/>
        public bool Equals(CreateGroup? other) =>
            other is not null && DisplayName == other.DisplayName && Members.SequenceEqual(other.Members);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(DisplayName, Members.Count);
    }

    /// <summary>PATCH of a group's name.</summary>
    public sealed record RenameGroup(string Id, string DisplayName) : SlackCommand
    {
        /// <inheritdoc/>
        public override SlackCall Call => SlackCall.WriteGroup;

        /// <inheritdoc/>
        public override SlackProfile Delivers => SlackProfile.Nothing.With(SlackField.DisplayName, DisplayName);
    }

    /// <summary>PATCH of a group's members.</summary>
    public sealed record ChangeMembers(string Id, IReadOnlyList<string> Add, IReadOnlyList<string> Remove)
        : SlackCommand
    {
        /// <inheritdoc/>
        public override SlackCall Call => SlackCall.WriteGroup;

        /// <inheritdoc/>
        public bool Equals(ChangeMembers? other) =>
            other is not null && Id == other.Id && Add.SequenceEqual(other.Add) && Remove.SequenceEqual(other.Remove);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Id, Add.Count, Remove.Count);
    }

    /// <summary>DELETE of a group, which is final.</summary>
    public sealed record DeleteGroup(string Id) : SlackCommand
    {
        /// <inheritdoc/>
        public override SlackCall Call => SlackCall.DeleteGroup;
    }

    /// <summary>GET of a group.</summary>
    public sealed record ReadGroup(string Id) : SlackCommand
    {
        /// <inheritdoc/>
        public override SlackCall Call => SlackCall.ReadGroup;
    }

    /// <summary>Which group bears the name.</summary>
    public sealed record FindGroup(string DisplayName) : SlackCommand
    {
        /// <inheritdoc/>
        public override SlackCall Call => SlackCall.List;
    }

    /// <summary>A page of groups.</summary>
    public sealed record ListGroups(int StartIndex, int Count) : SlackCommand
    {
        /// <inheritdoc/>
        public override SlackCall Call => SlackCall.List;
    }
}

/// <summary>What a PATCH of a user says.</summary>
/// <param name="Set">Fields that get a value.</param>
/// <param name="Clear">Fields that are emptied by <c>meta.attributes</c>.</param>
/// <param name="Delete">
/// Fields that are emptied by sending the value they have with <c>"operation":"delete"</c>.
/// </param>
public sealed record UserChange(SlackProfile Set, SlackProfile Clear, SlackProfile Delete)
{
    /// <summary>What Slack has afterwards.</summary>
    public SlackProfile Delivers =>
        Set.With(Clear).With(Delete.Fields.Aggregate(SlackProfile.Nothing, (gone, slot) => gone.With(slot, null)));

    /// <summary>Whether nothing is said.</summary>
    public bool IsEmpty => !Set.Fields.Any() && !Clear.Fields.Any() && !Delete.Fields.Any();
}

using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Model.Links;

/// <content>What is wanted of it, and what comes of that.</content>
internal sealed partial record Link
{
    // Wishes

    /// <summary>A provider wants something else from now on.</summary>
    public Link Wish(Wish wish)
    {
        var next = this with
        {
            WantedVersion = WantedVersion + 1,
            AskFirst = AsksIfGone,
            Asked = SlackId is null ? Asked : 0,
        };
        if (wish.Spoken is { } spoken)
            // What was told before somebody else wrote it may not be so any more.
            next = (State == LinkState.Unknown ? next.Unlearn(spoken) : next) with
            {
                OperationId = wish.Operation,
                Spoken = spoken,
                SpokenVersion = next.WantedVersion,
                SetAside = FieldSet.Nothing,
                Sent = false,
                AnswerBy = wish.AnswerBy,
            };
        // Who is about to leave, or is waited for, does not fall behind because of another change; and a group that
        // changes all the time is as old as the first of its changes, or it would never have its turn.
        var keepsItsPlace =
            State == LinkState.Pending
            && wish.Priority == SlackPriority.Update
            && (Kind == Kind.Group ? Priority <= wish.Priority : Priority < wish.Priority);
        if (!keepsItsPlace)
            next = next with { Since = wish.At, Priority = wish.Priority };
        // A leaver ignores earlier failures and their retry time.
        if (!IsUnsettled || wish.Priority == SlackPriority.Leaver)
            next = next.Untried();
        return wish.Held is { } why
            ? next.To(LinkEvent.Held) with
            {
                Reason = why,
                AnswerBy = null,
                SettledVersion = next.WantedVersion,
            }
            : next.To(LinkEvent.Wished) with
            {
                Reason = Protection ?? (next.SetAside.IsEmpty ? null : Reason),
            };
    }

    /// <summary>It is planned again with nothing set aside and nobody waiting.</summary>
    /// <param name="operation">The gateway's operation.</param>
    /// <param name="now">When it is.</param>
    /// <param name="priority">
    /// Its place in the queue; null for that of its last wish, as of a leaver who was held, or of a change if that was
    /// settled.
    /// </param>
    public Link Renew(OperationId operation, Instant now, SlackPriority? priority = null) =>
        To(LinkEvent.Renewed) with
        {
            WantedVersion = WantedVersion + 1,
            AskFirst = AsksIfGone,
            SpokenVersion = WantedVersion + 1,
            SetAside = FieldSet.Nothing,
            Spoken = FieldSet.Nothing,
            Due = null,
            AnswerBy = null,
            Sent = false,
            Priority =
                priority ?? (State is LinkState.Settled or LinkState.Protected ? SlackPriority.Update : Priority),
            Since = now,
            OperationId = operation,
            // Why it was held is over.
            Reason = State == LinkState.Held ? Protection : Reason,
        };

    /// <summary>
    /// It is planned again beside whatever is under way of it. What is held stays so: its plan has the rest once an
    /// operator has decided.
    /// </summary>
    public Link Join(Instant now) =>
        State == LinkState.Held
            ? To(LinkEvent.Joined)
            : To(LinkEvent.Joined) with
            {
                WantedVersion = WantedVersion + 1,
                AskFirst = AsksIfGone,
                Since = State == LinkState.Pending ? Since : now,
                Due = State == LinkState.Failed ? null : Due,
                Priority = State == LinkState.Pending ? Priority : SlackPriority.Update,
            };

    /// <summary>It is planned again with nobody waiting, as what was wished of it last is taken back.</summary>
    public Link TakeBack(bool absent, ResourceId? claimant, Instant now) =>
        To(LinkEvent.TakenBack).Untried() with
        {
            WantedVersion = WantedVersion + 1,
            SpokenVersion = WantedVersion + 1,
            Absent = absent,
            ClaimantId = claimant,
            Reason = Protection,
            Since = now,
            AnswerBy = null,
            SetAside = FieldSet.Nothing,
            Spoken = FieldSet.Nothing,
            Sent = false,
        };

    /// <summary>
    /// The request that waits is answered: the wish counts as taken on, and is not taken back any more.
    /// </summary>
    public Link Accept(long version) => SpokenVersion == version ? this with { AnswerBy = null } : this;

    /// <summary>Somebody asks for what it is about to let go of, so it goes before all others.</summary>
    public Link Hurry() => State == LinkState.Pending ? this with { Priority = SlackPriority.Awaited } : this;

    /// <summary>
    /// What is to become of it: gone, or not. A call of a process that ended may have made it so already, or undone it.
    /// </summary>
    public Link Want(bool absent) =>
        (absent == Absent || LostUntil is null ? this : Unlearn(FieldSet.Of(SlackField.Active))) with
        {
            Absent = absent,
        };

    // Outcomes

    /// <summary>It is tried again at its time.</summary>
    public Link Delay(Instant due, Reason why) =>
        this with
        {
            Attempts = Attempts + 1,
            Due = due,
            Reason = WhileHeld ?? why,
        };

    /// <summary>What Slack refused is set aside; the rest is sent without it.</summary>
    public Link PutAside(FieldSet fields, Reason why) =>
        this with
        {
            SetAside = SetAside.With(fields),
            // Without a spare address, or the one that is wanted, nothing is exchanged.
            IsAside = IsAside && !fields.Has(SlackField.PrimaryEmail),
            Reason = WhileHeld ?? why,
        };

    /// <summary>
    /// A wish has its outcome. One that came after it is still to be told, or is held: its state, its time and who
    /// waits for it stay as they are.
    /// </summary>
    /// <param name="version">The wish.</param>
    /// <param name="outcome">What came of it.</param>
    /// <param name="now">When it is.</param>
    public Link End(long version, LinkOutcome outcome, Instant now)
    {
        var ended = this with { SettledVersion = Math.Max(version, SettledVersion), Kept = outcome.Kept ?? Kept };
        return version != WantedVersion || State != LinkState.Pending
            ? ended
            : ended.To(outcome.Event) with
            {
                Reason = outcome.Why,
                Since = now,
                AnswerBy = null,
                // Nothing else is tried again by itself.
                Due = outcome.Event == LinkEvent.Failed ? outcome.Retry : null,
                Attempts = outcome.Event == LinkEvent.Failed ? Attempts + 1 : 0,
            };
    }

    /// <summary>
    /// Slack has deactivated it, which nobody asked for: what is wanted of it waits for an operator.
    /// </summary>
    public Link Suspend(Reason why, Instant now) =>
        To(LinkEvent.Suspended).Untried() with
        {
            Reason = why,
            SettledVersion = WantedVersion,
            Since = now,
            AnswerBy = null,
        };

    /// <summary>
    /// All wishes up to one are settled, though others have come since: who waits for them is answered.
    /// </summary>
    public Link SettleUpTo(long version, Instant now) =>
        this with
        {
            SettledVersion = Math.Max(version, SettledVersion),
            Since = now,
            AnswerBy = SpokenVersion <= version ? null : AnswerBy,
        };

    /// <summary>What is being taken back was settled, as far as it was told.</summary>
    public Link SettleAll() => this with { SettledVersion = WantedVersion };

    /// <summary>The next call changes at most so many members.</summary>
    public Link Narrow(int? most) => this with { Slice = most };
}

using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Model.Links;

/// <summary>
/// One account or group that Slack has or may get: what it is to be, what we told Slack, what Slack showed. Kept for
/// ever. It changes by its own methods alone, each of which leaves the whole of it right.
/// </summary>
public sealed record Link
{
    /// <summary>The row's number; 0 before it is written.</summary>
    public LinkId Id { get; init; }

    /// <summary>Counts the writes of the row: whoever writes an older one has missed something.</summary>
    public long Revision { get; init; }

    /// <summary>Whose it is.</summary>
    public TenantId TenantId { get; init; }

    /// <summary>Account or group.</summary>
    public Kind Kind { get; init; }

    /// <summary>Slack's id; null until it is made.</summary>
    public string? SlackId { get; init; }

    /// <summary>The resource that shows it; one with a source claims it.</summary>
    public ResourceId? ClaimantId { get; init; }

    /// <summary>
    /// The Slack user name that we chose for it; null for an account that was there, which keeps its own.
    /// </summary>
    public string? UserName { get; init; }

    /// <summary>
    /// What we last told Slack, or what a claim found, in Slack's vocabulary; what it does not say is not known.
    /// </summary>
    public byte[]? Delivered { get; init; }

    /// <summary>What Slack last showed.</summary>
    public byte[]? Seen { get; init; }

    /// <summary>What Slack showed right after our last delivery.</summary>
    public byte[]? Echo { get; init; }

    /// <summary>When.</summary>
    public Instant? SeenAt { get; init; }

    /// <summary>Whether the import found it; else we made it.</summary>
    public bool Imported { get; init; }

    /// <summary>
    /// Why nobody may change it, as an owner's or the token owner's; null if we may. What Slack said is asked
    /// again now and then.
    /// </summary>
    public Reason? Protection { get; init; }

    /// <summary>Whether it is to be gone: what a deleted resource leaves behind.</summary>
    public bool Absent { get; init; }

    /// <summary>Counts the wishes.</summary>
    public long WantedVersion { get; init; }

    /// <summary>The last wish that was settled.</summary>
    public long SettledVersion { get; init; }

    /// <summary>Where it stands.</summary>
    public LinkState State { get; init; }

    /// <summary>Why.</summary>
    public Reason? Reason { get; init; }

    /// <summary>Since when.</summary>
    public Instant Since { get; init; }

    /// <summary>The fields that Slack refused and that are set aside: plans leave them out until they are tried again.</summary>
    public FieldSet SetAside { get; init; }

    /// <summary>The fields whose clearing Slack does not take.</summary>
    public FieldSet Kept { get; init; }

    /// <summary>The fields that the wish spoke of: what Slack refuses of them is the request's own fault.</summary>
    public FieldSet Spoken { get; init; }

    /// <summary>
    /// The wish that last spoke of the document, which is the one that a refusal of it counts against: wishes for
    /// members alone may have come since.
    /// </summary>
    public long SpokenVersion { get; init; }

    /// <summary>Whether something was sent for the wish, so that it cannot be withdrawn.</summary>
    public bool Sent { get; init; }

    /// <summary>Its place in the queue.</summary>
    public SlackPriority Priority { get; init; }

    /// <summary>Until when it waits after what did not succeed; null if for nothing.</summary>
    public Instant? Due { get; init; }

    /// <summary>
    /// Until when the last call whose answer was lost may land: nothing else is told before, however urgent; null if none
    /// was.
    /// </summary>
    public Instant? LostUntil { get; init; }

    /// <summary>How often it was tried without success.</summary>
    public int Attempts { get; init; }

    /// <summary>Until when somebody waits for the wish; null if nobody does.</summary>
    public Instant? AnswerBy { get; init; }

    /// <summary>
    /// Whether a create may have happened without our seeing it, or Slack said that it does not know it: Slack is asked
    /// before anything else is told.
    /// </summary>
    public bool AskFirst { get; init; }

    /// <summary>
    /// Since when it may have been made without our seeing it: only what was made after that is
    /// ours.
    /// </summary>
    public Instant? Intended { get; init; }

    /// <summary>How often Slack said that the address or name is taken and was asked by whom.</summary>
    public int Asked { get; init; }

    /// <summary>
    /// Whether Slack has the account, and active, as far as is known: only then it can be in a group.
    /// </summary>
    public bool Reachable { get; init; }

    /// <summary>
    /// The most members that the next call changes, while one that Slack does not take is looked for; null for as many
    /// as a call may.
    /// </summary>
    public int? Slice { get; init; }

    /// <summary>
    /// Since when Slack shows it other than right after our last delivery; null if it does not.
    /// </summary>
    public Instant? DriftedAt { get; init; }

    /// <summary>Whether that was seen once only and is not for certain yet.</summary>
    public bool IsDriftSuspected { get; init; }

    /// <summary>What has drifted, by which the same is known again.</summary>
    public string Drifted { get; init; } = "";

    /// <summary>The operation that made the last wish.</summary>
    public OperationId? OperationId { get; init; }

    /// <summary>What the row's indexes had when it was read.</summary>
    internal (string? SlackId, ResourceId? ClaimantId) Indexed { get; init; }

    /// <summary>When it is next tried; null if at once.</summary>
    public Instant? Next => LostUntil > Due || Due is null ? LostUntil : Due;

    /// <summary>Whether nothing is under way, and nobody has to decide: what differs can be told.</summary>
    public bool IsAtRest => State is LinkState.Settled or LinkState.Failed or LinkState.Blocked;

    /// <summary>Whether it exchanges addresses with others and has, or is to have, a spare one until all do.</summary>
    public bool IsAside => State == LinkState.Pending && Reason?.Code is ReasonCode.StepsAside;

    /// <summary>Whether a wish is not settled: it may have been sent.</summary>
    public bool IsUnsettled => WantedVersion != SettledVersion;

    /// <summary>
    /// Whether it is to be gone and Slack has said that it does not know it, or is told so again since it has it all the
    /// same.
    /// </summary>
    public bool IsLeaving => Absent && State is LinkState.Broken or LinkState.Pending;

    /// <summary>Whether there is no account or group of it, and none may have been made unseen.</summary>
    public bool HasNone => SlackId is null && !AskFirst;

    /// <summary>Whether Slack has it active, as it was told, or else as it shows it; null if that is not known.</summary>
    public bool? IsActive => (Delivered is null ? AtSlack : Told).Active;

    /// <summary>Whether Slack has it active, as it was last seen where somebody has changed that there since.</summary>
    public bool? IsActiveAtSlack => SeenOtherwise.Has(SlackField.Active) ? AtSlack.Active : IsActive;

    /// <summary>The fields that Slack showed at the last look other than right after our last delivery.</summary>
    public FieldSet SeenOtherwise =>
        Seen is null || Echo.AsSpan().SequenceEqual(Seen) ? FieldSet.Nothing : Otherwise(AtSlack);

    /// <summary>What was delivered; nothing is known where nothing was.</summary>
    public SlackProfile Told => Profile(Delivered);

    /// <summary>What Slack last showed.</summary>
    public SlackProfile AtSlack => Profile(Seen);

    /// <summary>The address by which the account signs in, as Slack was told, or else as it shows it; null if that is not known.</summary>
    public string? Address => Has(SlackField.PrimaryEmail);

    /// <summary>What Slack has in a field, as it was told, or else as it shows it; null if that is empty or not known.</summary>
    public string? Has(SlackField field) => (Told.Says(field) ? Told : AtSlack)[field];

    /// <summary>The fields that Slack shows other than right after our last delivery.</summary>
    public FieldSet Otherwise(SlackProfile shown)
    {
        ArgumentNullException.ThrowIfNull(shown);
        if (Echo is null)
            return FieldSet.Nothing;
        var echo = SlackProfile.Read(Echo);
        return FieldSet.Of(echo.Fields.Where(field => shown.Says(field) && shown[field] != echo[field]));
    }

    /// <summary>An account or group that the gateway is to make.</summary>
    public static Link New(TenantId tenantId, Kind kind) => new() { TenantId = tenantId, Kind = kind };

    /// <summary>An account or group that an import found.</summary>
    public static Link Found(
        TenantId tenantId,
        Kind kind,
        string slackId,
        SlackProfile seen,
        bool isReachable,
        Instant now
    )
    {
        ArgumentNullException.ThrowIfNull(seen);
        var shown = seen.ToUtf8();
        return new Link
        {
            TenantId = tenantId,
            Kind = kind,
            SlackId = slackId,
            Seen = shown,
            Echo = shown,
            SeenAt = now,
            Since = now,
            Imported = true,
            Reachable = isReachable,
        };
    }

    // Wishes

    /// <summary>A provider wants something else from now on.</summary>
    public Link Wish(Wish wish)
    {
        ArgumentNullException.ThrowIfNull(wish);
        var next = this with { WantedVersion = WantedVersion + 1, AskFirst = AsksIfGone };
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
        // What did not succeed before, and when it is to be tried again, says nothing of a leaver.
        if (!IsUnsettled || wish.Priority == SlackPriority.Leaver)
            next = next with { Due = null, Attempts = 0 };
        return wish.Held is { } why
            ? next.To(LinkEvent.Held) with
            {
                Reason = why,
                AnswerBy = null,
                SettledVersion = next.WantedVersion,
            }
            : next.To(LinkEvent.Wished) with
            {
                Reason =
                    Protection
                    ?? (
                        IsAside ? ReasonCode.StepsAside
                        : next.SetAside.IsEmpty ? null
                        : Reason
                    ),
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
        To(LinkEvent.TakenBack) with
        {
            WantedVersion = WantedVersion + 1,
            SpokenVersion = WantedVersion + 1,
            Absent = absent,
            ClaimantId = claimant,
            Reason = Protection,
            Since = now,
            Due = null,
            AnswerBy = null,
            Attempts = 0,
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

    /// <summary>What is to become of it: gone, or not.</summary>
    public Link Want(bool absent) => this with { Absent = absent };

    // Claims

    /// <summary>A resource claims it, or shows it.</summary>
    public Link ClaimBy(ResourceId? resource) => this with { ClaimantId = resource };

    /// <summary>A claim takes what Slack shows for what it was told.</summary>
    public Link TakeSeen() => this with { Delivered = Seen };

    /// <summary>
    /// A user without an account claims it by another identifier than before. An account that existed before keeps its
    /// user name.
    /// </summary>
    public Link ClaimAnew(ResourceId user) =>
        To(LinkEvent.Claimed) with
        {
            ClaimantId = user,
            Delivered = Seen,
            UserName = null,
            Reason = null,
        };

    /// <summary>
    /// An operator ends its claim: it is one that nobody claims from now on, as Slack has it, which keeps its user name.
    /// </summary>
    public Link EndClaim(Instant now)
    {
        // What Slack says of an account it says with each answer; of a group's name only an import does.
        var atSlack = (
            Kind == Kind.Group ? AtSlack.With(Told)
            : Seen is null ? Told
            : AtSlack
        ).ToUtf8();
        return To(LinkEvent.Unlinked) with
        {
            ClaimantId = null,
            UserName = null,
            Imported = true,
            Delivered = null,
            Seen = atSlack,
            Echo = atSlack,
            Absent = false,
            WantedVersion = WantedVersion + 1,
            SettledVersion = WantedVersion + 1,
            SpokenVersion = WantedVersion + 1,
            Spoken = FieldSet.Nothing,
            SetAside = FieldSet.Nothing,
            Kept = FieldSet.Nothing,
            Reason = State == LinkState.Broken ? Reason : Protection,
            Since = now,
            Sent = false,
            AnswerBy = null,
            Due = null,
            Attempts = 0,
            Asked = 0,
            Slice = null,
            DriftedAt = null,
            IsDriftSuspected = false,
            Drifted = "",
        };
    }

    /// <summary>The Slack user name that we chose for it.</summary>
    public Link Name(string? userName) => this with { UserName = userName };

    /// <summary>Another name is tried, since Slack did not take the one before.</summary>
    public Link TryName(string userName) => this with { UserName = userName, Attempts = Attempts + 1 };

    /// <summary>It was there before us.</summary>
    public Link Adopt() => this with { Imported = true, UserName = Kind == Kind.User ? null : UserName };

    /// <summary>It takes a spare address, so that others can have its own once all who exchange theirs have.</summary>
    public Link StepAside() => this with { Reason = ReasonCode.StepsAside };

    /// <summary>There is nothing to exchange any more, and what was set aside meanwhile is tried again.</summary>
    public Link StepBack() => this with { Reason = Protection, SetAside = FieldSet.Nothing };

    // What Slack has

    /// <summary>Slack has what a command carried.</summary>
    /// <param name="slackId">The id, if it was shown.</param>
    /// <param name="carried">What the command carried.</param>
    /// <param name="seen">What Slack showed.</param>
    /// <param name="now">When it is.</param>
    public Link Deliver(string? slackId, SlackProfile carried, SlackProfile? seen, Instant now)
    {
        ArgumentNullException.ThrowIfNull(carried);
        var delivered = Told.With(carried);
        // Whether somebody is active Slack does not put in words of its own, so what it was told is what it has to show
        // from now on.
        var isUnseenTurn = seen is null && carried.Says(SlackField.Active);
        var echo = seen ?? (isUnseenTurn && Echo is not null ? SlackProfile.Read(Echo) : null);
        if (isUnseenTurn && Seen is not null && delivered.Active is { } turned)
            seen = AtSlack.With(turned);
        if (echo is not null && delivered.Active is { } told && told != echo.Active)
            echo = echo.With(told);
        // What somebody has changed by hand is so still, and drift, though Slack was told something else.
        if (echo is not null && seen is not null && DriftedAt is not null && Echo is not null)
        {
            var (otherwise, drifted) = (SeenOtherwise, AtSlack);
            echo = echo.With(
                SlackProfile
                    .Read(Echo)
                    .Only(field =>
                        !carried.Says(field)
                        && otherwise.Has(field)
                        && seen.Says(field)
                        && seen[field] == drifted[field]
                    )
            );
        }
        return this with
        {
            SlackId = slackId ?? SlackId,
            Delivered = delivered.ToUtf8(),
            Seen = seen?.ToUtf8() ?? Seen,
            Echo = echo?.ToUtf8() ?? Echo,
            SeenAt = now,
            Sent = true,
            AskFirst = false,
            Intended = null,
            Asked = 0,
            Attempts = 0,
            Due = null,
            LostUntil = null,
            Reachable = (slackId ?? SlackId) is not null && delivered.Active != false,
        };
    }

    /// <summary>Slack will put a name in words of its own: the next look says in which.</summary>
    public Link ForgetEcho() => this with { Echo = null };

    /// <summary>
    /// What a command carried may be at Slack or not: it is not known, and what is not known is always planned.
    /// </summary>
    /// <param name="carried">What it carried.</param>
    /// <param name="until">Until when it may land.</param>
    public Link Lose(SlackProfile carried, Instant until)
    {
        ArgumentNullException.ThrowIfNull(carried);
        return this with
        {
            Delivered = Told.Only(field => !carried.Says(field)).ToUtf8(),
            Sent = true,
            LostUntil = until,
        };
    }

    /// <summary>What of an unsettled wish may have been sent is not known.</summary>
    public Link Unlearn(FieldSet fields) =>
        Delivered is null || fields.IsEmpty
            ? this
            : this with
            {
                Delivered = Told.Only(field => !fields.Has(field)).ToUtf8(),
            };

    /// <summary>Nothing is known of what Slack was told.</summary>
    public Link UnlearnAll() => this with { Delivered = null };

    /// <summary>It is gone at Slack for good: whoever wants it again gets another one.</summary>
    public Link Vanish() =>
        this with
        {
            SlackId = null,
            Delivered = null,
            Seen = null,
            Echo = null,
            Due = null,
            Attempts = 0,
            Sent = true,
        };

    /// <summary>
    /// An account that Slack has erased: nobody gets it any more, should Slack show it by an address still.
    /// </summary>
    public static Link Erased(TenantId tenantId, string slackId, Instant now) =>
        Found(tenantId, Kind.User, slackId, SlackProfile.Nothing, isReachable: false, now).Protect(ReasonCode.Erased);

    /// <summary>The account was erased in Slack: who is to be there gets another one, which is ours to name.</summary>
    public Link Erase() => Vanish() with { Imported = false, Reachable = false, Sent = false };

    /// <summary>An import shows it.</summary>
    /// <param name="seen">What Slack shows.</param>
    /// <param name="now">When it is.</param>
    /// <param name="isEcho">Whether that is what it has to show from now on.</param>
    public Link See(SlackProfile seen, Instant now, bool isEcho)
    {
        ArgumentNullException.ThrowIfNull(seen);
        var shown = seen.ToUtf8();
        return this with { Seen = shown, Echo = isEcho ? shown : Echo, SeenAt = now };
    }

    /// <summary>Whether Slack lets it into groups.</summary>
    public Link Reach(bool isReachable) => this with { Reachable = isReachable };

    /// <summary>
    /// What Slack no longer knows of it, as a row of its own: who was to have it gets another account.
    /// </summary>
    /// <param name="former">Whose it was; null if it was nobody's.</param>
    /// <param name="absent">Whether it is to be gone, should an import find it again.</param>
    /// <param name="why">What Slack said.</param>
    /// <param name="now">When it is.</param>
    public Link Depart(ResourceId? former, bool absent, Reason why, Instant now) =>
        (this with { Id = default, Revision = 0, ClaimantId = former, Absent = absent, Reachable = false }).End(
            WantedVersion,
            new LinkOutcome(LinkEvent.Lost, why),
            now
        );

    // Questions to Slack

    /// <summary>
    /// A create that did not come to a good end may have made it all the same: Slack is asked before it is sent again,
    /// and what was made since the wish is ours.
    /// </summary>
    public Link AskBeforeCreating() => this with { AskFirst = true, Intended = Intended ?? Since };

    /// <summary>
    /// Somebody has made it in Slack meanwhile: who that is, and whether it may be adopted, is seen by asking.
    /// </summary>
    public Link AskWhoHasIt() => this with { AskFirst = true, Asked = Asked + 1 };

    /// <summary>
    /// Slack says that it does not know it: it is asked for it by its id before that is believed.
    /// </summary>
    public Link AskIfGone() =>
        this with
        {
            AskFirst = true,
            Attempts = Attempts + 1,
            Asked = Kind == Kind.Group ? 0 : Asked, // a group is then asked for by its names
        };

    /// <summary>
    /// It was found by asking who has the address, though Slack did not know its id: that is not done once more for what
    /// is told next.
    /// </summary>
    public Link AskedAlready() => this with { Asked = 1 };

    /// <summary>Slack has what it has said that it does not know.</summary>
    /// <param name="due">When it is told again.</param>
    /// <param name="why">What was met; null if it was not told before.</param>
    public Link FindThere(Instant? due, Reason? why) =>
        StopAsking() with
        {
            Due = due,
            Reason = WhileHeld ?? (IsAside ? Reason : why),
        };

    /// <summary>Nothing is to be asked any more.</summary>
    public Link StopAsking() => this with { AskFirst = false, Intended = null };

    /// <summary>What was there before us nobody wants gone.</summary>
    public Link LetStay() => StopAsking() with { Absent = false };

    // Outcomes

    /// <summary>It is tried again at its time.</summary>
    public Link Delay(Instant due, Reason why) =>
        this with
        {
            Attempts = Attempts + 1,
            Due = due,
            Reason = WhileHeld ?? (IsAside ? Reason : why),
        };

    /// <summary>What Slack refused is set aside; the rest is sent without it.</summary>
    public Link PutAside(FieldSet fields, Reason why) =>
        this with
        {
            SetAside = SetAside.With(fields),
            // Who cannot have a spare address, or the one that is wanted, exchanges none.
            Reason = WhileHeld ?? (IsAside && !fields.Has(SlackField.PrimaryEmail) ? Reason : why),
        };

    /// <summary>Slack lets nobody change it.</summary>
    public Link Protect(Reason why) => this with { Protection = why, Reason = WhileHeld ?? why };

    /// <summary>Slack is asked once more whether it lets it be changed.</summary>
    public Link TryAgain() => Protection is { IsProven: true } ? this with { Protection = null } : this;

    /// <summary>
    /// A wish has its outcome. One that came after it is still to be told, or is held: its state, its time and who
    /// waits for it stay as they are.
    /// </summary>
    /// <param name="version">The wish.</param>
    /// <param name="outcome">What came of it.</param>
    /// <param name="now">When it is.</param>
    public Link End(long version, LinkOutcome outcome, Instant now)
    {
        ArgumentNullException.ThrowIfNull(outcome);
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
        To(LinkEvent.Suspended) with
        {
            Reason = why,
            SettledVersion = WantedVersion,
            Since = now,
            AnswerBy = null,
            Due = null,
            Attempts = 0,
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

    // The v1 lane

    /// <summary>
    /// Somebody writes it by the v1 lane: what Slack has is not known until it was read, and nothing else is told while
    /// that may still land.
    /// </summary>
    /// <param name="now">When it is.</param>
    /// <param name="lands">Until when it may land.</param>
    /// <param name="mayLetIn">
    /// Whether it may let somebody in: then a provider that wants him out says so once more, whatever came of it.
    /// </param>
    public Link Touch(Instant now, Instant lands, bool mayLetIn = false) =>
        To(LinkEvent.Touched) with
        {
            Since = now,
            LostUntil = lands,
            Delivered = mayLetIn && Told.Active == false ? Told.With(active: true).ToUtf8() : Delivered,
        };

    /// <summary>Slack has answered that, so that nothing of it is to land any more.</summary>
    public Link Land() => this with { LostUntil = null };

    /// <summary>It is known again what Slack has; what was set aside before is to be planned again.</summary>
    public Link Know(Instant now) => EndUnknown(LinkEvent.Known, why: null, now);

    /// <summary>It was read, and Slack has the account no more.</summary>
    public Link ReadInVain(Reason why, Instant now) =>
        EndUnknown(LinkEvent.ReadInVain, why, now).Drift(null, false, "");

    private Link EndUnknown(LinkEvent read, Reason? why, Instant now) =>
        To(read) with
        {
            Reason = why,
            SetAside = FieldSet.Nothing,
            Since = now,
            Due = null,
            Attempts = 0,
            LostUntil = null,
        };

    // Operators, imports

    /// <summary>An operator lets it be claimed or changed again.</summary>
    public Link Release() =>
        To(LinkEvent.Released) with
        {
            Protection = null,
            Reason = null,
            SetAside = FieldSet.Nothing,
        };

    /// <summary>An operator has nobody change it any more; what is under way ends by that.</summary>
    public Link ProtectByHand(Instant now) =>
        To(LinkEvent.ProtectedByHand) with
        {
            Protection = ReasonCode.ByHand,
            Reason = ReasonCode.ByHand,
            SetAside = FieldSet.Nothing,
            Since = State == LinkState.Pending ? Since : now,
            Due = null,
            Attempts = 0,
        };

    /// <summary>An operator has the person erased: its Slack id is left, by which nobody fills it again.</summary>
    public Link Forget(Instant now) =>
        To(LinkEvent.Forgotten) with
        {
            UserName = null,
            Delivered = null,
            Seen = null,
            Echo = null,
            SeenAt = null,
            Protection = ReasonCode.ErasedHere,
            Reason = ReasonCode.ErasedHere,
            Absent = false,
            SettledVersion = WantedVersion,
            Since = now,
            SetAside = FieldSet.Nothing,
            Kept = FieldSet.Nothing,
            Spoken = FieldSet.Nothing,
            AnswerBy = null,
            Due = null,
            Attempts = 0,
            Reachable = false,
            DriftedAt = null,
            IsDriftSuspected = false,
            Drifted = "",
        };

    /// <summary>Why nothing is sent for the time being; null once it is.</summary>
    public Link WaitFor(Reason? why) => this with { Reason = why };

    /// <summary>An import shows what nobody claims, or hides it and says why.</summary>
    public Link Present(ResourceId resource, LinkEvent found, Reason? why, Instant now)
    {
        var next = To(found);
        return ClaimantId == resource && State == next.State && Reason == why
            ? this
            : next with
            {
                ClaimantId = resource,
                Reason = why,
                Since = State == next.State && Kind == Kind.Group ? Since : now,
                Protection =
                    found == LinkEvent.FoundProtected ? why
                    : Protection is { IsForEver: false, IsProven: false } ? Protection
                    : null,
            };
    }

    /// <summary>An import finds a claimed account to be the token owner's.</summary>
    public Link SeeProtected(Reason why) =>
        To(LinkEvent.SeenProtected) with
        {
            Protection = why,
            Reason = IsSettledOrProtected ? why : Reason,
        };

    /// <summary>An import finds that a claimed account is not the token owner's any more.</summary>
    public Link SeeFree() =>
        To(LinkEvent.SeenFree) with
        {
            Protection = null,
            Reason = IsSettledOrProtected ? null : Reason,
        };

    /// <summary>Slack shows it other than right after our last delivery, or as it should again.</summary>
    public Link Drift(Instant? since, bool isSuspected, string what) =>
        this with
        {
            DriftedAt = since,
            IsDriftSuspected = isSuspected,
            Drifted = what,
        };

    /// <summary>What Slack has is what it shows, so that what is wanted is told again.</summary>
    public Link TakeDrift(SlackProfile seen, FieldSet fields)
    {
        ArgumentNullException.ThrowIfNull(seen);
        return this with { Delivered = Told.With(seen.Only(fields.Has)).ToUtf8(), Echo = seen.ToUtf8() };
    }

    // What Slack did not know when it was asked last, it may know again: whoever wants something of it asks first.
    private bool AsksIfGone => AskFirst || (State == LinkState.Broken && SlackId is not null);

    private bool IsSettledOrProtected => State is LinkState.Settled or LinkState.Protected;

    // What an operator has to decide stays said, whatever becomes of an older wish meanwhile.
    private Reason? WhileHeld => State == LinkState.Held ? Reason : null;

    private Link To(LinkEvent happens) => this with { State = LinkStates.After(State, happens) };

    private static SlackProfile Profile(byte[]? stored) =>
        stored is null ? SlackProfile.Nothing : SlackProfile.Read(stored);
}

/// <summary>What a provider's request makes a link want.</summary>
/// <param name="Operation">The operation of the request.</param>
/// <param name="Spoken">
/// The fields that it speaks of; null if it speaks of members alone, which leaves alone what the link says of the
/// document's last wish: that may still be under way.
/// </param>
/// <param name="Priority">Its place in the queue.</param>
/// <param name="At">When it was asked.</param>
/// <param name="AnswerBy">Until when the request waits.</param>
/// <param name="Held">Why it is kept back; null if it is not.</param>
public sealed record Wish(
    OperationId Operation,
    FieldSet? Spoken,
    SlackPriority Priority,
    Instant At,
    Instant AnswerBy,
    Reason? Held = null
);

/// <summary>What came of a wish, for the link.</summary>
/// <param name="Event">How it ended.</param>
/// <param name="Why">Why not as it was wished; null if it did.</param>
/// <param name="Retry">When a failure is tried again.</param>
/// <param name="Kept">The fields whose clearing Slack does not take; null for those known before.</param>
public sealed record LinkOutcome(LinkEvent Event, Reason? Why = null, Instant? Retry = null, FieldSet? Kept = null);

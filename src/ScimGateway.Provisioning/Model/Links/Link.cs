using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Model.Links;

/// <summary>
/// One account or group that Slack has or may get: what it is to be, what we told Slack, what Slack showed. Kept for
/// ever. It changes by its own methods alone, each of which leaves the whole of it right.
/// </summary>
internal sealed partial record Link
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

    /// <summary>By what it was found to be whose it is; null if we made it, or nobody has claimed it.</summary>
    public MatchedBy? MatchedBy { get; init; }

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

    /// <summary>Whether it exchanges addresses with others and has, or is to have, a spare one until all do.</summary>
    public bool IsAside { get; init; }

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
    /// When it was last told, or seen, to come or go, so that Slack took it out of groups by itself: what Slack showed of
    /// them before says nothing of it. Null if it never was.
    /// </summary>
    public Instant? Turned { get; init; }

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

    /// <summary>Whether a wish is not settled: it may have been sent.</summary>
    public bool IsUnsettled => WantedVersion != SettledVersion;

    /// <summary>
    /// Whether a wish that is not settled may have been sent. Of a tenant that stands still none has been, but for what a
    /// former process left under way.
    /// </summary>
    public bool MayBeSent(bool isStill) => IsUnsettled && (!isStill || LostUntil is not null);

    /// <summary>
    /// Whether it is to be gone, and Slack has called it unknown or its removal is being sent again.
    /// </summary>
    public bool IsLeaving => Absent && State is LinkState.Broken or LinkState.Pending;

    /// <summary>Whether there is no account or group of it, and none may have been made unseen.</summary>
    public bool HasNothingAtSlack => SlackId is null && !AskFirst;

    /// <summary>Whether Slack is to hear of it for the first time.</summary>
    public bool IsUntold =>
        this is { State: LinkState.Pending, Sent: false, HasNothingAtSlack: true, LostUntil: null, Absent: false };

    /// <summary>Whether Slack has it active, as it was told, or else as it shows it; null if that is not known.</summary>
    public bool? IsActive => (Delivered is null ? AtSlack : Told).Active;

    /// <summary>Whether Slack has it active, as it was last seen where somebody has changed that there since.</summary>
    public bool? IsActiveAtSlack => ChangedSinceEcho.Has(SlackField.Active) ? AtSlack.Active : IsActive;

    /// <summary>Whether there is an account that Slack has active, or may have.</summary>
    public bool MayBeIn => this is { SlackId: not null, IsActiveAtSlack: not false };

    /// <summary>Whether nobody may change the account, and Slack has it active, or may have.</summary>
    public bool IsProtectedIn => this is { Protection: not null, MayBeIn: true };

    /// <summary>The fields that Slack showed at the last look other than right after our last delivery.</summary>
    public FieldSet ChangedSinceEcho =>
        Seen is null || Echo.AsSpan().SequenceEqual(Seen) ? FieldSet.Nothing : Otherwise(AtSlack);

    /// <summary>What was delivered; nothing is known where nothing was.</summary>
    public SlackProfile Told => Profile(Delivered);

    /// <summary>What Slack last showed.</summary>
    public SlackProfile AtSlack => Profile(Seen);

    /// <summary>The address by which the account signs in, as Slack was told, or else as it shows it; null if that is not known.</summary>
    public string? Address => Has(SlackField.PrimaryEmail);

    /// <summary>Whether it exchanges addresses, or did and has not got one of its own again.</summary>
    public bool IsOnSpareAddress =>
        SlackId is { } id && (IsAside || (Address is { } address && SpareAddress.Is(address, id)));

    /// <summary>What Slack has in a field, as it was told, or else as it shows it; null if that is empty or not known.</summary>
    public string? Has(SlackField field) => (Told.Says(field) ? Told : AtSlack)[field];

    /// <summary>The fields that Slack shows other than right after our last delivery.</summary>
    public FieldSet Otherwise(SlackProfile shown)
    {
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

    // What Slack did not know when it was asked last, it may know again: whoever wants something of it asks first.
    private bool AsksIfGone => AskFirst || (State == LinkState.Broken && SlackId is not null);

    private bool IsSettledOrProtected => State is LinkState.Settled or LinkState.Protected;

    /// <summary>What an operator has to decide of it; null if it is not held.</summary>
    public HeldFor? HeldFor =>
        State != LinkState.Held ? null
        : Reason is { AwaitsApproval: true } ? Links.HeldFor.Approval
        : Reason?.Code switch
        {
            ReasonCode.AnotherPerson => Links.HeldFor.AnotherPerson,
            ReasonCode.DeactivatedInSlack => Links.HeldFor.DeactivatedInSlack,
            _ => Links.HeldFor.Conflict,
        };

    /// <summary>Whether Slack, which does not know the account, is asked whether another one has its address.</summary>
    public bool IsAskedInPlace => AskFirst && SlackId is not null && Asked >= InPlace;

    /// <summary>Whether somebody may have made another account for who had this one, and Slack was not asked for it yet.</summary>
    public bool IsReplaceable =>
        Kind == Kind.User
        && ClaimantId is not null
        && Asked < InPlace
        && SlackId is { } id
        && Address is { } address
        && !SpareAddress.Is(address, id);

    /// <summary>Whether its user may wait for an address that another one has.</summary>
    public bool MayWaitForAddress => State == LinkState.Pending || Reason is { Code: ReasonCode.AddressTaken };

    // What an operator has to decide stays said, whatever becomes of an older wish meanwhile.
    private Reason? WhileHeld => State == LinkState.Held ? Reason : null;

    // Nothing of it has failed, so there is nothing to wait for.
    // A link that has an account is asked for it once after it was found by its address, and twice where another one may
    // have taken its place.
    private const int InPlace = 2;

    private Link Untried() => this with { Due = null, Attempts = 0, Asked = 0 };

    private Link To(LinkEvent happens)
    {
        var state = LinkStates.After(State, happens);
        return this with
        {
            State = state,
            IsAside = IsAside && state == LinkState.Pending && happens != LinkEvent.TakenBack,
        };
    }

    private static SlackProfile Profile(byte[]? stored) =>
        stored is null ? SlackProfile.Nothing : SlackProfile.Read(stored);
}

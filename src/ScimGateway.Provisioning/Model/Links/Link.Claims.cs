using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Model.Links;

/// <content>Whose it is, and what operators and imports do to it.</content>
internal sealed partial record Link
{
    // Claims

    /// <summary>A resource claims it, or shows it.</summary>
    public Link ClaimBy(ResourceId? resource) => this with { ClaimantId = resource };

    /// <summary>
    /// It passes from one user or group to another. What is known to be changed in Slack is told again.
    /// </summary>
    public Link PassTo(ResourceId resource, MatchedBy? by) =>
        Unlearn(ChangedSinceEcho) with
        {
            ClaimantId = resource,
            MatchedBy = by,
        };

    /// <summary>A claim takes what Slack shows for what it was told.</summary>
    public Link TakeSeen(MatchedBy by) => this with { Delivered = Seen, MatchedBy = by };

    /// <summary>
    /// A user without an account claims it by another identifier than before. An account that existed before keeps its
    /// user name.
    /// </summary>
    public Link ClaimAnew(ResourceId user, MatchedBy by) =>
        To(LinkEvent.Claimed) with
        {
            ClaimantId = user,
            Delivered = Seen,
            MatchedBy = by,
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
        return To(LinkEvent.Unlinked).Untried().Drift(since: null, isSuspected: false, "") with
        {
            ClaimantId = null,
            MatchedBy = null,
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
            Asked = 0,
            Slice = null,
        };
    }

    /// <summary>The Slack user name that we chose for it.</summary>
    public Link Name(string? userName) => this with { UserName = userName };

    /// <summary>Another name is tried, since Slack did not take the one before.</summary>
    public Link TryName(string userName) => this with { UserName = userName, Attempts = Attempts + 1 };

    /// <summary>It was there before us.</summary>
    public Link Adopt() =>
        this with
        {
            Imported = true,
            MatchedBy = Links.MatchedBy.AtSlack,
            UserName = Kind == Kind.User ? null : UserName,
        };

    /// <summary>It takes a spare address, so that others can have its own once all who exchange theirs have.</summary>
    public Link StepAside() => To(LinkEvent.SteppedAside) with { IsAside = true, Reason = ReasonCode.StepsAside };

    /// <summary>There is nothing to exchange any more, and what was set aside meanwhile is tried again.</summary>
    public Link StepBack() =>
        To(LinkEvent.SteppedBack) with
        {
            IsAside = false,
            Reason = Protection,
            SetAside = FieldSet.Nothing,
        };

    /// <summary>An operator lets it be claimed or changed again.</summary>
    public Link Release() =>
        To(LinkEvent.Released) with
        {
            Protection = null,
            Reason = null,
            SetAside = FieldSet.Nothing,
        };

    /// <summary>Slack lets nobody change it.</summary>
    public Link Protect(Reason why) => this with { Protection = why, Reason = WhileHeld ?? why };

    /// <summary>Slack is asked once more whether it lets it be changed.</summary>
    public Link TryAgain() => Protection is { IsProven: true } ? this with { Protection = null } : this;

    /// <summary>An operator has nobody change it any more; what is under way ends by that.</summary>
    public Link ProtectByHand(Instant now) =>
        To(LinkEvent.ProtectedByHand).Untried() with
        {
            Protection = ReasonCode.ByHand,
            Reason = ReasonCode.ByHand,
            SetAside = FieldSet.Nothing,
            Since = State == LinkState.Pending ? Since : now,
        };

    /// <summary>An operator has the person erased: its Slack id is left, by which nobody fills it again.</summary>
    public Link Forget(Instant now) =>
        To(LinkEvent.Forgotten).Blank() with
        {
            Protection = ReasonCode.ErasedHere,
            Reason = ReasonCode.ErasedHere,
            SettledVersion = WantedVersion,
            Since = now,
            AnswerBy = null,
        };

    /// <summary>An operator erases a person for whom Slack never had an account: nothing of the person stays.</summary>
    public Link Blank() =>
        Untried().Drift(since: null, isSuspected: false, "") with
        {
            UserName = null,
            Delivered = null,
            Seen = null,
            Echo = null,
            SeenAt = null,
            Reason = null,
            Absent = false,
            SetAside = FieldSet.Nothing,
            Kept = FieldSet.Nothing,
            Spoken = FieldSet.Nothing,
            Reachable = false,
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

    /// <summary>An import or a new token finds that an account is not the token owner's any more.</summary>
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
        return this with { Delivered = Told.With(seen.Only(fields.Has)).ToUtf8(), Echo = seen.ToUtf8() };
    }
}

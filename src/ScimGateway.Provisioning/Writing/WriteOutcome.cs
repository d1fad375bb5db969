using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Policy;

namespace ScimGateway.Provisioning.Writing;

/// <summary>What a write comes to, as data: <see cref="Apply"/> carries it out. These six are all there are.</summary>
internal abstract record WriteOutcome
{
    private WriteOutcome() { }

    /// <summary>What is asked to change, in words; null where nothing is there yet that could.</summary>
    public string? Change { get; init; }

    /// <summary>Nothing is written but what follows from the refusal.</summary>
    public sealed record Refused(Refusal Refusal) : WriteOutcome
    {
        /// <summary>Nothing follows from it.</summary>
        public Refused(ScimException why)
            : this(new Refusal(why)) { }
    }

    /// <summary>The document is as it was, and Slack has nothing to hear.</summary>
    /// <param name="Resource">What is there.</param>
    /// <param name="Notes">What is said of it all the same.</param>
    public sealed record Nothing(Resource Resource, IReadOnlyList<string>? Notes = null) : WriteOutcome
    {
        /// <summary>The links of others that have something to tell Slack by it.</summary>
        public IReadOnlyList<LinkId> OtherLinks { get; init; } = [];
    }

    /// <summary>It cannot be decided before more is read.</summary>
    /// <param name="Names">Whether the Slack user names that come next have to be known.</param>
    /// <param name="Counted">The link of which the guard's numbers have to be known.</param>
    public sealed record NeedsMore(bool Names = false, LinkId? Counted = null) : WriteOutcome;

    /// <summary>
    /// The account that the user is held for goes back to the former user; then it is decided again, with what is there then.
    /// </summary>
    public sealed record GivesBack : WriteOutcome;

    /// <summary>
    /// The member rows are written; then it is decided again, by what has become of them. If it is refused then, the
    /// transaction is rolled back.
    /// </summary>
    public sealed record MembersFirst(MemberRows Rows) : WriteOutcome;

    /// <summary>The resource and its link as they are from now on.</summary>
    public sealed record Written(Resource Resource, Link Link, Verdict Verdict) : WriteOutcome
    {
        /// <summary>The document, where there is one to plan by.</summary>
        public ScimResource? Document { get; init; }

        /// <summary>The keys that the link takes, all of which are free.</summary>
        public IReadOnlyList<(KeyKind Kind, string Value)> Takes { get; init; } = [];

        /// <summary>Whether the link lets go of the keys that nobody wants for it any more.</summary>
        public bool FreesKeys { get; init; }

        /// <summary>What the guard counts.</summary>
        public IReadOnlyList<Guarded> Counts { get; init; } = [];

        /// <summary>Whether what was held of the link is no more to be decided.</summary>
        public bool EndsHold { get; init; }

        /// <summary>Links of which an operator is asked whose they are, since the user wants their address.</summary>
        public IReadOnlyList<LinkId> AsksWhose { get; init; } = [];

        /// <summary>Addresses that the user may have waited for, and wants no more.</summary>
        public IReadOnlyList<string> AsksNoMoreFor { get; init; } = [];

        /// <summary>An unclaimed account or group, which is not shown while this one has its name.</summary>
        public Resource? Hides { get; init; }

        /// <summary>The key of a name that the resource lets go of, under which a hidden account or group may be shown again.</summary>
        public string? LeavesName { get; init; }

        /// <summary>
        /// The deleted user whose account the user takes, which Slack is told to remove from that user's groups; or the deleted
        /// group that comes back.
        /// </summary>
        public ResourceId? Succeeds { get; init; }

        /// <summary>Whether groups that left the user out have something to tell Slack.</summary>
        public bool ComesBack { get; init; }

        /// <summary>What is done with the member rows of a new group.</summary>
        public MemberRows? Rows { get; init; }

        /// <summary>What has become of the member rows of a group that is changed.</summary>
        public MembersChange? Members { get; init; }

        /// <summary>Members whom Slack refused before that are tried again.</summary>
        public Instant? TriesAgain { get; init; }
    }
}

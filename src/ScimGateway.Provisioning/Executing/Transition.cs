using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Executing;

/// <summary>
/// What Slack's reply makes of a link: plain data, computed by <see cref="Replies"/> and the subject's own rows, and
/// carried out by <see cref="Recording"/>, which decides nothing.
/// </summary>
internal abstract record Transition
{
    private Transition() { }

    /// <summary>Slack has what the command carried, or what was found; what is left is planned anew.</summary>
    /// <param name="SlackId">The id, if Slack showed one.</param>
    /// <param name="Carried">What Slack has by it.</param>
    /// <param name="Seen">What Slack showed.</param>
    public sealed record Deliver(string? SlackId, SlackProfile Carried, SlackProfile? Seen) : Transition
    {
        /// <summary>Whether it was there before us and is claimed.</summary>
        public bool Adopts { get; init; }

        /// <summary>Whether Slack did what nobody told it, so that it is told nothing more.</summary>
        public bool Halts { get; init; }

        /// <summary>
        /// The link that the account had before Slack seemed to know it no more, or by which an import shows the group;
        /// null if there is none. It is this one from now on.
        /// </summary>
        public LinkId? TakesUp { get; init; }

        /// <summary>Why Slack does not know the account any more in whose place this one is; null if there was none.</summary>
        public Reason? Replaces { get; init; }

        /// <summary>Why what is wanted of it waits for an operator; null if it does not.</summary>
        public Reason? Suspends { get; init; }
    }

    /// <summary>What was to be gone is gone; what is left is planned anew.</summary>
    public sealed record Remove : Transition;

    /// <summary>Slack says that it does not know the account or group: it is asked for it by its id.</summary>
    public sealed record AskIfGone : Transition;

    /// <summary>Slack has the account of which it said that it does not know it: it is told, after a while if it was just now.</summary>
    /// <param name="In">After how long; null for at once.</param>
    /// <param name="Why">What was met; null if nothing was told.</param>
    public sealed record TellAgain(TimeSpan? In, Reason? Why) : Transition;

    /// <summary>
    /// Slack knows what is to be gone no more, asked twice: the user or group is gone, unless an import shows it again.
    /// </summary>
    public sealed record Lose(Reason Why) : Transition;

    /// <summary>An account was erased: nobody has what it had, and who is to be there gets another one.</summary>
    public sealed record Erase : Transition;

    /// <summary>
    /// Slack has nothing by the address or name that was asked about: the next one is, or the asking ends.
    /// </summary>
    public sealed record AskOn : Transition;

    /// <summary>
    /// Slack no longer knows the account that a new user was to have: the user gets another one, and the former one is
    /// known for what it is.
    /// </summary>
    public sealed record Anew(Reason Why) : Transition;

    /// <summary>
    /// Slack no longer knows the account of who is to be out: it is asked whether another one has the address.
    /// </summary>
    public sealed record AskInPlace : Transition;

    /// <summary>Slack is asked who has the address or name.</summary>
    public sealed record AskWho : Transition;

    /// <summary>What was found was there before us, and nobody wants it gone.</summary>
    public sealed record LetStay : Transition;

    /// <summary>It is sent again after a while.</summary>
    /// <param name="In">After how long.</param>
    /// <param name="Why">What was met.</param>
    public sealed record Later(TimeSpan In, Reason Why) : Transition
    {
        /// <summary>Whether a create may have happened, so that Slack is asked first.</summary>
        public bool AsksFirst { get; init; }

        /// <summary>How long the command may still land; null if it is known that Slack did not take it.</summary>
        public TimeSpan? MayLandFor { get; init; }

        /// <summary>Whether what is in its way has to go first, and is told so.</summary>
        public bool Clears { get; init; }
    }

    /// <summary>Slack cannot be written at all.</summary>
    public sealed record Shut(Reason Why) : Transition;

    /// <summary>The document goes back to what it was before the wish, and the request is refused.</summary>
    /// <param name="Why">What the provider is told.</param>
    /// <param name="Else">What happens where there is no way back.</param>
    public sealed record TakeBack(Reason Why, Transition Else) : Transition
    {
        /// <summary>How the link ends; null for how its plan says.</summary>
        public LinkEvent? Leaves { get; init; }
    }

    /// <summary>Slack says that nobody changes it, which is kept.</summary>
    /// <param name="Why">What Slack said.</param>
    /// <param name="Then">What comes of the wish.</param>
    public sealed record Protect(Reason Why, Transition Then) : Transition;

    /// <summary>The fields are set aside, and the rest is sent without them.</summary>
    public sealed record SetAside(FieldSet Fields, Reason Why) : Transition;

    /// <summary>Nothing more is asked about who made it.</summary>
    /// <param name="Then">What comes of the wish.</param>
    public sealed record StopAsking(Transition Then) : Transition;

    /// <summary>The wish ends otherwise than settled.</summary>
    public sealed record End(LinkEvent As, Reason Why) : Transition;

    /// <summary>The next name that is ours to choose is tried.</summary>
    /// <param name="Else">What happens where none is left.</param>
    public sealed record TryName(Transition Else) : Transition;

    /// <summary>Fewer members go in the next call, since one of them is not taken.</summary>
    public sealed record Narrow(int Most) : Transition;

    /// <summary>A member waits; all else goes on.</summary>
    public sealed record BlockMember(PlannedMember Member, Reason Why) : Transition;

    /// <summary>Whoever is to come in waits until somebody leaves.</summary>
    public sealed record BlockJoiners : Transition;
}

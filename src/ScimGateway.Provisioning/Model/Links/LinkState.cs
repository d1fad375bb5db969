namespace ScimGateway.Provisioning.Model.Links;

/// <summary>Where a link stands with its last wish. Rows keep the numbers.</summary>
public enum LinkState
{
    /// <summary>Nothing to do.</summary>
    Settled,

    /// <summary>Something is to be told to Slack.</summary>
    Pending,

    /// <summary>Slack refused some field, and has the rest.</summary>
    Failed,

    /// <summary>An operator has to decide.</summary>
    Held,

    /// <summary>Slack cannot hold it yet.</summary>
    Blocked,

    /// <summary>Slack will not let us.</summary>
    Protected,

    /// <summary>Slack no longer knows it.</summary>
    Broken,

    /// <summary>Somebody else writes it, by the v1 lane; it is read first.</summary>
    Unknown,
}

/// <summary>What happens to a link. Whatever else changes of it, its state changes by these alone.</summary>
public enum LinkEvent
{
    /// <summary>A provider wants something else.</summary>
    Wished,

    /// <summary>A provider wants something else, and the guard or a doubt about the person keeps it back.</summary>
    Held,

    /// <summary>The gateway or an operator has it planned again, with nothing set aside.</summary>
    Renewed,

    /// <summary>It is planned again beside whatever is under way of it.</summary>
    Joined,

    /// <summary>What was wished last is taken back.</summary>
    TakenBack,

    /// <summary>Users exchange addresses: it is to have a spare one for a while.</summary>
    SteppedAside,

    /// <summary>There is nothing to exchange any more.</summary>
    SteppedBack,

    /// <summary>Nothing is left to tell Slack, which has all of it.</summary>
    Settled,

    /// <summary>Nothing is left to tell Slack, which refused a part of it, or all.</summary>
    Failed,

    /// <summary>Nothing can be told to Slack yet.</summary>
    Blocked,

    /// <summary>Nothing is left to tell Slack, which lets nobody change it.</summary>
    Protected,

    /// <summary>Slack no longer knows it.</summary>
    Lost,

    /// <summary>Slack did to it what nobody had asked for: an operator decides.</summary>
    Suspended,

    /// <summary>An operator lets it be claimed or changed again.</summary>
    Released,

    /// <summary>An import shows it, and nobody has claimed it.</summary>
    Shown,

    /// <summary>An import finds that another one has its name or address.</summary>
    FoundInConflict,

    /// <summary>An import finds that nobody may have it.</summary>
    FoundProtected,

    /// <summary>
    /// An import finds a claimed account to be one that nobody may have, and leaves alone what is under way.
    /// </summary>
    SeenProtected,

    /// <summary>An import finds that a claimed account is nobody's to keep from us any more.</summary>
    SeenFree,

    /// <summary>A user or group without an account claims it.</summary>
    Claimed,

    /// <summary>An operator ends its claim.</summary>
    Unlinked,

    /// <summary>An operator has nobody change it any more.</summary>
    ProtectedByHand,

    /// <summary>An operator has the person erased.</summary>
    Forgotten,

    /// <summary>Somebody writes it in Slack's own words, by the v1 lane.</summary>
    Touched,

    /// <summary>It is known again what Slack has of it.</summary>
    Known,

    /// <summary>It was read again, and Slack has it no more.</summary>
    ReadInVain,
}

/// <summary>
/// The table of a link's states: whatever is not in it cannot happen. It is printed into docs/states.md and run by a
/// test.
/// </summary>
internal static class LinkStates
{
    private static readonly LinkState[] _all = Enum.GetValues<LinkState>();

    /// <summary>A line of the table: in which states an event may come, and where it leads.</summary>
    /// <param name="Event">The event.</param>
    /// <param name="From">The states in which it may come.</param>
    /// <param name="To">Where it leads; null where it stays.</param>
    /// <param name="Says">When it happens.</param>
    public sealed record Line(LinkEvent Event, IReadOnlyList<LinkState> From, LinkState? To, string Says);

    /// <summary>The table.</summary>
    public static IReadOnlyList<Line> Table { get; } =
    [
        new(LinkEvent.Wished, _all, LinkState.Pending, "a provider's request is written down"),
        new(LinkEvent.Held, _all, LinkState.Held, "the guard holds a request, or the account may be another person's"),
        new(
            LinkEvent.Renewed,
            _all,
            LinkState.Pending,
            "a retry, a release, a rule, a preference, a key that became free, a re-sync"
        ),
        new(
            LinkEvent.Joined,
            Except(LinkState.Held),
            LinkState.Pending,
            "a member became possible or a nested group changed, beside the call under way"
        ),
        new(LinkEvent.Joined, [LinkState.Held], null, "the rest is planned once an operator has decided"),
        new(
            LinkEvent.TakenBack,
            [LinkState.Pending],
            LinkState.Pending,
            "Slack refused while the request waited, or the wait was too long"
        ),
        new(
            LinkEvent.SteppedAside,
            [LinkState.Pending],
            LinkState.Pending,
            "users want each other's addresses: it gets a spare one until Slack has let all of them go"
        ),
        new(
            LinkEvent.SteppedBack,
            [LinkState.Pending],
            LinkState.Pending,
            "the exchange of addresses is done, or cannot be"
        ),
        new(LinkEvent.Settled, [LinkState.Pending], LinkState.Settled, "Slack has what is wanted"),
        new(LinkEvent.Failed, [LinkState.Pending], LinkState.Failed, "Slack refused a field, or all"),
        new(
            LinkEvent.Blocked,
            [LinkState.Pending],
            LinkState.Blocked,
            "no address, inactive before an account, out of scope, left out"
        ),
        new(LinkEvent.Protected, [LinkState.Pending], LinkState.Protected, "Slack lets nobody change it"),
        new(
            LinkEvent.Lost,
            [LinkState.Pending],
            LinkState.Broken,
            "Slack does not know the account any more, or a group that is to be gone"
        ),
        .. (
            (LinkEvent[])[LinkEvent.Settled, LinkEvent.Failed, LinkEvent.Blocked, LinkEvent.Protected, LinkEvent.Lost]
        ).Select(ends => new Line(ends, Except(LinkState.Pending), null, "the present state stays")),
        new(
            LinkEvent.Suspended,
            [LinkState.Pending],
            LinkState.Held,
            "Slack shows it inactive, though no call said so"
        ),
        new(LinkEvent.Released, [LinkState.Protected], LinkState.Settled, "an operator lets it be claimed"),
        new(LinkEvent.Shown, Except(LinkState.Pending), LinkState.Settled, "an import shows it, unclaimed"),
        new(
            LinkEvent.FoundInConflict,
            Except(LinkState.Pending),
            LinkState.Held,
            "an import finds that another one has the name or address"
        ),
        new(
            LinkEvent.FoundProtected,
            Except(LinkState.Pending),
            LinkState.Protected,
            "an import finds a bot, the token's owner, or one that was protected before"
        ),
        new(
            LinkEvent.SeenProtected,
            [LinkState.Settled, LinkState.Protected],
            LinkState.Protected,
            "an import or a new token finds its owner among the claimed"
        ),
        new(
            LinkEvent.SeenProtected,
            Except(LinkState.Settled, LinkState.Protected),
            null,
            "what is under way ends first"
        ),
        new(
            LinkEvent.SeenFree,
            [LinkState.Settled, LinkState.Protected],
            LinkState.Settled,
            "an import finds that the token is another account's now"
        ),
        new(LinkEvent.SeenFree, Except(LinkState.Settled, LinkState.Protected), null, "what is under way ends first"),
        new(
            LinkEvent.Claimed,
            _all,
            LinkState.Settled,
            "another identifier finds it for a user without an account, or an operator says whose it is"
        ),
        new(
            LinkEvent.Unlinked,
            Except(LinkState.Broken),
            LinkState.Settled,
            "an operator ends the claim: the account stays as it is, and nobody claims it"
        ),
        new(LinkEvent.Unlinked, [LinkState.Broken], null, "an import may find it again"),
        new(
            LinkEvent.ProtectedByHand,
            Except(LinkState.Pending, LinkState.Broken),
            LinkState.Protected,
            "an operator protects it"
        ),
        new(LinkEvent.ProtectedByHand, [LinkState.Pending], null, "its plan becomes empty, and it ends protected"),
        new(LinkEvent.Forgotten, Except(LinkState.Pending), LinkState.Protected, "an operator erases the person"),
        new(
            LinkEvent.Touched,
            [LinkState.Settled, LinkState.Failed, LinkState.Blocked, LinkState.Unknown],
            LinkState.Unknown,
            "a write of the v1 lane is stored, before Slack gets it"
        ),
        new(
            LinkEvent.Known,
            [LinkState.Unknown],
            LinkState.Settled,
            "Slack has shown it since, or has refused the write; what was failed or blocked is planned again"
        ),
        new(
            LinkEvent.ReadInVain,
            [LinkState.Unknown, LinkState.Settled, LinkState.Failed, LinkState.Blocked, LinkState.Held],
            LinkState.Broken,
            "a read shows that Slack no longer has it"
        ),
    ];

    private static readonly Dictionary<(LinkState, LinkEvent), LinkState> _next = Table
        .SelectMany(line => line.From, (line, from) => (Key: (from, line.Event), To: line.To ?? from))
        .ToDictionary(entry => entry.Key, entry => entry.To);

    /// <summary>Where an event leads from a state.</summary>
    /// <exception cref="InvalidOperationException">It cannot happen there.</exception>
    public static LinkState After(LinkState from, LinkEvent happens) =>
        _next.TryGetValue((from, happens), out var to)
            ? to
            : throw new InvalidOperationException($"A link that is {from} cannot be {happens}.");

    private static LinkState[] Except(params LinkState[] states) => [.. _all.Except(states)];
}

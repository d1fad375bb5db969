namespace ScimGateway.Provisioning.Model.Links;

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
            "an import or a new token finds that the owner is another account now"
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

using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Tests.Model.Links;

/// <summary>A link to which one thing happens after the other, each where the gateway lets it happen.</summary>
internal sealed class LinkLife
{
    private static readonly SlackField[] _fields =
    [
        SlackField.Title,
        SlackField.Active,
        SlackField.PrimaryEmail,
        SlackField.DisplayName,
    ];

    private readonly Random _random;
    private readonly (string Says, Func<bool> May, Func<Link> Does)[] _steps;
    private readonly List<string> _told = [];
    private Instant _now = Moves.Now;

    // The wish that the call under way was planned for, and whether a provider has the link.
    private long? _flight;
    private bool _isClaimed;

    /// <summary>A link that is made, or found by an import.</summary>
    public LinkLife(int seed)
    {
        _random = new Random(seed);
        var kind = Either(Kind.User, Kind.Group);
        Link = Chance()
            ? Link.New(new TenantId(1), kind)
            : Link.Found(new TenantId(1), kind, "U1", SlackProfile.Empty, isReachable: true, _now)
                .ClaimBy(ResourceId.New(_now.ToTime()));
        _steps = Steps();
    }

    /// <summary>The link as it is now.</summary>
    public Link Link { get; private set; }

    /// <summary>What has happened to it.</summary>
    public IReadOnlyList<string> Told => _told;

    private bool IsPending => Link.State == LinkState.Pending;

    // What was under way when an operator was asked ends all the same.
    private bool IsAnswered => _flight is not null && Link.State is (LinkState.Pending or LinkState.Held);
    private bool Waits => Link.AnswerBy > _now && Link.SpokenVersion <= _flight;
    private bool IsLast => _flight == Link.WantedVersion;

    /// <summary>One more thing happens.</summary>
    public void Go()
    {
        _now += TimeSpan.FromMilliseconds(_random.Next(5_000));
        var may = Array.FindAll(_steps, step => step.May());
        var (says, _, does) = may[_random.Next(may.Length)];
        _told.Add(says);
        Link = does();
    }

    private (string, Func<bool>, Func<Link>)[] Steps() => [.. Requests(), .. Calls(), .. Answers(), .. Others()];

    // Somebody's next write waits while an answer is out, but for members alone.
    private (string, Func<bool>, Func<Link>)[] Requests() =>
        [
            ("wish", () => MayWish(), () => Wished(Some(), null)),
            ("held wish", () => MayWish(), () => Wished(Some(), new Reason(ReasonCode.GuardAccounts, "20"))),
            ("wish for members", () => Link.Kind == Kind.Group && _isClaimed, () => Wished(null, null)),
            ("accept", () => Link.AnswerBy is not null, () => Link.Accept(Link.SpokenVersion)),
            ("hurry", () => true, () => Link.Hurry()),
            (
                "wait for the shadow run",
                () => IsPending && Link.Reason is null,
                () => Link.WaitFor(ReasonCode.ShadowRun)
            ),
        ];

    private (string, Func<bool>, Func<Link>)[] Calls() =>
        [
            ("call", () => IsPending && _flight is null && !(Link.Next > _now), () => Flies(Link)),
            (
                "nothing to tell",
                () => IsPending && _flight is null && !Link.AskFirst,
                () => Link.End(Link.WantedVersion, Ending(), _now)
            ),
            (
                "take over after a stop that was not clean",
                () => IsPending && _flight is null,
                () =>
                    Link.SlackId is null
                        ? Link.AskBeforeCreating().Delay(_now + TimeSpan.FromSeconds(30), Lost)
                        : Link.Delay(_now + TimeSpan.FromSeconds(30), Lost)
            ),
        ];

    private static Reason Lost => new(ReasonCode.AnswerLost, "time limit");

    private (string, Func<bool>, Func<Link>)[] Answers() =>
        [
            (
                "done, and nothing is left",
                () => IsAnswered && IsPending,
                () => Delivered(link => link.End(link.WantedVersion, EndingOf(link), _now))
            ),
            ("done, and more is to do", () => IsAnswered, () => Delivered(link => link)),
            ("done, and others have come since", () => IsAnswered && !IsLast, () => Settled(_flight!.Value)),
            ("asked in vain", () => IsAnswered && Link.AskFirst, () => Answered(link => link.StopAsking())),
            ("asked who has it", () => IsAnswered && Link.SlackId is null, () => Answered(link => link.AskWhoHasIt())),
            ("was there before us", () => IsAnswered && Link.AskFirst, () => Answered(link => link.LetStay())),
            ("said to be gone", () => IsAnswered && Link.SlackId is not null, () => Answered(link => link.AskIfGone())),
            ("late", () => IsAnswered, () => Answered(link => link.Delay(_now + TimeSpan.FromSeconds(1), Lost))),
            (
                "lost",
                () => IsAnswered,
                () =>
                    Answered(link =>
                    {
                        var landed = _now + TimeSpan.FromSeconds(30);
                        var lost = link.Lose(SlackProfile.Nothing.With(SlackField.Title, null), landed);
                        return (link.SlackId is null ? lost.AskBeforeCreating() : lost).Delay(landed, Lost);
                    })
            ),
            (
                "set aside",
                () => IsAnswered && !Waits && Link.SlackId is not null,
                () => Answered(link => link.PutAside(Some(), Moves.Why))
            ),
            (
                "exchanges addresses",
                () => Link is { State: LinkState.Blocked, Kind: Kind.User } && _isClaimed && _flight is null,
                () => Link.Renew(OperationId.New(_now.ToTime()), _now).StepAside()
            ),
            ("exchanges no more", () => IsPending && Link.IsAside, () => Link.StepBack()),
            ("failed", () => IsAnswered && !Waits, () => Ended(LinkEvent.Failed)),
            ("blocked", () => IsAnswered && Link.SlackId is null, () => Ended(LinkEvent.Blocked)),
            (
                "lost for good",
                () => IsAnswered && !Waits && (Link.Kind == Kind.User || Link.Absent),
                () => Ended(LinkEvent.Lost)
            ),
            (
                "protected",
                () => IsAnswered && !Waits,
                () =>
                {
                    Link = Link.Protect(Moves.Why);
                    return Ended(LinkEvent.Protected);
                }
            ),
            (
                "deactivated unasked",
                () => IsAnswered && IsPending && Link is { Kind: Kind.User, SlackId: not null },
                () => Delivered(link => link.Suspend(ReasonCode.DeactivatedInSlack, _now))
            ),
            ("refused", () => IsAnswered && Waits, () => Answered(TakenBack)),
            (
                "gone, and made again",
                () => IsAnswered && Link is { Kind: Kind.Group, SlackId: not null },
                () => Answered(link => link.Vanish())
            ),
            (
                "another name",
                () => IsAnswered && Link is { Kind: Kind.User, Imported: false },
                () => Answered(link => link.TryName("vera1"))
            ),
            ("fewer members", () => IsAnswered && Link.Kind == Kind.Group, () => Answered(link => link.Narrow(5))),
        ];

    private (string, Func<bool>, Func<Link>)[] Others() =>
        [
            (
                "write of the v1 lane",
                () => _flight is null && (Link.IsAtRest || Link.State == LinkState.Unknown),
                () => Link.Touch(_now, _now + TimeSpan.FromSeconds(10))
            ),
            ("its answer", () => Link.State == LinkState.Unknown, () => Link.Land()),
            ("known again", () => Link.State == LinkState.Unknown, () => Link.Know(_now)),
            ("read in vain", () => Link.State == LinkState.Unknown, () => Link.ReadInVain(Moves.Why, _now)),
            (
                "withdrawn",
                () => IsPending && Link is { Sent: false, AnswerBy: not null } && _flight is null,
                () => TakenBack(Link)
            ),
            ("renew", () => _isClaimed && _flight is null, () => Link.Renew(OperationId.New(_now.ToTime()), _now)),
            ("join", () => _isClaimed && Link.Kind == Kind.Group, () => Link.Join(_now)),
            (
                "release",
                () => Link is { State: LinkState.Protected, Protection.IsForEver: false },
                () => Link.Release()
            ),
            ("shown", () => IsFree && Link.Protection is null, () => Presented(LinkEvent.Shown, null)),
            ("in conflict", () => IsFree, () => Presented(LinkEvent.FoundInConflict, ReasonCode.AccountInConflict)),
            ("a bot", () => IsFree, () => Presented(LinkEvent.FoundProtected, ReasonCode.Bot)),
            // In other states an import takes the reason along with which the link stands there (it is to be mended).
            (
                "the token owner's",
                () =>
                    _isClaimed
                    && Link is { Kind: Kind.User, SlackId: not null, Protection: null, State: LinkState.Settled },
                () => Link.SeeProtected(ReasonCode.TokenOwner)
            ),
            (
                "the token owner's no more",
                () =>
                    _isClaimed
                    && Link
                        is { Protection.Code: ReasonCode.TokenOwner, State: LinkState.Settled or LinkState.Protected },
                () => Link.SeeFree()
            ),
            (
                "claimed anew",
                () => IsFree && Link.Kind == Kind.User && Link.Protection is null,
                () =>
                {
                    _isClaimed = true;
                    return Link.ClaimAnew(ResourceId.New(_now.ToTime()), MatchedBy.Address);
                }
            ),
            (
                "unlinked",
                () => _isClaimed && _flight is null && Link is { SlackId: not null, AskFirst: false },
                () =>
                {
                    _isClaimed = false;
                    return Link.EndClaim(_now).ClaimBy(ResourceId.New(_now.ToTime()));
                }
            ),
            (
                "protected by hand",
                () =>
                    _flight is null
                    && !(Link.AnswerBy > _now)
                    && Link is { SlackId: not null, Protection: null, State: not LinkState.Broken },
                () => Link.ProtectByHand(_now)
            ),
            (
                "erased here",
                () => IsFree && Link is { Kind: Kind.User, IsUnsettled: false } && _random.Next(10) == 0,
                () => Link.Forget(_now)
            ),
            ("seen", () => Link.SlackId is not null, () => Link.See(SlackProfile.Empty, _now, Chance())),
            ("drifted", () => Link.IsAtRest, () => Link.Drift(_now, Chance(), "title")),
            ("drifted no more", () => Link.IsAtRest, () => Link.Drift(null, isSuspected: false, "")),
            ("unlearnt", () => true, () => Chance() ? Link.UnlearnAll() : Link.Unlearn(Some())),
        ];

    // What an import finds and nobody has claimed.
    private bool IsFree => !_isClaimed && Link is { State: not LinkState.Pending, Absent: false, SlackId: not null };

    private bool MayWish() => !(Link.AnswerBy > _now);

    private Link Wished(FieldSet? spoken, Reason? held)
    {
        var link = _isClaimed ? Link : Link.ClaimBy(ResourceId.New(_now.ToTime())).TakeSeen(MatchedBy.Address);
        _isClaimed = true;
        if (link is { Kind: Kind.User, Imported: false, UserName: null })
            link = link.Name("vera");
        return link.Want(Chance()).Wish(Wish(spoken, held));
    }

    private Wish Wish(FieldSet? spoken, Reason? held) =>
        new(
            OperationId.New(_now.ToTime()),
            spoken,
            Either(Enum.GetValues<SlackPriority>()),
            _now,
            _now + TimeSpan.FromSeconds(8),
            held
        );

    private Link Flies(Link link)
    {
        _flight = link.WantedVersion;
        return link;
    }

    private Link Answered(Func<Link, Link> then)
    {
        _flight = null;
        return then(Link);
    }

    private Link Delivered(Func<Link, Link> then) =>
        Answered(link =>
            then(
                (link is { AskFirst: true, Asked: > 0 } && Chance() ? link.Adopt() : link).Deliver(
                    link.SlackId ?? "U1",
                    SlackProfile.Empty.With(active: true),
                    null,
                    _now
                )
            )
        );

    private Link Settled(long told) => Delivered(link => link.SettleUpTo(told, _now));

    private Link Ended(LinkEvent ends)
    {
        var told = _flight!.Value;
        // As the second transaction passes it, whatever the end.
        return Answered(link => link.End(told, new LinkOutcome(ends, Moves.Why, _now + TimeSpan.FromMinutes(1)), _now));
    }

    // As the second transaction does it: what is left is told, or it ends.
    private Link TakenBack(Link link)
    {
        var isKnown = link.SlackId is not null || link.AskFirst;
        var back = link.SettleAll().TakeBack(absent: !isKnown || Chance(), link.ClaimantId, _now);
        return Chance() ? back.Renew(OperationId.New(_now.ToTime()), _now)
            : back.AskFirst ? back
            : back.End(back.WantedVersion, EndingOf(back), _now);
    }

    private Link Presented(LinkEvent found, Reason? why) => Link.Present(Link.ClaimantId!.Value, found, why, _now);

    private LinkOutcome Ending() => EndingOf(Link);

    // As a plan with nothing left says it.
    private LinkOutcome EndingOf(Link link) =>
        link.Protection is { } protection ? new(LinkEvent.Protected, protection)
        : !link.SetAside.IsEmpty ? new(LinkEvent.Failed, link.Reason, _now + TimeSpan.FromMinutes(1))
        : Chance() && link.SlackId is null ? new(LinkEvent.Blocked, ReasonCode.Inactive)
        : new(LinkEvent.Settled);

    private FieldSet Some() => FieldSet.Of(Either(_fields), Either(_fields));

    private bool Chance() => _random.Next(2) == 0;

    private T Either<T>(params T[] all) => all[_random.Next(all.Length)];
}

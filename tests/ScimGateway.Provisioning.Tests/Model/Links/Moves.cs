using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Tests.Model.Links;

/// <summary>The methods of a link by the event that each raises, and the ways into its states by them.</summary>
internal static class Moves
{
    /// <summary>When the links of these tests are looked at.</summary>
    public static readonly Instant Now = new(1_800_000_000_000);

    /// <summary>A minute later a failure is tried again.</summary>
    public static readonly Instant Retry = Now + TimeSpan.FromMinutes(1);

    /// <summary>Until when a request waits.</summary>
    public static readonly Instant AnswerBy = Now + TimeSpan.FromSeconds(8);

    /// <summary>What Slack said.</summary>
    public static Reason Why { get; } = new(ReasonCode.SlackRefused, "400 title_invalid");

    /// <summary>A wish for another title.</summary>
    public static Wish Wish { get; } =
        new(OperationId.New(Now.ToTime()), FieldSet.Of(SlackField.Title), SlackPriority.Update, Now, AnswerBy);

    /// <summary>The methods that raise an event.</summary>
    public static IReadOnlyDictionary<LinkEvent, Func<Link, Link>> ByEvent { get; } =
        new Dictionary<LinkEvent, Func<Link, Link>>
        {
            [LinkEvent.Wished] = link => link.Wish(Wish),
            [LinkEvent.Held] = link => link.Wish(Wish with { Held = new Reason(ReasonCode.GuardAccounts, "20") }),
            [LinkEvent.Renewed] = link => link.Renew(OperationId.New(Now.ToTime()), Now),
            [LinkEvent.Joined] = link => link.Join(Now),
            [LinkEvent.TakenBack] = link => link.TakeBack(absent: false, link.ClaimantId, Now),
            [LinkEvent.SteppedAside] = link => link.StepAside(),
            [LinkEvent.SteppedBack] = link => link.StepBack(),
            [LinkEvent.Settled] = link => End(link, LinkEvent.Settled),
            [LinkEvent.Failed] = link => End(link, LinkEvent.Failed),
            [LinkEvent.Blocked] = link => End(link, LinkEvent.Blocked),
            [LinkEvent.Protected] = link => End(link, LinkEvent.Protected),
            [LinkEvent.Lost] = link => End(link, LinkEvent.Lost),
            [LinkEvent.Suspended] = link => link.Suspend(ReasonCode.DeactivatedInSlack, Now),
            [LinkEvent.Released] = link => link.Release(),
            [LinkEvent.Shown] = link => Present(link, LinkEvent.Shown, null),
            [LinkEvent.FoundInConflict] = link =>
                Present(link, LinkEvent.FoundInConflict, ReasonCode.AccountInConflict),
            [LinkEvent.FoundProtected] = link => Present(link, LinkEvent.FoundProtected, ReasonCode.Bot),
            [LinkEvent.SeenProtected] = link => link.SeeProtected(ReasonCode.TokenOwner),
            [LinkEvent.SeenFree] = link => link.SeeFree(),
            [LinkEvent.Unlinked] = link => link.EndClaim(Now),
            [LinkEvent.ProtectedByHand] = link => link.ProtectByHand(Now),
            [LinkEvent.Forgotten] = link => link.Forget(Now),
            [LinkEvent.Touched] = link => link.Touch(Now, Retry),
            [LinkEvent.Known] = link => link.Know(Now),
            [LinkEvent.ReadInVain] = link => link.ReadInVain(Why, Now),
            [LinkEvent.Claimed] = link => link.ClaimAnew(ResourceId.New(Now.ToTime()), MatchedBy.Address),
        };

    /// <summary>A link that came into a state by its own methods; null where none leads there.</summary>
    public static Link? In(LinkState state, Kind kind = Kind.User)
    {
        var pending = Link.New(new TenantId(1), kind).Wish(Wish);
        return state switch
        {
            LinkState.Settled => End(pending, LinkEvent.Settled),
            LinkState.Pending => pending,
            LinkState.Failed => End(pending.PutAside(FieldSet.Of(SlackField.Title), Why), LinkEvent.Failed),
            LinkState.Held => ByEvent[LinkEvent.Held](Link.New(new TenantId(1), kind)),
            LinkState.Blocked => End(pending, LinkEvent.Blocked),
            LinkState.Protected => End(pending.Protect(Why), LinkEvent.Protected),
            LinkState.Broken => End(pending, LinkEvent.Lost),
            LinkState.Unknown => End(pending, LinkEvent.Settled).Touch(Now, Retry),
            _ => null,
        };
    }

    private static Link End(Link link, LinkEvent ends) =>
        link.End(
            link.WantedVersion,
            new LinkOutcome(ends, ends == LinkEvent.Settled ? null : Why, ends == LinkEvent.Failed ? Retry : null),
            Now
        );

    private static Link Present(Link link, LinkEvent found, Reason? why) =>
        link.Present(link.ClaimantId ?? ResourceId.New(Now.ToTime()), found, why, Now);
}

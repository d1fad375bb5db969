using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Wire;
using Xunit;

namespace ScimGateway.Provisioning.Tests.Model.Links;

/// <summary>
/// What is true of every link, whatever has happened to it: asked after each step of random lives, in which a step is
/// taken only where its callers take it.
/// </summary>
public class LinkWalkTests
{
    private const int Walks = 400;
    private const int Steps = 60;

    // Each sentence is one that somebody relies on.
    private static readonly (string Says, Func<Link, bool> Holds)[] _invariants =
    [
        ("what is settled was the last wish", link => link.State != LinkState.Settled || !link.IsUnsettled),
        ("what is pending has a wish that is not settled", link => link.State != LinkState.Pending || link.IsUnsettled),
        ("no wish is settled before it is made", link => link.SettledVersion <= link.WantedVersion),
        ("the document's wish is one of the wishes", link => link.SpokenVersion <= link.WantedVersion),
        (
            "nobody waits for what goes nowhere by itself",
            link => link.State == LinkState.Pending || link.AnswerBy is null
        ),
        (
            "what is blocked or lost has no time at which it is tried again",
            link => link.State is not (LinkState.Blocked or LinkState.Broken) || link.Due is null
        ),
        (
            "what failed has a time at which it is tried again",
            link => link.State != LinkState.Failed || link.Due is not null
        ),
        (
            "what is protected says why, and for whom it counts",
            link => link.State != LinkState.Protected || link.Protection is not null
        ),
        (
            "what does not stand well has a reason",
            link => link.State is LinkState.Settled or LinkState.Pending or LinkState.Unknown || link.Reason is not null
        ),
        ("what is left aside is of a wish with a reason", link => link.SetAside.IsEmpty || link.Reason is not null),
        ("nothing is left aside of what is settled", link => link.State != LinkState.Settled || link.SetAside.IsEmpty),
        ("only what is asked about has a time from which it is ours", link => link.AskFirst || link.Intended is null),
        ("only of what has no id it is asked who has it", link => link.Intended is null || link.SlackId is null),
        (
            "an account that can be in groups has an id",
            link => link.Kind == Kind.Group || !link.Reachable || link.SlackId is not null
        ),
        ("what was there before us keeps its user name", link => !link.Imported || link.UserName is null),
        (
            "only what is told to Slack has a spare address for a while",
            link => !link.IsAside || link.State == LinkState.Pending
        ),
        ("what has not drifted is not suspected", link => link.DriftedAt is not null || !link.IsDriftSuspected),
    ];

    [Fact]
    public void Whatever_happens_to_a_link_these_stay_true()
    {
        for (var seed = 0; seed < Walks; seed++)
        {
            var life = new LinkLife(seed);
            for (var step = 0; step < Steps; step++)
            {
                life.Go();
                var broken = _invariants
                    .Where(invariant => !invariant.Holds(life.Link))
                    .Select(invariant => invariant.Says);
                Assert.True(
                    !broken.Any(),
                    $"seed {seed}, step {step}: {string.Join("; ", broken)}.\n{string.Join('\n', life.Told)}\n{life.Link}"
                );
            }
        }
    }

    [Fact]
    public void The_walks_come_into_every_state_there_is_a_way_into()
    {
        var seen = new HashSet<LinkState>();
        for (var seed = 0; seed < Walks; seed++)
        {
            var life = new LinkLife(seed);
            for (var step = 0; step < Steps; step++)
            {
                life.Go();
                seen.Add(life.Link.State);
            }
        }

        Assert.Equal(Enum.GetValues<LinkState>().Where(state => Moves.In(state) is not null), seen.Order());
    }
}

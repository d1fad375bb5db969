using System.Globalization;
using System.Text;
using ScimGateway.Slack.Budget;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Slack.Tests.Budget.Pacing;

/// <summary>
/// The promise of patience, in virtual time, and the page that shows it: an onboarding takes at most 1.05 times what
/// Slack's limits allow, nothing is refused by our own making, and leavers do not notice.
/// </summary>
[Trait("speed", "slow")]
public class PacingTests
{
    private const double OneThird = 1.0 / 3;

    // What the limits allow (docs/slack.md 6): of 2,000 leavers, 40 go with the bursts of two buckets and the rest
    // at 2 x 3 a second.
    private const double JoinersAllowed = (10_000 - 20) / 3.0;
    private const double LeaversAllowed = (2_000 - 40) / 6.0;
    private const double LeaversLeft = (2_000 - 40) / 4.0;

    private static readonly Lazy<SimulationResult> _joiners = Of(new());
    private static readonly Lazy<SimulationResult> _leavers = Of(new() { LeaversPerSecond = 3 });
    private static readonly Lazy<SimulationResult> _rush = Of(new() { LeaversAtOnce = 2_000 });
    private static readonly Lazy<SimulationResult> _everything = Of(
        new()
        {
            Joiners = 2_000,
            Groups = 0,
            LeaversPerSecond = 3,
            Updates = 2_000,
        }
    );
    private static readonly Lazy<SimulationResult> _sharedJoiners = Of(new() { OtherApp = OneThird });
    private static readonly Lazy<SimulationResult> _sharedLeavers = Of(
        new() { OtherApp = OneThird, LeaversPerSecond = 3 }
    );
    private static readonly Lazy<SimulationResult> _sharedRush = Of(
        new() { OtherApp = OneThird, LeaversAtOnce = 2_000 }
    );
    private static readonly Lazy<SimulationResult> _left = Of(
        new()
        {
            OtherApp = OneThird,
            OtherAppUntil = TimeSpan.FromMinutes(20),
            LeaversPerSecond = 3,
        }
    );

    [Fact]
    public void Ten_thousand_joiners_and_their_groups_take_what_the_limits_allow()
    {
        var result = _joiners.Value;

        Assert.Equal((10_000, 200), (result.JoinersDone, result.Done(JobKind.Group)));
        Assert.Equal(0, result.Refused);
        Assert.InRange(result.JoinersAndGroupsTook.TotalSeconds, JoinersAllowed, 1.05 * JoinersAllowed);
        Assert.InRange(result.UseByJoiners, 0.99, 1);
    }

    [Fact]
    public void Leavers_at_three_a_second_do_not_notice_the_onboarding_nor_it_them()
    {
        var result = _leavers.Value;

        Assert.Equal(0, result.Refused);
        Assert.Equal(0, result.LeaversBehindJoiners);
        Assert.InRange(result.LeaversWithin(0.99), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.InRange(result.JoinersAndGroupsTook.TotalSeconds, JoinersAllowed, 1.05 * JoinersAllowed);
    }

    [Fact]
    public void Of_two_thousand_leavers_at_once_none_is_behind_a_joiner()
    {
        var result = _rush.Value;

        Assert.Equal(2_000, result.Done(JobKind.Leaver));
        Assert.Equal(0, result.Refused);
        Assert.Equal(0, result.LeaversBehindJoiners);
        Assert.InRange(result.LeaversTook.TotalSeconds, LeaversAllowed, 1.05 * LeaversAllowed);
        Assert.InRange(result.JoinersAndGroupsTook.TotalSeconds, JoinersAllowed, 1.05 * JoinersAllowed);
    }

    [Fact]
    public void When_everything_waits_the_organizations_budget_is_used_up_and_leavers_still_come_first()
    {
        var result = _everything.Value;

        Assert.Equal(0, result.Refused);
        Assert.Equal(0, result.LeaversBehindJoiners);
        Assert.InRange(result.UseOfAllWritesEarly, 0.99, 1);
        Assert.InRange(result.LeaversWithin(0.99), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.InRange(result.BackgroundEarly, 0.01, 0.03);
    }

    [Fact]
    public void Beside_another_app_joiners_use_what_it_leaves()
    {
        var result = _sharedJoiners.Value;

        Assert.Equal(10_000, result.JoinersDone);
        Assert.InRange(result.UseByJoiners, 0.97, 1);
        Assert.InRange(result.Refused, 0, 200);
    }

    [Fact]
    public void Beside_another_app_leavers_still_go_within_two_seconds()
    {
        var result = _sharedLeavers.Value;

        Assert.Equal(0, result.LeaversBehindJoiners);
        Assert.InRange(result.LeaversWithin(0.99), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.InRange(result.UseByJoiners, 0.97, 1);
    }

    [Fact]
    public void Beside_another_app_two_thousand_leavers_use_what_it_leaves()
    {
        var result = _sharedRush.Value;

        Assert.Equal(2_000, result.Done(JobKind.Leaver));
        Assert.Equal(0, result.LeaversBehindJoiners);
        Assert.InRange(result.LeaversTook.TotalSeconds, 0.95 * LeaversLeft, 1.05 * LeaversLeft);
    }

    [Fact]
    public void When_the_other_app_has_gone_the_full_rate_is_back_within_ten_minutes()
    {
        var result = _left.Value;

        Assert.NotNull(result.RecoveredIn);
        Assert.InRange(result.RecoveredIn.Value, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        Assert.InRange(result.UseByJoiners, 0.97, 1);
    }

    [Fact]
    public void The_page_of_results_is_fresh() => GeneratedPage.AssertFresh("pacing.md", Page());

    private static Lazy<SimulationResult> Of(Scenario scenario) => new(() => Simulation.Run(scenario));

    private static string Page()
    {
        var page = new StringBuilder();
        page.Append(
            """
            # Pacing, in virtual time

            Printed by `PacingTests`: how long provisioning takes within Slack's rate limits, by a seeded simulation with the
            budget and the schedule of `ScimGateway.Slack`.

            * Slack is a model of token buckets (capacity = burst, refill = limit / 60 a second); it shares no code with the budget.
            * A call takes 150 ms ± 20 ms, one in a hundred up to 0.8 s more; at most 16 are in flight.
            * Leavers at 3/s come at random (Poisson), each a PATCH that may become a DELETE; 2,000 at once come after ten minutes.
            * Groups have 60 joiners each and are created when all of these exist.

            | scenario | joiners and groups done | allowed | 429 for us | joiners' use of what is left | leavers: p50, p99, worst | leavers done | allowed |
            | --- | --- | --- | --- | --- | --- | --- | --- |

            """
        );
        Row("10,000 joiners, 200 groups", _joiners, JoinersAllowed);
        Row("the same, leavers at 3/s", _leavers, JoinersAllowed);
        Row("the same, 2,000 leavers at once", _rush, JoinersAllowed, LeaversAllowed);
        Row("10,000 joiners, 200 groups beside another app", _sharedJoiners);
        Row("the same, leavers at 3/s", _sharedLeavers);
        Row("the same, 2,000 leavers at once", _sharedRush, leavers: LeaversLeft);
        Row("leavers at 3/s, the other app gone after 20 min", _left);
        page.Append(
            CultureInfo.InvariantCulture,
            $"""

            *Allowed* is what the limits permit with full buckets: (10,000 − 20) / 3 s, (2,000 − 40) / 6 s, and beside another app
            (2,000 − 40) / 4 s.

            **Another app** sends, unannounced, a third of all writes (creations, changes and deletions of users at 1/s each, changes of
            groups at ⅓/s, at random) and drops what Slack refuses: {_sharedJoiners.Value.OthersRefused} of its calls in the first of these rows. The gateway learns of it
            from its own refused calls. After the app had gone all buckets were back at their full rate in {Seconds(
                _left.Value.RecoveredIn!.Value
            )}.

            **Everything at once**: 2,000 joiners, groups, changes of users and changes of groups each, background changes of users and
            deletions of groups, and leavers at 3/s want at least 12 calls a second of the organization's 10. Refused: {_everything.Value.Refused}.
            Used of the organization's bucket in the first ten minutes: {Percent(
                _everything.Value.UseOfAllWritesEarly
            )}. Background's part: {Percent(
                _everything.Value.BackgroundEarly
            )}. Leavers' p99:
            {Seconds(_everything.Value.LeaversWithin(0.99))}.

            ## What the margin is for

            Slack counts a call later than the gateway, with varying delay and by its own clock. The budget's burst is therefore smaller by
            one second of the rate, and its rate lower by 0.1 %. Calls refused with leavers at 3/s and no other app:

            | margin | as above | Slack's clock 500 ppm slow | stragglers up to 3 s | both |
            | --- | --- | --- | --- | --- |

            """
        );
        MarginRow("none", SlackMargin.None);
        MarginRow("rate only (0.1 %)", SlackMargin.Usual with { Jitter = TimeSpan.Zero });
        MarginRow("burst only (1 s)", SlackMargin.Usual with { Drift = 0 });
        MarginRow("both", SlackMargin.Usual);
        return page.ToString();

        void Row(string name, Lazy<SimulationResult> lazy, double? joiners = null, double? leavers = null)
        {
            var result = lazy.Value;
            var came = result.Done(JobKind.Leaver) > 0;
            page.Append(
                CultureInfo.InvariantCulture,
                $"| {name} | {Took(result.JoinersAndGroupsTook, joiners)} | {Allowed(joiners)} | {result.Refused} | {Percent(result.UseByJoiners)} "
            );
            page.Append(
                CultureInfo.InvariantCulture,
                $"| {(came ? $"{Seconds(result.LeaversWithin(0.5))}, {Seconds(result.LeaversWithin(0.99))}, {Seconds(result.LeaversWithin(1))}" : "–")} "
            );
            page.Append(
                CultureInfo.InvariantCulture,
                $"| {(leavers is null ? "–" : Took(result.LeaversTook, leavers))} | {Allowed(leavers)} |\n"
            );
        }

        void MarginRow(string name, SlackMargin margin)
        {
            page.Append(CultureInfo.InvariantCulture, $"| {name} ");
            foreach (var stragglers in new[] { 0.8, 3 })
            foreach (var lag in new[] { 0, 0.0005 })
            {
                var result = Simulation.Run(
                    new()
                    {
                        LeaversPerSecond = 3,
                        Margin = margin,
                        ClockLag = lag,
                        Stragglers = TimeSpan.FromSeconds(stragglers),
                    }
                );
                page.Append(CultureInfo.InvariantCulture, $"| {result.Refused} ");
            }
            page.Append("|\n");
        }
    }

    private static string Took(TimeSpan time, double? allowed) =>
        allowed is { } limit
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{time.TotalSeconds:0} s = {time.TotalSeconds / limit:0.000}×"
            )
            : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s");

    private static string Allowed(double? limit) =>
        limit is null ? "–" : string.Create(CultureInfo.InvariantCulture, $"{limit:0} s");

    private static string Seconds(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00} s");

    private static string Percent(double part) => string.Create(CultureInfo.InvariantCulture, $"{100 * part:0.0} %");
}

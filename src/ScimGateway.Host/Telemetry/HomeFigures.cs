using System.Diagnostics.Metrics;
using ScimGateway.Basics.Spelling;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Slack.Budget;

namespace ScimGateway.Host.Telemetry;

/// <summary>
/// What the homes of this instance know: what waits for Slack's limits, what is left of them, and how far an import is. They are
/// read for each answer, and of the oldest tenants alone, as each has a dozen series.
/// </summary>
internal sealed class HomeFigures
{
    private static readonly SlackPriority[] _priorities = Enum.GetValues<SlackPriority>();

    private static readonly Kind[] _kinds = Enum.GetValues<Kind>();

    private readonly Homes _homes;
    private readonly TelemetryOptions _options;

    public HomeFigures(IMeterFactory meters, Homes homes, TelemetryOptions options, TimeProvider clock)
    {
        (_homes, _options) = (homes, options);
        var meter = meters.Create(RefusedCredentials.Source);
        meter.CreateObservableGauge(
            "scim.homes",
            () => homes.All.Count(home => !home.HasEnded),
            "{tenant}",
            "Tenants whose changes this instance tells Slack."
        );
        meter.CreateObservableCounter(
            "scim.homes.taken_over",
            () => homes.TakenOver,
            "{tenant}",
            "Tenants that this instance has taken over from one that ended without handing them over."
        );
        meter.CreateObservableGauge(
            "scim.import.read",
            () =>
                OfEach(home =>
                    home.Import.Running is { } running
                        ? _kinds.Select(kind => new Measurement<int>(
                            running.Of(kind),
                            new("tenant", home.Slug),
                            new("kind", ClosedWords.Of(kind))
                        ))
                        : []
                ),
            null,
            "What an import has read of Slack's users and groups so far, while it runs."
        );
        meter.CreateObservableGauge(
            "scim.slack.waiting",
            () => OfEach(home => Waiting(home).Select(p => Of(home, p, home.Schedule.CountOf(p)))),
            "{change}",
            "What waits for Slack's limits, by priority."
        );
        meter.CreateObservableGauge(
            "scim.slack.waiting.age",
            () =>
                OfEach(home =>
                    from priority in Waiting(home)
                    let since = home.Schedule.SinceOf(priority)
                    where since is not null
                    select Of(home, priority, (clock.GetUtcNow() - since.Value).TotalSeconds)
                ),
            "s",
            "For how long the first of it has waited."
        );
        meter.CreateObservableGauge(
            "scim.slack.budget.left",
            () =>
                OfEach(home =>
                    from bucket in home.Budget.Read()
                    where bucket.Rest < bucket.Burst
                    select new Measurement<double>(
                        (double)bucket.Rest / bucket.Burst,
                        new("tenant", home.Slug),
                        new("bucket", ClosedWords.Of(bucket.Bucket))
                    )
                ),
            "1",
            "The part of one of Slack's limits that is left, where it is not all of it."
        );
    }

    private static IEnumerable<SlackPriority> Waiting(TenantHome home) =>
        _priorities.Where(priority => home.Schedule.CountOf(priority) > 0);

    private static Measurement<T> Of<T>(TenantHome home, SlackPriority priority, T value)
        where T : struct => new(value, new("tenant", home.Slug), new("priority", ClosedWords.Of(priority)));

    private IEnumerable<Measurement<T>> OfEach<T>(Func<TenantHome, IEnumerable<Measurement<T>>> figures)
        where T : struct =>
        _homes
            .All.Where(home => !home.HasEnded)
            .OrderBy(home => home.Id.Value)
            .Take(_options.Tenants)
            .SelectMany(figures);
}

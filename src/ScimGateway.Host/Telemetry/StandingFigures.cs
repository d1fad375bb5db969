using System.Diagnostics.Metrics;
using ScimGateway.Basics.Spelling;
using ScimGateway.Host.Operations;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Telemetry;

/// <summary>
/// How many users and groups of each tenant are not settled, and for how long the first of them has not been. The store is
/// asked on a clock of its own, so that nobody who asks for metrics makes it work. In a cluster one instance tells.
/// </summary>
internal sealed partial class StandingFigures : BackgroundService
{
    /// <summary>The tenant that stands for those without series of their own.</summary>
    public const string Others = "~others";

    private static readonly TimeSpan _every = TimeSpan.FromSeconds(15);

    private readonly Store _store;
    private readonly MetricsOptions _options;
    private readonly DoesChores _doesChores;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private volatile IReadOnlyList<UnsettledLinks> _seen = [];

    public StandingFigures(
        IMeterFactory meters,
        Store store,
        MetricsOptions options,
        DoesChores doesChores,
        TimeProvider clock,
        ILogger<StandingFigures> log
    )
    {
        (_store, _options, _doesChores, _clock, _log) = (store, options, doesChores, clock, log);
        var meter = meters.Create(RefusedCredentials.Source);
        meter.CreateObservableGauge(
            "scim.links.unsettled",
            () => Measured(link => link.Count),
            "{link}",
            "Users and groups whose state is not settled, by that state."
        );
        meter.CreateObservableGauge(
            "scim.links.unsettled.age",
            () => Measured(link => (_clock.Now().ToTime() - link.Since.ToTime()).TotalSeconds),
            "s",
            "For how long the first of them has been in that state."
        );
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                _seen = _doesChores()
                    ? await _store.ReadAsync(
                        session => UnsettledLinks.Of(session, _options.Tenants, Others),
                        stoppingToken
                    )
                    : [];
            }
            catch (StoreAwayException)
            {
                _seen = []; // figures that are out of date would say that all is as it was
            }
#pragma warning disable CA1031 // figures are no reason to end
            catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
            {
                _seen = [];
                NotRead(_log, e.GetType().Name, e.StackTrace);
            }
            await Task.Delay(_every, _clock, stoppingToken);
        }
    }

    private IEnumerable<Measurement<T>> Measured<T>(Func<UnsettledLinks, T> figure)
        where T : struct =>
        _seen.Select(links => new Measurement<T>(
            figure(links),
            new("tenant", links.Tenant),
            new("state", ClosedWords.Of(links.State))
        ));

    [LoggerMessage(
        EventName = "metrics.not-read",
        Level = LogLevel.Error,
        Message = "The figures of the metrics could not be read from the store: {Kind} {Where}"
    )]
    private static partial void NotRead(ILogger log, string kind, string? where);
}

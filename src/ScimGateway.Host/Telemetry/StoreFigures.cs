using System.Diagnostics.Metrics;
using ScimGateway.Basics.Spelling;
using ScimGateway.Host.Logging;
using ScimGateway.Host.Operations;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Telemetry;

/// <summary>
/// What only the store knows: which tenants Slack hears of, how their operations ended, how many of their users and groups
/// are not settled and for how long, when their Slack was last read and their credentials used. It is asked on a clock of
/// its own, so that nobody who asks for metrics makes it work. In a cluster one instance tells.
/// </summary>
internal sealed class StoreFigures : BackgroundService
{
    /// <summary>The tenant that stands for those without series of their own.</summary>
    public const string Others = "~others";

    private static readonly TimeSpan _every = TimeSpan.FromSeconds(15);

    // What has ended is in the store some time later than it says.
    private static readonly TimeSpan _untilCommitted = TimeSpan.FromSeconds(15);

    // After a longer outage there is no rate to be told.
    private static readonly TimeSpan _mostCaughtUp = TimeSpan.FromHours(1);

    private static readonly string[] _outcomes =
    [
        .. Enum.GetValues<OperationOutcome>()
            .Except([OperationOutcome.Pending, OperationOutcome.Accepted]) // which have not ended
            .Select(outcome => outcome.Word()),
    ];

    private readonly Store _store;
    private readonly TelemetryOptions _options;
    private readonly DoesChores _doesChores;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private volatile Seen _seen = Seen.Nothing;
    private volatile IReadOnlyDictionary<(string Tenant, string Outcome), long> _ended =
        new Dictionary<(string, string), long>();
    private Instant _until;

    public StoreFigures(
        IMeterFactory meters,
        Store store,
        TelemetryOptions options,
        DoesChores doesChores,
        TimeProvider clock,
        ILogger<StoreFigures> log
    )
    {
        (_store, _options, _doesChores, _clock, _log) = (store, options, doesChores, clock, log);
        _until = clock.Now();
        var meter = meters.Create(RefusedCredentials.Source);
        meter.CreateObservableCounter(
            "scim.operations",
            () =>
                _ended.Select(one => new Measurement<long>(
                    one.Value,
                    Tenant(one.Key.Tenant),
                    new("outcome", one.Key.Outcome)
                )),
            "{operation}",
            "Operations that have ended, by their outcome."
        );
        meter.CreateObservableGauge(
            "scim.store.usable",
            () => _store.WhyAway is null && !_store.IsFull ? 1 : 0,
            null,
            "1 where this instance can use the store; 0 where it is away or its disk is full."
        );
        meter.CreateObservableGauge(
            "scim.tenants",
            () =>
                _seen.Tenants.Select(one => new Measurement<long>(
                    one.Count,
                    Tenant(one.Tenant),
                    new("standing", ClosedWords.Of(one.Standing)),
                    new("connection", ClosedWords.Of(one.Connection))
                )),
            "{tenant}",
            "Tenants, by whether Slack hears of them and whether their connection works."
        );
        meter.CreateObservableGauge(
            "scim.links.unsettled",
            () => Measured(link => link.Count),
            "{link}",
            "Users and groups whose state is not settled, by that state."
        );
        meter.CreateObservableGauge(
            "scim.links.unsettled.age",
            () => Measured(link => (_clock.Now() - link.Since).TotalSeconds),
            "s",
            "For how long the first of them has been in that state."
        );
        meter.CreateObservableGauge(
            "scim.import.age",
            () =>
                _seen.Imports.Select(one => new Measurement<double>(
                    (_clock.Now() - one.Ended).TotalSeconds,
                    Tenant(one.Tenant)
                )),
            "s",
            "For how long what Slack has was not read to its end."
        );
        meter.CreateObservableGauge(
            "scim.credentials.used.age",
            () => Seconds(_seen.Credentials, one => _clock.Now() - one.LastUsed),
            "s",
            "For how long no provider of the tenant was let in."
        );
        meter.CreateObservableGauge(
            "scim.credentials.left",
            () => Seconds(_seen.Credentials, one => one.LastsUntil - _clock.Now()),
            "s",
            "Until the first of the tenant's sources has no credential that lets in; negative once it has none."
        );
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (StoreAwayException)
            {
                _seen = Seen.Nothing; // figures that are out of date would say that all is as it was
            }
#pragma warning disable CA1031 // figures are no reason to end
            catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
            {
                _seen = Seen.Nothing;
                _log.MetricsNotRead(e.GetType().Name, e.StackTrace);
            }
            await Task.Delay(_every, _clock, stoppingToken);
        }
    }

    private async Task LookAsync(CancellationToken cancel)
    {
        var end = _clock.Now() - _untilCommitted;
        if (_doesChores())
        {
            var from = Instant.Later(_until, end - _mostCaughtUp);
            var (seen, ended) = await _store.ReadAsync(
                session =>
                    (
                        new Seen(
                            CountedTenants.Of(session, _options.Tenants, Others),
                            UnsettledLinks.Of(session, _options.Tenants, Others),
                            LastImports.Of(session, _options.Tenants, Others),
                            CredentialUse.Of(session, _options.Tenants, Others)
                        ),
                        end > from ? EndedOperations.Of(session, from, end, _options.Tenants, Others) : []
                    ),
                cancel
            );
            (_seen, _ended) = (seen, Added(seen.Tenants, ended));
        }
        else
            _seen = Seen.Nothing;
        _until = Instant.Later(_until, end);
    }

    private IEnumerable<Measurement<T>> Measured<T>(Func<UnsettledLinks, T> figure)
        where T : struct =>
        _seen.Links.Select(links => new Measurement<T>(
            figure(links),
            Tenant(links.Tenant),
            new("state", ClosedWords.Of(links.State))
        ));

    // A counter is there before anything is counted: of one that begins with 12 Prometheus knows no increase.
    private Dictionary<(string, string), long> Added(
        IEnumerable<CountedTenants> tenants,
        IEnumerable<EndedOperations> ended
    )
    {
        var sum = new Dictionary<(string Tenant, string Outcome), long>(_ended);
        foreach (var tenant in tenants)
        foreach (var outcome in _outcomes)
            sum.TryAdd((tenant.Tenant, outcome), 0);
        foreach (var one in ended)
            sum[(one.Tenant, one.Outcome)] = sum.GetValueOrDefault((one.Tenant, one.Outcome)) + one.Count;
        return sum;
    }

    private static IEnumerable<Measurement<double>> Seconds(
        IEnumerable<CredentialUse> credentials,
        Func<CredentialUse, TimeSpan?> time
    ) =>
        credentials.SelectMany(one =>
            time(one) is { TotalSeconds: var seconds }
                ? [new Measurement<double>(seconds, Tenant(one.Tenant))]
                : Array.Empty<Measurement<double>>()
        );

    private static KeyValuePair<string, object?> Tenant(string name) => new("tenant", name);

    // As things are, and not since when.
    private sealed record Seen(
        IReadOnlyList<CountedTenants> Tenants,
        IReadOnlyList<UnsettledLinks> Links,
        IReadOnlyList<LastImports> Imports,
        IReadOnlyList<CredentialUse> Credentials
    )
    {
        public static readonly Seen Nothing = new([], [], [], []);
    }
}

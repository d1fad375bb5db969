using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Translation;

namespace ScimGateway.Slack.Http;

/// <summary>
/// Talks to one tenant's Slack. A write is tried once; only reads are repeated. Whatever happens becomes one of the
/// four results, but cancellation by the caller.
/// </summary>
public sealed partial class SlackScimClient
{
    /// <summary>The name of the traces and metrics.</summary>
    public const string Source = "ScimGateway.Slack";

    private static readonly ActivitySource _activities = new(Source);
    private static readonly Meter _meter = new(Source);
    private static readonly Histogram<double> _durations = _meter.CreateHistogram<double>(
        "slack.call.duration",
        "s",
        "Calls to Slack by kind and result.",
        tags: null,
        // A collector's own buckets are for milliseconds.
        new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 7.5, 10],
        }
    );

    // A busy machine needs less, and nobody takes a tenant over so soon.
    private static readonly TimeSpan _longestHeldUp = TimeSpan.FromSeconds(2);

    private readonly HttpClient _http;
    private readonly SlackConnection _connection;
    private readonly SlackClientOptions _options;
    private readonly SlackBudget _budget;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly ResiliencePipeline<Attempt> _reads;
    private readonly ResiliencePipeline<Attempt> _writes;

    /// <summary>Makes the client of a tenant.</summary>
    /// <param name="http">One for the process, as <see cref="SlackHttp.NewClient"/> makes it.</param>
    /// <param name="connection">Whose Slack.</param>
    /// <param name="options">The limits of a call.</param>
    /// <param name="budget">What Slack still allows; it learns of each 429, and pays for repeated reads.</param>
    /// <param name="clock">The time.</param>
    /// <param name="log">Where failures are told, without ids and tokens.</param>
    public SlackScimClient(
        HttpClient http,
        SlackConnection connection,
        SlackClientOptions options,
        SlackBudget budget,
        TimeProvider clock,
        ILogger log
    )
    {
        (_http, _connection, _options, _budget, _clock, _log) = (http, connection, options, budget, clock, log);
        (_writes, _reads) = SlackPipelines.Of(options, clock);
    }

    /// <summary>What Slack fails by now; null where the last call got an answer that counts.</summary>
    public SlackOutage? Outage { get; private set; }

    /// <summary>
    /// Sends a command; the grant pays for the first attempt, the budget is asked again for each repeated read. What
    /// never left is given back.
    /// </summary>
    /// <param name="command">The command.</param>
    /// <param name="grant">What pays for it.</param>
    /// <param name="cancel">Ends it, before it is sent.</param>
    /// <param name="allowed">
    /// When it was sure that this process may send it, as the clock counts: two seconds later it does not. A process that was
    /// stopped goes on where it was, when another one has told Slack something else.
    /// </param>
    public async Task<SlackResult> SendAsync(
        SlackCommand command,
        SlackGrant grant,
        CancellationToken cancel,
        long? allowed = null
    )
    {
        using var activity = _activities.StartActivity($"slack {command.Call}", ActivityKind.Client);
        var started = _clock.GetTimestamp();
        var result = await TryAsync(command, grant, allowed, cancel);
        var word = Word(result);
        activity?.SetTag("slack.result", word);
        _durations.Record(
            _clock.GetElapsedTime(started).TotalSeconds,
            new KeyValuePair<string, object?>("slack.call", command.Call.ToString()),
            new KeyValuePair<string, object?>("slack.result", word)
        );
        var reason = Reason(result);
        if (reason is not null)
            NotDone(command.Call, word, reason);
        return result;
    }

    private async Task<SlackResult> TryAsync(
        SlackCommand command,
        SlackGrant grant,
        long? allowed,
        CancellationToken cancel
    )
    {
        var isRead = SlackAnswer.IsRead(command.Call);
        var attempts = 0;
        try
        {
            var attempt = await (isRead ? _reads : _writes).ExecuteAsync(
                async token =>
                {
                    if (attempts++ > 0 && !_budget.TryTake(command.Call, out grant, out _))
                        return Attempt.OfBudget;
                    if (!isRead && allowed is { } since && _clock.GetElapsedTime(since) > _longestHeldUp)
                    {
                        _budget.GiveBack(grant);
                        return Attempt.Late;
                    }
                    return await AttemptAsync(command, grant, isRead ? cancel : default, token);
                },
                cancel
            );
            return Met(SlackAnswer.Of(command, attempt, _clock.GetUtcNow()), attempt.IsFault);
        }
        catch (TimeoutRejectedException)
        {
            return Met(
                isRead
                    ? new SlackResult.NotDone("Slack did not answer in time")
                    : new SlackResult.Lost("Slack did not answer in time"),
                isFault: true
            );
        }
        catch (BrokenCircuitException e)
        {
            if (attempts == 0)
                _budget.GiveBack(grant);
            return new SlackResult.NotDone(
                $"Slack failed too often just now{(Outage is { } outage ? $" ({outage.Why})" : "")}",
                e.RetryAfter ?? _options.BreakDuration
            );
        }
        catch (OperationCanceledException) when (attempts == 0)
        {
            _budget.GiveBack(grant);
            throw;
        }
    }

    private async Task<Attempt> AttemptAsync(
        SlackCommand command,
        SlackGrant grant,
        CancellationToken unwanted,
        CancellationToken cancel
    )
    {
        using var request = SlackRequests.Of(command);
        request.RequestUri = new Uri(_connection.BaseAddress, request.RequestUri!);
        var token = _connection.Token;
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Access);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            var attempt = await Attempt.ReadAsync(response, _options.MostBytes, _clock, unwanted, cancel);
            if (attempt.Status == 401 && token != _connection.Token)
                return Attempt.OfFormerToken;
            // A lock on one user or group says nothing of the limits.
            if (attempt.Status == 429 && attempt.Error.Code != "resource_locked")
                _budget.Refused(grant, attempt.RetryAfter);
            return attempt;
        }
        catch (HttpRequestException e)
        {
            // Before a connection stands nothing was sent; after it Slack may have got all of it.
            var notSent =
                e.HttpRequestError
                is HttpRequestError.ConnectionError
                    or HttpRequestError.NameResolutionError
                    or HttpRequestError.SecureConnectionError
                    or HttpRequestError.ProxyTunnelError;
            if (notSent)
                _budget.GiveBack(grant);
            return new Attempt(
                notSent ? Attempt.NotSent : Attempt.Lost,
                null,
                null,
                $"no answer ({e.HttpRequestError})"
            );
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // The handler's own limit: no connection came about in its time, which it reports as a cancellation.
            _budget.GiveBack(grant);
            return new Attempt(Attempt.NotSent, null, null, $"no answer ({HttpRequestError.ConnectionError})");
        }
    }

    // That the limits are used up says nothing of whether Slack works.
    private SlackResult Met(SlackResult result, bool isFault)
    {
        if (result is SlackResult.Done or SlackResult.Refused)
            Outage = null;
        else if (isFault || result is SlackResult.Lost or SlackResult.NotDone { IsForeign: true })
            Outage = new SlackOutage(Outage?.Since ?? _clock.GetUtcNow(), Reason(result)!);
        return result;
    }

    private static string Word(SlackResult result) =>
        result switch
        {
            SlackResult.Done => "done",
            SlackResult.Refused => "refused",
            SlackResult.NotDone => "not done",
            _ => "unknown",
        };

    // Slack's words may name the user, so that none of them is told: a refusal by its kind, all else by status and code.
    private static string? Reason(SlackResult result) =>
        result switch
        {
            SlackResult.Done => null,
            SlackResult.Refused refused => refused.Row.Kind.ToString(),
            SlackResult.NotDone notDone => notDone.ForLog,
            SlackResult.Lost lost => lost.ForLog,
            _ => null,
        };

    [LoggerMessage(
        EventName = "slack.call-not-done",
        Level = LogLevel.Information,
        Message = "Slack {Call}: {Result} ({Reason})"
    )]
    private partial void NotDone(SlackCall call, string result, string reason);
}

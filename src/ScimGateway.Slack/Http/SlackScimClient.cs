using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Slack.Http;

/// <summary>
/// Talks to one tenant's Slack. A write is tried once; only reads are repeated. Whatever happens becomes one of the
/// four results, but cancellation by the caller.
/// </summary>
public sealed partial class SlackScimClient
{
    private const string OtherAccount = "the answer does not show the account as it was written";

    /// <summary>The name of the traces and metrics.</summary>
    public const string Source = "ScimGateway.Slack";

    private static readonly ActivitySource _activities = new(Source);
    private static readonly Meter _meter = new(Source);
    private static readonly Histogram<double> _durations = _meter.CreateHistogram<double>(
        "slack.call.duration",
        "s",
        "Calls to Slack by kind and result."
    );

    private readonly HttpClient _http;
    private readonly SlackConnection _connection;
    private readonly SlackClientOptions _options;
    private readonly SlackBudget _budget;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly ResiliencePipeline<Attempt> _reads;
    private readonly ResiliencePipeline<Attempt> _writes;

    /// <summary>Makes the client of a tenant.</summary>
    /// <param name="http">One for the process, as <see cref="NewHttpClient"/> makes it.</param>
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

        // One breaker for both, so that reads do not knock where writes were turned away.
        var breaker = new CircuitBreakerStrategyOptions<Attempt>
        {
            ShouldHandle = failed =>
                ValueTask.FromResult(
                    failed.Outcome is { Exception: TimeoutRejectedException } or { Result.IsFault: true }
                ),
            MinimumThroughput = 10,
            FailureRatio = 0.5,
            SamplingDuration = TimeSpan.FromSeconds(30),
            BreakDuration = options.BreakDuration,
        };
        var guarded = Pipeline().AddCircuitBreaker(breaker).AddTimeout(options.AttemptLimit).Build();
        _writes = guarded;
        var reads = Pipeline().AddTimeout(options.TotalLimit);
        if (options.ReadRetries > 0) // Polly knows no retry that never does
            reads.AddRetry(
                new RetryStrategyOptions<Attempt>
                {
                    ShouldHandle = failed =>
                        ValueTask.FromResult(
                            failed.Outcome is { Exception: TimeoutRejectedException } or { Result.IsFault: true }
                        ),
                    MaxRetryAttempts = options.ReadRetries,
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                    Delay = TimeSpan.FromMilliseconds(300),
                }
            );
        _reads = reads.AddPipeline(guarded).Build();
    }

    /// <summary>
    /// The one HTTP client of a process: no redirects, no cookies, connections renewed so that a change of address is
    /// seen.
    /// </summary>
    public static HttpClient NewHttpClient() =>
        new(NewHandler(DecompressionMethods.All))
        {
            Timeout = Timeout.InfiniteTimeSpan, // each attempt has its own
        };

    /// <summary>How all that goes to Slack is connected.</summary>
    /// <param name="unpacked">What is asked for packed, and unpacked again.</param>
    public static SocketsHttpHandler NewHandler(DecompressionMethods unpacked) =>
        new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = unpacked,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(5),
            // No bound on connections: all tenants talk to one host, and a slow organization must not keep the others
            // waiting. Each tenant's executor has a bound of its own. What traces a request here is nobody's business
            // there.
            ActivityHeadersPropagator = null,
        };

    /// <summary>
    /// Sends a command; the grant pays for the first attempt, the budget is asked again for each repeated read. What
    /// never left is given back.
    /// </summary>
    public async Task<SlackResult> SendAsync(SlackCommand command, SlackGrant grant, CancellationToken cancel)
    {
        using var activity = _activities.StartActivity($"slack {command.Call}", ActivityKind.Client);
        var started = _clock.GetTimestamp();
        var result = await TryAsync(command, grant, cancel);
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

    private async Task<SlackResult> TryAsync(SlackCommand command, SlackGrant grant, CancellationToken cancel)
    {
        var isRead = IsRead(command.Call);
        var attempts = 0;
        try
        {
            var attempt = await (isRead ? _reads : _writes).ExecuteAsync(
                async token =>
                {
                    if (attempts++ > 0 && !_budget.TryTake(command.Call, out grant, out _))
                        return Attempt.OfBudget;
                    return await AttemptAsync(command, grant, isRead ? cancel : default, token);
                },
                cancel
            );
            return Judge(command, attempt);
        }
        catch (TimeoutRejectedException)
        {
            return isRead
                ? new SlackResult.NotDone("Slack did not answer in time")
                : new SlackResult.Lost("Slack did not answer in time");
        }
        catch (BrokenCircuitException e)
        {
            if (attempts == 0)
                _budget.GiveBack(grant);
            return new SlackResult.NotDone("Slack failed too often just now", e.RetryAfter ?? _options.BreakDuration);
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
            var attempt = await AnsweredAsync(response, unwanted, cancel);
            if (attempt.Status == 401 && token != _connection.Token)
                return Attempt.OfFormerToken;
            // A lock on one user or group says nothing of the limits.
            if (attempt.Status == 429 && Error(attempt).Code != "resource_locked")
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

    /// <param name="response">What came.</param>
    /// <param name="unwanted">Cancelled when nobody wants the answer any more.</param>
    /// <param name="cancel">Cancelled then, and when the time is up.</param>
    private async Task<Attempt> AnsweredAsync(
        HttpResponseMessage response,
        CancellationToken unwanted,
        CancellationToken cancel
    )
    {
        var (status, retryAfter) = ((int)response.StatusCode, RetryAfter(response));
        try
        {
            var body = await BodyAsync(response, cancel);
            return new Attempt(status, body, retryAfter, body is null ? Attempt.TooLong : null);
        }
        catch (Exception e)
            when (e is HttpRequestException or IOException or InvalidDataException or InvalidOperationException
                || (e is OperationCanceledException && !unwanted.IsCancellationRequested)
            )
        {
            // The status is here, and it is what counts, even when the time is up, or when what came cannot be
            // decompressed.
            return new Attempt(status, null, retryAfter, "the answer broke off");
        }
    }

    private SlackResult Judge(SlackCommand command, Attempt attempt)
    {
        switch (attempt.Status)
        {
            case Attempt.NotSent:
                return new SlackResult.NotDone(attempt.Trouble!, attempt.RetryAfter);
            case Attempt.Lost:
                return Lost(command, attempt.Trouble!, attempt.Trouble!);
            case 429:
                return new SlackResult.NotDone(SlackErrors.Row(Error(attempt)).Says, attempt.RetryAfter);
            case >= 200 and < 300:
                return Done(command, attempt);
            case >= 300 and < 400:
                return new SlackResult.NotDone(
                    $"something between the gateway and Slack sent us elsewhere (HTTP {attempt.Status}); check the proxy, and the connection's base address"
                )
                {
                    IsForeign = true,
                };
            case >= 500:
            // The table knows some 5xx of Slack's own; what they did before failing nobody says.
            case 408:
                return Lost(command, Error(attempt).Words, Error(attempt).ToString());
            default:
                var error = Error(attempt);
                // A proxy's page or a wrong address's says nothing of accounts, tokens or values: Slack never saw the
                // request.
                return error.IsSlackWords
                    ? new SlackResult.Refused(error, SlackErrors.Row(error, command))
                    : new SlackResult.NotDone($"something between the gateway and Slack answered HTTP {attempt.Status}")
                    {
                        IsForeign = true,
                        Refusal = error.Status == 400 ? error : null,
                    };
        }
    }

    private static SlackResult Lost(SlackCommand command, string why, string forLog) =>
        IsRead(command.Call) ? new SlackResult.NotDone(why) { ForLog = forLog } : new SlackResult.Lost(why);

    // A write that Slack confirms is done, also where the answer breaks off; but a create without the id it made has to be
    // looked for, and what is there to be read and does not show the account as it was written proves nothing.
    private SlackResult Done(SlackCommand command, Attempt attempt)
    {
        var done = Read(command, attempt.Body ?? default);
        if (done is not null)
            return Shows(done, command) ? done
                : command is SlackCommand.PatchUser { Delivers.Active: true } patch
                && done.User is { Seen.Active: false } off
                && off.Id == patch.Id
                    ? new SlackResult.Lost(OtherAccount) { StaysInactive = true }
                : Lost(command, OtherAccount, OtherAccount);
        var why = attempt.Trouble ?? "the answer could not be read";
        if (attempt.Trouble == Attempt.TooLong && IsRead(command.Call))
            return new SlackResult.NotDone(why) { IsTooLong = true };
        // A page that does not even begin like JSON is a proxy's, whatever its status: the write may not have got to
        // Slack.
        var isForeign = attempt.Body.AsSpan().TrimStart(" \r\n\t"u8) is { Length: > 0 } page && page[0] != (byte)'{';
        if (isForeign)
            return IsRead(command.Call)
                ? new SlackResult.NotDone(why) { IsForeign = true }
                : new SlackResult.Lost(why) { IsForeign = true };
        var showsNobody =
            attempt is { Trouble: null, Body.Length: > 0 }
            && command is SlackCommand.PatchUser or SlackCommand.DeactivateUser or SlackCommand.DeleteUser;
        var saysWrong = attempt.Body is { Length: > 0 } && Error(attempt).IsSlackWords;
        // What a new primary address made of the former one is seen by the answer alone (docs/slack.md 4.3).
        var isHalfKnown = command.Delivers.Says(SlackField.PrimaryEmail);
        return IsRead(command.Call) || isHalfKnown || !command.IsRepeatable || showsNobody || saysWrong
            ? Lost(command, why, why)
            : new SlackResult.Done();
    }

    // Whether the account that Slack shows is the one that was written, and as active as it was told; a guest's ends at
    // its time whatever it was told.
    private bool Shows(SlackResult.Done done, SlackCommand command)
    {
        var id = command switch
        {
            SlackCommand.PatchUser patch => patch.Id,
            SlackCommand.DeactivateUser off => off.Id,
            SlackCommand.DeleteUser gone => gone.Id,
            _ => null,
        };
        return id is null
            || (
                done.User is { } shown
                && shown.Id == id
                && (
                    (command.Delivers.Active ?? shown.Seen.Active) == shown.Seen.Active
                    || shown.Seen.ShowsEnd(_clock.GetUtcNow())
                )
            );
    }

    private static SlackResult.Done? Read(SlackCommand command, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var json = document.RootElement;
            return command switch
            {
                SlackCommand.CreateUser
                or SlackCommand.PatchUser
                or SlackCommand.DeactivateUser
                or SlackCommand.DeleteUser
                or SlackCommand.ReadUser when SlackUser.Read(json) is { } user => new SlackResult.Done { User = user },
                SlackCommand.CreateGroup or SlackCommand.ReadGroup when SlackGroup.Read(json) is { } group =>
                    new SlackResult.Done { Group = group },
                SlackCommand.FindUserByName or SlackCommand.FindUserByEmail when Page(1, SlackUser.Read) is { } users =>
                    new SlackResult.Done { Users = users },
                SlackCommand.ListUsers c when Page(c.StartIndex, SlackUser.Read) is { } users => new SlackResult.Done
                {
                    Users = users,
                },
                SlackCommand.FindGroup when Page(1, SlackGroup.Read) is { } groups => new SlackResult.Done
                {
                    Groups = groups,
                },
                SlackCommand.ListGroups c when Page(c.StartIndex, SlackGroup.Read) is { } groups => new SlackResult.Done
                {
                    Groups = groups,
                },
                _ => null,
            };

            SlackPage<T>? Page<T>(int startIndex, Func<JsonElement, T?> read)
                where T : class => SlackPage.Read(json, startIndex, read);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<byte[]?> BodyAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        if (response.Content.Headers.ContentLength > _options.MostBytes)
            return null;
        var stream = await response.Content.ReadAsStreamAsync(cancel);
        await using (stream)
        {
            // A page of a thousand users is a megabyte: where its length is known no more than that is taken.
            if (response.Content.Headers.ContentLength is { } length)
            {
                var whole = new byte[length];
                await stream.ReadExactlyAsync(whole, cancel);
                return whole;
            }
            var body = new MemoryStream();
            var buffer = new byte[16 * 1024];
            int read;
            while ((read = await stream.ReadAsync(buffer, cancel)) > 0)
            {
                if (body.Length + read > _options.MostBytes)
                    return null;
                body.Write(buffer, 0, read);
            }
            return body.ToArray();
        }
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) =>
        response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } when date > _clock.GetUtcNow() => date - _clock.GetUtcNow(),
            { Date: not null } => TimeSpan.Zero,
            _ => null,
        };

    private ResiliencePipelineBuilder<Attempt> Pipeline() => new() { TimeProvider = _clock };

    private static bool IsRead(SlackCall call) => call is SlackCall.List or SlackCall.ReadUser or SlackCall.ReadGroup;

    private static SlackError Error(Attempt attempt) => SlackError.Read(attempt.Status, attempt.Body ?? default);

    private static string Word(SlackResult result) =>
        result switch
        {
            SlackResult.Done => "done",
            SlackResult.Refused => "refused",
            SlackResult.NotDone => "not done",
            _ => "unknown",
        };

    // Slack's words may name the user: of a refusal only the kind is told.
    private static string? Reason(SlackResult result) =>
        result switch
        {
            SlackResult.Done => null,
            SlackResult.Refused refused => refused.Row.Kind.ToString(),
            SlackResult.NotDone notDone => notDone.RetryAfter is null ? "failed" : "later",
            _ => "no answer",
        };

    [LoggerMessage(
        EventName = "slack.call-not-done",
        Level = LogLevel.Information,
        Message = "Slack {Call}: {Result} ({Reason})"
    )]
    private partial void NotDone(SlackCall call, string result, string reason);

    /// <summary>What one try brought: a status, or the reason why there is none.</summary>
    private sealed record Attempt(int Status, byte[]? Body, TimeSpan? RetryAfter, string? Trouble)
    {
        public const int NotSent = 0;
        public const int Lost = -1;
        public const string TooLong = "the answer is too long";

        public static readonly Attempt OfBudget = new(
            NotSent,
            null,
            null,
            "Slack failed, and its limits leave no room to try again"
        );

        // Whom Slack does not let in it has done nothing for, and the token that it has now was not asked.
        public static readonly Attempt OfFormerToken = new(
            NotSent,
            null,
            null,
            "the token was renewed while it was on its way"
        );

        /// <summary>
        /// Whether Slack or the way to it failed, so that a read is worth another try. What is too long will be so
        /// again.
        /// </summary>
        public bool IsFault =>
            !ReferenceEquals(this, OfBudget)
            && (Status is NotSent or Lost or >= 500 || Trouble is not (null or TooLong));
    }
}

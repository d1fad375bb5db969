using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace ScimGateway.Slack.Http;

/// <summary>How often and how long Slack is tried, and when it is left alone.</summary>
internal static class SlackPipelines
{
    /// <summary>That of writes, which are tried once, and that of reads, which are repeated.</summary>
    public static (ResiliencePipeline<Attempt> Writes, ResiliencePipeline<Attempt> Reads) Of(
        SlackClientOptions options,
        TimeProvider clock
    )
    {
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
        var guarded = Pipeline(clock).AddCircuitBreaker(breaker).AddTimeout(options.AttemptLimit).Build();
        var reads = Pipeline(clock).AddTimeout(options.TotalLimit);
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
        return (guarded, reads.AddPipeline(guarded).Build());
    }

    private static ResiliencePipelineBuilder<Attempt> Pipeline(TimeProvider clock) => new() { TimeProvider = clock };
}

using Microsoft.Extensions.Logging;

namespace ScimGateway.Provisioning.Logging;

/// <summary>
/// Each line of the log that comes from provisioning, by the name of its event. They are in one class so that the
/// compiler's generator has them in one order, and the same commit gives the same bytes (deploy/release.sh).
/// </summary>
internal static partial class LogEvents
{
    [LoggerMessage(
        EventName = "connection.lost",
        Level = LogLevel.Warning,
        Message = "Slack cannot be written: {Problem}"
    )]
    public static partial void ConnectionLost(this ILogger log, string problem);

    [LoggerMessage(
        EventName = "connection.restored",
        Level = LogLevel.Information,
        Message = "Slack can be written again"
    )]
    public static partial void ConnectionRestored(this ILogger log);

    [LoggerMessage(
        EventName = "connection.test-failed",
        Level = LogLevel.Error,
        Message = "The connection could not be tested: {Kind} {Where}"
    )]
    public static partial void ConnectionTestFailed(this ILogger log, string kind, string? where);

    [LoggerMessage(
        EventName = "drift.schedule-failed",
        Level = LogLevel.Warning,
        Message = "Whether Slack has drifted could not be looked up: {Kind} {Code}"
    )]
    public static partial void DriftScheduleFailed(this ILogger log, string kind, int code);

    [LoggerMessage(
        EventName = "executor.outcome-not-recorded",
        Level = LogLevel.Error,
        Message = "An outcome could not be recorded: {Kind} {Where}"
    )]
    public static partial void ExecutorOutcomeNotRecorded(this ILogger log, string kind, string? where);

    [LoggerMessage(
        EventName = "executor.read-failed",
        Level = LogLevel.Error,
        Message = "The store could not be read: {Kind} {Code}"
    )]
    public static partial void ExecutorReadFailed(this ILogger log, string kind, int code);

    [LoggerMessage(
        EventName = "executor.read-failed-more",
        Level = LogLevel.Error,
        Message = "The store could not be read {Count} more times in the minute that was last told of."
    )]
    public static partial void ExecutorReadFailedMore(this ILogger log, long count);

    [LoggerMessage(
        EventName = "home.stop-failed",
        Level = LogLevel.Error,
        Message = "A home's {Part} did not end as it should: {Kind} {Where}"
    )]
    public static partial void HomeStopFailed(this ILogger log, string part, string kind, string? where);

    [LoggerMessage(
        EventName = "home.taken-over",
        Level = LogLevel.Warning,
        Message = "Tenant {Tenant} goes on at this instance: the one that had it ended without handing it over. Nothing that was acknowledged is lost"
    )]
    public static partial void HomeTakenOver(this ILogger log, string tenant);

    [LoggerMessage(
        EventName = "import.ended-early",
        Level = LogLevel.Warning,
        Message = "The import ended early; the journal says why"
    )]
    public static partial void ImportEndedEarly(this ILogger log);

    [LoggerMessage(
        EventName = "import.failed",
        Level = LogLevel.Error,
        Message = "The import failed with {Kind} {Where}"
    )]
    public static partial void ImportFailed(this ILogger log, string kind, string? where);

    [LoggerMessage(
        EventName = "lane.reread-failed",
        Level = LogLevel.Warning,
        Message = "What was written by the v1 lane was not read: {Kind} {Where}"
    )]
    public static partial void LaneRereadFailed(this ILogger log, string kind, string? where);

    [LoggerMessage(
        EventName = "slack.not-readable",
        Level = LogLevel.Warning,
        Message = "Slack cannot be read just now ({Why}); it is asked again in {Seconds} s"
    )]
    public static partial void SlackNotReadable(this ILogger log, string why, int seconds);

    [LoggerMessage(
        EventName = "slack.pause-not-stored",
        Level = LogLevel.Warning,
        Message = "Until when Slack is to be left alone was not kept: {Kind} {Code}"
    )]
    public static partial void SlackPauseNotStored(this ILogger log, string kind, int code);

    [LoggerMessage(
        EventName = "token.not-stored",
        Level = LogLevel.Error,
        Message = "The renewed Slack token could not be written; it is tried again"
    )]
    public static partial void TokenNotStored(this ILogger log);

    [LoggerMessage(
        EventName = "token.renewal-failed",
        Level = LogLevel.Warning,
        Message = "The Slack token could not be renewed: {Why}; it is tried again"
    )]
    public static partial void TokenRenewalFailed(this ILogger log, string why);

    [LoggerMessage(EventName = "token.renewed", Level = LogLevel.Information, Message = "The Slack token was renewed")]
    public static partial void TokenRenewed(this ILogger log);
}

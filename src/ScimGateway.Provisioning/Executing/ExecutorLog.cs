using System.Data.Common;
using Microsoft.Extensions.Logging;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Provisioning.Executing;

/// <summary>What the executor logs: kinds and places of faults, nothing of a user.</summary>
internal static partial class ExecutorLog
{
    /// <summary>The store failed. That it is away is said once, and not for each link and second (docs/rooms/storage.md).</summary>
    public static void NotRead(this ILogger log, Exception e)
    {
        if (e is not StoreAwayException)
            log.NotStopped(e);
    }

    /// <summary>The store failed, whatever it is.</summary>
    public static void NotStopped(this ILogger log, Exception e) =>
        log.StoreFailed(e.GetType().Name, (e as DbException)?.ErrorCode ?? 0);

    /// <summary>A call or its outcome failed otherwise than by Slack's reply.</summary>
    public static void CallFailed(this ILogger log, Exception e) => log.CallFailed(e.GetType().Name, e.StackTrace);

    [LoggerMessage(Level = LogLevel.Error, Message = "The store could not be read: {Kind} {Code}")]
    private static partial void StoreFailed(this ILogger log, string kind, int code);

    [LoggerMessage(Level = LogLevel.Error, Message = "An outcome could not be recorded: {Kind} {Where}")]
    private static partial void CallFailed(this ILogger log, string kind, string? where);
}

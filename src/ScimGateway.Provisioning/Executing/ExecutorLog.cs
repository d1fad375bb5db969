using System.Data.Common;
using Microsoft.Extensions.Logging;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Provisioning.Logging;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Provisioning.Executing;

/// <summary>What the executor logs: kinds and places of faults, nothing of a user.</summary>
internal static class ExecutorLog
{
    /// <summary>
    /// The store failed. That it is away is said once, and not for each link and second (docs/rooms/storage.md); and a row
    /// that cannot be read, which is tried each second, has so many lines in a minute.
    /// </summary>
    public static void NotRead(this ILogger log, LogMinute lines, Exception e)
    {
        if (e is StoreAwayException)
            return;
        var isTold = lines.HasRoom(out var untold);
        if (untold > 0)
            log.ExecutorReadFailedMore(untold);
        if (isTold)
            log.NotStopped(e);
    }

    /// <summary>The store failed, whatever it is.</summary>
    public static void NotStopped(this ILogger log, Exception e) =>
        log.ExecutorReadFailed(e.GetType().Name, (e as DbException)?.ErrorCode ?? 0);

    /// <summary>A call or its outcome failed otherwise than by Slack's reply.</summary>
    public static void CallFailed(this ILogger log, Exception e) =>
        log.ExecutorOutcomeNotRecorded(e.GetType().Name, e.StackTrace);
}

namespace ScimGateway.Provisioning.Storage;

/// <summary>A copy of the store.</summary>
/// <param name="Path">The file.</param>
/// <param name="Bytes">How long it is.</param>
internal sealed record StoreCopy(string Path, long Bytes);

/// <summary>A copy that was made by the clock.</summary>
/// <param name="Path">The file.</param>
/// <param name="At">When it was made.</param>
internal sealed record ScheduledCopy(string Path, DateTimeOffset At);

/// <summary>No copy of the store was made; the message says why and what to do.</summary>
internal sealed class StoreNotCopiedException(string message) : Exception(message);

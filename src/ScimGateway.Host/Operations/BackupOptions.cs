namespace ScimGateway.Host.Operations;

/// <summary>How often the store is copied by the clock.</summary>
/// <param name="Every">The time between two copies.</param>
/// <param name="Keep">How many of them are kept.</param>
internal sealed record BackupOptions(TimeSpan Every, int Keep);

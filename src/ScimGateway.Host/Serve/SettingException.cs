namespace ScimGateway.Host.Serve;

/// <summary>A setting makes no sense, or is missing; the message has its names and what to do.</summary>
internal sealed class SettingException(string message) : Exception(message);

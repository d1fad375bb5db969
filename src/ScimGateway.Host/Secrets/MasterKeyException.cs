namespace ScimGateway.Host.Secrets;

/// <summary>
/// What the key ring is wrapped by is not given, cannot be used or is another one. The gateway does not start; the message
/// names the setting, says what to do, and has no secret.
/// </summary>
internal sealed class MasterKeyException(string message, Exception? inner = null) : Exception(message, inner);

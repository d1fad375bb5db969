namespace ScimGateway.Host.Security;

/// <summary>An issuer's keys cannot be taken; its words are for administrators.</summary>
internal sealed class UnreadableKeysException(string message) : Exception(message);

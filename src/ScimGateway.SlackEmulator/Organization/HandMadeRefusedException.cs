namespace ScimGateway.SlackEmulator.Organization;

/// <summary>A change by hand that is not understood; the message names the member.</summary>
public sealed class HandMadeRefusedException : Exception
{
    /// <summary>A refusal without words.</summary>
    public HandMadeRefusedException() { }

    /// <summary>A refusal that names the member.</summary>
    public HandMadeRefusedException(string message)
        : base(message) { }

    /// <summary>A refusal that names the member and has a cause.</summary>
    public HandMadeRefusedException(string message, Exception innerException)
        : base(message, innerException) { }
}

namespace ScimGateway.SlackEmulator.Tuning;

/// <summary>A knob, or a value of one, that is not there; the message names it.</summary>
public sealed class KnobRefusedException : Exception
{
    /// <summary>A refusal without words.</summary>
    public KnobRefusedException() { }

    /// <summary>A refusal that names the knob and what it takes.</summary>
    public KnobRefusedException(string message)
        : base(message) { }

    /// <summary>A refusal that names the knob and has a cause.</summary>
    public KnobRefusedException(string message, Exception innerException)
        : base(message, innerException) { }
}

namespace ScimGateway.Provisioning.Storage;

/// <summary>How long something had the one writer, which all others wait for.</summary>
/// <param name="What">The method whose work it was, or the commit of several.</param>
/// <param name="Time">How long.</param>
public sealed record WriterHold(string What, TimeSpan Time)
{
    /// <summary>Nothing was written.</summary>
    public static readonly WriterHold None = new("", TimeSpan.Zero);
}

namespace ScimGateway.Provisioning.Storage;

/// <summary>How long something had the one writer, which all others wait for.</summary>
/// <param name="What">The method whose work it was, or the commit of several.</param>
/// <param name="Time">How long.</param>
internal sealed record WriterHold(string What, TimeSpan Time)
{
    /// <summary>Nothing was written.</summary>
    public static readonly WriterHold None = new("", TimeSpan.Zero);
}

/// <summary>The longest of what had a writer.</summary>
internal sealed class LongestHold
{
    private WriterHold _longest = WriterHold.None;

    /// <summary>The longest since it was last asked for.</summary>
    public WriterHold Take() => Interlocked.Exchange(ref _longest, WriterHold.None);

    /// <summary>Something has had the writer for so long.</summary>
    public void Note(string what, TimeSpan time)
    {
        if (time > Volatile.Read(ref _longest).Time)
            Volatile.Write(ref _longest, new WriterHold(what, time));
    }
}

namespace ScimGateway.Provisioning.Executing;

/// <summary>
/// The instants of a write, or of an operator's change, between which something is lost if the process dies. A test
/// stops there; nothing else does.
/// </summary>
public enum Step
{
    /// <summary>Before the first transaction.</summary>
    WritingDown,

    /// <summary>After the first transaction, before anybody is told.</summary>
    WrittenDown,

    /// <summary>After a link was read, before what it wants queues for Slack.</summary>
    Weighing,

    /// <summary>Before a call to Slack.</summary>
    Calling,

    /// <summary>After Slack's reply, before the second transaction.</summary>
    Called,

    /// <summary>After the second transaction, before anybody is told.</summary>
    Recorded,

    /// <summary>Before the third transaction, by which a slow request is taken on.</summary>
    Accepting,

    /// <summary>After the third transaction, before the answer.</summary>
    Accepted,

    /// <summary>After an operator's change was noted, before anything is done of it.</summary>
    Confirmed,

    /// <summary>After it was worked out whom of some users other rules admit, before that is written.</summary>
    Asked,
}

/// <summary>What happens at the steps of a write: nothing, but in a test that has the process die there.</summary>
internal delegate Task AtStep(Step step);

/// <summary>How the engine says that it is at a step.</summary>
internal static class Steps
{
    /// <summary>Says so to whoever listens; outside of tests that is nobody.</summary>
    public static Task At(this AtStep? reached, Step step) => reached?.Invoke(step) ?? Task.CompletedTask;
}

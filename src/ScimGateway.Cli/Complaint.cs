namespace ScimGateway.Cli;

/// <summary>How a command ends, for scripts.</summary>
internal static class Exit
{
    /// <summary>It is done.</summary>
    public const int Done = 0;

    /// <summary>The gateway said no.</summary>
    public const int Refused = 1;

    /// <summary>The command was not understood.</summary>
    public const int WrongUse = 2;

    /// <summary>No gateway answered.</summary>
    public const int NotReachable = 3;

    /// <summary>It had to be confirmed, and was not.</summary>
    public const int NotConfirmed = 4;

    /// <summary>It was stopped by Ctrl-C, as shells count that.</summary>
    public const int Stopped = 130;
}

/// <summary>A command cannot be done: what was wrong, and the command that comes next.</summary>
internal sealed class Complaint(int exit, string says, string? next = null) : Exception(says)
{
    /// <summary>How the command ends.</summary>
    public int Exit => exit;

    /// <summary>The next command; null where the sentence names it.</summary>
    public string? Next => next;
}

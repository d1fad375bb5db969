using System.Text;

namespace ScimGateway.Cli;

/// <summary>Where a command reads and writes, and what it finds around it.</summary>
internal sealed class Terminal
{
    private const int MostLetters = 8 * 1024;

    /// <summary>What people and scripts asked for.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Questions, and what went wrong.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Answers, and secrets.</summary>
    public required TextReader In { get; init; }

    /// <summary>Whether somebody is there who can be asked.</summary>
    public required bool CanAsk { get; init; }

    /// <summary>Whether somebody watches: else lines stay as wide as they are, and nothing moves.</summary>
    public required bool IsWatched { get; init; }

    /// <summary>Whether it moves its cursor, as the environment says.</summary>
    public bool MayMove => IsWatched && Variable("TERM") is not (null or "dumb");

    /// <summary>Whether words may have colours (no-color.org).</summary>
    public bool HasColours => MayMove && Variable("NO_COLOR") is null;

    /// <summary>A variable of the environment; null if it is not set.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>The variables that are set, by their names.</summary>
    public Func<IEnumerable<string>> Variables { get; init; } = () => [];

    /// <summary>The folder of the user's profiles.</summary>
    public required string Profiles { get; init; }

    /// <summary>The time.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>The next key of who types unseen.</summary>
    public Func<ConsoleKeyInfo> Key { get; init; } = () => Console.ReadKey(intercept: true);

    /// <summary>Whether somebody is being asked just now.</summary>
    public bool IsAsking { get; private set; }

    /// <summary>The process's own.</summary>
    public static Terminal OfProcess() =>
        new()
        {
            Out = Console.Out,
            Error = Console.Error,
            In = Console.In,
            CanAsk = !Console.IsInputRedirected && !Console.IsErrorRedirected,
            IsWatched = !Console.IsOutputRedirected,
            Variable = name => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null,
            Variables = () => Environment.GetEnvironmentVariables().Keys.Cast<string>(),
            Profiles = Cli.Profiles.Folder(),
            Clock = TimeProvider.System,
        };

    /// <summary>Asks, and has the answer; empty if there is nobody.</summary>
    public string Ask(string question)
    {
        if (!CanAsk)
            return "";
        return Asked(question, ReadLine).Trim();
    }

    /// <summary>
    /// A secret: the first line of what comes in, or typed unseen. It is never an argument, since anybody on the machine
    /// can see those.
    /// </summary>
    public string AskSecret(string question)
    {
        var came = (CanAsk ? Asked(question, ReadUnseen) : ReadLine()).TrimEnd('\r');
        var secret = came.Trim();
        if (secret.Length > 0 && secret.Length < came.Length)
            Error.WriteLine("The blanks around the secret were left out.");
        return secret;
    }

    private string Asked(string question, Func<string> read)
    {
        Error.Write(Shown.Line(question) + " ");
        Error.Flush();
        IsAsking = true;
        try
        {
            return read();
        }
        finally
        {
            IsAsking = false;
        }
    }

    private string ReadUnseen()
    {
        var typed = new StringBuilder();
        while (Key() is { Key: not ConsoleKey.Enter } key)
            if (key.Key == ConsoleKey.Backspace)
                typed.Length = Math.Max(typed.Length - 1, 0);
            else if (!char.IsControl(key.KeyChar) && typed.Length < MostLetters)
                typed.Append(key.KeyChar);
        Error.WriteLine();
        return typed.ToString();
    }

    private string ReadLine()
    {
        var line = new StringBuilder();
        for (var c = In.Read(); c is not (-1 or '\n') && line.Length < MostLetters; c = In.Read())
            line.Append((char)c);
        return line.ToString();
    }
}

using System.Text;
using ScimGateway.Cli;

namespace ScimGateway.Host.Tests.CommandLine;

/// <summary>What somebody enters at a terminal, or a script without one, and what he sees of it.</summary>
internal sealed class TerminalSession : IDisposable
{
    private readonly Dictionary<string, string> _variables = [];

    /// <summary>A user with nothing set or saved.</summary>
    public TerminalSession(Uri? gateway = null, string? key = null)
    {
        Home = Directory.CreateTempSubdirectory("scimgateway-cli-").FullName;
        if (gateway is not null)
            _variables[Connection.UrlVariable] = gateway.ToString();
        if (key is not null)
            _variables[Connection.KeyVariable] = key;
    }

    /// <summary>The folder of his profiles.</summary>
    public string Home { get; }

    /// <summary>Whether somebody watches, at a terminal of 80 columns.</summary>
    public bool IsWatched { get; init; }

    /// <summary>The time.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Sets a variable of the environment.</summary>
    public string this[string variable]
    {
        set => _variables[variable] = value;
    }

    /// <summary>What was printed by the last command.</summary>
    public string Out { get; private set; } = "";

    /// <summary>What was asked and complained of by the last command.</summary>
    public string Error { get; private set; } = "";

    /// <summary>Enters a command where nobody can be asked; standard input is what is given.</summary>
    public Task<int> RunAsync(string line, string input = "") => RunAsync(Words(line), input, canAsk: false);

    /// <summary>Enters a command at a terminal, and answers what is asked.</summary>
    public Task<int> AnswerAsync(string line, string answer) => RunAsync(Words(line), answer + "\n", canAsk: true);

    public async Task<int> RunAsync(
        string[] arguments,
        string input = "",
        bool canAsk = false,
        TextWriter? printed = null,
        CancellationToken gone = default
    )
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        using var typed = new StringReader(input);
        var keys = new Queue<char>(input);
        var terminal = new Terminal
        {
            Out = printed ?? output,
            Error = error,
            In = typed,
            CanAsk = canAsk,
            IsWatched = IsWatched,
            Variable = name => _variables.GetValueOrDefault(name),
            Variables = () => _variables.Keys,
            Profiles = Home,
            Clock = Clock,
            Key = () =>
                keys.Dequeue() is var key && key == '\n'
                    ? new ConsoleKeyInfo(key, ConsoleKey.Enter, false, false, false)
                    : new ConsoleKeyInfo(key, ConsoleKey.NoName, false, false, false),
        };
        try
        {
            return await Commands.RunAsync(arguments, terminal, gone);
        }
        finally
        {
            (Out, Error) = (output.ToString(), error.ToString());
        }
    }

    public void Dispose() => Directory.Delete(Home, recursive: true);

    /// <summary>The words of a line, as a shell makes them: quotes keep blanks together.</summary>
    public static string[] Words(string line)
    {
        var (words, word, quote) = (new List<string>(), new StringBuilder(), '\0');
        foreach (var c in line + " ")
            if (quote == '\0' && (c is '\'' or '"'))
                quote = c;
            else if (quote != '\0' && c == quote)
                quote = '\0';
            else if (quote == '\0' && c == ' ')
            {
                if (word.Length > 0)
                    words.Add(word.ToString());
                word.Clear();
            }
            else
                word.Append(c);
        return [.. words];
    }
}

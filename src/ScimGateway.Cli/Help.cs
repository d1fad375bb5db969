using System.CommandLine;
using System.CommandLine.Invocation;
using System.Text;

namespace ScimGateway.Cli;

/// <summary>What '--help' prints, of which docs/cli.md is made, too.</summary>
internal static class Help
{
    /// <summary>The heading of what each command takes beside its own.</summary>
    public const string CommonOfVerb = "Common options ('--help' explains them):";

    private const int Column = 24;
    private const int Width = 80;

    /// <summary>What a command does and takes, with an example.</summary>
    public static string Of(Command command) =>
        command switch
        {
            Verb verb => OfVerb(verb),
            RootCommand root => OfAll(root),
            _ => OfNoun(command),
        };

    /// <summary>How a command is called, from its noun on.</summary>
    public static string NameOf(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent and not RootCommand
            ? $"{NameOf(parent)} {command.Name}"
            : command.Name;

    private static string OfVerb(Verb verb)
    {
        var text = new StringBuilder($"usage: {NameOf(verb)}{Taken(verb)}\n");
        Wrap(text, verb.Description!, 4);
        if (verb.Arguments.Count + verb.Options.Count > 0)
            text.Append('\n');
        foreach (var argument in verb.Arguments)
            Row(text, argument.Name, argument.Description!);
        foreach (var option in verb.Options)
            Row(text, Spelled(option), option.Description!);
        if (verb.Usage is null)
        {
            text.Append($"\n{CommonOfVerb}\n");
            Wrap(text, string.Join(",  ", Common(verb).Select(Spelled)), 4);
        }
        if (verb.More is { } more)
        {
            text.Append($"\n{more.Says}\n");
            foreach (var (word, says) in more.Words)
                Row(text, word, says);
        }
        return text.Append($"\nFor example: {verb.Example}\n").ToString();
    }

    private static string OfNoun(Command noun)
    {
        var text = new StringBuilder($"usage: {noun.Name} COMMAND\n");
        Wrap(text, noun.Description!, 4);
        text.Append('\n');
        foreach (var verb in noun.Subcommands)
            Row(text, NameOf(verb), verb.Description!);
        return text.Append($"\n'{noun.Name} COMMAND --help' says what each takes.\n").ToString();
    }

    private static string OfAll(RootCommand root)
    {
        var text = new StringBuilder("usage: [COMMAND]\n");
        Wrap(text, root.Description!, 4);
        foreach (var (what, commands) in Commands.Groups)
        {
            text.Append($"\n{what}\n");
            foreach (var noun in commands)
                if (noun is Verb)
                    Row(text, noun.Name, noun.Description!);
                else
                    foreach (var verb in noun.Subcommands)
                        Row(text, NameOf(verb), verb.Description!);
        }
        text.Append("\nCommon options, of all commands but serve and demo:\n");
        foreach (var option in Common(root))
            Row(text, Spelled(option), option.Description!);
        text.Append(
            """

            A command ends with 0 if it is done, 1 if the gateway said no, 2 if it was not understood, 3 if no gateway answered,
            and 4 if it had to be confirmed and was not. 'COMMAND --help' says what it takes, with an example.
            'ls' stands for list, 'get' for show, 'rm' for delete, 'tenants' for tenant (and so on), and 'help COMMAND' for
            'COMMAND --help'.

            Completion: 'completion SHELL' prints a script for bash, zsh or fish. The program answers [suggest:POSITION] "LINE" with
            what may follow, as the tool dotnet-suggest wants it.

            """
        );
        return text.ToString();
    }

    private static string Taken(Verb verb) =>
        verb.Usage is { } usage
            ? $" {usage}"
            : string.Concat(verb.Arguments.Select(argument => " " + Signature(argument)))
                + string.Concat(
                    verb.Options.Select(option => option.Required ? $" {Signature(option)}" : $" [{Signature(option)}]")
                );

    private static string Signature(Argument argument) =>
        (argument.Arity.MinimumNumberOfValues, argument.Arity.MaximumNumberOfValues) switch
        {
            (0, 1) => $"[{argument.Name}]",
            (0, _) => $"[{argument.Name} ...]",
            (_, 1) => argument.Name,
            _ => $"{argument.Name} ...",
        };

    private static string Signature(Option option) =>
        option.HelpName is { } value ? $"{option.Name} {value}" : option.Name;

    // By all of its names.
    private static string Spelled(Option option) =>
        string.Join(
            ", ",
            option
                .Aliases.Where(name => name is ['-', ..] && name != "-?")
                .Order(StringComparer.Ordinal)
                .Append(option.Name)
        ) + (option.HelpName is { } value ? $" {value}" : "");

    private static IEnumerable<Option> Common(Command command)
    {
        var root = command as RootCommand ?? command.Parents.OfType<Command>().Select(RootOf).First();
        return root.Options.Where(option => option.Recursive && option is not VersionOption);
    }

    private static RootCommand RootOf(Command command) =>
        command as RootCommand ?? command.Parents.OfType<Command>().Select(RootOf).First();

    private static void Row(StringBuilder text, string name, string says)
    {
        var row = new StringBuilder();
        Wrap(row, says, Column + 4);
        var first = ("    " + name).PadRight(Column + 3) + " ";
        if (first.Length > Column + 4)
            text.Append(first.TrimEnd()).Append('\n').Append(row);
        else
            text.Append(first).Append(row.ToString().AsSpan(Column + 4));
    }

    private static void Wrap(StringBuilder text, string says, int indent)
    {
        var left = 0;
        foreach (var word in says.Split(' '))
        {
            if (left == 0 || left + 1 + word.Length > Width)
            {
                text.Append(left == 0 ? "" : "\n").Append(' ', indent).Append(word);
                left = indent + word.Length;
                continue;
            }
            text.Append(' ').Append(word);
            left += 1 + word.Length;
        }
        text.Append('\n');
    }

    /// <summary>Prints it.</summary>
    internal sealed class Action : SynchronousCommandLineAction
    {
        /// <inheritdoc/>
        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.Write(Of(parseResult.CommandResult.Command));
            return Exit.Done;
        }
    }
}

using System.CommandLine;

namespace ScimGateway.Host.CommandLine;

/// <summary>Has a shell complete the commands, by asking the program itself.</summary>
internal static class CompletionCommand
{
    private const string Usual = "gateway";

    private static readonly Argument<string?> _name = new("NAME")
    {
        Description = $"How the shell calls this program; {Usual} if not said",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>Prints the script.</summary>
    public static Verb Completion() =>
        new Verb(
            "completion",
            "Prints a script by which bash and zsh complete commands, options and words: source <(gateway completion)",
            "completion gateway"
        )
            .Takes(_name)
            .Does(call =>
            {
                var name = call.Of(_name) ?? Usual;
                // It stands in a script.
                if (
                    name.Length == 0
                    || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.')
                )
                    throw new Complaint(
                        Exit.WrongUse,
                        "NAME is a word of a-z, 0-9, dots, hyphens and underscores, as the shell calls this program.",
                        "completion --help"
                    );
                call.Terminal.Out.Write(Script(name));
                return Task.FromResult(Exit.Done);
            });

    // What stands before the cursor without the program's word; options only to who has begun one.
    private static string Script(string name) =>
        $$"""
            if [ -n "${ZSH_VERSION-}" ]; then autoload -U +X compinit bashcompinit && compinit && bashcompinit; fi
            _complete_{{Word(name)}}() {
                local typed="${COMP_LINE:0:COMP_POINT}"
                typed="${typed#*{{name}} }"
                local last="${typed##* }" word
                COMPREPLY=()
                while IFS= read -r word; do
                    case "$word" in "$last"*) ;; *) continue ;; esac
                    case "$last$word" in -* | /*) case "$last" in -*) ;; *) continue ;; esac ;; esac
                    COMPREPLY+=("$word")
                done < <({{name}} "[suggest:${#typed}]" "$typed" 2>/dev/null)
            }
            complete -F _complete_{{Word(name)}} {{name}}

            """.ReplaceLineEndings("\n");

    private static string Word(string name) => name.Replace('-', '_').Replace('.', '_');
}

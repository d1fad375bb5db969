using System.CommandLine;

namespace ScimGateway.Cli;

/// <summary>Lets a shell complete the commands, by asking the program itself.</summary>
internal static class CompletionCommand
{
    private const string Usual = "gateway";

    private static readonly Argument<string> _shell = Words.WordOf("SHELL", "The shell", ["bash", "zsh", "fish"]);

    private static readonly Argument<string?> _name = new("NAME")
    {
        Description = $"How the shell calls this program. Default: {Usual}",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>Prints the script.</summary>
    public static Verb Completion() =>
        new Verb(
            "completion",
            "Prints a script by which a shell completes commands, options and words. bash and zsh: source <(gateway completion bash). fish: gateway completion fish | source",
            "completion zsh gateway"
        )
            .Takes(_shell, _name)
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
                call.Terminal.Out.Write(call.Of(_shell) == "fish" ? Fish(name) : Script(name));
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

    // fish itself leaves out what does not begin with what is typed.
    private static string Fish(string name) =>
        $$"""
            function __complete_{{Word(name)}}
                set -l typed (commandline --current-process --cut-at-cursor | string replace -r '^\s*\S+\s*' '')
                set -l last (commandline --current-token --cut-at-cursor)
                for word in ({{name}} "[suggest:"(string length -- "$typed")"]" "$typed" 2>/dev/null)
                    string match -q -- '-*' "$word"; and not string match -q -- '-*' "$last"; and continue
                    string match -q -- '/*' "$word"; and continue
                    echo $word
                end
            end
            complete --command {{name}} --no-files --arguments '(__complete_{{Word(name)}})'

            """.ReplaceLineEndings("\n");

    private static string Word(string name) => name.Replace('-', '_').Replace('.', '_');
}

using System.CommandLine;
using System.Text;
using ScimGateway.Cli;
using Xunit;

namespace ScimGateway.Host.Tests.CommandLine;

/// <summary>The page of the commands is what they say of themselves.</summary>
public class PageTests
{
    [Fact]
    public void The_page_is_printed_from_the_commands() => GeneratedPage.AssertFresh("cli.md", Page());

    // An example that would not be understood helps nobody.
    [Fact]
    public void Each_example_is_understood()
    {
        foreach (var verb in Commands.Root.Subcommands.SelectMany(All).Where(verb => verb.Usage is null))
        {
            var said = Commands.Root.Parse(TerminalSession.Words(verb.Example.Split(" < ")[0]));
            Assert.True(said.Errors.Count == 0, $"{verb.Example}: {string.Join(' ', said.Errors)}");
            Assert.Same(verb, said.CommandResult.Command);
        }
    }

    private static string Page()
    {
        var page = new StringBuilder(
            """
            # The command line

            Printed from the commands in `src/ScimGateway.Cli`; a test holds it against them. It is what
            `--help` says. The program is [`gateway`](deploy.md#the-commands-elsewhere) on an administrator's machine,
            `dotnet ScimGateway.Host.dll` in a container, and `dotnet run -c Release --project src/ScimGateway.Host --` in
            the repository.

            From nothing to a tenant that is live, once `serve --init` has shown an admin key:

            ```sh
            profile save default          # asks for the key unseen, and tries it
            tenant create acme Acme --preset pingOne
            tenant connect acme           # asks for the Slack token unseen; or it comes from standard input
                                          # with --oauth: a link that a Slack owner opens in a browser
            import acme
            source create acme "PingOne production" --preset pingOne
            token create acme "PingOne production"   # says what is to be entered at PingOne
            tenant enable acme            # shows what Slack would be told, and asks
            ```

            `tenant show acme` says at each step what is next.

            ## All commands


            """
        );
        page.Append(Block(Commands.Root));
        foreach (var noun in Commands.Root.Subcommands)
        {
            page.Append($"\n## {noun.Name}\n\n");
            if (noun is not Verb)
                page.Append($"{noun.Description}.\n");
            foreach (var verb in All(noun))
                page.Append(noun is Verb ? "" : $"\n### {Help.NameOf(verb)}\n\n").Append(Block(verb));
        }
        return page.ToString();
    }

    // What each command takes beside its own is said once, at the top.
    private static string Block(Command command) =>
        $"```text\n{string.Join("\n\n", Help.Of(command).Split("\n\n").Where(part => !part.StartsWith(Help.CommonOfVerb, StringComparison.Ordinal)))}```\n";

    private static IEnumerable<Verb> All(Command command) =>
        command is Verb verb ? [verb] : command.Subcommands.Cast<Verb>();
}

using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using ScimGateway.Basics.Spelling;

namespace ScimGateway.Cli;

/// <summary>All commands, and how one that was entered is understood, run and ended.</summary>
internal static class Commands
{
    private static readonly ParserConfiguration _reading = new()
    {
        // A name may begin with @.
        ResponseFileTokenReplacer = null,
        EnablePosixBundling = false,
    };

    // What begins so is a secret, wherever it was entered by mistake.
    private static readonly string[] _secrets = ["xox", "xapp-", "sga_", "sgt_", "sgs_", "sgo_"];

    /// <summary>What they are for, and those that are for it.</summary>
    public static IReadOnlyList<(string For, IReadOnlyList<Command> Commands)> Groups { get; } =
    [
        (
            "Run a gateway",
            [
                Programs.Serve,
                Programs.Demo,
                Programs.HealthCheck,
                BackupCommands.Backup(),
                Programs.Store,
                ClusterCommands.All(),
            ]
        ),
        (
            "Set up",
            [
                ProfileCommands.All(),
                TenantCommands.All(),
                SourceCommands.All(),
                TokenCommands.All(),
                PreferenceCommands.All(),
                RuleCommands.All(),
                NotificationCommands.All(),
                KeyCommands.All(),
            ]
        ),
        ("Read from Slack", [JobCommands.Import(), JobCommands.Drift(), JobCommands.All()]),
        ("Decide", [HoldCommands.All(), UserCommands.All()]),
        (
            "See what happened",
            [
                ReportCommand.Report(),
                OperationCommands.All(),
                LinkCommands.All(),
                OperationCommands.Budget(),
                AuditCommands.All(),
            ]
        ),
        ("Help with typing", [CompletionCommand.Completion()]),
    ];

    /// <summary>What people try first, and what it is called here.</summary>
    public static IReadOnlyDictionary<string, string> OtherWords { get; } =
        new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["status"] = "tenant show TENANT",
            ["stop"] = "tenant disable --all",
            ["disable"] = "tenant disable TENANT",
            ["pause"] = "tenant shadow TENANT",
            ["enable"] = "tenant enable TENANT",
            ["deactivate"] = "user deactivate TENANT WHO",
            ["user disable"] = "user deactivate TENANT WHO",
            ["user stop"] = "user deactivate TENANT WHO",
            ["user list"] = "link list TENANT --kind user",
            ["user show"] = "link show TENANT WHO",
            ["group list"] = "link list TENANT --kind group",
            ["group"] = "link list TENANT --kind group",
            ["rotate"] = "token rotate TENANT SOURCE TOKEN",
            ["log"] = "operation list TENANT",
            ["logs"] = "operation tail TENANT",
            ["history"] = "report TENANT",
            ["undo"] = "hold reopen TENANT WHO",
            ["approve"] = "hold release TENANT HOLD",
            ["hold approve"] = "hold release TENANT HOLD",
            ["hold show"] = "hold list TENANT --link WHO",
            ["hold reject"] = "hold dismiss TENANT HOLD",
            ["search"] = "operation list TENANT --search TEXT",
            ["transfer"] = "source transfer TENANT SOURCE TO",
            ["migrate"] = "source transfer TENANT SOURCE TO",
        };

    /// <summary>All of them.</summary>
    public static RootCommand Root { get; } = Build();

    /// <summary>Runs what the process was started with, until it is stopped.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        using var stop = new CancellationTokenSource();
        var terminal = Terminal.OfProcess();
        ConsoleCancelEventHandler stopped = (_, pressed) =>
        {
            // Who is asked something just goes; else the cursor is shown again first.
            pressed.Cancel = !terminal.IsAsking;
            // Not here, where whatever goes on then would hold up the runtime's handling of signals.
            if (pressed.Cancel)
                _ = stop.CancelAsync();
        };
        Console.CancelKeyPress += stopped;
        // As of one that runs in the background, where shells keep Ctrl-C away.
        using var terminated = PosixSignalRegistration.Create(
            PosixSignal.SIGTERM,
            signal =>
            {
                signal.Cancel = !terminal.IsAsking;
                if (signal.Cancel)
                    _ = stop.CancelAsync();
            }
        );
        try
        {
            return await RunAsync(arguments, terminal, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Exit.Stopped;
        }
        finally
        {
            Console.CancelKeyPress -= stopped;
        }
    }

    /// <summary>Runs what was entered; how it ended.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Terminal terminal, CancellationToken gone)
    {
        arguments = AsOptions(arguments);
        var said = Root.Parse(arguments, _reading);
        var command = said.CommandResult.Command;
        if (Empty(arguments) is { } empty)
        {
            terminal.Error.WriteLine(
                $"{empty} wants a value, and was given an empty one. Say one, or leave {empty} out."
            );
            return Exit.WrongUse;
        }
        if (command is Verb { Usage: not null } && (said.Action is null or ParseErrorAction))
        {
            terminal.Error.WriteLine(Help.Of(command)); // it reads its arguments itself, and has not understood them
            return Exit.WrongUse;
        }
        if (said.Action is ParseErrorAction)
        {
            NotUnderstood(said, command, arguments, terminal.Error);
            return Exit.WrongUse;
        }
        if (said.Action is not null || command is not Verb verb)
            return await said.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = terminal.Out,
                    Error = terminal.Error,
                    EnableDefaultExceptionHandler = false,
                },
                gone
            );
        if (TakenForAName(said, arguments) is { } option)
        {
            terminal.Error.WriteLine(Shown.Line(NoSuchOption(command, option)));
            terminal.Error.WriteLine($"Next: '{Help.NameOf(command)} --help'");
            return Exit.WrongUse;
        }
        using var call = new Call(verb, said, terminal, gone);
        try
        {
            return call.Every is { } every ? await WatchAsync(verb, call, every) : await verb.Run(call);
        }
        catch (Refusal refusal)
        {
            return Refused(call, refusal);
        }
        catch (Complaint complaint)
        {
            terminal.Error.WriteLine(complaint.Message);
            if (complaint.Next is { } next)
                terminal.Error.WriteLine($"Next: '{next}'");
            return complaint.Exit;
        }
        catch (IOException e) // as where nobody reads what is printed any more
        {
            terminal.Error.WriteLine(Shown.Line(e.Message));
            return Exit.Refused;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            terminal.Error.WriteLine(
                $"The gateway's answer could not be read ({e.GetType().Name}). Compare its version with the one of this program."
            );
            terminal.Error.WriteLine("Next: 'version'");
            return Exit.NotReachable;
        }
    }

    // Until it is stopped, or goes wrong.
    private static async Task<int> WatchAsync(Verb verb, Call call, TimeSpan every)
    {
        while (true)
        {
            if (!call.IsForScript)
                Shown.Clear(call.Terminal);
            var exit = await verb.Run(call);
            if (exit != Exit.Done)
                return exit;
            await call.Terminal.Out.FlushAsync(call.Gone);
            await Task.Delay(every, call.Terminal.Clock, call.Gone);
        }
    }

    // As other programs have them.
    private static string[] AsOptions(IReadOnlyList<string> arguments) =>
        arguments.ToArray() switch
        {
            ["help", .. var rest] => [.. rest, "--help"],
            ["version"] => ["--version"],
            var same => same,
        };

    // The option that was given nothing, as by a variable that is not set; null if there is none.
    private static string? Empty(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
            if (arguments[i] is ['-', '-', _, ..] option)
                if (option[^1] is '=' or ':')
                    return option[..^1];
                else if (i + 1 < arguments.Count && arguments[i + 1].Length == 0)
                    return option;
        return null;
    }

    // What was wrong comes last, where it is still to be seen; all commands would be pages of help.
    private static void NotUnderstood(
        ParseResult said,
        Command command,
        IReadOnlyList<string> arguments,
        TextWriter error
    )
    {
        var isAll = command is RootCommand;
        if (command is not Verb && said.UnmatchedTokens is [var word, ..])
            error.WriteLine(Shown.Line(WithoutSecrets(NoSuch(command, word))));
        else
        {
            if (command is not Verb && !isAll)
                error.WriteLine(Help.Of(command));
            foreach (var wrong in Wrong(said, command, arguments))
                error.WriteLine(Shown.Line(WithoutSecrets(wrong)));
        }
        error.WriteLine(isAll ? "Next: '--help'" : $"Next: '{Help.NameOf(command)} --help'");
    }

    // The parser names neither what is missing nor what may have been meant.
    private static IEnumerable<string> Wrong(ParseResult said, Command command, IReadOnlyList<string> arguments)
    {
        if (TakenForAName(said, arguments) is { } option)
            return [NoSuchOption(command, option)];
        var missing = command
            .Arguments.Where(one =>
                (said.CommandResult.GetResult(one)?.Tokens.Count ?? 0) < one.Arity.MinimumNumberOfValues
            )
            .Select(one => one.Name)
            .ToList();
        if (missing.Count > 0)
            return [$"{string.Join(" and ", missing)} {(missing.Count == 1 ? "is" : "are")} missing."];
        return said.UnmatchedTokens is [var word, ..] && command is Verb
            ?
            [
                word is ['-', ..]
                    ? NoSuchOption(command, word)
                    : $"'{word}' is one word too many. What has blanks stands in quotation marks.",
            ]
            : said.Errors.Select(wrong => wrong.Message);
    }

    private static string NoSuchOption(Command command, string word) =>
        $"There is no option '{word}'."
        + (Nearest.To(word, command.Options.Select(one => one.Name)) is { } meant ? $" Did you mean '{meant}'?" : "");

    // An option that there is not, which the parser has taken for one of several names; null if there is none. After --
    // everything is a name.
    private static string? TakenForAName(ParseResult said, IReadOnlyList<string> arguments) =>
        arguments.Contains("--")
            ? null
            : said
                .CommandResult.Children.OfType<ArgumentResult>()
                .SelectMany(argument => argument.Tokens)
                .Select(token => token.Value)
                .FirstOrDefault(value => value.StartsWith("--", StringComparison.Ordinal));

    private static string NoSuch(Command command, string word)
    {
        var noun = command is RootCommand ? "" : command.Name + " ";
        var says = $"There is no command '{noun}{word}'.";
        if (OtherWords.TryGetValue(noun + word, out var called))
            return $"{says} It is '{called}' here.";
        return Nearest.To(word, command.Subcommands.Select(one => one.Name)) is { } meant
            ? $"{says} Did you mean '{noun}{meant}'?"
            : says;
    }

    private static int Refused(Call call, Refusal refusal)
    {
        var answer = refusal.Answer;
        if (call.IsForScript)
            call.Write(answer);
        if (refusal.OfKey is { } ofKey)
        {
            call.Say(ofKey);
            return Exit.Refused;
        }
        var detail = (string?)answer.Json!["detail"] ?? "The gateway said no.";
        call.Say(NextCommand.In(detail));
        foreach (var (field, says) in answer.Json["errors"] as JsonObject ?? [])
            if (Shown.Value(says) is var message && !detail.Contains(message, StringComparison.Ordinal))
                call.Say($"    {field}: {message}");
        if (answer.Status == HttpStatusCode.Forbidden)
            call.Say("Ask an owner of the gateway to do it, or for a key with a higher role.");
        if (!NextCommand.IsIn(detail) && NextCommand.After(answer.Status, call.Name, call.Tenant, call.Who) is { } next)
            call.Say($"Next: '{next}'");
        return Exit.Refused;
    }

    private static string WithoutSecrets(string text) =>
        string.Join(
            ' ',
            text.Split(' ')
                .Select(word =>
                    Array.Find(_secrets, mark => word.Contains(mark, StringComparison.Ordinal)) is { } mark
                        ? $"{mark}…"
                        : word
                )
        );

    private static RootCommand Build()
    {
        var root = new RootCommand(
            "ScimGateway: SCIM 2.0 for identity providers, provisioned into Slack. Without a command, or with settings of serve alone, the server's program serves. All commands "
                + "but serve and demo ask a gateway that runs, by its admin API."
        );
        var help = root.Options.Single(option => option is HelpOption);
        (help.Action, help.Description) = (new Help.Action(), "Prints the help of a command");
        foreach (
            var option in new Option[]
            {
                Words.Url,
                Words.AdminKey,
                Words.Profile,
                Words.Output,
                Words.Json,
                Words.Wide,
            }
        )
            root.Options.Add(option);
        foreach (var command in Groups.SelectMany(group => group.Commands))
        {
            // One may say what there are several of; preferences are several already.
            if (command is not Verb && command.Name is not "preferences" and not "audit")
                command.Aliases.Add(command.Name + "s");
            root.Subcommands.Add(command);
        }
        return root;
    }
}

/// <summary>What reads its arguments itself, so that it is the same as ever; here it has its help.</summary>
internal static class Programs
{
    /// <summary>The gateway.</summary>
    public static Verb Serve { get; } =
        new("serve", "Serves. 'serve --help' says all that can be set.", "serve --init --data ./data")
        {
            Usage = "[--init] [--new-owner-key] [--new-master-key] [--SETTING VALUE ...]",
        };

    /// <summary>Gateway and pretend Slack.</summary>
    public static Verb Demo { get; } =
        new(
            "demo",
            "Gateway and emulator in one process, the tenant \"demo\" connected and enabled; with --tenants also \"demo2\" ... \"demoN\".",
            "demo --token secret"
        )
        {
            Usage =
                "[--urls URL] [--public-url URL] [--slack-urls URL | --slack URL] [--token T] [--admin-key K] [--data DIR] "
                + "[--store S] [--seed N] [--slack-time-limit S] [--tenants N] [--dialect rfc]",
        };

    /// <summary>The store, of which no gateway may run meanwhile.</summary>
    public static Command Store { get; } =
        new("store", "The store of a gateway that does not run.")
        {
            new Verb(
                "copy",
                "Copies the SQLite store that 'serve' with the same settings uses into an empty database of PostgreSQL, and compares each row there.",
                "store copy --data ./data --to \"Host=db.example.org;Database=gateway;Username=gateway\""
            )
            {
                Usage = "--to \"Host=...\" [--SETTING VALUE ...]",
            },
        };

    /// <summary>Whether the gateway is ready.</summary>
    public static Verb HealthCheck { get; } =
        new(
            "healthcheck",
            "Asks whether a gateway is ready: ends with 0 if it is, else with 1. --health-url is for a gateway whose health has an address of its own, as 'serve' is told. Without either it asks where 'serve' would listen with the same settings.",
            "healthcheck --url http://127.0.0.1:5080"
        )
        {
            Usage = "[--url URL] [--health-url URL]",
        };
}

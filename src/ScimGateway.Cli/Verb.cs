using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using ScimGateway.Basics.Spelling;

namespace ScimGateway.Cli;

/// <summary>A command that does something.</summary>
internal sealed class Verb : Command
{
    /// <summary>One that does nothing yet.</summary>
    /// <param name="name">Its word.</param>
    /// <param name="says">What it does, a sentence or two.</param>
    /// <param name="example">It as somebody would enter it.</param>
    public Verb(string name, string says, string example)
        : base(name, says)
    {
        Example = example;
        if (name is "list")
            Aliases.Add("ls");
        if (name is "show")
            Aliases.Add("get");
        if (name is "get")
            Aliases.Add("show");
        if (name is "delete")
            Aliases.Add("rm");
    }

    /// <summary>It as somebody would enter it.</summary>
    public string Example { get; }

    /// <summary>What else its help lists; null for nothing.</summary>
    public WordList? More { get; init; }

    /// <summary>What it takes, where that is read elsewhere; null for what its arguments and options say.</summary>
    public string? Usage { get; init; }

    /// <summary>What it does.</summary>
    public Func<Call, Task<int>> Run { get; private set; } = _ => Task.FromResult(Exit.WrongUse);

    /// <summary>Says what it does.</summary>
    public Verb Does(Func<Call, Task<int>> run)
    {
        Run = run;
        return this;
    }
}

/// <summary>Words that a command understands, and what each means.</summary>
/// <param name="Says">What they are.</param>
/// <param name="Words">They, each with a sentence.</param>
internal sealed record WordList(string Says, IReadOnlyList<(string Word, string Says)> Words);

/// <summary>Arguments and options that mean the same in many commands.</summary>
internal static class Words
{
    /// <summary>The word of a tenant in the path.</summary>
    public static Argument<string> Tenant { get; } =
        new("TENANT")
        {
            Description = "The tenant's slug",
            CustomParser = said => said.Tokens[0].Value.ToLowerInvariant(), // as every slug is
        };

    /// <summary>A source of the tenant.</summary>
    public static Argument<string> Source { get; } = new("SOURCE") { Description = "The source's id, or its name" };

    /// <summary>Where the gateway is.</summary>
    public static Option<string> Url { get; } =
        new("--url")
        {
            HelpName = "URL",
            Description = $"Where the gateway is; else {Connection.UrlVariable}, the profile, or {Connection.Local}",
            Recursive = true,
        };

    /// <summary>By what the gateway lets an administrator in.</summary>
    public static Option<string> AdminKey { get; } =
        new("--admin-key")
        {
            HelpName = "KEY",
            Description =
                $"The admin key; else {Connection.KeyVariable}, or the profile. Others on the machine can see arguments, so prefer those",
            Recursive = true,
        };

    /// <summary>Both, as they were saved.</summary>
    public static Option<string> Profile { get; } =
        new("--profile")
        {
            HelpName = "NAME",
            Description = $"A profile of 'profile save'; else the one called {Profiles.Default}, where it is there",
            Recursive = true,
        };

    /// <summary>For scripts.</summary>
    public static Option<bool> Json { get; } = new("--json") { Description = "The same as -o json", Recursive = true };

    /// <summary>For people with room.</summary>
    public static Option<bool> Wide { get; } = new("--wide") { Description = "The same as -o wide", Recursive = true };

    /// <summary>Prints again and again.</summary>
    public static Option<int?> Watch { get; } =
        new("--watch")
        {
            HelpName = "[SECONDS]",
            Description = "Prints it again every 5 seconds, or as often as this says, until Ctrl-C",
            Arity = ArgumentArity.ZeroOrOne,
            CustomParser = said =>
                said.Tokens is not [var token] ? null
                : Number(said, token, 86_400, "--watch wants seconds, 1 to 86400") is var number and not 0
                    ? (int?)number
                : NoSeconds(said, token),
        };

    /// <summary>How an answer is printed.</summary>
    public static Option<string> Output { get; } = OutputOption();

    /// <summary>Confirms unasked.</summary>
    public static Option<bool> Yes { get; } =
        new("--yes") { Description = "Do it without asking; what it would do is shown all the same" };

    /// <summary>Shows, and does nothing.</summary>
    public static Option<bool> DryRun { get; } =
        new("--dry-run") { Description = "Show what would change and what Slack would be told, and change nothing" };

    /// <summary>What a change is asked with, so that it is shown alone.</summary>
    public static (string Name, object? Value) Previews(Call call) => ("preview", call.Of(DryRun) ? "true" : null);

    /// <summary>The length of a page.</summary>
    public static Option<int?> Limit { get; } =
        new("--limit")
        {
            HelpName = "N",
            Description = "How many are listed at most, up to 1000; 100 if not said",
            CustomParser = said => (int?)Number(said, said.Tokens[0], int.MaxValue, "--limit wants a number"),
        };

    /// <summary>The next page.</summary>
    public static Option<string> Cursor { get; } =
        new("--cursor") { HelpName = "CURSOR", Description = "The page after, as the list before has said it" };

    /// <summary>Every page.</summary>
    public static Option<bool> All { get; } = new("--all") { Description = "List all of them, and not a page" };

    /// <summary>From when on things are listed.</summary>
    public static Option<string> From { get; } =
        new("--from", "--since")
        {
            HelpName = "TIME",
            Description =
                "Not before this time (UTC), such as 2027-11-22 or tuesday, or this long ago, such as 12h or 7d",
        };

    /// <summary>The moment before which what is listed was.</summary>
    public static Option<string> Until { get; } =
        Text("--until", "TIME", "Before this time (UTC), or before this long ago");

    /// <summary>The day on which what is listed was.</summary>
    public static Option<string> On { get; } =
        Text("--on", "DAY", "On this day (UTC): today, yesterday, the last tuesday, or a date such as 2027-11-22");

    /// <summary>A name for people.</summary>
    public static Option<string> Label { get; } = Text("--label", "TEXT", "A name for people");

    /// <summary>An end.</summary>
    public static Option<string> Expires { get; } =
        Text("--expires", "TIME", "Until when it lets in, such as 2027-11-22 or 90d; without end if not said");

    /// <summary>A user or group.</summary>
    public static Argument<string> Who { get; } =
        new("WHO")
        {
            Description =
                "A user or group: the number of its link, or its name, address, externalId, SCIM id or Slack id",
        };

    /// <summary>The same as a filter.</summary>
    public static Option<string> Link { get; } =
        Text("--link", "WHO", "Only of this user or group: the number of its link, or a name, address or id");

    /// <summary>What is named by its id, a number.</summary>
    /// <param name="name">As help names it.</param>
    /// <param name="thing">What it is of.</param>
    /// <param name="listed">The command that lists those there are.</param>
    public static Argument<long> Id(string name, string thing, string listed) =>
        new(name) { Description = "Its id", CustomParser = said => Read(said, said.Tokens[0], thing, listed) ?? 0 };

    /// <summary>An option with a text.</summary>
    public static Option<string> Text(string name, string value, string says) =>
        new(name) { HelpName = value, Description = says };

    /// <summary>An option that is one of some words, which the shell can complete.</summary>
    public static Option<string> OneOf(string name, string says, params string[] words)
    {
        var option = new Option<string>(name)
        {
            HelpName = "WORD",
            Description = $"{says}: {string.Join(", ", words)}",
            CustomParser = said => Word(said, name, words),
        };
        option.CompletionSources.Add(words);
        return option;
    }

    /// <summary>An argument that is one of some words, which the shell can complete.</summary>
    public static Argument<string> WordOf(string name, string says, IReadOnlyList<string> words)
    {
        var argument = new Argument<string>(name)
        {
            Description = $"{says}: {string.Join(", ", words)}",
            CustomParser = said => Word(said, name, words),
        };
        argument.CompletionSources.Add([.. words]);
        return argument;
    }

    /// <summary>A preset of an identity provider.</summary>
    public static Option<string> Preset(string says) => OneOf("--preset", says, [.. Presets]);

    /// <summary>The presets there are.</summary>
    public static IReadOnlyList<string> Presets { get; } = ["pingOne", "pingFederate", "entraId", "okta"];

    private static Option<string> OutputOption()
    {
        var option = OneOf(
            "--output",
            "How it is printed. Csv has a line for each of a list or preview; wide leaves out no column",
            "table",
            "wide",
            "json",
            "yaml",
            "csv"
        );
        option.Aliases.Add("-o");
        option.Recursive = true;
        return option;
    }

    // As it is spelled here, whatever the case.
    private static string? Word(ArgumentResult said, string name, IReadOnlyList<string> words)
    {
        var entered = said.Tokens[0];
        if (words.FirstOrDefault(one => one.Equals(entered.Value, StringComparison.OrdinalIgnoreCase)) is { } word)
            return word;
        var meant = Nearest.To(entered.Value, words) is { } near ? $" Did you mean '{near}'?" : "";
        said.AddError(NotSo($"{name} is one of {string.Join(", ", words)}", entered) + meant);
        return null;
    }

    private static long? Read(ArgumentResult said, Token word, string thing, string listed) =>
        Number(said, word, long.MaxValue, NoId(said, thing, listed));

    private static long? Number(ArgumentResult said, Token word, long most, string wrong)
    {
        if (
            long.TryParse(word.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number <= most
        )
            return number;
        said.AddError(NotSo(wrong, word));
        return null;
    }

    private static int? NoSeconds(ArgumentResult said, Token word)
    {
        said.AddError(NotSo("--watch wants seconds, 1 to 86400", word));
        return null;
    }

    private static string NotSo(string wanted, Token word) => $"{wanted}; '{word.Value}' is none.";

    private static string NoId(SymbolResult said, string thing, string listed)
    {
        foreach (var argument in new[] { Tenant, Source })
            if (said.GetResult(argument) is { Tokens: [var known, ..] })
                listed = listed.Replace(argument.Name, known.Value, StringComparison.Ordinal);
        return $"{thing} is named by its id, as '{listed}' shows it";
    }

    /// <summary>A command that can be printed again and again.</summary>
    public static Verb Watched(this Verb verb)
    {
        verb.Options.Add(Watch);
        return verb;
    }

    /// <summary>A command with what it takes.</summary>
    public static Verb Takes(this Verb verb, params Symbol[] symbols)
    {
        foreach (var symbol in symbols)
            if (symbol is Argument argument)
                verb.Arguments.Add(argument);
            else
                verb.Options.Add((Option)symbol);
        return verb.Name is "list" or "show" or "get" or "budget" or "report" ? verb.Watched() : verb;
    }
}

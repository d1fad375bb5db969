using System.CommandLine;

namespace ScimGateway.Host.CommandLine;

/// <summary>A command that does something.</summary>
/// <param name="name">Its word.</param>
/// <param name="says">What it does, a sentence or two.</param>
/// <param name="example">It as somebody would enter it.</param>
internal sealed class Verb(string name, string says, string example) : Command(name, says)
{
    /// <summary>It as somebody would enter it.</summary>
    public string Example => example;

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

/// <summary>Arguments and options that mean the same in many commands.</summary>
internal static class Words
{
    /// <summary>The word of a tenant in the path.</summary>
    public static Argument<string> Tenant { get; } = new("TENANT") { Description = "The tenant's slug" };

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
    public static Option<bool> Json { get; } =
        new("--json") { Description = "Print the admin API's answer as it is", Recursive = true };

    /// <summary>Confirms unasked.</summary>
    public static Option<bool> Yes { get; } =
        new("--yes") { Description = "Do it without asking; what it would do is shown all the same" };

    /// <summary>The length of a page.</summary>
    public static Option<int?> Limit { get; } =
        new("--limit") { HelpName = "N", Description = "How many are listed at most, up to 1000; 100 if not said" };

    /// <summary>The next page.</summary>
    public static Option<string> Cursor { get; } =
        new("--cursor") { HelpName = "CURSOR", Description = "The page after, as the list before has said it" };

    /// <summary>A name for people.</summary>
    public static Option<string> Label { get; } = Text("--label", "TEXT", "A name for people");

    /// <summary>An end.</summary>
    public static Option<string> Expires { get; } =
        Text("--expires", "TIME", "Until when it lets in, such as 2027-11-22; without end if not said");

    /// <summary>An option with a text.</summary>
    public static Option<string> Text(string name, string value, string says) =>
        new(name) { HelpName = value, Description = says };

    /// <summary>An option that is one of some words, which the shell can complete.</summary>
    public static Option<string> OneOf(string name, string says, params string[] words)
    {
        var option = Text(name, "WORD", $"{says}: {string.Join(", ", words)}");
        option.CompletionSources.Add(words);
        return option;
    }

    /// <summary>A preset of an identity provider.</summary>
    public static Option<string> Preset(string says) => OneOf("--preset", says, [.. Presets]);

    /// <summary>The presets there are.</summary>
    public static IReadOnlyList<string> Presets { get; } = ["pingOne", "pingFederate", "entraId", "okta"];

    /// <summary>A command with what it takes.</summary>
    public static Verb Takes(this Verb verb, params Symbol[] symbols)
    {
        foreach (var symbol in symbols)
            if (symbol is Argument argument)
                verb.Arguments.Add(argument);
            else
                verb.Options.Add((Option)symbol);
        return verb;
    }
}

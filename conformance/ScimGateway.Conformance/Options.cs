using System.Globalization;
using ScimGateway.Conformance.Providers;
using ScimGateway.Conformance.Reports;

namespace ScimGateway.Conformance;

/// <summary>What was said on the command line.</summary>
internal sealed record Options
{
    /// <summary>The base URL of the server, such as <c>https://scim.example.com/v2</c>.</summary>
    public string Url { get; init; } = "";

    /// <summary>The bearer token.</summary>
    public string? Token { get; init; }

    /// <summary>Further headers of each request.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>How long an answer may take. 30 s by default.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Only requirements whose id begins so.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Only what is asked for at least so strongly.</summary>
    public Level Least { get; init; } = Level.May;

    /// <summary>What is asked for together; the RFCs if nothing is said.</summary>
    public IReadOnlyList<string> Profiles { get; init; } = [];

    /// <summary>Which certificates of the server are trusted.</summary>
    public Trust Trust { get; init; } = Trust.Usual;

    /// <summary>How the server wants its users.</summary>
    public Template User { get; init; } = Template.Nothing;

    /// <summary>How it wants its groups.</summary>
    public Template Group { get; init; } = Template.Nothing;

    /// <summary>A folder of further scenarios; null if there is none.</summary>
    public string? Traces { get; init; }

    /// <summary>What the server lacks of what scenarios may rest on.</summary>
    public IReadOnlyList<string> Lacked { get; init; } = [];

    /// <summary>Whether what is a SHOULD or a MAY, or is inferred, fails as well.</summary>
    public bool Strict { get; init; }

    /// <summary>Whether what rests on more than the RFCs say is left out.</summary>
    public bool RfcsOnly { get; init; }

    /// <summary>What is not asked for: ids that begin so.</summary>
    public IReadOnlyList<string> Skip { get; init; } = [];

    /// <summary>A former report, whose findings do not fail again; null if there is none.</summary>
    public string? Baseline { get; init; }

    /// <summary>Whether the version is printed and nothing asked.</summary>
    public bool Version { get; init; }

    /// <summary>What was said, without what is secret.</summary>
    public string Said { get; init; } = "";

    /// <summary>Whether a provider's own pace is kept instead of full speed.</summary>
    public bool IsReal { get; init; }

    /// <summary>How much a provider's first synchronisation has; null if none is asked for.</summary>
    public FirstSync.Size? SyncSize { get; init; }

    /// <summary>Where reports are written; their endings say in which form.</summary>
    public IReadOnlyList<string> Reports { get; init; } = [];

    /// <summary>Whether the inventory is printed and nothing asked.</summary>
    public bool List { get; init; }

    /// <summary>Whether a server with many users is asked, too.</summary>
    public bool Force { get; init; }

    /// <summary>What there is to say, for people.</summary>
    public const string Help = """
        usage: ScimGateway.Conformance --url BASE [--token TOKEN] [option ...]
            asks a SCIM 2.0 server for what RFC 7643, 7644 and 9865 want of it, or for what identity providers do to it, and
            removes again whatever it made there

          --url BASE        the base URL, under which /Users is
          --token TOKEN     the bearer token; else the environment's SCIM_TOKEN
          --header 'N: V'   a header of each request; may be said several times
          --profile NAME    rfc, if nothing is said; entra, okta, pingone, pingfederate, onelogin, jumpcloud or others: what
                            that provider sends; all: the RFCs and every provider; interop, ipsie-al1 or ipsie-al2: a
                            draft of 2026, which contradicts the RFCs in places; may be said several times
          --traces FOLDER   further scenarios, as .json files, or one such file; without --profile these alone
          --rfcs-only       leaves out what rests on more than the RFCs say
          --strict          what is a SHOULD or a MAY, or inferred of a provider, fails as well; else it is a warning
          --skip ID         leaves out requirements whose id begins so; may be said several times
          --baseline FILE   a former report (.json): what it found is known, and only what is new fails
          --pace real       keeps a provider's own pace, and its ways after 429; full if not said: as fast as answers come
          --ca FILE         certificates in PEM, which have signed the server's, instead of those that the machine trusts
          --insecure        takes any certificate: of a server of one's own on a machine of one's own
          --user FILE       JSON that is merged into each user that is made: a member takes the place of ours, null takes it
                            away, {{name}} is the user's name; what /Schemas requires beside that is filled in
          --group FILE      the same of groups
          --lacks WORD      what the server lacks: an attribute, or what a scenario requires; may be said several times
          --profile load    the first synchronisation of a provider: --provider NAME (entra if not said), --users N (100),
                            --groups N (10), --at-once N (4): how many requests are under way together, where
                            the provider's pace does not say one
          --only ID         only requirements whose id begins so, such as RFC7644-3.5.2 or entra-group; may be said
                            several times
          --level LEVEL     must, should or may: what is asked for at least so strongly; all if not said
          --time-limit S    seconds that an answer may take; 30 if not said
          --report FILE     .xml (JUnit), .json, .md or .html; may be said several times
          --force           ask a server that has more than 50 users, too
          --list            print all requirements with section and state, and ask nothing
          --version         print the version, and ask nothing

        It ends with 0 if nothing failed, 1 if something did, 2 if it could not begin or was stopped.
        """;

    /// <summary>What the arguments say.</summary>
    /// <exception cref="FormatException">They make no sense; the message says why.</exception>
    public static Options Parse(IReadOnlyList<string> arguments)
    {
        var options = new Options { Token = Environment.GetEnvironmentVariable("SCIM_TOKEN") };
        for (var i = 0; i < arguments.Count; i++)
        {
            var name = arguments[i];
            string Value() =>
                ++i < arguments.Count ? arguments[i] : throw new FormatException($"{name} wants a value.");
            options = name switch
            {
                "--list" => options with { List = true },
                "--force" => options with { Force = true },
                "--strict" => options with { Strict = true },
                "--rfcs-only" => options with { RfcsOnly = true },
                "--version" => options with { Version = true },
                "--skip" => options with { Skip = [.. options.Skip, Value()] },
                "--baseline" => options with { Baseline = Value() },
                "--profile" => Profiled(options, Named(Value())),
                "--pace" => options with
                {
                    IsReal = Value() switch
                    {
                        "real" => true,
                        "full" => false,
                        _ => throw new FormatException("--pace is full or real."),
                    },
                },
                "--provider" => options with { SyncSize = Sized(options) with { Provider = Provider(Value()) } },
                "--users" => options with
                {
                    SyncSize = Sized(options) with { Users = Number(name, Value(), 1, 100_000) },
                },
                "--groups" => options with
                {
                    SyncSize = Sized(options) with { Groups = Number(name, Value(), 0, 10_000) },
                },
                "--at-once" => options with
                {
                    SyncSize = Sized(options) with { AtOnce = Number(name, Value(), 1, 64) },
                },
                "--ca" => options with { Trust = Trust.Of(Value()) },
                "--insecure" => options with { Trust = Trust.Any },
                "--user" => options with { User = Template.Of(name, Value()) },
                "--group" => options with { Group = Template.Of(name, Value()) },
                "--traces" => options with { Traces = Value() },
                "--lacks" => options with { Lacked = [.. options.Lacked, Value()] },
                "--url" => options with { Url = Value() },
                "--token" => options with
                {
                    Token =
                        Value() is { Length: > 0 } token && !token.Any(char.IsControl)
                            ? token
                            : throw new FormatException("--token is a text of a line."),
                },
                "--header" => options with { Headers = [.. options.Headers, Header(Value())] },
                "--only" => options with { Only = [.. options.Only, Value()] },
                "--report" => options with { Reports = [.. options.Reports, Value()] },
                "--level" => options with
                {
                    Least = Enum.TryParse<Level>(Value(), ignoreCase: true, out var level)
                        ? level
                        : throw new FormatException("--level is must, should or may."),
                },
                "--time-limit" => options with
                {
                    TimeLimit =
                        double.TryParse(Value(), CultureInfo.InvariantCulture, out var seconds)
                        && seconds is > 0 and < 3_600
                            ? TimeSpan.FromSeconds(seconds)
                            : throw new FormatException("--time-limit is a number of seconds."),
                },
                _ => throw new FormatException($"There is no argument '{name}'."),
            };
        }
        if (options.SyncSize is not null != options.Profiles.Contains(Profile.Load))
            throw new FormatException("--profile load goes with --provider, --users, --groups and --at-once.");
        if (
            options.SyncSize is not null
            && (
                options.Profiles.Count > 1
                || options.Only.Count > 0
                || options.Traces is not null
                || options.List
                || options.RfcsOnly
                || options.Skip.Count > 0
                || options.Baseline is not null
            )
        )
            throw new FormatException(
                "--profile load is asked for alone, without --only, --skip, --baseline, --traces, --rfcs-only and --list."
            );
        if (options.SyncSize is not null && options.Reports.Any(Har.IsOne))
            throw new FormatException("--report FILE.har is of requirements: of --profile load no request is kept.");
        options = options with { Said = Shown(arguments) };
        if (options.List || options.Version)
            return options;
        if (!Uri.TryCreate(options.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new FormatException("--url wants the base URL of the server, such as https://scim.example.com/v2.");
        return url is { Query: "", Fragment: "" }
            ? options
            : throw new FormatException(
                "--url is a base URL, to which /Users is added: leave out what begins with ? or #."
            );
    }

    // What was said, as it stands in reports: no token, no value of a header.
    private static string Shown(IReadOnlyList<string> arguments) =>
        string.Join(
            ' ',
            arguments.Select((argument, i) => i > 0 && arguments[i - 1] is "--token" or "--header" ? "…" : argument)
        );

    private static Options Profiled(Options options, string profile) =>
        options with
        {
            Profiles = [.. options.Profiles, profile],
            SyncSize = profile == Profile.Load ? Sized(options) : options.SyncSize,
        };

    private static FirstSync.Size Sized(Options options) => options.SyncSize ?? new FirstSync.Size();

    private static string Provider(string name) =>
        FirstSync.Providers.Contains(name)
            ? name
            : throw new FormatException($"--provider is one of {string.Join(", ", FirstSync.Providers)}.");

    private static int Number(string name, string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= least
        && number <= most
            ? number
            : throw new FormatException($"{name} is a number from {least} to {most}.");

    private static string Named(string profile) =>
        Profile.Names.Contains(profile)
            ? profile
            : throw new FormatException($"--profile is one of {string.Join(", ", Profile.Names)}.");

    private static (string Name, string Value) Header(string text) =>
        text.Split(':', 2) is [var name, var value]
        && name.Trim() is { Length: > 0 } word
        && word.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')
        && !value.Any(char.IsControl)
            ? (word, value.Trim())
            : throw new FormatException("--header is a name, a colon and a value.");
}

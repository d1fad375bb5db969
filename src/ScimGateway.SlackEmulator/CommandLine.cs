using System.Globalization;

namespace ScimGateway.SlackEmulator;

/// <summary>The arguments of the program.</summary>
internal sealed record CommandLine(string Url, int Seed, string? KnobsFile)
{
    public const string DefaultUrl = "http://127.0.0.1:5090";

    public const string Usage = """
        usage: dotnet run --project src/ScimGateway.SlackEmulator -- [--urls URL] [--seed N] [--knobs FILE]

          --urls URL     where to listen, http on a loopback address; default http://127.0.0.1:5090
          --seed N       start with N members and N/100 groups; default 0
          --knobs FILE   a JSON object of knobs: {"ratelimit.mode": "bucket", …}; GET /_emulator/knobs shows all
          --help         this
        """;

    public static bool AsksForHelp(IReadOnlyList<string> arguments) => arguments.Any(a => a is "--help" or "-h");

    /// <summary>The arguments, or what is wrong with them.</summary>
    public static (CommandLine? Parsed, string? Complaint) Parse(IReadOnlyList<string> arguments)
    {
        var parsed = new CommandLine(DefaultUrl, 0, null);
        for (var i = 0; i < arguments.Count; i++)
        {
            // --name VALUE and --name=VALUE
            var (name, value) = arguments[i].Split('=', 2) is [var before, var after]
                ? (before, after)
                : (arguments[i], null);
            if (name is not ("--urls" or "--seed" or "--knobs"))
                return (null, $"unknown argument '{arguments[i]}'");
            value ??= i + 1 < arguments.Count ? arguments[++i] : "";
            if (value.Length == 0)
                return (null, $"{name} needs a value");
            switch (name)
            {
                case "--urls" when LoopbackUrl.Read(value) is null:
                    return (null, $"--urls: '{value}' is not http on a loopback address (127.0.0.1, ::1, localhost)");
                case "--urls":
                    parsed = parsed with { Url = value };
                    break;
                case "--seed"
                    when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
                        && seed <= 1_000_000:
                    parsed = parsed with { Seed = seed };
                    break;
                case "--seed":
                    return (null, $"--seed: '{value}' is not a number from 0 to 1000000");
                default:
                    parsed = parsed with { KnobsFile = value };
                    break;
            }
        }
        return (parsed, null);
    }
}

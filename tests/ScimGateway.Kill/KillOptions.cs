using System.Globalization;

namespace ScimGateway.Kill;

/// <summary>How long and how hard the gateway is tried.</summary>
internal sealed record KillOptions
{
    public const string Usage = """
        usage: tests/kill.sh [--rounds N] [--seed N] [--lanes N] [--minutes N] [--postgres SERVER] [--keep]

          --rounds N    how often a gateway is killed or stopped, over all lanes; default 100
          --seed N      what is done and when; default: another one each time, and printed
          --lanes N     how many gateways are tried at once, each with a Slack of its own; default 3
          --minutes N   when to end in any case; default 240
          --postgres S  have the stores be databases of a server, as tests/postgres.sh url names it; default: files
          --keep        leave the data of a lane that failed where it is
        """;

    public int Rounds { get; init; } = 100;

    public int Seed { get; init; } = Random.Shared.Next(1_000_000);

    public int Lanes { get; init; } = 3;

    public TimeSpan Limit { get; init; } = TimeSpan.FromHours(4);

    /// <summary>The server of the stores; null for files.</summary>
    public string? Postgres { get; init; }

    public bool Keep { get; init; }

    /// <summary>Reads the arguments; null if one of them is unknown or makes no sense.</summary>
    public static KillOptions? Parse(IReadOnlyList<string> arguments)
    {
        var options = new KillOptions();
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == "--keep")
            {
                options = options with { Keep = true };
                continue;
            }
            if (arguments[i] == "--postgres" && i + 1 < arguments.Count)
            {
                options = options with { Postgres = arguments[++i] };
                continue;
            }
            if (
                ++i == arguments.Count
                || !int.TryParse(arguments[i], CultureInfo.InvariantCulture, out var number)
                || number < 0
            )
                return null;
            KillOptions? next = arguments[i - 1] switch
            {
                "--rounds" => options with { Rounds = number },
                "--seed" => options with { Seed = number },
                "--lanes" when number is > 0 and <= 32 => options with { Lanes = number },
                "--minutes" => options with { Limit = TimeSpan.FromMinutes(number) },
                _ => null,
            };
            if (next is null)
                return null;
            options = next;
        }
        return options;
    }
}

using System.Globalization;

namespace ScimGateway.Kill;

/// <summary>How long and how hard the gateway is tried.</summary>
internal sealed record KillOptions
{
    public const string Usage = """
        usage: tests/kill.sh [--rounds N] [--seed N] [--lanes N] [--minutes N] [--postgres SERVER] [--instances N [--rolling [--former P]]] [--keep]

          --rounds N    how often a gateway is killed or stopped, over all lanes; default 100
          --seed N      what is done and when; default: another one each time, and printed
          --lanes N     how many gateways are tried at once, each with a Slack of its own; default 3
          --minutes N   when to end in any case; default 240
          --postgres S  have the stores be databases of a server, as tests/postgres.sh url names it; default: files
          --instances N 2 or 3: have each lane be a cluster of so many gateways on a database, with three tenants; a round is an event
          --rolling     kill nothing at random: restart each instance in turn, then kill one, under 50 requests a second, and print what clients noticed
          --costs       with --instances 2: what a write costs that is handed on, and how many writes two carry beside one
          --former P    with --rolling: begin with another build's ScimGateway.Host.dll, which the restarts replace
          --keep        leave the data of a lane that failed where it is
        """;

    public int Rounds { get; init; } = 100;

    public int Seed { get; init; } = Random.Shared.Next(1_000_000);

    public int Lanes { get; init; } = 3;

    public TimeSpan Limit { get; init; } = TimeSpan.FromHours(4);

    /// <summary>The server of the stores; null for files.</summary>
    public string? Postgres { get; init; }

    /// <summary>How many instances a cluster has; 0 for gateways that are alone.</summary>
    public int Instances { get; init; }

    /// <summary>Whether its instances are restarted in turn.</summary>
    public bool Rolling { get; init; }

    /// <summary>Whether it is measured what handing on costs.</summary>
    public bool Costs { get; init; }

    /// <summary>The build that its instances begin with; null for this one.</summary>
    public string? Former { get; init; }

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
            if (arguments[i] == "--rolling")
            {
                options = options with { Rolling = true, Lanes = 1 };
                continue;
            }
            if (arguments[i] == "--costs")
            {
                options = options with { Costs = true, Lanes = 1 };
                continue;
            }
            if (arguments[i] == "--former" && i + 1 < arguments.Count)
            {
                options = options with { Former = arguments[++i] };
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
                "--instances" when number is 2 or 3 => options with { Instances = number },
                "--minutes" => options with { Limit = TimeSpan.FromMinutes(number) },
                _ => null,
            };
            if (next is null)
                return null;
            options = next;
        }
        return
            (options.Instances > 0 && options.Postgres is null)
            || (options is { Rolling: true } or { Costs: true } && options.Instances == 0)
            ? null
            : options;
    }
}

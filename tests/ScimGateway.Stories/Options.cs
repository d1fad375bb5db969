using System.Globalization;
using ScimGateway.Stories.Telling;

namespace ScimGateway.Stories;

/// <summary>What the program is started with.</summary>
internal sealed record Options
{
    /// <summary>How many stories.</summary>
    public int Stories { get; init; } = 2_000;

    /// <summary>The seed of the first; each next one has the next.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How many seeds are passed over from one story to the next: other processes tell those.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>How many processes tell them; 0 for this one alone.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Kinds of steps that are left out of all stories, to see whether the rest finds something.</summary>
    public IReadOnlySet<string> Without { get; init; } = new HashSet<string>();

    /// <summary>Whether every step and request is printed.</summary>
    public bool Tells { get; init; }

    /// <summary>Files with stories that were printed.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Whether a story that fails is cut down.</summary>
    public bool Shrinks { get; init; } = true;

    /// <summary>Whether the first story that fails is the last one.</summary>
    public bool Stops { get; init; }

    /// <summary>How many stories at most are printed of those that the same check fails.</summary>
    public int Most { get; init; } = 3;

    /// <summary>Reads the arguments; null if one of them is unknown or makes no sense.</summary>
    public static Options? Parse(IReadOnlyList<string> arguments)
    {
        var options = new Options();
        try
        {
            for (var i = 0; i < arguments.Count; i++)
                options = arguments[i] switch
                {
                    "--stories" => options with { Stories = Number(arguments[++i]) },
                    "--seed" => options with { Seed = Number(arguments[++i]) },
                    "--stride" => options with { Stride = Number(arguments[++i]) },
                    "--workers" => options with { Workers = Number(arguments[++i]) },
                    "--one" => options with { Seed = Number(arguments[++i]), Stories = 1, Workers = 0, Tells = true },
                    "--file" => options with { Files = [.. options.Files, arguments[++i]], Workers = 0 },
                    "--most" => options with { Most = Number(arguments[++i]) },
                    "--without" => options with { Without = Kinds(arguments[++i]) },
                    "--stop" => options with { Stops = true, Workers = 0 },
                    "--no-shrink" => options with { Shrinks = false },
                    _ => throw new FormatException(),
                };
            return options;
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static HashSet<string> Kinds(string text)
    {
        var kinds = text.Split(',').ToHashSet();
        return kinds.IsSubsetOf(Step.Kinds) ? kinds : throw new FormatException();
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}

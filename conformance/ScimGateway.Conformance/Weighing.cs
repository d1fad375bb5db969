using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimGateway.Conformance;

/// <summary>Which findings fail a run: what is a MUST and was not known before.</summary>
internal sealed class Weighing
{
    private const int MostBytes = 64 * 1024 * 1024;

    private readonly bool _isStrict;
    private readonly IReadOnlyList<string> _leftOut;

    /// <summary>All that is found fails, and nothing is left out.</summary>
    public static Weighing Strict { get; } = new(true, [], []);

    private Weighing(bool isStrict, IReadOnlyList<string> leftOut, IReadOnlyCollection<string> known) =>
        (_isStrict, _leftOut, Known) = (isStrict, leftOut, known);

    /// <summary>The ids of the requirements that the baseline says are not kept.</summary>
    public IReadOnlyCollection<string> Known { get; }

    /// <summary>As options say.</summary>
    /// <exception cref="FormatException">The baseline cannot be read.</exception>
    public static Weighing Of(Options options) =>
        new(options.Strict, options.Skip, options.Baseline is { } file ? Found(file) : []);

    /// <summary>Why a requirement is not asked for; null if it is.</summary>
    public string? LeftOut(Requirement requirement) =>
        _leftOut.FirstOrDefault(requirement.Is) is { } id ? $"left out by --skip {id}" : null;

    /// <summary>A verdict as it counts.</summary>
    public Verdict Weigh(Requirement requirement, Verdict verdict) =>
        verdict.Outcome != Outcome.Failed ? verdict
        : Known.Contains(requirement.Id) ? verdict with { Outcome = Outcome.Known }
        : _isStrict || requirement is { Level: Level.Must, IsInferred: false } ? verdict
        : verdict with { Outcome = Outcome.Warned };

    // What a former report in JSON has found.
    private static HashSet<string> Found(string file)
    {
        try
        {
            if (new FileInfo(file).Length > MostBytes)
                throw new FormatException($"--baseline: {file} is larger than {MostBytes} bytes.");
            var report = JsonNode.Parse(File.ReadAllText(file));
            return report.At("requirements") is JsonArray
                ?
                [
                    .. report
                        .Objects("requirements")
                        .Where(one => one.At("outcome").AsText() is "failed" or "warned" or "known")
                        .Select(one => one.At("id").AsText())
                        .OfType<string>(),
                ]
                : throw new FormatException($"--baseline: {file} is no report that --report FILE.json has written.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new FormatException($"--baseline: {file} cannot be read: {e.Message}");
        }
    }
}

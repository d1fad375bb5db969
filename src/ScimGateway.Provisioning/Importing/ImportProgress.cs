using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Importing;

/// <summary>Where an import goes on if it is interrupted.</summary>
/// <param name="Kind">In the list of users, or of groups.</param>
/// <param name="Next">The next place in the list, from 1.</param>
/// <param name="Total">How long the list was.</param>
/// <param name="At">When that was.</param>
internal sealed record ImportPlace(Kind Kind, int Next, int Total, Instant At)
{
    /// <summary>Where it began in this list; 0 where that is not known.</summary>
    public int From { get; init; }

    /// <summary>When that was.</summary>
    public Instant Since { get; init; }

    /// <summary>When the list will have been read if it goes on as fast; null if that cannot be said yet.</summary>
    public DateTimeOffset? End =>
        From > 0 && Next > From && Total > 0
            ? At.ToTime() + (At - Since) * Math.Max(0, (double)(Total - Next + 1) / (Next - From))
            : null;
}

/// <summary>
/// How far an import is: how many accounts and groups were found to be what. It does not change; what is found next
/// makes another one.
/// </summary>
internal sealed class ImportProgress
{
    private static readonly Kind[] _kinds = Enum.GetValues<Kind>();
    private static readonly Found[] _founds = Enum.GetValues<Found>();
    private static readonly Remark[] _remarks = Enum.GetValues<Remark>();

    // Its row is written with each batch.
    private const int MostDrifted = 100;

    /// <summary>Of an import that has found nothing yet.</summary>
    public static ImportProgress Nothing { get; } = new(Zeros(_founds.Length), Zeros(_remarks.Length), [], null);

    private readonly int[][] _found;
    private readonly int[][] _remarked;

    private ImportProgress(int[][] found, int[][] remarked, IReadOnlyList<DriftedLink> drifted, ImportPlace? place) =>
        (_found, _remarked, Drifted, Place) = (found, remarked, drifted, place);

    /// <summary>What has drifted, the first hundred.</summary>
    public IReadOnlyList<DriftedLink> Drifted { get; }

    /// <summary>Where it goes on; null before the first page, and when it has ended.</summary>
    public ImportPlace? Place { get; }

    /// <summary>How many Slack showed of a kind.</summary>
    public int Of(Kind kind) => _found[(int)kind].Sum();

    /// <summary>How many of them became this.</summary>
    public int Of(Kind kind, Found found) => _found[(int)kind][(int)found];

    /// <summary>Of how many of them there is this to say.</summary>
    public int Of(Kind kind, Remark remark) => _remarked[(int)kind][(int)remark];

    /// <summary>The same with more that was found, and where to go on.</summary>
    internal ImportProgress With(Kind kind, IEnumerable<Finding> findings, ImportPlace? place)
    {
        var (next, drifted) = (Copy(place), new List<DriftedLink>());
        foreach (var finding in findings)
        {
            next._found[(int)kind][(int)finding.Found]++;
            if ((finding.Drift?.Remark ?? finding.Remark) is { } remark)
                next._remarked[(int)kind][(int)remark]++;
            if (finding.Drift is { } drift && Drifted.Count + drifted.Count < MostDrifted)
                drifted.Add(drift);
        }
        return drifted.Count == 0
            ? next
            : new ImportProgress(next._found, next._remarked, [.. Drifted, .. drifted], place);
    }

    /// <summary>The same with one that Slack no longer has, so that no page has shown it.</summary>
    internal ImportProgress With(Kind kind, DriftedLink lost)
    {
        var next = With(kind, lost.Remark, 1);
        return Drifted.Count == MostDrifted
            ? next
            : new ImportProgress(next._found, next._remarked, [.. Drifted, lost], Place);
    }

    /// <summary>The same with more of what there is to say.</summary>
    internal ImportProgress With(Kind kind, Remark remark, int times)
    {
        var next = Copy(Place);
        next._remarked[(int)kind][(int)remark] += times;
        return next;
    }

    /// <summary>The same, ended.</summary>
    internal ImportProgress Ended() => Copy(null);

    /// <summary>As a job's row keeps it.</summary>
    public string ToJson()
    {
        var json = new JsonObject();
        foreach (var kind in _kinds)
        {
            var counts = new JsonObject();
            foreach (var found in _founds)
                counts[Word(found)] = Of(kind, found);
            foreach (var remark in _remarks)
                if (Of(kind, remark) > 0)
                    counts[Word(remark)] = Of(kind, remark);
            json[Word(kind)] = counts;
        }
        if (Drifted.Count > 0)
            json["drifted"] = JsonSerializer.SerializeToNode(Drifted);
        if (Place is not null)
            json["place"] = JsonSerializer.SerializeToNode(Place);
        return json.ToJsonString();
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote; what is unknown of it counts as nothing.</summary>
    public static ImportProgress Parse(string text)
    {
        if (text.Length == 0 || JsonNode.Parse(text) is not JsonObject json)
            return Nothing;
        int Count(Kind kind, Enum of) => (int?)json[Word(kind)]?[Word(of)] ?? 0;
        return new ImportProgress(
            [.. _kinds.Select(kind => _founds.Select(found => Count(kind, found)).ToArray())],
            [.. _kinds.Select(kind => _remarks.Select(remark => Count(kind, remark)).ToArray())],
            json["drifted"].Deserialize<List<DriftedLink>>() ?? [],
            json["place"].Deserialize<ImportPlace>()
        );
    }

    private ImportProgress Copy(ImportPlace? place) =>
        new(
            [.. _found.Select(counts => (int[])counts.Clone())],
            [.. _remarked.Select(counts => (int[])counts.Clone())],
            Drifted,
            place
        );

    private static int[][] Zeros(int length) => [.. _kinds.Select(_ => new int[length])];

    private static string Word(Enum of) => JsonNamingPolicy.CamelCase.ConvertName(of.ToString());

    private static string Word(Kind kind) => kind == Kind.User ? "users" : "groups";
}

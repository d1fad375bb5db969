using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Importing;

/// <summary>What became of an account or group that Slack showed.</summary>
public enum Found
{
    /// <summary>It was new.</summary>
    Added,

    /// <summary>Nobody has claimed it, and it changed.</summary>
    Changed,

    /// <summary>Nobody has claimed it, and it is as it was.</summary>
    Unchanged,

    /// <summary>A provider has it; what Slack shows is noted and changes nothing.</summary>
    Claimed,

    /// <summary>It is being written, or was a moment ago: what was read may be older than that.</summary>
    BeingWritten,

    /// <summary>One that is still to be made has its address or name: it may be that one.</summary>
    PassedOver,

    /// <summary>Slack's words could not be read, or are beyond all bounds.</summary>
    Unreadable,
}

/// <summary>What there is to say of some of those that were found.</summary>
public enum Remark
{
    /// <summary>Another one has its name or address, so that it is not shown.</summary>
    Conflicting,

    /// <summary>It is a bot's, and not shown.</summary>
    Bot,

    /// <summary>Nobody may change it; the token's owner is not shown.</summary>
    Protected,

    /// <summary>A member of a group whose account is not shown, so that the group is shown without it.</summary>
    UnknownMember,

    /// <summary>
    /// It is that of one whom a provider has asked for already, by the identifier that the tenant goes by; of groups
    /// the name.
    /// </summary>
    Matched,

    /// <summary>It has another address or name of one whom a provider has asked for already.</summary>
    MatchedOtherwise,

    /// <summary>Its address and its name are those of two.</summary>
    Ambiguous,
}

/// <summary>What was found of one account or group.</summary>
/// <param name="Found">What became of it.</param>
/// <param name="Remark">What else there is to say.</param>
internal readonly record struct Finding(Found Found, Remark? Remark = null);

/// <summary>Where an import goes on if it is interrupted.</summary>
/// <param name="Kind">In the list of users, or of groups.</param>
/// <param name="Next">The next place in the list, from 1.</param>
/// <param name="Total">How long the list was.</param>
/// <param name="At">When that was.</param>
public sealed record ImportPlace(Kind Kind, int Next, int Total, Instant At);

/// <summary>
/// How far an import is: how many accounts and groups were found to be what. It does not change; what is found next
/// makes another one.
/// </summary>
public sealed class ImportProgress
{
    private static readonly Kind[] _kinds = Enum.GetValues<Kind>();
    private static readonly Found[] _founds = Enum.GetValues<Found>();
    private static readonly Remark[] _remarks = Enum.GetValues<Remark>();

    /// <summary>Of an import that has found nothing yet.</summary>
    public static ImportProgress Nothing { get; } = new(Zeros(_founds.Length), Zeros(_remarks.Length), null);

    private readonly int[][] _found;
    private readonly int[][] _remarked;

    private ImportProgress(int[][] found, int[][] remarked, ImportPlace? place) =>
        (_found, _remarked, Place) = (found, remarked, place);

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
        var next = Copy(place);
        foreach (var finding in findings)
        {
            next._found[(int)kind][(int)finding.Found]++;
            if (finding.Remark is { } remark)
                next._remarked[(int)kind][(int)remark]++;
        }
        return next;
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
            json["place"].Deserialize<ImportPlace>()
        );
    }

    private ImportProgress Copy(ImportPlace? place) =>
        new(
            [.. _found.Select(counts => (int[])counts.Clone())],
            [.. _remarked.Select(counts => (int[])counts.Clone())],
            place
        );

    private static int[][] Zeros(int length) => [.. _kinds.Select(_ => new int[length])];

    private static string Word(Enum of) => JsonNamingPolicy.CamelCase.ConvertName(of.ToString());

    private static string Word(Kind kind) => kind == Kind.User ? "users" : "groups";
}

using ScimGateway.Stories.Believing;

namespace ScimGateway.Stories.Telling;

/// <summary>
/// Whom a request means by the numbers of a story: those whom the model knows, or whom the same bulk request makes. People
/// have the numbers from 0, groups those from <see cref="Groups"/> on.
/// </summary>
internal sealed class Meant(Model model)
{
    /// <summary>The number of the first group.</summary>
    public const int Groups = 10;

    private readonly Dictionary<int, string> _posted = [];
    private readonly Dictionary<string, string> _made = [];

    /// <summary>A request of the same bulk request makes somebody; of two the first.</summary>
    public void IsPosted(int number, string bulkId) => _posted.TryAdd(number, bulkId);

    /// <summary>It has made somebody.</summary>
    public void IsMade(string bulkId, string id) => _made[bulkId] = id;

    /// <summary>The ids of all whom the bulk request has made.</summary>
    public IEnumerable<string> Made => _made.Values;

    /// <summary>Those of whom there is something to say, as they are said.</summary>
    public Named Of(IEnumerable<int> numbers)
    {
        var posted = new List<string>();
        var known = new HashSet<string>();
        foreach (var number in numbers)
            if (_posted.TryGetValue(number, out var bulkId))
                posted.Add(bulkId);
            else if (
                number < Groups
                    ? model.Known.TryGetValue(number, out var id)
                    : model.KnownTeams.TryGetValue(number - Groups, out id)
            )
                known.Add(id);
        return new Named(known, posted, _made);
    }
}

/// <summary>Whom a request means, by id or by the request that makes them.</summary>
internal sealed class Named(HashSet<string> known, List<string> posted, Dictionary<string, string> made)
{
    /// <summary>How they are said.</summary>
    public IReadOnlyList<string> Said => [.. known, .. posted.Select(bulkId => $"bulkId:{bulkId}")];

    /// <summary>Their ids, as far as there are any by now.</summary>
    public IReadOnlyList<string> Ids => [.. known.Union(posted.Where(made.ContainsKey).Select(bulkId => made[bulkId]))];

    /// <summary>Whether one is to be made of whom nothing came.</summary>
    public bool IsMissing => !posted.TrueForAll(made.ContainsKey);
}

/// <summary>Of what is said of members, the last word counts.</summary>
internal static class LastWord
{
    /// <summary>One entry for each member: the last.</summary>
    public static Dictionary<string, bool> Of(
        IEnumerable<string> before,
        IEnumerable<(GroupChange Change, Named Members)> changes
    )
    {
        var last = new Dictionary<string, bool>();
        foreach (var (change, members) in changes)
        {
            if (change.Op is GroupOp.Replace or GroupOp.RemoveAll)
                foreach (var id in before.Concat(last.Keys).ToList())
                    last[id] = false;
            foreach (var id in members.Ids)
                last[id] = change.Op is GroupOp.Add or GroupOp.Replace;
        }
        return last;
    }
}

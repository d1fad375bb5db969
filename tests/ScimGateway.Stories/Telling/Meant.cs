using ScimGateway.Stories.Believing;

namespace ScimGateway.Stories.Telling;

/// <summary>
/// Whom a request means by the numbers of a story: those whom the model knows, or whom the same bulk request makes. People
/// have the numbers from 0, groups those from <see cref="Groups"/> on.
/// </summary>
internal sealed class Meant(Model model, bool isBulk = false)
{
    /// <summary>The number of the first group.</summary>
    public const int Groups = 10;

    private readonly Dictionary<int, (string BulkId, int[] Names)> _posted = [];
    private readonly Dictionary<string, string> _made = [];

    /// <summary>Whether it is a bulk request, which does one thing after the other.</summary>
    public bool IsBulk => isBulk;

    /// <summary>A request of the same bulk request makes somebody; of two the first.</summary>
    public void IsPosted(int number, string bulkId, params int[] names) => _posted.TryAdd(number, (bulkId, names));

    /// <summary>It has made somebody.</summary>
    public void IsMade(string bulkId, string id) => _made[bulkId] = id;

    /// <summary>The ids of all whom the bulk request has made.</summary>
    public IEnumerable<string> Made => _made.Values;

    /// <summary>Who is said to be a manager; whoever is not known is somebody whom nobody knows.</summary>
    public NamedValue Manager(int? number) =>
        number is not { } who ? new NamedValue(null)
        : _posted.TryGetValue(who, out var posted)
            ? new NamedValue(
                $"bulkId:{posted.BulkId}",
                () => IsInACircle(who) ? null : _made.GetValueOrDefault(posted.BulkId)
            )
        : new NamedValue(model.Known.GetValueOrDefault(who, "nobody-knows"));

    // Of those who name each other, one goes ahead with an id that its manager may not get, and whoever is not made is
    // no member (docs/rooms/host.md).
    private bool IsInACircle(int number)
    {
        var named = new List<int> { number };
        for (var i = 0; i < named.Count; i++)
            if (_posted.TryGetValue(named[i], out var posted))
            {
                if (posted.Names.Contains(number))
                    return true;
                named.AddRange(posted.Names.Except(named));
            }
        return false;
    }

    /// <summary>Those of whom there is something to say, as they are said.</summary>
    public Named Of(IEnumerable<int> numbers)
    {
        var posted = new List<string>();
        var isCircle = false;
        var known = new HashSet<string>();
        foreach (var number in numbers)
            if (_posted.TryGetValue(number, out var one))
            {
                posted.Add(one.BulkId);
                isCircle |= IsInACircle(number);
            }
            else if (
                number < Groups
                    ? model.Known.TryGetValue(number, out var id)
                    : model.KnownTeams.TryGetValue(number - Groups, out id)
            )
                known.Add(id);
        return new Named(known, posted, _made, isCircle);
    }
}

/// <summary>Whom a request means, by id or by the request that makes them.</summary>
internal sealed class Named(HashSet<string> known, List<string> posted, Dictionary<string, string> made, bool isCircle)
{
    /// <summary>How they are said.</summary>
    public IReadOnlyList<string> Said => [.. known, .. posted.Select(bulkId => $"bulkId:{bulkId}")];

    /// <summary>Their ids, as far as there are any by now.</summary>
    public IReadOnlyList<string> Ids => [.. known.Union(posted.Where(made.ContainsKey).Select(bulkId => made[bulkId]))];

    /// <summary>Whether one is to be made of whom nothing came.</summary>
    public bool IsMissing => !isCircle && !posted.TrueForAll(made.ContainsKey);
}

/// <summary>A value as it is said, and how it is shown, which may be known only with the answer.</summary>
internal sealed class NamedValue(string? said, Func<string?>? shown = null)
{
    /// <summary>As it is said.</summary>
    public string? Said => said;

    /// <summary>As it is shown.</summary>
    public string? Believed() => IsMissing ? Document.Anything : shown?.Invoke() ?? said;

    /// <summary>Whether it is that of somebody who is to be made, and of whom nothing came.</summary>
    public bool IsMissing => shown is not null && shown() is null;
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

using ScimGateway.Stories.Telling;

namespace ScimGateway.Stories.Believing;

/// <summary>A group of the gateway: its names and who may be wanted in it, given the answers.</summary>
internal sealed class Team(string id, int which, string name)
{
    private readonly HashSet<Meant> _open = [];
    private readonly HashSet<Meant> _mixed = [];

    // A source has its own word on each member, of any group: by SCIM id true, false, or null if that is not known.
    private readonly Dictionary<(int Source, string Member), bool?> _said = [];

    /// <summary>Its SCIM id.</summary>
    public string Id => id;

    /// <summary>Which it is in the story.</summary>
    public int Which => which;

    /// <summary>Who owns it.</summary>
    public int Source { get; set; }

    /// <summary>Whether something was left out: who is in it is not followed.</summary>
    public bool IsLeftOut { get; set; }

    /// <summary>The names it may have.</summary>
    public HashSet<string> Names { get; } = [name];

    /// <summary>Whether it may be deleted, and whether it is for certain.</summary>
    public (bool MayBe, bool Is) Deleted { get; set; }

    /// <summary>
    /// Who is wanted, by SCIM id: true if one source wants it, false if none does, null if that is not known.
    /// </summary>
    public IReadOnlyDictionary<string, bool?> Wanted =>
        _said
            .GroupBy(one => one.Key.Member, one => one.Value)
            .ToDictionary(
                words => words.Key,
                words =>
                    words.Contains(true) ? true
                    : words.Contains(null) ? (bool?)null
                    : false
            );

    /// <summary>Whom a source has spoken of.</summary>
    public List<string> SpokenOf(int source) =>
        [.. _said.Keys.Where(one => one.Source == source).Select(one => one.Member)];

    /// <summary>The same once more, while no write is under way.</summary>
    public Team Copy()
    {
        var copy = new Team(id, which, name)
        {
            Source = Source,
            IsLeftOut = IsLeftOut,
            Deleted = Deleted,
        };
        copy.Names.Clear();
        copy.Names.UnionWith(Names);
        foreach (var (key, word) in _said)
            copy._said[key] = word;
        return copy;
    }

    /// <summary>A request has begun to write it.</summary>
    public void Begin(Meant by)
    {
        _open.Add(by);
        if (_open.Count > 1)
            _mixed.UnionWith(_open);
    }

    /// <summary>It has ended; whether nobody else wrote meanwhile, so that it is known which came last.</summary>
    public bool WasAlone(Meant by)
    {
        _open.Remove(by);
        return !_mixed.Contains(by);
    }

    /// <summary>Takes over what a source says of members; null for who is not known to have changed.</summary>
    public void Say(int source, IReadOnlyDictionary<string, bool> after, bool isCertain)
    {
        // No group is in itself.
        foreach (var (member, isIn) in after.Where(one => one.Key != id))
            _said[(source, member)] =
                isCertain || (_said.TryGetValue((source, member), out var before) ? before == isIn : !isIn)
                    ? isIn
                    : null;
    }
}

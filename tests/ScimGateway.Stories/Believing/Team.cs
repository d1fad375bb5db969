using ScimGateway.Stories.Telling;

namespace ScimGateway.Stories.Believing;

/// <summary>A group of the gateway: its names and who may be wanted in it, given the answers.</summary>
internal sealed class Team(string id, int which, string name)
{
    private readonly HashSet<Meant> _open = [];
    private readonly HashSet<Meant> _mixed = [];

    /// <summary>Its SCIM id.</summary>
    public string Id => id;

    /// <summary>Which it is in the story.</summary>
    public int Which => which;

    /// <summary>Who owns it.</summary>
    public int Source { get; set; }

    /// <summary>Whether more than one source has written it, or something was left out: who is in it is not followed.</summary>
    public bool IsLeftOut { get; set; }

    /// <summary>The names it may have.</summary>
    public HashSet<string> Names { get; } = [name];

    /// <summary>Whether it may be deleted, and whether it is for certain.</summary>
    public (bool MayBe, bool Is) Deleted { get; set; }

    /// <summary>Who is wanted, by SCIM id: true, false, or null if that is not known.</summary>
    public Dictionary<string, bool?> Wanted { get; } = [];

    /// <summary>Who was ever wanted in it.</summary>
    public HashSet<string> EverIn { get; } = [];

    /// <summary>Who was ever said to be out of it.</summary>
    public HashSet<string> EverOut { get; } = [];

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

    /// <summary>Takes over a change of members; null for who is not known to have changed.</summary>
    public void Say(IReadOnlyDictionary<string, bool> after, bool isCertain)
    {
        // No group is in itself.
        foreach (var (member, isIn) in after.Where(one => one.Key != id))
        {
            (isIn ? EverIn : EverOut).Add(member);
            Wanted[member] =
                isCertain || (Wanted.TryGetValue(member, out var before) ? before == isIn : !isIn) ? isIn : null;
        }
    }
}

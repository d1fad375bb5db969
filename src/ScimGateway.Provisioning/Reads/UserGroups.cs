using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Provisioning.Reads;

/// <summary>
/// The groups a user is in, as one value of its row: an id and a name each, in the order of the ids. So a page of users
/// costs no query more.
/// </summary>
internal ref struct UserGroups
{
    /// <summary>
    /// The value for a resource called r. The index of member rows by member brings them by group; no name holds a NUL,
    /// as no document does (ScimJson).
    /// </summary>
    internal static string OfRow(SqlDialect sql) =>
        $"(select {sql.JoinedByNul("cast(g.id as text) || g.display_name")} from members m join resources g on g.id = m.group_id "
        + "where m.member_id = r.id and "
        + ShownMembers.OfGroup
        + ")";

    private const int IdBytes = 36;

    private readonly ReadOnlySpan<byte> _row;
    private ReadOnlySpan<byte> _rest;
    private ReadOnlySpan<byte> _id;

    internal UserGroups(ReadOnlySpan<byte> row) => _row = _rest = row;

    /// <summary>Whether the user is in none.</summary>
    public readonly bool IsEmpty => _row.IsEmpty;

    /// <summary>The group that <see cref="MoveNext"/> came to.</summary>
    public UserGroup Current { get; private set; }

    /// <summary>Goes to the next group; what two sources want is one group.</summary>
    public bool MoveNext()
    {
        while (!_rest.IsEmpty)
        {
            var end = _rest.IndexOf((byte)0);
            var entry = end < 0 ? _rest : _rest[..end];
            _rest = end < 0 ? default : _rest[(end + 1)..];
            var isKnown = entry[..IdBytes].SequenceEqual(_id);
            _id = entry[..IdBytes];
            if (isKnown)
                continue;
            Current = new UserGroup(new(Guid.Parse(_id)), entry[IdBytes..]);
            return true;
        }
        return false;
    }

    /// <summary>The groups from the first one.</summary>
    public readonly UserGroups GetEnumerator() => new(_row);

    /// <summary>
    /// What an entity tag has of them: another one after any change of a group or its name; null for none. FNV-1a, as
    /// nobody gains by two that are alike.
    /// </summary>
    internal readonly string? Hash()
    {
        if (IsEmpty)
            return null;
        var hash = 2_166_136_261;
        Span<byte> id = stackalloc byte[16];
        foreach (var group in this)
        {
            group.Id.Value.TryWriteBytes(id);
            foreach (var octet in id)
                hash = (hash ^ octet) * 16_777_619;
            foreach (var octet in group.Name)
                hash = (hash ^ octet) * 16_777_619;
            hash = (hash ^ 0) * 16_777_619;
        }
        return hash.ToString("x8", System.Globalization.CultureInfo.InvariantCulture);
    }

    internal readonly byte[] ToArray() => _row.ToArray();
}

/// <summary>A group that a user is in.</summary>
internal readonly ref struct UserGroup(ResourceId id, ReadOnlySpan<byte> name)
{
    /// <summary>Its id.</summary>
    public ResourceId Id { get; } = id;

    /// <summary>Its name in UTF-8.</summary>
    public ReadOnlySpan<byte> Name { get; } = name;
}

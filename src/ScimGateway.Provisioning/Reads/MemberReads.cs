using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Provisioning.Reads;

/// <summary>
/// The members of groups as answers show them, a slice after another, so that a group of any size costs no more memory
/// than a small one.
/// </summary>
internal sealed class MemberReads(Store store)
{
    private const int MostOfSlice = 1_000;
    private const int IdBytes = 36;

    // An index has those who are wanted, in this order. Of those who are only in Slack some are hidden, as bots are.
    internal const string Wanted =
        $"select m.member_id, m.kind from members m where m.group_id = @group and {ShownMembers.Wanted} and m.member_id > @after order by m.member_id limit @most";
    private const string InSlack =
        $"select m.member_id, m.kind from members m join resources r on r.id = m.member_id where m.group_id = @group and {ShownMembers.InSlack} "
        + "and r.deleted is null and not r.hidden and m.member_id > @after order by m.member_id limit @most";

    /// <summary>
    /// Shows the next members of a group in the order of their ids, after one or from the first; gives back the last of
    /// them, null if no more can come.
    /// </summary>
    public async Task<ResourceId?> SliceAsync(ShownResource group, ResourceId? after, Action<ShownMember> show)
    {
        var (rows, last) = (0, new byte[IdBytes]);
        return await store.AskAsync(session =>
        {
            session.Each(
                group.IsClaimed ? Wanted : InSlack,
                row =>
                {
                    rows++;
                    var id = row.Span();
                    if (id.SequenceEqual(last))
                        return true; // two sources may want one member
                    id.CopyTo(last);
                    show(new ShownMember(row.Word<Kind>(), id));
                    return true;
                },
                ("@group", group.Id),
                ("@after", after ?? default),
                ("@most", MostOfSlice)
            );
            return rows < MostOfSlice ? (ResourceId?)null : new ResourceId(Guid.Parse(last));
        });
    }
}

/// <summary>A member where the store has it.</summary>
internal readonly ref struct ShownMember(Kind kind, ReadOnlySpan<byte> id)
{
    /// <summary>User or group.</summary>
    public Kind Kind { get; } = kind;

    /// <summary>The id as the store writes it, with capital letters.</summary>
    public ReadOnlySpan<byte> Id { get; } = id;
}

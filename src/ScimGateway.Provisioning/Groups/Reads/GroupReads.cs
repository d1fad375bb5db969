using ScimGateway.Provisioning.Data;
using ScimGateway.Provisioning.Links;
using ScimGateway.Provisioning.Mirror;
using ScimGateway.Provisioning.Tenants;
using ScimGateway.Provisioning.Users.Reads;

namespace ScimGateway.Provisioning.Groups.Reads;

/// <summary>What providers read of groups. Slack is never asked.</summary>
public sealed class GroupReads(Store store)
{
    private const int MembersPerSlice = 1_000;

    private const string ById = $"select {ShownGroup.Columns} from resources r where r.id = @id and {UserList.Shown}";
    private const string ByIdWithLink =
        $"select {ShownGroup.Columns}, {ShownLink.Columns} from resources r left join links l on l.id = r.link_id where r.id = @id and {UserList.Shown}";

    /// <summary>The group of an id; null if there is none.</summary>
    public ShownGroup? Find(Caller caller, Guid id, bool withLink = false) =>
        store.First(
            withLink ? ByIdWithLink : ById,
            row => ShownGroup.Read(row.Reader, caller, withLink),
            ("@id", id),
            ("@tenant", caller.TenantId),
            ("@kind", Kind.Group),
            ("@no", false)
        );

    /// <summary>The members of a group in the order of their ids, a slice after another: those who are wanted, or of a group that nobody claims those whom Slack has.</summary>
    public IEnumerable<IReadOnlyList<ShownMember>> Members(ShownGroup group)
    {
        var said = group.IsClaimed ? Tri.Yes : Tri.Neither;
        for (var after = Guid.Empty; ; )
        {
            var slice = store.Read(session =>
                session.All(
                    "select m.member_id, r.kind from members m join resources r on r.id = m.member_id and r.deleted is null "
                        + "where m.group_id = @group and m.member_id > @after and m.wanted = @said order by m.member_id limit @most",
                    row => new ShownMember(row.GetGuid(0), (Kind)row.GetInt32(1)),
                    ("@group", group.Id),
                    ("@after", after),
                    ("@said", said),
                    ("@most", MembersPerSlice)
                )
            );
            if (slice.Count > 0)
                // Two sources may want one member.
                yield return [.. slice.Where((member, at) => member.Id != (at == 0 ? after : slice[at - 1].Id))];
            if (slice.Count < MembersPerSlice)
                yield break;
            after = slice[^1].Id;
        }
    }
}

/// <summary>A member as a group shows it.</summary>
public readonly record struct ShownMember(Guid Id, Kind Kind);

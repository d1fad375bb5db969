using System.Text.Json.Nodes;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Writing;

/// <summary>
/// Whom the filters of a request mean, such as <c>members[type eq "Group"]</c>. What they cost the client chooses, so
/// it is worked out beside the one writer, and bounded; who has come since is looked at in the write-down.
/// </summary>
internal sealed class MemberFilters
{
    // Comparisons of those who have come since, in the one writer.
    private const int MostInWriter = 1_000;

    private static readonly AttributePath _members = new("members");

    private readonly Dictionary<MembershipChange.RemoveWhere, HashSet<ResourceId>> _met = new(
        ReferenceEqualityComparer.Instance
    );
    private readonly HashSet<ResourceId> _known = [];

    private MemberFilters() { }

    /// <summary>Of a request that has none.</summary>
    public static MemberFilters None { get; } = new();

    /// <summary>Works out whom the filters mean, of who is in the group now and who is named by the request.</summary>
    /// <exception cref="ScimException">That would be too many comparisons.</exception>
    public static async Task<MemberFilters> OfAsync(
        HomeStore store,
        Caller caller,
        GroupId group,
        IReadOnlyList<MembershipChange> changes,
        WorkLimit workLimit
    )
    {
        var wheres = changes.OfType<MembershipChange.RemoveWhere>().ToList();
        if (wheres.Count == 0)
            return None;
        var filters = new MemberFilters();
        var members = await store.ReadAsync(session =>
        {
            var there = MemberLists
                .WantedBy(session, group, caller.SourceId)
                .ToDictionary(one => one.Id, one => one.Kind);
            foreach (var (id, kind) in MemberLists.Shown(session, caller.TenantId, Membership.Named(changes)))
                there[id] = kind;
            return there;
        });
        var shown = new Dictionary<ResourceId, ScimResource>();
        foreach (var where in wheres)
            filters._met[where] =
            [
                .. (
                    where.Named?.Select(ResourceId.ParseReference).OfType<ResourceId>().Where(members.ContainsKey)
                    ?? members.Keys
                ).Where(id => Meets(where, Shown(id), workLimit)),
            ];
        filters._known.UnionWith(members.Keys);
        return filters;

        ScimResource Shown(ResourceId id) =>
            shown.TryGetValue(id, out var one) ? one : shown[id] = With(id, members[id]);
    }

    /// <summary>Who has come into the group since, and is to be looked at in the write-down.</summary>
    /// <exception cref="Outdated">They are too many for that.</exception>
    public IReadOnlyDictionary<ResourceId, Kind> Since(IReadOnlyDictionary<ResourceId, Kind> members)
    {
        var since = members.Where(member => !_known.Contains(member.Key)).ToDictionary();
        return since.Count * (long)_met.Keys.Sum(where => Terms(where.Element)) <= MostInWriter
            ? since
            : throw new Outdated();
    }

    /// <summary>Who of those who are in the group meets a filter.</summary>
    /// <param name="where">The filter.</param>
    /// <param name="members">Those who are in the group.</param>
    /// <param name="since">Those who have come since the filters were worked out.</param>
    public List<ResourceId> Meeting(
        MembershipChange.RemoveWhere where,
        IReadOnlyDictionary<ResourceId, Kind> members,
        IReadOnlyDictionary<ResourceId, Kind> since
    )
    {
        var met = _met[where];
        return
        [
            .. met.Count < members.Count ? met.Where(members.ContainsKey) : members.Keys.Where(met.Contains),
            .. since
                .Where(one =>
                    members.ContainsKey(one.Key) && Meets(where, With(one.Key, one.Value), WorkLimit.Unbounded)
                )
                .Select(one => one.Key),
        ];
    }

    private static bool Meets(MembershipChange.RemoveWhere where, ScimResource member, WorkLimit workLimit) =>
        new Filter.Where(_members, where.Element).Matches(member, workLimit);

    private static int Terms(Filter filter) =>
        filter switch
        {
            Filter.And both => Terms(both.Left) + Terms(both.Right),
            Filter.Or either => Terms(either.Left) + Terms(either.Right),
            Filter.Not not => Terms(not.Inner),
            _ => 1,
        };

    // A group of one member, for a filter to look at.
    private static ScimResource With(ResourceId id, Kind kind)
    {
        var (json, member) = (ScimJson.NewObject(), ScimJson.NewObject());
        (member["value"], member["type"]) = (id.ToString(), kind.ToString());
        json["members"] = new JsonArray(member);
        return new ScimResource(GatewayTypes.Group, json);
    }
}

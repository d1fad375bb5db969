using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Filters;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Reads;
using ScimGateway.Provisioning.Storage.Sqlite;
using Xunit;

namespace ScimGateway.Host.Tests.Reads;

/// <summary>
/// What SQL finds of members and groups is what the evaluator of SCIM filters finds when it looks at each.
/// </summary>
public class GroupFilterTests
{
    private const string Base = "https://gateway.example/demo/scim/v2";
    private static readonly Caller _caller = new(Gateway.Tenant, 1, "one", new Preferences(), Dialect.Everything);

    [Fact]
    [Trait("speed", "slow")]
    public async Task Sql_and_the_evaluator_agree_on_random_filters_of_members_and_groups()
    {
        await using var file = await StoreFile.OpenAsync();
        var random = new Random(20261120);
        var users = await Crowd.WriteAsync(file.Store, Enumerable.Range(0, 30).Select(Crowd.Member));
        var groups = await Crowd.WriteAsync(
            file.Store,
            [.. Enumerable.Range(0, 60).Select(i => SomeTeam(random, i, users))]
        );
        await Crowd.WriteAsync(file.Store, new Team("nest", new TeamMember(groups[0]), new TeamMember(users[0])));
        var reads = new ResourceReads(file.Store, TimeProvider.System);
        var shown = new Dictionary<Kind, List<ShownAs>>
        {
            [Kind.User] = await EverythingAsync(reads, Kind.User, Related.Groups),
            [Kind.Group] = await EverythingAsync(reads, Kind.Group, Related.Members),
        };
        Assert.InRange(shown[Kind.Group].Count, 30, 59);

        var (bySql, met) = (0, 0);
        for (var round = 0; round < 600; round++)
        {
            var kind = random.Next(2) == 0 ? Kind.User : Kind.Group;
            var filter = Filter.Read(
                RandomFilter(random, kind, 2, users, groups),
                GatewayTypes.Of(kind),
                Reading.Everything()
            );
            var expected = shown[kind]
                .Where(one => filter.Matches(one.Resource, new WorkLimit()))
                .Select(one => one.Id)
                .ToList();
            var sought = new Sought(kind) { Filter = filter };
            var found = new List<ResourceId>();
            var page = await reads.ListAsync(
                _caller,
                new ResourceQuery(Base, 1_000, sought),
                one => found.Add(one.Id),
                new WorkLimit()
            );

            Assert.True(expected.SequenceEqual(found), $"{kind} {filter}: {expected.Count}, {found.Count}");
            Assert.Equal(expected.Count, page.Total);
            bySql += ResourceFilter.Split(sought, _caller, SqliteDialect.One).Rest is null ? 1 : 0;
            met += expected.Count > 0 ? 1 : 0;
        }
        Assert.True(bySql > 200 && met > 150, $"{bySql} by SQL alone, {met} met somebody");
    }

    private static Team SomeTeam(Random random, int i, List<ResourceId> users) =>
        new(
            $"Team {i}",
            [
                .. users
                    .Where(_ => random.Next(4) == 0 && i % 11 != 7) // the members of a group are its tenant's
                    .Select(user => new TeamMember(user, random.Next(3), (Tri)random.Next(3), (Tri)random.Next(3))),
                .. random.Next(2) == 0 || i % 11 == 7
                    ? []
                    : new[] { new TeamMember(users[i % 2], 3), new TeamMember(users[i % 2], 4) },
            ]
        )
        {
            SourceId = random.Next(3) == 0 ? null : 1,
            ExternalId = i % 3 == 0 ? $"ext{i}" : null,
            Created = new Instant(1_700_000_000_000 + i),
            Hidden = i % 11 == 5,
            Deleted = i % 11 == 6,
            TenantId = new TenantId(i % 11 == 7 ? 2 : 1),
        };

    private static string RandomFilter(
        Random random,
        Kind kind,
        int depth,
        List<ResourceId> users,
        List<ResourceId> groups
    )
    {
        if (depth > 0 && random.Next(3) == 0)
        {
            var (left, right) = (
                RandomFilter(random, kind, depth - 1, users, groups),
                RandomFilter(random, kind, depth - 1, users, groups)
            );
            return random.Next(5) switch
            {
                0 or 1 => $"({left} and {right})",
                2 or 3 => $"({left} or {right})",
                _ => $"not ({left})",
            };
        }
        var user = Spelt(random, users[random.Next(users.Count)]);
        var group = Spelt(random, groups[random.Next(groups.Count)]);
        string[] conditions =
            kind == Kind.Group
                ?
                [
                    $"members eq \"{user}\"",
                    $"members.value eq \"{user}\"",
                    $"members[value eq \"{user}\"]",
                    $"members[value eq \"{user}\" and type eq \"user\"]",
                    "members[type eq \"Group\"]",
                    "members eq \"nobody\"",
                    $"members ne \"{user}\"",
                    "members pr",
                    $"displayName {_words[random.Next(4)]} \"TEAM {random.Next(60)}\"",
                    $"externalId eq \"ext{random.Next(60)}\"",
                    "userName pr",
                ]
                :
                [
                    $"groups eq \"{group}\"",
                    $"groups.value eq \"{group}\"",
                    $"groups[value eq \"{group}\"]",
                    $"groups.display eq \"TEAM {random.Next(60)}\"",
                    $"groups[display eq \"team {random.Next(60)}\"]",
                    $"groups[display eq \"team {random.Next(60)}\" and value eq \"{group}\"]",
                    "groups.display co \"5\"",
                    "groups pr",
                    "groups.type eq \"direct\"",
                    $"userName co \"{random.Next(10)}\"",
                ];
        return conditions[random.Next(conditions.Length)];
    }

    private static readonly string[] _words = ["eq", "co", "sw", "ew"];

    private static string Spelt(Random random, ResourceId id) =>
        random.Next(2) == 0 ? id.ToString() : id.ToString().ToUpperInvariant();

    private sealed record ShownAs(ResourceId Id, ScimGateway.Protocol.Resources.ScimResource Resource);

    private static async Task<List<ShownAs>> EverythingAsync(ResourceReads reads, Kind kind, Related beside)
    {
        var all = new List<ShownAs>();
        await reads.ListAsync(
            _caller,
            new ResourceQuery(Base, 1_000, new Sought(kind)) { Related = beside },
            one => all.Add(new ShownAs(one.Id, one.ToFilter(Base))),
            new WorkLimit()
        );
        return all;
    }
}

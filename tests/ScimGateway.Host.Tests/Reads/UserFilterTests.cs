using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Reads;
using ScimGateway.Provisioning.Storage.Sqlite;
using Xunit;

namespace ScimGateway.Host.Tests.Reads;

/// <summary>What SQL finds is what the evaluator of SCIM filters finds when it looks at every user.</summary>
public class UserFilterTests
{
    private const string Base = "https://gateway.example/demo/scim/v2";
    private static readonly Caller _caller = new(Gateway.Tenant, 1, "one", new Preferences(), Dialect.Everything);

    private static readonly string[] _words =
    [
        "ada",
        "Ada",
        "ADA@corp.example",
        "grace@corp.example",
        "@corp",
        "a%a",
        "a_a",
        "a!a",
        "%",
        "_",
        "!",
        "'",
        "Ørsted",
        "øRSTED",
        "straße",
        "STRASSE",
        "ıI",
        "ſs",
        "😀",
        "é",
        "e\u0301",
        " ada",
        "ada ",
        "",
        "\u0001",
        "x\u0001y",
        "x\u0002y",
        "\\",
        "\n",
    ];

    [Fact]
    [Trait("speed", "slow")]
    public async Task Sql_and_the_evaluator_agree_on_random_filters_and_users()
    {
        await using var file = await StoreFile.OpenAsync();
        var store = file.Store;
        var random = new Random(20261120);
        await Crowd.WriteAsync(store, Enumerable.Range(0, 300).Select(i => Someone(random, i)));
        var reads = new ResourceReads(store, TimeProvider.System);
        var everybody = (await EverybodyAsync(reads)).ConvertAll(user =>
            (user.Id, Resource: user.Stored.ToFilter(Base))
        );
        Assert.True(everybody.Count is > 200 and < 300, "the hidden, the deleted and other tenants' are not there");

        var (bySql, met) = (0, 0);
        for (var round = 0; round < 1_500; round++)
        {
            var text = RandomFilter(random, 3, everybody);
            Filter filter;
            try
            {
                filter = Filter.Read(text, GatewayTypes.User, Reading.Everything());
            }
            catch (ScimException) // compares what cannot be compared
            {
                continue;
            }
            var expected = everybody
                .Where(user => filter.Matches(user.Resource, new WorkLimit()))
                .Select(user => user.Id)
                .ToList();
            var shown = new List<ResourceId>();
            var found = await reads.ListAsync(
                _caller,
                new ResourceQuery(Base, 1_000, new Sought(Kind.User) { Filter = filter }),
                user => shown.Add(user.Id),
                new WorkLimit()
            );

            Assert.True(expected.SequenceEqual(shown), $"{filter}: {expected.Count}, {found.Total}");
            Assert.Equal(expected.Count, found.Total);
            bySql += ResourceFilter.Split(new Sought(Kind.User) { Filter = filter }, _caller, SqliteDialect.One).Rest
                is null
                ? 1
                : 0;
            met += expected.Count > 0 ? 1 : 0;
        }
        Assert.True(bySql > 300 && met > 300, $"{bySql} by SQL alone, {met} met somebody");
    }

    [Fact]
    [Trait("speed", "slow")]
    public void Two_keys_are_equal_exactly_if_a_filter_takes_the_values_for_equal()
    {
        for (var c = 1; c <= char.MaxValue; c++)
        {
            if (char.IsSurrogate((char)c))
                continue;
            var value = ((char)c).ToString();
            foreach (var other in new[] { value.ToUpperInvariant(), value.ToLowerInvariant(), "s", "I", "K", "é" })
                Assert.True(
                    Takes(value, CompareOp.Equal, other) == (Fold.Key(value) == Fold.Key(other)),
                    $"U+{c:X4} and {other}"
                );
            Assert.True(Takes($"_{value}_", CompareOp.Contains, value), $"U+{c:X4}");
            Assert.Contains(Fold.Key(value), Fold.Key($"_{value}_"), StringComparison.Ordinal);
        }

        static bool Takes(string value, CompareOp op, string other) =>
            new Filter.Compare(new AttributePath("userName"), op, new Literal.Text(other)).Matches(
                new ScimResource(
                    GatewayTypes.User,
                    new JsonObject(new JsonNodeOptions { PropertyNameCaseInsensitive = true }) { ["userName"] = value }
                ),
                new WorkLimit()
            );
    }

    [Theory]
    [InlineData("userName eq \"ada\"", "r.user_name_key = @f0", null)]
    [InlineData(
        "urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"a_\"",
        "substr(r.user_name_key, 1, 2) = @f0",
        null
    )]
    [InlineData("userName ew \"é😀\"", "substr(r.user_name_key, length(r.user_name_key) - 1) = @f0", null)]
    [InlineData(
        "emails[type eq \"work\" and value eq \"a@b\"]",
        "r.id in (select e.resource_id from emails e where e.tenant_id = @tenant and e.key = @f0)",
        "emails[type eq \"work\" and value eq \"a@b\"]"
    )]
    [InlineData("title eq \"x\" and active eq true", "r.active = @f0", "title eq \"x\"")]
    [InlineData(
        "userName eq \"a\" or displayName co \"b\"",
        "(r.user_name_key = @f0 or instr(r.display_name_key, @f1) > 0)",
        null
    )]
    [InlineData("userName eq \"a\" or title pr", null, "userName eq \"a\" or title pr")]
    [InlineData("not (userName eq \"a\")", null, "not (userName eq \"a\")")]
    [InlineData("userName ne \"a\"", null, "userName ne \"a\"")]
    [InlineData("id eq \"nobody's\"", "1 = 0", null)]
    public void A_filter_is_split_into_what_sql_tells_and_the_rest(string filter, string? where, string? rest)
    {
        var split = ResourceFilter.Split(
            new Sought(Kind.User) { Filter = Filter.Read(filter, GatewayTypes.User, Reading.Everything()) },
            _caller,
            SqliteDialect.One
        );

        Assert.Equal(where, split.Where);
        Assert.Equal(rest, split.Rest?.ToString());
    }

    [Fact]
    public void A_long_filter_makes_no_endless_statement()
    {
        var text = string.Join(" and ", Enumerable.Range(0, 200).Select(i => $"userName co \"{i}\""));

        var split = ResourceFilter.Split(
            new Sought(Kind.User) { Filter = Filter.Read(text, GatewayTypes.User, Reading.Everything()) },
            _caller,
            SqliteDialect.One
        );

        Assert.Equal(16, split.Parameters.Count);
        Assert.NotNull(split.Rest);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Statements_of_many_shapes_do_not_pile_up()
    {
        await using var file = await StoreFile.OpenAsync();
        var store = file.Store;
        await Crowd.WriteAsync(store, [Crowd.Member(1)]);
        var reads = new ResourceReads(store, TimeProvider.System);
        for (var shape = 0; shape < 600; shape++)
        {
            var text = string.Join(
                " and ",
                Enumerable
                    .Range(0, 10)
                    .Select(bit => (shape >> bit & 1) == 0 ? "userName co \"user\"" : "displayName co \"vera\"")
            );
            var filter = Filter.Read(text, GatewayTypes.User, Reading.Everything());
            Assert.Equal(
                1,
                (
                    await reads.ListAsync(
                        _caller,
                        new ResourceQuery(Base, 10, new Sought(Kind.User) { Filter = filter }),
                        _ => { },
                        new WorkLimit()
                    )
                ).Total
            );
        }
    }

    private static async Task<List<ShownResource>> EverybodyAsync(ResourceReads reads)
    {
        var users = new List<ShownResource>();
        await reads.ListAsync(
            _caller,
            new ResourceQuery(Base, 1_000, new Sought(Kind.User)) { Related = Related.Link },
            user => users.Add(user.Keep()),
            new WorkLimit()
        );
        return users;
    }

    private static Person Someone(Random random, int i)
    {
        string? Word(string? suffix = null) => random.Next(4) == 0 ? null : _words[random.Next(_words.Length)] + suffix;
        var emails = Enumerable
            .Range(0, random.Next(4))
            .Select(_ =>
                new Dictionary<string, object?>
                {
                    ["value"] = Word(),
                    ["type"] = random.Next(2) == 0 ? "work" : "Home",
                    ["primary"] = random.Next(3) == 0 ? false : null,
                }
                    .Where(part => part.Value is not null)
                    .ToDictionary(part => part.Key, part => part.Value)
            )
            .Where(email => email.Count > 0)
            .ToList();
        var members = new Dictionary<string, object?>
        {
            ["schemas"] = new[] { "urn:ietf:params:scim:schemas:core:2.0:User" },
            ["userName"] = _words[random.Next(_words.Length)] + i.ToString(CultureInfo.InvariantCulture),
            ["displayName"] = Word(),
            ["externalId"] = Word(),
            ["title"] = Word(),
            ["active"] = random.Next(3) switch
            {
                0 => null,
                1 => false,
                _ => true,
            },
            ["emails"] = emails.Count == 0 ? null : emails,
            ["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"] =
                random.Next(2) == 0 ? null : new { manager = new { value = "boss" } },
        };
        return new Person(
            JsonSerializer.Serialize(members.Where(m => m.Value is not null).ToDictionary(m => m.Key, m => m.Value))
        )
        {
            TenantId = new TenantId(random.Next(15) == 0 ? 2 : 1),
            SourceId = random.Next(6) switch
            {
                0 => 2,
                1 => null,
                _ => 1,
            },
            Hidden = random.Next(20) == 0,
            Deleted = random.Next(20) == 0,
            // Some came in the same millisecond.
            Created = new Instant(1_700_000_000_000 + random.Next(100)),
            Modified = new Instant(1_700_000_000_000 + random.Next(100)),
            Link = random.Next(10) == 0 ? null : Enum.GetValues<LinkState>()[random.Next(8)],
            SlackId = $"U{i}",
        };
    }

    private static string RandomFilter(Random random, int depth, List<(ResourceId Id, ScimResource Resource)> everybody)
    {
        string Inner() => RandomFilter(random, depth - 1, everybody);
        return (depth == 0 ? 9 : random.Next(10)) switch
        {
            0 or 1 => $"({Inner()}) and ({Inner()})",
            2 => $"({Inner()}) or ({Inner()})",
            3 => $"not ({Inner()})",
            4 => $"emails[type eq \"work\" and value {Text(random)}]",
            5 => $"emails[value {Text(random)}]",
            _ => Comparison(random, everybody),
        };
    }

    private static string Comparison(Random random, List<(ResourceId Id, ScimResource Resource)> everybody)
    {
        var someone = everybody[random.Next(everybody.Count)].Resource;
        return random.Next(16) switch
        {
            0 or 1 => $"userName {Text(random)}",
            2 => $"userName eq {Quoted(someone.Text("userName")!.ToUpperInvariant())}",
            3 or 4 => $"displayName {Text(random)}",
            5 => $"emails {Text(random)}",
            6 => $"emails.value {Text(random)}",
            7 => $"externalId {Text(random)}",
            8 => $"active {(random.Next(2) == 0 ? "eq" : "ne")} {(random.Next(2) == 0 ? "true" : "false")}",
            9 => $"id eq {Quoted(random.Next(4) == 0 ? someone.Text("id")!.ToUpperInvariant() : someone.Text("id")!)}",
            10 => $"meta.{(random.Next(2) == 0 ? "created" : "lastModified")} {Order(random)} {Quoted(Moment(random))}",
            11 => $"{LinkSchema.Id}:state {(random.Next(5) == 0 ? "ne" : "eq")} {Quoted(State(random))}",
            12 => $"{LinkSchema.Id}:slackId eq \"U{random.Next(300)}\"",
            13 => $"{_pr[random.Next(_pr.Length)]} pr",
            14 => "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq \"boss\"",
            _ => $"meta.resourceType eq {(random.Next(2) == 0 ? "\"User\"" : "\"Group\"")}",
        };
    }

    private static readonly string[] _pr =
    [
        "displayName",
        "emails",
        "externalId",
        "active",
        "title",
        $"{LinkSchema.Id}:reason",
    ];

    private static string Text(Random random) =>
        $"{_ops[random.Next(_ops.Length)]} {(random.Next(30) == 0 ? "null" : Quoted(_words[random.Next(_words.Length)]))}";

    private static readonly string[] _ops = ["eq", "eq", "co", "sw", "ew", "ne", "gt", "le", "Eq"];

    private static string Order(Random random) => new[] { "gt", "ge", "lt", "le", "eq", "ne" }[random.Next(6)];

    private static string Moment(Random random)
    {
        var moment = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000 + random.Next(100));
        return random.Next(3) switch
        {
            0 => Moments.ToText(moment),
            1 => moment
                .AddTicks(random.Next(10_000))
                .ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture),
            _ => moment
                .ToOffset(TimeSpan.FromHours(5))
                .ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture),
        };
    }

    private static string State(Random random) =>
        random.Next(10) == 0 ? "3"
        : Enum.GetNames<LinkState>()[random.Next(8)] is var name && random.Next(2) == 0 ? name
        : LinkSchema.Word((LinkState)random.Next(8));

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}

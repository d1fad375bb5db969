using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Postgres;

/// <summary>
/// Texts that PostgreSQL does not take as they are: with a NUL or half of a pair of surrogates, or longer than its indexes
/// hold.
/// </summary>
public class TextTests
{
    public static TheoryData<string> Odd() => ["a\0b", "a\uD83Db", "\uDE00", "\0", "😀\uD83D\uD83D"];

    [Theory]
    [MemberData(nameof(Odd))]
    public async Task What_Slack_says_may_be_any_text(string odd)
    {
        await using var proxy = new StoreProxy();
        await using var gateway = await Gateway.StartAsync(
            new Setting { Proxy = proxy },
            ready: slack =>
            {
                slack.Workspace.MakeUser(Account("U0ODD", $"odd{odd}", $"odd{odd}@corp.example"));
                slack.Workspace.MakeUser(
                    new JsonObject
                    {
                        ["id"] = "U0SHOWN",
                        ["userName"] = "shown",
                        ["displayName"] = odd,
                        ["title"] = odd,
                        ["emails"] = new JsonArray(
                            new JsonObject { ["value"] = "shown@corp.example", ["primary"] = true }
                        ),
                    }
                );
                slack.Workspace.MakeGroup(new JsonObject { ["displayName"] = $"Crew {odd}" });
            }
        );

        Assert.Equal(1, await FoundAsync(gateway, "Users", "userName eq \"shown\""));
        await gateway.ImportAsync();
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(HttpMethod.Get, "Users")).Status);
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(HttpMethod.Get, "Groups")).Status);
    }

    [Theory]
    [InlineData("\\u0000")]
    [InlineData("a\\u0000b")]
    [InlineData("\\ud83d")]
    [InlineData("a\\ude00b")]
    public async Task A_filter_may_ask_for_any_text(string odd)
    {
        await using var proxy = new StoreProxy();
        await using var gateway = await Gateway.StartAsync(new Setting { Proxy = proxy });
        await CreateAsync(gateway);

        foreach (
            var attribute in new[]
            {
                "userName",
                "displayName",
                "externalId",
                "emails",
                "emails.value",
                "id",
                "title",
                "manager",
                "groups",
                "members",
                "meta.created",
            }
        )
        foreach (var verb in new[] { "eq", "ne", "co", "sw", "ew", "gt", "le" })
        {
            var (status, body, _) = await gateway.SendAsync(
                HttpMethod.Get,
                $"Users?filter={Uri.EscapeDataString($"{attribute} {verb} \"{odd}\"")}"
            );
            Assert.True(
                status is HttpStatusCode.OK or HttpStatusCode.BadRequest,
                $"{attribute} {verb} {odd}: {status} {body}"
            );
        }
    }

    [Fact]
    public async Task What_is_as_long_as_it_may_be_is_kept_and_found()
    {
        await using var proxy = new StoreProxy();
        await using var gateway = await Gateway.StartAsync(new Setting { Proxy = proxy });
        var (name, shown, external) = (Long(256, 1), Long(256, 2), Long(256, 3));
        var user = JsonNode.Parse(User())!;
        (user["userName"], user["displayName"], user["externalId"]) = (name, shown, external);
        user["emails"] = new JsonArray([
            .. Enumerable
                .Range(0, 20)
                .Select(i =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["value"] = $"{Long(60, i)}@{new string('c', 180)}.example",
                            ["type"] = $"t{i}",
                        }
                ),
            new JsonObject { ["value"] = Address, ["primary"] = true },
        ]);
        user["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"] = new JsonObject
        {
            ["manager"] = new JsonObject { ["value"] = Long(256, 4) },
            ["department"] = Long(4_096, 5),
        };

        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", user.ToJsonString());
        Assert.True(status == HttpStatusCode.Created, $"{status} {body}");
        Assert.Equal(1, await FoundAsync(gateway, "Users", $"userName eq \"{name}\""));
        Assert.Equal(1, await FoundAsync(gateway, "Users", $"displayName eq \"{shown}\""));
        Assert.Equal(1, await FoundAsync(gateway, "Users", $"externalId eq \"{external}\""));

        var group = JsonNode.Parse(Group(shown, (string)body!["id"]!))!;
        group["externalId"] = external;
        (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Groups", group.ToJsonString());
        Assert.Equal(HttpStatusCode.BadRequest, status); // it was kept, and Slack has refused it
        Assert.Contains("Slack says: invalid_name_maxlength", (string?)body!["detail"]);
        Assert.Equal(0, await FoundAsync(gateway, "Groups", $"displayName eq \"{shown}\""));
    }

    [Fact]
    public async Task What_Slack_says_at_any_length_stops_no_import()
    {
        await using var proxy = new StoreProxy();
        await using var gateway = await Gateway.StartAsync(
            new Setting { Proxy = proxy },
            ready: slack =>
            {
                slack.Workspace.MakeUser(Account("U0LONGNAME", Long(3_000, 1), "name@corp.example"));
                slack.Workspace.MakeUser(Account("U0LONGADDRESS", "address", $"{Long(3_000, 2)}@corp.example"));
                slack.Workspace.MakeUser(
                    new JsonObject
                    {
                        ["id"] = "U0LONGSHOWN",
                        ["userName"] = "long.shown",
                        ["displayName"] = Long(3_000, 6),
                        ["emails"] = new JsonArray(new JsonObject { ["value"] = "l@corp.example", ["primary"] = true }),
                    }
                );
                slack.Workspace.MakeGroup(new JsonObject { ["displayName"] = Long(3_000, 4) });
                slack.Workspace.MakeUser(Account("U0LAST", "last", "last@corp.example"));
            }
        );

        Assert.Equal(1, await FoundAsync(gateway, "Users", "userName eq \"last\""));
        await gateway.ImportAsync();
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(HttpMethod.Get, "Users")).Status);
    }

    [Fact]
    public async Task An_id_of_any_length_is_passed_over()
    {
        await using var proxy = new StoreProxy();
        await using var gateway = await Gateway.StartAsync(new Setting { Proxy = proxy });
        var now = new Instant(0);

        var found = await gateway.Store.WriteAsync(
            session =>
            {
                var tenant = Tenants.Find(session, Gateway.Tenant);
                var user = new SlackUser("U" + Ascii(6_000, 1), SlackProfile.Nothing, null, []);
                var group = new SlackGroup("S" + Ascii(6_000, 2), "Crew", [], null);
                return (
                    new ImportedAccounts(session, tenant, now).Write(user, now).Found,
                    new ImportedGroups(session, tenant, now).Write(new SeenGroup(group, now, [], null, 0)).Finding.Found
                );
            },
            CancellationToken.None,
            Gateway.Tenant
        );

        Assert.Equal((Found.Unreadable, Found.Unreadable), found);
    }

    private static async Task<int> FoundAsync(Gateway gateway, string list, string filter)
    {
        var (status, body, _) = await gateway.SendAsync(
            HttpMethod.Get,
            $"{list}?filter={Uri.EscapeDataString(filter)}"
        );
        Assert.True(status == HttpStatusCode.OK, $"{status} {body}");
        return (int)body!["totalResults"]!;
    }

    // Letters of four bytes that cannot be compressed, as an index would try.
    private static string Long(int characters, int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        for (var i = 0; i < characters; i++)
            text.Append(new Rune(0x20000 + random.Next(0xA000)));
        return text.ToString();
    }

    private static string Ascii(int characters, int seed)
    {
        var random = new Random(seed);
        return string.Concat(Enumerable.Range(0, characters).Select(_ => (char)('A' + random.Next(26))));
    }
}

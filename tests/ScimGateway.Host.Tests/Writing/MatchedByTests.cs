using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimGateway.Cli;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Host.Tests.CommandLine;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Reads;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Writing;

/// <summary>Of an account that was there before, the link says by what it was found to be a user's.</summary>
public class MatchedByTests
{
    private const string Slack = "UADA";
    private const string Address = "ada@corp.example";

    [Theory]
    [InlineData(Identifier.PrimaryEmail, "lovelace", Address, "Address")]
    [InlineData(Identifier.UserName, "ada", "other@corp.example", "UserName")]
    [InlineData(Identifier.PrimaryEmail, "lovelace", "other@corp.example", null)]
    public async Task A_new_user_s_account_by_the_identifier_that_the_tenant_has_chosen(
        Identifier chosen,
        string name,
        string address,
        string? by
    )
    {
        await using var gateway = await StartAsync(new Preferences { UniqueUserIdentifier = chosen });

        var (status, made, _) = await gateway.SendAsync(HttpMethod.Post, "Users", User(name, address));

        Assert.Equal(HttpStatusCode.Created, status);
        var link = LinkOf(gateway, (string)made!["id"]!);
        Assert.Equal((by, by is not null), (link.MatchedBy?.ToString(), link.SlackId == Slack));
    }

    [Fact]
    public async Task A_listed_account_that_a_provider_changes_and_an_operator_unlinks_and_claims_again()
    {
        await using var gateway = await StartAsync(new Preferences());
        var (_, list, _) = await gateway.SendAsync(HttpMethod.Get, $"Users?filter=emails.value eq \"{Address}\"");
        var id = (string)list!["Resources"]![0]!["id"]!;
        Assert.Null(LinkOf(gateway, id).MatchedBy);

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "title", "\"Countess\""));
        Assert.Equal(MatchedBy.Listed, LinkOf(gateway, id).MatchedBy);

        var account = Assert.Single(gateway.Links(new LinkQuery()), one => one.Link.SlackId == Slack);
        await gateway.Home.Links.UnlinkAsync(account.Id);
        Assert.Null(Assert.Single(gateway.Links(new LinkQuery()), one => one.Link.SlackId == Slack).Link.MatchedBy);
        await gateway.Home.Links.ClaimAsync(account.Id, ResourceId.Parse(id)!.Value);
        Assert.Equal(MatchedBy.Operator, LinkOf(gateway, id).MatchedBy);
    }

    [Fact]
    public async Task Who_comes_back_has_the_former_account()
    {
        await using var gateway = await StartAsync(new Preferences());
        var id = await CreateAsync(gateway.Client, "bob", "bob@corp.example");
        Assert.Null(LinkOf(gateway, id).MatchedBy);
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{id}");
        await gateway.QuietAsync();

        Assert.Equal(
            MatchedBy.Former,
            LinkOf(gateway, await CreateAsync(gateway.Client, "bob", "bob@corp.example")).MatchedBy
        );
    }

    [Fact]
    public async Task An_account_that_was_made_in_Slack_since_the_import_is_found_at_Slack()
    {
        await using var gateway = await StartAsync(new Preferences());
        gateway.Slack.Workspace.MakeUser(Account("UEVE", "eve", "eve@corp.example"));

        var id = await CreateAsync(gateway.Client, "eve", "eve@corp.example");
        await gateway.QuietAsync();

        var link = LinkOf(gateway, id);
        Assert.Equal(("UEVE", MatchedBy.AtSlack), (link.SlackId, link.MatchedBy));
    }

    [Fact]
    public async Task A_migration_is_reported_as_CSV_of_who_was_matched_by_what()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        served.Slack.Workspace.MakeUser(Account(Slack, "ada", Address));
        using var provider = served.Provider("acme", await served.SetUpAsync());
        foreach (var name in (string[])["ada", "bob"])
            await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User(name, $"{name}@corp.example"));

        Assert.Equal(Exit.Done, await entered.RunAsync("link list acme --kind user --claimed true --all -o csv"));

        var lines = entered.Out.TrimEnd('\n').Split('\n');
        Assert.Equal(3, lines.Length);
        var column = Array.IndexOf(Cells(lines[0]), "matchedBy");
        Assert.Equal(
            ["", "address", "matchedBy"],
            lines.Select(line => Cells(line)[column]).Order(StringComparer.Ordinal)
        );
        Assert.Equal(Exit.Done, await entered.RunAsync("link list acme --kind user --claimed true --all --json"));
        Assert.Equal(
            [(Address, "address"), ("bob@corp.example", null)],
            JsonNode.Parse(entered.Out)!["items"]!
                .AsArray()
                .Select(link => ((string?)link!["address"], (string?)link["matchedBy"]))
                .Order()
        );
    }

    private static Task<Gateway> StartAsync(Preferences preferences) =>
        Requests.StartAsync(preferences, [Account(Slack, "ada", Address)]);

    [Fact]
    public async Task Who_enables_a_tenant_sees_how_many_were_matched_by_what_made_and_left_as_they_are()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        foreach (var name in (string[])["ada", "eve"])
            served.Slack.Workspace.MakeUser(Account("U" + name.ToUpperInvariant(), name, $"{name}@corp.example"));
        using var provider = served.Provider("acme", await served.SetUpAsync());
        var users = (await Gateway.SendAsync(provider, HttpMethod.Get, "Users")).Body!["Resources"]!.AsArray();
        var eve = users.Single(user => (string?)user!["userName"] == "eve")!;
        await Gateway.SendAsync(provider, HttpMethod.Put, $"Users/{eve["id"]}", eve.ToJsonString()); // as it is
        foreach (var name in (string[])["ada", "bob"])
            await CreateAsync(provider, name, $"{name}@corp.example");

        Assert.Equal(Exit.Done, await entered.RunAsync("tenant enable acme --dry-run --json"));

        var counts = JsonNode.Parse(entered.Out)!["counts"]!;
        Assert.Equal("""{"address":1,"listed":1}""", counts["matched"]!.ToJsonString());
        Assert.Equal("""{"created":1,"changed":1,"claimed":1,"leftAlone":1}""", counts["users"]!.ToJsonString());
        Assert.Equal("""{"tokenOwner":1}""", counts["leftAlone"]!.ToJsonString());
        Assert.Equal(Exit.Done, await entered.RunAsync("tenant enable acme --dry-run"));
        Assert.Matches("matched +address +1\n", entered.Out);
    }

    // A sentence has commas, and is quoted.
    private static string[] Cells(string line) =>
        [.. Regex.Matches(line, "(?:^|,)(\"(?:[^\"]|\"\")*\"|[^,]*)").Select(cell => cell.Groups[1].Value)];

    private static ShownLink LinkOf(Gateway gateway, string id) =>
        Assert.Single(gateway.Links(new LinkQuery { Resource = ResourceId.Parse(id) })).Link;
}

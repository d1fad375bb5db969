using System.Net;
using System.Text.Json.Nodes;
using Xunit;
using static ScimGateway.Host.Tests.Admin.LinkRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>Which Slack user name everybody has or gets, and why.</summary>
public class UserNameTests
{
    [Theory]
    [InlineData("ada", "ada", true, "It is the userName.")]
    [InlineData("Ada", "ada", false, "It is the userName in lower case.")]
    [InlineData(
        "Zoë.Åström",
        "zoe.astrom",
        false,
        "It is the userName in lower case, and with other letters for those that Slack does not take."
    )]
    [InlineData("ada@corp.example", "ada", false, "It is the userName without what is after the @.")]
    [InlineData(
        "Bartholomew.Featherstonehaugh@corp.example",
        "bartholomew.featherst",
        false,
        "It is the userName without what is after the @, in lower case, and cut to 21 characters."
    )]
    public async Task What_was_made_of_the_userName_is_said(string userName, string inSlack, bool asIs, string why)
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(served, "{}");
        await CreateAsync(provider, userName, "ada@corp.example");

        var shown = Assert.Single(await NamesAsync(served));

        Assert.Equal((userName, inSlack), ((string?)shown["userName"], (string?)shown["slackUserName"]));
        Assert.Equal((asIs, false), ((bool)shown["takenAsIs"]!, (bool)shown["inSlack"]!));
        Assert.Equal(why, (string?)shown["why"]);
    }

    [Fact]
    public async Task Nothing_of_a_name_that_Slack_can_take_is_said()
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(served, "{}");
        await CreateAsync(provider, "李明", "li@corp.example");

        var shown = Assert.Single(await NamesAsync(served));

        Assert.Equal("It is made up, since Slack takes no letter of the userName.", (string?)shown["why"]);
        Assert.StartsWith("u", (string?)shown["slackUserName"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_the_name_that_somebody_would_have_got_is_named_and_an_account_that_was_there_keeps_its_own()
    {
        await using var served = await StartAsync(Account("U1", "countess", "old@corp.example"));
        using var provider = await SetUpAsync(served, "{}");
        await served.EnableAsync();
        await CreateAsync(provider, "ada", "ada@corp.example");
        await CreateAsync(provider, "ada@corp.example", "ada2@corp.example");
        await CreateAsync(provider, "lovelace", "old@corp.example");
        await CreateAsync(provider, "grace", "grace@corp.example");

        var first = await served.AskAsync(HttpMethod.Get, "tenants/acme/user-names?differing=true&limit=1");
        var all = await NamesAsync(served, "?differing=true");

        Assert.Equal(
            [("ada@corp.example", "ada2"), ("lovelace", "countess")],
            all.Select(one => ((string)one["userName"]!, (string)one["slackUserName"]!))
                .OrderBy(one => one.Item1, StringComparer.Ordinal)
        );
        var numbered = all.Single(one => (string?)one["slackUserName"] == "ada2");
        var ada = (await served.AskAsync(HttpMethod.Get, "tenants/acme/links?search=ada@corp.example"))["items"]!
            .AsArray()
            .Single(one => (string?)one!["slackUserName"] == "ada")!;
        Assert.Equal((long)ada["id"]!, (long)numbered["holder"]!);
        Assert.Equal(
            $"It is the userName without what is after the @, and with a number, since link {ada["id"]} has ada.",
            (string?)numbered["why"]
        );
        Assert.Equal(
            "Slack had the account before, and it keeps its name.",
            (string?)all.Single(one => (string?)one["slackUserName"] == "countess")["why"]
        );
        Assert.Equal((1, true), (first["items"]!.AsArray().Count, first["next"] is not null));
    }

    [Fact]
    public async Task Who_has_no_account_is_told_the_name_that_is_free()
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(served, "{}");
        await served.EnableAsync();
        await CreateAsync(provider, "dan", "dan@corp.example");
        var (status, _, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Users",
            """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"Dan","active":false,"emails":[{"value":"d@corp.example","primary":true}]}"""
        );
        Assert.Equal(HttpStatusCode.Conflict, status); // userName is unique without regard to case (RFC 7643 §4.1.1)
        await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Users",
            """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"dan@x.example","active":false,"emails":[{"value":"d@corp.example","primary":true}]}"""
        );

        var inactive = (await NamesAsync(served)).Single(one => (string?)one["userName"] == "dan@x.example");

        Assert.Equal(("dan2", false), ((string?)inactive["slackUserName"], (bool)inactive["inSlack"]!));
    }

    [Fact]
    public async Task Where_the_userName_is_the_Slack_name_nobody_is_promised_another_one()
    {
        await using var served = await StartAsync();
        using var provider = await SetUpAsync(
            served,
            """{"slackUserName":"verbatim","createUsers":false,"whenNotAllowed":"skip"}"""
        );
        await CreateAsync(provider, "ada", "ada@corp.example");
        await CreateAsync(provider, "Zoë", "zoe@corp.example");

        var all = await NamesAsync(served);

        Assert.Equal(
            [("Zoë", null), ("ada", "ada")],
            all.Select(one => ((string)one["userName"]!, (string?)one["slackUserName"]))
                .OrderBy(one => one.Item1, StringComparer.Ordinal)
        );
        Assert.StartsWith(
            "Slack does not take the userName as it is",
            (string?)all.Single(one => one["slackUserName"] is null)["why"],
            StringComparison.Ordinal
        );
        Assert.Equal("Zoë", (string?)Assert.Single(await NamesAsync(served, "?differing=true"))["userName"]);
    }

    private static async Task<List<JsonNode>> NamesAsync(ServedGateway served, string query = "") =>
        [
            .. (await served.AskAsync(HttpMethod.Get, $"tenants/acme/user-names{query}"))["items"]!
                .AsArray()
                .OfType<JsonNode>(),
        ];
}

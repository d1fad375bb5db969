using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Cli;
using ScimGateway.Host.Tests.Admin;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.CommandLine;

/// <summary>Nobody has to know a number: commands take what people know of a user or group.</summary>
public class WhoTests
{
    [Fact]
    public async Task A_user_without_a_displayName_is_found_by_the_first_and_the_last_name()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        using var provider = served.Provider("acme", await served.SetUpAsync());
        await served.EnableAsync();
        await CreateAsync(
            """{"userName":"i.moore","name":{"givenName":"Isla","familyName":"Moore"},"emails":[{"value":"x@corp.example"}]}"""
        );
        await CreateAsync(
            """{"userName":"s.moore","name":{"formatted":"Sam \u00c5 Moore"},"emails":[{"value":"y@corp.example"}],"active":false}"""
        );

        foreach (
            var (said, name) in new[] { ("Isla Moore", "i.moore"), ("isla m", "i.moore"), ("sam \u00e5", "s.moore") }
        )
        {
            Assert.Equal(Exit.Done, await entered.RunAsync(["link", "list", "acme", "--search", said, "-o", "csv"]));
            Assert.Equal(2, entered.Out.TrimEnd('\n').Split('\n').Length);
            Assert.True(await entered.RunAsync(["link", "show", "acme", said]) == Exit.Done, entered.Error);
            Assert.Equal(
                Exit.Done,
                await entered.RunAsync(["operation", "list", "acme", "--search", said, "-o", "csv"])
            );
            Assert.Contains(name, entered.Out, StringComparison.Ordinal);
        }
        // A deactivation needs a whole name; a part of one is answered by whom it may mean.
        Assert.Equal(Exit.Refused, await entered.RunAsync("user deactivate acme isla"));
        Assert.Matches(
            "^No user or group is called 'isla' exactly; say the number or address of one:\n +[0-9]+ +i.moore +x@corp.example\nNext: 'user deactivate acme x@corp.example'\n",
            entered.Error
        );
        // Of an account that nobody claims no command is planned.
        Assert.True(await entered.RunAsync("link list acme --claimed false --json") == Exit.Done, entered.Error);
        var unclaimed = JsonNode.Parse(entered.Out)!["items"]![0]!["id"];
        Assert.Equal(Exit.Done, await entered.RunAsync($"link show acme {unclaimed}"));
        Assert.DoesNotContain("Slack would be told", entered.Out, StringComparison.Ordinal);
        // A spreadsheet has the columns of a reason once, also where some rows have none.
        Assert.Equal(Exit.Done, await entered.RunAsync("link list acme -o csv"));
        Assert.Contains(",reason.code,", entered.Out, StringComparison.Ordinal);
        Assert.DoesNotContain(",reason,", entered.Out, StringComparison.Ordinal);
        Assert.True(await entered.RunAsync(["user", "deactivate", "acme", "Isla Moore"]) == Exit.Done, entered.Error);

        async Task CreateAsync(string user) =>
            Assert.Equal(
                HttpStatusCode.Created,
                (await Gateway.SendAsync(provider, HttpMethod.Post, "Users", user)).Status
            );
    }

    [Fact]
    public async Task Who_was_deleted_without_an_account_is_not_meant_beside_who_has_the_address()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        using var provider = served.Provider("acme", await served.SetUpAsync());
        await served.EnableAsync();
        var former = await CreateAsync(", \"active\":false");
        Assert.Equal(
            HttpStatusCode.NoContent,
            (await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{former}")).Status
        );
        await CreateAsync("");

        Assert.True(await entered.RunAsync("user deactivate acme isla@corp.example") == Exit.Done, entered.Error);

        async Task<string> CreateAsync(string more)
        {
            var body = $$"""{"userName":"isla","emails":[{"value":"isla@corp.example"}]{{more}}}""";
            var (status, made, _) = await Gateway.SendAsync(provider, HttpMethod.Post, "Users", body);
            Assert.Equal(HttpStatusCode.Created, status);
            return (string)made!["id"]!;
        }
    }

    [Fact]
    public async Task A_user_is_named_by_what_people_know_and_several_are_listed()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        using var provider = served.Provider("acme", await served.SetUpAsync());
        await served.EnableAsync();
        var isla = await CreateAsync("isla", "isla@corp.example", "\"externalId\":\"00u1\"");
        var numbered = await CreateAsync("ada", "ada@corp.example", "\"externalId\":\"4711\"");
        await CreateAsync("islamoore", "moore@corp.example", "\"title\":\"Pilot\"");
        var link = (await served.AskAsync(HttpMethod.Get, $"tenants/acme/links?resource={isla}"))["items"]![0]!;

        foreach (
            var who in new[] { "isla@corp.example", "ISLA", "00u1", isla, (string)link["slackId"]!, $"{link["id"]}" }
        )
        {
            Assert.Equal(Exit.Done, await entered.RunAsync($"link show acme {who}"));
            Assert.Matches($"slackId +{link["slackId"]}\n", entered.Out);
            Assert.Equal(Exit.Done, await entered.RunAsync($"operation list acme --link {who}"));
            Assert.Contains("POST /Users", entered.Out, StringComparison.Ordinal);
            Assert.Equal(Exit.Done, await entered.RunAsync($"hold list acme --link {who}"));
        }

        Assert.True(await entered.RunAsync($"operation show acme {isla}") == Exit.Done, entered.Error);
        Assert.Contains("POST /Users", entered.Out, StringComparison.Ordinal);

        // A number that is no link's is what somebody is called.
        Assert.True(await entered.RunAsync("link show acme 4711") == Exit.Done, entered.Error);
        Assert.Contains(numbered, entered.Out, StringComparison.Ordinal);

        Assert.Equal(Exit.Refused, await entered.RunAsync("link show acme corp.example"));
        Assert.StartsWith(
            "Several users and groups may be meant by 'corp.example'; say the number of one:\n",
            entered.Error,
            StringComparison.Ordinal
        );
        Assert.Contains($"  {link["id"]}  isla  isla@corp.example\n", entered.Error, StringComparison.Ordinal);
        Assert.Contains("moore@corp.example", entered.Error, StringComparison.Ordinal);

        Assert.Equal(Exit.Refused, await entered.RunAsync("link provision acme nobody"));
        Assert.Contains("Next: 'operation list acme --search nobody'", entered.Error, StringComparison.Ordinal);

        async Task<string> CreateAsync(string name, string address, string more)
        {
            var (status, made, _) = await Gateway.SendAsync(
                provider,
                HttpMethod.Post,
                "Users",
                $"{{{more},{User(name, address).TrimStart()[1..]}"
            );
            Assert.Equal(HttpStatusCode.Created, status);
            return (string)made!["id"]!;
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"displayName\":\"Wanda\",")]
    public async Task Who_was_deleted_is_found_by_the_own_name_and_who_was_erased_by_all_of_it(string more)
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        using var provider = served.Provider("acme", await served.SetUpAsync());
        await served.EnableAsync();
        var (_, made, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Users",
            $$"""{{{more}}"userName":"Zelmira.Q@corp.example","name":{"givenName":"Wanda","familyName":"Moore"},"emails":[{"value":"w@corp.example","primary":true}]}"""
        );
        var user = (string)made!["id"]!;
        await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{user}");
        var link = (await served.AskAsync(HttpMethod.Get, $"tenants/acme/links?resource={user}"))["items"]![0]!;

        foreach (var who in new[] { "zelmira.q@corp.example", "w@corp.example", "wanda" })
        {
            Assert.True(await entered.RunAsync($"link show acme {who}") == Exit.Done, entered.Error);
            Assert.Matches($"slackId +{link["slackId"]}\n", entered.Out);
        }
        await Gateway.UntilAsync(async () =>
            (string?)(await served.AskAsync(HttpMethod.Get, $"tenants/acme/links/{link["id"]}"))["state"] == "settled"
        );

        await served.AskAsync(HttpMethod.Post, $"tenants/acme/links/{link["id"]}/erase?confirm={link["slackId"]}");
        Assert.Empty((await served.AskAsync(HttpMethod.Get, "tenants/acme/links?search=zelmira"))["items"]!.AsArray());
        Assert.Equal(Exit.Done, await entered.RunAsync("link show acme zelmira.q@corp.example"));
        Assert.Matches($"slackId +{link["slackId"]}\n", entered.Out);
    }
}

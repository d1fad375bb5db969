using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Model.Tenants;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Writing;

/// <summary>
/// Nobody gets another person's account by a letter that some system takes for an ASCII one, and no look-up finds
/// another person by it. All such letters are rows of tests/vectors/letters.json.
/// </summary>
public class LetterTests
{
    private const string Kate = "kate@x.example";
    private const string Kelvin = "\u212aate@x.example";
    private const string Bulk = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

    [Theory]
    [InlineData(Kelvin)]
    [InlineData("\uff4bate@x.example")]
    [InlineData("ka\u00adte@x.example")]
    [InlineData("\ud835\udc24ate@x.example")]
    [InlineData("kate@x\u3002example")]
    public async Task Nobody_gets_an_account_by_an_address_whose_letters_come_to_its_owners(string address)
    {
        await using var gateway = await WithKateAsync();
        var id = await CreateAsync(gateway);
        await gateway.CallsAsync();
        var work = "emails[type eq \\\"work\\\"].value";

        AssertRefused(await gateway.SendAsync(HttpMethod.Post, "Users", User("eve", address)));
        AssertRefused(
            await gateway.SendAsync(HttpMethod.Post, "Users", $$"""{"userName":"{{address}}"}"""),
            "userName"
        );
        AssertRefused(await gateway.SendAsync(HttpMethod.Put, $"Users/{id}", User("ada", address)));
        AssertRefused(await gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", Patch(work, $"\"{address}\"")));
        AssertRefused(
            await gateway.SendAsync(
                HttpMethod.Patch,
                $"Users/{id}",
                PatchOf($$"""{"op":"add","path":"emails","value":[{"type":"home","value":"{{address}}"}]}""")
            )
        );
        var bulk = await gateway.SendAsync(
            HttpMethod.Post,
            "Bulk",
            $$$"""{"schemas":["{{{Bulk}}}"],"Operations":[{"method":"POST","path":"/Users","bulkId":"q","data":{{{User("eve", address)}}}}]}"""
        );
        Assert.Equal("400", (string?)bulk.Body!["Operations"]![0]!["status"]);

        Assert.Empty(await gateway.CallsAsync());
        Assert.Equal(2, await TotalAsync(gateway));
        var kate = await PostAsync(gateway, User("kate", Kate));
        Assert.Equal("UKATE", SlackId(gateway, kate));
    }

    [Fact]
    public async Task A_userName_is_in_plain_letters_where_accounts_are_found_by_it_or_where_it_is_an_address()
    {
        var byName = DemoTenant.Lenient with { UniqueUserIdentifier = Identifier.UserName };
        await using var gateway = await WithKateAsync(byName);

        AssertRefused(
            await gateway.SendAsync(HttpMethod.Post, "Users", User("\u212aate", "eve@x.example")),
            "userName"
        );
        var id = $"{(await PostAsync(gateway, User("eve", "eve@x.example")))["id"]}";
        AssertRefused(
            await gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", Patch("userName", "\"\\u212aate\"")),
            "userName"
        );
        AssertRefused(
            await gateway.SendAsync(HttpMethod.Put, $"Users/{id}", User("\u212aate", "eve@x.example")),
            "userName"
        );
    }

    [Fact]
    public async Task Elsewhere_a_userName_may_have_any_letter_and_is_nobody_elses_nor_is_the_name_that_Slack_gets()
    {
        await using var gateway = await WithKateAsync();
        var kate = await PostAsync(gateway, User("kate", Kate));
        var eve = await PostAsync(gateway, User("\u212aate", "eve@x.example"));

        Assert.Equal([$"{kate["id"]}"], await FoundAsync(gateway, "userName eq \"KATE\""));
        Assert.Equal([$"{eve["id"]}"], await FoundAsync(gateway, "userName eq \"\u212aATE\""));
        Assert.Equal([$"{kate["id"]}"], await FoundAsync(gateway, "not (userName ne \"kate\")"));
        Assert.Equal([$"{eve["id"]}"], await FoundAsync(gateway, "userName sw \"\u212a\""));
        Assert.Equal("ate", (string?)Assert.Single(await gateway.AccountsAsync("eve@x.example"))["userName"]);
    }

    [Theory]
    [InlineData("emails.value eq \"{0}\"")]
    [InlineData("emails[value eq \"{0}\"]")]
    [InlineData("emails[type eq \"work\" and value eq \"{0}\"]")]
    [InlineData("emails co \"{0}\"")]
    public async Task An_account_that_Slack_has_with_such_a_letter_is_its_own_and_looks_like_no_others(string filter)
    {
        await using var gateway = await WithKateAsync(null, Account("UKELVIN", "kelvin", Kelvin));

        var kate = Assert.Single(await FoundAsync(gateway, string.Format(null, filter, Kate)));
        var kelvin = Assert.Single(await FoundAsync(gateway, string.Format(null, filter, Kelvin)));

        Assert.NotEqual(kate, kelvin);
        Assert.Equal(("Settled", "Settled"), (gateway.State(kate), gateway.State(kelvin)));
    }

    [Fact]
    public async Task What_is_shown_of_such_an_account_can_be_put_as_it_is_and_leaves_Slack_alone()
    {
        await using var gateway = await WithKateAsync(null, Account("UKELVIN", "kelvin", Kelvin));
        var id = Assert.Single(await FoundAsync(gateway, "userName eq \"kelvin\""));
        var shown = (await gateway.SendAsync(HttpMethod.Get, $"Users/{id}")).Body!;
        Assert.Equal(Kelvin, (string?)shown["emails"]![0]!["value"]);

        var (status, body, _) = await gateway.SendAsync(HttpMethod.Put, $"Users/{id}", shown.ToJsonString());

        Assert.Equal((HttpStatusCode.OK, Kelvin), (status, (string?)body!["emails"]![0]!["value"]));
        Assert.Empty(await gateway.CallsAsync());
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "title", "\"Pilot\""));
        Assert.Equal("UKATE", SlackId(gateway, await PostAsync(gateway, User("kate", Kate))));
    }

    [Theory]
    [InlineData("jos\u00e9@x.example", "jose\u0301@x.example")]
    [InlineData("m\u00fcller@x.example", "M\u00dcLLER@X.EXAMPLE")]
    [InlineData("\u7528\u6237@x.example", "\u7528\u6237@X.example")]
    [InlineData("strau\u00df@x.example", "STRAU\u1e9e@x.example")]
    public async Task An_address_in_any_language_is_provisioned_and_is_one_in_every_case_and_form(
        string address,
        string other
    )
    {
        await using var gateway = await Gateway.StartAsync();

        var made = await PostAsync(gateway, User("one", address));
        var found = await FoundAsync(gateway, $"emails.value eq \"{other}\"");
        var again = await gateway.SendAsync(HttpMethod.Post, "Users", User("two", other));

        Assert.NotNull(SlackId(gateway, made));
        Assert.Equal([$"{made["id"]}"], found);
        Assert.Equal(HttpStatusCode.Created, again.Status);
        Assert.Equal("Blocked", gateway.State($"{again.Body!["id"]}"));
    }

    [Fact]
    public async Task Groups_whose_names_differ_by_such_a_letter_are_two()
    {
        await using var gateway = await Gateway.StartAsync();

        foreach (var name in new[] { "Kitchen", "\u212aitchen" })
        {
            var (status, body, _) = await gateway.SendAsync(
                HttpMethod.Post,
                "Groups",
                $$"""{"displayName":"{{name}}"}"""
            );
            Assert.Equal(HttpStatusCode.Created, status);
            var found = await gateway.SendAsync(
                HttpMethod.Get,
                $"Groups?filter={Uri.EscapeDataString($"displayName eq \"{name}\"")}"
            );
            Assert.Equal((string?)body!["id"], (string?)Assert.Single(found.Body!["Resources"]!.AsArray())!["id"]);
        }
        var third = await gateway.SendAsync(HttpMethod.Post, "Groups", """{"displayName":"KITCHEN"}""");
        Assert.Equal(HttpStatusCode.Conflict, third.Status);
    }

    private static Task<Gateway> WithKateAsync(Preferences? preferences = null, params JsonObject[] others) =>
        StartAsync(preferences ?? DemoTenant.Lenient, [Account("UKATE", "kate", Kate), .. others]);

    private static async Task<JsonObject> PostAsync(Gateway gateway, string user)
    {
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", user);
        Assert.Equal(HttpStatusCode.Created, status);
        return body!;
    }

    private static async Task<List<string>> FoundAsync(Gateway gateway, string filter) =>
        [
            .. (await gateway.SendAsync(HttpMethod.Get, $"Users?filter={Uri.EscapeDataString(filter)}")).Body![
                "Resources"
            ]!
                .AsArray()
                .Select(user => (string)user!["id"]!),
        ];

    private static string? SlackId(Gateway gateway, JsonObject made)
    {
        using var kept = gateway.Kept();
        return kept.Of((string)made["id"]!).SlackId;
    }

    private static void AssertRefused(
        (HttpStatusCode Status, JsonObject? Body, HttpResponseMessage Response) answer,
        string attribute = "emails.value"
    )
    {
        Assert.Equal((HttpStatusCode.BadRequest, "invalidValue"), (answer.Status, (string?)answer.Body!["scimType"]));
        Assert.Contains($"'{attribute}' has U+", (string)answer.Body["detail"]!, StringComparison.Ordinal);
    }
}

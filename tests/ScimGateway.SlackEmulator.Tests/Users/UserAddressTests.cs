using System.Text.Json.Nodes;
using static ScimGateway.SlackEmulator.Tests.Emulated;

namespace ScimGateway.SlackEmulator.Tests.Users;

/// <summary>The two e-mail addresses of a user, and whose an address is (docs/slack.md 4.3, 4.6).</summary>
public sealed class UserAddressTests
{
    private static JsonNode List(string json) => JsonNode.Parse(json)!;

    private static string Emails(JsonObject user) =>
        string.Join(
            ' ',
            user["emails"]!.AsArray().Select(e => (string)e!["value"]! + ((bool)e["primary"]! ? "*" : ""))
        );

    [Theory]
    [InlineData("""["Two@X.org","one@x.org"]""", "two@x.org* one@x.org")]
    [InlineData("""[{"value":"h@x.org","type":"home"},{"value":"w@x.org","type":"work"}]""", "w@x.org* h@x.org")]
    [InlineData(
        """[{"value":"w@x.org","type":"work"},{"value":"p@x.org","primary":true},{"value":"third@x.org"}]""",
        "p@x.org* w@x.org"
    )]
    [InlineData("""[{"value":"p@x.org","primary":"true","type":null},{"value":"","primary":false}]""", "p@x.org*")]
    [InlineData("""{"value":"one@x.org"}""", "one@x.org*")]
    public async Task Two_addresses_are_kept_and_the_primary_is_marked_else_work_else_first(string emails, string kept)
    {
        await using var slack = await StartAsync();
        Assert.Equal(kept, Emails((await slack.PostAsync("Users", User("ada", ("emails", List(emails))))).Json));
    }

    [Theory]
    [InlineData("""[{"value":"new@x.org","primary":true}]""", "new@x.org* two@x.org")]
    [InlineData("""[{"value":"new@x.org","type":"work"}]""", "new@x.org* two@x.org")]
    [InlineData("""[{"value":"new@x.org","type":"home"}]""", "one@x.org* new@x.org")]
    [InlineData("""[{"value":"new@x.org"}]""", "one@x.org* new@x.org")]
    [InlineData("""[{"value":"ONE@x.org"}]""", "one@x.org* two@x.org")]
    [InlineData("""[{"value":"two@x.org","operation":"delete"}]""", "one@x.org*")]
    [InlineData("""[{"value":"two@x.org","primary":true}]""", "two@x.org*")]
    [InlineData(
        """[{"value":"one@x.org","operation":"delete"},{"value":"new@x.org","primary":true}]""",
        "new@x.org* two@x.org"
    )]
    [InlineData("""[{"value":"nobody@x.org","operation":"delete"}]""", "one@x.org* two@x.org")]
    [InlineData("""[]""", "one@x.org* two@x.org")]
    public async Task PATCH_of_addresses(string emails, string kept)
    {
        await using var slack = await StartAsync();
        var id = await slack.MakeAsync("ada", ("emails", new JsonArray("one@x.org", "two@x.org")));
        Assert.Equal(kept, Emails((await slack.PatchAsync("Users/" + id, new() { ["emails"] = List(emails) })).Json));
    }

    [Fact]
    public async Task An_address_belongs_to_its_holder_until_the_holder_gives_it_away()
    {
        await using var slack = await StartAsync();
        var ada = await slack.MakeAsync("ada", ("emails", new JsonArray("a@x.org", "b@x.org")));
        await slack.DeleteAsync("Users/" + ada);
        Assert.Equal(
            $"bad_email_address (reason=email_taken, existing_user={ada})",
            (await slack.PostAsync("Users", User("bea", ("emails", new JsonArray("B@X.org"))))).Error
        );

        await slack.PatchAsync("Users/" + ada, Body("""{"emails":[{"value":"b@x.org","operation":"delete"}]}"""));
        Assert.Equal(201, (await slack.PostAsync("Users", User("bea", ("emails", new JsonArray("b@x.org"))))).Status);
        // A create over a deactivated account never reactivates (docs/slack.md 4.6).
        Assert.False((bool?)(await slack.ReadAsync(ada))["active"]);
    }

    [Fact]
    public async Task Where_name_and_address_both_clash_the_address_is_told_with_its_holder()
    {
        await using var slack = await StartAsync();
        var ada = await slack.MakeAsync("ada");
        await slack.DeleteAsync("Users/" + ada);
        Assert.Equal(
            $"bad_email_address (reason=email_taken, existing_user={ada})",
            (await slack.PostAsync("Users", User("ada"))).Error
        );
    }
}

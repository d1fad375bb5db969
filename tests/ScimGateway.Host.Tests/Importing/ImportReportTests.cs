using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Reads;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Importing;

/// <summary>What an import tells of what it found, and what operators see of what nobody has claimed.</summary>
public class ImportReportTests
{
    [Fact]
    public async Task Each_account_is_counted_as_what_it_was_found_to_be()
    {
        await using var gateway = await Gateway.StartAsync();
        await MakeAsync(gateway, """{"id":"U1","userName":"claimed","email":"claimed@corp.example"}""");
        await MakeAsync(gateway, """{"id":"U2","userName":"changed","email":"changed@corp.example"}""");
        await MakeAsync(gateway, """{"id":"U3","userName":"same","email":"same@corp.example"}""");
        await gateway.ImportAsync();
        await gateway.SendAsync(HttpMethod.Post, "Users", User("claimed", "claimed@corp.example"));
        await gateway.QuietAsync();
        await MakeAsync(
            gateway,
            """{"id":"U4","userName":"helper","bot":true,"email":"botuser-T1-A1@slack-bots.com"}"""
        );
        await MakeAsync(gateway, """{"id":"U5","userName":"slack.name","email":"new@corp.example"}""");
        await ChangeAsync(gateway, "U2", """{"title":"Chief"}""");
        using (var kept = gateway.Kept())
            kept.Age();

        var found = await gateway.ImportAsync();

        Assert.Equal(
            (2, 1, 2, 1, 6),
            (
                found.Of(Kind.User, Found.Added),
                found.Of(Kind.User, Found.Changed),
                found.Of(Kind.User, Found.Unchanged), // and the token's owner
                found.Of(Kind.User, Found.Claimed),
                found.Of(Kind.User)
            )
        );
        Assert.Equal(
            (1, 1, 0),
            (
                found.Of(Kind.User, Remark.Bot),
                found.Of(Kind.User, Remark.Protected),
                found.Of(Kind.User, Remark.Conflicting)
            )
        );
        Assert.Equal(found.ToJson(), ImportProgress.Parse(found.ToJson()).ToJson());
        Assert.NotNull(gateway.Import()!.Finished);
    }

    [Theory]
    [InlineData(Identifier.PrimaryEmail, 1, 1)]
    [InlineData(Identifier.UserName, 1, 1)]
    public async Task Accounts_of_users_who_were_asked_for_are_told_by_how_they_match(
        Identifier identifier,
        int matched,
        int otherwise
    )
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = DemoTenant.Lenient with { UniqueUserIdentifier = identifier } }
        );
        // Kept in the mirror alone, as they are not active.
        foreach (var name in new[] { "ada", "bob", "eve", "joe" })
            Assert.Equal(
                HttpStatusCode.Created,
                (
                    await gateway.SendAsync(
                        HttpMethod.Post,
                        "Users",
                        User(name, $"{name}@corp.example")
                            .Replace("\"active\":true", "\"active\":false", StringComparison.Ordinal)
                    )
                ).Status
            );
        await MakeAsync(gateway, """{"id":"U1","userName":"other","email":"ada@corp.example"}""");
        await MakeAsync(gateway, """{"id":"U2","userName":"bob","email":"other@corp.example"}""");
        await MakeAsync(gateway, """{"id":"U3","userName":"eve","email":"joe@corp.example"}""");

        var found = await gateway.ImportAsync();

        Assert.Equal(3, found.Of(Kind.User, Found.PassedOver));
        Assert.Equal(
            (matched, otherwise, 1),
            (
                found.Of(Kind.User, Remark.Matched),
                found.Of(Kind.User, Remark.MatchedOtherwise),
                found.Of(Kind.User, Remark.Ambiguous)
            )
        );
    }

    [Fact]
    public async Task Operators_see_what_nobody_has_claimed_and_who_has_what()
    {
        await using var gateway = await Gateway.StartAsync();
        await MakeAsync(gateway, """{"id":"U1","userName":"ola","displayName":"Ola","email":"ola@corp.example"}""");
        await MakeAsync(gateway, """{"id":"U2","userName":"ada.l","displayName":"Ada","email":"ada@corp.example"}""");
        await gateway.Control.PostAsync("groups", Json("""{"id":"S1","displayName":"Crew"}"""));
        await gateway.Control.PostAsync("groups", Json("""{"id":"S2","displayName":"crew"}"""));
        await gateway.ImportAsync();
        await gateway.SendAsync(HttpMethod.Post, "Users", User("ada", "ada@corp.example"));
        await gateway.QuietAsync();

        var unclaimed = gateway.Links(new LinkQuery { Kind = Kind.User, Claimed = false });
        Assert.Equal(["U0EMUOWNER", "U1"], unclaimed.Select(link => link.Link.SlackId).Order(StringComparer.Ordinal));
        Assert.Equal(
            ("Ola", "ola@corp.example", true),
            unclaimed
                .Where(link => link.Link.SlackId == "U1")
                .Select(link => (link.Name, link.Address, link.IsShown))
                .Single()
        );
        var claimed = Assert.Single(gateway.Links(new LinkQuery { Kind = Kind.User, Claimed = true }));
        Assert.Equal(("U2", "demo"), (claimed.Link.SlackId, claimed.Source));
        Assert.Equal(
            "U1",
            Assert.Single(gateway.Links(new LinkQuery { Kind = Kind.User, Contains = "OLA@" })).Link.SlackId
        );
        Assert.Equal(
            "U0EMUOWNER",
            Assert.Single(gateway.Links(new LinkQuery { Kind = Kind.User, State = LinkState.Protected })).Link.SlackId
        );

        // What is in conflict is shown to operators alone.
        var held = Assert.Single(gateway.Links(new LinkQuery { Kind = Kind.Group, State = LinkState.Held }));
        Assert.Equal(("crew", false, ReasonCode.GroupInConflict), (held.Name, held.IsShown, held.Link.Reason?.Code));
        var first = Assert.Single(gateway.Links(new LinkQuery { Kind = Kind.Group, Most = 1 }));
        Assert.Equal(held.Id, Assert.Single(gateway.Links(new LinkQuery { Kind = Kind.Group, After = first.Id })).Id);
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private static async Task MakeAsync(Gateway gateway, string person) =>
        (await gateway.Control.PostAsync("users", Json(person))).EnsureSuccessStatusCode();

    private static async Task ChangeAsync(Gateway gateway, string slackId, string change) =>
        (await gateway.Control.PutAsync($"users/{slackId}", Json(change))).EnsureSuccessStatusCode();
}

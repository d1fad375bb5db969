using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Cli;
using ScimGateway.Host.Tests.CommandLine;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>Somebody must be out now, whatever the provider does.</summary>
public class OffboardingTests
{
    [Fact]
    public async Task What_a_provider_changes_of_somebody_who_is_out_is_said_to_wait_and_is_told_when_they_are_back()
    {
        await using var served = await ServedGateway.StartAsync();
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        using var provider = served.Provider("acme", token);
        var ada = await CreateAsync(provider, "ada", "ada@corp.example");
        await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{ada}", Patch("active", "false"));

        var (_, _, changed) = await Gateway.SendAsync(
            provider,
            HttpMethod.Patch,
            $"Users/{ada}",
            Patch("title", "\"Captain\"")
        );

        var id = changed.Headers.GetValues("X-Operation-Id").Single();
        await Gateway.UntilAsync(async () =>
            (await served.AskAsync(HttpMethod.Get, $"tenants/acme/operations/{id}"))["finished"] is not null
        );
        var operation = await served.AskAsync(HttpMethod.Get, $"tenants/acme/operations/{id}");
        Assert.Contains(
            "Slack is told title once the account is active.",
            operation["notes"]!.AsArray().Select(note => (string?)note)
        );
        await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{ada}", Patch("active", "true"));
        Assert.Equal(
            "Captain",
            (string?)served.Slack.Workspace.Users().Single(user => (string?)user["userName"] == "ada")["title"]
        );
    }

    [Theory]
    [InlineData("{}", false)]
    [InlineData("""{"guardedAccounts":1}""", true)]
    [InlineData("""{"disableUsers":false}""", false)]
    [InlineData("""{"disableUsers":false,"updateUsers":false}""", false)]
    public async Task An_operator_deactivates_a_user_at_once_and_the_provider_sees_it(string preferences, bool isHeld)
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        using var provider = served.Provider("acme", token);
        var (bob, ada) = (
            await CreateAsync(provider, "bob", "bob@corp.example"),
            await CreateAsync(provider, "ada", "ada@corp.example")
        );
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", preferences);
        if (isHeld)
            foreach (var leaver in (string[])[bob, ada])
                await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{leaver}", Patch("active", "false"));
        Assert.True(IsActive(served, "ada"));

        // A part of an address may be somebody else's.
        Assert.Equal(Exit.Refused, await entered.RunAsync("user deactivate acme da@corp.example"));
        Assert.True(IsActive(served, "ada"));
        Assert.Equal(Exit.Done, await entered.RunAsync("user deactivate acme ada@corp.example"));

        Assert.StartsWith("The user is deactivated in Slack: ", entered.Out, StringComparison.Ordinal);
        Assert.Equal(Exit.Done, await entered.RunAsync("audit list --action deactivateLink"));
        Assert.Contains("activeInSlack true to false", entered.Out, StringComparison.Ordinal);
        Assert.False(IsActive(served, "ada"));
        var (_, seen, _) = await Gateway.SendAsync(provider, HttpMethod.Get, $"Users/{ada}");
        Assert.False((bool)seen!["active"]!);
        Assert.Empty((await served.AskAsync(HttpMethod.Get, "tenants/acme/holds"))["items"]!.AsArray());
        var operation = (
            await served.AskAsync(HttpMethod.Get, $"tenants/acme/operations?resource={ada}&actor=the tests'")
        )["items"]!
            .AsArray()
            .Single(one => (string?)one!["request"] == "an operator deactivated the user")!;
        // What was held is released then.
        Assert.Equal(
            (isHeld ? "nothingToDo" : "done", "ada@corp.example"),
            ((string?)operation["outcome"], (string?)operation["address"])
        );
        Assert.Null(operation["source"]); // which has not asked

        // What the provider says next counts.
        await served.AskAsync(
            HttpMethod.Patch,
            "tenants/acme/preferences",
            """{"guardedAccounts":0,"updateUsers":true,"disableUsers":true}"""
        );
        await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{ada}", Patch("active", "true"));
        Assert.True(IsActive(served, "ada"));
    }

    [Theory]
    [InlineData("settled")] // her state
    [InlineData("user")] // her kind
    [InlineData("PROVIDER")] // her source
    public async Task What_is_said_of_a_user_is_not_what_the_user_is_called(string word)
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        using var provider = served.Provider("acme", token);
        var name = $"{word.ToLowerInvariant()}.one";
        await CreateAsync(provider, name, $"{name}@corp.example");
        var link = (await served.AskAsync(HttpMethod.Get, $"tenants/acme/links?search={name}"))["items"]![0]!;
        Assert.Contains(
            word,
            new[] { link["state"], link["kind"], link["source"] }.Select(field => (string?)field),
            StringComparer.OrdinalIgnoreCase
        );

        Assert.Equal(Exit.Refused, await entered.RunAsync($"user deactivate acme {word}"));

        Assert.True(IsActive(served, name));
    }

    [Fact]
    public async Task Whom_no_provider_has_and_whom_an_operator_protects_is_not_deactivated_and_that_is_said()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        using var provider = served.Provider("acme", token);
        await CreateAsync(provider, "ada", "ada@corp.example");
        var link = (await served.AskAsync(HttpMethod.Get, "tenants/acme/links?search=ada@"))["items"]![0]!["id"];
        await served.AskAsync(HttpMethod.Post, $"tenants/acme/links/{link}/protect");

        Assert.Equal(Exit.Refused, await entered.RunAsync("user deactivate acme ada@corp.example"));
        Assert.Contains("Unprotect it", entered.Error, StringComparison.Ordinal);
        Assert.Equal(
            HttpStatusCode.Conflict,
            (await served.SendAsync(HttpMethod.Post, $"tenants/acme/links/{link}/deactivate")).Status
        );
        Assert.True(IsActive(served, "ada"));

        await served.AskAsync(HttpMethod.Post, $"tenants/acme/links/{link}/unprotect");
        await served.AskAsync(HttpMethod.Post, $"tenants/acme/links/{link}/unlink");
        Assert.Equal(Exit.Refused, await entered.RunAsync($"user deactivate acme {link}"));
        Assert.StartsWith("An operator unlinked the user", entered.Error, StringComparison.Ordinal);
        Assert.True(IsActive(served, "ada"));
    }

    [Theory]
    [InlineData("""{"guardedAccounts":1}""", "")]
    [InlineData("""{"guardedAccounts":1}""", "dismiss")]
    [InlineData("""{"guardedAccounts":1}""", "dismiss, reopen")]
    [InlineData("""{"deprovisionUsers":false,"whenNotAllowed":"skip"}""", "")]
    public async Task Who_was_deleted_and_left_in_Slack_is_deactivated_too(string preferences, string decided)
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        using var provider = served.Provider("acme", token);
        var (bob, ada) = (
            await CreateAsync(provider, "bob", "bob@corp.example"),
            await CreateAsync(provider, "ada", "ada@corp.example")
        );
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", preferences);
        foreach (var leaver in (string[])[bob, ada])
            await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{leaver}");
        if (decided.Contains("dismiss", StringComparison.Ordinal))
            Assert.Equal(Exit.Done, await entered.RunAsync("hold dismiss acme --reason guardAccounts --yes"));
        var link = (await served.AskAsync(HttpMethod.Get, "tenants/acme/links?search=ada@"))["items"]![0]!["id"];
        if (decided.Contains("reopen", StringComparison.Ordinal))
            await Gateway.UntilAsync(async () =>
                await entered.RunAsync("hold reopen acme ada@corp.example") == Exit.Done
            );
        Assert.True(IsActive(served, "ada"));

        Assert.Equal(Exit.Done, await entered.RunAsync("user deactivate acme ada@corp.example"));

        await Gateway.UntilAsync(() => Task.FromResult(!IsActive(served, "ada")));
        await Gateway.UntilAsync(async () =>
            (string?)(await served.AskAsync(HttpMethod.Get, $"tenants/acme/links/{link}"))["state"] == "settled"
        );
        Assert.Empty((await served.AskAsync(HttpMethod.Get, "tenants/acme/holds"))["items"]!.AsArray());
        Assert.Contains(
            (await served.AskAsync(HttpMethod.Get, "tenants/acme/operations?actor=the tests'"))["items"]!.AsArray(),
            one => (string?)one!["request"] == "Slack is told that the user is out"
        );
    }

    [Theory]
    [InlineData("""{"guardedAccounts":1}""", "dismiss")]
    [InlineData("""{"deprovisionUsers":false,"whenNotAllowed":"skip"}""", "dismiss")]
    [InlineData("""{"deprovisionUsers":false,"whenNotAllowed":"skip"}""", "release")]
    public async Task Whose_account_may_be_another_persons_is_out_once_an_operator_has_said_whose_it_is(
        string preferences,
        string word
    )
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        using var provider = served.Provider("acme", token);
        var bob = await CreateAsync(provider, "bob", "bob@corp.example");
        var (_, made, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Users",
            """{"userName":"ada","externalId":"one","emails":[{"value":"ada@corp.example"}]}"""
        );
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", preferences);
        foreach (var leaver in (string[])[bob, (string)made!["id"]!])
            Assert.Equal(
                HttpStatusCode.NoContent,
                (await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{leaver}")).Status
            );
        if (preferences.Contains("guarded", StringComparison.Ordinal))
            Assert.Equal(Exit.Done, await entered.RunAsync("hold dismiss acme --reason guardAccounts --yes"));
        // While a removal is under way nobody gets the account.
        await Gateway.UntilAsync(async () =>
            (string?)(await served.AskAsync(HttpMethod.Get, "tenants/acme/links?search=ada@"))["items"]![0]!["state"]
                is "settled"
                    or "blocked"
        );
        var (_, again, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Users",
            """{"userName":"ada","externalId":"another","emails":[{"value":"ada@corp.example"}]}"""
        );
        var links = await served.AskAsync(HttpMethod.Get, "tenants/acme/links?reason=anotherPerson");
        Assert.True(links["items"]!.AsArray().Count == 1, $"{links} {again}");
        var link = links["items"]![0]!;
        Assert.True(IsActive(served, "ada"));

        Assert.Equal(Exit.Refused, await entered.RunAsync($"user deactivate acme {link["id"]}"));
        var hold = (await served.AskAsync(HttpMethod.Get, "tenants/acme/holds?reason=anotherPerson"))["items"]![0]![
            "id"
        ];
        Assert.Equal(Exit.Done, await entered.RunAsync($"hold {word} acme {hold}"));

        if (word == "dismiss") // which no 'hold reopen' undoes
            Assert.EndsWith("\nada: the user does not get the account.", entered.Out.Trim(), StringComparison.Ordinal);
        await Gateway.UntilAsync(() => Task.FromResult(!IsActive(served, "ada")));
    }

    [Theory]
    [InlineData("dismiss")]
    [InlineData("release")]
    public async Task Who_was_let_in_unseen_and_may_be_another_person_is_not_said_to_be_out(string word)
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        using var provider = served.Provider("acme", token);
        var (_, made, _) = await Gateway.SendAsync(provider, HttpMethod.Post, "Users", Ada("one"));
        var link = (await served.AskAsync(HttpMethod.Get, "tenants/acme/links?search=ada@"))["items"]![0]!["id"];
        await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{made!["id"]}");
        await Gateway.UntilAsync(() => Task.FromResult(!IsActive(served, "ada")));
        served.Slack.Workspace.ChangeUser(
            (string)served.Slack.Workspace.Users().Single(user => (string?)user["userName"] == "ada")["id"]!,
            new JsonObject { ["active"] = true }
        );
        await Gateway.SendAsync(provider, HttpMethod.Post, "Users", Ada("another"));

        Assert.Equal(Exit.Refused, await entered.RunAsync("user deactivate acme ada@corp.example"));
        Assert.Contains("Slack was told nothing", entered.Error, StringComparison.Ordinal);

        Assert.Equal(Exit.Done, await entered.RunAsync($"hold {word} acme --reason anotherPerson --yes"));
        Assert.Equal(Exit.Done, await entered.RunAsync($"user deactivate acme {link}"));
        await Gateway.UntilAsync(() => Task.FromResult(!IsActive(served, "ada")));

        static string Ada(string id) =>
            $$"""{"userName":"ada","externalId":"{{id}}","emails":[{"value":"ada@corp.example"}]}""";
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_was_let_in_again_in_Slack_unseen_is_deactivated_again(bool isDeleted)
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        using var provider = served.Provider("acme", token);
        var ada = await CreateAsync(provider, "ada", "ada@corp.example");
        var link = (await served.AskAsync(HttpMethod.Get, "tenants/acme/links?search=ada@"))["items"]![0]!["id"];
        await Gateway.SendAsync(
            provider,
            isDeleted ? HttpMethod.Delete : HttpMethod.Patch,
            $"Users/{ada}",
            isDeleted ? null : Patch("active", "false")
        );
        await Gateway.UntilAsync(() => Task.FromResult(!IsActive(served, "ada")));
        served.Slack.Workspace.ChangeUser(
            (string)served.Slack.Workspace.Users().Single(user => (string?)user["userName"] == "ada")["id"]!,
            new JsonObject { ["active"] = true }
        );

        Assert.Equal(Exit.Done, await entered.RunAsync($"user deactivate acme {link}"));

        await Gateway.UntilAsync(() => Task.FromResult(!IsActive(served, "ada")));
    }

    [Fact]
    public async Task A_number_that_may_mean_two_deactivates_nobody_and_a_group_is_no_user()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        using var provider = served.Provider("acme", token);
        await CreateAsync(provider, "ada", "ada@corp.example");
        var link = (await served.AskAsync(HttpMethod.Get, "tenants/acme/links?search=ada@"))["items"]![0]!["id"]!;
        var (_, made, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Users",
            User("bob", "bob@corp.example").Insert(1, $""" "externalId":"{link}", """)
        );
        Assert.NotNull(made!["id"]);
        await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Groups",
            """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Crew"}"""
        );

        Assert.Equal(Exit.Refused, await entered.RunAsync($"user deactivate acme {link}"));
        Assert.StartsWith(
            $"{link} is the number of a link and the externalId of another",
            entered.Error,
            StringComparison.Ordinal
        );
        Assert.Equal(Exit.Refused, await entered.RunAsync("user deactivate acme Crew"));
        Assert.StartsWith("It is a group", entered.Error, StringComparison.Ordinal);
        Assert.True(IsActive(served, "ada"));
        Assert.True(IsActive(served, "bob"));
    }

    private static bool IsActive(ServedGateway served, string name) =>
        (bool)served.Slack.Workspace.Users().Single(user => (string?)user["userName"] == name)["active"]!;
}

using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Consequences;

/// <summary>
/// Whoever waits for an address gets it when it is nobody's any more: with the account that has it, by the same rule by
/// which a new user would.
/// </summary>
public class TakeOverTests
{
    private static readonly Preferences _keeping = DemoTenant.Lenient;
    private static readonly Preferences _strict = _keeping with { UserSlackCannotHold = Unholdable.Refuse };

    [Fact]
    public async Task Who_waits_for_the_address_of_somebody_takes_the_account_over_when_that_one_is_deleted()
    {
        await using var gateway = await StartAsync(_keeping);
        var first = await MakeAsync(gateway, "ada", "ada@corp.example");
        var second = await MakeAsync(gateway, "augusta", "ada@corp.example");
        var crew = await GroupAsync(gateway, "Crew", second);
        Assert.Equal("Blocked", gateway.State(second));

        await gateway.SendAsync(HttpMethod.Delete, $"Users/{first}");
        await gateway.QuietAsync();

        Assert.Equal("Settled", gateway.State(second));
        var account = Assert.Single(await gateway.AccountsAsync("ada@corp.example"));
        Assert.True(Active(account));
        Assert.Equal("augusta", (string?)account["userName"]);
        Assert.Equal(["augusta"], await InSlackAsync(gateway, "Crew"));
        Assert.Equal([second], await MembersAsync(gateway, crew));
    }

    [Fact]
    public async Task Who_waits_and_may_be_another_person_than_the_deleted_one_is_held()
    {
        await using var gateway = await StartAsync(_keeping);
        var first = await MakeAsync(gateway, "ada", "ada@corp.example", "e1");
        var second = await MakeAsync(gateway, "augusta", "ada@corp.example", "e2");

        await gateway.SendAsync(HttpMethod.Delete, $"Users/{first}");
        await gateway.QuietAsync();

        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@corp.example"))));
        Assert.Equal("Held", gateway.State(second));
        var hold = Assert.Single(gateway.Holds.List());
        Assert.Equal(ReasonCode.AnotherPerson, hold.Reason.Code);
        await gateway.Holds.ReleaseAsync([hold.Id]);
        await gateway.QuietAsync();
        var account = Assert.Single(await gateway.AccountsAsync("ada@corp.example"));
        Assert.True(Active(account));
        Assert.Equal("augusta", (string?)account["userName"]);
    }

    [Fact]
    public async Task Who_has_an_account_and_waits_for_the_address_of_a_deleted_one_is_an_operators_to_tell()
    {
        await using var gateway = await StartAsync(_keeping);
        var first = await MakeAsync(gateway, "ada", "ada@corp.example");
        var second = await MakeAsync(gateway, "eve", "eve@corp.example");
        await AddressAsync(gateway, second, "ada@corp.example");
        Assert.Equal("Blocked", gateway.State(second));

        await gateway.SendAsync(HttpMethod.Delete, $"Users/{first}");
        await gateway.QuietAsync();

        Assert.Equal("Blocked", gateway.State(second));
        var hold = Assert.Single(gateway.Holds.List());
        Assert.Equal(ReasonCode.AddressAsked, hold.Reason.Code);
        var account = Assert.Single(await gateway.AccountsAsync("ada@corp.example"));
        Assert.False(Active(account));

        // Both ways say which one is open: the other would say that of this one.
        const string InSlack = "changing it on this account in Slack";
        var chosen = await Assert.ThrowsAsync<NotReadyException>(() =>
            gateway.Holds.MeanAsync(hold.Id, (string)account["id"]!)
        );
        Assert.Contains(InSlack, chosen.Message, StringComparison.Ordinal);
        var claimed = await Assert.ThrowsAsync<NotReadyException>(() =>
            gateway.Home.Links.ClaimAsync(hold.LinkId, new ResourceId(Guid.Parse(second)))
        );
        Assert.Contains("change it on this account in Slack", claimed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_address_is_free_once_Slack_has_another_and_not_while_the_first_is_waited_for()
    {
        await using var gateway = await StartAsync(_keeping);
        var first = await MakeAsync(gateway, "ada", "ada@corp.example");
        await PatchAsync(gateway, first, "emails", Both("ada@corp.example", "zz@corp.example"));
        var second = await MakeAsync(gateway, "bob", "bob@corp.example");
        var third = await MakeAsync(gateway, "cyd", "cyd@corp.example");

        Assert.Equal(
            HttpStatusCode.OK,
            await PatchAsync(gateway, first, "emails", Both("cyd@corp.example", "ada@corp.example"))
        );
        Assert.Equal(HttpStatusCode.OK, await AddressAsync(gateway, second, "zz@corp.example"));
        await gateway.QuietAsync();

        Assert.Equal(("Blocked", "Blocked"), (gateway.State(first), gateway.State(second)));
        Assert.Equal("ada", (string?)Assert.Single(await gateway.AccountsAsync("zz@corp.example"))["userName"]);

        Assert.Equal(HttpStatusCode.OK, await AddressAsync(gateway, third, "cyd2@corp.example"));
        await gateway.QuietAsync();

        Assert.Equal(("Settled", "Settled"), (gateway.State(first), gateway.State(second)));
        Assert.Equal("bob", (string?)Assert.Single(await gateway.AccountsAsync("zz@corp.example"))["userName"]);
        Assert.Equal("ada", (string?)Assert.Single(await gateway.AccountsAsync("cyd@corp.example"))["userName"]);

        static string Both(string primary, string second) =>
            $$"""[{"value":"{{primary}}","type":"work","primary":true},{"value":"{{second}}","type":"home"}]""";
    }

    [Theory]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task Nobody_has_to_say_whose_an_address_is_that_nobody_waits_for_any_more(string method)
    {
        await using var gateway = await StartAsync(_keeping);
        var first = await MakeAsync(gateway, "ada", "ada@corp.example");
        var second = await MakeAsync(gateway, "eve", "eve@corp.example");
        var third = await MakeAsync(gateway, "kim", "kim@corp.example");
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{first}");
        await gateway.QuietAsync();
        foreach (var one in (string[])[second, third])
            await AddressAsync(gateway, one, "ada@corp.example");
        await gateway.QuietAsync();
        Assert.Equal(ReasonCode.AddressAsked, Assert.Single(gateway.Holds.List()).Reason.Code);

        await AddressAsync(gateway, third, "kim@corp.example");
        Assert.Single(gateway.Holds.List()); // the other one waits still
        if (method == "PATCH")
            await AddressAsync(gateway, second, "eve@corp.example");
        else
            await gateway.SendAsync(HttpMethod.Delete, $"Users/{second}");

        Assert.Empty(gateway.Holds.List());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_has_no_account_yet_adopts_by_a_PATCH_as_by_a_POST(bool strict)
    {
        await using var gateway = await StartAsync(
            strict ? _strict : _keeping,
            Account("UBOB", "bob", "bob@corp.example")
        );
        var id = await MakeAsync(gateway, "robert", "robert@corp.example", active: false);

        Assert.Equal(HttpStatusCode.OK, await AddressAsync(gateway, id, "bob@corp.example"));
        await gateway.QuietAsync();
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "active", "true"));
        await gateway.QuietAsync();

        Assert.Equal("UBOB", SlackId(gateway, id));
        Assert.Equal("Settled", gateway.State(id));
        Assert.Empty(gateway.Holds.List());
        Assert.Equal(1, await TotalAsync(gateway));
    }

    [Fact]
    public async Task By_a_PATCH_to_the_second_address_of_an_account_nothing_is_adopted()
    {
        await using var gateway = await StartAsync(
            _strict,
            Account("UBOB", "bob", "bob@corp.example", "family@corp.example")
        );
        var id = await MakeAsync(gateway, "ada", "ada@corp.example", active: false);

        Assert.Equal(HttpStatusCode.Conflict, await AddressAsync(gateway, id, "family@corp.example"));
        await gateway.QuietAsync();

        Assert.Equal(ReasonCode.AddressAsked, Assert.Single(gateway.Holds.List()).Reason.Code);
        Assert.Equal("bob", (string?)Assert.Single(await gateway.AccountsAsync("bob@corp.example"))["userName"]);
    }

    [Fact]
    public async Task Whose_an_account_is_nobody_is_asked_any_more_once_its_address_went_to_who_waited_for_it()
    {
        await using var gateway = await StartAsync(_keeping, Account("UBOB", "bob", "bob@corp.example"));
        var id = await MakeAsync(gateway, "ada", "ada@corp.example");
        await PatchAsync(
            gateway,
            id,
            "emails",
            """[{"value":"ada@corp.example","primary":true},{"value":"bob@corp.example","type":"home"}]"""
        );
        await gateway.QuietAsync();
        Assert.Equal(ReasonCode.AddressAsked, Assert.Single(gateway.Holds.List()).Reason.Code);

        // As the hold says.
        gateway.Slack.Workspace.ChangeUser(
            "UBOB",
            new JsonObject
            {
                ["emails"] = new JsonArray(new JsonObject { ["value"] = "old@corp.example", ["primary"] = true }),
            }
        );
        await gateway.ImportAsync();
        await gateway.QuietAsync();

        Assert.Equal("Settled", gateway.State(id));
        Assert.Empty(gateway.Holds.List());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_waits_and_is_inactive_leaves_the_account_to_who_is_to_be_there(bool comesBack)
    {
        await using var gateway = await StartAsync(_keeping);
        var first = await MakeAsync(gateway, "ann", "ann@corp.example", "17");
        var old = await MakeAsync(gateway, "ann.old", "ann@corp.example", active: false);
        var next = comesBack ? null : await MakeAsync(gateway, "ann.new", "ann@corp.example");

        await gateway.SendAsync(HttpMethod.Delete, $"Users/{first}");
        await gateway.QuietAsync();
        next ??= await MakeAsync(gateway, "ann", "ann@corp.example", "17");
        await gateway.QuietAsync();

        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("ann@corp.example"))));
        Assert.Equal("Settled", gateway.State(next));
        Assert.Equal("Blocked", gateway.State(old));
        // Who is to be active waits from then on.
        await PatchAsync(gateway, old, "active", "true");
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{next}");
        await gateway.QuietAsync();
        Assert.Equal("Settled", gateway.State(old));
    }

    [Fact]
    public async Task Nobody_has_to_say_whose_an_account_is_that_a_user_gets_by_another_identifier()
    {
        var byName = _keeping with { UniqueUserIdentifier = Identifier.UserName };
        await using var gateway = await StartAsync(byName, Account("UEVE", "eve", "eve@corp.example"));
        var id = await MakeAsync(gateway, "zed", "eve@corp.example");
        Assert.Equal(ReasonCode.AddressAsked, Assert.Single(gateway.Holds.List()).Reason.Code);

        await gateway.ChangeAsync(new TenantChange.OtherPreferences(_keeping));
        await gateway.QuietAsync();

        Assert.Equal(("Settled", "UEVE"), (gateway.State(id), SlackId(gateway, id)));
        Assert.Empty(gateway.Holds.List());
    }

    [Fact]
    public async Task A_preview_of_another_identifier_shows_who_gets_the_account_of_a_deleted_user()
    {
        var byName = _keeping with { UniqueUserIdentifier = Identifier.UserName };
        await using var gateway = await StartAsync(byName);
        var first = await MakeAsync(gateway, "eve", "eve@corp.example");
        var account = SlackId(gateway, first);
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{first}");
        await gateway.QuietAsync();
        var id = await MakeAsync(gateway, "zed", "eve@corp.example");
        Assert.Equal("Blocked", gateway.State(id));

        var preview = await gateway.ChangeAsync(new TenantChange.OtherPreferences(_keeping));
        await gateway.QuietAsync();

        Assert.Equal(1, preview.All);
        Assert.Equal(("Settled", account), (gateway.State(id), SlackId(gateway, id)));
        Assert.Empty(gateway.Holds.List());
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("eve@corp.example"))));
    }

    [Theory]
    [InlineData("comes after")]
    [InlineData("waited")]
    [InlineData("released")]
    public async Task Whoever_reported_to_a_deleted_user_does_not_report_to_who_has_the_account_since(string how)
    {
        await using var gateway = await StartAsync(_keeping);
        var first = await MakeAsync(gateway, "ada", "ada@corp.example", how == "released" ? "e1" : null);
        var report = await MakeAsync(gateway, "bob", "bob@corp.example");
        Assert.Equal(
            HttpStatusCode.OK,
            await PatchAsync(
                gateway,
                report,
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
                $$"""{"value":"{{first}}"}"""
            )
        );
        var account = (string)Assert.Single(await gateway.AccountsAsync("ada@corp.example"))["id"]!;
        Assert.Equal(account, await ManagerAsync());
        var other = how == "released" ? "e2" : null;
        if (how != "comes after")
            await MakeAsync(gateway, "augusta", "ada@corp.example", other);
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{first}");
        await gateway.QuietAsync();
        if (how == "comes after")
        {
            Assert.Equal(account, await ManagerAsync());
            await MakeAsync(gateway, "augusta", "ada@corp.example");
        }
        else if (how == "released")
        {
            Assert.Equal(account, await ManagerAsync());
            await gateway.Holds.ReleaseAsync([Assert.Single(gateway.Holds.List()).Id]);
        }
        await gateway.QuietAsync();

        var taken = Assert.Single(await gateway.AccountsAsync("ada@corp.example"));
        Assert.Equal((account, true), ((string)taken["id"]!, Active(taken)));
        Assert.Null(await ManagerAsync());
        Assert.Contains("another user has the manager's account now", gateway.OwnDoings());

        async Task<string?> ManagerAsync() =>
            (string?)Assert.Single(await gateway.AccountsAsync("bob@corp.example"))["managerId"];
    }

    [Theory]
    [InlineData(null)]
    [InlineData("e2")]
    public async Task Who_reported_to_the_deleted_user_takes_the_account_over_too(string? externalId)
    {
        await using var gateway = await StartAsync(_keeping);
        var first = await MakeAsync(gateway, "ada", "ada@corp.example", externalId is null ? null : "e1");
        var second = await MakeAsync(gateway, "augusta", "ada@corp.example", externalId);
        await PatchAsync(
            gateway,
            second,
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
            $$"""{"value":"{{first}}"}"""
        );

        await gateway.SendAsync(HttpMethod.Delete, $"Users/{first}");
        await gateway.QuietAsync();
        if (externalId is not null)
            await gateway.Holds.ReleaseAsync([Assert.Single(gateway.Holds.List()).Id]);
        await gateway.QuietAsync();

        Assert.Equal("Settled", gateway.State(second));
        var account = Assert.Single(await gateway.AccountsAsync("ada@corp.example"));
        Assert.Equal(("augusta", true), ((string?)account["userName"], Active(account)));
        Assert.Null((string?)account["managerId"]);
    }

    // It passes on by itself, by an operator's decision, or by a later write.
    [Theory]
    [InlineData("deleted")]
    [InlineData("decided")]
    [InlineData("asksLater")]
    public async Task Who_reports_to_whom_takes_an_account_over_has_a_manager_by_it(string whose)
    {
        await using var gateway = await StartAsync(_keeping);
        var isTold = whose == "decided";
        var boss = await MakeAsync(gateway, "boss", "boss@corp.example", isTold ? "e1" : null);
        var second = await MakeAsync(
            gateway,
            "ada",
            whose == "asksLater" ? "ada@corp.example" : "boss@corp.example",
            isTold ? "e2" : null,
            active: whose != "asksLater"
        );
        var report = await MakeAsync(gateway, "sue", "sue@corp.example");
        await PatchAsync(
            gateway,
            report,
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
            $$"""{"value":"{{second}}"}"""
        );
        var account = SlackId(gateway, boss);

        await gateway.SendAsync(HttpMethod.Delete, $"Users/{boss}");
        await gateway.QuietAsync();
        if (isTold)
            await gateway.Holds.ReleaseAsync([Assert.Single(gateway.Holds.List()).Id]);
        if (whose == "asksLater")
        {
            await AddressAsync(gateway, second, "boss@corp.example");
            await PatchAsync(gateway, second, "active", "true");
        }
        await gateway.QuietAsync();

        Assert.Equal(account, SlackId(gateway, second));
        Assert.Equal(account, (string?)Assert.Single(await gateway.AccountsAsync("sue@corp.example"))["managerId"]);
    }

    private static async Task<string> MakeAsync(
        Gateway gateway,
        string name,
        string address,
        string? externalId = null,
        bool active = true
    )
    {
        var user = JsonNode.Parse(User(name, address))!.AsObject();
        user["active"] = active;
        if (externalId is not null)
            user["externalId"] = externalId;
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", user.ToJsonString());
        Assert.Equal(HttpStatusCode.Created, status);
        return (string)body!["id"]!;
    }

    private static Task<HttpStatusCode> AddressAsync(Gateway gateway, string id, string address) =>
        PatchAsync(gateway, id, "emails", $$"""[{"value":"{{address}}","type":"work","primary":true}]""");
}

using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Executing;

/// <summary>
/// A value that Slack does not take is refused as one, by the name of its attribute: what is known before is not sent,
/// and what Slack refuses without naming a field is found in what was sent.
/// </summary>
public class RefusedValueTests
{
    [Theory]
    [InlineData("Mars/Olympus_Mons")]
    [InlineData("Atlantis")]
    [InlineData("../../../etc/passwd")]
    [InlineData("CEST")]
    public async Task A_time_zone_that_nobody_knows_is_refused_where_it_is_sent(string zone)
    {
        await using var gateway = await Gateway.StartAsync();
        var id = await CreateAsync(gateway);
        await gateway.CallsAsync();

        var post = User("grace", "grace@corp.example").Replace("\"active\"", $"\"timezone\":\"{zone}\",\"active\"");
        AssertRefused(await gateway.SendAsync(HttpMethod.Post, "Users", post), zone, "timezone");
        var put = User().Replace("\"active\"", $"\"timezone\":\"{zone}\",\"active\"");
        AssertRefused(await gateway.SendAsync(HttpMethod.Put, $"Users/{id}", put), zone, "timezone");
        AssertRefused(await SetAsync(gateway, id, ("timezone", zone)), zone, "timezone");

        Assert.Empty(await gateway.CallsAsync());
        Assert.Equal(1, await TotalAsync(gateway));
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "title", "\"Pilot\""));
    }

    [Theory]
    [InlineData("W. Europe Standard Time", "Europe/Berlin", "Europe/Berlin", true)]
    [InlineData("pacific standard time", "America/Los_Angeles", "America/Los_Angeles", true)]
    [InlineData("Asia/Calcutta", "Asia/Calcutta", "Asia/Calcutta", false)]
    [InlineData(
        "america/argentina/buenos_aires",
        "america/argentina/buenos_aires",
        "America/Argentina/Buenos_Aires",
        false
    )]
    [InlineData("UTC", "UTC", "UTC", false)]
    public async Task A_time_zone_is_understood_as_Windows_calls_it_which_the_operation_tells(
        string sent,
        string shown,
        string told,
        bool isNormalised
    )
    {
        await using var gateway = await Gateway.StartAsync();
        var id = await CreateAsync(gateway);

        var (status, body, response) = await SetAsync(gateway, id, ("timezone", sent));

        Assert.Equal((HttpStatusCode.OK, shown), (status, (string?)body!["timezone"]));
        Assert.Equal(told, (string?)Assert.Single(await gateway.AccountsAsync(Address))["timezone"]);
        Assert.Equal(
            isNormalised,
            gateway
                .Operation(response.Headers.GetValues("X-Operation-Id").Single())!
                .Notes.Contains("normalised: WindowsTimeZone at timezone", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_time_zone_that_Slack_shows_may_be_repeated_whatever_it_is()
    {
        await using var gateway = await Gateway.StartAsync(ready: slack =>
            slack.Workspace.MakeUser(
                new JsonObject
                {
                    ["userName"] = "ada",
                    ["email"] = Address,
                    ["timezone"] = "Mars/Olympus_Mons",
                }
            )
        );
        var shown = (await gateway.SendAsync(HttpMethod.Get, "Users")).Body!["Resources"]![0]!.AsObject();
        Assert.Equal("Mars/Olympus_Mons", (string?)shown["timezone"]);
        shown["title"] = "Pilot";

        var (status, _, _) = await gateway.SendAsync(HttpMethod.Put, $"Users/{shown["id"]}", shown.ToJsonString());

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("Pilot", (string?)Assert.Single(await gateway.AccountsAsync(Address))["title"]);
    }

    [Fact]
    public async Task A_guest_of_a_kind_that_Slack_does_not_make_is_refused_where_it_is_sent()
    {
        await using var gateway = await Gateway.StartAsync();
        var id = await CreateAsync(gateway);
        await gateway.CallsAsync();

        AssertRefused(await SetAsync(gateway, id, ($"{Guest}:type", "single")), "single", $"{Guest}:type");
        AssertRefused(
            await SetAsync(gateway, id, ($"{Guest}:expiration", "2027-01-31T00:00:00Z")),
            "2027",
            $"{Guest}:expiration"
        );
        AssertRefused(
            await SetAsync(gateway, id, ("timezone", "Nowhere"), ($"{Guest}:type", "owner")),
            "owner",
            "timezone",
            $"{Guest}:type"
        );

        Assert.Empty(await gateway.CallsAsync());
        Assert.Equal(
            HttpStatusCode.OK,
            (
                await SetAsync(gateway, id, ($"{Guest}:type", "multi"), ($"{Guest}:expiration", "2027-01-31T00:00:00Z"))
            ).Status
        );
    }

    [Fact]
    public async Task A_guest_whom_the_plan_does_not_have_is_refused_by_the_attributes_that_make_one()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.KnobAsync("tenant.kind", "business_plus");
        var id = await CreateAsync(gateway);

        AssertRefused(
            await SetAsync(gateway, id, ("displayName", "Ada"), ($"{Guest}:type", "multi")),
            "multi",
            $"{Guest}:type"
        );

        var (_, body, _) = await gateway.SendAsync(HttpMethod.Get, $"Users/{id}");
        Assert.Null(body![Guest]);
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "displayName", "\"Ada\""));
    }

    [Fact]
    public async Task Who_is_to_come_back_as_a_guest_and_is_not_taken_as_one_is_not_let_in_as_a_member()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = new Preferences { WhileSlackCannotBeWritten = CannotWrite.Queue } }
        );
        await gateway.KnobAsync("tenant.kind", "business_plus");
        var id = await CreateAsync(gateway);
        await PatchAsync(gateway, id, "active", "false");
        await gateway.Connection.DisableAsync();
        await SetAsync(gateway, id, ("active", true), ($"{Guest}:type", "multi"));

        await gateway.ChangeAsync(new TenantChange.GoOn(EndsShadow: false));
        await Gateway.UntilAsync(() => Task.FromResult(gateway.State(id) == "Failed"));

        Assert.False(Active(Assert.Single(await gateway.AccountsAsync(Address))));
        // Once Slack takes guests, the user is in as one.
        await gateway.KnobAsync("tenant.kind", "grid");
        await SetAsync(gateway, id, ($"{Guest}:type", "multi"));
        await gateway.QuietAsync();
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync(Address))));
        Assert.Equal("Settled", gateway.State(id));
    }

    [Fact]
    public async Task Who_was_to_be_a_guest_while_inactive_is_not_let_in_as_a_member_by_a_later_request()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.KnobAsync("tenant.kind", "business_plus");
        var id = await CreateAsync(gateway);
        await PatchAsync(gateway, id, "active", "false");
        Assert.Equal(HttpStatusCode.OK, (await SetAsync(gateway, id, ($"{Guest}:type", "multi"))).Status);

        var answer = await SetAsync(gateway, id, ("active", true));

        AssertRefused(answer, "multi", $"{Guest}:type");
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync(Address))));
    }

    [Fact]
    public async Task What_Slack_has_already_and_is_told_along_is_not_blamed()
    {
        await using var gateway = await Gateway.StartAsync();
        var id = await CreateAsync(gateway);
        await SetAsync(gateway, id, ($"{Guest}:type", "multi"));
        await gateway.WeatherAsync(
            """{"method":"PATCH","path":"/Users/{id}","description":"invalid_request_payload"}"""
        );

        var answer = await SetAsync(gateway, id, ($"{Guest}:expiration", "2027-01-31T00:00:00Z"));

        AssertRefused(answer, "2027", $"{Guest}:expiration");
        Assert.DoesNotContain($"{Guest}:type", (string)answer.Body!["detail"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("invalid_request_payload", "title", "locale")]
    [InlineData("invalid_attribute_format", "title", "locale")]
    [InlineData("missing_schema_element", "title", "locale")]
    [InlineData("something_new", "title", "locale", "name.givenName")]
    [InlineData("invalid_name_specials", "name.givenName")]
    public async Task What_Slack_refuses_without_a_field_is_found_in_what_was_sent(string says, params string[] blamed)
    {
        await using var gateway = await Gateway.StartAsync();
        var id = await CreateAsync(gateway);
        await gateway.WeatherAsync(
            $$"""{"method":"PATCH","path":"/Users/{id}","description":"{{says}}","status":400}"""
        );

        var answer = await SetAsync(
            gateway,
            id,
            ("title", "Pilot"),
            ("locale", "tlh"),
            ("name.givenName", "Augusta"),
            ("active", true)
        );

        AssertRefused(answer, "Pilot", blamed);
        foreach (var other in (string[])["title", "locale", "name.givenName", "name.familyName", "active", "emails"])
            if (!blamed.Contains(other))
                Assert.DoesNotContain($"'{other}'", (string)answer.Body!["detail"]!, StringComparison.Ordinal);
        Assert.Equal("Settled", gateway.State(id));
    }

    [Fact]
    public async Task A_new_account_that_Slack_refuses_without_a_field_names_what_it_may_be_and_leaves_nothing()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.WeatherAsync("""{"method":"POST","path":"/Users","description":"invalid_request_payload"}""");

        AssertRefused(
            await gateway.SendAsync(
                HttpMethod.Post,
                "Users",
                User().Replace("\"active\"", "\"title\":\"Pilot\",\"timezone\":\"Europe/Berlin\",\"active\"")
            ),
            "Pilot",
            "title"
        );

        Assert.Equal(0, await TotalAsync(gateway));
        await CreateAsync(gateway);
    }

    [Fact]
    public async Task A_group_whose_name_Slack_does_not_understand_is_refused_by_it()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.WeatherAsync("""{"method":"POST","path":"/Groups","description":"invalid_request_payload"}""");

        AssertRefused(
            await gateway.SendAsync(
                HttpMethod.Post,
                "Groups",
                """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Crew"}"""
            ),
            "Crew",
            "displayName"
        );
    }

    [Theory]
    [InlineData("bad_endpoint", 404)]
    [InlineData("unsupported_version", 400)]
    public async Task What_is_wrong_with_the_connection_is_no_fault_of_the_provider(string says, int status)
    {
        await using var gateway = await Gateway.StartAsync();
        var id = await CreateAsync(gateway);
        await gateway.WeatherAsync(
            $$"""{"method":"PATCH","path":"/Users/{id}","description":"{{says}}","status":{{status}}}"""
        );

        Assert.Equal(HttpStatusCode.BadGateway, await PatchAsync(gateway, id, "title", "\"Pilot\""));
    }

    [Fact]
    public async Task A_page_in_place_of_a_reply_that_is_a_400_again_and_again_is_about_what_was_sent()
    {
        await using var gateway = await Gateway.StartAsync();
        var id = await CreateAsync(gateway);
        await gateway.WeatherAsync(
            """{"method":"PATCH","path":"/Users/{id}","times":2,"status":400,"body":"garbage"}"""
        );

        AssertRefused(await SetAsync(gateway, id, ("title", "<script>")), "<script>", "title");

        Assert.Equal("Settled", gateway.State(id));
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "title", "\"Pilot\""));
    }

    private static Task<(HttpStatusCode Status, JsonObject? Body, HttpResponseMessage Response)> SetAsync(
        Gateway gateway,
        string id,
        params (string Path, JsonNode Value)[] values
    ) =>
        gateway.SendAsync(
            HttpMethod.Patch,
            $"Users/{id}",
            PatchOf([
                .. values.Select(one =>
                    $$"""{"op":"replace","path":"{{one.Path}}","value":{{one.Value.ToJsonString()}}}"""
                ),
            ])
        );

    private static void AssertRefused(
        (HttpStatusCode Status, JsonObject? Body, HttpResponseMessage Response) answer,
        string value,
        params string[] paths
    )
    {
        var detail = (string?)answer.Body?["detail"] ?? "";
        Assert.Equal((HttpStatusCode.BadRequest, "invalidValue"), (answer.Status, (string?)answer.Body?["scimType"]));
        Assert.All(paths, path => Assert.Contains($"'{path}'", detail, StringComparison.Ordinal));
        Assert.DoesNotContain(value, detail, StringComparison.Ordinal);
    }
}

using System.Net;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Reads;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Executing;

/// <summary>
/// The whole life of a user while Slack misbehaves at each step, limits in each way, or is other than we think where
/// its behaviour is not known: every answer is true, the two sides agree in the end, and nobody is there twice.
/// </summary>
[Trait("speed", "slow")]
public class WeatherTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_leaver_whom_Slack_refuses_to_deactivate_is_not_told_without_end(bool isFrozen)
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = new Preferences { WaitBudget = TimeSpan.FromMilliseconds(300) } }
        );
        var (_, made, _) = await gateway.SendAsync(HttpMethod.Post, "Users", Requests.User("ada", "ada@corp.example"));
        Assert.True(made!.ContainsKey("id"), made.ToJsonString());
        var ada = (string)made["id"]!;
        await gateway.QuietAsync();
        if (isFrozen)
            await gateway.ChangeAsync(new TenantChange.OtherRules([new Rule { Name = "staff", Filter = "title pr" }]));
        await gateway.QuietAsync();
        foreach (var method in (string[])["PATCH", "DELETE"])
            await gateway.WeatherAsync(
                $$"""{"method":"{{method}}","path":"/Users/{id}","times":0,"status":400,"description":"something_new","delayMs":500}"""
            );
        await gateway.CallsAsync();

        var (status, _, _) = isFrozen
            ? await gateway.SendAsync(HttpMethod.Patch, $"Users/{ada}", Patch("active", "false"))
            : await gateway.SendAsync(HttpMethod.Delete, $"Users/{ada}");
        Assert.Equal(isFrozen ? HttpStatusCode.OK : HttpStatusCode.NoContent, status);
        await gateway.QuietAsync(); // it has an end

        Assert.InRange(
            (await gateway.CallsAsync())
                .Where(call => !call.Key.StartsWith("GET", StringComparison.Ordinal))
                .Sum(call => (int)call.Value!),
            1,
            4
        );
        Assert.Contains(gateway.Links(new LinkQuery()), link => link.Link.State == LinkState.Failed);
        gateway.Slack.Faults.Clear();
        await gateway.Home.Resync.AllAsync();
        await gateway.QuietAsync();
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@corp.example"))));
        Assert.DoesNotContain(gateway.Links(new LinkQuery()), link => link.Link.State == LinkState.Failed);
    }

    private const string Domain = "@life.example";

    private static readonly Setting _hasty = new() { SlackTimeLimit = TimeSpan.FromMilliseconds(300) };

    [Theory]
    [InlineData("""{"status":429,"description":"too_many_requests","retryAfter":1}""")]
    [InlineData("""{"status":429,"description":"resource_locked","retryAfter":1}""")]
    [InlineData("""{"status":500,"description":"database_query_failure"}""")]
    [InlineData("""{"status":503}""")]
    [InlineData("""{"status":502,"description":"<html>Bad gateway</html>"}""")]
    [InlineData("""{"drop":"before"}""")]
    [InlineData("""{"drop":"after"}""")]
    [InlineData("""{"delayMs":700}""")]
    [InlineData("""{"status":400,"description":"a_code_that_nobody_knows"}""")]
    [InlineData("""{"status":403,"description":"cannot_modify_owner"}""")]
    [InlineData("""{"status":404,"description":"bad_endpoint"}""")]
    public async Task At_each_step_of_a_life(string fault)
    {
        await using var gateway = await Gateway.StartAsync(_hasty);
        await LiveAsync(gateway, beforeStep: () => gateway.WeatherAsync(fault));
    }

    [Theory]
    [InlineData("ratelimit.scale", "1000")]
    [InlineData("ratelimit.scale", "4")]
    [InlineData("ratelimit.body", "\"webapi\"")]
    [InlineData("ratelimit.send_retry_after", "false")]
    [InlineData("lock.hold_ms", "100")]
    public async Task In_each_way_of_limiting(string knob, string value)
    {
        await using var gateway = await Gateway.StartAsync(_hasty);
        await KnobAsync(gateway, "ratelimit.mode", "\"bucket\"");
        await KnobAsync(gateway, knob, value);
        await LiveAsync(gateway);
    }

    [Theory]
    [InlineData("tenant.kind", "\"grid\"")]
    [InlineData("content_type.strict", "true")]
    [InlineData("headers.location", "false")]
    [InlineData("json.escape_slash", "false")]
    [InlineData("users.delete_status", "204")]
    [InlineData("paging.omit_items_per_page", "true")]
    [InlineData("filter.email_matches", "\"primary\"")]
    [InlineData("filter.accept_emails_alias", "true")]
    [InlineData("username.too_long", "\"truncate\"")]
    [InlineData("username.precedence", "\"userName\"")]
    [InlineData("username.free_on_deactivate", "true")]
    [InlineData("displayname.sanitise", "\"underscore\"")]
    [InlineData("displayname.update", "\"refused\"")]
    [InlineData("externalid.store", "true")]
    [InlineData("active.accept_string", "false")]
    [InlineData("put.missing_active", "\"deactivate\"")]
    [InlineData("post.inactive", "\"ignored\"")]
    [InlineData("timezone.validate", "true")]
    [InlineData("phones.validate", "true")]
    [InlineData("unknown_attributes", "\"reject\"")]
    [InlineData("schemas.required_on", "[\"POST\",\"PUT\",\"PATCH\"]")]
    [InlineData("schemas.check_content", "true")]
    [InlineData("emails.lowercase", "false")]
    [InlineData("emails.blank_secondary", "\"never\"")]
    [InlineData("emails.blank_secondary", "\"always\"")]
    [InlineData("emails.patch_primary", "\"demote-old-to-secondary\"")]
    [InlineData("emails.patch_untyped", "\"primary\"")]
    [InlineData("phones.unknown_type", "\"ignore\"")]
    [InlineData("multivalued.accept_object", "false")]
    [InlineData("photos.delay_ms", "60000")]
    [InlineData("manager.unknown", "\"store-as-is\"")]
    [InlineData("profile_fields.limit", "0")]
    [InlineData("conflict.status", "409")]
    [InlineData("user.form", "\"short\"")]
    [InlineData("user.form", "\"long\"")]
    [InlineData("clear.empty_string", "false")]
    [InlineData("clear.null", "\"always\"")]
    [InlineData("clear.null", "\"never\"")]
    [InlineData("name.clear_all", "\"refused\"")]
    [InlineData("consistency.deactivate_lag_ms", "1000")]
    [InlineData("errors.suffix", "\"never\"")]
    [InlineData("errors.pair_separator", "\"; \"")]
    [InlineData("faults.create_flaky", "\"on\"")]
    public async Task Where_it_is_not_known_what_Slack_does(string knob, string value)
    {
        await using var gateway = await Gateway.StartAsync(_hasty);
        await KnobAsync(gateway, knob, value);
        await LiveAsync(gateway);
    }

    // Joins, changes, moves, leaves, comes back, is deleted and comes back as somebody new.
    private static async Task LiveAsync(Gateway gateway, Func<Task>? beforeStep = null)
    {
        string? id = null;
        foreach (var (method, body) in Steps)
        {
            // A create that Slack refused is asked for again, as providers do.
            if (id is null && method != HttpMethod.Post)
                id = await MakeAsync(gateway, Steps[0].Body!);
            if (beforeStep is not null)
                await beforeStep();
            var path = method == HttpMethod.Post ? "Users" : $"Users/{id}";
            var before = id is null ? null : await ShownAsync(gateway, id);
            var (status, answer, _) = await gateway.SendAsync(method, path, body);
            Assert.True(
                (int)status < 500 || status == HttpStatusCode.ServiceUnavailable || status == HttpStatusCode.BadGateway,
                $"{status}"
            );
            await gateway.Control.DeleteAsync("faults");
            await gateway.QuietAsync();
            if (!IsDone(status))
            {
                Assert.Equal(before, id is null ? null : await ShownAsync(gateway, id)); // a refusal changes nothing
                if (method == HttpMethod.Delete)
                    await gateway.SendAsync(method, path);
                continue;
            }
            if (method == HttpMethod.Post)
                id = (string)answer!["id"]!;
            if (method == HttpMethod.Delete)
            {
                Assert.Equal(HttpStatusCode.NotFound, (await gateway.SendAsync(HttpMethod.Get, path)).Status);
                Assert.All(await gateway.AccountsAsync(Domain), account => Assert.False((bool)account["active"]!));
            }
            else
                await AgreeAsync(gateway, id!);
        }
        Assert.True((await gateway.AccountsAsync(Domain)).Count <= 1, "the person is there twice");
    }

    private static readonly (HttpMethod Method, string? Body)[] Steps =
    [
        (HttpMethod.Post, User("ada" + Domain, "Mathematician")),
        (
            HttpMethod.Patch,
            PatchOf(
                """{"op":"replace","value":{"title":"Countess","displayName":"Ada L."}}""",
                """{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"Engines"}"""
            )
        ),
        (HttpMethod.Patch, PatchOf("""{"op":"remove","path":"title"}""")),
        (
            HttpMethod.Patch,
            PatchOf(
                $$"""{"op":"replace","path":"emails","value":[{"value":"king{{Domain}}","type":"work","primary":true}]}"""
            )
        ),
        (HttpMethod.Patch, PatchOf("""{"op":"replace","path":"active","value":false}""")),
        (HttpMethod.Patch, PatchOf("""{"op":"replace","path":"active","value":true}""")),
        (HttpMethod.Delete, null),
        (HttpMethod.Post, User("king" + Domain, "Analyst")),
    ];

    private static async Task<string> MakeAsync(Gateway gateway, string body)
    {
        var (status, answer, _) = await gateway.SendAsync(HttpMethod.Post, "Users", body);
        Assert.True(status == HttpStatusCode.Created, $"{status} {answer?.ToJsonString()}");
        await gateway.QuietAsync();
        return (string)answer!["id"]!;
    }

    // What is not refused and not failed is at Slack as the provider sees it here.
    private static async Task AgreeAsync(Gateway gateway, string id)
    {
        var state = gateway.State(id);
        var (status, shown, _) = await gateway.SendAsync(HttpMethod.Get, $"Users/{id}");
        Assert.Equal(HttpStatusCode.OK, status);
        if (state != "Settled")
        {
            Assert.Contains(gateway.Operations(), o => o.Error is not null); // what Slack did not take is said
            return;
        }
        var address = (string)shown!["emails"]![0]!["value"]!;
        var account = Assert.Single(await gateway.AccountsAsync(address));
        Assert.Equal((bool?)shown["active"] ?? true, (bool)account["active"]!);
        if ((bool)account["active"]!)
        {
            Assert.Equal((string?)shown["title"] ?? "", (string?)account["title"] ?? "");
            Assert.Equal((string?)shown["displayName"], (string?)account["displayName"]);
        }
    }

    private static async Task<string> ShownAsync(Gateway gateway, string id)
    {
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Get, $"Users/{id}");
        body?.Remove("meta");
        return $"{status} {body?.ToJsonString()}";
    }

    private static bool IsDone(HttpStatusCode status) => (int)status < 300;

    private static async Task KnobAsync(Gateway gateway, string knob, string value)
    {
        using var body = new StringContent(
            $$"""{"{{knob}}":{{value}}}""",
            System.Text.Encoding.UTF8,
            "application/json"
        );
        (await gateway.Control.PutAsync("knobs", body)).EnsureSuccessStatusCode();
    }

    private static string User(string address, string title) =>
        $$$"""
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
             "userName":"ada.king.of.lovelace.the.first","name":{"givenName":"Ada","familyName":"King"},"displayName":"Ada","title":"{{{title}}}",
             "active":true,"timezone":"Europe/London","emails":[{"value":"{{{address}}}","type":"work","primary":true}],
             "phoneNumbers":[{"value":"+44 20 7946 0000","type":"work"},{"value":"+44 7700 900000","type":"mobile"}],
             "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Analysis","employeeNumber":"1"}}
            """;
}

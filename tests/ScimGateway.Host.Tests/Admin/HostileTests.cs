using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Host.Tests.Scim;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>What a careless or hostile administrator, two at once, or a Slack in trouble bring out.</summary>
public class HostileTests
{
    [Fact]
    public async Task A_source_that_was_deleted_lets_nobody_in()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();
        var source = await served.AskAsync(HttpMethod.Post, "tenants/acme/sources", """{"name":"Other"}""");
        var made = await served.AskAsync(
            HttpMethod.Post,
            $"tenants/acme/sources/{source["id"]}/credentials",
            """{"kind":"bearer"}"""
        );
        using var provider = served.Provider("acme", (string)made["secret"]!);
        Assert.Equal(HttpStatusCode.OK, (await Gateway.SendAsync(provider, HttpMethod.Get, "Users")).Status);

        await served.AskAsync(HttpMethod.Delete, $"tenants/acme/sources/{source["id"]}");

        Assert.Equal(HttpStatusCode.Unauthorized, (await Gateway.SendAsync(provider, HttpMethod.Get, "Users")).Status);
    }

    // A chunk of more bytes than Kestrel counts is a fault of reading to it, and was the gateway's own failure.
    [Theory]
    [InlineData("/admin/api/v1/tenants", "application/json", "no number")]
    [InlineData("/admin/api/v1/tenants", "application/json", "FFFFFFFFFFFFFFFFFF")]
    [InlineData("/console/sign-in", "application/x-www-form-urlencoded", "no number")]
    [InlineData("/console/sign-in", "application/x-www-form-urlencoded", "FFFFFFFFFFFFFFFFFF")]
    public async Task A_body_that_does_not_come_as_HTTP_has_it_is_the_clients_fault(
        string path,
        string contentType,
        string size
    )
    {
        await using var served = await ServedGateway.StartAsync();

        var answer = await RawRequest.SendAsync(
            served.Base,
            Encoding.ASCII.GetBytes(
                $"POST {path} HTTP/1.1\r\nHost: {served.Base.Authority}\r\nAuthorization: Bearer {served.Key}\r\n"
                    + $"Connection: close\r\nContent-Type: {contentType}\r\nTransfer-Encoding: chunked\r\n\r\n{size}\r\n"
            )
        );

        Assert.Equal(400, answer.Status);
    }

    [Fact]
    public async Task A_source_that_has_somebody_stays()
    {
        await using var served = await ServedGateway.StartAsync();
        var token = await served.SetUpAsync();
        using var provider = served.Provider("acme", token);
        await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User());

        Assert.Equal(
            HttpStatusCode.Conflict,
            (await served.SendAsync(HttpMethod.Delete, "tenants/acme/sources/1")).Status
        );
        Assert.Equal(HttpStatusCode.OK, (await Gateway.SendAsync(provider, HttpMethod.Get, "Users")).Status);
    }

    [Fact]
    public async Task A_credential_that_was_deleted_lets_nobody_in_and_a_third_of_a_kind_is_refused()
    {
        await using var served = await ServedGateway.StartAsync();
        var token = await served.SetUpAsync();
        const string Path = "tenants/acme/sources/1/credentials";
        var second = await served.AskAsync(HttpMethod.Post, Path, """{"kind":"bearer"}""");
        Assert.Equal(
            HttpStatusCode.Conflict,
            (await served.SendAsync(HttpMethod.Post, Path, """{"kind":"bearer"}""")).Status
        );
        using var former = served.Provider("acme", token);
        using var next = served.Provider("acme", (string)second["secret"]!);
        Assert.Equal(HttpStatusCode.OK, (await Gateway.SendAsync(former, HttpMethod.Get, "Users")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Gateway.SendAsync(next, HttpMethod.Get, "Users")).Status);

        await served.AskAsync(HttpMethod.Delete, $"{Path}/1");

        Assert.Equal(HttpStatusCode.Unauthorized, (await Gateway.SendAsync(former, HttpMethod.Get, "Users")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Gateway.SendAsync(next, HttpMethod.Get, "Users")).Status);
    }

    [Theory]
    [InlineData("tenants/acme", """{"name":"a","name":"b"}""")]
    [InlineData("tenants/acme/preferences", """{"createUsers":true,"createUsers":false}""")]
    [InlineData("tenants/acme/rules", """{"a":"active eq true","a":"active eq false"}""")]
    [InlineData("tenants/acme/rules", """{"a":{"b":"c"}}""")]
    [InlineData("tenants/acme/rules", """{" a":"active eq true"}""")]
    [InlineData("tenants/acme/preferences", """{"waitBudgetSeconds":61}""")]
    [InlineData("tenants/acme/preferences", """{"waitBudgetSeconds":"8"}""")]
    [InlineData("tenants/acme/preferences", """{"waitBudget":"00:00:08"}""")]
    [InlineData("tenants/acme", "[]")]
    public async Task A_patch_that_makes_no_sense_is_refused(string path, string patch)
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();

        Assert.Equal(HttpStatusCode.BadRequest, (await served.SendAsync(HttpMethod.Patch, path, patch)).Status);
    }

    [Fact]
    public async Task Rules_have_their_bounds()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();
        var many = new JsonObject(
            Enumerable.Range(0, 101).Select(i => KeyValuePair.Create($"rule {i}", (JsonNode?)"active eq true"))
        );
        foreach (
            var rules in new[]
            {
                many.ToJsonString(),
                $$"""{"{{new string('a', 101)}}":"active eq true"}""",
                $$"""{"a":"userName eq \"{{new string('a', 4_096)}}\""}""",
            }
        )
            Assert.Equal(
                HttpStatusCode.BadRequest,
                (await served.SendAsync(HttpMethod.Patch, "tenants/acme/rules", rules)).Status
            );
    }

    [Theory]
    [InlineData("keys", "x")]
    [InlineData("audit", "99999999999999999999999")]
    [InlineData("tenants/acme/jobs", "-1")]
    [InlineData("tenants/acme/holds", "")]
    [InlineData("tenants/acme/links", "1.5")]
    [InlineData("tenants/acme/sources", "x")]
    [InlineData("tenants/acme/sources/1/credentials", "x")]
    public async Task A_made_up_cursor_is_refused(string list, string place)
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();
        // As the gateway makes them, which is no secret.
        var tag = SHA256.HashData(Encoding.UTF8.GetBytes($"/admin/api/v1/{list}\n")).AsSpan(0, 6);
        var cursor = Convert.ToHexString([.. tag, .. Encoding.UTF8.GetBytes(place)]);

        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await served.SendAsync(HttpMethod.Get, $"{list}?cursor={cursor}")).Status
        );
    }

    [Fact]
    public async Task Of_two_who_edit_one_document_at_once_none_takes_back_what_the_other_said()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();

        var said = await Task.WhenAll(
            Enumerable
                .Range(1, 8)
                .Select(async i =>
                    (
                        await served.SendAsync(
                            HttpMethod.Patch,
                            "tenants/acme/preferences",
                            i % 2 == 0
                                ? $$"""{"guardedAccounts":{{100 + i}}}"""
                                : $$"""{"guardedMembers":{{100 + i}}}"""
                        )
                    ).Status
                )
        );

        // Who is too late is told so, by 412 before his preview, and by 409 or 404 where another one has replaced it.
        Assert.All(
            said,
            status =>
                Assert.Contains(
                    status,
                    (HttpStatusCode[])
                        [
                            HttpStatusCode.OK,
                            HttpStatusCode.PreconditionFailed,
                            HttpStatusCode.Conflict,
                            HttpStatusCode.NotFound,
                        ]
                )
        );
        var now = await served.AskAsync(HttpMethod.Get, "tenants/acme/preferences");
        foreach (var (field, parity) in new[] { ("guardedAccounts", 0), ("guardedMembers", 1) })
            if (Enumerable.Range(1, 8).Any(i => i % 2 == parity && said[i - 1] == HttpStatusCode.OK))
                Assert.NotEqual(20, (int)now[field]!);
    }

    [Fact]
    public async Task Who_asks_while_Slack_says_nothing_stops_nobody()
    {
        var clock = new ManualClock();
        await using var served = await ServedGateway.StartAsync(clock: clock);
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        using var control = new HttpClient { BaseAddress = new Uri(served.Slack.BaseUrl, "/_emulator/") };
        using var weather = new StringContent(
            """{"method":"POST","path":"/api/auth.test","times":0,"status":503}""",
            Encoding.UTF8,
            "application/json"
        );
        (await control.PostAsync("faults", weather)).EnsureSuccessStatusCode();

        var tested = await served.AskAsync(HttpMethod.Post, "tenants/acme/connection/test");

        Assert.Contains(tested["checks"]!.AsArray(), check => !(bool)check!["ok"]!);
        using var provider = served.Provider("acme", token);
        Assert.Equal(
            HttpStatusCode.Created,
            (await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User())).Status
        );
        Assert.Contains(
            served.Slack.Workspace.Users(),
            user => user.ToJsonString().Contains("Lovelace", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Many_wrong_keys_are_told_to_wait_and_the_right_one_comes_in()
    {
        var clock = new ManualClock();
        await using var served = await ServedGateway.StartAsync(clock: clock);
        using var wrong = served.NewClient("sga_wrong");
        var said = new List<int>();
        for (var i = 0; i < 12; i++)
            said.Add((int)(await ServedGateway.SendAsync(wrong, HttpMethod.Get, "tenants")).Status);

        Assert.Equal([.. Enumerable.Repeat(401, 10), 429, 429], said);
        Assert.Equal(HttpStatusCode.OK, (await served.SendAsync(HttpMethod.Get, "tenants")).Status);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            (await ServedGateway.SendAsync(wrong, HttpMethod.Get, "tenants")).Status
        );
    }

    [Fact]
    public async Task A_tenants_keys_are_in_its_audit_trail_and_end_with_it()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();
        var made = await served.AskAsync(HttpMethod.Post, "keys", """{"label":"a","role":"owner","tenant":"acme"}""");
        using var client = served.NewClient((string)made["secret"]!);
        var trail = (await ServedGateway.SendAsync(client, HttpMethod.Get, "audit")).Body!["items"]!.AsArray();
        Assert.Equal("createKey", (string?)trail[0]!["action"]);

        await served.AskAsync(HttpMethod.Delete, "tenants/acme?confirm=acme&withoutExport=true");

        Assert.Equal(
            HttpStatusCode.Unauthorized,
            (await ServedGateway.SendAsync(client, HttpMethod.Get, "audit")).Status
        );
        Assert.DoesNotContain(
            (await served.AskAsync(HttpMethod.Get, "keys"))["items"]!.AsArray(),
            key => (string?)key!["label"] == "a"
        );
    }

    [Fact]
    public async Task What_was_confirmed_is_in_the_audit_trail_as_it_was_and_as_it_is()
    {
        await using var served = await ServedGateway.StartAsync();
        var token = await served.SetUpAsync();
        using var provider = served.Provider("acme", token);
        await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User());
        var (_, job, _) = await served.SendAsync(
            HttpMethod.Patch,
            "tenants/acme/rules",
            """{"Staff":"userType eq \"Employee\""}"""
        );
        await served.AskAsync(HttpMethod.Post, $"tenants/acme/jobs/{job!["id"]}/confirm");

        var trail = (await served.AskAsync(HttpMethod.Get, "audit?tenant=acme"))["items"]!.AsArray();

        Assert.Equal(("confirmJob", "updateRules"), ((string?)trail[0]!["action"], (string?)trail[1]!["action"]));
        Assert.Equal($"jobs/{job["id"]}", (string?)trail[1]!["about"]);
        Assert.Null(trail[1]!["before"]); // nothing has changed by it
        Assert.Empty(trail[0]!["before"]!.AsObject());
        Assert.Equal("userType eq \"Employee\"", (string?)trail[0]!["after"]!["Staff"]);
    }

    [Fact]
    public async Task Whose_signatures_count_is_shown()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();
        await served.AskAsync(
            HttpMethod.Post,
            "tenants/acme/sources/1/credentials",
            """{"kind":"jwt","preset":"entraId","entraTenant":"5f0c2a9e-0000-4000-8000-000000000001","client":"5f0c2a9e-0000-4000-8000-000000000002"}"""
        );

        var shown = (await served.AskAsync(HttpMethod.Get, "tenants/acme/sources/1/credentials"))["items"]!.AsArray()[
            1
        ]!;

        Assert.Contains(
            "5f0c2a9e-0000-4000-8000-000000000001",
            shown["trusts"]!.ToJsonString(),
            StringComparison.Ordinal
        );
        Assert.Equal("5f0c2a9e-0000-4000-8000-000000000002", (string?)shown["trusts"]!["client"]);
    }

    [Fact]
    public async Task A_second_tenant_of_one_organization_is_refused_and_the_first_goes_on()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();
        await served.AskAsync(HttpMethod.Post, "tenants", """{"slug":"other","name":"Other"}""");

        var (status, body, _) = await served.SendAsync(
            HttpMethod.Put,
            "tenants/other/connection",
            $$"""{"token":"{{SlackEmulatorServer.TokenOf(1)}}"}"""
        );

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("another tenant's already", (string)body!["detail"]!, StringComparison.Ordinal);
        Assert.Equal("none", (string?)(await served.AskAsync(HttpMethod.Get, "tenants/other"))["connection"]);

        // Nor does a token of another organization, or one that does not work, take the place of one that does.
        foreach (var token in new[] { SlackEmulatorServer.TokenOf(2), "xoxp-nobodys" })
            Assert.Equal(
                HttpStatusCode.Conflict,
                (
                    await served.SendAsync(HttpMethod.Put, "tenants/acme/connection", $$"""{"token":"{{token}}"}""")
                ).Status
            );
        Assert.Equal(
            "valid",
            (string?)(await served.AskAsync(HttpMethod.Post, "tenants/acme/connection/test"))["state"]
        );
    }
}

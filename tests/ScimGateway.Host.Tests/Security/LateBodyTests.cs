using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Host.Security;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Host.Tests.Lane;
using ScimGateway.Host.Tests.Scim;
using ScimGateway.Provisioning.Executing;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Security;

/// <summary>A body may come long after its headers: whose key or credential has ended by then does nothing.</summary>
public class LateBodyTests
{
    public static TheoryData<string, string, string, string> Changes() =>
        new()
        {
            { "POST", "keys", """{"label":"a","role":"owner"}""", "" },
            { "POST", "keys", """{"label":"a","role":"owner"}""", "Idempotency-Key: again" },
            { "POST", "tenants", """{"slug":"other","name":"Other"}""", "" },
            { "PATCH", "tenants/acme/preferences", """{"deletePolicy":"ignore"}""", "" },
            { "POST", "tenants/acme/shadow", "", "" }, // chunks, of which the last is the first
            { "POST", "tenants/acme/sources/1/credentials", """{"kind":"bearer"}""", "" },
            { "DELETE", "tenants/acme/sources/1", "", "" },
        };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_key_that_ends_while_a_body_comes_changes_nothing(
        string method,
        string path,
        string body,
        string header
    )
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();
        var thief = await served.AskAsync(HttpMethod.Post, "keys", """{"label":"thief","role":"owner"}""");
        JsonNode? deleted = null;
        string? before = null;

        var answer = await RawRequest.SendLateAsync(
            served.Base,
            $"Bearer {thief["secret"]}",
            method,
            $"/admin/api/v1/{path}",
            body,
            async () =>
            {
                deleted = await served.AskAsync(HttpMethod.Delete, $"keys/{thief["id"]}?withMade=true");
                before = await StateAsync(served);
            },
            header.Length == 0 ? [] : [header]
        );

        Assert.Single(deleted!["ended"]!.AsArray());
        Assert.Equal(
            (401, "Bearer", "close"),
            (answer.Status, answer.Header("WWW-Authenticate"), answer.Header("Connection"))
        );
        Assert.Equal(before, await StateAsync(served));
    }

    [Fact]
    public async Task A_key_that_expires_while_a_body_comes_changes_nothing()
    {
        var clock = new ManualClock();
        await using var served = await ServedGateway.StartAsync(clock: clock);
        var ends = clock.GetUtcNow().AddHours(1).ToString("O");
        var made = await served.AskAsync(
            HttpMethod.Post,
            "keys",
            $$"""{"label":"for an hour","role":"owner","expires":"{{ends}}"}"""
        );

        var answer = await RawRequest.SendLateAsync(
            served.Base,
            $"Bearer {made["secret"]}",
            "POST",
            "/admin/api/v1/tenants",
            """{"slug":"other","name":"Other"}""",
            () =>
            {
                clock.Advance(TimeSpan.FromHours(1));
                return Task.CompletedTask;
            }
        );

        Assert.Equal(401, answer.Status);
        Assert.Empty((await served.AskAsync(HttpMethod.Get, "tenants"))["items"]!.AsArray());
    }

    [Fact]
    public async Task Who_keeps_the_key_and_takes_time_is_served()
    {
        await using var served = await ServedGateway.StartAsync();

        var answer = await RawRequest.SendLateAsync(
            served.Base,
            $"Bearer {served.Key}",
            "POST",
            "/admin/api/v1/keys",
            """{"label":"a","role":"viewer"}""",
            () => served.AskAsync(HttpMethod.Post, "keys", """{"label":"b","role":"viewer"}""")
        );

        Assert.Equal(201, answer.Status);
    }

    public static TheoryData<string, string, string, string> Requests()
    {
        const string New = """{"userName":"eve","emails":[{"value":"eve@corp.example","primary":true}]}""";
        return new()
        {
            { "bearer", "POST", "scim/v2/Users", New },
            { "raw", "PUT", "scim/v2/Users/{id}", New },
            { "basic", "PATCH", "scim/v2/Users/{id}", Patch("active", "false") },
            { "oauthClient", "POST", "scim/v2/Groups", """{"displayName":"Crew"}""" },
            {
                "bearer",
                "POST",
                "scim/v2/Bulk",
                $$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[{"method":"POST","path":"/Users","bulkId":"q","data":{{New}}}]}"""
            },
            { "bearer", "POST", "scim/v2/.search", "{}" },
            { "bearer", "POST", "scim/v2/Users/.search", "{}" },
            { "slackV1", "POST", "slack/v1/Users", New },
        };
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_credential_that_ends_while_a_body_comes_reads_and_writes_nothing(
        string kind,
        string method,
        string path,
        string body
    )
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = Script.Writes });
        var user = await CreateAsync(gateway);
        var (id, made) = await gateway.MakeAsync(new NewCredential { Kind = kind });
        var shown = kind switch
        {
            "oauthClient" => $"Bearer {(await gateway.TokenAsync(made)).Body["access_token"]}",
            "basic" => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{made.User}:{made.Secret}"))}",
            "raw" => made.Authorization!,
            _ => $"Bearer {made.Secret}",
        };
        var before = await StateAsync();
        await gateway.CallsAsync();

        var answer = await RawRequest.SendLateAsync(
            gateway.Base,
            shown,
            method,
            $"/demo/{path.Replace("{id}", user, StringComparison.Ordinal)}",
            body,
            () => gateway.EndAsync(id)
        );

        Assert.Equal((401, "close"), (answer.Status, answer.Header("Connection")));
        Assert.StartsWith("Bearer", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
        Assert.Equal("", answer.Header("X-Operation-Id"));
        Assert.Equal(before, await StateAsync());
        Assert.Empty(await gateway.CallsAsync());

        async Task<string> StateAsync() =>
            $"{(await gateway.SendAsync(HttpMethod.Get, "Users")).Body} {(await gateway.SendAsync(HttpMethod.Get, "Groups")).Body} {gateway.Operations().Count}";
    }

    [Fact]
    public async Task A_bulk_begins_nothing_more_once_its_credential_has_ended_and_says_what_was_done()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = Script.Writes });
        var (id, made) = await gateway.MakeAsync(new NewCredential { Kind = "bearer" });
        using var thief = new HttpClient();
        thief.DefaultRequestHeaders.Authorization = new("Bearer", made.Secret);
        var goOn = new TaskCompletionSource();
        gateway.Life.HoldAt(Step.Calling, goOn.Task);
        string Post(string path, string bulkId, string data) =>
            $$"""{"method":"POST","path":"{{path}}","bulkId":"{{bulkId}}","data":{{data}}}""";
        using var body = new StringContent(
            $$"""
            {"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[
             {{Post("/Users", "a", User("first", "first@corp.example"))}},
             {{Post(
                "/Groups",
                "b",
                """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Crew","members":[{"value":"bulkId:a"}]}"""
            )}}]}
            """,
            Encoding.UTF8,
            "application/scim+json"
        );

        var sending = thief.PostAsync(new Uri(gateway.Base, "/demo/scim/v2/Bulk"), body);
        await gateway.Life.ReachedAsync(Step.Calling);
        await gateway.EndAsync(id);
        goOn.SetResult();
        using var answer = await sending;

        var outcomes = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["Operations"]!.AsArray();
        Assert.Equal(["201", "401"], outcomes.Select(one => (string?)one!["status"]));
        Assert.Contains("was not begun", (string)outcomes[1]!["response"]!["detail"]!, StringComparison.Ordinal);
        Assert.Single(await gateway.AccountsAsync("first@corp.example"));
        Assert.Equal(0, (int)(await gateway.SendAsync(HttpMethod.Get, "Groups")).Body!["totalResults"]!);
        Assert.Contains(gateway.Operations(), one => one is { Outcome: "refused", Request: "POST /Groups (bulk)" });
    }

    [Theory]
    [InlineData("Users", """{"userName":"eve","emails":[{"value":"eve@corp.example","primary":true}]}""")]
    [InlineData("Users", """{"schemas":5}""")]
    [InlineData("Users/.search", "{}")]
    [InlineData(
        "Bulk",
        """{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[{"method":"POST","path":"/Users","bulkId":"q","data":{"userName":"eve"}}]}"""
    )]
    public async Task A_credential_ends_with_its_tenant_also_while_a_body_comes(string path, string body)
    {
        await using var served = await ServedGateway.StartAsync();
        var secret = await served.SetUpAsync();

        var answer = await RawRequest.SendLateAsync(
            served.Base,
            $"Bearer {secret}",
            "POST",
            $"/acme/scim/v2/{path}",
            body,
            () => served.AskAsync(HttpMethod.Delete, "tenants/acme?confirm=acme&withoutExport=true")
        );

        Assert.Equal((401, "close"), (answer.Status, answer.Header("Connection")));
        Assert.StartsWith("Bearer", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
        Assert.Equal("", answer.Header("X-Operation-Id"));
    }

    [Fact]
    public async Task A_credential_keeps_letting_in_whose_tenant_is_renamed_while_a_body_comes()
    {
        await using var served = await ServedGateway.StartAsync();
        var secret = await served.SetUpAsync();

        var answer = await RawRequest.SendLateAsync(
            served.Base,
            $"Bearer {secret}",
            "POST",
            "/acme/scim/v2/Users",
            User(),
            () => served.AskAsync(HttpMethod.Patch, "tenants/acme", """{"slug":"corp"}""")
        );

        Assert.Equal(201, answer.Status);
    }

    [Fact]
    public async Task Another_credential_that_ends_or_comes_meanwhile_changes_nothing_for_this_one()
    {
        await using var gateway = await Gateway.StartAsync();
        var (id, _) = await gateway.MakeAsync(new NewCredential { Kind = "raw" });

        var answer = await RawRequest.SendLateAsync(
            gateway.Base,
            $"Bearer {Gateway.Token}",
            "POST",
            "/demo/scim/v2/Users",
            User(),
            async () =>
            {
                await gateway.EndAsync(id);
                await gateway.MakeAsync(new NewCredential { Kind = "basic" });
            }
        );

        Assert.Equal(201, answer.Status);
    }

    // What the changes above would be seen in.
    private static async Task<string> StateAsync(ServedGateway served)
    {
        var state = new List<string>();
        foreach (
            var path in (string[])
                [
                    "keys",
                    "tenants",
                    "tenants/acme",
                    "tenants/acme/preferences",
                    "tenants/acme/sources",
                    "tenants/acme/sources/1/credentials",
                    "audit",
                ]
        )
            state.Add((await served.AskAsync(HttpMethod.Get, path)).ToJsonString());
        return string.Join('\n', state);
    }
}

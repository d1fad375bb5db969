using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Host.Tests.Scim;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Security;

/// <summary>Right and wrong credentials of tenants that nobody can be let in to yet.</summary>
public sealed class HomelessTests
{
    [Fact]
    public async Task Who_is_right_is_told_that_the_tenant_is_not_connected_and_who_is_wrong_nothing()
    {
        var clock = new ManualClock();
        await using var served = await ServedGateway.StartAsync(clock: clock);
        await served.TenantAsync();
        var soon = clock.GetUtcNow().AddMinutes(30).ToString("O");
        var right = await CredentialAsync(served, """{"kind":"bearer"}""");
        var over = await CredentialAsync(served, $$"""{"kind":"bearer","expires":"{{soon}}"}""");
        var lane = await CredentialAsync(served, """{"kind":"slackV1"}""");
        clock.Advance(TimeSpan.FromHours(1));

        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Delete })
        {
            var told = await AskAsync(served, method, "/acme/scim/v2/Users/1", right.Secret);
            Assert.Equal(503, told.Status);
            Assert.Equal(TimeSpan.FromMinutes(1), told.RetryAfter);
            Assert.Equal(
                "The credential is right, but the tenant is not connected to Slack yet, so that nothing is read or written. An administrator connects it: 'tenant connect acme', or PUT its connection.",
                (string?)told.Body["detail"]
            );
        }
        var inSlacksWords = await AskAsync(served, HttpMethod.Get, "/acme/slack/v1/Users", lane.Secret);
        Assert.Equal((503, 503), (inSlacksWords.Status, (int?)inSlacksWords.Body["Errors"]?["code"]));
        var unknown = await AskAsync(served, HttpMethod.Get, "/nobody/scim/v2/Users", right.Secret);
        foreach (var wrong in new[] { "sgt_nobodys", over.Secret, lane.Secret, served.Key })
            Assert.Equal(unknown.All, (await AskAsync(served, HttpMethod.Get, "/acme/scim/v2/Users", wrong)).All);
        var none = await AskAsync(served, HttpMethod.Get, "/nobody/scim/v2/Users", null);
        Assert.Equal(401, none.Status);
        Assert.Equal(none.All, (await AskAsync(served, HttpMethod.Get, "/acme/scim/v2/Users", null)).All);
    }

    [Fact]
    public async Task A_client_is_told_so_where_it_asks_for_a_token()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.TenantAsync();
        var (id, secret) = await CredentialAsync(served, """{"kind":"oauthClient"}""");

        var (status, right, answer) = await TokenAsync(served, "acme", id, secret);
        Assert.Equal((503, "temporarily_unavailable"), (status, (string?)right["error"]));
        Assert.Contains("not connected to Slack yet", (string)right["error_description"]!, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromMinutes(1), answer.Headers.RetryAfter!.Delta);
        var (wrongly, wrong, _) = await TokenAsync(served, "acme", id, "sgs_nobodys");
        var (unknown, nobody, _) = await TokenAsync(served, "nobody", id, secret);
        Assert.Equal((401, $"{nobody}"), (wrongly, $"{wrong}"));
        Assert.Equal(401, unknown);
    }

    [Fact]
    public async Task It_is_so_after_a_restart_and_under_another_word_and_ends_with_the_credential()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.TenantAsync();
        await served.TenantAsync("other");
        var (id, right) = await CredentialAsync(served, """{"kind":"bearer"}""");
        var (_, others) = await CredentialAsync(served, """{"kind":"bearer"}""", "other");

        await served.RestartAsync();
        Assert.Equal(503, await StatusAsync(served, "acme", right));
        Assert.Equal(401, await StatusAsync(served, "acme", others));

        await served.AskAsync(HttpMethod.Patch, "tenants/acme", """{"slug":"corp"}""");
        Assert.Equal((401, 503), (await StatusAsync(served, "acme", right), await StatusAsync(served, "corp", right)));

        var listed = (await served.AskAsync(HttpMethod.Get, "tenants/corp/sources/1/credentials"))["items"]!;
        await served.AskAsync(HttpMethod.Delete, $"tenants/corp/sources/1/credentials/{listed[0]!["id"]}");
        Assert.Equal(401, await StatusAsync(served, "corp", right));

        await served.AskAsync(HttpMethod.Delete, "tenants/other?confirm=other&withoutExport=true");
        Assert.Equal(401, await StatusAsync(served, "other", others));
    }

    [Fact]
    public async Task Once_connected_it_is_let_in_and_takes_all_before_it_is_enabled_and_disabled_refuses_writes()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.TenantAsync();
        var (_, right) = await CredentialAsync(served, """{"kind":"bearer"}""");
        Assert.Equal(503, await StatusAsync(served, "acme", right));

        await served.AskAsync(
            HttpMethod.Put,
            "tenants/acme/connection",
            $$"""{"token":"{{SlackEmulatorServer.TokenOf(1)}}"}"""
        );
        await served.ImportedAsync("acme");
        using var provider = served.Provider("acme", right);
        var (made, user, _) = await Gateway.SendAsync(provider, HttpMethod.Post, "Users", Requests.User());
        Assert.Equal(HttpStatusCode.Created, made);
        Assert.DoesNotContain(served.Slack.Calls.Last, call => call.Operation == "POST /Users");

        await served.AskAsync(HttpMethod.Post, "tenants/acme/disable");
        Assert.Equal(
            HttpStatusCode.OK,
            (await Gateway.SendAsync(provider, HttpMethod.Get, $"Users/{user!["id"]}")).Status
        );
        var (refused, why, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Patch,
            $"Users/{user["id"]}",
            Requests.Patch("title", "\"Countess\"")
        );
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused);
        Assert.Contains("disabled", (string)why!["detail"]!, StringComparison.Ordinal);
        Assert.Equal(401, await StatusAsync(served, "acme", "sgt_nobodys"));

        // Its former word is nobody's again, whatever was known of it before it had a home.
        await served.AskAsync(HttpMethod.Patch, "tenants/acme", """{"slug":"corp"}""");
        Assert.Equal((401, 200), (await StatusAsync(served, "acme", right), await StatusAsync(served, "corp", right)));
    }

    [Fact]
    public async Task Where_a_tenant_did_not_start_who_is_right_is_told_that_and_who_is_wrong_nothing()
    {
        await using var served = await ServedGateway.StartAsync();
        var right = await served.SetUpAsync();

        await served.RestartAsync(() =>
        {
            using var kept = TestStore.Tables(served.Data);
            kept.Tenants.ExecuteUpdate(tenants => tenants.SetProperty(tenant => tenant.Token, new byte[] { 1, 2, 3 }));
        });

        var told = await AskAsync(served, HttpMethod.Get, "/acme/scim/v2/Users", right);
        Assert.Equal(503, told.Status);
        Assert.Contains("the tenant did not start", (string)told.Body["detail"]!, StringComparison.Ordinal);
        var unknown = await AskAsync(served, HttpMethod.Get, "/nobody/scim/v2/Users", right);
        Assert.Equal(unknown.All, (await AskAsync(served, HttpMethod.Get, "/acme/scim/v2/Users", "sgt_nobodys")).All);
    }

    private static async Task<(string Id, string Secret)> CredentialAsync(
        ServedGateway served,
        string wanted,
        string slug = "acme"
    )
    {
        var sources = (await served.AskAsync(HttpMethod.Get, $"tenants/{slug}/sources"))["items"]!.AsArray();
        var source =
            sources.Count > 0
                ? sources[0]!
                : await served.AskAsync(HttpMethod.Post, $"tenants/{slug}/sources", """{"name":"Provider"}""");
        var made = await served.AskAsync(HttpMethod.Post, $"tenants/{slug}/sources/{source["id"]}/credentials", wanted);
        return ((string?)made["use"]?["Client ID"] ?? "", (string)made["secret"]!);
    }

    private static async Task<int> StatusAsync(ServedGateway served, string tenant, string credential) =>
        (await AskAsync(served, HttpMethod.Get, $"/{tenant}/scim/v2/Users", credential)).Status;

    private static async Task<Told> AskAsync(ServedGateway served, HttpMethod method, string path, string? credential)
    {
        using var http = new HttpClient { BaseAddress = served.Base };
        using var request = new HttpRequestMessage(method, path);
        if (credential is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential);
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Described.Require(method, new Uri(served.Base, path), answer, text);
        return new Told(
            (int)answer.StatusCode,
            answer.Headers.RetryAfter?.Delta,
            JsonNode.Parse(text)!,
            // All but the time of day.
            $"{answer.StatusCode} {text} {string.Join('\n', answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key != "Date").Select(header => $"{header.Key}: {string.Join(", ", header.Value)}"))}"
        );
    }

    private static async Task<(int Status, JsonNode Body, HttpResponseMessage Answer)> TokenAsync(
        ServedGateway served,
        string tenant,
        string id,
        string secret
    )
    {
        using var http = new HttpClient { BaseAddress = served.Base };
        var address = new Uri(served.Base, $"/{tenant}/oauth/token");
        var answer = await http.PostAsync(
            address,
            new FormUrlEncodedContent(
                new Dictionary<string, string>
                {
                    ["grant_type"] = "client_credentials",
                    ["client_id"] = id,
                    ["client_secret"] = secret,
                }
            )
        );
        var text = await answer.Content.ReadAsStringAsync();
        Described.Require(HttpMethod.Post, address, answer, text);
        return ((int)answer.StatusCode, JsonNode.Parse(text)!, answer);
    }

    private sealed record Told(int Status, TimeSpan? RetryAfter, JsonNode Body, string All);
}

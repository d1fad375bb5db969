using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ScimGateway.Host.Admin;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>Two tenants with equal people in two organizations whose Slack ids are equal, too: whatever one asks, it is its own.</summary>
public sealed partial class TwoTenantsTests
{
    private const string Ours = "ours";
    private const string Theirs = "theirs";

    [Fact]
    public async Task Nobody_sees_anything_of_another_tenant_with_equal_people()
    {
        await using var served = await StartAsync();
        var (ours, theirs) = (await TenantAsync(served, Ours, 1), await TenantAsync(served, Theirs, 2));
        using var owner = await served.WithKeyAsync("owner", Theirs);
        using var provider = served.Provider(Theirs, theirs.Token);
        var answers = new List<(string Path, string Text)>();

        // Each route that reads, with ids of their own; lists, filters and exports with them.
        foreach (var path in Reads(served))
        {
            if (path.EndsWith("/transcript", StringComparison.Ordinal))
                continue; // it has no end while this clock stands still: TranscriptTests
            var isAdmins = path.StartsWith("/admin", StringComparison.Ordinal);
            foreach (var query in isAdmins ? ["", "?limit=1000"] : _filters)
            {
                var asked = theirs.Fill(path) + query;
                using var request = new HttpRequestMessage(HttpMethod.Get, asked);
                if (path.EndsWith("/operations", StringComparison.Ordinal))
                    request.Headers.Accept.ParseAdd("application/x-ndjson");
                using var answer = await (isAdmins ? owner : provider).SendAsync(request);
                answers.Add((asked, await answer.Content.ReadAsStringAsync()));
            }
        }
        Assert.True(answers.Count > 40);
        Assert.Contains(answers, answer => answer.Text.Contains(theirs.User, StringComparison.Ordinal));
        foreach (var (path, text) in answers)
        foreach (var trace in ours.Traces)
            Assert.False(text.Contains(trace, StringComparison.Ordinal), $"{path} shows {trace}: {text}");
    }

    [Fact]
    public async Task What_is_one_tenants_is_nothing_at_the_other_by_any_route()
    {
        await using var served = await StartAsync();
        var (ours, theirs) = (await TenantAsync(served, Ours, 1), await TenantAsync(served, Theirs, 2));
        using var owner = await served.WithKeyAsync("owner", Theirs);
        using var provider = served.Provider(Theirs, theirs.Token);
        var before = (await SeenAsync(served, Ours), await BudgetAsync(served, Ours));
        var tried = 0;
        foreach (var (method, path) in All(served))
        {
            var isAdmins = path.StartsWith("/admin", StringComparison.Ordinal);
            // Their own tenant's word, and what is ours behind it.
            var asked = ours.Fill(
                path.Replace("{slug}", Theirs, StringComparison.Ordinal)
                    .Replace("{tenant}", Theirs, StringComparison.Ordinal)
            );
            if (
                !path.Replace("{slug}", "", StringComparison.Ordinal)
                    .Replace("{tenant}", "", StringComparison.Ordinal)
                    .Contains('{', StringComparison.Ordinal) || path.Contains("/slack/", StringComparison.Ordinal)
            )
                continue;
            using var request = new HttpRequestMessage(new HttpMethod(method), asked);
            if (method is not ("GET" or "DELETE"))
                request.Content = new StringContent(
                    isAdmins ? "{}" : Requests.User("eve", "eve@corp.example"),
                    null,
                    isAdmins ? "application/json" : "application/scim+json"
                );
            using var answer = await (isAdmins ? owner : provider).SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(
                answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest,
                $"{method} {asked}: {answer.StatusCode} {text}"
            );
            Assert.DoesNotContain("ours", text, StringComparison.Ordinal);
            tried++;
        }
        Assert.True(tried > 20, $"{tried} routes are not all that name something");
        Assert.Equal(before, (await SeenAsync(served, Ours), await BudgetAsync(served, Ours)));
    }

    private static readonly string[] _filters =
    [
        "",
        "?filter=userName%20eq%20%22ada%22",
        "?filter=id%20pr&count=1000",
        "?filter=emails.value%20co%20%22corp%22&sortBy=userName",
        "?attributes=urn:scimgateway:schemas:link:1.0",
    ];

    // The budget grows with time, which stands still here.
    private static Task<ServedGateway> StartAsync() => ServedGateway.StartAsync(clock: new ManualClock());

    private static IEnumerable<(string Method, string Path)> All(ServedGateway served) =>
        from endpoint in served.Part<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
        where method != "HEAD"
        // A page is shown to a session, and asks the admin API (ConsoleSessionTests).
        where !endpoint.RoutePattern.RawText!.StartsWith("/console", StringComparison.Ordinal)
        select (method, Kind().Replace("/" + endpoint.RoutePattern.RawText!.Trim('/'), "}"));

    private static IEnumerable<string> Reads(ServedGateway served) =>
        All(served).Where(one => one.Method == "GET").Select(one => one.Path).Where(path => path != "/openapi.yaml");

    private static async Task<string> SeenAsync(ServedGateway served, string slug)
    {
        var seen = "";
        foreach (var list in new[] { "", "/links", "/jobs", "/sources", "/rules", "/preferences", "/holds" })
            seen += (await served.AskAsync(HttpMethod.Get, $"tenants/{slug}{list}")).ToJsonString();
        return seen;
    }

    private static async Task<string> BudgetAsync(ServedGateway served, string slug) =>
        (await served.AskAsync(HttpMethod.Get, $"tenants/{slug}/budget")).ToJsonString();

    private static async Task<Known> TenantAsync(ServedGateway served, string slug, int organization)
    {
        served.Slack.Organization(organization).Knobs.Set("tenant.ids", "equal");
        served.Slack.Organization(organization).Reset();
        var token = await served.SetUpAsync(slug, SlackEmulatorServer.TokenOf(organization));
        await served.AskAsync(HttpMethod.Patch, $"tenants/{slug}", $$"""{"description":"{{slug}}-description"}""");
        await served.EnableAsync(slug);
        using var provider = served.Provider(slug, token);
        var (status, user, made) = await Gateway.SendAsync(provider, HttpMethod.Post, "Users", Requests.User());
        Assert.Equal(HttpStatusCode.Created, status);
        var (_, group, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Groups",
            $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Crew","members":[{"value":"{{user!["id"]}}"}]}"""
        );
        async Task<JsonNode> FirstAsync(string list) =>
            (await served.AskAsync(HttpMethod.Get, $"tenants/{slug}/{list}"))["items"]![0]!;
        var source = $"{(await FirstAsync("sources"))["id"]}";
        return new Known(
            slug,
            token,
            (string)user["id"]!,
            (string)group!["id"]!,
            (string)(await served.AskAsync(HttpMethod.Get, $"tenants/{slug}"))["organization"]!,
            source,
            $"{(await FirstAsync($"sources/{source}/credentials"))["id"]}",
            $"{(await FirstAsync("jobs"))["id"]}",
            $"{(await FirstAsync("links"))["id"]}",
            made.Headers.GetValues("X-Operation-Id").Single()
        );
    }

    [GeneratedRegex(":[a-z]+}")]
    private static partial Regex Kind();

    /// <summary>What there is of a tenant.</summary>
    private sealed record Known(
        string Slug,
        string Token,
        string User,
        string Group,
        string Organization,
        string Source,
        string Credential,
        string Job,
        string Link,
        string Operation
    )
    {
        /// <summary>By what it would be known elsewhere.</summary>
        public IEnumerable<string> Traces =>
            [$"{Slug}-description", $"/{Slug}", User, Group, Organization + "\"", Operation, Token[..8]];

        public string Fill(string path) =>
            path.Replace("{slug}", Slug, StringComparison.Ordinal)
                .Replace("{tenant}", Slug, StringComparison.Ordinal)
                .Replace(
                    "{id}",
                    path.Contains("/Groups", StringComparison.Ordinal) ? Group : User,
                    StringComparison.Ordinal
                )
                .Replace("{source}", Source, StringComparison.Ordinal)
                .Replace("{credential}", Credential, StringComparison.Ordinal)
                .Replace("{job}", Job, StringComparison.Ordinal)
                .Replace("{link}", Link, StringComparison.Ordinal)
                .Replace("{operation}", Operation, StringComparison.Ordinal)
                .Replace("{hold}", "1", StringComparison.Ordinal)
                .Replace("{key}", "1", StringComparison.Ordinal);
    }
}

using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Cli;
using ScimGateway.Host.Security;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Host.Tests.CommandLine;
using ScimGateway.SlackEmulator.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Security;

/// <summary>An administrator sees what was wrong with credentials that his tenant refused.</summary>
public class RefusedWaysTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task A_tenant_and_its_credentials_say_what_was_wrong_how_often_and_when()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        var token = await served.SetUpAsync();
        Assert.Empty(Refused(await served.AskAsync(HttpMethod.Get, "tenants/acme")));
        var began = TimeProvider.System.GetUtcNow();

        await RefuseAsync(served, "acme", $"Bearer {token[..20]}");
        await RefuseAsync(served, "acme", null);
        await RefuseAsync(served, "acme", $"Bearer {served.Key}");
        for (var i = 0; i < 12; i++) // the last of which are 429
            await RefuseAsync(served, "acme", $"Bearer \"{token}\"");

        string[] ways =
        [
            "12 it is not known, and there are quotation marks around it",
            "1 it is not known, and it is an admin key",
            "1 missing",
            "1 it is not known, and it is cut off",
        ];
        var tenant = await served.AskAsync(HttpMethod.Get, "tenants/acme");
        Assert.Equal(ways, Refused(tenant));
        Assert.All(
            tenant["refused"]!.AsArray(),
            way => Assert.InRange((DateTimeOffset)way!["last"]!, began.AddSeconds(-1), TimeProvider.System.GetUtcNow())
        );
        var credentials = await served.AskAsync(HttpMethod.Get, "tenants/acme/sources/1/credentials");
        Assert.Equal(ways, Refused(credentials));
        foreach (var command in (string[])["tenant show acme", "token list acme Provider"])
        {
            Assert.Equal(Exit.Done, await entered.RunAsync(command));
            Assert.Matches(
                "Z +12 +it is not known, and there are quotation marks around it *\n.*Z +1 +it is not known, and it is an admin key",
                entered.Out
            );
            Assert.DoesNotContain(token[..20], entered.Out, StringComparison.Ordinal);
        }
        Assert.Null((await served.AskAsync(HttpMethod.Get, "tenants"))["items"]![0]!["refused"]);

        // With another word it begins anew, and whoever has the former one later sees nothing of it.
        await served.AskAsync(HttpMethod.Patch, "tenants/acme", """{"slug":"europe"}""");
        Assert.Empty(Refused(await served.AskAsync(HttpMethod.Get, "tenants/europe")));
        Assert.Empty(Part(served).Of("acme"));
    }

    [Fact]
    public async Task Whoever_tries_has_it_grow_by_nothing()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();

        for (var i = 0; i < 60; i++)
            await RefuseAsync(served, "acme", $"Bearer sgt_{i}");
        for (var i = 0; i < 60; i++)
            await RefuseAsync(served, $"nobody{i}", $"Bearer sgt_{i}");

        Assert.Equal(
            ["60 it is not known, and it is cut off"],
            Refused(await served.AskAsync(HttpMethod.Get, "tenants/acme"))
        );
        Assert.Empty(Part(served).Of("nobody1"));
        Assert.Equal("there is no such tenant, or it has no credential yet", Assert.Single(Part(served).Of("")).Why);
    }

    [Fact]
    public void There_is_an_end_of_ways_and_of_tenants()
    {
        var refused = new RefusedWays(_clock);

        for (var i = 0; i < 2 * RefusedWays.MostWays; i++)
            refused.Note("acme", $"way {i}");
        for (var i = 0; i < 2 * RefusedWays.MostTenants; i++)
            refused.Note($"tenant{i}", "it is not known");
        refused.Note("acme", "way 1");

        Assert.Equal(RefusedWays.MostWays, refused.Of("acme").Count);
        Assert.Equal(2, refused.Of("acme").Single(way => way.Why == "way 1").Count);
        Assert.Equal(
            RefusedWays.MostTenants - 1,
            Enumerable.Range(0, 2 * RefusedWays.MostTenants).Count(i => refused.Of($"tenant{i}").Count > 0)
        );
        refused.Forget("acme");
        Assert.Empty(refused.Of("acme"));
    }

    private static RefusedWays Part(ServedGateway served) => served.Part<RefusedWays>();

    private static string[] Refused(JsonNode shown) =>
        [.. shown["refused"]!.AsArray().Select(way => $"{way!["count"]} {way["why"]}")];

    private static async Task RefuseAsync(ServedGateway served, string slug, string? authorization)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(served.Base, $"/{slug}/scim/v2/Users"));
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var answer = await client.SendAsync(request);
        Assert.True(answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.TooManyRequests);
    }
}

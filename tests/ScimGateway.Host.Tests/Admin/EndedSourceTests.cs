using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ScimGateway.Provisioning.Executing;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>A source, or its credential, ends while something of it is under way.</summary>
public class EndedSourceTests
{
    [Theory]
    [InlineData("Users", true)]
    [InlineData("Users", false)]
    [InlineData("Groups", true)]
    public async Task What_a_source_writes_first_while_it_is_deleted_is_refused_and_nobodys(string kind, bool isWhole)
    {
        var life = new Life();
        await using var served = await ServedGateway.StartAsync(services => services.AddSingleton<AtStep>(life.At));
        await served.SetUpAsync();
        await served.EnableAsync();
        using var provider = served.Provider("acme", await served.SourceAsync("Late"));
        var go = new TaskCompletionSource();
        life.HoldAt(Step.WritingDown, go.Task);
        life.Watch();
        var group = """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Crew"}""";
        var writing = Gateway.SendAsync(provider, HttpMethod.Post, kind, kind == "Users" ? User() : group);
        await life.ReachedAsync(Step.WritingDown);

        var ended = isWhole ? "tenants/acme/sources/2" : "tenants/acme/sources/2/credentials/2";
        Assert.Equal(HttpStatusCode.NoContent, (await served.SendAsync(HttpMethod.Delete, ended)).Status);
        go.SetResult();

        Assert.Equal(HttpStatusCode.Unauthorized, (await writing).Status);
        Assert.Empty((await served.AskAsync(HttpMethod.Get, "tenants/acme/links?claimed=true"))["items"]!.AsArray());
    }

    [Fact]
    public async Task A_source_to_which_a_confirmed_transfer_goes_is_not_deleted()
    {
        var life = new Life();
        await using var served = await ServedGateway.StartAsync(services => services.AddSingleton<AtStep>(life.At));
        using var provider = served.Provider("acme", await served.SetUpAsync());
        await served.EnableAsync();
        await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User());
        await served.SourceAsync("Next");
        var job = await served.AskAsync(
            HttpMethod.Post,
            "tenants/acme/sources/1/transfer?preview=true",
            """{"to":2}"""
        );
        var go = new TaskCompletionSource();
        life.HoldAt(Step.Confirmed, go.Task);
        life.Watch();
        var confirming = served.SendAsync(HttpMethod.Post, $"tenants/acme/jobs/{job["id"]}/confirm");
        await life.ReachedAsync(Step.Confirmed);

        foreach (var source in (int[])[1, 2])
            Assert.Equal(
                HttpStatusCode.Conflict,
                (await served.SendAsync(HttpMethod.Delete, $"tenants/acme/sources/{source}")).Status
            );
        go.SetResult();

        await confirming;
        await Gateway.UntilAsync(async () =>
            (int?)(await served.AskAsync(HttpMethod.Get, "tenants/acme/sources/2"))["users"] == 1
        );
        Assert.Equal(
            HttpStatusCode.NoContent,
            (await served.SendAsync(HttpMethod.Delete, "tenants/acme/sources/1")).Status
        );
    }

    [Fact]
    public async Task A_transfer_says_all_that_it_has_handed_over_and_not_what_was_previewed()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = served.Provider("acme", await served.SetUpAsync());
        await served.EnableAsync();
        await CreateAsync(provider, "ada", "ada@corp.example");
        await served.SourceAsync("Next");
        var job = await served.AskAsync(
            HttpMethod.Post,
            "tenants/acme/sources/1/transfer?preview=true",
            """{"to":2}"""
        );
        Assert.Equal(1, (int)job["counts"]!["changes"]!["users"]!);
        await CreateAsync(provider, "bob", "bob@corp.example");

        var done = await served.AskAsync(HttpMethod.Post, $"tenants/acme/jobs/{job["id"]}/confirm");

        Assert.Equal(2, (int)done["counts"]!["changes"]!["users"]!);
        Assert.Equal(2, done["report"]!["links"]!.AsArray().Count);
        var told = (await served.AskAsync(HttpMethod.Get, "audit?action=confirmJob"))["items"]![0]!["after"]!;
        Assert.Equal(2, (int)told["counts"]!["Users"]!);
        Assert.Equal(2, (int)(await served.AskAsync(HttpMethod.Get, "tenants/acme/sources/2"))["users"]!);
    }
}

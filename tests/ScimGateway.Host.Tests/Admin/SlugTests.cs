using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ScimGateway.Host.Security;
using ScimGateway.Host.Tests.Security;
using ScimGateway.SlackEmulator;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>A tenant's word is in the address that its providers send to: who gives it away gives away who comes.</summary>
public class SlugTests
{
    [Fact]
    public async Task Who_still_sends_to_a_former_word_is_not_let_in_by_a_tenant_that_wants_it()
    {
        await using var issuer = await LittleIssuer.StartAsync(TimeProvider.System);
        await using var served = await ServedGateway.StartAsync(box =>
            box.Configure<IssuerOptions>(options => options.Loopback = true)
        );
        await served.SetUpAsync();
        await served.SetUpAsync("other", SlackEmulatorServer.TokenOf(2));
        foreach (var source in new[] { "acme/sources/1", "other/sources/2" })
            await served.AskAsync(
                HttpMethod.Post,
                $"tenants/{source}/credentials",
                $$$$"""{"kind":"jwt","issuer":{"issuer":"{{{{issuer.Name}}}}","audience":"{{{{LittleIssuer.Audience}}}}","metadata":"{{{{issuer.Metadata}}}}","claims":{"sub":"somebody"}}}"""
            );
        using var provider = served.Provider("acme", issuer.Token());
        Assert.Equal(HttpStatusCode.OK, (await Gateway.SendAsync(provider, HttpMethod.Get, "Users")).Status);
        await served.AskAsync(HttpMethod.Patch, "tenants/acme", """{"slug":"acme-europe"}""");

        using var theirs = await served.WithKeyAsync("owner", "other");
        var (status, said, _) = await ServedGateway.SendAsync(
            theirs,
            HttpMethod.Patch,
            "tenants/other",
            """{"slug":"acme"}"""
        );

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Equal(
            "The slug affects the whole gateway, and the key is for one tenant. Use a key for all tenants.",
            (string?)said!["detail"]
        );
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            (await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User())).Status
        );
        Assert.Equal("other", (string?)(await served.AskAsync(HttpMethod.Get, "tenants/other"))["slug"]);
    }

    [Fact]
    public async Task A_tenants_own_owner_learns_no_words_and_changes_all_but_its_own()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.TenantAsync();
        await served.TenantAsync("other");
        using var owner = await served.WithKeyAsync("owner", "acme");

        var taken = await ServedGateway.SendAsync(owner, HttpMethod.Patch, "tenants/acme", """{"slug":"other"}""");
        var free = await ServedGateway.SendAsync(owner, HttpMethod.Patch, "tenants/acme", """{"slug":"nobodys"}""");
        Assert.Equal(HttpStatusCode.Forbidden, taken.Status);
        Assert.Equal((taken.Status, $"{taken.Body}"), (free.Status, $"{free.Body}"));

        var (status, now, _) = await ServedGateway.SendAsync(
            owner,
            HttpMethod.Patch,
            "tenants/acme",
            """{"slug":"acme","name":"Acme Europe"}"""
        );
        Assert.Equal((HttpStatusCode.OK, "Acme Europe"), (status, (string?)now!["name"]));
    }

    [Fact]
    public async Task The_word_of_a_deleted_tenant_is_given_again_by_keys_for_all_alone()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.TenantAsync();
        await served.TenantAsync("other");
        using var owner = await served.WithKeyAsync("owner", "other");
        using (var leaver = await served.WithKeyAsync("owner", "acme"))
            Assert.Equal(
                HttpStatusCode.NoContent,
                (
                    await ServedGateway.SendAsync(
                        leaver,
                        HttpMethod.Delete,
                        "tenants/acme?confirm=acme&withoutExport=true"
                    )
                ).Status
            );

        const string Word = """{"slug":"acme","name":"Acme"}""";
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await ServedGateway.SendAsync(owner, HttpMethod.Patch, "tenants/other", Word)).Status
        );
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await ServedGateway.SendAsync(owner, HttpMethod.Post, "tenants", Word)).Status
        );
        Assert.Equal("acme", (string?)(await served.AskAsync(HttpMethod.Post, "tenants", Word))["slug"]);
    }
}

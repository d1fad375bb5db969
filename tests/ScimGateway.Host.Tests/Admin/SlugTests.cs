using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ScimGateway.Cli;
using ScimGateway.Host.Security;
using ScimGateway.Host.Tests.CommandLine;
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_audit_trail_of_a_tenant_has_all_of_it_whatever_its_word_was_and_nothing_of_another(
        bool isDeleted
    )
    {
        await using var served = await ServedGateway.StartAsync();
        await served.TenantAsync();
        var its = (await served.AskAsync(HttpMethod.Get, "audit?tenant=acme"))["items"]![0]!["tenantId"]!;
        if (isDeleted)
            await served.SendAsync(HttpMethod.Delete, "tenants/acme?confirm=acme&withoutExport=true");
        else
            await served.AskAsync(HttpMethod.Patch, "tenants/acme", """{"slug":"former"}""");
        await served.TenantAsync();
        await served.AskAsync(HttpMethod.Patch, "tenants/acme", """{"name":"Acme Europe"}""");

        string[] before = ["createTenant", isDeleted ? "deleteTenant" : "updateTenant"];
        Assert.Equal(before, await ActionsAsync($"tenantId={its}"));
        Assert.Equal(["createTenant", "updateTenant"], await ActionsAsync("tenant=acme"));
        Assert.Empty(await ActionsAsync($"tenantId={its}&tenant=acme"));
        if (!isDeleted)
            Assert.Equal(before, await ActionsAsync("tenant=former"));
        // No tenant has the slug any more: the lines that were written under it.
        await served.AskAsync(HttpMethod.Patch, "tenants/acme", """{"slug":"acme-europe"}""");
        Assert.Equal([.. before, "createTenant", "updateTenant", "updateTenant"], await ActionsAsync("tenant=acme"));

        using var entered = new TerminalSession(served.Base, served.Key);
        Assert.Equal(Exit.Done, await entered.RunAsync($"audit list --tenant-id {its}"));
        Assert.Contains(before[1], entered.Out, StringComparison.Ordinal);
        Assert.Equal(Exit.Refused, await entered.RunAsync("audit list --tenant-id acme"));

        async Task<List<string>> ActionsAsync(string filter) =>
            [
                .. (await served.AskAsync(HttpMethod.Get, $"audit?{filter}"))["items"]!
                    .AsArray()
                    .Select(entry => (string)entry!["action"]!)
                    .Reverse(),
            ];
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_made_for_a_tenant_is_not_told_as_made_for_another_that_has_its_word(bool isDeleted)
    {
        await using var served = await ServedGateway.StartAsync();
        await served.TenantAsync();
        Assert.Equal(HttpStatusCode.Created, (await MakeAsync()).Status);
        if (isDeleted)
            await served.SendAsync(HttpMethod.Delete, "tenants/acme?confirm=acme&withoutExport=true");
        else
            await served.AskAsync(HttpMethod.Patch, "tenants/acme", """{"slug":"former"}""");
        await served.TenantAsync();

        Assert.Equal(HttpStatusCode.Conflict, (await MakeAsync()).Status);
        Assert.Empty((await served.AskAsync(HttpMethod.Get, "tenants/acme/sources"))["items"]!.AsArray());

        Task<(HttpStatusCode Status, JsonNode? Body, HttpResponseMessage Response)> MakeAsync() =>
            ServedGateway.SendAsync(
                served.Client,
                HttpMethod.Post,
                "tenants/acme/sources",
                """{"name":"People"}""",
                ("Idempotency-Key", "word")
            );
    }
}

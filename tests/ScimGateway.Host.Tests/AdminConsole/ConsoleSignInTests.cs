using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Host.Tests.Security;
using Xunit;
using static ScimGateway.Host.Tests.AdminConsole.SignInSteps;

namespace ScimGateway.Host.Tests.AdminConsole;

/// <summary>Who signs in with the organization, with which role, and what the trail and the log have of it.</summary>
public class ConsoleSignInTests
{
    [Fact]
    public async Task Who_has_a_role_at_the_identity_provider_signs_in_by_it()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        using var browser = new ConsoleBrowser(served);

        using var back = await browser.ByOrganizationAsync("?to=keys");

        Assert.Contains("content=\"0; url=../keys\"", await TextAsync(back), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
        Assert.Equal("no-referrer", back.Headers.GetValues("Referrer-Policy").Single());
        using var keys = await browser.GetAsync("/keys");
        Assert.Contains("ada@corp.example", await TextAsync(keys), StringComparison.Ordinal);
        var row = Assert.Single(await PeopleAsync(served))!;
        Assert.Equal(
            ("ada@corp.example", "owner", null, null),
            ((string?)row["label"], (string?)row["role"], (string?)row["tenant"], (string?)row["expires"])
        );
        var sent = Assert.Single(provider.Sent);
        Assert.Equal(
            ("code", "S256", "openid profile email", $"{served.Base}console/sign-in/callback"),
            (
                $"{sent["response_type"]}",
                $"{sent["code_challenge_method"]}",
                $"{sent["scope"]}",
                $"{sent["redirect_uri"]}"
            )
        );
        Assert.DoesNotContain("/userinfo", provider.Asked);
    }

    [Fact]
    public async Task An_operator_of_one_tenant_sees_nothing_of_another()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        await served.TenantAsync();
        await served.TenantAsync("globex");
        provider.Person["roles"] = new JsonArray("something else", "everybody", "helpdesk");
        using var browser = new ConsoleBrowser(served);
        using var back = await browser.ByOrganizationAsync();

        using var list = await browser.GetAsync("");
        var tenants = await TextAsync(list);
        Assert.Contains("tenants/acme", tenants, StringComparison.Ordinal);
        Assert.DoesNotContain("globex", tenants, StringComparison.Ordinal);
        Assert.Contains("(operator)", tenants, StringComparison.Ordinal); // the first of the list, not of the person
        using var others = await browser.GetAsync("/tenants/globex");
        Assert.Equal(HttpStatusCode.NotFound, others.StatusCode);
        using var keys = await browser.GetAsync("/keys");
        Assert.Equal(HttpStatusCode.Forbidden, keys.StatusCode);
    }

    [Fact]
    public async Task A_sign_in_has_the_role_and_the_name_of_now_and_ends_what_another_role_has_begun()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        await served.TenantAsync();
        using var first = new ConsoleBrowser(served);
        using var second = new ConsoleBrowser(served);
        using var third = new ConsoleBrowser(served);
        using (await first.ByOrganizationAsync()) { }
        var owner = (long)Assert.Single(await PeopleAsync(served))!["id"]!;

        (provider.Person["roles"], provider.Person["email"]) = ("everybody", "ada.king@corp.example");
        using (await second.ByOrganizationAsync()) { }

        var viewer = Assert.Single(await PeopleAsync(served))!;
        Assert.Equal(
            (owner, "viewer", "ada.king@corp.example"),
            ((long)viewer["id"]!, (string?)viewer["role"], (string?)viewer["label"])
        );
        Assert.Equal(HttpStatusCode.SeeOther, await StatusAsync(first));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(second));

        // Of another tenant somebody else.
        provider.Person["roles"] = "helpdesk";
        using (await third.ByOrganizationAsync()) { }
        var operates = Assert.Single(await PeopleAsync(served))!;
        Assert.Equal(("operator", "acme"), ((string?)operates["role"], (string?)operates["tenant"]));
        Assert.NotEqual(owner, (long)operates["id"]!);
        Assert.Equal(HttpStatusCode.SeeOther, await StatusAsync(second));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(third));
        using var acme = await served.WithKeyAsync("owner", "acme");
        var (_, seen, _) = await ServedGateway.SendAsync(acme, HttpMethod.Get, "audit?action=signIn");
        var line = Assert.Single(seen!["items"]!.AsArray())!;
        Assert.Null(line["before"]);
    }

    [Fact]
    public async Task Who_has_no_role_any_more_is_told_which_claim_was_looked_at_and_has_no_session_left()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider, "--sign-in-claim", "groups");
        provider.Person["groups"] = "owners";
        using var former = new ConsoleBrowser(served);
        using var browser = new ConsoleBrowser(served);
        using (await former.ByOrganizationAsync()) { }
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(former));

        provider.Person["groups"] = "nobody-s-business";
        using var back = await browser.ByOrganizationAsync();

        Assert.Equal(HttpStatusCode.Forbidden, back.StatusCode);
        var page = await TextAsync(back);
        Assert.Contains("your claim groups", page, StringComparison.Ordinal);
        Assert.DoesNotContain("nobody-s-business", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, await StatusAsync(former));
        Assert.Equal(HttpStatusCode.SeeOther, await StatusAsync(browser));
        // The row stays, by which an owner finds what the person has made.
        Assert.Single(await PeopleAsync(served));
        var line = (await SignInsAsync(served))[0]!;
        Assert.Equal((403, "ada@corp.example"), ((int)line["status"]!, (string?)line["actor"]!["label"]));
    }

    [Fact]
    public async Task A_role_of_a_tenant_that_is_not_there_lets_nobody_in_until_it_is()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        provider.Person["roles"] = "helpdesk";
        using var browser = new ConsoleBrowser(served);

        using (var back = await browser.ByOrganizationAsync())
        {
            Assert.Equal(HttpStatusCode.Forbidden, back.StatusCode);
            Assert.Contains("a tenant that is not there", await TextAsync(back), StringComparison.Ordinal);
        }
        await served.TenantAsync();
        using (var back = await browser.ByOrganizationAsync())
            Assert.Equal(HttpStatusCode.OK, back.StatusCode);
    }

    [Fact]
    public async Task An_address_that_the_provider_has_not_verified_and_a_claim_of_another_spelling_count_for_nothing()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        using var browser = new ConsoleBrowser(served);
        provider.Person["email_verified"] = false;
        provider.Person["preferred_username"] = "ada.lovelace";
        using (await browser.ByOrganizationAsync()) { }

        Assert.Equal("ada.lovelace", (string?)Assert.Single(await PeopleAsync(served))!["label"]);
        provider.Person["roles"] = null;
        provider.Person["Roles"] = "owners";
        using var back = await browser.ByOrganizationAsync();
        Assert.Equal(HttpStatusCode.Forbidden, back.StatusCode);
    }

    [Fact]
    public async Task By_addresses_those_have_roles_alone_whose_address_is_verified()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await ServedGateway.StartAsync(
            0,
            null,
            provider.Settings("owner=ada@corp.example", "--sign-in-claim", "email")
        );
        using var browser = new ConsoleBrowser(served);

        foreach (var verified in new JsonNode?[] { false, null })
        {
            provider.Person["email_verified"] = verified;
            await AssertRefusedAsync(served, HttpStatusCode.Forbidden, "does not say that the address is verified");
        }
        provider.Person["email_verified"] = true;
        using var back = await browser.ByOrganizationAsync();
        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
    }

    [Fact]
    public async Task Signing_out_everywhere_ends_all_sessions_of_the_person_and_of_nobody_else()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        using var one = new ConsoleBrowser(served);
        using var another = new ConsoleBrowser(served);
        using var grace = new ConsoleBrowser(served);
        using (await one.ByOrganizationAsync()) { }
        using (await another.ByOrganizationAsync()) { }
        (provider.Person["sub"], provider.Person["email"]) = ("grace", "ada@corp.example"); // named alike
        using (await grace.ByOrganizationAsync()) { }
        Assert.Equal(2, (await PeopleAsync(served)).Count);

        using (await one.PostAsync("/sign-out", [("form", await one.FormTokenAsync()), ("everywhere", "true")])) { }

        Assert.Equal(HttpStatusCode.SeeOther, await StatusAsync(another));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(grace));
    }

    [Fact]
    public async Task An_owner_who_has_signed_in_so_makes_a_key_that_stays_when_the_role_is_gone_and_ends_with_the_person()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        using var browser = new ConsoleBrowser(served);
        using (await browser.ByOrganizationAsync()) { }
        using (
            var made = await browser.PostAsync(
                "/keys",
                [("form", await browser.FormTokenAsync()), ("label", "Ada's script"), ("role", "viewer")]
            )
        )
            Assert.Equal(HttpStatusCode.OK, made.StatusCode);
        provider.Person["roles"] = null;
        using (await browser.ByOrganizationAsync()) { }

        var person = (long)Assert.Single(await PeopleAsync(served))!["id"]!;
        Assert.Contains(
            (await served.AskAsync(HttpMethod.Get, "keys"))["items"]!.AsArray(),
            key => (string?)key!["label"] == "Ada's script" && (string?)key["kind"] == "key" && key["expires"] is null
        );
        var line = (await served.AskAsync(HttpMethod.Get, "audit?action=createKey"))["items"]![0]!;
        Assert.Equal("ada@corp.example", (string?)line["actor"]!["label"]);
        await served.AskAsync(HttpMethod.Delete, $"keys/{person}");
        // What a key has made that is gone is still ended together.
        await served.AskAsync(HttpMethod.Delete, $"keys/{person}?withMade=true");
        Assert.DoesNotContain(
            (await served.AskAsync(HttpMethod.Get, "keys"))["items"]!.AsArray(),
            key => (string?)key!["label"] == "Ada's script"
        );
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await served.SendAsync(HttpMethod.Delete, $"keys/{person}?withMade=true")).Status
        );
    }

    [Fact]
    public async Task A_person_is_no_key_that_anybody_could_show_and_does_not_stand_for_the_last_key_of_an_owner()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        using var browser = new ConsoleBrowser(served);
        using (await browser.ByOrganizationAsync()) { }

        foreach (var between in new[] { "\n", "\0", " ", "", "\u00ff" })
            using (var answer = await browser.PostAsync("/sign-in", [("key", $"{between}{provider.Name}{between}ada")]))
                Assert.True(
                    answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest,
                    $"{answer.StatusCode}"
                );

        var (first, own) = await KeysAsync(served);
        await served.AskAsync(HttpMethod.Delete, $"keys/{first}");
        var (status, _, _) = await served.SendAsync(HttpMethod.Delete, $"keys/{own}");
        Assert.Equal(HttpStatusCode.Conflict, status);
        var person = (long)Assert.Single(await PeopleAsync(served))!["id"]!;
        await served.AskAsync(HttpMethod.Delete, $"keys/{person}");
        Assert.Equal(HttpStatusCode.SeeOther, await StatusAsync(browser));
    }

    [Fact]
    public async Task The_audit_trail_has_each_sign_in_with_the_persons_name_and_address()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        using var browser = new ConsoleBrowser(served);
        using (await browser.ByOrganizationAsync()) { }
        using (await browser.ByOrganizationAsync()) { }

        var lines = await SignInsAsync(served);

        Assert.Equal(2, lines.Count);
        Assert.All(
            lines,
            line =>
                Assert.Equal(
                    ("ada@corp.example", "127.0.0.1", 201),
                    ((string?)line!["actor"]!["label"], (string?)line["client"], (int)line["status"]!)
                )
        );
        Assert.Equal("person", (string?)lines[1]!["after"]!["kind"]); // the first one
        Assert.Null(lines[0]!["after"]);
        var seals = await served.AskAsync(HttpMethod.Get, "audit/seals");
        Assert.Null(seals["broken"]);
    }

    [Fact]
    public async Task A_name_is_as_short_and_as_plain_as_a_keys()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        provider.Person["email"] = "\u202e\u200b\n";
        provider.Person["preferred_username"] = $"ada\u202e\r\n\0{new string('a', 200)}";
        using var browser = new ConsoleBrowser(served);

        using (await browser.ByOrganizationAsync()) { }

        Assert.Equal($"ada{new string('a', 97)}", (string?)Assert.Single(await PeopleAsync(served))!["label"]);
    }

    [Fact]
    public async Task The_log_has_why_somebody_was_refused_and_nothing_of_whom()
    {
        var log = new Lines();
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await ServedGateway.StartAsync(
            services => services.AddSingleton<ILoggerProvider>(log),
            0,
            null,
            provider.Settings()
        );
        using var browser = new ConsoleBrowser(served);
        var callback = await browser.AtProviderAsync("?to=keys");
        using (await browser.BackAsync(callback)) { }
        using (await browser.BackAsync(callback)) { }
        provider.Says["aud"] = "another";
        using (await browser.ByOrganizationAsync()) { }
        provider.Says.Clear();
        provider.Person["roles"] = "nobody-s-business";
        using (await browser.ByOrganizationAsync()) { }

        var lines = log.All.Where(line => line.Contains("A sign-in by", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, lines.Count);
        Assert.Contains("was used before", lines[0], StringComparison.Ordinal);
        Assert.Contains("of another issuer, client", lines[1], StringComparison.Ordinal);
        Assert.Contains("no value of the claim", lines[2], StringComparison.Ordinal);
        var query = callback.Query.Split('&', '=');
        foreach (var word in new[] { "ada", "corp.example", "nobody-s", LittleProvider.Secret, query[1], query[3] })
            Assert.DoesNotContain(log.All, line => line.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Where_it_is_not_set_up_nobody_is_offered_it()
    {
        await using var served = await ServedGateway.StartAsync();
        using var browser = new ConsoleBrowser(served);

        using (var page = await browser.GetAsync("/sign-in"))
            Assert.DoesNotContain("organization", await TextAsync(page), StringComparison.Ordinal);
        foreach (var path in new[] { "organization", "callback?code=1&state=1" })
            using (var answer = await browser.GetAsync($"/sign-in/{path}"))
                Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static async Task<(long First, long Own)> KeysAsync(ServedGateway served)
    {
        var own = (long)(await served.AskAsync(HttpMethod.Get, "session"))["key"]!;
        var keys = (await served.AskAsync(HttpMethod.Get, "keys"))["items"]!.AsArray();
        return ((long)keys.Single(key => (string?)key!["kind"] == "key" && (long)key["id"]! != own)!["id"]!, own);
    }

    private static async Task<JsonArray> SignInsAsync(ServedGateway served) =>
        (await served.AskAsync(HttpMethod.Get, "audit?action=signIn"))["items"]!.AsArray();
}

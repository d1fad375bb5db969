using System.Text;
using Microsoft.AspNetCore.Http;
using ScimGateway.Host.Security;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.SlackEmulator.Tests;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Security;

/// <summary>Who is let in by what, and what that allows.</summary>
public sealed class CredentialTests
{
    private static readonly NewCredential _bearer = new() { Kind = "bearer" };

    [Fact]
    public async Task A_bearer_token_lets_in_until_it_is_ended_and_over_a_restart()
    {
        await using var gateway = await Gateway.StartAsync();
        var (id, made) = await gateway.MakeAsync(_bearer);

        Assert.Matches("^sgt_[A-Za-z0-9_-]{43}$", made.Secret);
        Assert.Equal(made.Secret![..8], made.Row.Prefix);
        Assert.Equal(200, await gateway.StatusAsync($"Bearer {made.Secret}"));
        Assert.Equal(200, await gateway.StatusAsync($"bEARER  {made.Secret} ")); // RFC 9110 §11.1: in any case
        await gateway.RestartAsync();
        Assert.Equal(200, await gateway.StatusAsync($"Bearer {made.Secret}"));

        await gateway.EndAsync(id);

        Assert.Equal(401, await gateway.StatusAsync($"Bearer {made.Secret}"));
        Assert.Equal(200, await gateway.StatusAsync($"Bearer {Gateway.Token}")); // another one of the same source
    }

    // PingOne's Custom sends a value of any kind; PingFederate's "Authorization header type" puts another word before it.
    [Theory]
    [InlineData("Token")]
    [InlineData("oauth2")]
    [InlineData("SSWS")]
    [InlineData(null)]
    public async Task A_raw_value_is_taken_word_for_word(string? scheme)
    {
        await using var gateway = await Gateway.StartAsync();
        var (_, made) = await gateway.MakeAsync(new() { Kind = "raw", Scheme = scheme });

        Assert.Equal(scheme is null ? made.Secret : $"{scheme} {made.Secret}", made.Authorization);
        Assert.Equal(200, await gateway.StatusAsync(made.Authorization));
        Assert.Equal(401, await gateway.StatusAsync($"Another {made.Secret}"));
        Assert.Equal(401, await gateway.StatusAsync($"Bearer {made.Secret}"));
        Assert.Equal(scheme is null ? 200 : 401, await gateway.StatusAsync(made.Secret));
    }

    [Fact]
    public async Task Basic_takes_the_name_and_the_password_together()
    {
        await using var gateway = await Gateway.StartAsync();
        var (_, made) = await gateway.MakeAsync(new() { Kind = "basic" });
        var (_, other) = await gateway.MakeAsync(new() { Kind = "basic" });

        Assert.Equal(200, await gateway.StatusAsync(Basic($"{made.User}:{made.Secret}")));
        Assert.Equal(200, await gateway.StatusAsync(Basic($"{other.User}:{other.Secret}")));
        Assert.Equal(401, await gateway.StatusAsync(Basic($"{other.User}:{made.Secret}")));
        Assert.Equal(401, await gateway.StatusAsync(Basic($":{made.Secret}")));
        Assert.Equal(401, await gateway.StatusAsync(Basic($"{made.Secret}")));
        Assert.Equal(401, await gateway.StatusAsync("Basic no+base64!"));
        Assert.Equal(401, await gateway.StatusAsync($"Bearer {made.Secret}"));
    }

    [Fact]
    public async Task A_key_of_the_v1_lane_opens_that_alone_and_nothing_else_opens_it()
    {
        await using var gateway = await Gateway.StartAsync();
        var (_, lane) = await gateway.MakeAsync(new() { Kind = "slackV1" });

        Assert.Equal(401, await gateway.StatusAsync($"Bearer {lane.Secret}"));
        // It is off, which whoever is let in is told.
        Assert.Equal(403, await gateway.StatusAsync($"Bearer {lane.Secret}", path: "/demo/slack/v1/Users"));
        Assert.Equal(403, await gateway.StatusAsync(Basic($"any:{lane.Secret}"), path: "/demo/slack/v1/Users"));
        foreach (var kind in new[] { "bearer", "raw", "basic" })
        {
            var (_, other) = await gateway.MakeAsync(new() { Kind = kind }, tenant: "demo", source: 1);
            foreach (
                var shown in new[]
                {
                    other.Authorization,
                    $"Bearer {other.Secret}",
                    Basic($"{other.User}:{other.Secret}"),
                }
            )
                Assert.Equal(401, await gateway.StatusAsync(shown, path: "/demo/slack/v1/Users"));
        }
        Assert.Equal(401, await gateway.StatusAsync($"Bearer {Gateway.Token}", path: "/demo/slack/v1/Users"));
    }

    [Fact]
    public async Task Nobody_comes_in_by_another_tenants_credential()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Tenants = 2 });
        var source = await gateway.Store.ReadAsync(session => Sources.Of(session, new TenantId(2)).Keys.Single());
        foreach (var kind in new[] { "bearer", "raw", "basic" })
        {
            var (_, made) = await gateway.MakeAsync(new() { Kind = kind }, source, "demo2");
            var shown = kind switch
            {
                "basic" => Basic($"{made.User}:{made.Secret}"),
                "raw" => made.Authorization,
                _ => $"Bearer {made.Secret}",
            };

            Assert.Equal(200, await gateway.StatusAsync(shown, path: "/demo2/scim/v2/Users"));
            Assert.Equal(401, await gateway.StatusAsync(shown, path: "/demo/scim/v2/Users"));
        }
    }

    [Fact]
    public async Task Whatever_is_wrong_the_answer_is_the_same()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock, Tenants = 2 });
        var (_, over) = await gateway.MakeAsync(_bearer with { Expires = clock.GetUtcNow().AddMinutes(1) });
        var (ended, gone) = await gateway.MakeAsync(_bearer);
        await gateway.EndAsync(ended);
        clock.Advance(60);
        (string Path, string Shown)[] wrong =
        [
            ("/demo/scim/v2/Users", "Bearer sgt_0123456789012345678901234567890123456789012"),
            ("/demo/scim/v2/Users", $"Bearer {over.Secret}"),
            ("/demo/scim/v2/Users", $"Bearer {gone.Secret}"),
            ("/demo/scim/v2/Users", $"Bearer {Gateway.Token}-2"), // the other tenant's
            ("/demo/scim/v2/Users", "Basic eDp5"),
            ("/demo/scim/v2/Users", "Token x"),
            ("/nobody/scim/v2/Users", $"Bearer {Gateway.Token}"),
            ("/nobody/nothing", $"Bearer {Gateway.Token}"),
            ("/demo/nothing", "Bearer x"),
        ];

        var answers = new HashSet<string>();
        foreach (var (path, shown) in wrong)
        {
            using var answer = await gateway.AskAsync(shown, path: path);
            answers.Add(
                $"{(int)answer.StatusCode} {string.Join(" | ", answer.Headers.NonValidated["WWW-Authenticate"])} "
                    + await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
            );
        }
        using var nothing = await gateway.AskAsync(null);

        Assert.Equal(
            "401 Bearer realm=\"scim\", error=\"invalid_token\" | Basic realm=\"scim\", charset=\"UTF-8\" "
                + "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:Error\"],\"detail\":\"The credential is missing or not accepted.\",\"status\":\"401\"}",
            Assert.Single(answers)
        );
        // RFC 6750 §3.1: who has shown nothing is told of no error.
        Assert.Equal(
            ["Bearer realm=\"scim\"", "Basic realm=\"scim\", charset=\"UTF-8\""],
            nothing.Headers.NonValidated["WWW-Authenticate"]
        );
    }

    [Fact]
    public async Task A_credential_is_over_at_its_time_by_the_gateways_clock()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        var (_, made) = await gateway.MakeAsync(_bearer with { Expires = clock.GetUtcNow().AddHours(1) });

        clock.Advance(TimeSpan.FromMinutes(60) - TimeSpan.FromSeconds(1));
        Assert.Equal(200, await gateway.StatusAsync($"Bearer {made.Secret}"));
        clock.Advance(1);
        Assert.Equal(401, await gateway.StatusAsync($"Bearer {made.Secret}"));
    }

    [Fact]
    public async Task Two_of_a_kind_live_at_once_and_one_that_is_over_does_not_count()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        var (_, former) = await gateway.MakeAsync(new() { Kind = "basic", Expires = clock.GetUtcNow().AddMinutes(1) });
        Assert.True(await HasRoomAsync(gateway));
        var (_, next) = await gateway.MakeAsync(new() { Kind = "basic" });

        Assert.False(await HasRoomAsync(gateway));
        foreach (var made in new[] { former, next })
            Assert.Equal(200, await gateway.StatusAsync(Basic($"{made.User}:{made.Secret}")));
        clock.Advance(60);
        Assert.True(await HasRoomAsync(gateway));
    }

    [Theory]
    [InlineData("full", "GET /Users", 200)]
    [InlineData("full", "POST /Bulk", 400)]
    [InlineData("users", "GET /Users", 200)]
    [InlineData("users", "HEAD /uSERS", 200)]
    [InlineData("users", "POST /Users", 400)]
    [InlineData("users", "POST /Users/.search", 400)]
    [InlineData("users", "GET /Users/none", 404)]
    [InlineData("users", "DELETE /Users/none/", 404)]
    [InlineData("users", "GET /Groups", 403)]
    [InlineData("users", "GET /gROUPS/", 403)]
    [InlineData("users", "GET /%47roups", 403)]
    [InlineData("users", "POST /Groups", 403)]
    [InlineData("users", "GET /Groups/none", 403)]
    [InlineData("users", "PATCH /Groups/none", 403)]
    [InlineData("users", "POST /Groups/.search", 403)]
    [InlineData("users", "GET /", 403)]
    [InlineData("users", "POST /.search", 403)]
    [InlineData("users", "POST /Bulk", 403)]
    [InlineData("users", "GET /Schemas", 200)]
    [InlineData("users", "GET /ServiceProviderConfig", 200)]
    [InlineData("users", "GET /Me", 501)]
    [InlineData("users", "GET /Nothing", 404)]
    [InlineData("read", "GET /Users", 200)]
    [InlineData("read", "HEAD /Groups", 200)]
    [InlineData("read", "GET /", 200)]
    [InlineData("read", "POST /.search", 400)]
    [InlineData("read", "POST /Groups/.search", 400)]
    [InlineData("read", "POST /Users", 403)]
    [InlineData("read", "PUT /Users/none", 403)]
    [InlineData("read", "PATCH /Users/.search", 403)]
    [InlineData("read", "DELETE /Groups/none", 403)]
    [InlineData("read", "POST /Bulk", 403)]
    [InlineData("read", "GET /Schemas", 200)]
    public async Task A_scope_allows_what_it_says(string scope, string request, int expected)
    {
        await using var gateway = await Gateway.StartAsync();
        var (_, made) = await gateway.MakeAsync(_bearer with { Scope = scope });
        var (method, path) = request.Split(' ') is [var one, var other] ? (one, other) : default;

        using var answer = await gateway.AskAsync(
            $"Bearer {made.Secret}",
            new HttpMethod(method),
            "/demo/scim/v2" + path,
            method is "GET" or "HEAD" or "DELETE" ? null : "[]"
        );

        Assert.Equal(expected, (int)answer.StatusCode);
        if (expected != 403)
            return;
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("\"status\":\"403\"", text, StringComparison.Ordinal);
        Assert.Contains("alone; use one whose scope is full", text, StringComparison.Ordinal);
        Assert.Equal(
            "Bearer realm=\"scim\", error=\"insufficient_scope\"",
            answer.Headers.NonValidated["WWW-Authenticate"].ToString()
        );
    }

    // What is mapped later allows nothing to who may not do all, before somebody has thought of it.
    [Fact]
    public async Task Of_all_that_is_mapped_a_scope_opens_what_it_says_alone()
    {
        await using var gateway = await Gateway.StartAsync();
        var (_, users) = await gateway.MakeAsync(_bearer with { Scope = "users" });
        string[] opened = ["Users", "ServiceProviderConfig", "ResourceTypes", "Schemas", "Me"];

        foreach (
            var (methods, path) in gateway
                .Routes()
                .Where(route => route.Path.StartsWith("/{tenant}/scim/v2", StringComparison.Ordinal))
        )
        foreach (var method in methods.DefaultIfEmpty("GET"))
        {
            var status = await gateway.StatusAsync(
                $"Bearer {users.Secret}",
                new HttpMethod(method),
                path.Replace("{tenant}", "demo", StringComparison.Ordinal)
                    .Replace("{id}", "x", StringComparison.Ordinal)
            );
            var first = path["/{tenant}/scim/v2".Length..].Trim('/').Split('/')[0];
            Assert.True(opened.Contains(first) == (status != 403), $"{method} {path}: {status}");
        }
    }

    [Fact]
    public async Task When_a_credential_was_last_used_is_known_to_the_minute()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        var (id, made) = await gateway.MakeAsync(_bearer);
        Assert.Null(await LastUsedAsync(gateway, id));

        clock.Advance(90); // 12:01:30
        await gateway.StatusAsync($"Bearer {made.Secret}");

        var minute = new DateTimeOffset(2026, 3, 1, 12, 1, 0, TimeSpan.Zero);
        await Gateway.UntilAsync(async () => await LastUsedAsync(gateway, id) == minute);
        clock.Advance(60);
        await gateway.StatusAsync($"Bearer {made.Secret}");
        await Gateway.UntilAsync(async () => await LastUsedAsync(gateway, id) == minute.AddMinutes(1));
    }

    [Fact]
    public async Task A_credential_is_noted_as_used_once_a_minute_alone()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        var row = Minted.Make(_bearer, 1, gateway.Now()).Row;
        var credential = new SourceCredential(row, new(Gateway.Tenant, 1, "demo", new(), Dialect.Everything));

        var first = Enumerable.Range(0, 100).Count(_ => credential.IsFirstUse(gateway.Now()));
        clock.Advance(60);
        var next = Enumerable.Range(0, 100).Count(_ => credential.IsFirstUse(gateway.Now()));

        Assert.Equal((1, 1), (first, next));
    }

    [Theory]
    [InlineData("bearer")]
    [InlineData("raw")]
    [InlineData("basic")]
    public async Task Letting_somebody_in_costs_no_memory(string kind)
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = new ManualClock() });
        var (_, made) = await gateway.MakeAsync(new() { Kind = kind });
        var context = new DefaultHttpContext();
        context.Request.Path = "/demo/scim/v2/Users";
        context.Request.Headers.Authorization = kind switch
        {
            "basic" => Basic($"{made.User}:{made.Secret}"),
            "raw" => made.Authorization,
            _ => $"Bearer {made.Secret}",
        };
        var handler = new CredentialHandler(
            gateway.Part<Homes>(),
            gateway.Part<SourceCredentials>(),
            gateway.Part<SignatureChecks>(),
            gateway.Part<LastUses>(),
            gateway.Part<TimeProvider>()
        );
        Assert.NotNull((await handler.LookAsync(context)).Source);

        long Spent()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1_000; i++)
                _ = handler.LookAsync(context);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Spent(); // what is made once

        Assert.Equal(0, Spent());
    }

    [Fact]
    public async Task No_secret_is_in_the_store()
    {
        Assert.SkipWhen(TestStore.IsPostgres, "it looks into the store's files");
        await using var gateway = await Gateway.StartAsync();
        var secrets = new List<string> { Gateway.Token };
        foreach (var kind in new[] { "bearer", "raw", "basic", "oauthClient", "slackV1" })
        {
            var (_, made) = await gateway.MakeAsync(new() { Kind = kind });
            secrets.Add(made.Secret!);
            if (kind == "oauthClient")
                secrets.Add((string)(await gateway.TokenAsync(made)).Body["access_token"]!);
        }

        // The file and what it is written to before.
        var kept = string.Concat(
            Directory
                .EnumerateFiles(gateway.Data)
                .Where(file => !file.EndsWith(".lock", StringComparison.Ordinal))
                .Select(file => Encoding.Latin1.GetString(ReadShared(file)))
        );

        Assert.All(secrets, secret => Assert.DoesNotContain(secret, kept, StringComparison.Ordinal));
        Assert.Contains("oauthClient", kept, StringComparison.Ordinal); // they are there
    }

    [Fact]
    public async Task Of_several_credentials_none_is_taken()
    {
        await using var gateway = await Gateway.StartAsync();

        var answer = await Scim.RawRequest.SendAsync(
            gateway,
            "GET",
            "/demo/scim/v2/Users",
            null,
            "Authorization: Bearer x"
        );

        Assert.Equal(401, answer.Status);
    }

    // What another process has changed is known to the next home, which reads anew.
    [Fact]
    public async Task A_home_that_starts_again_knows_the_credentials_that_there_are()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Tenants = 2 });
        var before = gateway.Home;
        var made = Minted.Make(_bearer, 1, gateway.Now());
        await gateway.Store.WriteAsync(
            session => Credentials.Insert(session, made.Row),
            TestContext.Current.CancellationToken,
            Gateway.Tenant
        );
        Assert.Equal(401, await gateway.StatusAsync($"Bearer {made.Secret}"));

        await before.DisposeAsync();
        await Gateway.UntilAsync(() => Task.FromResult(gateway.Part<Homes>().Find("demo") is { } now && now != before));

        Assert.Equal(200, await gateway.StatusAsync($"Bearer {made.Secret}"));
    }

    private static async Task<bool> HasRoomAsync(Gateway gateway) =>
        Minted.HasRoom(
            await gateway.Store.ReadAsync(session => Credentials.Of(session, Gateway.Tenant, 1)),
            "basic",
            gateway.Now()
        );

    private static async Task<DateTimeOffset?> LastUsedAsync(Gateway gateway, CredentialId id) =>
        (await gateway.Store.ReadAsync(session => Credentials.Of(session, Gateway.Tenant)))
            .Single(one => one.Id == id)
            .LastUsed?.ToTime();

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var all = new MemoryStream();
        stream.CopyTo(all);
        return all.ToArray();
    }

    private static string Basic(string pair) => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(pair))}";

    // A browser sends a name and a password that it remembers by itself, for another site's page, too.
    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-origin", 201)]
    [InlineData("Sec-Fetch-Site", "none", 201)]
    [InlineData("Origin", "https://evil.example", 403)]
    [InlineData("Origin", "null", 403)]
    [InlineData("Origin", "{own}", 201)]
    [InlineData("User-Agent", "any", 201)]
    public async Task What_a_browser_sends_for_another_sites_page_with_a_password_is_refused(
        string header,
        string value,
        int status
    )
    {
        await using var gateway = await Gateway.StartAsync();
        var (_, made) = await gateway.MakeAsync(new() { Kind = "basic" });
        var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{made.User}:{made.Secret}"));
        value = value.Replace("{own}", gateway.Base.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
        foreach (var (shown, expected) in new[] { ($"Basic {pair}", status), ($"Bearer {Gateway.Token}", 409) })
        {
            using var client = new HttpClient { BaseAddress = gateway.Base };
            using var request = new HttpRequestMessage(HttpMethod.Post, "Users");
            request.Headers.TryAddWithoutValidation("Authorization", shown);
            request.Headers.TryAddWithoutValidation(header, value);
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes("""{"userName":"eve"}""")); // without a type

            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

            // A token it does not add by itself: who has one may say of himself what he likes.
            Assert.Equal(status == 403 && expected == 409 ? 201 : expected, (int)answer.StatusCode);
        }
    }
}

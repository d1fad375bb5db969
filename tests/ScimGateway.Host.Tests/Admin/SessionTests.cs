using System.Net;
using Microsoft.AspNetCore.Http;
using ScimGateway.Host.Admin;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.SlackEmulator.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>Sessions of admin keys: what they may, and when they end.</summary>
public class SessionTests
{
    [Fact]
    public async Task A_session_may_what_its_key_may_and_makes_no_other()
    {
        await using var served = await ServedGateway.StartAsync();
        using var key = await served.WithKeyAsync("viewer");
        using var session = await SignInAsync(served, key);

        var (_, me, _) = await ServedGateway.SendAsync(session, HttpMethod.Get, "session");
        Assert.Equal(("a viewer", "viewer", null), ((string?)me!["label"], (string?)me["role"], (string?)me["tenant"]));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(session, HttpMethod.Get, "tenants"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(session, HttpMethod.Get, "keys"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(session, HttpMethod.Post, "sessions"));
    }

    [Fact]
    public async Task It_ends_when_it_is_not_used_for_an_hour_and_after_twelve_in_any_case()
    {
        var clock = new ManualClock();
        await using var served = await ServedGateway.StartAsync(clock: clock);
        using var idle = await SignInAsync(served, served.Client);
        using var busy = await SignInAsync(served, served.Client);

        for (var quarters = 0; quarters < 47; quarters++)
        {
            clock.Advance(TimeSpan.FromMinutes(15));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(busy, HttpMethod.Get, "session"));
            if (quarters == 3)
                Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(idle, HttpMethod.Get, "session"));
        }
        clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(busy, HttpMethod.Get, "session"));
    }

    [Fact]
    public async Task It_ends_with_its_key()
    {
        await using var served = await ServedGateway.StartAsync();
        var made = await served.AskAsync(HttpMethod.Post, "keys", """{"label":"leaves","role":"owner"}""");
        using var key = served.NewClient((string)made["secret"]!);
        using var session = await SignInAsync(served, key);

        await served.AskAsync(HttpMethod.Delete, $"keys/{made["id"]}");

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(session, HttpMethod.Get, "session"));
    }

    [Fact]
    public async Task It_lasts_no_longer_than_its_key()
    {
        var clock = new ManualClock();
        await using var served = await ServedGateway.StartAsync(clock: clock);
        var ends = clock.GetUtcNow().AddMinutes(30);
        var made = await served.AskAsync(
            HttpMethod.Post,
            "keys",
            $$"""{"label":"for half an hour","role":"owner","expires":"{{ends:O}}"}"""
        );
        using var key = served.NewClient((string)made["secret"]!);
        using var session = await SignInAsync(served, key);

        clock.Advance(TimeSpan.FromMinutes(30));

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(session, HttpMethod.Get, "session"));
    }

    [Fact]
    public async Task Signing_out_ends_one_and_everywhere_all_of_the_key_and_none_of_another()
    {
        await using var served = await ServedGateway.StartAsync();
        using var other = await served.WithKeyAsync("owner");
        using var others = await SignInAsync(served, other);
        using var first = await SignInAsync(served, served.Client);
        using var second = await SignInAsync(served, served.Client);
        using var third = await SignInAsync(served, served.Client);

        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(served.Client, HttpMethod.Delete, "session"));
        Assert.Equal(HttpStatusCode.NoContent, await StatusAsync(first, HttpMethod.Delete, "session"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(first, HttpMethod.Get, "session"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(second, HttpMethod.Get, "session"));
        Assert.Equal(HttpStatusCode.NoContent, await StatusAsync(second, HttpMethod.Delete, "session?everywhere=true"));

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(third, HttpMethod.Get, "session"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(others, HttpMethod.Get, "session"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(served.Client, HttpMethod.Get, "session"));
    }

    [Fact]
    public async Task With_one_too_many_the_one_that_was_used_longest_ago_ends()
    {
        var clock = new ManualClock();
        await using var served = await ServedGateway.StartAsync(clock: clock);
        List<HttpClient> sessions = [];
        for (var made = 0; made <= AdminSessions.MostOfKey; made++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            sessions.Add(await SignInAsync(served, served.Client));
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(sessions[0], HttpMethod.Get, "session"));
        foreach (var kept in sessions.Skip(1))
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(kept, HttpMethod.Get, "session"));
        sessions.ForEach(one => one.Dispose());
    }

    [Fact]
    public async Task What_is_done_by_a_session_is_its_keys_in_the_audit_trail()
    {
        await using var served = await ServedGateway.StartAsync();
        using var session = await SignInAsync(served, served.Client);

        var (status, _, _) = await ServedGateway.SendAsync(
            session,
            HttpMethod.Post,
            "tenants",
            """{"slug":"acme","name":"Acme"}"""
        );

        Assert.Equal(HttpStatusCode.Created, status);
        var entry = (await served.AskAsync(HttpMethod.Get, "audit?action=createTenant"))["items"]![0]!;
        Assert.Equal("the tests'", (string?)entry["actor"]!["label"]);
    }

    // A change waits for the store, and what let it in may end while it does.
    [Theory]
    [InlineData("session")]
    [InlineData("role")]
    [InlineData("tenant")]
    [InlineData("time")]
    [InlineData("key")]
    public async Task What_makes_another_way_in_asks_again_within_its_transaction(string what)
    {
        var clock = new ManualClock();
        await using var served = await ServedGateway.StartAsync(clock: clock);
        var acme = await served.TenantAsync();
        using var key = await served.WithKeyAsync("owner");
        var (_, made, _) = await ServedGateway.SendAsync(key, HttpMethod.Post, "sessions");
        var (row, session) = await served.Store.AskAsync(store =>
        {
            var session = AdminSessions.Of(
                store,
                SecretHash.Of((string)made!["secret"]!),
                Instant.Of(clock.GetUtcNow())
            )!;
            return (AdminKeys.Find(store, session.KeyId)!, session);
        });
        var http = new DefaultHttpContext { RequestServices = served.Part<IServiceProvider>() };
        var call = new AdminCall(http, served.Store, row, session, null, Instant.Of(clock.GetUtcNow()), []);
        Assert.True(await LetsInAsync());

        await served.Store.WriteAsync(
            store =>
                what switch
                {
                    "session" => AdminSessions.DeleteOf(store, row.Id),
                    "role" => store.Execute(
                        "update admin_keys set role = @role where id = @id /* of all tenants */",
                        ("@role", (object?)Role.Viewer),
                        ("@id", (object?)row.Id)
                    ),
                    "tenant" => store.Execute(
                        "update admin_keys set tenant_id = @tenant where id = @id",
                        ("@tenant", (object?)acme),
                        ("@id", (object?)row.Id)
                    ),
                    "key" => AdminKeys.Delete(store, row.Id) ? 1 : 0,
                    _ => 0,
                },
            CancellationToken.None
        );
        if (what == "time")
            clock.Advance(AdminSession.Longest);

        Assert.False(await LetsInAsync());

        async Task<bool> LetsInAsync() =>
            await served.Store.AskAsync(store =>
            {
                try
                {
                    call.RequireKey(store);
                    return true;
                }
                catch (Problem refused)
                {
                    Assert.Equal(401, refused.Status);
                    return false;
                }
            });
    }

    private static async Task<HttpClient> SignInAsync(ServedGateway served, HttpClient key)
    {
        var (status, made, _) = await ServedGateway.SendAsync(key, HttpMethod.Post, "sessions");
        Assert.Equal(HttpStatusCode.Created, status);
        return served.NewClient((string)made!["secret"]!);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, HttpMethod method, string path) =>
        (await ServedGateway.SendAsync(client, method, path)).Status;
}

using System.Net;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Storage;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Postgres;

/// <summary>Two transactions are in each other's way: what was undone is done again, and nobody hears of it.</summary>
public class InTheWayTests
{
    [Theory]
    [InlineData("40001", "before")]
    [InlineData("40P01", "before")]
    [InlineData("40001", "deferred")] // at the commit
    public async Task A_write_that_was_in_anothers_way_is_done_again_and_once(string error, string when)
    {
        await using var proxy = new StoreProxy();
        await using var gateway = await Gateway.StartAsync(new Setting { Proxy = proxy });
        Fail(gateway.Data, error, when, times: 4);

        var (status, _, _) = await gateway.SendAsync(HttpMethod.Post, "Users", User());
        await gateway.QuietAsync();

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(1, await TotalAsync(gateway));
        Assert.Single(await gateway.AccountsAsync(Address));
        Assert.Equal(1, await gateway.CameAsync("POST /Users"));
    }

    [Fact]
    public async Task What_is_always_in_the_way_ends_with_nothing_done()
    {
        await using var proxy = new StoreProxy();
        await using var gateway = await Gateway.StartAsync(new Setting { Proxy = proxy });
        Fail(gateway.Data, "40001", "before", times: 100);

        var (status, body, response) = await gateway.SendAsync(HttpMethod.Post, "Users", User());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Contains("nothing was written", (string?)body!["detail"]);
        Assert.Equal(0, await TotalAsync(gateway));
        Assert.Empty(await gateway.AccountsAsync(Address));
        Assert.InRange((long)TestStore.RunIn(gateway.Data, "select nextval('tries')")!, 5, 7);
    }

    [Fact]
    public async Task Two_works_that_lock_each_other_out_both_go_through()
    {
        await using var at = await Base.OpenAsync();
        TestStore.RunIn(
            at.Name,
            "create table counts (id int primary key, n int); insert into counts values (1, 0), (2, 0)"
        );
        using var both = new Barrier(2);
        var runs = 0;

        Func<StoreSession, int> Work(int first, int second)
        {
            var isFirst = true;
            return session =>
            {
                Interlocked.Increment(ref runs);
                session.Execute("update counts set n = n + 1 where id = @id", ("@id", first));
                if (isFirst)
                    both.SignalAndWait(TimeSpan.FromSeconds(10));
                isFirst = false;
                return session.Execute("update counts set n = n + 1 where id = @id", ("@id", second));
            };
        }

        await Task.WhenAll(
            at.Store.WriteAsync(Work(1, 2), CancellationToken.None, new TenantId(1)),
            at.Store.WriteAsync(Work(2, 1), CancellationToken.None, new TenantId(2))
        );

        Assert.Equal(3, runs);
        Assert.Equal(4L, TestStore.RunIn(at.Name, "select sum(n) from counts"));
    }

    // A sequence goes on though its transaction is undone.
    private static void Fail(string folder, string error, string when, int times) =>
        TestStore.RunIn(
            folder,
            $$"""
            create sequence tries;
            create function fail() returns trigger language plpgsql as $body$ begin
                if nextval('tries') <= {{times}} then raise exception using errcode = '{{error}}'; end if;
                return new;
            end $body$;
            {{(
                when == "before" ? "create trigger fail before insert" : "create constraint trigger fail after insert"
            )}} on resources
                {{(when == "before" ? "" : "deferrable initially deferred")}} for each row execute function fail()
            """
        );
}

using System.Net;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Storage;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Postgres;

/// <summary>
/// The answer to a commit is lost: whether it went through is looked up, and what cannot be known is not claimed.
/// </summary>
public class LostCommitTests
{
    private const string Insert =
        "insert into guarded_changes (tenant_id, what, group_id, subject, at) values (@tenant, 0, '00000000-0000-0000-0000-000000000000', @subject, 0)";

    private static readonly TenantId _tenant = new(1);

    [Theory]
    [InlineData(true)]
    [InlineData(false)] // what is written goes with the commit
    public async Task A_commit_whose_answer_was_lost_is_looked_up_and_not_repeated(bool isWaitedFor)
    {
        await using var at = await Base.OpenAsync();
        var runs = 0;
        at.Proxy.LoseCommit();

        var written = await at.Store.WriteAsync(
            session =>
            {
                runs++;
                if (isWaitedFor)
                    return Write(session, "once");
                session.Put(Insert, ("@tenant", _tenant), ("@subject", "once"));
                return 1;
            },
            CancellationToken.None,
            _tenant
        );

        Assert.Equal((1, 1, 1), (at.Proxy.Lost, written, runs));
        Assert.Equal(1, await CountAsync(at.Store));
    }

    [Fact]
    public async Task A_commit_that_did_not_arrive_is_repeated()
    {
        await using var at = await Base.OpenAsync();
        await at.Store.WriteAsync(session => Write(session, "before"), CancellationToken.None, _tenant);
        var runs = 0;

        // The work's own way, then the commit's; the watch of the lock may come between.
        for (var way = 1; runs < 2 && way < 10; way++)
        {
            runs = 0;
            at.Proxy.CutAt(2, Cut.Before);
            await at.Store.WriteAsync(
                session =>
                {
                    runs++;
                    return Write(session, $"again {way}");
                },
                CancellationToken.None,
                _tenant
            );
            Assert.Equal(way + 1, await CountAsync(at.Store));
        }

        Assert.Equal(2, runs);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task What_cannot_be_known_in_time_is_not_claimed_and_the_next_write_comes_after_it()
    {
        await using var at = await Base.OpenAsync();
        at.Proxy.LoseCommit(andShut: true);

        var doubt = await Assert.ThrowsAsync<StoreAwayException>(() =>
            at.Store.WriteAsync(session => Write(session, "perhaps"), CancellationToken.None, _tenant)
        );
        var next = at.Store.WriteAsync(
            session =>
                session.First(
                    "select count(*) from guarded_changes where tenant_id = @tenant",
                    row => row.Int(),
                    ("@tenant", _tenant)
                ),
            CancellationToken.None,
            _tenant
        );
        Assert.True(doubt.IsInDoubt);
        Assert.False(next.IsCompleted);
        at.Proxy.IsShut = false;

        Assert.Equal(1, await next);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_create_of_which_it_is_not_known_whether_it_was_written_arrives_at_Slack_once_the_store_is_back()
    {
        await using var proxy = new StoreProxy();
        await using var gateway = await Gateway.StartAsync(new Setting { Proxy = proxy });
        proxy.LoseCommit(Address, andShut: true);

        var (status, body, response) = await gateway.SendAsync(HttpMethod.Post, "Users", User());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Contains("may be done", (string?)body!["detail"]);
        proxy.IsShut = false;
        await Gateway.UntilAsync(async () => (await gateway.AccountsAsync(Address)).Count > 0);
        await gateway.QuietAsync();

        Assert.Single(await gateway.AccountsAsync(Address));
        Assert.Equal(1, await gateway.CameAsync("POST /Users"));
        Assert.Equal(1, await TotalAsync(gateway));
    }

    private static int Write(StoreSession session, string subject) =>
        session.Execute(Insert, ("@tenant", _tenant), ("@subject", subject));

    private static async Task<int> CountAsync(Store store) =>
        await store.ReadAsync(session =>
            session.First(
                "select count(*) from guarded_changes where tenant_id = @tenant",
                row => row.Int(),
                ("@tenant", _tenant)
            )
        );
}

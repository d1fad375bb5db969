using Npgsql;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Postgres;

/// <summary>Tenants' works run side by side: what two of them want at once, and who waits for whom.</summary>
public class SideBySideTests
{
    private static readonly TenantId _second = new(2);

    [Fact]
    public async Task Of_two_that_take_one_word_at_once_the_second_is_told_that_it_is_taken()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Proxy = new StoreProxy(), Tenants = 2 });

        var refused = await Assert.ThrowsAsync<SlugTakenException>(() =>
            BehindAsync(
                gateway.Data,
                "update tenants set slug = 'moved' where id = 1",
                () => gateway.Part<Homes>().RenameAsync(_second, "moved")
            )
        );

        Assert.Equal("Another tenant has the word 'moved' in its path; choose another one.", refused.Message);
        Assert.NotNull(gateway.Part<Homes>().Find("demo2"));
    }

    [Fact]
    public async Task Of_two_that_are_connected_with_one_organization_at_once_the_second_is_told_so_and_not_whose_it_is()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Proxy = new StoreProxy(), Tenants = 2 });
        await gateway.QuietAsync();
        var organization = (string)
            TestStore.RunIn(
                gateway.Data,
                "with former as (select organization_id from tenants where id = 2), gone as (update tenants set organization_id = null where id = 2) select organization_id from former"
            )!;

        var refused = await Assert.ThrowsAsync<SlackUnreadableException>(() =>
            BehindAsync(
                gateway.Data,
                $"update tenants set organization_id = '{organization}' where id = 1",
                () => gateway.Part<Homes>().Find("demo2")!.ConnectAsync()
            )
        );

        Assert.Equal(
            $"The Slack organization {organization} is another tenant's already; no two tenants share one.",
            refused.Message
        );
    }

    [Fact]
    public async Task A_statement_that_names_no_tenant_and_no_row_is_refused()
    {
        await using var at = await Base.OpenAsync();
        const string Links = "select id from links where state = 7";

        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            at.Store.WriteAsync(session => session.Execute("update links set state = 7"), CancellationToken.None)
        );
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await at.Store.ReadAsync(session => session.Any(Links))
        );
        Assert.False(
            await at.Store.ReadAsync(session => session.Any(Links + " and tenant_id = @tenant", ("@tenant", _second)))
        );
    }

    [Fact]
    public async Task A_refusal_waits_in_its_own_tenants_line_alone()
    {
        await using var at = await Base.OpenAsync();
        var caller = await at.Store.WriteAsync(
            session => Tenants.Open(session, "demo", "Demo", "okta", new Preferences()),
            CancellationToken.None
        );
        using var go = new ManualResetEventSlim();
        var nobodys = at.Store.WriteAsync(_ => go.Wait(TimeSpan.FromSeconds(20)), CancellationToken.None);
        var now = TimeProvider.System.GetUtcNow();

        await new OperationJournal(at.Store).RefusedAsync(
            new WriteRequest(caller, "POST /Users", Reading.Rfc(), now, now),
            ScimException.InvalidValue("No name.")
        );

        Assert.False(nobodys.IsCompleted);
        go.Set();
        await nobodys;
    }

    [Fact]
    public async Task What_is_counted_into_a_notice_while_it_is_taken_is_in_it()
    {
        await using var at = await Base.OpenAsync();
        var id = await at.Store.WriteAsync(
            session =>
            {
                var tenant = Tenants.Open(session, "demo", "Demo", "okta", new Preferences()).TenantId;
                Alerts.Raise(session, tenant, Cause.Held, new Instant(0), count: 6);
                return tenant;
            },
            CancellationToken.None
        );

        Notice? taken = null;
        await BehindAsync(
            at.Name,
            "update outbox set more = more + 1",
            async () =>
                taken = await new NoticeOutbox(at.Store, TimeProvider.System).TakeAsync(id, CancellationToken.None)
        );

        Assert.Equal((1, 6), (taken!.Attempts, taken.More));
    }

    // Does something while another transaction has it, which goes through once the first waits for it.
    private static async Task BehindAsync(string folder, string first, Func<Task> second)
    {
        await using var connection = new NpgsqlConnection(
            $"{TestStore.Server};Database={Path.GetFileName(folder)};Pooling=false"
        );
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(first, connection);
        await command.ExecuteNonQueryAsync();
        var waiting = second();
        await Gateway.UntilAsync(() =>
            Task.FromResult(
                (long)
                    TestStore.RunIn(
                        folder,
                        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
                    )! > 0
            )
        );
        await transaction.CommitAsync();
        await waiting;
    }
}

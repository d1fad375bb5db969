using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using ScimGateway.Host.Operations;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Reads;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.SlackEmulator.Tests;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Journal;

/// <summary>What the journal finds again, and when it forgets.</summary>
public sealed class JournalTests : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("scimgateway-tests-").FullName;
    private readonly ManualClock _clock = new();
    private Store _store = null!;
    private OperationJournal _journal = null!;

    public async ValueTask InitializeAsync()
    {
        _store = await TestStore.OpenAsync(_data);
        _journal = new OperationJournal(_store);
        foreach (var slug in new[] { "demo", "demo2", "demo3" })
            await _store.WriteAsync(
                session => Tenants.Open(session, slug, slug, "okta", new Preferences()),
                CancellationToken.None
            );
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        TestStore.Drop(_data);
    }

    [Fact]
    public async Task An_operation_is_found_by_its_id_with_all_that_is_known_of_it()
    {
        var id = await RefusedAsync(TimeSpan.Zero);

        var operation = _journal.Find(Gateway.Tenant, id)!;

        Assert.Equal(
            (id, Gateway.Tenant, 7, "okta"),
            (operation.Id, operation.TenantId, operation.SourceId, operation.Actor)
        );
        Assert.Equal(
            ("POST /Users", "refuse", "refused", "No name."),
            (operation.Request, operation.Verdict, operation.Outcome, operation.Error)
        );
        Assert.Equal(_clock.Now(), operation.At);
        Assert.Equal(operation.At, operation.Finished);
        Assert.Null(operation.LinkId);
    }

    [Fact]
    public async Task An_operation_of_another_tenant_is_not_found()
    {
        var id = await RefusedAsync(TimeSpan.Zero);

        Assert.Null(_journal.Find(new TenantId(2), id));
        Assert.Null(_journal.Find(Gateway.Tenant, new(Guid.NewGuid())));
    }

    [Fact]
    public async Task What_ended_before_the_time_is_forgotten_of_all_tenants_and_in_any_number()
    {
        var old = new List<OperationId>();
        for (var i = 0; i < 2_345; i++)
            old.Add(await RefusedAsync(TimeSpan.FromDays(91) + TimeSpan.FromHours(i / 200), new TenantId(1 + i % 3)));
        var young = await RefusedAsync(TimeSpan.FromDays(89));

        var forgotten = await _journal.ForgetAsync(_clock.GetUtcNow() - TimeSpan.FromDays(90), CancellationToken.None);

        Assert.Equal(2_345, forgotten);
        Assert.Null(_journal.Find(Gateway.Tenant, old[0]));
        Assert.NotNull(_journal.Find(Gateway.Tenant, young));
    }

    [Fact]
    public async Task What_has_not_ended_is_never_forgotten()
    {
        var id = await RefusedAsync(TimeSpan.FromDays(1_000));
        await using (var kept = StoreTables.Open(_data))
            await kept.Operations.ExecuteUpdateAsync(line =>
                line.SetProperty(one => one.Finished, (Instant?)null).SetProperty(one => one.Outcome, "accepted")
            );

        Assert.Equal(0, await _journal.ForgetAsync(_clock.GetUtcNow(), CancellationToken.None));
        Assert.NotNull(_journal.Find(Gateway.Tenant, id));
    }

    [Fact]
    public async Task The_gateway_forgets_at_its_start_and_every_hour()
    {
        var first = await RefusedAsync(TimeSpan.FromDays(91));
        var second = await RefusedAsync(TimeSpan.FromDays(90) - TimeSpan.FromMinutes(59));
        using var keeping = new JournalKeeping(
            _journal,
            new NoticeOutbox(_store, _clock),
            Options.Create(new JournalOptions()),
            () => true,
            _clock,
            NullLogger<JournalKeeping>.Instance
        );
        await keeping.StartAsync(CancellationToken.None);
        await UntilAsync(() => _journal.Find(Gateway.Tenant, first) is null && _clock.Waiting == 1);
        Assert.NotNull(_journal.Find(Gateway.Tenant, second));

        _clock.Advance(TimeSpan.FromHours(1));

        await UntilAsync(() => _journal.Find(Gateway.Tenant, second) is null);
        await keeping.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Beyond_a_number_of_refusals_of_a_source_within_an_hour_a_line_for_each_reason_counts_them_all()
    {
        var lines = new List<OperationId>();
        for (var i = 0; i < OperationJournal.MostRefusals + 100; i++)
            lines.Add(await RefusedAsync(TimeSpan.Zero, why: $"No name {i}.", userName: $"Person{i}"));
        var taken = await TakenAsync("Gräfin");

        Assert.Equal(taken, await TakenAsync("Ada"));
        Assert.Equal(OperationJournal.MostRefusals + 1, lines.Distinct().Count());
        var own = _journal.Find(Gateway.Tenant, lines[OperationJournal.MostRefusals - 1])!;
        Assert.Equal(
            ("POST /Users", $"No name {OperationJournal.MostRefusals - 1}.", 0),
            (own.Request, own.Error, own.Counted)
        );
        var all = _journal.Find(Gateway.Tenant, lines[^1])!;
        Assert.Equal(
            (
                "writes beyond 250 that were refused in one hour with this status and scimType, the last of them so",
                "No name 349.",
                100
            ),
            (all.Request, all.Error, all.Counted)
        );
        Assert.Equal(("Person349", "the first of them: Person250\n"), (all.Names!.Shown, all.Notes));
        var other = _journal.Find(Gateway.Tenant, taken)!;
        Assert.Equal((409, 2, "Ada"), (other.Status, other.Counted, other.Names!.Shown));
        await using var kept = StoreTables.Open(_data);
        Assert.Equal(OperationJournal.MostRefusals + 2, await kept.Operations.CountAsync());
        // Each of them is found by name, also between the first and the last.
        var reads = new OperationReads(_store, _clock);
        foreach (var (name, line) in new[] { ("person300", lines[^1]), ("GRÄFIN", taken) })
            Assert.Equal(
                line,
                Assert.Single(await reads.PageAsync(Gateway.Tenant, new OperationQuery { Person = name }, 10)).Id
            );
    }

    [Fact]
    public async Task Another_source_and_another_hour_have_lines_of_their_own()
    {
        for (var i = 0; i < OperationJournal.MostRefusals + 1; i++)
            await RefusedAsync(TimeSpan.Zero);
        Assert.Equal(0, _journal.Find(Gateway.Tenant, await RefusedAsync(TimeSpan.Zero, source: 8))!.Counted);

        _clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(0, _journal.Find(Gateway.Tenant, await RefusedAsync(TimeSpan.Zero))!.Counted);
    }

    [Fact]
    public async Task Of_a_tenant_that_was_deleted_nothing_is_written_any_more()
    {
        var at = _clock.GetUtcNow();
        var gone = new TenantId(2);
        await _store.WriteAsync(
            session => DeletedTenants.Delete(session, gone, _clock.Now()),
            CancellationToken.None,
            gone
        );

        var id = await RefusedAsync(TimeSpan.Zero, gone);
        await _journal.DoneAsync(new WriteRequest(Source(7, gone), "POST /Bulk", Reading.Rfc(), at, at));

        Assert.Null(_journal.Find(gone, id));
        await using var kept = StoreTables.Open(_data);
        Assert.Equal(0, await kept.Operations.CountAsync());
    }

    [Fact]
    public async Task What_has_its_line_already_is_not_counted_once_more()
    {
        var at = _clock.GetUtcNow();
        var asked = new WriteRequest(Source(7), "POST /Users", Reading.Rfc(), at, at);
        await _journal.DoneAsync(asked);
        for (var i = 0; i < OperationJournal.MostRefusals + 2; i++)
            await RefusedAsync(TimeSpan.Zero);

        Assert.Equal(asked.OperationId, await _journal.RefusedAsync(asked, ScimException.InvalidValue("No name.")));

        Assert.Equal("done", _journal.Find(Gateway.Tenant, asked.OperationId)!.Outcome);
        await using var kept = StoreTables.Open(_data);
        Assert.Equal(2, await kept.Operations.SumAsync(line => line.Counted));
    }

    private static Task UntilAsync(Func<bool> isSo) => Gateway.UntilAsync(() => Task.FromResult(isSo()));

    private static Caller Source(int source, TenantId? tenant = null) =>
        new(tenant ?? Gateway.Tenant, source, "okta", new Preferences(), Dialect.Everything);

    private Task<OperationId> RefusedAsync(
        TimeSpan ago,
        TenantId? tenant = null,
        int source = 7,
        string why = "No name.",
        string? userName = null
    ) => RefusedAsync(_clock.GetUtcNow() - ago, Source(source, tenant), ScimException.InvalidValue(why), userName);

    private Task<OperationId> TakenAsync(string userName) =>
        RefusedAsync(
            _clock.GetUtcNow(),
            Source(7),
            ScimException.Of(HttpStatusCode.Conflict, "It is taken."),
            userName
        );

    private Task<OperationId> RefusedAsync(DateTimeOffset at, Caller caller, ScimException why, string? userName) =>
        _journal.RefusedAsync(
            new WriteRequest(caller, "POST /Users", Reading.Rfc(), at, at)
            {
                Names = userName is null ? null : new KnownAs(userName, null, null),
            },
            why
        );
}

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
using ScimGateway.Provisioning.Storage;
using ScimGateway.SlackEmulator.Tests;
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
        _store = await Store.OpenAsync(Path.Combine(_data, "gateway.db"), CancellationToken.None);
        _journal = new OperationJournal(_store);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_data, recursive: true);
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
            old.Add(await RefusedAsync(TimeSpan.FromDays(91), new TenantId(1 + i % 3)));
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
        await using (var kept = Kept.Open(_data))
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

    private static Task UntilAsync(Func<bool> isSo) => Gateway.UntilAsync(() => Task.FromResult(isSo()));

    private async Task<OperationId> RefusedAsync(TimeSpan ago, TenantId? tenant = null)
    {
        var at = _clock.GetUtcNow() - ago;
        var asked = new Asked(
            new Caller(tenant ?? Gateway.Tenant, 7, "okta", new Preferences()),
            "POST /Users",
            Reading.Rfc(),
            at,
            at
        );
        await _journal.RefusedAsync(asked, ScimException.InvalidValue("No name."));
        return asked.OperationId;
    }
}

using System.Data.Common;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using ScimGateway.Provisioning.Logging;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;

namespace ScimGateway.Provisioning.Executing;

/// <summary>
/// Until when Slack wants to see no call, as the tenant's row has it: Slack goes by that whichever process it told.
/// </summary>
internal sealed class StoredFreeze : IAsyncDisposable
{
    private readonly HomeStore _store;
    private readonly SlackBudget _budget;
    private readonly ILogger<StoredFreeze> _log;
    private Task _keeping = Task.CompletedTask;

    /// <summary>From now on what Slack says is kept.</summary>
    public StoredFreeze(HomeStore store, SlackBudget budget, ILogger<StoredFreeze> log)
    {
        (_store, _budget, _log) = (store, budget, log);
        budget.Froze += () => _keeping = KeepAsync();
    }

    /// <summary>Takes over what Slack told the former home.</summary>
    public void TakeOver(string? kept)
    {
        if (kept is null)
            return;
        foreach (var (bucket, until) in JsonSerializer.Deserialize<Dictionary<string, DateTimeOffset>>(kept)!)
            if (Enum.TryParse<SlackBucket>(bucket, out var known))
                _budget.Freeze(known, until);
    }

    /// <summary>What was said last is kept when this comes back: a tenant's writes are done in their order.</summary>
    public async ValueTask DisposeAsync() => await _keeping;

    private async Task KeepAsync()
    {
        try
        {
            await _store.WriteAsync(
                session =>
                    TenantConnections.SetSlackFrozen(session, _store.Tenant, JsonSerializer.Serialize(_budget.Frozen)),
                CancellationToken.None
            );
        }
        catch (HomeEndedException)
        {
            // Slack tells the home that the tenant has by now.
        }
#pragma warning disable CA1031 // such as a full disk: this home goes by it all the same
        catch (Exception e)
#pragma warning restore CA1031
        {
            _log.SlackPauseNotStored(e.GetType().Name, (e as DbException)?.ErrorCode ?? 0);
        }
    }
}

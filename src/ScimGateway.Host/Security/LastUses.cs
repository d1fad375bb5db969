using System.Threading.Channels;
using ScimGateway.Host.Logging;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Security;

/// <summary>
/// Writes down when credentials were last used, so that administrators see which nobody uses any more. It is written
/// beside the requests, once a minute at most for each; where more wait than there is room for, that minute is left out.
/// </summary>
internal sealed class LastUses(Store store, ILogger<LastUses> log) : BackgroundService
{
    private const int MostWaiting = 1_000;

    private readonly Channel<(CredentialId Id, Instant At)> _waiting = Channel.CreateBounded<(CredentialId, Instant)>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
    );

    /// <summary>A credential was used.</summary>
    public void Note(SourceCredential credential, Instant now) =>
        _waiting.Writer.TryWrite((credential.Id, now - TimeSpan.FromMilliseconds(now.Value % 60_000)));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (id, at) in _waiting.Reader.ReadAllAsync(stoppingToken))
            try
            {
                // No tenant's write, whose home may be another instance by now.
                await store.WriteAsync(session => Credentials.SetUsed(session, id, at), stoppingToken);
            }
            catch (StoreAwayException)
            {
                // the log says so once (StoreWatch), and not for each credential
            }
#pragma warning disable CA1031 // whatever it is: who is let in does not depend on it
            catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
            {
                log.CredentialUseNotStored(e.GetType().Name);
            }
    }
}

using System.Threading.Channels;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;

namespace ScimGateway.Host.Admin;

/// <summary>One who watches, until it is disposed of.</summary>
internal sealed class OperationStream(OperationStreams.Watch watch, AdminKeyId key) : IDisposable
{
    // A reader with more than this many unread changes is disconnected, and resumes later from its last one.
    private const int MostWaiting = 5_000;

    private readonly Channel<Operation> _changes = Channel.CreateBounded<Operation>(MostWaiting);

    /// <summary>What has changed; it ends where the reader was too slow, or may not watch any more.</summary>
    public ChannelReader<Operation> Changes => _changes.Reader;

    /// <summary>What it watches with others.</summary>
    public OperationStreams.Watch Watch => watch;

    /// <summary>The key of who watches.</summary>
    public AdminKeyId Key => key;

    /// <summary>Nothing more comes.</summary>
    public void End() => _changes.Writer.TryComplete();

    /// <summary>Something has changed.</summary>
    public void Offer(Operation operation)
    {
        if (!_changes.Writer.TryWrite(operation))
            End();
    }

    /// <inheritdoc/>
    public void Dispose() => watch.Leave(this);
}

/// <summary>What of an operation changes.</summary>
internal readonly record struct OperationState(OperationId Id, string Outcome, Instant? Finished, int Counted)
{
    /// <summary>As it is now.</summary>
    public static OperationState Of(Operation one) => new(one.Id, one.Outcome, one.Finished, one.Counted);
}

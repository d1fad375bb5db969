using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Writing;

/// <summary>
/// One write at a time to each user, and to the document of each group: the next begins when the answer to the one
/// before it is out, so that a refusal has one document to go back to.
/// </summary>
internal sealed class WriteTurns(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ResourceId, Turn> _turns = [];

    /// <summary>Waits for the resource's turn, in order of arrival; null if it does not come in time.</summary>
    public async Task<IDisposable?> TakeAsync(ResourceId resource, DateTimeOffset until, CancellationToken gone)
    {
        Turn turn;
        lock (_gate)
        {
            if (!_turns.TryGetValue(resource, out turn!))
                _turns[resource] = turn = new Turn(this, resource);
            turn.Wanted++;
        }
        try
        {
            var first = turn.Free.WaitAsync(TimeSpan.Zero, CancellationToken.None);
            if (await first)
                return turn;
            var patience = until - clock.GetUtcNow();
            using var late = new CancellationTokenSource(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, gone);
            await turn.Free.WaitAsync(either.Token);
            return turn;
        }
        catch (OperationCanceledException)
        {
            Leave(turn);
            gone.ThrowIfCancellationRequested();
            return null;
        }
    }

    private void Leave(Turn turn)
    {
        lock (_gate)
            if (--turn.Wanted == 0)
            {
                _turns.Remove(turn.Resource);
                turn.Free.Dispose();
            }
    }

    private sealed class Turn(WriteTurns turns, ResourceId resource) : IDisposable
    {
        public ResourceId Resource { get; } = resource;

        public SemaphoreSlim Free { get; } = new(1);

        public int Wanted { get; set; }

        public void Dispose()
        {
            Free.Release();
            turns.Leave(this);
        }
    }
}

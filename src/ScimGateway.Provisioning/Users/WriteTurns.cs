namespace ScimGateway.Provisioning.Users;

/// <summary>One write at a time to each user: the next begins when the answer to the one before it is out, so that a refusal has one document to go back to.</summary>
internal sealed class WriteTurns(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Turn> _turns = [];

    /// <summary>Waits for the user's turn, in order of arrival; null if it does not come in time.</summary>
    public async Task<IDisposable?> TakeAsync(Guid user, DateTimeOffset until, CancellationToken gone)
    {
        Turn turn;
        lock (_gate)
        {
            if (!_turns.TryGetValue(user, out turn!))
                _turns[user] = turn = new Turn(this, user);
            turn.Wanted++;
        }
        try
        {
            var first = turn.Free.WaitAsync(TimeSpan.Zero, CancellationToken.None);
            if (await first.ConfigureAwait(false))
                return turn;
            var patience = until - clock.GetUtcNow();
            using var late = new CancellationTokenSource(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, gone);
            await turn.Free.WaitAsync(either.Token).ConfigureAwait(false);
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
                _turns.Remove(turn.User);
                turn.Free.Dispose();
            }
    }

    private sealed class Turn(WriteTurns turns, Guid user) : IDisposable
    {
        public Guid User { get; } = user;

        public SemaphoreSlim Free { get; } = new(1);

        public int Wanted { get; set; }

        public void Dispose()
        {
            Free.Release();
            turns.Leave(this);
        }
    }
}

namespace ScimGateway.Provisioning.Users;

/// <summary>One write at a time to each user: the next begins when the answer to the one before it is out, so that a refusal has one document to go back to.</summary>
internal sealed class WriteTurns
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Turn> _turns = [];

    /// <summary>Waits for the user's turn; null if it does not come within the time.</summary>
    public async Task<IDisposable?> TakeAsync(Guid user, TimeSpan patience)
    {
        Turn turn;
        lock (_gate)
        {
            if (!_turns.TryGetValue(user, out turn!))
                _turns[user] = turn = new Turn(this, user);
            turn.Wanted++;
        }
        if (await turn.Free.WaitAsync(patience).ConfigureAwait(false))
            return turn;
        Leave(turn);
        return null;
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

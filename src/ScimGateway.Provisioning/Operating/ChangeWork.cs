using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Provisioning.Operating;

/// <summary>
/// What is particular of one kind of change; <see cref="Changes"/> does the rest. What is done in a transaction may be
/// done again, so nothing is kept between two.
/// </summary>
internal abstract class ChangeWork
{
    /// <summary>A batch is one transaction, which others queue behind.</summary>
    protected const int MostAtOnce = 100;

    /// <summary>Says what the change would mean; gives it back with what has to be known when it is made.</summary>
    public abstract Task<TenantChange> PreviewAsync(Planned planned);

    /// <summary>What is so from the confirmation on, in its transaction.</summary>
    /// <exception cref="NotReadyException">The change cannot be made as things are by now.</exception>
    public abstract Noted Note(StoreSession session);

    /// <summary>
    /// The first batch of what is to be done then; done again after an interruption, it finds less to do.
    /// </summary>
    public virtual Batch Start(StoreSession session) => Batch.Last;

    /// <summary>Does all that is to be done, from the first batch on; others write between two.</summary>
    /// <param name="store">The tenant's.</param>
    /// <param name="reached">What happens at its steps.</param>
    public virtual async Task WorkAsync(HomeStore store, AtStep? reached)
    {
        for (Func<StoreSession, Batch>? next = Start; next is not null; )
            next = (await store.WriteAsync(next, CancellationToken.None)).Next;
    }
}

/// <summary>A change that was noted.</summary>
/// <param name="What">What was done, for the journal.</param>
/// <param name="Difference">What is other than before, for people.</param>
/// <param name="Then">What goes by it as soon as it is on the disk.</param>
internal sealed record Noted(string What, string Difference, Action? Then = null);

/// <summary>What one batch did.</summary>
/// <param name="Next">The next one; null if nothing is left.</param>
internal sealed record Batch(Func<StoreSession, Batch>? Next)
{
    /// <summary>Nothing is left.</summary>
    public static readonly Batch Last = new(Next: null);

    /// <summary>What Slack is told by it.</summary>
    public IReadOnlyList<PlannedLink> Planned { get; init; } = [];
}

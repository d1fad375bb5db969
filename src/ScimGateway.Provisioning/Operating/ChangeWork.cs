using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Operating;

/// <summary>
/// What is particular of one kind of change; <see cref="Changes"/> does the rest. What is done in a transaction may be
/// done again, so nothing is kept between two.
/// </summary>
internal abstract class ChangeWork
{
    /// <summary>When an operator saw what the change means; null while that is worked out.</summary>
    public Instant? Seen { get; init; }

    /// <summary>A batch is one transaction, which others queue behind.</summary>
    protected const int MostAtOnce = 100;

    /// <summary>Begins what would become of a link that an operator has to release first.</summary>
    protected const string WhenReleased = "WhenReleased";

    /// <summary>Says what the change would mean; gives it back with what has to be known when it is made.</summary>
    public abstract Task<TenantChange> PreviewAsync(Planned planned);

    /// <summary>What is so from the confirmation on, in its transaction.</summary>
    /// <exception cref="NotReadyException">The change cannot be made as things are by now.</exception>
    public abstract Noted Note(StoreSession session);

    /// <summary>
    /// The first batch of what is to be done then; done again after an interruption, it finds less to do.
    /// </summary>
    public virtual Batch Start(StoreSession session) => Batch.Last;

    /// <summary>
    /// Why somebody whom a provider has written since the operator looked is not activated or deactivated by the change:
    /// the guard counts that, as nobody has seen it. Null if that may be, or was seen.
    /// </summary>
    protected Reason? Beyond(
        OperatedTenant tenant,
        StoreSession session,
        Link link,
        Resource? user,
        Preferences preferences
    ) =>
        user is { Kind: Kind.User }
        && user.Modified > Seen
        && link.SlackId is not null
        && Wanted.Of(session, link, preferences).Commands.Any(told => told.Delivers.Says(SlackField.Active))
            ? GuardCount.Of(session, Caller.Itself(tenant.Id, preferences), Guarded.Account, link.Id, tenant.Now)
            : null;

    /// <summary>Does all that is to be done, from the first batch on; others write between two.</summary>
    /// <param name="store">The tenant's.</param>
    /// <param name="reached">What happens at its steps.</param>
    public virtual async Task WorkAsync(HomeStore store, AtStep? reached)
    {
        for (Func<StoreSession, Batch>? next = Start; next is not null; )
            next = (await store.WriteAsync(next, CancellationToken.None)).Next;
    }

    /// <summary>Does something in the store, says what came of it, and has it undone.</summary>
    protected static async Task<T> WhatIfAsync<T>(HomeStore store, Func<StoreSession, T> work)
    {
        try
        {
            return await store.WriteAsync<T>(session => throw new Undone<T>(work(session)), CancellationToken.None);
        }
        catch (Undone<T> undone)
        {
            return undone.Found;
        }
    }

    // Ends work in the store, which undoes it.
    private sealed class Undone<T>(T found) : Exception
    {
        public T Found => found;
    }
}

/// <summary>A change that was noted.</summary>
/// <param name="What">What was done, for the journal.</param>
/// <param name="Difference">What is other than before, for people.</param>
/// <param name="Then">What goes by it as soon as it is on the disk.</param>
internal sealed record Noted(string What, string Difference, Action? Then = null)
{
    /// <summary>What is done by it, of a change that takes in what has come since the preview; else null.</summary>
    public Planned? Now { get; init; }
}

/// <summary>What one batch did.</summary>
/// <param name="Next">The next one; null if nothing is left.</param>
internal sealed record Batch(Func<StoreSession, Batch>? Next)
{
    /// <summary>Nothing is left.</summary>
    public static readonly Batch Last = new(Next: null);

    /// <summary>What Slack is told by it.</summary>
    public IReadOnlyList<PlannedLink> Planned { get; init; } = [];
}

using ScimGateway.Protocol.Errors;

namespace ScimGateway.Provisioning.Model.Journal;

/// <summary>
/// Users who exchange addresses by one bulk request. Nobody of them is answered before it is clear that all have what
/// they want, or that it is as it was.
/// </summary>
/// <param name="users">Who they are.</param>
public sealed class Exchange(IReadOnlySet<ResourceId> users)
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ScimException?> _ended = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private int _unwritten = users.Count;
    private int _without = users.Count;

    /// <summary>When it begins, or has come to nothing before.</summary>
    public Task Begun => _begun.Task;

    /// <summary>Why it came to nothing; null if all have what they want. Cancelled if that takes too long.</summary>
    public Task<ScimException?> Ended => _ended.Task;

    /// <summary>Whether a user is one of them.</summary>
    public bool Has(ResourceId user) => users.Contains(user);

    /// <summary>What one of them wants is written down; whether that was the last one.</summary>
    public bool WriteDown() => Interlocked.Decrement(ref _unwritten) == 0;

    /// <summary>All are written down, and want each other's.</summary>
    public void Begin() => _begun.TrySetResult();

    /// <summary>One of them has what it wants.</summary>
    public void Complete()
    {
        if (Interlocked.Decrement(ref _without) == 0)
            _ended.TrySetResult(null);
    }

    /// <summary>One of them cannot have what it wants, so nobody can.</summary>
    public void Fail(ScimException why)
    {
        _ended.TrySetResult(why);
        _begun.TrySetResult();
    }

    /// <summary>One of them can wait no longer, so nobody does.</summary>
    public void GiveUp()
    {
        _ended.TrySetCanceled();
        _begun.TrySetResult();
    }
}

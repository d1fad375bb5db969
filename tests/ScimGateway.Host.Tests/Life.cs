using ScimGateway.Provisioning.Executing;

namespace ScimGateway.Host.Tests;

/// <summary>
/// The life of one process, as far as its steps tell: it can end at one, and what reaches a step after that never goes
/// on.
/// </summary>
internal sealed class Life
{
    private readonly TaskCompletionSource _buried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int[] _times = new int[Enum.GetValues<Step>().Length];
    private volatile bool _isOver;
    private volatile Func<Step, Task?> _fate = _ => null;

    /// <summary>What the engine calls.</summary>
    public Task At(Step step)
    {
        Interlocked.Increment(ref _times[(int)step]);
        return _isOver ? _buried.Task
            : _fate(step) is { } until ? Task.WhenAny(until, _buried.Task).Unwrap()
            : Task.CompletedTask;
    }

    /// <summary>Has it end at a step; what comes back is done when it has.</summary>
    public Task DieAt(Step last)
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _fate = step =>
        {
            if (step != last)
                return null;
            End();
            over.TrySetResult();
            return _buried.Task;
        };
        return over.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
    }

    /// <summary>Has whatever reaches a step wait there.</summary>
    public void HoldAt(Step step, Task until, (Step Step, Task Until)? other = null) =>
        _fate = reached =>
            reached == step ? until
            : reached == other?.Step ? other?.Until
            : null;

    /// <summary>Has something happen whenever a step is reached, before it goes on.</summary>
    public void Meanwhile(Step step, Func<Task> happens) => _fate = reached => reached == step ? happens() : null;

    /// <summary>Counts steps from now on.</summary>
    public void Watch() => Array.Clear(_times);

    /// <summary>Waits until a step was reached so often.</summary>
    public Task ReachedAsync(Step step, int times = 1) =>
        Gateway.UntilAsync(() => Task.FromResult(Volatile.Read(ref _times[(int)step]) >= times));

    /// <summary>It ends where it is.</summary>
    public void End() => _isOver = true;

    /// <summary>Lets go of what never went on, so that it can be disposed of.</summary>
    public void Bury() => _buried.TrySetCanceled();
}

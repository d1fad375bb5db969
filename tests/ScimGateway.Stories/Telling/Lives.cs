using ScimGateway.Stories.Believing;

namespace ScimGateway.Stories.Telling;

/// <summary>What becomes of the gateway's process and of its store, and the model is told of it.</summary>
internal sealed class Lives(Teller teller)
{
    private Kept? _kept;

    private IEnumerable<string> Groups => teller.World.Slack.Workspace.GroupsInOrder.Select(group => group.Id);

    /// <summary>Carries a step out; false if it is none of these.</summary>
    public async Task<bool> TakeAsync(Step step, Watch watch)
    {
        switch (step)
        {
            case Step.Restart:
                await teller.StopAsync();
                await teller.BringUpAsync();
                return true;
            case Step.Die die:
                teller.World.DieAfter(die.After);
                return true;
            case Step.Wait wait:
                await teller.PassAsync(TimeSpan.FromSeconds(wait.Seconds));
                return true;
            case Step.BackUp:
                await BackUpAsync();
                return true;
            case Step.PutBack when _kept is { } kept:
                // What was told in the same instant is no older than what Slack shows.
                await teller.PassAsync(TimeSpan.FromSeconds(1));
                await teller.StopAsync();
                teller.World.PutBackCopy();
                // A restored store is read anew at its start, which no home does without a token.
                teller.World.Slack.Knobs.Set("auth.tokens", null);
                teller.Model.TakeBack(kept, Groups);
                if (teller.Model.Done > kept.Step) // else it may be the one that was there
                    watch.IsPutBack();
                await teller.BringUpAsync();
                return true;
            default:
                return step is Step.PutBack;
        }
    }

    // What is under way is in the copy or not, which nobody could tell; what was taken on is in it.
    private async Task BackUpAsync()
    {
        for (var seconds = 0; seconds < 30 && teller.IsWaiting; seconds++)
            await teller.PassAsync(TimeSpan.FromSeconds(1));
        if (teller.IsWaiting || !teller.World.IsUp || teller.World.IsDead)
            return;
        await teller.World.CopyAsync();
        _kept = teller.Model.Keep(Groups);
    }
}

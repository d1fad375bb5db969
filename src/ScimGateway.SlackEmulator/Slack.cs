using ScimGateway.SlackEmulator.Access;
using ScimGateway.SlackEmulator.Organization;
using ScimGateway.SlackEmulator.Traffic;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator;

/// <summary>The pretend Slack: all its parts, and how they start over.</summary>
internal sealed class Slack
{
    private readonly int _seed;

    public Slack(TimeProvider clock, int seed)
    {
        Clock = clock;
        _seed = seed;
        Workspace = new Workspace(Knobs, clock);
        Tokens = new TokenLedger(Workspace);
        OAuth = new OAuth(Workspace, Tokens);
        Workspace.Deactivated = owner =>
        {
            if (Knobs.Current.Get(KnobTable.RevokeWithOwner))
                Tokens.RevokeOf(owner);
        };
        Knobs.Changed = Turned;
    }

    public TimeProvider Clock { get; }

    public Knobs Knobs { get; } = new();

    public Workspace Workspace { get; }

    public TokenLedger Tokens { get; }

    public OAuth OAuth { get; }

    public Limits Limits { get; } = new();

    public ObjectLocks Locks { get; } = new();

    public Faults Faults { get; } = new();

    public Weather Weather { get; } = new();

    public FlakyCreate Flaky { get; } = new();

    public Calls Calls { get; } = new();

    /// <summary>Data, tokens and limits back to the start; no faults, no calls. The knobs stay as they are.</summary>
    public void Restart()
    {
        var knobs = Knobs.Current;
        Faults.Clear();
        Calls.Clear();
        Weather.Restart(knobs.Get(KnobTable.Seed));
        lock (Workspace.Gate)
        {
            Workspace.Clear();
            Seed.Fill(Workspace, _seed, knobs);
            OAuth.Restart();
            Tokens.Restart(knobs.Get(KnobTable.Tokens));
            Limits.Restart();
            Flaky.Forget();
        }
    }

    private void Turned(KnobValues before, KnobValues now)
    {
        if (!ReferenceEquals(before.Get(KnobTable.Tokens), now.Get(KnobTable.Tokens)))
            lock (Workspace.Gate)
                Tokens.Give(now.Get(KnobTable.Tokens));
        if (before.Get(KnobTable.Seed) != now.Get(KnobTable.Seed))
            Weather.Restart(now.Get(KnobTable.Seed));
    }
}

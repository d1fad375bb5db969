using ScimGateway.SlackEmulator.Access;
using ScimGateway.SlackEmulator.Organization;
using ScimGateway.SlackEmulator.Traffic;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator;

/// <summary>One organization of the pretend Slack: all its parts, and how they start over. Nothing in it is
/// another's, too.</summary>
public sealed class SlackOrganization
{
    private readonly int _seed;

    internal SlackOrganization(int number, TimeProvider clock, int seed, KnobValues knobs)
    {
        Token = SlackEmulatorServer.TokenOf(number);
        Clock = clock;
        _seed = seed;
        Knobs = new Knobs(knobs);
        Workspace = new Workspace(number, Knobs, Clock);
        Tokens = new TokenLedger(Workspace);
        OAuth = new OAuth(Workspace, Tokens);
        Workspace.Deactivated = owner =>
        {
            if (Knobs.Current.Get(KnobTable.RevokeWithOwner))
                Tokens.RevokeOf(owner);
        };
        Knobs.Changed = Turned;
        Reset();
    }

    /// <summary>The token that is there unless the knob <c>auth.tokens</c> says otherwise: the primary owner's.</summary>
    public string Token { get; }

    /// <summary>What it has: raw state, and changes by hand.</summary>
    public Workspace Workspace { get; }

    /// <summary>How it behaves.</summary>
    public Knobs Knobs { get; }

    /// <summary>The calls that came.</summary>
    public Calls Calls { get; } = new();

    /// <summary>Bad weather to order.</summary>
    public Faults Faults { get; } = new();

    internal TimeProvider Clock { get; }

    internal TokenLedger Tokens { get; }

    internal OAuth OAuth { get; }

    internal Limits Limits { get; } = new();

    internal ObjectLocks Locks { get; } = new();

    internal Weather Weather { get; } = new();

    internal FlakyCreate Flaky { get; } = new();

    /// <summary>Data, tokens and limits back to the start; no faults, no calls. The knobs stay as they are.</summary>
    public void Reset()
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

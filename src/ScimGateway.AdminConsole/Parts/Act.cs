using ScimGateway.AdminConsole.Answers;

namespace ScimGateway.AdminConsole.Parts;

/// <summary>Something that can be done to a person or group.</summary>
/// <param name="Word">The admin API's word for it.</param>
/// <param name="Label">What its button says.</param>
/// <param name="Does">What it does.</param>
/// <param name="Done">What is said when it was done.</param>
/// <param name="Suits">Whether it makes sense.</param>
/// <param name="IsOwners">Whether it takes an owner, since it cannot be undone.</param>
internal sealed record Act(
    string Word,
    string Label,
    string Does,
    string Done,
    Func<Link, bool> Suits,
    bool IsOwners = false
)
{
    /// <summary>All of them, in the order of how often they are wanted.</summary>
    public static IReadOnlyList<Act> All { get; } =
    [
        new(
            "provision",
            "Provision now",
            "It is planned anew and told to Slack now, before all others.",
            "It was planned anew. What Slack has by now, or why it does not, is below.",
            link => link is { Source: not null, Shown: true, State: not ("held" or "protected") }
        ),
        new(
            "deactivate",
            "Deactivate now",
            "The person is signed out of Slack and cannot sign in any more. It is done at once, past the guard and the preferences that might hold it. Disable the person at the provider, too: its next message that says the person is active lets the person in again.",
            "The deactivation was taken on. What came of it is below.",
            link => link is { Kind: "user", Source: not null, ActiveInSlack: true }
        ),
        new(
            "reopen",
            "Reopen: take the dismissal back",
            "What was dismissed counts again, and waits for a decision or is told to Slack.",
            "The dismissal was taken back.",
            link => link.Reason?.Code == "dismissed"
        ),
        new(
            "protect",
            "Protect",
            "Nobody but Slack's own people changes the account any more, whatever a provider asks for.",
            "It is protected.",
            link => link is { Kind: "user", State: not "protected", SlackId: not null }
        ),
        new(
            "unprotect",
            "End the protection",
            "The account can be claimed and changed by providers again.",
            "It is protected no more.",
            link => link.State == "protected"
        ),
        new(
            "unlink",
            "Unlink",
            "The account stays in Slack as it is, and is nobody's. What the provider asks for is kept here and not told to Slack.",
            "It was unlinked.",
            link => link is { Source: not null, SlackId: not null }
        ),
        new(
            "erase",
            "Erase",
            "All that is kept of the person is forgotten, also in the journal and in former versions: of an account the Slack id stays, and hashes by which whoever has an address finds it. It cannot be undone. Slack keeps the account as it is.",
            "The person was forgotten.",
            link => link is { Kind: "user", Shown: false, Reason: not { Code: "erasedHere" } },
            IsOwners: true
        ),
    ];

    /// <summary>What somebody can do to one.</summary>
    public static IEnumerable<Act> For(Link link, Session me) =>
        All.Where(act => act.Suits(link) && (me.IsOwner || (me.MayDecide && !act.IsOwners)));

    /// <summary>Whether it can be given to whoever a provider has.</summary>
    public static bool CanBeGiven(Link link) =>
        link is { Source: null, Shown: true, SlackId: not null, State: not ("protected" or "broken") };

    /// <summary>The one of a word; null for none.</summary>
    public static Act? Called(string? word) => All.FirstOrDefault(act => act.Word == word);
}

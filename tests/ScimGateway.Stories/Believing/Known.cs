using ScimGateway.Stories.Telling;

namespace ScimGateway.Stories.Believing;

/// <summary>
/// Faults that are known and not mended yet: a story that ends in one is counted and fails nothing. Each has a story of
/// its name among the tests, which says when it is mended; then its line goes from here.
/// </summary>
internal static class Known
{
    private static readonly (string Name, Func<Told, Story, bool> Is)[] _faults =
    [
        (
            "full-list-after-a-deletion-is-a-version",
            (told, story) =>
                told.Check is "again-makes" or "again-refused" or "again-costs"
                && told.What.Contains("group", StringComparison.Ordinal)
                && Has<Step.Delete>(story)
        ),
        ("overtaken-operation-has-no-outcome", (told, _) => told.Check == "journal"),
        (
            "erased-and-found-without-end",
            (told, story) =>
                told.Check == "busy" && story.Steps.Any(step => step is Step.ChangeByHand { What: "erased" })
        ),
        (
            "address-let-go-and-taken-back",
            (told, _) => told.Check == "blocked" && told.What.Contains("AddressTaken", StringComparison.Ordinal)
        ),
        (
            "left-out-and-created-again",
            (told, story) =>
                told.Check == "blocked"
                && told.What.Contains("OutOfScope", StringComparison.Ordinal)
                && Has<Step.Delete>(story)
        ),
        ("exchanged-addresses", (told, _) => told.Check == "swap"),
        (
            "old-primary-becomes-the-second",
            (told, story) =>
                told.Check == "second" && story.Steps.Any(step => step is Step.Knob { Name: "emails.patch_primary" })
        ),
        (
            "back-in-scope-and-not-in-the-group",
            (told, story) =>
                told.Check == "members"
                && told.What.Contains("is not there at Slack", StringComparison.Ordinal)
                && Has<Step.Rule>(story)
        ),
        ("made-and-out-of-scope", (told, story) => told.Check == "orphan" && Has<Step.Rule>(story)),
    ];

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => _faults.Select(fault => fault.Name);

    /// <summary>Which of them it is; null if none.</summary>
    public static string? Of(Told told, Story story) => Array.Find(_faults, fault => fault.Is(told, story)).Name;

    private static bool Has<T>(Story story) => story.Steps.Any(step => step is T);
}

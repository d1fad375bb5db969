namespace ScimGateway.AdminConsole.Parts;

/// <summary>A preference as the form has it.</summary>
/// <param name="Name">The admin API's word for it.</param>
/// <param name="Label">What it is called.</param>
/// <param name="Choices">What can be chosen, and what each means; empty where a number is entered.</param>
/// <param name="Hint">What else is to be known.</param>
public sealed record Preference(
    string Name,
    string Label,
    IReadOnlyList<(string Word, string Label)> Choices,
    string? Hint = null
)
{
    private static readonly (string, string)[] _yesOrNo = [("true", "yes"), ("false", "no")];

    /// <summary>All of them, under the headings of the page.</summary>
    public static IReadOnlyList<(string Heading, IReadOnlyList<Preference> Of)> All { get; } =
    [
        (
            "People",
            [
                new(
                    "uniqueUserIdentifier",
                    "An account in Slack is found by",
                    [("primaryEmail", "the address"), ("userName", "the userName")]
                ),
                new("createUsers", "Create people", _yesOrNo),
                new("updateUsers", "Change people", _yesOrNo),
                new("disableUsers", "Deactivate people", _yesOrNo, "Only with changing people."),
                new(
                    "deprovisionUsers",
                    "Whom the provider deletes",
                    [("true", "leaves Slack"), ("false", "stays in Slack")]
                ),
                new(
                    "removeAction",
                    "Leaving Slack is told as",
                    [("disable", "a deactivation"), ("delete", "a deletion")],
                    "Slack deactivates either way. A deletion only with deactivating people."
                ),
                new(
                    "deprovisionOnRuleDeletion",
                    "Whom a changed rule leaves out",
                    [("false", "stays in Slack"), ("true", "leaves Slack")],
                    "Only where whom the provider deletes leaves, too."
                ),
                new(
                    "provisionDisabledUsers",
                    "Create people who are inactive",
                    [("false", "no"), ("true", "yes, and deactivate them")],
                    "Only with creating and deactivating people."
                ),
                new(
                    "whenAccountExists",
                    "Where Slack has an account already",
                    [("adopt", "it becomes the user's"), ("refuse", "the provider is refused")]
                ),
                new(
                    "userSlackCannotHold",
                    "A user whom Slack cannot take",
                    [("refuse", "is refused"), ("keep", "is kept, and not told to Slack")]
                ),
                new(
                    "slackUserName",
                    "The name in Slack",
                    [("derive", "is made from the userName"), ("verbatim", "is the userName as it stands")]
                ),
                new(
                    "displayNameOnCreateOnly",
                    "The display name is told",
                    [("false", "whenever it changes"), ("true", "when an account is made, and never again")]
                ),
            ]
        ),
        (
            "Groups",
            [
                new("createGroups", "Create groups", _yesOrNo),
                new("updateGroups", "Change groups", _yesOrNo),
                new("deleteGroups", "Delete groups", _yesOrNo),
                new(
                    "groupMembership",
                    "Who is in a group only in Slack",
                    [("merge", "stays"), ("overwrite", "leaves with the provider's next full list")]
                ),
                new(
                    "unknownGroupMember",
                    "A member whom nobody knows",
                    [("skip", "is left out, and noted"), ("refuse", "has the change refused")]
                ),
                new(
                    "nestedGroups",
                    "Groups in groups",
                    [("keep", "are kept, and not told to Slack"), ("flatten", "have their members told to Slack")]
                ),
            ]
        ),
        (
            "What is held for a decision",
            [
                new(
                    "guardedAccounts",
                    "More people than this activated or deactivated within an hour",
                    [],
                    "0 for no limit."
                ),
                new(
                    "guardedAddresses",
                    "More people than this with another sign-in address within an hour",
                    [],
                    "0 for no limit."
                ),
                new("guardedMembers", "More members than this who leave a group within an hour", [], "0 for no limit."),
                new("guardedGroups", "More groups than this deleted within an hour", [], "0 for no limit."),
            ]
        ),
        (
            "What is not allowed, late or changed in Slack",
            [
                new(
                    "whenNotAllowed",
                    "What these preferences do not allow",
                    [("refuse", "is refused"), ("skip", "is accepted, and left out")]
                ),
                new(
                    "drift",
                    "What somebody changes in Slack",
                    [("report", "is reported, and stays"), ("restore", "is set back")]
                ),
                new(
                    "waitBudgetSeconds",
                    "Seconds that a provider waits for Slack's answer",
                    [],
                    "0: it is answered at once, and Slack is told afterwards. 60 at most."
                ),
                new(
                    "whenSlackIsSlow",
                    "Where Slack takes longer",
                    [("accept", "the change is taken on"), ("refuse", "the provider tries again")],
                    "The second only where providers wait."
                ),
                new(
                    "whileSlackCannotBeWritten",
                    "While Slack cannot be written",
                    [("refuse", "providers try again later"), ("queue", "changes are taken on")]
                ),
                new(
                    "v1Lane",
                    "Scripts in Slack's own words",
                    [
                        ("off", "are refused"),
                        ("read", "may read"),
                        ("write", "may write"),
                        ("writeSignIn", "may write, also how people sign in"),
                    ]
                ),
                new(
                    "dialect",
                    "What providers send is read",
                    [("usual", "as it is meant"), ("interop", "as the SCIM Interoperability Profile has it")],
                    "The profile refuses usual requests of many providers, such as Okta's and Entra ID's."
                ),
            ]
        ),
    ];
}

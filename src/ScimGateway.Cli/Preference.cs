namespace ScimGateway.Cli;

/// <summary>A preference as it is entered. The admin API has them all; a test holds these against it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">What it can be, the default first; NUMBER stands for any number.</param>
/// <param name="Says">What it decides.</param>
internal sealed record Preference(string Name, IReadOnlyList<string> Values, string Says)
{
    private static readonly string[] _on = ["true", "false"];
    private static readonly string[] _off = ["false", "true"];

    /// <summary>As it can be entered.</summary>
    public IEnumerable<string> Words => from value in Values where value != Number select $"{Name}={value}";

    /// <summary>The one of a name; null if there is none.</summary>
    public static Preference? Of(string name) => All.FirstOrDefault(one => one.Name == name);

    /// <summary>The value that is meant by a word in another case; null if it is none of them.</summary>
    public string? Spelled(string word) =>
        Values.FirstOrDefault(value => value != Number && value.Equals(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Preference> All { get; } =
    [
        new("uniqueUserIdentifier", ["primaryEmail", "userName"], "By what an account that Slack has is found"),
        new("createUsers", _on, "Whether users may be created"),
        new("updateUsers", _on, "Whether users may be changed"),
        new("disableUsers", _on, "Whether users may be deactivated; only with updateUsers"),
        new("deprovisionUsers", _on, "Whether users may be removed"),
        new(
            "removeAction",
            ["disable", "delete"],
            "How a removed user leaves Slack: by a PATCH or by Slack's DELETE. Slack deactivates the account either way. delete only with disableUsers"
        ),
        new(
            "deprovisionOnRuleDeletion",
            _off,
            "Whether users leave Slack whom no rule admits any more since one was changed or deleted; else they stay as they are. Only with deprovisionUsers"
        ),
        new(
            "provisionDisabledUsers",
            _off,
            "Whether inactive users get an account at once; only with createUsers and disableUsers"
        ),
        new("createGroups", _on, "Whether groups may be created"),
        new("updateGroups", _on, "Whether groups may be renamed and their members changed"),
        new("deleteGroups", _on, "Whether groups may be deleted"),
        new(
            "groupMembership",
            ["merge", "overwrite"],
            "With a full list of members, whoever is only in Slack stays, or goes"
        ),
        new(
            "unknownGroupMember",
            ["skip", "refuse"],
            "A member that the tenant does not know is ignored, or the request refused"
        ),
        new(
            "nestedGroups",
            ["keep", "flatten"],
            "A group in a group is shown and not sent, or its members are at Slack in the outer group, too"
        ),
        new(
            "whenNotAllowed",
            ["refuse", "skip"],
            "A change that these do not allow is refused, or kept here without Slack hearing of it"
        ),
        new(
            "guardedAccounts",
            ["20", Number],
            "How many accounts, or 1 % of the claimed ones, may be activated or deactivated within an hour; more are held. 0 for any number"
        ),
        new(
            "guardedMembers",
            ["20", Number],
            "How many members, or half of them, may leave one group within an hour; more are held. 0 for any number"
        ),
        new(
            "guardedGroups",
            ["5", Number],
            "How many groups may be deleted within an hour; more are held. 0 for any number"
        ),
        new(
            "guardedAddresses",
            ["20", Number],
            "How many accounts, or 1 % of the claimed ones, may get another sign-in address within an hour; more are held. 0 for any number"
        ),
        new(
            "drift",
            ["report", "restore"],
            "What was changed in Slack by hand is reported, or set back as far as these allow it"
        ),
        new(
            "whenAccountExists",
            ["adopt", "refuse"],
            "Where Slack has an account of a new user, it is claimed, or the create refused"
        ),
        new(
            "whenSlackIsSlow",
            ["accept", "refuse"],
            "A change that takes longer than waitBudgetSeconds is taken on, or the provider told to come back"
        ),
        new(
            "whileSlackCannotBeWritten",
            ["refuse", "queue"],
            "While the tenant is disabled or its token not accepted, writes are refused, or Slack hears of them later"
        ),
        new("waitBudgetSeconds", ["8", Number], "How long a request may wait for Slack, up to 60 seconds"),
        new(
            "slackUserName",
            ["derive", "verbatim"],
            "A new account's user name is made of the userName so that Slack takes it, or is the userName itself"
        ),
        new("displayNameOnCreateOnly", _off, "Whether the display name is sent on creation alone"),
        new(
            "userSlackCannotHold",
            ["refuse", "keep"],
            "The write of a user whom Slack cannot hold is refused, or kept here until Slack can"
        ),
        new(
            "v1Lane",
            ["off", "read", "write", "writeSignIn"],
            "What requests in Slack's own words may do, at /{tenant}/slack/v1; by writeSignIn alone they change address and name of accounts that another source has, or none"
        ),
        new(
            "dialect",
            ["usual", "interop"],
            "What providers send is read as it is meant, or as the SCIM 2.0 Interoperability Profile has it, by which many usual requests are refused"
        ),
    ];

    private const string Number = "NUMBER";
}

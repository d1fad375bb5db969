namespace ScimGateway.Architecture.Tests;

/// <summary>
/// The rooms of our assemblies, from the bottom up: docs/rooms.md shows them, the tests hold code against them.
/// </summary>
internal static class Houses
{
    /// <summary>The projects; each may use those before it.</summary>
    public static readonly string[] Projects =
    [
        Basics,
        "ScimGateway.Protocol",
        "ScimGateway.Slack",
        "ScimGateway.Provisioning",
        CommandLine,
        Console,
        "ScimGateway.Host",
    ];

    /// <summary>What the server, its console and the administrators' program have from us.</summary>
    public const string Basics = "ScimGateway.Basics";

    /// <summary>
    /// The administrators' program. It runs where no server is, so that it uses nothing of one; only the server's entrance
    /// knows it.
    /// </summary>
    public const string CommandLine = "ScimGateway.Cli";

    /// <summary>The console. It knows the admin API alone, which its host hands to it; so it uses nothing of the server.</summary>
    public const string Console = "ScimGateway.AdminConsole";

    /// <summary>The pretend Slack. It speaks HTTP alone, so that it notices a misspelt field as Slack would.</summary>
    public const string Emulator = "ScimGateway.SlackEmulator";

    /// <summary>The one room of the host that knows the pretend Slack.</summary>
    public const string Demo = "Demo";

    /// <summary>The rooms of each.</summary>
    public static readonly House[] All =
    [
        new(
            Basics,
            [
                [
                    new(
                        "Spelling",
                        "Words of closed lists; the nearest known word to an unknown one; text that is safe in a spreadsheet cell."
                    ),
                    new("Files", "Files and folders that only their owner can read."),
                ],
            ]
        ),
        new(
            "ScimGateway.Protocol",
            [
                [
                    new("Errors", "The error that a client reads, one factory for each `scimType`."),
                    new("Paths", "Attribute names as requests write them."),
                ],
                [new("Bounds", "Limits: the work of one request, concurrent work, log lines in a minute.")],
                [
                    new(
                        "Deviations",
                        "Providers' habits beyond the RFCs, by name. A habit's method is beside its rule, in a `…Habits` file. What the interoperability profile has otherwise than the RFCs."
                    ),
                ],
                [new("Schemas", "Schemas and resource types as data, and the meaning of an attribute's name.")],
                [new("Resources", "JSON within limits; resources, schema check, projection and order.")],
                [new("Filters", "Filters: syntax tree, grammar, check and meaning.")],
                [
                    new("Patching", "PATCH: read, split from member changes, and applied."),
                    new("Messages", "Lists, queries, bulk, entity tags and discovery."),
                ],
            ]
        ),
        new(
            "ScimGateway.Slack",
            [
                [
                    new("Wire", "Slack's SCIM v1 on the wire: users, groups, pages and errors."),
                    new("Budget", "Slack's limits: how many calls, in which order, and when."),
                ],
                [
                    new(
                        "Translation",
                        "Translates between Slack's attributes and SCIM 2.0's: the attribute map, the plans, the commands."
                    ),
                ],
                [new("Http", "Commands as requests, and Slack's replies as results.")],
            ]
        ),
        new(
            "ScimGateway.SlackEmulator",
            [
                [
                    new(
                        "Spelling",
                        "How Slack spells ids, ranks, scopes, URNs and times; the organization in a token."
                    ),
                    new("Errors", "Slack's error codes."),
                ],
                [new("Tuning", "The pretend Slack's settings (knobs): table, kinds and values.")],
                [
                    new("Organization", "Accounts, groups, what a read shows of them, changes by hand."),
                    new("Traffic", "Limits, locks, injected faults, the calls received."),
                ],
                [
                    new("Http", "Reads one call and sends one answer, intact or with an injected fault."),
                    new("Filters", "Filter grammar and meaning."),
                    new("Lists", "Pages and sorting."),
                ],
                [
                    new(
                        "Access",
                        "Finds the organization of a call and checks that the call is allowed: tokens, installations."
                    ),
                    new("Control", "The interface under `/_emulator`."),
                ],
                [
                    new("Users", "How a write changes a user, and how a user is shown."),
                    new("WebApi", "A few Web API methods and the consent page."),
                ],
                [new("Groups", "How a write changes a group, and how a group is shown.")],
                [new("Scim", "SCIM v1's operations and discovery.")],
                [new(Room.Entrance, "The program, the server, its organizations, and how one handles a call.")],
            ]
        ),
        new(
            "ScimGateway.Provisioning",
            [
                [new("Model", "What users and groups share: ids, times, the kind, and how keys are made comparable.")],
                [new("Model.Tenants", "A tenant, its sources and preferences.")],
                [new("Model.Links", "Links: state, transitions, and why they wait.")],
                [new("Model.Mirror", "What providers want: documents, asserted paths, members.")],
                [new("Model.Journal", "The stored records: operations, jobs, notifications.")],
                [new("Logging", "The lines of the log that come from provisioning.")],
                [new("Policy", "Whether a write is allowed: preferences, rules, guard. Does not read the store.")],
                [new("Storage", "The store: for each table a class with its SQL; one row reader; one writer.")],
                [new("Notices", "Notifications: what to send, and what was sent.")],
                [new("Journal", "A record of each operation: request, verdict, calls, result.")],
                [
                    new(
                        "Planning",
                        "What to tell Slack about a link: the difference between wanted and delivered. Sends nothing."
                    ),
                ],
                [new("Consequences", "What a change to one link means for others: new plans, holds, free keys.")],
                [new("Executing", "The only way to Slack: queue, calls, what replies mean, waiting requests.")],
                [new("Subjects", "How a reply of Slack is handled for accounts, and for groups.")],
                [
                    new("Writing", "A provider's write: takes its turn, decides, stores, waits for Slack."),
                    new("Importing", "What Slack already has, and what was changed there by hand."),
                    new("Reads", "What providers and operators read, from the store alone."),
                ],
                [
                    new(
                        "Operating",
                        "What operators decide: changes with preview and confirmation, holds, single accounts and groups."
                    ),
                    new("Lane", "Scripts' calls in Slack's SCIM v1: permission, order and result."),
                ],
                [new("Homes", "What runs for one tenant in this process, and which tenants exist.")],
            ]
        ),
        new(
            CommandLine,
            [
                [new(Room.Entrance, "The administrators' commands, and their program.")],
            ]
        ),
        new(
            Console,
            [
                [new("Answers", "What the admin API answers, as plain data.")],
                [new("Parts", "What pages have in common: the frame around them, states, times, sentences.")],
                [new("Pages", "What each page shows.")],
                [new(Room.Entrance, "The console's addresses, sessions in browsers, and what a form does.")],
            ]
        ),
        new(
            "ScimGateway.Host",
            [
                [new("Logging", "The lines of the log that are the server's own.")],
                [
                    new("Secrets", "Encrypted secrets, the key ring and what encrypts it."),
                    new("Security", "Credentials and identity; which addresses named by tenants may be contacted."),
                ],
                [
                    new(
                        "Operations",
                        "Background work: each tenant's periodic work, the journal's retention, notifications."
                    ),
                    new("Transcripts", "What a source sends while it is recorded, with invented people in it."),
                ],
                [
                    new("Scim", "Reads SCIM requests; writes answers and errors."),
                    new("Admin", "The admin API: permissions, results, audit trail."),
                ],
                [
                    new("Lane", "Receives requests in Slack's SCIM v1 and forwards them to Slack."),
                    new("Cluster", "Several instances: which one has a tenant, and requests handed on to it."),
                    new("Telemetry", "Metrics for those who watch the gateway."),
                    new("SignIn", "Administrators whom an identity provider signs in to the console."),
                ],
                [new("Setup", "Registers services and the request pipeline.")],
                [
                    new("Demo", "Gateway and pretend Slack in one process."),
                    new("Serve", "The gateway in production: its settings, and what it says if they are wrong."),
                ],
                [new(Room.Entrance, "Picks the command to run.")],
            ]
        ),
    ];
}

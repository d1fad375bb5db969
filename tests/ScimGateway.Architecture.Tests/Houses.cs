namespace ScimGateway.Architecture.Tests;

/// <summary>
/// The rooms of our assemblies, from the bottom up: docs/rooms.md shows them, the tests hold code against them.
/// </summary>
internal static class Houses
{
    /// <summary>The projects; each may use those before it.</summary>
    public static readonly string[] Projects =
    [
        "ScimGateway.Protocol",
        "ScimGateway.Slack",
        "ScimGateway.Provisioning",
        "ScimGateway.Host",
    ];

    /// <summary>The pretend Slack. It speaks HTTP alone, so that it notices a misspelt field as Slack would.</summary>
    public const string Emulator = "ScimGateway.SlackEmulator";

    /// <summary>The one room of the host that knows the pretend Slack.</summary>
    public const string Demo = "Demo";

    /// <summary>The rooms of each.</summary>
    public static readonly House[] All =
    [
        new(
            "ScimGateway.Protocol",
            [
                [
                    new("Errors", "The refusal that a client is meant to read, one factory for each `scimType`."),
                    new("Paths", "An attribute's name as requests write it."),
                ],
                [new("Bounds", "What one request may cost.")],
                [
                    new(
                        "Deviations",
                        "What providers do beyond the RFCs, by name: what of it is understood and what was met. "
                            + "A habit's method stands with the rule that it bends, in a file called `…Habits`."
                    ),
                ],
                [new("Schemas", "The schemas and resource types as data, and what an attribute's name means to them.")],
                [
                    new(
                        "Resources",
                        "JSON within limits; the resource, its check against the schemas, "
                            + "what is shown of it and in which order."
                    ),
                ],
                [new("Filters", "A filter's shapes, its grammar, what may be asked and what it means.")],
                [
                    new("Patching", "A PATCH read, split from what it does to members, and applied."),
                    new("Messages", "Lists, queries, bulk, entity tags and discovery as they are read and written."),
                ],
            ]
        ),
        new(
            "ScimGateway.Slack",
            [
                [
                    new("Wire", "Slack's SCIM v1 as it goes over the wire: users, groups, pages and errors."),
                    new("Budget", "Slack's limits: how many calls may go, whose goes first, and when."),
                ],
                [
                    new(
                        "Translation",
                        "What to tell Slack and what it told, in SCIM 2.0's words: the map, the plans, the commands."
                    ),
                ],
                [new("Http", "The commands as requests, and Slack's answers as results.")],
            ]
        ),
        new(
            "ScimGateway.SlackEmulator",
            [
                [
                    new(
                        "Spelling",
                        "How Slack spells things: ids, ranks, scopes, URNs, times; which organization a token is of."
                    ),
                    new("Errors", "Slack's error codes, and a refusal by one of them."),
                ],
                [new("Tuning", "The knobs: their table, kinds and values.")],
                [
                    new(
                        "Organization",
                        "What Slack has: accounts, groups, what a read shows of them, changes by hand."
                    ),
                    new("Traffic", "Limits, locks, ordered and chance weather, the calls that came."),
                ],
                [
                    new("Http", "The wire: one call read, one answer made and sent, whole or spoiled."),
                    new("Filters", "A filter's grammar and meaning."),
                    new("Lists", "Pages and sorting."),
                ],
                [
                    new("Access", "Whom a call is for, and who may make it: tokens, installations, admission."),
                    new("Control", "The interface under `/_emulator`."),
                ],
                [
                    new("Users", "What a write makes of a user, and how a user is shown."),
                    new("WebApi", "The few Web API methods, and the consent page."),
                ],
                [new("Groups", "The same of groups.")],
                [new("Scim", "The table of SCIM v1's operations, and discovery.")],
                [
                    new(
                        Room.Entrance,
                        "The program, the server, its organizations, the front door and a call's way through one."
                    ),
                ],
            ]
        ),
        new(
            "ScimGateway.Provisioning",
            [
                [new("Model", "What users and groups have in common: the kind, and how keys are folded.")],
                [new("Model.Tenants", "A tenant, its sources and what it allows.")],
                [new("Model.Links", "An account or group at Slack: how it stands, how it changes, and why it waits.")],
                [new("Model.Mirror", "What providers want: documents, what they asserted, members.")],
                [new("Model.Journal", "The lines that are kept: operations, jobs, notifications.")],
                [
                    new(
                        "Policy",
                        "Whether a write may go on: preferences, rules, guard. It decides and does not read, so it stands below the store."
                    ),
                ],
                [new("Storage", "The store: a class for each table with its statements, one row reader, one writer.")],
                [
                    new("Journal", "What was asked, what was made of it and what came of it, a line each."),
                    new("Notices", "What people are told of, and what was sent."),
                ],
                [new("Planning", "What Slack is to be told of a link: wanted less delivered. Sends nothing.")],
                [
                    new(
                        "Consequences",
                        "What a change to one means for others: who is planned again, what is held, which keys are free."
                    ),
                ],
                [new("Executing", "The only way to Slack: the queue, the calls, what answers mean, who waits.")],
                [new("Subjects", "What is particular about accounts and about groups when Slack has answered.")],
                [
                    new("Writing", "The way of a provider's write: turn, decision, write-down, waiting."),
                    new("Importing", "What Slack has already, and what was changed there by hand."),
                    new("Reads", "What providers and operators see, from the store alone."),
                ],
                [
                    new(
                        "Operating",
                        "What operators decide: changes with preview and confirmation, holds, one user now."
                    ),
                    new("Lane", "Calls in Slack's own words: what they may do, in which order, and what came of them."),
                ],
                [
                    new(
                        "Homes",
                        "What belongs to one tenant while it is at home here, and which tenants are: they come, change and go."
                    ),
                ],
            ]
        ),
        new(
            "ScimGateway.Host",
            [
                [new("Spelling", "Which word was meant by one that there is not.")],
                [new("CommandLine", "What the program can be asked to do.")],
                [
                    new("Secrets", "What is kept closed and read again, the key ring and what wraps it."),
                    new("Security", "Who is let in, and as whom; and which addresses may be asked that tenants name."),
                ],
                [new("Operations", "What goes on in the background: the sweep, the journal's end, notifications.")],
                [
                    new("Scim", "Requests read, answers and errors written."),
                    new("Admin", "What administrators set up and decide: who may, what comes of it, the audit trail."),
                ],
                [new("Lane", "Requests in Slack's own words, and the way on to Slack.")],
                [new("Setup", "All that is in the box, and the way of a request.")],
                [
                    new("Demo", "Gateway and pretend Slack in one process."),
                    new(
                        "Serve",
                        "The gateway in production: what it is started with, and what it says where that is wrong."
                    ),
                ],
                [new(Room.Entrance, "Which command is meant.")],
            ]
        ),
    ];
}

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
    ];
}

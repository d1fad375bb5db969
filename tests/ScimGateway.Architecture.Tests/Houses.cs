namespace ScimGateway.Architecture.Tests;

/// <summary>The rooms of our assemblies, from the bottom up: docs/rooms.md shows them, the tests hold code against them.</summary>
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

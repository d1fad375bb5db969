using System.CommandLine;
using System.Text.Json.Nodes;

namespace ScimGateway.Cli;

/// <summary>What an operator does with a user in the place of the provider.</summary>
internal static class UserCommands
{
    public static Command All() =>
        new("user", "Users: what cannot wait for their provider, and their Slack user names") { Deactivate(), Names() };

    private static readonly Option<bool> _differing = new("--differing")
    {
        Description = "Only those whose Slack user name is not the userName, whatever its case",
    };

    private static Verb Names() =>
        new Verb(
            "names",
            "The Slack user name that each user of a provider has or gets, and why.",
            "user names acme --differing --all"
        )
            .Takes(Words.Tenant, _differing, Words.Limit, Words.Cursor, Words.All)
            .Does(async call =>
            {
                call.PrintList(
                    await call.ListAsync(
                        call.OfTenant("user-names"),
                        ("differing", call.Of(_differing) ? "true" : null)
                    ),
                    "+link",
                    "userName",
                    "slackUserName",
                    "++inSlack",
                    "++takenAsIs",
                    "why~60"
                );
                return Exit.Done;
            });

    private static Verb Deactivate() =>
        new Verb(
            "deactivate",
            "Deactivates a user in Slack now, even if the hour's limit is reached. Disable the user at the provider, too: its next message that says the user is active activates the user again.",
            "user deactivate acme ana@acme.example"
        )
            .Takes(Words.Tenant, Words.Who)
            .Does(async call =>
            {
                var link = await call.LinkAsync(call.Of(Words.Who), onlyExact: true);
                var answer = await call.PostAsync(call.OfTenant("links", link, "deactivate"));
                var (state, why) = (
                    Shown.Value(answer.Json?["state"]),
                    Shown.Value(answer.Json?["reason"]?["sentence"])
                );
                var atProvider =
                    (bool?)answer.Json?["shown"] == true
                        ? " Disable the user at the provider, too: if it sends the user as active, the user is active again."
                        : "";
                // One whose creation Slack has not answered is looked for first.
                if (answer.Json?["slackId"] is null && state != "pending")
                    return call.Done(answer, "The user has no account in Slack, so there is none to deactivate.");
                var isOut =
                    state == "settled" || IsInactive(answer.Json) || (bool?)answer.Json?["activeInSlack"] == false;
                if (!isOut)
                {
                    if (call.IsForScript)
                        call.Write(answer);
                    throw new Complaint(
                        Exit.Refused,
                        NextCommand.In(
                            $"The user is not out of Slack yet. The gateway deactivates the account as soon as it can; the state is '{state}'{(why.Length > 0 ? $": {why}" : ".")}"
                        ),
                        $"link show {call.Tenant} {link}"
                    );
                }
                return call.Done(
                    answer,
                    $"The user is deactivated in Slack: {Shown.Value(answer.Json?["name"])} {Shown.Value(answer.Json?["address"])}.{atProvider}"
                );
            });

    // Of a user whom no rule admits nothing else is told, so that the link is blocked for good.
    private static bool IsInactive(JsonNode? link) =>
        link is { } shown
        && shown["commands"] is JsonArray { Count: 0 }
        && (shown["fields"] as JsonArray ?? []).Any(one =>
            (string?)one!["field"] == "active" && Shown.Value(one["delivered"]) == "false"
        );
}

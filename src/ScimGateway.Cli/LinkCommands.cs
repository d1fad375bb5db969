using System.CommandLine;
using System.Text.Json.Nodes;

namespace ScimGateway.Cli;

/// <summary>Accounts and groups at Slack.</summary>
internal static class LinkCommands
{
    private static readonly Option<string> _kind = Words.OneOf(
        "--kind",
        "Only accounts or only groups",
        "user",
        "group"
    );
    private static readonly Option<string> _state = Words.OneOf(
        "--state",
        "Only in one state",
        "settled",
        "pending",
        "failed",
        "held",
        "blocked",
        "protected",
        "broken",
        "unknown"
    );
    private static readonly Option<string> _reason = Words.Text(
        "--reason",
        "CODE",
        "Only those that are where they are for this reason, such as dismissed"
    );
    private static readonly Option<string> _claimed = Words.OneOf(
        "--claimed",
        "Only those that a provider has, or none has: also whom it deleted, and who is active in Slack still",
        "true",
        "false"
    );
    private static readonly Option<string> _changed = Words.OneOf(
        "--changed",
        "Only those that somebody has changed in Slack, or only the others",
        "true",
        "false"
    );
    private static readonly Option<string> _search = Words.Text(
        "--search",
        "TEXT",
        "A part of a name, address or Slack id, or a whole externalId or SCIM id"
    );

    private static readonly Option<string> _source = Words.Text(
        "--source",
        "SOURCE",
        "Only what this source has claimed, by its id or name"
    );
    private static readonly Option<string> _notSource = Words.Text(
        "--not-source",
        "SOURCE",
        "Only what this source has not claimed: who is in Slack and not in this provider"
    );
    private static readonly Option<string> _resource = Words.Text(
        "--resource",
        "WHO",
        "Only the one of this user or group, by its name, address or id"
    );

    private static readonly Option<bool> _differing = new("--differing")
    {
        Description = "Only where Slack differs from what is wanted",
    };

    private static readonly Argument<string> _account = new("ACCOUNT")
    {
        Description = "The account or group of Slack that nobody claims, by its Slack id or its number in 'link list'",
    };
    private static readonly Argument<string> _claimant = new("USER")
    {
        Description = "The user or group that gets it, by userName, address, SCIM id or its number in 'link list'",
    };

    public static Command All() =>
        new("link", "Links: accounts and groups that Slack has or may get")
        {
            List(),
            Show(),
            Members(),
            Provision(),
            Claim(),
            Decide(
                "unlink",
                "Ends a user's or group's claim: the account or group stays in Slack as it is, and the gateway leaves it alone.",
                "Nobody claims it any more."
            ),
            Decide(
                "protect",
                "Protects an account or group: the gateway changes nothing of it until it is unprotected.",
                "It is protected."
            ),
            Decide(
                "unprotect",
                "Ends a protection: Slack is told what the provider wants of the account or group.",
                "It is not protected any more."
            ),
            Erase(),
        };

    private static Verb List() =>
        new Verb("list", "Accounts and groups, also those that providers do not see.", "link list acme --state failed")
            .Takes(
                Words.Tenant,
                _kind,
                _state,
                _reason,
                _claimed,
                _changed,
                _source,
                _notSource,
                _resource,
                _search,
                Words.Limit,
                Words.Cursor,
                Words.All
            )
            .Does(async call =>
            {
                call.PrintList(
                    await call.ListAsync(
                        call.OfTenant("links"),
                        ("kind", call.Of(_kind)),
                        ("state", call.Of(_state)),
                        ("reason", call.Of(_reason)),
                        ("claimed", call.Of(_claimed)),
                        ("changed", call.Of(_changed)),
                        ("source", call.Of(_source) is { } source ? await call.SourceAsync(source) : null),
                        ("notSource", call.Of(_notSource) is { } not ? await call.SourceAsync(not) : null),
                        ("resource", call.Of(_resource) is { } meant ? await call.ResourceAsync(meant) : null),
                        ("search", call.Of(_search))
                    ),
                    "id",
                    "++kind",
                    "name",
                    "++fullName",
                    "+address~24",
                    "++source",
                    "++slackId",
                    "+activeInSlack",
                    "++matchedBy",
                    "state",
                    "reason.sentence~24"
                );
                // Who is in Slack alone is known as of the last look.
                if (!call.IsForScript && (call.Of(_claimed) == "false" || call.Of(_notSource) is not null))
                    call.Say(await LookedAsync(call));
                return Exit.Done;
            });

    private static async Task<string> LookedAsync(Call call)
    {
        var jobs = await call.GetAsync(Call.Query(call.OfTenant("jobs"), ("state", "done"), ("limit", 100)));
        var last = (jobs.Json?["items"] as JsonArray ?? []).FirstOrDefault(job =>
            (string?)job?["kind"] is "import" or "drift"
        );
        return last is null
            ? $"What Slack has is not imported yet: 'import {call.Tenant}'."
            : $"As Slack was read at {Shown.Value(last["finished"])}; 'import {call.Tenant}' reads it anew.";
    }

    private static Verb Show() =>
        new Verb(
            "show",
            "An account or group explained: what is wanted, what Slack was told and shows, what it would be told now, and why not.",
            "link show acme ana@acme.example"
        )
            .Takes(Words.Tenant, Words.Who)
            .Does(async call =>
                call.Print(
                    await call.GetAsync(call.OfTenant("links", await call.LinkAsync(call.Of(Words.Who)))),
                    link => Print(call, link)
                )
            );

    private static Verb Members() =>
        new Verb(
            "members",
            "Who is in a group, or in which groups a user is: wanted there, in Slack, and why the two differ.",
            "link members acme Engineering --differing"
        )
            .Takes(Words.Tenant, Words.Who, _differing, Words.Limit, Words.Cursor, Words.All)
            .Does(async call =>
            {
                call.PrintList(
                    await call.ListAsync(
                        call.OfTenant("links", await call.LinkAsync(call.Of(Words.Who)), "memberships"),
                        ("differing", call.Of(_differing) ? "true" : null)
                    ),
                    "+link",
                    "name",
                    "++kind",
                    "wanted",
                    "inSlack",
                    "+nested",
                    "reason.sentence~40"
                );
                return Exit.Done;
            });

    private static Verb Provision() =>
        new Verb(
            "provision",
            "Has one user or group told to Slack now, before all others, and shows it before and after.",
            "link provision acme ana@acme.example"
        )
            .Takes(Words.Tenant, Words.Who)
            .Does(async call =>
                call.Print(
                    await call.PostAsync(call.OfTenant("links", await call.LinkAsync(call.Of(Words.Who)), "provision")),
                    both =>
                    {
                        call.Terminal.Out.WriteLine("Before:");
                        Print(call, both?["before"]);
                        call.Terminal.Out.WriteLine("After:");
                        Print(call, both?["after"]);
                    }
                )
            );

    private static Verb Claim() =>
        new Verb(
            "claim",
            "Gives an account or group of Slack that nobody claims to a user or group. The one that the user had is nobody's then.",
            "link claim acme U0A1B2C3 ana@acme.example"
        )
            .Takes(Words.Tenant, _account, _claimant, Words.Yes)
            .Does(async call =>
            {
                var account = await call.LinkAsync(call.Of(_account), onlyExact: true);
                var user = await call.LinkAsync(call.Of(_claimant), onlyExact: true);
                var found = await call.GetAsync(call.OfTenant("links", user));
                var isUser = (string?)found.Json?["kind"] == "user";
                var told = isUser
                    ? "Slack is then told what the provider wants of that user: an inactive user's account is deactivated."
                    : "Slack is then told what the provider wants of that group.";
                // What was held of it was about the account that the user has no more.
                var stays = found.Json?["slackId"] is { } former
                    ? $" {Shown.Value(former)}, which it has now, stays in Slack as it is{((bool?)found.Json["activeInSlack"] == true ? ", active" : "")}, and is nobody's; what is held of it ends."
                    : "";
                Confirmation.Require(
                    call,
                    $"give {Named((await call.GetAsync(call.OfTenant("links", account))).Json)} to {Named(found.Json)}? {told}{stays}",
                    "Nothing was claimed.",
                    $"link claim {call.Tenant} {account} {user} --yes"
                );
                return Say(
                    call,
                    await call.PostAsync(
                        call.OfTenant("links", account, "claim"),
                        new JsonObject { ["resource"] = found.Json?["resource"]?.DeepClone() }
                    ),
                    "It is claimed."
                );
            });

    private static Verb Decide(string word, string says, string done) =>
        new Verb(word, says, $"link {word} acme ana@acme.example")
            .Takes(Words.Tenant, Words.Who)
            .Does(async call =>
            {
                var link = await call.LinkAsync(call.Of(Words.Who), onlyExact: true);
                return Say(call, await call.PostAsync(call.OfTenant("links", link, word)), done);
            });

    private static Verb Erase() =>
        new Verb(
            "erase",
            "Forgets a person whom no provider has any more. Of an account its Slack id and keyed hashes of its addresses and names stay. This cannot be undone.",
            "link erase acme U0A1B2C3"
        )
            .Takes(Words.Tenant, Words.Who, Words.Yes)
            .Does(async call =>
            {
                var link = await call.LinkAsync(call.Of(Words.Who), onlyExact: true);
                var found = (await call.GetAsync(call.OfTenant("links", link))).Json;
                var slackId = Shown.Value(found?["slackId"]);
                // Of an account that no source has, Slack is told nothing.
                var stays =
                    found?["source"] is null && (bool?)found?["activeInSlack"] == true
                        ? " The account stays active in Slack: deactivate it there."
                        : "";
                Confirmation.Require(
                    call,
                    $"erase {Named(found)}?{stays}",
                    "Nothing was erased.",
                    $"link erase {call.Tenant} {link} --yes"
                );
                return call.Done(
                    await call.PostAsync(
                        Call.Query(
                            call.OfTenant("links", link, "erase"),
                            ("confirm", found?["slackId"] is null ? Shown.Value(found?["id"]) : slackId)
                        )
                    ),
                    $"The person is erased: {Named(found)}.{stays}"
                );
            });

    private static string Named(JsonNode? link)
    {
        string[] said =
        [
            .. new[] { link?["name"], link?["address"], link?["slackId"] }
                .Select(Shown.Value)
                .Where(one => one.Length > 0),
        ];
        return said is [var name, .. { Length: > 0 } rest]
            ? $"{name} ({string.Join(", ", rest)})"
            : string.Join("", said);
    }

    // Where Slack is still to hear of it, or something else is in the way, the state says so.
    private static int Say(Call call, Answer answer, string done)
    {
        var (state, why) = (Shown.Value(answer.Json?["state"]), Shown.Value(answer.Json?["reason"]?["sentence"]));
        return call.Done(
            answer,
            $"{done} The state is '{state}'{(why.Length > 0 ? $": {NextCommand.In(why)}" : ".")}",
            $"link show {call.Tenant} {Shown.Value(answer.Json?["id"])}"
        );
    }

    private static void Print(Call call, JsonNode? link)
    {
        Shown.Fields(
            call.Terminal,
            (link as JsonObject ?? []).Where(field =>
                field.Key is not ("fields" or "reason" or "commands") && Shown.Value(field.Value).Length > 0
            )
        );
        if (link?["reason"] is { } why)
            call.Terminal.Out.WriteLine(
                Shown.Line(NextCommand.In($"{Shown.Value(why["sentence"])} {Shown.Value(why["remedy"])}"))
            );
        var said = (link?["fields"] as JsonArray ?? []).Where(field =>
            (bool?)field?["known"] == false
            || Shown.Value(field?["wanted"]).Length
                + Shown.Value(field?["delivered"]).Length
                + Shown.Value(field?["seen"]).Length
                > 0
        );
        if (new JsonArray([.. said.Select(field => field?.DeepClone())]) is { Count: > 0 } fields)
            Shown.Table(call.Terminal, fields, "field", "wanted", "++known", "delivered", "seen");
        if (link?["commands"] is JsonArray { Count: > 0 } commands)
            call.Terminal.Out.WriteLine(
                Shown.Line(
                    $"{((string?)link["state"] == "held" ? "After a release, Slack would be told" : "Slack would be told now")}: {Shown.Value(commands)}"
                )
            );
    }
}

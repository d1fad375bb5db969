using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimGateway.Cli;

/// <summary>What was asked for and what came of it, and what Slack still allows.</summary>
internal static class OperationCommands
{
    private const int MostMeant = 20;

    private static readonly string[] _called = ["name", "userName"];

    private static readonly string[] _told = ["at", "actor", "name", "what", "outcome", "error"];

    private static readonly TimeSpan _comesAgain = TimeSpan.FromSeconds(1);

    private static readonly Argument<string> _operation = new("OPERATION")
    {
        Description = "Its id; or a name, address or id of a person or group, for the newest about them",
    };
    private static readonly Option<string> _search = Words.Text(
        "--search",
        "TEXT",
        "A person or group: a part of a name, address or Slack id, or a whole externalId, SCIM id or operation id"
    );
    private static readonly Option<string> _outcome = Words.OneOf(
        "--outcome",
        "Only those of which this came",
        "pending",
        "accepted",
        "done",
        "nothingToDo",
        "refused",
        "blocked",
        "held",
        "dismissed",
        "failed",
        "protected",
        "broken",
        "reported"
    );
    private static readonly Option<string> _source = Words.Text(
        "--source",
        "SOURCE",
        "Only of this source, by its id or name"
    );
    private static readonly Option<string> _resource = Words.Text(
        "--resource",
        "WHO",
        "Only of this user or group as it was at the time, by its name, address or SCIM id"
    );

    public static Command All() =>
        new("operation", "Operations: what was asked for, and what came of it") { List(), Show(), Tail() };

    /// <summary>What Slack still allows.</summary>
    public static Verb Budget() =>
        new Verb("budget", "What Slack still allows a tenant, what waits for it, and until when.", "budget acme")
            .Takes(Words.Tenant)
            .Does(async call =>
                call.Print(
                    await call.GetAsync(call.OfTenant("budget")),
                    budget =>
                    {
                        Shown.Table(
                            call.Terminal,
                            budget?["buckets"],
                            "bucket",
                            "rest",
                            "burst",
                            "perMinute",
                            "pace",
                            "frozenUntil"
                        );
                        call.Terminal.Out.WriteLine(Shown.Line($"Waiting: {Shown.Value(budget?["queue"])}"));
                        call.Terminal.Out.WriteLine(
                            Shown.Line(
                                $"Pending in all: {Shown.Value(budget?["pending"])}, see 'link list --state pending'"
                            )
                        );
                        if (budget?["estimatedEnd"] is { } end)
                            call.Terminal.Out.WriteLine(Shown.Line($"Until about {Shown.Value(end)}"));
                        if (budget?["outage"] is { } outage)
                            call.Terminal.Out.WriteLine(
                                Shown.Line(
                                    $"No call has got through since {Shown.Value(outage["since"])}: {Shown.Value(outage["why"])}"
                                )
                            );
                    }
                )
            );

    private static Verb List() =>
        new Verb(
            "list",
            "What was asked for and what came of it, newest first.",
            "operation list acme --search ana@acme.example"
        )
            .Takes(
                Words.Tenant,
                _search,
                _outcome,
                _source,
                Words.Link,
                _resource,
                Words.On,
                Words.From,
                Words.Until,
                Words.Limit,
                Words.Cursor,
                Words.All
            )
            .Does(async call =>
            {
                var (from, until) = call.Between();
                return call.PrintList(
                    await call.ListAsync(
                        call.OfTenant("operations"),
                        [("search", call.Of(_search)), .. await FiltersAsync(call), ("from", from), ("until", until)]
                    ),
                    "+id",
                    "at",
                    "+actor",
                    "name",
                    "what",
                    "+request",
                    "outcome",
                    "error"
                );
            });

    private static Verb Show() =>
        new Verb(
            "show",
            "An operation explained: what was understood, what was decided, what Slack was told and answered.",
            "operation show acme ana@acme.example"
        )
            .Takes(Words.Tenant, _operation)
            .Does(async call =>
                call.Print(
                    await call.GetAsync(call.OfTenant("operations", await MeantAsync(call))),
                    operation =>
                    {
                        Shown.Fields(
                            call.Terminal,
                            (operation as JsonObject ?? []).Where(field =>
                                field.Key != "commands" && Shown.Value(field.Value).Length > 0
                            )
                        );
                        if (operation?["commands"] is JsonArray { Count: > 0 } commands)
                            Shown.Table(call.Terminal, commands, "at", "call", "fields", "result", "says");
                        // What would end it the link says.
                        if (
                            (string?)operation?["outcome"] is not ("done" or "nothingToDo" or "refused")
                            && operation?["link"] is { } link
                        )
                            call.Terminal.Out.WriteLine($"Next: 'link show {call.Tenant} {Shown.Value(link)}'");
                    }
                )
            );

    // The newest comes first; that there are others is said, as one of them may be meant.
    private static async Task<string> MeantAsync(Call call)
    {
        var meant = call.Of(_operation);
        // An id may also be that of a user or group.
        if (Guid.TryParseExact(meant, "D", out _) && await call.IsThereAsync("operations", meant))
            return meant;
        var found = await call.GetAsync(
            Call.Query(call.OfTenant("operations"), ("search", meant), ("limit", MostMeant))
        );
        var again = $"operation list {call.Tenant} --search {Call.AsWord(meant)}";
        var all = found.Json!["items"]!.AsArray().OfType<JsonObject>().ToList();
        // Somebody else may have got the address since: a match by name comes before one by address.
        if ((all.Find(one => IsCalled(one, meant)) ?? all.FirstOrDefault()) is not { } newest)
            throw new Complaint(
                Exit.Refused,
                $"No operation is about '{Shown.Line(meant)}'. Say a part of a name or address, or a whole id.",
                $"link list {call.Tenant} --search {Call.AsWord(meant)}"
            );
        if (all.Count > 1)
            call.Say($"This is the newest of several, about {Shown.Value(newest["name"])}; '{again}' lists them.");
        return (string)newest["id"]!;
    }

    private static bool IsCalled(JsonObject operation, string meant) =>
        _called.Any(field => Shown.Value(operation[field]).Contains(meant, StringComparison.OrdinalIgnoreCase));

    private static Verb Tail() =>
        new Verb(
            "tail",
            "Shows operations as they come and as they end, until it is stopped. With --json each is a line of JSON.",
            "operation tail acme --outcome refused"
        )
            .Takes(Words.Tenant, _outcome, _source, Words.Link, _resource)
            .Does(async call =>
            {
                var path = Call.Query(call.OfTenant("operations"), await FiltersAsync(call));
                var (last, wasThere, isAway) = ((string?)null, false, false);
                while (true)
                {
                    // Where it breaks off it goes on after what was heard, also past a restart of the gateway.
                    try
                    {
                        await call.Client.ListenAsync(path, last, line => Hear(call, line, ref last), call.Gone);
                        (wasThere, isAway) = (true, false);
                    }
                    catch (Complaint away) when (wasThere && away.Exit == Exit.NotReachable)
                    {
                        if (!isAway)
                            call.Say("The gateway does not answer. This goes on once it does.");
                        isAway = true;
                    }
                    await Task.Delay(_comesAgain, call.Terminal.Clock, call.Gone);
                }
            });

    private static async Task<List<(string Name, object? Value)>> FiltersAsync(Call call) =>
        [
            ("outcome", call.Of(_outcome)),
            ("source", call.Of(_source) is { } source ? await call.SourceAsync(source) : null),
            ("link", call.Of(Words.Link) is { } who ? await call.LinkAsync(who) : null),
            ("resource", call.Of(_resource) is { } meant ? await call.ResourceAsync(meant) : null),
        ];

    // Server-Sent Events: of each the id, and an operation as one line of data.
    private static void Hear(Call call, string line, ref string? last)
    {
        if (line.StartsWith("id:", StringComparison.Ordinal))
            last = line[3..].Trim();
        if (!line.StartsWith("data:", StringComparison.Ordinal))
            return;
        var data = line[5..].Trim();
        call.Terminal.Out.WriteLine(call.IsForScript ? ForScripts.Json(data) : Told(data)); // a line of JSON is YAML, too
        call.Terminal.Out.Flush();
    }

    private static string Told(string data)
    {
        try
        {
            var operation = JsonNode.Parse(data);
            return Shown.Line(
                string.Join("  ", _told.Select(field => Shown.Value(operation?[field])).Where(said => said.Length > 0))
            );
        }
        catch (JsonException)
        {
            return Shown.Line(data);
        }
    }
}

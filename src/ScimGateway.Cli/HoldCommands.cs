using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace ScimGateway.Cli;

/// <summary>What waits for a decision.</summary>
internal static class HoldCommands
{
    private const int MostListed = 1_000;
    private const int MostSaid = 20;

    private static readonly Argument<string[]> _holds = new("HOLD")
    {
        Description =
            "The number of a hold, as 'hold list' shows it; or a user or group, by a name, address or id, for all its holds",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private static readonly Argument<long> _hold = Words.Id("HOLD", "A hold", "hold list TENANT");
    private static readonly Argument<string> _slackId = new("SLACK-ID")
    {
        Description = "The account that is meant: of the hold's link, or of its other one",
    };
    private static readonly Option<string> _reason = Words.Text(
        "--reason",
        "CODE",
        "All that wait for this reason, such as guardAccounts; they are listed, and asked about"
    );
    private static readonly Option<bool> _sure = new("--yes")
    {
        Description =
            "With --reason: decide without asking. Holds that are named are decided at once, and a dismissal is taken back by 'hold reopen'",
    };
    private static readonly Option<string> _only = Words.Text(
        "--reason",
        "CODE",
        "Only those that wait for this reason"
    );

    public static Command All() =>
        new("hold", "Holds: what waits for somebody's decision")
        {
            List(),
            Decide("release", "Has what is held go to Slack.", "hold release acme 9 10"),
            Decide(
                "dismiss",
                "Leaves Slack as it is. What the provider asks for after that is done, or held again.",
                "hold dismiss acme --reason guardAccounts"
            ),
            Reopen(),
            Choose(),
        };

    private static Verb List() =>
        new Verb("list", "What waits for a decision, oldest first.", "hold list acme")
            .Takes(Words.Tenant, _only, Words.Link, Words.Limit, Words.Cursor, Words.All)
            .Does(async call =>
                call.PrintList(
                    await call.ListAsync(
                        call.OfTenant("holds"),
                        ("reason", call.Of(_only)),
                        ("link", call.Of(Words.Link) is { } who ? await call.LinkAsync(who) : null)
                    ),
                    holds => Explain(call, holds),
                    _columns
                )
            );

    // Many are held for one reason: its sentence stands once.
    private static void Explain(Call call, JsonArray holds)
    {
        call.Terminal.Out.WriteLine();
        foreach (
            var (says, ids) in holds
                .GroupBy(hold =>
                    $"{Shown.Value(hold!["reason"]?["sentence"])} If nobody decides: {Shown.Value(hold["undecided"])}"
                )
                .Select(alike => (NextCommand.In(alike.Key), alike.Select(hold => Shown.Value(hold!["id"])).ToList()))
        )
        {
            var named = string.Join(", ", ids.Take(MostSaid));
            var more = ids.Count > MostSaid ? $" and {ids.Count - MostSaid} more" : "";
            var said = ids is [var id] ? says.Replace("HOLD'", $"{id}'", StringComparison.Ordinal) : says;
            call.Terminal.Out.WriteLine(Shown.Line($"{named}{more}: {said}"));
        }
        var one = holds is [{ } only] ? Shown.Value(only["id"]) : "HOLD";
        var questions = holds.Count(IsQuestion);
        foreach (var hold in holds)
        foreach (var choice in Choices(hold).Where(choice => !CanBeChosen(choice)))
            call.Terminal.Out.WriteLine(
                Shown.Line(
                    $"{Shown.Value(hold!["id"])}: {Shown.Value(choice["slackId"])} cannot be chosen. {Shown.Value(choice["whyNot"])}"
                )
            );
        if (holds.SelectMany(Choices).Any(CanBeChosen))
            call.Terminal.Out.WriteLine(
                $"'hold choose {call.Tenant} {one} SLACK-ID' says which account is meant, where a hold asks that."
            );
        var releases =
            questions < holds.Count
                ? $"'hold release {call.Tenant} {one}' tells Slack, 'hold dismiss {call.Tenant} {one}' leaves"
                : $"'hold dismiss {call.Tenant} {one}' leaves";
        call.Terminal.Out.WriteLine(
            $"{releases} Slack as it is, and nothing waits any more. Either is for what is held now; what the provider asks for later is decided anew."
        );
    }

    private static IEnumerable<JsonNode> Choices(JsonNode? hold) =>
        (hold!["choices"] as JsonArray ?? []).OfType<JsonNode>();

    private static bool CanBeChosen(JsonNode choice) => choice["whyNot"] is null;

    // A release would not say which account is meant.
    private static bool IsQuestion(JsonNode? hold) =>
        hold!["other"] is not null || (string?)hold["reason"]?["code"] == "addressAsked";

    private static readonly string[] _columns = ["id", "name", "would", "+asked", "+since", "reason.code"];

    private static Verb Decide(string word, string says, string example) =>
        new Verb(word, says, example)
            .Takes(Words.Tenant, _holds, _reason, _sure)
            .Does(async call =>
            {
                var named = call.Of(_holds) ?? [];
                if (named.Length == 0 == call.Of(_reason) is null)
                    throw new Complaint(
                        Exit.WrongUse,
                        "Name the holds by their numbers or their users, or all of one --reason.",
                        $"hold list {call.Tenant}"
                    );
                var holds = new List<long>();
                foreach (var one in named)
                    holds.AddRange((await MeantAsync(call, one)).Except(holds));
                var listed =
                    call.Of(_reason) is { } reason ? await AllOfAsync(call, reason, word)
                    : call.IsForScript ? []
                    : await OpenAsync(call);
                var open = listed.ToDictionary(one => (long)one!["id"]!, one => one!);
                if (named.Length == 0)
                    holds.AddRange(open.Keys);
                var answer = await call.PostAsync(
                    call.OfTenant("holds", word),
                    new JsonObject { ["holds"] = new JsonArray([.. holds.Select(hold => (JsonNode)hold)]) }
                );
                var exit = RequireAll(call, answer, holds, word);
                if (call.IsForScript || open.Count == 0)
                    return exit;
                var isLive = (string?)(await call.GetAsync(call.OfTenant())).Json?["standing"] == "live";
                foreach (var hold in holds.Where(open.ContainsKey).Take(MostSaid))
                    call.Terminal.Out.WriteLine(Shown.Line(Said(call, open[hold], word, isLive)));
                if (named.Length == 0 && holds.Count == MostListed)
                    call.Terminal.Out.WriteLine("More may wait for that reason: run the command again.");
                return exit;
            });

    private static async Task<JsonArray> OpenAsync(Call call, params IEnumerable<(string Name, object? Value)> filters)
    {
        var listed = await call.GetAsync(Call.Query(call.OfTenant("holds"), [.. filters, ("limit", MostListed)]));
        return listed.Json?["items"] as JsonArray ?? [];
    }

    private static string Said(Call call, JsonNode hold, string word, bool isLive)
    {
        var (name, would) = (Shown.Value(hold["name"]), Shown.Value(hold["would"]));
        return word == "release" ? $"{name}: Slack is told{(isLive ? "" : " once the tenant is live")}: {would}."
            // 'hold reopen' does not undo this one: it would reopen what was dismissed of the former user.
            : (string?)hold["reason"]?["code"] == "anotherPerson" ? $"{name}: the user does not get the account."
            : IsQuestion(hold) ? $"{name}: {Shown.Value(hold["undecided"])}"
            : $"{name}: Slack is not told: {would}. Undo: 'hold reopen {call.Tenant} {Shown.Value(hold["link"])}'.";
    }

    // A number is a hold's; whatever else is a user or group.
    private static async Task<IEnumerable<long>> MeantAsync(Call call, string named)
    {
        if (long.TryParse(named, NumberStyles.None, CultureInfo.InvariantCulture, out var hold))
            return [hold];
        var link = await call.LinkAsync(named, onlyExact: true, isByNumber: false);
        var holds = (await OpenAsync(call, ("link", link))).Select(one => (long)one!["id"]!).ToList();
        return holds.Count > 0
            ? holds
            : throw new Complaint(
                Exit.Refused,
                $"Nothing of '{Shown.Line(named)}' is held.",
                $"link show {call.Tenant} {link}"
            );
    }

    // A script that has named what is not open has decided something else than it thinks.
    private static int RequireAll(Call call, Answer answer, List<long> named, string word)
    {
        var decided = (long?)answer.Json?["decided"] ?? 0;
        if (decided > 0 || named.Count == 0 || call.IsForScript)
            call.Done(
                answer,
                $"{(decided == 1 ? "One hold was" : $"{decided} holds were")} {(word == "release" ? "released" : "dismissed")}."
            );
        if (decided >= named.Count)
            return Exit.Done;
        throw new Complaint(
            Exit.Refused,
            decided > 0
                    ? $"{named.Count - decided} of the {named.Count} are not open; 'hold list {call.Tenant}' lists those that are."
                : named is [var hold] ? $"No hold {hold} is open; 'hold list {call.Tenant}' lists them."
                : $"None of these holds is open; 'hold list {call.Tenant}' lists them."
        );
    }

    // Nothing is decided that was not listed: what came later waits for the next time.
    private static async Task<JsonArray> AllOfAsync(Call call, string reason, string word)
    {
        var holds = await OpenAsync(call, ("reason", reason));
        if (holds.Count == 0)
            throw new Complaint(Exit.Refused, "Nothing waits for that reason.", $"hold list {call.Tenant}");
        if (!call.IsForScript)
            Shown.Table(call.Terminal, call.Output == "wide", holds, _columns);
        Confirmation.Require(
            call,
            call.Of(_sure),
            holds.Count == 1 ? $"{word} this one?" : $"{word} these {holds.Count}?",
            "Nothing was decided.",
            $"hold {word} {call.Tenant} --reason {Shown.Line(reason)} --yes"
        );
        return holds;
    }

    private static Verb Reopen() =>
        new Verb(
            "reopen",
            "Takes a dismissal back: what was dismissed of a user or group waits for a decision again.",
            "hold reopen acme ana@acme.example"
        )
            .Takes(Words.Tenant, Words.Who)
            .Does(async call =>
            {
                // Of a part of a name somebody else's dismissal would be taken back.
                var link = await call.LinkAsync(call.Of(Words.Who), onlyExact: true);
                return call.Done(
                    await call.PostAsync(call.OfTenant("links", link, "reopen")),
                    "It is held again.",
                    $"hold list {call.Tenant} --link {link}"
                );
            });

    private static Verb Choose() =>
        new Verb("choose", "Says which of two accounts a provider meant.", "hold choose acme 9 U0A1B2C3")
            .Takes(Words.Tenant, _hold, _slackId)
            .Does(async call =>
                call.Done(
                    await call.PostAsync(
                        call.OfTenant("holds", call.Of(_hold), "choose"),
                        TenantCommands.Body(("slackId", call.Of(_slackId)))
                    ),
                    "It is decided."
                )
            );
}

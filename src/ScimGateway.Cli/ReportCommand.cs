using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace ScimGateway.Cli;

/// <summary>What happened, by outcome and by person: the journal of some days at a glance.</summary>
internal static class ReportCommand
{
    private const int MostShown = 50;

    private static readonly Argument<string?> _who = new("WHO")
    {
        Description = "Only of whom it is about: a name, an address or an id, or a part of a name",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly TimeSpan _usual = TimeSpan.FromDays(7);

    public static Verb Report() =>
        new Verb(
            "report",
            "What happened to whom, by outcome and by person, in the last 7 days, since --from or on one day. Those whose last request was not done come first. -o csv has everybody.",
            "report acme --since 7d"
        )
            .Takes(Words.Tenant, _who, Words.On, Words.From, Words.Until)
            .Does(async call =>
            {
                var (since, until) = call.Between();
                var from =
                    since ?? (call.Terminal.Clock.GetUtcNow() - _usual).ToString("O", CultureInfo.InvariantCulture);
                if (string.CompareOrdinal(from, until ?? "~") >= 0)
                    throw new Complaint(
                        Exit.WrongUse,
                        "--from is not before --until. For one day say --on, such as --on 2027-11-22.",
                        "report --help"
                    );
                var people = new Dictionary<string, Person>(StringComparer.OrdinalIgnoreCase);
                var all = new List<Person>();
                await foreach (
                    var operation in call.AllAsync(
                        call.OfTenant("operations"),
                        [("search", call.Of(_who)), ("from", from), ("until", until)]
                    )
                )
                {
                    if (NamesOf(operation) is not { Count: > 0 } names)
                        continue; // it is about the tenant
                    var link = names.Find(IsLink);
                    // A user with a link may have been refused under the same names before there was one. Another link is
                    // another person.
                    var person =
                        (link is null ? null : people.GetValueOrDefault(link))
                        ?? names
                            .Select(name => people.GetValueOrDefault(name))
                            .FirstOrDefault(one => one is not null && (link is null || !one.HasLink));
                    if (person is null)
                        all.Add(person = new Person(operation));
                    person.Add(operation);
                    foreach (var name in names)
                        people[name] = person;
                }
                var report = new JsonObject
                {
                    ["from"] = from,
                    ["until"] = until,
                    ["outcomes"] = Outcomes(all),
                    ["items"] = new JsonArray([
                        .. all.OrderBy(person => person.IsDone)
                            .ThenByDescending(person => person.Last, StringComparer.Ordinal)
                            .Select(person => person.ToJson()),
                    ]),
                };
                return call.Print(new Answer(HttpStatusCode.OK, report.ToJsonString()), shown => Show(call, shown!));
            });

    private static void Show(Call call, JsonNode report)
    {
        var people = report["items"]!.AsArray();
        var until = report["until"] is { } end ? $" until {Shown.Value(end)}" : "";
        var time = Shown.Line(
            $"{(call.Of(_who) is { } who ? $"about '{who}' " : "")}from {Shown.Value(report["from"])}{until}"
        );
        if (people.Count == 0)
        {
            call.Terminal.Out.WriteLine($"Nothing was asked for {time}.");
            return;
        }
        call.Terminal.Out.WriteLine(
            $"What was asked for {time}. 'audit list --tenant {call.Tenant}{OfDay(call)}' lists what administrators changed."
        );
        Shown.Table(call.Terminal, report["outcomes"], "outcome", "operations", "names");
        Shown.Table(
            call.Terminal,
            call.Output == "wide",
            new JsonArray([.. people.Take(MostShown).Select(person => person!.DeepClone())]),
            "name",
            "+address",
            "++operations",
            "++outcomes",
            "+last",
            "what",
            "outcome",
            "error"
        );
        if (call.Of(_who) is { } name)
            call.Terminal.Out.WriteLine(
                $"Each request: 'operation list {call.Tenant} --search {Call.AsWord(name)}{OfDay(call)}'"
            );
        if (people.Count > MostShown)
            call.Terminal.Out.WriteLine($"and {people.Count - MostShown} more, which -o csv names");
    }

    private static string OfDay(Call call) => call.Of(Words.On) is { } day ? $" --on {Call.AsWord(day)}" : "";

    private static JsonArray Outcomes(IReadOnlyCollection<Person> people) =>
        [
            .. from one in people
            from outcome in one.Outcomes
            group outcome by outcome.Key into counted
            orderby counted.Key
            select (JsonNode)
                new JsonObject
                {
                    ["outcome"] = counted.Key,
                    ["operations"] = counted.Sum(outcome => outcome.Value),
                    ["names"] = counted.Count(),
                },
        ];

    private static readonly string[] _calledBy = ["name", "address"];

    private static bool IsLink(string name) => name.StartsWith("link ", StringComparison.Ordinal);

    // A renamed person keeps the link. A refused create has no link, and its userName may be somebody else's: so the name or
    // the address has to be the same as well.
    private static List<string> NamesOf(JsonNode operation)
    {
        var (link, user) = (Shown.Value(operation["link"]), Shown.Value(operation["userName"]));
        var called = _calledBy
            .Select(field => (field, value: Shown.Value(operation[field])))
            .Where(one => one.value.Length > 0)
            .Select(one => $"{one.field} {one.value} of {user}");
        string[] names = [.. link.Length > 0 ? [$"link {link}"] : Array.Empty<string>(), .. called];
        return names.Length > 0 ? [.. names]
            : user.Length > 0 ? [$"user {user}"]
            : operation["source"] is not null ? ["name "] // of a request that named nobody
            : [];
    }

    // The newest comes first.
    private sealed class Person(JsonNode newest)
    {
        private readonly SortedDictionary<string, int> _outcomes = new(StringComparer.Ordinal);

        public IReadOnlyDictionary<string, int> Outcomes => _outcomes;

        public string Last => Shown.Value(newest["at"]);

        public bool HasLink { get; private set; }

        public bool IsDone => (string?)newest["outcome"] is "done" or "nothingToDo";

        // One line may stand for many refusals.
        public void Add(JsonNode operation)
        {
            HasLink |= operation["link"] is not null;
            var outcome = (string)operation["outcome"]!;
            _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + Math.Max(1, (int)operation["counted"]!);
        }

        public JsonObject ToJson() =>
            new()
            {
                ["name"] = newest["name"]?.DeepClone(),
                ["address"] = newest["address"]?.DeepClone(),
                ["operations"] = _outcomes.Values.Sum(),
                ["outcomes"] = new JsonObject(
                    _outcomes.Select(outcome => KeyValuePair.Create(outcome.Key, (JsonNode?)outcome.Value))
                ),
                ["last"] = newest["at"]?.DeepClone(),
                ["what"] = newest["what"]?.DeepClone(),
                ["request"] = newest["request"]?.DeepClone(),
                ["outcome"] = newest["outcome"]?.DeepClone(),
                ["error"] = newest["error"]?.DeepClone(),
            };
    }
}

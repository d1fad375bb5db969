using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Basics.Spelling;

namespace ScimGateway.Cli;

/// <summary>A command that was entered: what was said, and the gateway that it is about.</summary>
internal sealed class Call(Verb verb, ParseResult said, Terminal terminal, CancellationToken gone) : IDisposable
{
    // As many as somebody chooses from.
    private const int MostMeant = 10;

    // The fields of a link that say what somebody is called. The state, the kind and the source do not, although a search
    // may find a name by the same word.
    private static readonly string[] _called =
    [
        "resource",
        "name",
        "fullName",
        "address",
        "externalId",
        "slackId",
        "slackUserName",
    ];

    private const int MostInPage = 1_000;
    private const int UsualSeconds = 5;

    // Far more than any store has; a gateway that never ends a list fills neither the memory nor the disk.
    private const int MostPages = 10_000;
    private const long MostRead = 4L << 30;
    private const long MostKept = 256L << 20;
    private const int MostInCursor = 4_096;

    private AdminClient? _client;

    /// <summary>Where it reads and writes.</summary>
    public Terminal Terminal => terminal;

    /// <summary>Ends with whoever has asked.</summary>
    public CancellationToken Gone => gone;

    /// <summary>How the command is called.</summary>
    public string Name => Help.NameOf(verb);

    /// <summary>How it is printed.</summary>
    public string Output =>
        said.GetValue(Words.Json) ? "json"
        : said.GetValue(Words.Output) is { } output && output != "table" ? output
        : said.GetValue(Words.Wide) ? "wide"
        : "table";

    /// <summary>How often it is printed again; null for once.</summary>
    public TimeSpan? Every =>
        said.GetResult(Words.Watch) is null ? null : TimeSpan.FromSeconds(said.GetValue(Words.Watch) ?? UsualSeconds);

    /// <summary>Whether a script reads the answer.</summary>
    public bool IsForScript => Output is "json" or "yaml" or "csv";

    /// <summary>The tenant; null if the command is about none.</summary>
    public string? Tenant => verb.Arguments.Contains(Words.Tenant) ? Of(Words.Tenant) : null;

    /// <summary>The user or group as it is named in a command; null if the command is about none.</summary>
    public string? Who => verb.Arguments.Contains(Words.Who) ? AsWord(Of(Words.Who)) : null;

    /// <summary>The source as it is named in a command.</summary>
    public string Source => AsWord(Of(Words.Source));

    /// <summary>The gateway.</summary>
    public AdminClient Client =>
        _client ??= Connection.Open(terminal, Of(Words.Url), Of(Words.AdminKey), Of(Words.Profile));

    /// <summary>What was said of an argument.</summary>
    public T Of<T>(Argument<T> argument) => said.GetValue(argument)!;

    /// <summary>What was said of an option; null for nothing.</summary>
    public T? Of<T>(Option<T> option) => said.GetValue(option);

    /// <summary>A time that was said, or how long ago it is, such as 7d; null for none.</summary>
    /// <exception cref="Complaint">It is none.</exception>
    public string? TimeOf(Option<string> option) =>
        Of(option) is not { } text ? null
        : Ago(text) is { } ago ? Written(terminal.Clock.GetUtcNow() - ago)
        : NamedDay.Of(text, terminal.Clock.GetUtcNow().UtcDateTime.Date) is { } day ? Written(day)
        : Moment(text)
            ?? throw new Complaint(
                Exit.WrongUse,
                $"{Named(option)} wants a time such as 2027-11-22 or 2027-11-22T09:00:00Z, a day such as yesterday or tuesday, or how long ago it is, such as 90m, 12h or 7d, which '{Shown.Line(text)}' is not.",
                $"{Name} --help"
            );

    /// <summary>A time to come as the admin API writes it; null for what was not said.</summary>
    /// <exception cref="Complaint">It is no time.</exception>
    public string? EndOf(Option<string> option) =>
        Of(option) is not { } text ? null
        : Ago(text) is { } ahead ? Written(terminal.Clock.GetUtcNow() + ahead)
        : Moment(text)
            ?? throw new Complaint(
                Exit.WrongUse,
                $"{Named(option)} wants a time to come such as 2027-11-22 or 2027-11-22T09:00:00Z, or in how long it is, such as 12h or 90d, which '{Shown.Line(text)}' is not.",
                $"{Name} --help"
            );

    private static string? Moment(string text) =>
        DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? Written(time)
            : null;

    // As it was written, which may be another of its names.
    private string Named(Option option) => said.GetResult(option)?.IdentifierToken?.Value ?? option.Name;

    /// <summary>How long, such as 1h; null for what was not said.</summary>
    /// <exception cref="Complaint">It is no time.</exception>
    public TimeSpan? SpanOf(Option<string> option) =>
        Of(option) is not { } text
            ? null
            : Ago(text)
                ?? throw new Complaint(
                    Exit.WrongUse,
                    $"{Named(option)} wants a time such as 30m or 1h, which '{Shown.Line(text)}' is not.",
                    $"{Name} --help"
                );

    /// <summary>From when until when: what --from and --until say, or the day of --on.</summary>
    /// <exception cref="Complaint">It is none, or both were said.</exception>
    public (string? From, string? Until) Between()
    {
        if (Of(Words.On) is not { } said)
            return (TimeOf(Words.From), TimeOf(Words.Until));
        if (Of(Words.From) is not null || Of(Words.Until) is not null)
            throw new Complaint(Exit.WrongUse, "--on is one day; leave --from and --until away, or --on.");
        var day =
            NamedDay.Of(said, terminal.Clock.GetUtcNow().UtcDateTime.Date)
            ?? throw new Complaint(
                Exit.WrongUse,
                $"--on wants a day: today, yesterday, a weekday such as tuesday, or one such as 2027-11-22, which '{Shown.Line(said)}' is not.",
                $"{Name} --help"
            );
        if (!IsForScript)
            Say($"Of {day:yyyy-MM-dd}, a {day.DayOfWeek}, by UTC.");
        return (Written(day), Written(day.AddDays(1)));
    }

    private static string Written(DateTime day) => Written(new DateTimeOffset(day, TimeSpan.Zero));

    private static string Written(DateTimeOffset time) => time.ToString("O", CultureInfo.InvariantCulture);

    /// <summary>A path below the admin API, of words that have no meaning there themselves.</summary>
    public static string Path(params object[] words) =>
        string.Join('/', words.Select(word => Segment(Convert.ToString(word, CultureInfo.InvariantCulture)!)));

    /// <summary>Something of the tenant.</summary>
    public string OfTenant(params object[] words) => Path(["tenants", Of(Words.Tenant), .. words]);

    /// <summary>A path with filters; those that were not said are left out.</summary>
    public static string Query(string path, params IEnumerable<(string Name, object? Value)> filters)
    {
        var said = filters
            .Where(filter => filter.Value is not null)
            .Select(filter =>
                $"{filter.Name}={Uri.EscapeDataString(Convert.ToString(filter.Value, CultureInfo.InvariantCulture)!)}"
            )
            .ToList();
        return said.Count == 0 ? path : $"{path}?{string.Join('&', said)}";
    }

    /// <summary>Lists what the filters let through: one page, or with --all every page.</summary>
    public async Task<Answer> ListAsync(string path, params IEnumerable<(string Name, object? Value)> filters)
    {
        var asked = filters.ToList();
        if (!Of(Words.All))
            return await GetAsync(Query(path, [.. asked, ("limit", Of(Words.Limit)), ("cursor", Of(Words.Cursor))]));
        if (Of(Words.Limit) is not null || Of(Words.Cursor) is not null)
            throw new Complaint(Exit.WrongUse, "--all lists every page; leave --limit and --cursor away.");
        return await ListAllAsync(path, asked);
    }

    /// <summary>Lists what the filters let through, every page.</summary>
    public async Task<Answer> ListAllAsync(string path, params IReadOnlyList<(string Name, object? Value)> filters)
    {
        var all = new JsonArray();
        await foreach (var item in AllAsync(path, filters, MostKept))
            all.Add(item);
        return new Answer(HttpStatusCode.OK, new JsonObject { ["items"] = all, ["next"] = null }.ToJsonString());
    }

    /// <summary>Everything that the filters let through, page after page.</summary>
    /// <param name="path">What is listed.</param>
    /// <param name="filters">What is let through.</param>
    /// <param name="most">How long all pages together may be.</param>
    /// <exception cref="Complaint">The pages have no end, or are too long.</exception>
    public async IAsyncEnumerable<JsonNode> AllAsync(
        string path,
        IReadOnlyList<(string Name, object? Value)> filters,
        long most = MostRead
    )
    {
        var (cursors, length) = (new HashSet<string>(StringComparer.Ordinal), 0L);
        string? next = null;
        do
        {
            var page = await GetAsync(Query(path, [.. filters, ("limit", MostInPage), ("cursor", next)]));
            if ((length += page.Text.Length) > most || cursors.Count >= MostPages)
                throw new Complaint(
                    Exit.Refused,
                    $"This list is longer than {MostPages} pages or {most >> 20} MiB. Choose a part of it with --from, --until or another filter, or read it page by page with --limit and --cursor.",
                    $"{Name} --help"
                );
            foreach (var item in (page.Json?["items"] as JsonArray ?? []).OfType<JsonNode>())
                yield return item.DeepClone();
            next = (string?)page.Json?["next"];
            if (next is { Length: > MostInCursor } || (next is not null && !cursors.Add(next)))
                throw new Complaint(
                    Exit.NotReachable,
                    "The gateway's list has no end: it named a page twice. Compare the gateway's version with the version of this program.",
                    "version"
                );
        } while (next is not null);
    }

    /// <summary>Reads something.</summary>
    public Task<Answer> GetAsync(string path) => Client.AskAsync(HttpMethod.Get, path, null, gone);

    /// <summary>Makes or does something.</summary>
    public Task<Answer> PostAsync(string path, JsonObject? body = null) =>
        Client.AskAsync(HttpMethod.Post, path, body, gone);

    /// <summary>Puts something in its place.</summary>
    public Task<Answer> PutAsync(string path, JsonObject body) => Client.AskAsync(HttpMethod.Put, path, body, gone);

    /// <summary>Changes some of it.</summary>
    public Task<Answer> PatchAsync(string path, JsonObject body) => Client.AskAsync(HttpMethod.Patch, path, body, gone);

    /// <summary>Deletes it.</summary>
    public Task<Answer> DeleteAsync(string path) => Client.AskAsync(HttpMethod.Delete, path, null, gone);

    /// <summary>Prints an answer: as it is, or as people read it.</summary>
    public int Print(Answer answer, Action<JsonNode?> show)
    {
        if (IsForScript)
            Write(answer);
        else
            show(answer.Json);
        return Exit.Done;
    }

    /// <summary>Prints an answer for a script.</summary>
    public void Write(Answer answer)
    {
        Write(answer.Json, answer.Text);
        if (Output == "csv" && (answer.Json as JsonObject)?["next"] is { } next)
            Say($"There is more: --cursor {Shown.Value(next)}, or --all");
    }

    /// <summary>Prints something for a script.</summary>
    public void Write(JsonNode? json, string? text = null)
    {
        var lines = Output switch
        {
            "csv" => ForScripts.Csv(json),
            "yaml" => ForScripts.Yaml(json),
            _ => [ForScripts.Json(text ?? json?.ToJsonString() ?? "")],
        };
        foreach (var line in lines)
            terminal.Out.WriteLine(line);
    }

    /// <summary>Prints a list with some fields of each, and where it goes on.</summary>
    public int PrintList(Answer answer, params IReadOnlyList<string> fields) => PrintList(answer, below: null, fields);

    /// <summary>Prints a page of a list, and what is said below it.</summary>
    public int PrintList(Answer answer, Action<JsonArray>? below, params IReadOnlyList<string> fields) =>
        Print(
            answer,
            page =>
            {
                if (page!["items"]!.AsArray() is not { Count: > 0 } items)
                    terminal.Out.WriteLine("There are none.");
                else
                {
                    Shown.Table(terminal, Output == "wide", items, fields);
                    below?.Invoke(items);
                }
                if ((string?)page?["next"] is { } next)
                    Say($"There is more: --all, or --cursor {next}");
            }
        );

    /// <summary>Says what was done, and what comes next.</summary>
    public int Done(Answer answer, string says, string? next = null) =>
        Print(
            answer,
            _ =>
            {
                terminal.Out.WriteLine(Shown.Line(says));
                if (next is not null)
                    terminal.Out.WriteLine($"Next: '{Shown.Line(next)}'");
            }
        );

    /// <summary>Says how many lines were saved in a file.</summary>
    public int Saved(string file, long lines, string says)
    {
        if (IsForScript)
            Write(new JsonObject { ["file"] = file, ["lines"] = lines });
        else
            terminal.Out.WriteLine(Shown.Line(says));
        return Exit.Done;
    }

    /// <summary>Says something beside what was asked for.</summary>
    public void Say(string says) => terminal.Error.WriteLine(Shown.Line(says));

    /// <summary>The id of a source that was named by it, or by its name.</summary>
    /// <exception cref="Complaint">There is none of that name.</exception>
    public async Task<string> SourceAsync(string named)
    {
        if (named.All(char.IsAsciiDigit))
            return named;
        var sources = await GetAsync(Query(OfTenant("sources"), ("limit", 1000)));
        var all = sources.Json?["items"] as JsonArray ?? [];
        // As it is spelled, or else however it is.
        var meant =
            all.FirstOrDefault(one => (string?)one?["name"] == named)
            ?? (all.Where(one => IsSo(one?["name"], named)).ToList() is [var alike] ? alike : null);
        if (meant?["id"] is { } id)
            return id.ToJsonString();
        var near = Nearest.To(named, all.Select(one => (string)one!["name"]!));
        throw new Complaint(
            Exit.Refused,
            $"The tenant has no source '{Shown.Line(named)}'.{(near is null ? "" : $" Did you mean '{Shown.Line(near)}'?")}",
            $"source list {Tenant}"
        );
    }

    /// <summary>The number of the link of a user or group, which may be named by what people know of it.</summary>
    /// <param name="who">What it is called.</param>
    /// <param name="onlyExact">Whether a part of a name will not do.</param>
    /// <param name="isByNumber">Whether a number is a link's, so that it can be named by that.</param>
    /// <exception cref="Complaint">There is none so, or there are several.</exception>
    public async Task<string> LinkAsync(string who, bool onlyExact = false, bool isByNumber = true)
    {
        // A number is a link's, or else what somebody is called, such as an externalId.
        var isLink = who.All(char.IsAsciiDigit) && await IsThereAsync("links", who);
        if (isLink && !onlyExact)
            return who;
        var found = await GetAsync(Query(OfTenant("links"), ("search", who), ("limit", MostMeant)));
        var all = (found.Json?["items"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        // An exact name, address or id counts before one that only contains the text.
        var exact = all.Where(one => _called.Any(field => IsSo(one[field], who))).ToList();
        if (isLink)
            return exact.All(one => one["id"]!.ToJsonString() == who)
                ? who
                : throw new Complaint(
                    Exit.Refused,
                    $"{who} is the number of a link and the externalId of another user or group; say a name or an address.",
                    $"link list {Tenant} --search {AsWord(who)}"
                );
        var meant = exact.Count > 0 || onlyExact ? exact : all;
        // What neither Slack nor a provider has any more is meant where nothing else is.
        if (meant.Count > 1 && meant.FindAll(one => one["slackId"] is not null || (bool)one["shown"]!) is [var there])
            meant = [there];
        if (meant is [var link])
        {
            if (exact.Count == 0)
                Say($"Nothing is called '{who}' exactly; this is {Shown.Value(link["name"])}.");
            return link["id"]!.ToJsonString();
        }
        if (meant.Count == 0 && all.Count > 0)
            throw new Complaint(
                Exit.Refused,
                Several(
                    $"No user or group is called '{Shown.Line(who)}' exactly; say the {(isByNumber ? "number or " : "")}address of one:",
                    all,
                    isByNumber
                ),
                all is [var near] && Shown.Value(near["address"]) is { Length: > 0 } address
                    ? $"{Name} {Tenant} {AsWord(address)}"
                    : null
            );
        throw meant.Count == 0
            ? new Complaint(
                Exit.Refused,
                $"There is no user or group '{Shown.Line(who)}'. A request about one that was refused:",
                $"operation list {Tenant} --search {AsWord(who)}"
            )
            : new Complaint(
                Exit.Refused,
                Several(
                    $"Several users and groups may be meant by '{Shown.Line(who)}'; say the {(isByNumber ? "number" : "address")} of one:",
                    meant,
                    isByNumber
                )
            );
    }

    /// <summary>The SCIM id of a user or group, which may be named by what people know of it.</summary>
    /// <exception cref="Complaint">There is none so, or there are several.</exception>
    public async Task<string> ResourceAsync(string who)
    {
        if (Guid.TryParseExact(who, "D", out _))
            return who;
        var link = await LinkAsync(who, onlyExact: true);
        return (string?)(await GetAsync(OfTenant("links", link))).Json?["resource"]
            ?? throw new Complaint(
                Exit.Refused,
                $"'{Shown.Line(who)}' is an account or group that no provider sees, so it has no SCIM id.",
                $"link show {Tenant} {link}"
            );
    }

    public void Dispose() => _client?.Dispose();

    private static TimeSpan? Ago(string text) =>
        text.Length is < 2 or > 6
        || !int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var many)
            ? null
            : text[^1] switch
            {
                'm' => TimeSpan.FromMinutes(many),
                'h' => TimeSpan.FromHours(many),
                'd' => TimeSpan.FromDays(many),
                'w' => TimeSpan.FromDays(7L * many),
                _ => null,
            };

    /// <summary>Whether the tenant has something of that id.</summary>
    public async Task<bool> IsThereAsync(params object[] words)
    {
        try
        {
            await GetAsync(OfTenant(words));
            return true;
        }
        catch (Refusal e) when (e.Answer.Status == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    private static string Several(string says, List<JsonObject> links, bool isByNumber) =>
        string.Join(
            '\n',
            [
                says,
                .. links.Select(one =>
                    Shown.Line($"  {(isByNumber ? $"{one["id"]}  " : "")}{one["name"]}  {one["address"]}")
                ),
            ]
        );

    /// <summary>As a shell takes it for one word.</summary>
    public static string AsWord(string said) =>
        said.Any(char.IsWhiteSpace) ? $"\"{Shown.Line(said)}\"" : Shown.Line(said);

    private static bool IsSo(JsonNode? value, string who) =>
        value?.GetValueKind() == JsonValueKind.String
        && ((string)value!).Equals(who, StringComparison.OrdinalIgnoreCase);

    // The gateway takes no path in which a letter is encoded.
    private static string Segment(string word) =>
        word is "" or "." or ".." || Uri.EscapeDataString(word) != word
            ? throw new Complaint(
                Exit.WrongUse,
                $"'{Shown.Line(word)}' is the name of nothing: a tenant goes by its word in the path, such as acme, and all else by its id.",
                "tenant list"
            )
            : word;
}

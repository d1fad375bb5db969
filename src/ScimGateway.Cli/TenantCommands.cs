using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace ScimGateway.Cli;

/// <summary>The tenants, their way to Slack, and whether Slack hears of them.</summary>
internal static class TenantCommands
{
    private static readonly Argument<string> _slug = new("SLUG")
    {
        Description = "Its word in the path: a-z, 0-9 and hyphens",
    };
    private static readonly Argument<string> _name = new("NAME") { Description = "Its name for people" };
    private static readonly Argument<string> _newSlug = new("NEW-SLUG") { Description = "Its word from then on" };
    private static readonly Option<string> _named = Words.Text("--name", "NAME", "Its new name, too");
    private static readonly Option<string> _preset = Words.Preset("The preferences it begins with");
    private static readonly Option<string> _description = Words.Text("--description", "TEXT", "What it is for");
    private static readonly Option<string> _search = Words.Text(
        "--search",
        "TEXT",
        "What its slug, name or organization has in it"
    );
    private static readonly Option<string> _confirm = Words.Text(
        "--confirm",
        "TENANT",
        "The slug once more, in place of being asked for it"
    );
    private static readonly Argument<string?> _tenants = new("TENANT")
    {
        Description = "The tenant's slug",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private static readonly Option<bool> _all = new("--all") { Description = "Every tenant" };
    private static readonly Option<string> _file = new("--file")
    {
        HelpName = "FILE",
        Description = "A file that is not there yet; only its owner may read it",
        Required = true,
    };
    private static readonly Option<bool> _withoutExport = new("--without-export")
    {
        Description = "Delete it though nobody has exported it within the last hour",
    };

    private static readonly Option<bool> _withoutSlack = new("--without-slack")
    {
        Description = "Drop what the tenant has accepted and Slack does not have",
    };

    private static readonly Option<bool> _oauth = new("--oauth")
    {
        Description =
            "Print a link in place of that, which a Slack owner opens in a browser; at a terminal, wait until he is done",
    };

    private static readonly TimeSpan _looksAgain = TimeSpan.FromSeconds(2);

    public static Command All() =>
        new("tenant", "Tenants: one Slack organization each, and whether Slack hears of it")
        {
            Create(),
            List(),
            Show(),
            Connect(),
            Test(),
            Enable(),
            Shadow(),
            Disable(),
            Rename(),
            Export(),
            Delete(),
        };

    private static Verb Create() =>
        new Verb(
            "create",
            "Makes a tenant. It begins in its shadow run: everything is accepted and planned, and nothing sent to Slack.",
            "tenant create acme Acme --preset pingOne"
        )
            .Takes(_slug, _name, _preset, _description)
            .Does(async call =>
                Print(
                    call,
                    await call.PostAsync(
                        "tenants",
                        Body(
                            ("slug", call.Of(_slug)),
                            ("name", call.Of(_name)),
                            ("preset", call.Of(_preset)),
                            ("description", call.Of(_description))
                        )
                    )
                )
            );

    private static Verb List() =>
        new Verb("list", "The tenants, and where each stands.", "tenant list")
            .Takes(_search, Words.Limit, Words.Cursor, Words.All)
            .Does(async call =>
                call.PrintList(
                    await call.ListAsync("tenants", ("search", call.Of(_search))),
                    "slug",
                    "+name",
                    "standing",
                    "connection",
                    "+organization"
                )
            );

    private static Verb Show() =>
        new Verb("show", "A tenant, where it stands, and what is to be done next.", "tenant show acme")
            .Takes(Words.Tenant)
            .Does(async call =>
            {
                Print(call, await call.GetAsync(call.OfTenant()));
                if (!call.IsForScript && (await ConnectionAsync(call))?["expiresAt"] is { } end)
                    call.Terminal.Out.WriteLine(
                        $"Its Slack token is good until {Shown.Line(Shown.Value(end))}, and is renewed before."
                    );
                return Exit.Done;
            });

    private static Verb Connect() =>
        new Verb(
            "connect",
            "Connects a tenant with a Slack token and tests it. The token is read from standard input, or asked for unseen; never an argument.",
            "tenant connect acme < token.txt"
        )
            .Takes(Words.Tenant, _oauth)
            .Does(async call =>
            {
                if (call.Of(_oauth))
                    return await LinkAsync(call);
                var pasted = call.Terminal.AskSecret("Slack token (xoxp-…):");
                var token = pasted.Trim('"', '\'', '`', ' ');
                if (token.Length < pasted.Length)
                    call.Say("The quotation marks around the token were left out.");
                if (token.Length == 0)
                    throw new Complaint(
                        Exit.WrongUse,
                        "No token came in: it is the first line of standard input.",
                        $"{call.Name} {call.Tenant} < FILE"
                    );
                PrintConnection(
                    call,
                    await call.PutAsync(call.OfTenant("connection"), Body(("token", token))),
                    $"{call.Name} {call.Tenant}"
                );
                return await PrintTodoAsync(call);
            });

    private static async Task<int> LinkAsync(Call call)
    {
        var before = Time(await ConnectionAsync(call), "connectedAt");
        var answer = await call.PostAsync(call.OfTenant("connection", "authorize"));
        if (call.IsForScript)
            return call.Print(answer, _ => { });
        var end = Time(answer.Json, "expiresAt") ?? call.Terminal.Clock.GetUtcNow();
        call.Terminal.Out.WriteLine(Shown.Line(Shown.Value(answer.Json?["url"])));
        call.Say($"An owner of the Slack organization opens it in a browser. It is good once, until {end:u}.");
        if (!call.Terminal.CanAsk)
            return Exit.Done;
        call.Say("Waiting until that is done; Ctrl+C ends the waiting alone.");
        while (call.Terminal.Clock.GetUtcNow() < end)
        {
            await Task.Delay(_looksAgain, call.Terminal.Clock, call.Gone);
            var now = await call.GetAsync(call.OfTenant("connection"));
            if (Time(now.Json, "connectedAt") is { } at && at != before && Time(now.Json, "testedAt") >= at)
            {
                PrintConnection(call, now, $"{call.Name} {call.Tenant} --oauth");
                return await PrintTodoAsync(call);
            }
        }
        throw new Complaint(
            Exit.Refused,
            "It was not connected in time; the page in the browser says why, if anybody has opened the link.",
            $"tenant connect {call.Tenant} --oauth"
        );
    }

    private static async Task<JsonNode?> ConnectionAsync(Call call) =>
        (await call.GetAsync(call.OfTenant("connection"))).Json;

    private static DateTimeOffset? Time(JsonNode? json, string field) =>
        DateTimeOffset.TryParse(
            Shown.Value(json?[field]),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var time
        )
            ? time
            : null;

    private static Verb Test() =>
        new Verb(
            "test",
            "Asks Slack whether the connection works, and says what to do where it does not.",
            "tenant test acme"
        )
            .Takes(Words.Tenant)
            .Does(async call =>
                PrintConnection(
                    call,
                    await call.PostAsync(call.OfTenant("connection", "test")),
                    $"{call.Name} {call.Tenant}"
                )
            );

    // Only looked at first, also if Slack would be told nothing: from then on it hears of all.
    private static Verb Enable() =>
        new Verb(
            "enable",
            "Has a tenant go live, once it has been shown and confirmed who would be created, changed, deactivated, claimed or left alone. With -o csv everyone has a line. One tenant after the other: each is looked at by itself.",
            "tenant enable acme"
        )
            .Takes(Words.Tenant, Words.DryRun, Words.Yes)
            .Does(async call =>
            {
                var exit = await Confirmation.OfAsync(
                    call,
                    await call.PostAsync(Call.Query(call.OfTenant("enable"), ("preview", "true"))),
                    $"{call.Tenant} is live."
                );
                if (!call.IsForScript && !call.Of(Words.DryRun))
                    await SayRefusedAsync(call);
                return exit;
            });

    // What a provider does not send again is not made up for.
    private static async Task SayRefusedAsync(Call call)
    {
        var attention = (await call.GetAsync(call.OfTenant())).Json?["attention"] as JsonArray ?? [];
        var refused = attention
            .Where(row => (string?)row?["what"] == "refused")
            .Sum(row => (long?)row!["lastDay"] ?? 0);
        if (refused > 0)
            call.Terminal.Out.WriteLine(
                $"Refused within a day, before this too: {refused}. 'operation list {call.Tenant} --outcome refused --since 1d' names them; look whether the provider has sent them again."
            );
    }

    private static Verb Shadow() =>
        new Verb(
            "shadow",
            "Begins a shadow run at once: everything is accepted and planned, and nothing sent.",
            "tenant shadow acme"
        )
            .Takes(Words.Tenant)
            .Does(async call => Print(call, await call.PostAsync(call.OfTenant("shadow"))));

    private static Verb Disable() =>
        new Verb(
            "disable",
            "Has Slack not be called any more at once; calls under way end. With --all it is the emergency stop: of every connected tenant that is not disabled yet. 'tenant enable' ends it, tenant by tenant.",
            "tenant disable acme"
        )
            .Takes(_tenants, _all, Words.Yes)
            .Does(async call =>
            {
                var tenant = call.Of(_tenants);
                if (tenant is null == call.Of(_all))
                    return call.Of(_all)
                        ? await EmergencyStop.OfAllAsync(call)
                        : Print(call, await call.PostAsync(Call.Path("tenants", tenant!, "disable")));
                throw new Complaint(Exit.WrongUse, "Name one tenant, or say --all.", "tenant list");
            });

    private static Verb Rename() =>
        new Verb(
            "rename",
            "Gives a tenant another slug, by a key for the whole gateway. The former one means nothing from then on: its providers have to be told the new URL. Give a former slug to no other tenant while a provider sends to it: one with a signed token (jwt) may be let in there, and whoever has a role of that slug by --sign-in-roles.",
            "tenant rename acme acme-europe"
        )
            .Takes(Words.Tenant, _newSlug, _named, _description, Words.Yes)
            .Does(async call =>
            {
                var slug = call.Of(_newSlug);
                if (slug != call.Tenant)
                {
                    await call.GetAsync(call.OfTenant()); // nobody is asked about one that is not there
                    // Its providers fail from that moment on.
                    Confirmation.Require(
                        call,
                        $"Providers that send to {call.Tenant} are refused until they have the URL of {slug}. Rename it?",
                        "Nothing was renamed.",
                        $"tenant rename {call.Tenant} {slug} --yes"
                    );
                }
                return Print(
                    call,
                    await call.PatchAsync(
                        call.OfTenant(),
                        Body(("slug", slug), ("name", call.Of(_named)), ("description", call.Of(_description)))
                    )
                );
            });

    private static Verb Export() =>
        new Verb(
            "export",
            "Writes all that is kept of a tenant into a file, a line of JSON for each thing, without any secret. For an hour after that it can be deleted. No command reads it in again.",
            "tenant export acme --file acme.ndjson"
        )
            .Takes(Words.Tenant, _file)
            .Does(async call =>
            {
                var file = call.Of(_file)!;
                var lines = await call.Client.SaveAsync(call.OfTenant("export"), file, call.Gone);
                return call.Saved(file, lines, $"All that is kept of {call.Tenant} is in {file}: {lines} lines.");
            });

    private static Verb Delete() =>
        new Verb(
            "delete",
            "Deletes a tenant and what is kept of it; accounts in Slack stay as they are. It wants the slug typed once more, and an export of the last hour ('tenant export').",
            "tenant delete acme"
        )
            .Takes(Words.Tenant, _confirm, _withoutExport, _withoutSlack)
            .Does(async call =>
            {
                var tenant = call.Of(Words.Tenant);
                var confirmed =
                    call.Of(_confirm)
                    ?? call.Terminal.Ask(
                        $"This cannot be undone. Type {tenant} to delete it with all that is kept of it:"
                    );
                if (confirmed != tenant)
                    throw new Complaint(
                        Exit.NotConfirmed,
                        $"Nothing was deleted: '{tenant}' was not typed once more.",
                        $"tenant delete {tenant} --confirm {tenant}"
                    );
                return call.Done(
                    await call.DeleteAsync(
                        Call.Query(
                            call.OfTenant(),
                            ("confirm", confirmed),
                            ("withoutExport", call.Of(_withoutExport) ? "true" : null),
                            ("withoutSlack", call.Of(_withoutSlack) ? "true" : null)
                        )
                    ),
                    $"There is no tenant {tenant} any more. What stays is the audit trail and, of each account and group that was provisioned, its Slack id and keyed hashes of its addresses and names."
                );
            });

    /// <summary>What of it was said.</summary>
    public static JsonObject Body(params IEnumerable<(string Name, JsonNode? Value)> fields) =>
        new(
            fields.Where(field => field.Value is not null).Select(field => KeyValuePair.Create(field.Name, field.Value))
        );

    /// <summary>What was asked for is done; says what comes next of the tenant, if anything does.</summary>
    public static async Task<int> PrintTodoAsync(Call call)
    {
        try
        {
            if (!call.IsForScript)
                PrintTodo(call, (await call.GetAsync(call.OfTenant())).Json);
        }
        catch (Complaint)
        {
            // It is no less done.
        }
        return Exit.Done;
    }

    private static int Print(Call call, Answer answer) =>
        call.Print(
            answer,
            tenant =>
            {
                Shown.Fields(
                    call.Terminal,
                    (tenant as JsonObject ?? []).Where(field =>
                        field.Key is not ("todo" or "attention" or "sources" or "refused")
                    )
                );
                if (tenant?["sources"] is JsonArray { Count: > 0 } sources)
                    Shown.Table(
                        call.Terminal,
                        sources,
                        "name",
                        "lastContact",
                        "lastRequest",
                        "lastAbout",
                        "lastOutcome"
                    );
                PrintRefused(call, tenant);
                if (tenant?["attention"] is JsonArray { Count: > 0 } attention)
                    PrintAttention(call, attention);
                PrintTodo(call, tenant);
            }
        );

    // A reason and its remedy have lines of their own: in a column they would be a few letters wide.
    private static void PrintAttention(Call call, JsonArray attention)
    {
        Shown.Table(call.Terminal, attention, "what", "lastDay", "inAll", "+example");
        foreach (var row in attention)
        {
            string[] said = [Shown.Value(row?["why"]), Shown.Value(row?["remedy"])];
            if (said.Any(sentence => sentence.Length > 0))
                call.Terminal.Out.WriteLine(
                    Shown.Line(NextCommand.In($"{Shown.Value(row?["what"])}: {string.Join(' ', said).Trim()}"))
                );
        }
    }

    /// <summary>Of a tenant or its credentials: what was wrong with those that it refused.</summary>
    public static void PrintRefused(Call call, JsonNode? shown)
    {
        if (shown?["refused"] is not JsonArray { Count: > 0 } refused)
            return;
        call.Terminal.Out.WriteLine(
            "Credentials that the tenant refused since the gateway started, the last ones first:"
        );
        Shown.Table(call.Terminal, refused, "last", "count", "why");
    }

    private static void PrintTodo(Call call, JsonNode? tenant)
    {
        if ((string?)tenant?["todo"] is { } todo)
            call.Terminal.Out.WriteLine(Shown.Line(NextCommand.In(todo)));
    }

    private static int PrintConnection(Call call, Answer answer, string again)
    {
        call.Print(
            answer,
            connection =>
            {
                Shown.Fields(
                    call.Terminal,
                    (connection as JsonObject ?? []).Where(field =>
                        field.Key is not ("checks" or "problem") && field.Value is not null
                    )
                );
                if (connection?["checks"] is JsonArray { Count: > 0 } checks)
                    Shown.Table(call.Terminal, checks, "check", "ok", "says");
            }
        );
        // Saved all the same, which a script should not take for well; and one that was valid may not work now.
        return (string?)answer.Json?["state"] == "valid" && !IsAnyWrong(answer)
            ? Exit.Done
            : throw new Complaint(
                Exit.Refused,
                "The connection is saved, and does not work now: do what each check says, and then this again.",
                again
            );
    }

    private static bool IsAnyWrong(Answer answer) =>
        (answer.Json?["checks"] as JsonArray ?? []).Any(check => (bool?)check?["ok"] == false);
}

using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace ScimGateway.Cli;

/// <summary>What takes time, and what has to be seen before it is done.</summary>
internal static class JobCommands
{
    private const int MostShown = 1_000;

    private static readonly TimeSpan _looksAgain = TimeSpan.FromMilliseconds(500);

    private static readonly Argument<long> _job = Words.Id("JOB", "A job", "job list TENANT");
    private static readonly Option<string> _kind = Words.OneOf(
        "--kind",
        "Only of one kind",
        "import",
        "drift",
        "resync",
        "preferences",
        "rules",
        "enable",
        "fullList",
        "transfer"
    );
    private static readonly Option<string> _state = Words.OneOf(
        "--state",
        "Only in one state",
        "toConfirm",
        "running",
        "done",
        "failed",
        "cancelled"
    );

    private static readonly Option<string> _linkKind = Words.OneOf(
        "--kind",
        "Only accounts or only groups",
        "user",
        "group"
    );
    private static readonly Option<string> _what = Words.OneOf(
        "--what",
        "Only those who become this",
        "created",
        "reactivated",
        "deactivated",
        "deleted",
        "changed",
        "followsOn",
        "claimed",
        "lookedFor",
        "leftAlone"
    );

    public static Command All() =>
        new("job", "Jobs: what runs, has run, or waits to be confirmed")
        {
            List(),
            Show(),
            Links(),
            Confirm(),
            Cancel(),
            Resume(),
        };

    /// <summary>Reads what Slack has.</summary>
    public static Verb Import() =>
        new Verb(
            "import",
            "Reads what Slack has already, and shows how far it is until it has ended. If an import runs already, that one is shown.",
            "import acme"
        )
            .Takes(Words.Tenant)
            .Does(async call =>
                await ToEndAsync(
                    call,
                    await BeginAsync(call, "import"),
                    $"The import is done. 'link list {call.Tenant} --claimed false' lists who is in Slack and of no source."
                )
            );

    /// <summary>Reads it again, to see what has drifted.</summary>
    public static Verb Drift() =>
        new Verb(
            "drift",
            "Looks at once whether accounts and groups in Slack are as the gateway left them, and shows how far it is until it has ended. What is other for the first time is looked at once more a minute and a half later.",
            "drift acme"
        )
            .Takes(Words.Tenant)
            .Does(async call => await ToEndAsync(call, await BeginAsync(call, "drift"), "The look for drift is done."));

    private static Verb List() =>
        new Verb(
            "list",
            "What runs, has run, or waits to be confirmed, newest first.",
            "job list acme --state toConfirm"
        )
            .Takes(Words.Tenant, _kind, _state, Words.Limit, Words.Cursor, Words.All)
            .Does(async call =>
                call.PrintList(
                    await call.ListAsync(call.OfTenant("jobs"), ("kind", call.Of(_kind)), ("state", call.Of(_state))),
                    "id",
                    "kind",
                    "state",
                    "started",
                    "+finished",
                    "+counts",
                    "error"
                )
            );

    private static Verb Show() =>
        new Verb("show", "How far a job is, or what it would do.", "job show acme 14")
            .Takes(Words.Tenant, _job)
            .Does(async call =>
                call.Print(
                    await call.GetAsync(call.OfTenant("jobs", call.Of(_job))),
                    job =>
                    {
                        Shown.Fields(
                            call.Terminal,
                            (job as JsonObject ?? []).Where(field => field.Key is not ("counts" or "report"))
                        );
                        foreach (var difference in job?["report"]?["differences"] as JsonArray ?? [])
                            call.Terminal.Out.WriteLine(Shown.Line(Shown.Value(difference)));
                        var more = Confirmation.Report(call, job, MostShown);
                        if (more > 0)
                            call.Terminal.Out.WriteLine($"and {more} more");
                        if ((string?)job?["state"] == "done" && job["report"] is not null && IsChange(job))
                            call.Terminal.Out.WriteLine(
                                $"This is what the preview showed. 'operation list {call.Tenant}' lists what was done."
                            );
                    }
                )
            );

    private static bool IsChange(JsonNode job) => (string?)job["kind"] is not ("import" or "drift" or "resync");

    private static Verb Links() =>
        new Verb(
            "links",
            "Everyone whom the preview of 'tenant enable' is about, as things are now: who is created, changed, deactivated, changed because another is (followsOn), claimed with which account and by what, or left alone and why.",
            "job links acme 14 --all -o csv"
        )
            .Takes(Words.Tenant, _job, _linkKind, _what, Words.Limit, Words.Cursor, Words.All)
            .Does(async call =>
                call.PrintList(
                    await call.ListAsync(
                        call.OfTenant("jobs", call.Of(_job), "links"),
                        ("kind", call.Of(_linkKind)),
                        ("what", call.Of(_what))
                    ),
                    Confirmation.OutlookFields
                )
            );

    private static Verb Confirm() =>
        new Verb("confirm", "Shows what a job would do, and does it once that is confirmed.", "job confirm acme 14")
            .Takes(Words.Tenant, _job, Words.Yes)
            .Does(async call =>
            {
                var job = await call.GetAsync(call.OfTenant("jobs", call.Of(_job)));
                return (string?)job.Json?["state"] == "toConfirm"
                    ? await Confirmation.OfAsync(call, job, "It is done.")
                    : throw new Complaint(
                        Exit.Refused,
                        $"Job {call.Of(_job)} is not to be confirmed any more: it is {Shown.Line(Shown.Value(job.Json?["state"]))}.",
                        $"job show {call.Tenant} {call.Of(_job)}"
                    );
            });

    private static Verb Cancel() =>
        new Verb(
            "cancel",
            "Has an import, a look for drift or a re-sync end where it is, or lets go of what is to be confirmed. What was done stays.",
            "job cancel acme 14"
        )
            .Takes(Words.Tenant, _job)
            .Does(async call =>
            {
                var answer = await call.PostAsync(call.OfTenant("jobs", call.Of(_job), "cancel"));
                var job = call.Of(_job);
                if (!call.IsForScript)
                    Confirmation.Report(call, answer.Json, MostShown);
                return (string?)answer.Json?["state"] == "cancelled"
                    ? call.Done(
                        answer,
                        $"Job {job} is cancelled; what it has done stays.",
                        (string?)answer.Json?["kind"] is "import" or "drift" ? $"job resume {call.Tenant} {job}" : null
                    )
                    : call.Done(
                        answer,
                        $"Job {job} came to its end before it was cancelled.",
                        $"job show {call.Tenant} {job}"
                    );
            });

    private static Verb Resume() =>
        new Verb(
            "resume",
            "Has the last import or look for drift go on where it was cancelled or failed, and shows how far it is until it has ended.",
            "job resume acme 14"
        )
            .Takes(Words.Tenant, _job)
            .Does(async call =>
                await ToEndAsync(
                    call,
                    IdOf(await call.PostAsync(call.OfTenant("jobs", call.Of(_job), "resume"))),
                    "It is done."
                )
            );

    private static async Task<string> BeginAsync(Call call, string kind) =>
        IdOf(await call.PostAsync(call.OfTenant("jobs"), TenantCommands.Body(("kind", kind))));

    private static string IdOf(Answer answer) => Shown.Value(answer.Json?["id"]);

    private static async Task<int> ToEndAsync(Call call, string id, string done)
    {
        if (call.Terminal.IsWatched && !call.IsForScript)
            await WatchAsync(call, id);
        else
            await FollowAsync(call, id, job => Progress(call, job));
        var answer = await call.GetAsync(call.OfTenant("jobs", id));
        switch ((string?)answer.Json?["state"])
        {
            case "done":
                return call.Print(
                    answer,
                    job =>
                    {
                        Confirmation.Report(call, job, MostShown);
                        call.Terminal.Out.WriteLine(done);
                    }
                );
            case "cancelled":
                call.Print(answer, job => Confirmation.Report(call, job, MostShown));
                throw new Complaint(
                    Exit.Refused,
                    "Somebody has cancelled it; what it has found stays.",
                    $"job resume {call.Tenant} {id}"
                );
            default:
                throw Confirmation.Failed(call, answer, call.Of(Words.Tenant), id);
        }
    }

    private static async Task FollowAsync(Call call, string id, Action<JsonNode> progress)
    {
        while ((await call.GetAsync(call.OfTenant("jobs", id))).Json is { } job)
        {
            progress(job);
            if ((string?)job["state"] != "running")
                return;
            await Task.Delay(_looksAgain, call.Terminal.Clock, call.Gone);
        }
    }

    private static Task WatchAsync(Call call, string id) =>
        Shown
            .Console(call.Terminal)
            .Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new SpinnerColumn())
            .StartAsync(async watched =>
            {
                var bar = watched.AddTask("Reading", new ProgressTaskSettings { MaxValue = 1 });
                bar.IsIndeterminate = true;
                await FollowAsync(
                    call,
                    id,
                    job =>
                    {
                        bar.Description = Markup.Escape(Shown.Line(Said(job)));
                        var part = (string?)job["state"] == "running" ? PartOf(job, call.Terminal.Clock) : 1;
                        bar.IsIndeterminate = part is null;
                        bar.Value = part ?? 0;
                    }
                );
            });

    private static void Progress(Call call, JsonNode job)
    {
        if (!call.IsForScript && (string?)job["state"] == "running")
            call.Terminal.Out.WriteLine(Shown.Line(Said(job)));
    }

    private static string Said(JsonNode job) =>
        Shown.Value(job["counts"]) is { Length: > 0 } counts ? $"Reading: {counts}" : "Reading";

    // Of the time that it is said to take.
    private static double? PartOf(JsonNode job, TimeProvider clock) =>
        TimeIn(job, "started") is { } started && TimeIn(job, "estimatedEnd") is { } end && end > started
            ? Math.Clamp((clock.GetUtcNow() - started) / (end - started), 0, 1)
            : null;

    private static DateTimeOffset? TimeIn(JsonNode job, string field) =>
        DateTimeOffset.TryParse(
            (string?)job[field],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var time
        )
            ? time
            : null;
}

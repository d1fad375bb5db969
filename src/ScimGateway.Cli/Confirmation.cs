using System.Net;
using System.Text.Json.Nodes;

namespace ScimGateway.Cli;

/// <summary>What would tell Slack something is shown before it is done, and done when that is confirmed.</summary>
internal static class Confirmation
{
    private const int MostShown = 20;

    private const string WithinTheHour =
        "Within the hour it can be confirmed, unless another preview of its kind is made, or another change confirmed.";

    // Of each of what becomes of them.
    private const int MostOfEach = 10;

    /// <summary>What is shown of whom a preview of enabling names.</summary>
    public static IReadOnlyList<string> OutlookFields { get; } =
    ["what", "++kind", "name", "+address", "++matchedBy", "++slackId", "+why"];

    /// <summary>Goes on with what a change was answered by: a job that is done, or one that is to be confirmed.</summary>
    /// <param name="call">The command.</param>
    /// <param name="answer">The job.</param>
    /// <param name="done">What is said when it is done.</param>
    public static async Task<int> OfAsync(Call call, Answer answer, string done)
    {
        if (answer.Status != HttpStatusCode.Accepted && (string?)answer.Json?["state"] != "toConfirm")
            return call.Done(answer, done);
        var (tenant, job) = (call.Of(Words.Tenant), Shown.Value(answer.Json?["id"]));
        var isSure = call.Of(Words.Yes);
        var shown = answer;
        if (!call.IsForScript)
            await PreviewAsync(call, answer.Json, tenant, job);
        else if (call.Output == "csv" && !isSure && IsEnabling(answer.Json))
            shown = await call.ListAllAsync(call.OfTenant("jobs", job, "links"));
        if (call.Of(Words.DryRun))
            return call.Done(shown, $"Nothing was changed. {WithinTheHour}", $"job confirm {tenant} {job}");
        if (!isSure && !IsMeant(call, "Do it?"))
        {
            if (call.IsForScript)
                call.Write(shown);
            throw new Complaint(
                Exit.NotConfirmed,
                $"Nothing was changed. {WithinTheHour}",
                $"job confirm {tenant} {job} --yes"
            );
        }
        var confirmed = await call.PostAsync(call.OfTenant("jobs", job, "confirm"));
        return (string?)confirmed.Json?["state"] switch
        {
            "done" => call.Done(confirmed, done),
            "failed" => throw Failed(call, confirmed, tenant, job),
            _ => call.Done(confirmed, "It is under way.", $"job show {tenant} {job}"),
        };
    }

    /// <summary>A job that has failed.</summary>
    public static Complaint Failed(Call call, Answer answer, string tenant, string job)
    {
        if (call.IsForScript)
            call.Write(answer);
        var why = Shown.Line(Shown.Value(answer.Json?["error"]));
        return new Complaint(
            Exit.Refused,
            why.Length == 0 ? "It failed." : $"It failed: {NextCommand.In(why)}",
            $"job show {tenant} {job}"
        );
    }

    /// <summary>What a job has done or would do: a table of counts, and of whom it is about.</summary>
    /// <param name="call">The command.</param>
    /// <param name="job">The job.</param>
    /// <param name="most">How many of them are shown.</param>
    public static int Report(Call call, JsonNode? job, int most)
    {
        if (Counts(job).ToList() is { Count: > 0 } rows)
            Shown.Table(call.Terminal, ["of", "what", "how many"], rows);
        var links = job?["report"]?["links"] as JsonArray ?? [];
        if (links.Count > 0)
            Shown.Table(
                call.Terminal,
                new JsonArray([.. links.Take(most).Select(PlannedWords.Of)]),
                "link",
                "name",
                "what"
            );
        return Math.Max(0, (int)((double?)job?["report"]?["all"] ?? 0) - Math.Min(most, links.Count));
    }

    // Of what it is about, such as changes; there may be none of these.
    private static IEnumerable<string[]> Counts(JsonNode? job) =>
        from about in job?["counts"] as JsonObject ?? []
        from what in about.Value as JsonObject ?? []
        where Shown.Value(what.Value) != "0"
        select (string[])[about.Key, PlannedWords.Of(what.Key), Shown.Value(what.Value)];

    // What a job that tells Slack nothing says in place of that.
    private static string OfNothing(JsonNode? job) =>
        (string?)job?["kind"] switch
        {
            "preferences" =>
                "Slack would be told nothing now: it applies to what providers send, and to holds that are released, from then on.",
            "transfer" => "Slack would be told nothing: these belong to the other source from then on.",
            _ => "Slack would be told nothing.",
        };

    private static async Task PreviewAsync(Call call, JsonNode? job, string tenant, string id)
    {
        call.Terminal.Out.WriteLine($"What job {Shown.Line(id)} would do:");
        if (IsEnabling(job))
            await OutlookAsync(call, job, tenant, id);
        else if (Report(call, job, MostShown) is > 0 and var more)
            call.Terminal.Out.WriteLine($"and {more} more, a thousand of which 'job show {tenant} {id}' names");
        if (
            (string?)job?["kind"] == "transfer"
            || !Counts(job).Any(count => count is ["changes", not "stays", ..])
                && job?["report"]?["links"] is not JsonArray { Count: > 0 }
        )
            call.Terminal.Out.WriteLine(OfNothing(job));
    }

    private static bool IsEnabling(JsonNode? job) => (string?)job?["kind"] == "enable";

    // Who becomes what, by name: some of each, since those who are left alone may be most.
    private static async Task OutlookAsync(Call call, JsonNode? job, string tenant, string id)
    {
        var rows = Counts(job).ToList();
        if (rows.Count > 0)
            Shown.Table(call.Terminal, ["of", "what", "how many"], rows);
        var ofAll = rows.Where(row => row is ["users" or "groups", ..]).ToList();
        var links = new JsonArray();
        foreach (var row in ofAll)
        {
            var some = await call.GetAsync(
                Call.Query(
                    call.OfTenant("jobs", id, "links"),
                    ("kind", row[0].TrimEnd('s')),
                    ("what", row[1]),
                    ("limit", MostOfEach)
                )
            );
            foreach (var link in some.Json?["items"] as JsonArray ?? [])
                links.Add(link?.DeepClone());
        }
        if (links.Count > 0)
            Shown.Table(call.Terminal, call.Output == "wide", links, OutlookFields);
        var more = ofAll.Sum(row => int.TryParse(row[2], out var many) ? many : 0) - links.Count;
        if (more > 0)
            call.Terminal.Out.WriteLine(
                call.Of(Words.Yes)
                    ? $"and {more} more"
                    : $"and {more} more, all of which 'job links {tenant} {id} --all' names"
            );
    }

    /// <summary>Goes on only with what is meant, which was said before or is asked now.</summary>
    /// <param name="call">The command.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="not">What is said where it is not meant.</param>
    /// <param name="again">The command that does it unasked.</param>
    /// <exception cref="Complaint">It is not meant, or there is nobody to ask.</exception>
    public static void Require(Call call, string question, string not, string again)
    {
        var isSure = call.Of(Words.Yes);
        if (isSure && !call.IsForScript)
            call.Terminal.Out.WriteLine(question);
        Require(call, isSure, question, not, again);
    }

    /// <summary>The same where something else says that it is meant.</summary>
    /// <param name="call">The command.</param>
    /// <param name="isSure">Whether it was said before that it is meant.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="not">What is said where it is not meant.</param>
    /// <param name="again">The command that does it unasked.</param>
    /// <exception cref="Complaint">It is not meant, or there is nobody to ask.</exception>
    public static void Require(Call call, bool isSure, string question, string not, string again)
    {
        if (!isSure && !IsMeant(call, question))
            throw new Complaint(
                Exit.NotConfirmed,
                call.Terminal.CanAsk && !call.IsForScript ? not : $"{question} {not}",
                again
            );
    }

    // A script is not asked: it says so before.
    private static bool IsMeant(Call call, string question) =>
        !call.IsForScript
        && call.Terminal.Ask($"{question} [y/N]") is var answer
        && (
            answer.Equals("y", StringComparison.OrdinalIgnoreCase)
            || answer.Equals("yes", StringComparison.OrdinalIgnoreCase)
        );
}

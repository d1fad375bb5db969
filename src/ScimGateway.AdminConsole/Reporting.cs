using System.Text;
using Microsoft.AspNetCore.Http;
using ScimGateway.AdminConsole.Answers;
using ScimGateway.AdminConsole.Parts;
using ScimGateway.Basics.Spelling;

namespace ScimGateway.AdminConsole;

/// <summary>Lists as files for a spreadsheet, whole and with the filters of their page.</summary>
internal static class Reporting
{
    /// <summary>People and groups.</summary>
    public static Task<IResult> OfPeople(Visit visit) =>
        Table<Link>.OfAsync(
            visit,
            "people-and-groups",
            "links",
            Looking.PeopleFilters,
            [
                ("Name", link => link.Called),
                ("Address", link => link.Address),
                ("Kind", link => StateWords.OfKind(link.Kind)),
                ("Provider", link => link.Source),
                ("Id at the provider", link => link.ExternalId),
                ("Slack id", link => link.SlackId),
                ("Name in Slack", link => link.SlackUserName),
                (
                    "Active in Slack",
                    link =>
                        link.ActiveInSlack switch
                        {
                            true => "yes",
                            false => "no",
                            null => null,
                        }
                ),
                ("State", link => StateWords.Said(link.State)),
                ("Why", link => link.Reason?.Sentence),
                ("Changed in Slack", link => string.Join(" ", link.ChangedInSlack)),
                ("Since (UTC)", link => Time(link.Since)),
            ]
        );

    /// <summary>What was asked for, and what came of it.</summary>
    public static Task<IResult> OfOperations(Visit visit) =>
        Table<Operation>.OfAsync(
            visit,
            "operations",
            "operations",
            Looking.OperationFilters,
            [
                ("When (UTC)", one => Time(one.At)),
                ("Who asked", one => one.Actor),
                ("About", one => one.Name ?? one.UserName ?? one.Address),
                ("Address", one => one.Address),
                ("What", one => one.What),
                ("Outcome", one => StateWords.Said(one.Outcome)),
                ("Refused with", one => $"{one.Status}"),
                ("Error", one => one.Error),
                ("Ended (UTC)", one => one.Finished is { } end ? Time(end) : null),
                ("Operation", one => $"{one.Id}"),
            ]
        );

    /// <summary>What waits for a decision.</summary>
    public static Task<IResult> OfHolds(Visit visit) =>
        Table<Hold>.OfAsync(
            visit,
            "decisions",
            "holds",
            Looking.HoldFilters,
            [
                ("Who", hold => hold.Called),
                ("It would", hold => hold.Would),
                ("Why it is held", hold => hold.Reason.Sentence),
                ("If nobody decides", hold => hold.Undecided),
                ("Asked by", hold => hold.Asked),
                ("Since (UTC)", hold => Time(hold.Since)),
            ]
        );

    /// <summary>Each person and group, with what happens to it when the tenant goes live.</summary>
    public static Task<IResult> OfFates(Visit visit) =>
        Table<Fate>.OfAsync(
            visit,
            "going-live",
            $"jobs/{visit.Route("job")}/links",
            Looking.FateFilters,
            [
                ("Name", fate => fate.Name),
                ("Address", fate => fate.Address),
                ("Kind", fate => StateWords.OfKind(fate.Kind)),
                ("Becomes", fate => StateWords.Said(fate.What)),
                ("Found by", fate => fate.MatchedBy is { } by ? StateWords.Said(by) : null),
                ("Why", fate => fate.Why),
            ]
        );

    /// <summary>Which Slack user name everybody has or gets, and why.</summary>
    public static Task<IResult> OfUserNames(Visit visit) =>
        Table<UserName>.OfAsync(
            visit,
            "slack-user-names",
            "user-names",
            Looking.DifferingFilter,
            [
                ("At the provider", one => one.Called),
                ("In Slack", one => one.SlackUserName),
                ("Slack has it", one => one.InSlack ? "yes" : "not yet"),
                ("Slack takes the userName as it is", one => one.TakenAsIs ? "yes" : "no"),
                ("Why", one => one.Why),
            ]
        );

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss");

    /// <summary>A list of the admin API as CSV (RFC 4180), page by page.</summary>
    private sealed class Table<T>(
        Visit visit,
        string name,
        string list,
        (string Column, Func<T, string?> Value)[] columns,
        Page<T> first
    ) : IResult
    {
        // As many rows as the common spreadsheets take.
        private const int MostRows = 1_000_000;

        public static async Task<IResult> OfAsync(
            Visit visit,
            string name,
            string list,
            string[] filters,
            (string Column, Func<T, string?> Value)[] columns
        )
        {
            list = $"{visit.TenantPath}/{list}?limit={Visit.MostOfRead}{visit.Asked(filters)}";
            return new Table<T>(visit, name, list, columns, await visit.Api.ReadAsync<Page<T>>(list));
        }

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.ContentType = "text/csv; charset=utf-8";
            response.Headers.ContentDisposition = $"attachment; filename=\"{visit.Tenant}-{name}.csv\"";
            // By this mark spreadsheets know UTF-8.
            await response.WriteAsync("\uFEFF" + Line(columns.Select(one => one.Column)), httpContext.RequestAborted);
            var (page, rows) = (first, 0);
            while (true)
            {
                var lines = new StringBuilder();
                foreach (var item in page.Items)
                    lines.Append(Line(columns.Select(one => one.Value(item))));
                await response.WriteAsync(lines.ToString(), httpContext.RequestAborted);
                rows += page.Items.Count;
                if (page.Next is not { } next)
                    return;
                if (rows >= MostRows || await NextAsync(next) is not { } more)
                {
                    // Half a list is not to be taken for the whole.
                    httpContext.Abort();
                    return;
                }
                page = more;
            }
        }

        private async Task<Page<T>?> NextAsync(string cursor)
        {
            try
            {
                return await visit.Api.ReadAsync<Page<T>>($"{list}&cursor={Uri.EscapeDataString(cursor)}");
            }
            catch (RefusedException)
            {
                return null;
            }
        }

        private static string Line(IEnumerable<string?> cells) =>
            string.Join(',', cells.Select(SpreadsheetText.Cell)) + "\r\n";
    }
}

using System.Net;
using System.Text;
using ScimGateway.SlackEmulator.Access;
using ScimGateway.SlackEmulator.Organization;
using ScimGateway.SlackEmulator.Spelling;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator.WebApi;

/// <summary>The page that asks the admin: who you are, where to install, allow or cancel (docs/slack.md 1.3). Plain
/// HTML: a person, a browser and a test can drive it alike.</summary>
internal static class ConsentPage
{
    private const int MostMembers = 10;

    public static string Ask(Request request, string path, Workspace workspace, KnobValues knobs, string? complaint)
    {
        var page = new StringBuilder();
        page.Append(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<title>Install on Slack (emulator)</title></head><body>"
        );
        page.Append("<h1>Install the app on Slack (emulator)</h1>");
        if (complaint is not null)
            page.Append("<p role=\"alert\">").Append(Html(complaint)).Append("</p>");
        page.Append("<p>It asks for: ").Append(Html(string.Join(", ", request.Scopes))).Append("</p>");
        page.Append("<form method=\"post\" action=\"").Append(Html(path)).Append("\">");
        Hidden("client_id", request.ClientId);
        Hidden(request.IsLegacy ? "scope" : "user_scope", string.Join(',', request.Scopes));
        Hidden("redirect_uri", request.RedirectUri);
        Hidden("state", request.State);
        page.Append("<p><label>Where <select name=\"team\">");
        // On Enterprise the installer must pick the organization, not a workspace: both are offered, as Slack does.
        foreach (var (id, name) in Places(workspace, knobs))
            Option(id, name, isChosen: id == request.Team);
        page.Append("</select></label></p><p><label>As <select name=\"account\">");
        foreach (var account in Accounts(workspace))
            Option(
                account.Id,
                $"{account.Profile.FullName} ({account.Rank.Word().Replace('_', ' ')})",
                isChosen: false
            );
        page.Append("</select></label></p>");
        page.Append(
            "<button name=\"decision\" value=\"allow\">Allow</button> <button name=\"decision\" value=\"cancel\">Cancel</button>"
        );
        page.Append("</form></body></html>");
        return page.ToString();

        void Hidden(string name, string? value)
        {
            if (value is not null)
                page.Append("<input type=\"hidden\" name=\"")
                    .Append(name)
                    .Append("\" value=\"")
                    .Append(Html(value))
                    .Append("\">");
        }

        void Option(string value, string text, bool isChosen) =>
            page.Append("<option value=\"")
                .Append(Html(value))
                .Append(isChosen ? "\" selected>" : "\">")
                .Append(Html(text))
                .Append("</option>");
    }

    public static string Refuse(string error) =>
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Slack (emulator)</title></head><body>"
        + "<h1>Something went wrong</h1>"
        + $"<p role=\"alert\">{Html(error)}</p></body></html>";

    public static IEnumerable<(string Id, string Name)> Places(Workspace workspace, KnobValues knobs)
    {
        if (knobs.Get(KnobTable.Kind) is TenantKind.Grid)
            yield return (workspace.EnterpriseId, workspace.Name + " (organization)");
        yield return (workspace.TeamId, workspace.Name + " (workspace)");
    }

    // Those who may, highest first; then a few who may not, for a test of exactly that.
    private static IEnumerable<Account> Accounts(Workspace workspace)
    {
        var people = workspace.AccountsInOrder.Where(a => a is { IsBot: false, Profile.Active: true });
        return people
            .Where(a => a.Rank > Rank.Member)
            .OrderByDescending(a => a.Rank)
            .Concat(people.Where(a => a.Rank is Rank.Member).Take(MostMembers));
    }

    private static string Html(string text) => WebUtility.HtmlEncode(text);
}

using ScimGateway.SlackEmulator.Access;
using ScimGateway.SlackEmulator.Http;
using ScimGateway.SlackEmulator.Organization;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator.WebApi;

/// <summary>The page that asks somebody whether an app may be installed, and sends the browser back (docs/slack.md 1.3).</summary>
internal sealed class ConsentEndpoint(Workspace workspace, OAuth oauth)
{
    private const string Html = "text/html; charset=utf-8";

    public void Answer(Exchange exchange, Reply reply, bool isLegacy)
    {
        var fields = exchange.Fields();
        var request = Read(fields, isLegacy);
        if (OAuth.Wrong(request, exchange.Knobs) is { } wrong)
        {
            reply.Status = 400;
            reply.Text(Html, ConsentPage.Refuse(wrong));
        }
        else if (exchange.Request.Method is not "POST" || !fields.TryGetValue("decision", out var decision))
            Ask(exchange, reply, request, null);
        else if (decision is not "allow")
            SendBack(exchange, reply, request, "error", "access_denied");
        else
            Install(exchange, reply, request, fields.GetValueOrDefault("account") ?? "");
    }

    private static Request Read(IReadOnlyDictionary<string, string> fields, bool isLegacy)
    {
        var scopes = fields.GetValueOrDefault(isLegacy ? "scope" : "user_scope") ?? "";
        return new Request(
            fields.GetValueOrDefault("client_id") ?? "",
            scopes.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries),
            fields.GetValueOrDefault("redirect_uri"),
            fields.GetValueOrDefault("state"),
            fields.GetValueOrDefault("team"),
            isLegacy
        );
    }

    private void Install(Exchange exchange, Reply reply, Request request, string chosen)
    {
        var isGrid = exchange.Knobs.Get(KnobTable.Kind) is TenantKind.Grid;
        var onOrganization = isGrid
            ? request.Team == workspace.EnterpriseId
            : request.Team is null || request.Team == workspace.TeamId;
        if (workspace.FindUser(chosen) is not { } account)
            Ask(exchange, reply, request, "Choose an account.");
        else if (!OAuth.MayInstall(account, onOrganization, exchange.Knobs))
            Ask(exchange, reply, request, $"{account.Profile.FullName} is not allowed to install apps here.");
        else if (isGrid && onOrganization && !exchange.Knobs.Get(KnobTable.Distributed))
            SendBack(exchange, reply, request, "error", "invalid_team_for_non_distributed_app");
        else
            SendBack(exchange, reply, request, "code", oauth.Allow(request, account, onOrganization));
    }

    private void Ask(Exchange exchange, Reply reply, Request request, string? complaint) =>
        reply.Text(
            Html,
            ConsentPage.Ask(request, exchange.Request.Path.Value ?? "", workspace, exchange.Knobs, complaint)
        );

    private static void SendBack(Exchange exchange, Reply reply, Request request, string name, string value)
    {
        var to = request.RedirectUri ?? exchange.Knobs.Get(KnobTable.RedirectUris).FirstOrDefault() ?? "";
        if (to.Length == 0)
        {
            reply.Text(Html, ConsentPage.Refuse($"{name}={value}"));
            return;
        }
        reply.Status = 302;
        // A header is ASCII: a host of other letters goes as DNS has it.
        var back = new Uri(to);
        reply.Location = new UriBuilder(back)
        {
            Host = back.IdnHost,
            Query = Joined(back.Query, name, value, request.State),
        }
            .Uri
            .AbsoluteUri;
    }

    private static string Joined(string query, string name, string value, string? state)
    {
        var joined = query.TrimStart('?');
        joined += $"{(joined.Length > 0 ? "&" : "")}{name}={Uri.EscapeDataString(value)}";
        return state is null ? joined : joined + "&state=" + Uri.EscapeDataString(state);
    }
}

using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ScimGateway.AdminConsole.Answers;
using ScimGateway.AdminConsole.Pages;
using ScimGateway.AdminConsole.Parts;

namespace ScimGateway.AdminConsole;

/// <summary>
/// Setting a tenant up, from nothing to a live one. Each step is kept by the admin API as soon as it is done, so nothing is lost
/// by leaving.
/// </summary>
internal static class SettingUp
{
    private static readonly Dictionary<string, (string Title, string Does, string Button)> _standings = new(
        StringComparer.Ordinal
    )
    {
        ["shadow"] = (
            "Begin a shadow run",
            "Slack is told nothing more from now on. What providers ask for is accepted and planned, and told once the tenant goes live again.",
            "Begin the shadow run"
        ),
        ["disable"] = (
            "Disable the tenant",
            "Slack is not called any more. What providers ask for is kept, and waits until the tenant goes live again.",
            "Disable it"
        ),
    };

    /// <summary>Asks for what a new tenant is called.</summary>
    public static Task<IResult> AskForTenantAsync(Visit visit) =>
        visit.Me is { IsOwner: true, IsOfAll: true }
            ? Task.FromResult<IResult>(visit.Page<NewTenantPage>(("Once", Visit.Once())))
            : throw RefusedException.Forbidden("Making a tenant needs the role owner of the whole gateway.");

    /// <summary>Makes a tenant.</summary>
    public static async Task<IResult> MakeTenantAsync(Visit visit)
    {
        var entered = await visit.EnteredAsync("name", "slug", "description", "preset");
        var body = new JsonObject { ["name"] = entered["name"], ["slug"] = entered["slug"] };
        foreach (var name in new[] { "description", "preset" })
            if (entered[name].Length > 0)
                body[name] = entered[name];
        try
        {
            var made = await visit.Api.SendAsync(
                new AdminRequest(HttpMethod.Post, "tenants", body, await visit.OnceAsync())
            );
            return new Moved($"tenants/{Uri.EscapeDataString(made.As<Tenant>().Slug)}/setup");
        }
        catch (RefusedException refused) when (refused.IsAboutForm)
        {
            return visit.Page<NewTenantPage>(("Once", Visit.Once()), ("Form", Filled.Refused(entered, refused.Answer)));
        }
    }

    /// <summary>The steps, and how far they are.</summary>
    public static async Task<IResult> AtStepsAsync(Visit visit) =>
        visit.Page<SetupPage>(
            ("Tenant", await visit.Api.ReadAsync<Tenant>(visit.TenantPath)),
            (
                "Import",
                (await visit.Api.ReadAsync<Page<Job>>($"{visit.TenantPath}/jobs?kind=import&limit=1")).Items
                    is [var last]
                    ? last
                    : null
            )
        );

    /// <summary>Shows what going live, a shadow run or disabling does, before it is done.</summary>
    public static async Task<IResult> ConfirmStandingAsync(Visit visit)
    {
        var to = (await visit.EnteredAsync("to"))["to"];
        if (to == "enable")
            return Running.Shown(visit, await visit.Api.PostAsync($"{visit.TenantPath}/enable"));
        if (!_standings.TryGetValue(to, out var said))
            return new Moved("setup");
        return visit.Page<ConfirmPage>(
            ("Tenant", visit.Tenant),
            ("Current", "setup"),
            ("Title", said.Title),
            ("Does", said.Does),
            ("Button", said.Button),
            ("To", $"standing/{to}"),
            ("BackTo", "setup")
        );
    }

    /// <summary>Begins a shadow run, or disables the tenant.</summary>
    public static async Task<IResult> StandAsync(Visit visit)
    {
        if (_standings.ContainsKey(visit.Route("to")))
            await visit.Api.PostAsync($"{visit.TenantPath}/{visit.Route("to")}");
        return new Moved("../setup");
    }

    /// <summary>The connection.</summary>
    public static async Task<IResult> AtConnectionAsync(Visit visit) =>
        Shown(visit, await visit.Api.ReadAsync<Connection>($"{visit.TenantPath}/connection"));

    /// <summary>Connects with a token, and shows what its test found.</summary>
    public static Task<IResult> ConnectAsync(Visit visit) =>
        AtConnectionAsync(
            visit,
            async () =>
                Shown(
                    visit,
                    (
                        await visit.Api.SendAsync(
                            new AdminRequest(
                                HttpMethod.Put,
                                $"{visit.TenantPath}/connection",
                                new JsonObject { ["token"] = (await visit.EnteredAsync("token"))["token"].Trim() }
                            )
                        )
                    ).As<Connection>()
                )
        );

    /// <summary>Tests it.</summary>
    public static Task<IResult> TestAsync(Visit visit) =>
        AtConnectionAsync(
            visit,
            async () =>
                Shown(visit, (await visit.Api.PostAsync($"{visit.TenantPath}/connection/test")).As<Connection>())
        );

    /// <summary>Makes a link that a Slack owner follows.</summary>
    public static Task<IResult> AuthorizeAsync(Visit visit) =>
        AtConnectionAsync(
            visit,
            async () =>
            {
                var consent = (await visit.Api.PostAsync($"{visit.TenantPath}/connection/authorize")).As<Consent>();
                var connection = await visit.Api.ReadAsync<Connection>($"{visit.TenantPath}/connection");
                return Shown(visit, connection, consent: consent.Url);
            }
        );

    private static async Task<IResult> AtConnectionAsync(Visit visit, Func<Task<IResult>> change)
    {
        try
        {
            return await change();
        }
        catch (RefusedException refused) when (refused.IsAboutForm)
        {
            var connection = await visit.Api.ReadAsync<Connection>($"{visit.TenantPath}/connection");
            return Shown(visit, connection, wrong: refused.Message);
        }
    }

    private static Shown<ConnectionPage> Shown(
        Visit visit,
        Connection connection,
        string? consent = null,
        string? wrong = null
    ) =>
        visit.Page<ConnectionPage>(
            ("Tenant", visit.Tenant),
            ("Connection", connection),
            ("Consent", consent),
            ("Wrong", wrong)
        );
}

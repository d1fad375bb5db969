using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using ScimGateway.AdminConsole.Answers;
using ScimGateway.AdminConsole.Pages;
using ScimGateway.AdminConsole.Parts;

namespace ScimGateway.AdminConsole;

/// <summary>The console's addresses, and what every answer of it has in common.</summary>
/// <param name="ask">The way to the admin API.</param>
/// <param name="isForeign">Whether another site's page has sent a request.</param>
/// <param name="link">A link that signs in once; null for none.</param>
internal sealed class ConsoleEndpoints(AskAdmin ask, Func<HttpRequest, bool> isForeign, SignInLink? link = null)
{
    /// <summary>Where the console is.</summary>
    public const string Base = "/console";

    private static readonly string[] _read = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>All of them; what is said of the group is said of each.</summary>
    public RouteGroupBuilder Map(IEndpointRouteBuilder app)
    {
        var console = app.MapGroup(Base).AllowAnonymous();
        var signing = new SigningIn(ask, link);
        MapFile(console, "console.css", "text/css");
        MapFile(console, "console.js", "text/javascript");
        console.MapMethods("/sign-in", _read, Guarded(SigningIn.AskAsync));
        console.MapPost("/sign-in", Guarded(signing.SignInAsync));
        console.MapPost("/sign-out", SignedIn(SigningIn.SignOutAsync));
        console.MapMethods("", _read, SignedIn(Looking.AtTenantsAsync));
        console.MapMethods("/new-tenant", _read, SignedIn(SettingUp.AskForTenantAsync));
        console.MapPost("/new-tenant", SignedIn(SettingUp.MakeTenantAsync));
        console.MapMethods("/session", _read, SignedIn(visit => Task.FromResult<IResult>(visit.Page<SessionPage>())));
        console.MapMethods("/keys", _read, SignedIn(Governing.AtKeysAsync));
        console.MapPost("/keys", SignedIn(Governing.MakeKeyAsync));
        console.MapMethods("/keys/{key:long}/end", _read, SignedIn(Governing.ConfirmEndAsync));
        console.MapPost("/keys/{key:long}/end", SignedIn(Governing.EndKeyAsync));
        console.MapMethods("/audit", _read, SignedIn(Governing.AtAuditAsync));
        console.MapMethods("/audit/seals", _read, SignedIn(Governing.AtSealsAsync));
        console.MapMethods("/cluster", _read, SignedIn(Governing.AtClusterAsync));
        var tenant = console.MapGroup("/tenants/{slug}");
        tenant.MapMethods("", _read, SignedIn(Looking.AtTenantAsync));
        tenant.MapMethods("/operations", _read, SignedIn(Looking.AtOperationsAsync));
        tenant.MapMethods("/operations.csv", _read, SignedIn(Reporting.OfOperations));
        tenant.MapMethods("/people.csv", _read, SignedIn(Reporting.OfPeople));
        tenant.MapMethods("/holds.csv", _read, SignedIn(Reporting.OfHolds));
        tenant.MapMethods("/jobs/{job:long}/links.csv", _read, SignedIn(Reporting.OfFates));
        tenant.MapMethods("/operations/{operation:guid}", _read, SignedIn(Looking.AtOperationAsync));
        tenant.MapMethods("/people", _read, SignedIn(Looking.AtPeopleAsync));
        tenant.MapMethods("/people/{link:long}", _read, SignedIn(Looking.AtPersonAsync));
        tenant.MapMethods("/holds", _read, SignedIn(Deciding.ListAsync));
        tenant.MapPost("/holds", SignedIn(Deciding.ConfirmAsync));
        tenant.MapPost("/holds/decide", SignedIn(Deciding.DecideAsync));
        tenant.MapMethods("/holds/{hold:long}/choose", _read, SignedIn(Deciding.AtChoiceAsync));
        tenant.MapPost("/holds/{hold:long}/choose", SignedIn(Deciding.ChooseAsync));
        tenant.MapPost("/people/{link:long}/{act}", SignedIn(Acting.ConfirmAsync));
        tenant.MapPost("/people/{link:long}/{act}/now", SignedIn(Acting.ActAsync));
        tenant.MapMethods("/setup", _read, SignedIn(SettingUp.AtStepsAsync));
        tenant.MapPost("/standing", SignedIn(SettingUp.ConfirmStandingAsync));
        tenant.MapPost("/standing/{to}", SignedIn(SettingUp.StandAsync));
        tenant.MapMethods("/connection", _read, SignedIn(SettingUp.AtConnectionAsync));
        tenant.MapPost("/connection", SignedIn(SettingUp.ConnectAsync));
        tenant.MapPost("/connection/test", SignedIn(SettingUp.TestAsync));
        tenant.MapPost("/connection/authorize", SignedIn(SettingUp.AuthorizeAsync));
        tenant.MapMethods("/preferences", _read, SignedIn(SettingPolicy.AtPreferencesAsync));
        tenant.MapPost("/preferences", SignedIn(SettingPolicy.ChangePreferencesAsync));
        tenant.MapMethods("/rules", _read, SignedIn(SettingPolicy.AtRulesAsync));
        tenant.MapPost("/rules", SignedIn(SettingPolicy.ChangeRulesAsync));
        tenant.MapMethods("/notifications", _read, SignedIn(Telling.AtNotificationsAsync));
        tenant.MapPost("/notifications/{channel}", SignedIn(Telling.SetChannelAsync));
        tenant.MapPost("/notifications/mail/confirm", SignedIn(Telling.ConfirmMailAsync));
        tenant.MapPost("/notifications/test", SignedIn(Telling.TestAsync));
        tenant.MapMethods("/budget", _read, SignedIn(Looking.AtBudgetAsync));
        tenant.MapMethods("/sources", _read, SignedIn(LettingIn.AtSourcesAsync));
        tenant.MapPost("/sources", SignedIn(LettingIn.AddSourceAsync));
        tenant.MapMethods("/sources/{source:int}", _read, SignedIn(LettingIn.AtSourceAsync));
        tenant.MapPost("/sources/{source:int}", SignedIn(LettingIn.MakeCredentialAsync));
        tenant.MapMethods(
            "/sources/{source:int}/credentials/{credential:long}/end",
            _read,
            SignedIn(LettingIn.ConfirmEndAsync)
        );
        tenant.MapPost("/sources/{source:int}/credentials/{credential:long}/end", SignedIn(LettingIn.EndAsync));
        tenant.MapMethods("/jobs", _read, SignedIn(Running.AtJobsAsync));
        tenant.MapPost("/jobs", SignedIn(Running.StartAsync));
        tenant.MapMethods("/jobs/{job:long}", _read, SignedIn(Running.AtJobAsync));
        tenant.MapPost("/jobs/{job:long}", SignedIn(Running.DecideAsync));
        console.MapMethods("/{**other}", _read, SignedIn(AtNothingAsync));
        return console;
    }

    private static Task<IResult> AtNothingAsync(Visit visit) =>
        throw new RefusedException(
            new AdminAnswer(
                StatusCodes.Status404NotFound,
                new JsonObject { ["detail"] = "The console has no such page." }
            )
        );

    // For somebody who has signed in; anybody else is asked to. A form has to be of one of this session's pages.
    private RequestDelegate SignedIn(Func<Visit, Task<IResult>> answer) =>
        Guarded(async context =>
        {
            if (Browsing.SecretOf(context.Request) is not { } secret)
                return SigningIn.First(context);
            var api = new AdminApi(ask, context, secret);
            Frame? frame = null;
            try
            {
                var visit = new Visit(context, api, secret, await api.ReadAsync<Session>("session"));
                frame = visit.Frame;
                return
                    HttpMethods.IsPost(context.Request.Method)
                    && (await Browsing.FormAsync(context) is not { } form || !visit.IsOwnForm(form))
                    ? Refused(
                        context,
                        frame,
                        StatusCodes.Status403Forbidden,
                        "The form could not be read, or is of another session. Nothing was done. Go back, load that page anew, and send it once more."
                    )
                    : await answer(visit);
            }
            catch (RefusedException refused) when (refused.Answer.Status == StatusCodes.Status401Unauthorized)
            {
                Browsing.Forget(context);
                return SigningIn.First(context);
            }
            catch (RefusedException refused)
            {
                Browsing.SayWhenAgain(context, refused.Answer);
                return Refused(context, frame, refused.Answer.Status, refused.Message);
            }
        });

    private RequestDelegate Guarded(Func<HttpContext, Task<IResult>> answer) =>
        async context =>
        {
            Browsing.Guard(context);
            var result =
                HttpMethods.IsPost(context.Request.Method) && isForeign(context.Request)
                    ? Refused(
                        context,
                        null,
                        StatusCodes.Status403Forbidden,
                        "A page of another site has sent this. Open the console itself."
                    )
                    : await answer(context);
            await result.ExecuteAsync(context);
        };

    private static Shown<RefusedPage> Refused(HttpContext context, Frame? frame, int status, string why) =>
        new(
            new()
            {
                ["Frame"] = frame ?? Visit.FrameOf(context.Request),
                ["Title"] = status == StatusCodes.Status404NotFound ? "Not found" : "Not done",
                ["Detail"] = why,
                // Of a tenant that is not there no page leads anywhere.
                ["Tenant"] =
                    frame is null || status == StatusCodes.Status404NotFound ? null : context.GetRouteValue("slug"),
            },
            status
        );

    // A browser that has the file asks whether it is another one now.
    private static void MapFile(RouteGroupBuilder console, string name, string type)
    {
        using var file = typeof(ConsoleEndpoints).Assembly.GetManifestResourceStream(name)!;
        using var copy = new MemoryStream();
        file.CopyTo(copy);
        var bytes = copy.ToArray();
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))}\"");
        console.MapMethods(
            $"/{name}",
            _read,
            (RequestDelegate)(
                context =>
                {
                    context.Response.Headers.CacheControl = "no-cache";
                    return Results.Bytes(bytes, $"{type}; charset=utf-8", entityTag: tag).ExecuteAsync(context);
                }
            )
        );
    }
}

using System.Security.Cryptography;
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
/// <param name="organization">The identity provider that signs in, too; null for none.</param>
internal sealed class ConsoleEndpoints(
    AskAdmin ask,
    Func<HttpRequest, bool> isForeign,
    SignInLink? link = null,
    OrganizationSignIn? organization = null
)
{
    /// <summary>Where the console is.</summary>
    public const string Base = "/console";

    private static readonly string[] _read = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>All of them; what is said of the group is said of each.</summary>
    public RouteGroupBuilder Map(IEndpointRouteBuilder app)
    {
        var console = app.MapGroup(Base).AllowAnonymous();
        var signing = new SigningIn(ask, isForeign, link, organization);
        MapFile(console, "console.css", "text/css");
        MapFile(console, "console.js", "text/javascript");
        console.MapMethods("/sign-in", _read, Guarded(signing.AskAsync));
        console.MapPost("/sign-in", Guarded(signing.SignInAsync));
        console.MapMethods("/sign-in/organization", _read, Guarded(signing.ToOrganizationAsync));
        console.MapMethods("/sign-in/callback", _read, Guarded(signing.FromOrganizationAsync));
        Does(console, "/sign-out", SigningIn.SignOutAsync);
        Shows(console, "", Looking.AtTenantsAsync);
        Shows(console, "/new-tenant", SettingUp.AskForTenantAsync);
        Does(console, "/new-tenant", SettingUp.MakeTenantAsync);
        Shows(console, "/session", Looking.AtSessionAsync);
        Shows(console, "/keys", Governing.AtKeysAsync);
        Does(console, "/keys", Governing.MakeKeyAsync);
        Shows(console, "/keys/{key:long}/end", Governing.ConfirmEndAsync);
        Does(console, "/keys/{key:long}/end", Governing.EndKeyAsync);
        Shows(console, "/audit", Governing.AtAuditAsync);
        Shows(console, "/audit/seals", Governing.AtSealsAsync);
        Shows(console, "/cluster", Governing.AtClusterAsync);
        var tenant = console.MapGroup("/tenants/{slug}");
        Shows(tenant, "", Looking.AtTenantAsync);
        Shows(tenant, "/operations", Looking.AtOperationsAsync);
        Shows(tenant, "/operations.csv", Reporting.OfOperations);
        Shows(tenant, "/people.csv", Reporting.OfPeople);
        Shows(tenant, "/holds.csv", Reporting.OfHolds);
        Shows(tenant, "/jobs/{job:long}/links.csv", Reporting.OfFates);
        Shows(tenant, "/operations/{operation:guid}", Looking.AtOperationAsync);
        Shows(tenant, "/people", Looking.AtPeopleAsync);
        Shows(tenant, "/people/{link:long}", Looking.AtPersonAsync);
        Shows(tenant, "/user-names", Looking.AtUserNamesAsync);
        Shows(tenant, "/user-names.csv", Reporting.OfUserNames);
        Shows(tenant, "/holds", Deciding.ListAsync);
        Does(tenant, "/holds", Deciding.ConfirmAsync);
        Does(tenant, "/holds/decide", Deciding.DecideAsync);
        Does(tenant, "/holds/all", Deciding.ConfirmAllAsync);
        Does(tenant, "/holds/decide-all", Deciding.DecideAllAsync);
        Shows(tenant, "/holds/{hold:long}/choose", Deciding.AtChoiceAsync);
        Does(tenant, "/holds/{hold:long}/choose", Deciding.ChooseAsync);
        Shows(tenant, "/people/{link:long}/memberships", Looking.AtMembershipsAsync);
        Shows(tenant, "/people/{link:long}/claim", Acting.AtClaimAsync);
        Does(tenant, "/people/{link:long}/claim", Acting.ConfirmClaimAsync);
        Does(tenant, "/people/{link:long}/claim/now", Acting.ClaimAsync);
        Does(tenant, "/people/{link:long}/{act}", Acting.ConfirmAsync);
        Does(tenant, "/people/{link:long}/{act}/now", Acting.ActAsync);
        Shows(tenant, "/setup", SettingUp.AtStepsAsync);
        Does(tenant, "/standing", SettingUp.ConfirmStandingAsync);
        Does(tenant, "/standing/{to}", SettingUp.StandAsync);
        Shows(tenant, "/connection", SettingUp.AtConnectionAsync);
        Does(tenant, "/connection", SettingUp.ConnectAsync);
        Does(tenant, "/connection/test", SettingUp.TestAsync);
        Does(tenant, "/connection/authorize", SettingUp.AuthorizeAsync);
        Shows(tenant, "/preferences", SettingPolicy.AtPreferencesAsync);
        Does(tenant, "/preferences", SettingPolicy.ChangePreferencesAsync);
        Shows(tenant, "/rules", SettingPolicy.AtRulesAsync);
        Does(tenant, "/rules", SettingPolicy.ChangeRulesAsync);
        Shows(tenant, "/notifications", Telling.AtNotificationsAsync);
        Does(tenant, "/notifications/{channel}", Telling.SetChannelAsync);
        Does(tenant, "/notifications/mail/confirm", Telling.ConfirmMailAsync);
        Does(tenant, "/notifications/test", Telling.TestAsync);
        Shows(tenant, "/budget", Looking.AtBudgetAsync);
        Shows(tenant, "/sources", LettingIn.AtSourcesAsync);
        Does(tenant, "/sources", LettingIn.AddSourceAsync);
        Shows(tenant, "/sources/{source:int}", LettingIn.AtSourceAsync);
        Does(tenant, "/sources/{source:int}", LettingIn.MakeCredentialAsync);
        Shows(tenant, "/sources/{source:int}/credentials/{credential:long}/end", LettingIn.ConfirmEndAsync);
        Does(tenant, "/sources/{source:int}/credentials/{credential:long}/end", LettingIn.EndAsync);
        Shows(tenant, "/jobs", Running.AtJobsAsync);
        Does(tenant, "/jobs", Running.StartAsync);
        Shows(tenant, "/jobs/{job:long}", Running.AtJobAsync);
        Does(tenant, "/jobs/{job:long}", Running.DecideAsync);
        return console;

        void Shows(RouteGroupBuilder at, string path, Func<Visit, Task<IResult>> page) =>
            at.MapMethods(path, _read, SignedIn(page));

        void Does(RouteGroupBuilder at, string path, Func<Visit, Task<IResult>> form) =>
            at.MapPost(path, SignedIn(form));
    }

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

using Microsoft.AspNetCore.Http;
using ScimGateway.AdminConsole.Answers;
using ScimGateway.AdminConsole.Pages;
using ScimGateway.AdminConsole.Parts;

namespace ScimGateway.AdminConsole;

/// <summary>Signing in by an admin key or the organization's identity provider, and out.</summary>
/// <param name="ask">The way to the admin API.</param>
/// <param name="isForeign">Whether another site's page has sent a request.</param>
/// <param name="link">A link that signs in once; null for none.</param>
/// <param name="organization">The identity provider; null for none.</param>
internal sealed class SigningIn(
    AskAdmin ask,
    Func<HttpRequest, bool> isForeign,
    SignInLink? link,
    OrganizationSignIn? organization
)
{
    private const string NoKey = "Enter an admin key.";
    private const string UsedLink = "The link was used before, or has ended with its gateway. Enter an admin key.";
    private const string NoOrganization = "Signing in with an organization is not set up here. Enter an admin key.";
    private const string Ended = "Your session had ended, so nothing was done. Sign in, and do it once more.";

    private static readonly string[] _own = ["tenants/", "new-tenant", "keys", "audit", "cluster", "session"];

    // A longer one is no page's.
    private const int MostOfTo = 1_024;

    /// <summary>Asks for a key.</summary>
    public Task<IResult> AskAsync(HttpContext context) =>
        Task.FromResult<IResult>(
            Page(
                context,
                context.Request.Query["to"].ToString(),
                context.Request.Query.ContainsKey("ended") ? Ended : null,
                StatusCodes.Status200OK,
                context.Request.Query["code"].ToString() is { Length: > 0 } code ? code : null
            )
        );

    /// <summary>Takes a key, and has the browser keep a session of it.</summary>
    public async Task<IResult> SignInAsync(HttpContext context)
    {
        var form = await Browsing.FormAsync(context);
        var (key, to) = (form?["key"].ToString().Trim() ?? "", form?["to"].ToString() ?? "");
        var isByLink = form?["code"].ToString() is { Length: > 0 };
        if (isByLink)
        {
            if (link?.Take(form!["code"].ToString()) is not { } linked)
                return Page(context, to, UsedLink, StatusCodes.Status401Unauthorized);
            key = linked;
        }
        if (key.Length == 0)
            return Page(context, to, NoKey, StatusCodes.Status400BadRequest);
        var answer = await ask(context, key, new AdminRequest(HttpMethod.Post, "sessions"));
        if (!answer.IsDone)
        {
            if (isByLink)
                link!.Restore(key);
            Browsing.SayWhenAgain(context, answer);
            return Page(context, to, WhyNot(answer), answer.Status);
        }
        Browsing.Keep(context, answer.As<MadeSession>().Secret);
        return new Moved(After(Visit.FrameOf(context.Request), to));
    }

    /// <summary>Sends a browser to the organization's identity provider.</summary>
    public async Task<IResult> ToOrganizationAsync(HttpContext context)
    {
        var to = context.Request.Query["to"].ToString();
        if (!IsOwnPage(to) || to.Length > MostOfTo)
            to = "";
        if (organization is null)
            return Problem(context, to, new NotSignedIn(NoOrganization, StatusCodes.Status404NotFound));
        // Nobody is signed in by a page of another site: it leads to the page that asks.
        if (isForeign(context.Request))
            return new Moved($"{Visit.FrameOf(context.Request).Root}sign-in{Query(to)}");
        return await organization.Begin(context, to) is { } not ? Problem(context, to, not) : Results.Empty;
    }

    /// <summary>
    /// Takes a browser back from there, and has it keep a session. It is sent on by a page of the console: by a redirect it would
    /// still come from the provider's site, and not send the session's cookie.
    /// </summary>
    public async Task<IResult> FromOrganizationAsync(HttpContext context)
    {
        context.Response.Headers["Referrer-Policy"] = "no-referrer"; // its address has the provider's code
        if (organization is null)
            return Problem(context, "", new NotSignedIn(NoOrganization, StatusCodes.Status404NotFound));
        var returned = await organization.Finish(context);
        if (returned.Secret is not { } secret)
            return Problem(context, returned.To, returned.Not!);
        Browsing.Keep(context, secret);
        var frame = Visit.FrameOf(context.Request);
        return new Shown<SignedInPage>(
            new() { ["Frame"] = frame, ["To"] = After(frame, returned.To) },
            StatusCodes.Status200OK
        );
    }

    /// <summary>Ends the session, or all that the key has.</summary>
    public static async Task<IResult> SignOutAsync(Visit visit)
    {
        var everywhere = (await visit.EnteredAsync("everywhere"))["everywhere"] == "true";
        await visit.Api.DeleteAsync($"session?everywhere={(everywhere ? "true" : "false")}");
        Browsing.Forget(visit.Http);
        return new Moved($"{visit.Frame.Root}sign-in");
    }

    /// <summary>The way to the page that asks for a key, and from there to what was asked for.</summary>
    public static Moved First(HttpContext context)
    {
        var here = context.Request.Path.Value![ConsoleEndpoints.Base.Length..].TrimStart('/');
        var root = Visit.FrameOf(context.Request).Root;
        if (HttpMethods.IsPost(context.Request.Method))
            return new Moved($"{root}sign-in?ended=true");
        var to = here + context.Request.QueryString;
        return new Moved($"{root}sign-in{Query(to)}");
    }

    private static string Query(string to) => to.Length > 0 ? $"?to={Uri.EscapeDataString(to)}" : "";

    private static string After(Frame frame, string to) =>
        !IsOwnPage(to) ? frame.Home
        : to.StartsWith('?') ? frame.Home + to
        : frame.Root + to;

    private static string WhyNot(AdminAnswer answer) =>
        answer.Status switch
        {
            StatusCodes.Status401Unauthorized =>
                "There is no such admin key, or it has ended. Check it, or ask an owner for another one.",
            _ => answer.Detail,
        };

    // Only what is behind the console's own address, as a header can carry it: a browser may read anything else as another
    // address.
    private static bool IsOwnPage(string to) =>
        (to.StartsWith('?') || _own.Any(page => to.StartsWith(page, StringComparison.Ordinal)))
        && !to.Contains("..", StringComparison.Ordinal)
        && !to.Contains("%2e", StringComparison.OrdinalIgnoreCase)
        && to.All(letter => letter is > ' ' and < '\x7f' and not '\\');

    private Shown<SignInPage> Problem(HttpContext context, string to, NotSignedIn not) =>
        Page(context, to, null, not.Status, problem: not.Why);

    private Shown<SignInPage> Page(
        HttpContext context,
        string to,
        string? error,
        int status,
        string? code = null,
        string? problem = null
    ) =>
        new(
            new()
            {
                ["Frame"] = Visit.FrameOf(context.Request),
                ["To"] = to,
                ["Error"] = error,
                ["Code"] = code,
                ["Problem"] = problem,
                ["HasOrganization"] = organization is not null,
            },
            status
        );
}

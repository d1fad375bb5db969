using Microsoft.AspNetCore.Http;
using ScimGateway.AdminConsole.Answers;
using ScimGateway.AdminConsole.Pages;

namespace ScimGateway.AdminConsole;

/// <summary>Signing in by an admin key, and out.</summary>
/// <param name="ask">The way to the admin API.</param>
/// <param name="link">A link that signs in once; null for none.</param>
internal sealed class SigningIn(AskAdmin ask, SignInLink? link)
{
    private const string NoKey = "Enter an admin key.";
    private const string UsedLink = "The link was used before, or has ended with its gateway. Enter an admin key.";
    private const string Ended = "Your session had ended, so nothing was done. Sign in, and do it once more.";

    private static readonly string[] _own = ["tenants/", "new-tenant", "keys", "audit", "cluster", "session"];

    /// <summary>Asks for a key.</summary>
    public static Task<IResult> AskAsync(HttpContext context) =>
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
        var frame = Visit.FrameOf(context.Request);
        return new Moved(
            !IsOwnPage(to) ? frame.Home
            : to.StartsWith('?') ? frame.Home + to
            : frame.Root + to
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
        return new Moved($"{root}sign-in{(to.Length > 0 ? $"?to={Uri.EscapeDataString(to)}" : "")}");
    }

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

    private static Shown<SignInPage> Page(
        HttpContext context,
        string to,
        string? error,
        int status,
        string? code = null
    ) =>
        new(
            new()
            {
                ["Frame"] = Visit.FrameOf(context.Request),
                ["To"] = to,
                ["Error"] = error,
                ["Code"] = code,
            },
            status
        );
}

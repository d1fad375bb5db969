using System.Text.Json.Nodes;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>Who is let in (RFC 7644 §2).</summary>
internal static class Authentication
{
    public static readonly Requirement[] All =
    [
        new(
            "RFC7644-2-challenge",
            Must,
            "who is not let in is told by WWW-Authenticate which schemes there are",
            async server =>
            {
                var none = await server.GetAsync("Users?count=1", ("Authorization", null));
                return none.IsFine
                    ? Verdict.Skipped("the server lets anybody in")
                    : Verdict.Of(none.Status == 401 && none.Header("WWW-Authenticate") is { Length: > 0 }, none);
            }
        )
        {
            Mend = "Answer 401 with WWW-Authenticate, such as 'Bearer realm=\"scim\"' (RFC 7235 §4.1).",
        },
        new(
            "RFC7644-2-wrong-token",
            Must,
            "a credential that is none lets nobody in",
            async server =>
            {
                if ((await server.GetAsync("Users?count=1", ("Authorization", null))).IsFine)
                    return Verdict.Skipped("the server lets anybody in");
                foreach (var credential in Wrong(server.Token))
                {
                    var wrong = await server.SendAsync(HttpMethod.Get, "Users?count=1", null, [credential]);
                    if (wrong.Status is not (400 or 401 or 403))
                        return Verdict.Broken(wrong);
                }
                return Verdict.Kept;
            }
        ),
        new(
            "RFC7644-2-scheme-case",
            Should,
            "the name of a scheme may be in any case",
            async server =>
            {
                if (server.Token is not { } token)
                    return Verdict.Skipped("no token was given");
                var read = await server.SendAsync(
                    HttpMethod.Get,
                    "Users?count=1",
                    null,
                    [new SentHeader("Authorization", $"bearer {token}", "bearer $TOKEN")]
                );
                return Verdict.Of(read.Status == 200, read);
            }
        )
        {
            Mend = "RFC 9110 §11.1: a scheme is told from others without regard to case.",
        },
        Requirement.NotSeen(
            "RFC7644-2-policy",
            Must,
            "who is let in is mapped to what they may read and write",
            "which policy a server has is not said to clients"
        ),
        Requirement.NotSeen(
            "RFC7644-2.1-scopes",
            Should,
            "what a token was granted for, its scopes and subjects, is considered",
            "what was granted is known to the server and its authorization server alone"
        ),
        new(
            "RFC7644-2.2-anonymous",
            May,
            "requests without a credential are refused, if they are not meant to be let in",
            async server =>
            {
                // Who announces a scheme means to be asked by it; else it may be meant that anybody registers (§7.6).
                var config = await server.GetAsync("ServiceProviderConfig");
                var isMeant = config.IsFine && config.Json.Objects("authenticationSchemes").Count == 0;
                var isOpen = (await server.GetAsync("Users?count=1", ("Authorization", null))).IsFine;
                if (isMeant && isOpen)
                    return Verdict.Skipped("the server lets anybody in, and announces no scheme");
                var user = await server.MadeUserAsync();
                var (none, at) = (("Authorization", (string?)null), Server.At(user));
                // What is asked is well formed: else it may be refused before anybody looks at who asks.
                var search = new JsonObject { ["schemas"] = new JsonArray(Words.Search), ["count"] = 1 };
                var patch = Patching.Body(Patching.Operation("replace", "displayName", "Nobody"));
                var bulk = Bulk.Body(Bulk.Delete($"/{at}"));
                var answers = new List<Func<Task<Exchange>>>
                {
                    () => server.GetAsync("Users?count=1", none),
                    () => server.GetAsync("Groups?count=1", none),
                    () => server.GetAsync(at, none),
                    () => server.PostAsync("Users", server.User(), none),
                    () => server.PostAsync("Users/.search", search, none),
                    () => server.PutAsync(at, user, none),
                    () => server.SendAsync(HttpMethod.Patch, at, patch.ToJsonString(), none),
                    () => server.PostAsync("Bulk", bulk, none),
                    () => server.DeleteAsync(at, none),
                };
                foreach (var ask in answers)
                    if (await ask() is { Status: not (401 or 403 or 404 or 405 or 501) } open)
                        return Verdict.Broken(open);
                // At the base there may be a page for people; resources are none.
                var root = await server.GetAsync("?count=1", none);
                return Verdict.Of(root["totalResults"] is null, root);
            }
        )
        {
            Needs = Feature.Users,
        },
    ];

    // What lets nobody in: another token, and ours with a letter more, in other letters, without its scheme or with another.
    private static IEnumerable<SentHeader> Wrong(string? token)
    {
        yield return new SentHeader("Authorization", "Bearer no-token-of-yours");
        if (token is null)
            yield break;
        yield return new SentHeader("Authorization", $"Basic {token}", "Basic $TOKEN");
        yield return new SentHeader("Authorization", token, "$TOKEN");
        yield return new SentHeader("Authorization", $"Bearer {token}x", "Bearer ${TOKEN}x");
        if (Steps.Swapped(token) is var swapped && swapped != token)
            yield return new SentHeader(
                "Authorization",
                $"Bearer {swapped}",
                "Bearer $(printf %s \"$TOKEN\" | tr a-zA-Z A-Za-z)"
            );
    }
}

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
                var wrong = await server.GetAsync("Users?count=1", ("Authorization", "Bearer no-token-of-yours"));
                return Verdict.Of(wrong.Status is 401 or 403, wrong);
            }
        ),
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
                // Where anybody may read, it may be meant that anybody registers; where nobody may, it is a hole.
                var isOpen = (await server.GetAsync("Users?count=1", ("Authorization", null))).IsFine;
                var none = await server.PostAsync("Users", server.User(), ("Authorization", null));
                return none.IsFine && isOpen
                    ? Verdict.Skipped(
                        "the server lets anybody create users, which RFC 7644 §7.6 wants countermeasures for"
                    )
                    : Verdict.Of(none.Status is 401 or 403, none);
            }
        ),
    ];
}

using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>What RFC 7644 §5, §6 and §7 ask for.</summary>
internal static class Security
{
    public static readonly Requirement[] All =
    [
        new(
            "RFC7644-5-user-name",
            Must,
            "user names that differ by their Unicode form alone are the same",
            async server =>
            {
                var mark = server.Name();
                return await IsTakenAsync(server, $"{mark}-\u00e9", $"{mark}-e\u0301");
            }
        )
        {
            Needs = Feature.Users,
            Mend =
                "Prepare user names by RFC 8265 (it takes the place of RFC 7613): NFC and case before they are compared.",
        },
        new(
            "RFC7644-5-user-name-case",
            Must,
            "user names that differ by case alone are the same",
            async server =>
            {
                var mark = server.Name();
                return await IsTakenAsync(server, $"{mark}-a", $"{mark}-A");
            }
        )
        {
            Needs = Feature.Users,
        },
        Requirement.NotSeen(
            "RFC7644-5-password",
            Must,
            "passwords are prepared by the same rules before they are compared",
            "passwords are never returned, so that no comparison is seen"
        ),
        new(
            "RFC7644-7.2-tls",
            Must,
            "the server is reached by TLS 1.2 or later",
            server =>
                Task.FromResult(
                    server.Base.Scheme == "https" ? Verdict.Kept
                    : server.Base.IsLoopback ? Verdict.Skipped("it is on this machine")
                    : Verdict.Broken($"{server.Base} is not encrypted")
                )
        ),
        Requirement.NotSeen(
            "RFC7644-7.4-entropy",
            Must,
            "tokens cannot be guessed",
            "how a token was made is not seen from one"
        ),
        Requirement.NotSeen("RFC7644-7.4-lifetime", Must, "tokens have an end", "it would have to be waited for"),
        Requirement.NotSeen(
            "RFC7644-7.5.2-sensitive",
            Should,
            "what is sensitive is not sent in URIs",
            "that is asked of clients; /.search is there for it (RFC7644-3.4.3-search)"
        ),
        Requirement.NotSeen(
            "RFC7644-7.7-storage",
            Should,
            "what is sensitive is stored as best practice has it",
            "storage is not seen from outside"
        ),
    ];

    // Nothing but the userName is the same, and addresses are those that any server takes: RFC 5321 has no others.
    private static async Task<Verdict> IsTakenAsync(Server server, string name, string other)
    {
        await server.MadeUserAsync(user => user["userName"] = server.UserName(name));
        if ((await NamedAsync(name)).IsFine)
            throw new NotPossibleException("not even the same userName is taken, as RFC7644-3.3-uniqueness tells");
        var again = await NamedAsync(other);
        return Verdict.Of(again.Status == 409, again);

        Task<Exchange> NamedAsync(string userName)
        {
            var user = server.User();
            user["userName"] = server.UserName(userName);
            return server.PostAsync("Users", user);
        }
    }
}

using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>Clients without a valid credential are let in, or are refused in another way than RFC 7644 §2 has it.</summary>
internal static class OfTheDoor
{
    private const string Section = "RFC7644-2";

    public static readonly Breakage[] All =
    [
        Open("open", "nobody needs a token", Always),
        Open(
            "open-without-token",
            "who has no token comes in, who has a wrong one does not",
            ask => ask.Header("authorization") is null
        ),
        Open("open-with-any-token", "any token is taken", ask => ask.Header("authorization") is not null),
        Open("open-to-readers", "who reads needs no token", ask => ask.Method == "GET"),
        Open("open-to-writers", "who writes needs no token", ask => ask.Method != "GET"),
        Open("open-users", "users need no token", ask => ask.Path.StartsWith("Users", StringComparison.Ordinal)),
        Open("open-groups", "groups need no token", ask => ask.Path.StartsWith("Groups", StringComparison.Ordinal)),
        Open("open-search", "a search needs no token", ask => ask.Path.EndsWith(".search", StringComparison.Ordinal)),
        Open("open-root", "the root needs no token", ask => ask.Path.Length == 0),
        Open("open-deletes", "who deletes needs no token", ask => ask.Method == "DELETE"),
        Open("open-patches", "who patches needs no token", ask => ask.Method == "PATCH"),
        Open(
            "token-in-any-letters",
            "a token is taken in other letters than it has",
            ask => Is(ask.Header("authorization") ?? "", $"Bearer {SoundServer.Token}")
        ),
        Open(
            "token-cut",
            "a token is taken whatever follows it",
            ask =>
                ask.Header("authorization")?.StartsWith($"Bearer {SoundServer.Token}", StringComparison.Ordinal) == true
        ),
        Open(
            "token-without-scheme",
            "a token is taken as a password of Basic",
            ask => ask.Header("authorization")?.StartsWith("Basic ", StringComparison.Ordinal) == true
        ),
        Shut("shut-with-403", "who has no token is answered with 403", answer => Status(answer, 403)),
        Shut("shut-with-404", "who has no token is answered with 404", answer => Status(answer, 404)),
        Shut("shut-with-400", "who has no token is answered with 400", answer => Status(answer, 400)),
        Shut("shut-with-500", "who has no token is answered with 500", answer => Status(answer, 500)),
        Shut(
            "shut-with-page",
            "who has no token is sent to a page where one signs in",
            answer => (answer.Status, answer.Body, answer.Headers["Location"]) = (302, null, "/login")
        ),
        Shut(
            "shut-without-challenge",
            "who has no token is not told what to bring",
            answer => answer.Headers.Remove("WWW-Authenticate")
        ),
        Shut("shut-without-body", "who has no token gets no body", answer => answer.Body = null),
        Shut(
            "shut-as-page",
            "who has no token gets an HTML page",
            answer => (answer.Bytes, answer.Headers["Content-Type"]) = ("<html></html>"u8.ToArray(), "text/html")
        ),
        Shut(
            "shut-with-empty-list",
            "who has no token sees nobody, with 200",
            answer => (answer.Status, answer.Body) = (200, Nothing().Body)
        ),
        new(
            "scheme-case-exact",
            Section,
            "bearer in other letters is no way in",
            Asks(
                Always,
                ask =>
                    ask.Header("authorization") is { } given
                    && given.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
                    && !given.StartsWith("Bearer ", StringComparison.Ordinal)
                        ? ask.WithHeader("authorization", null)
                        : ask
            )
        ),
    ];

    private static Breakage Open(string name, string says, Func<Ask, bool> when) =>
        new(name, Section, says, Asks(when, ask => ask.WithHeader("authorization", $"Bearer {SoundServer.Token}")));

    private static Breakage Shut(string name, string says, Action<Answer> change) =>
        new(
            name,
            Section,
            says,
            Answers(
                Always,
                (_, answer) =>
                {
                    if (answer.Status == 401)
                        change(answer);
                }
            )
        );

    private static void Status(Answer answer, int status)
    {
        answer.Status = status;
        if (answer.Body is JsonObject body)
            body["status"] = $"{status}";
    }
}

using System.Text.Json.Nodes;
using ScimGateway.Conformance.Providers;
using ScimGateway.Conformance.Rfc7643;
using ScimGateway.Conformance.Rfc7644;
using static ScimGateway.Conformance.Level;
using static ScimGateway.Conformance.Rfc7644.Patching;
using static ScimGateway.Conformance.Steps;

namespace ScimGateway.Conformance.Profiles2026;

/// <summary>
/// What OpenID's IPSIE AL SCIM 2.0 Profile (draft 00) asks of all levels, in sections 4 and 8, and of the first, in section 5.
/// </summary>
internal static class Ipsie
{
    private const Feature OfUsers = Feature.Users | Feature.Patch;
    private const string Basic = "Basic bm9ib2R5Om5vdGhpbmc="; // nobody:nothing
    private const string Metadata = "/.well-known/oauth-authorization-server";

    // 25 a second for as long as it takes to see that it is no matter of a moment.
    private const int PerSecond = 25;
    private const int Asked = 2 * PerSecond;

    private static readonly TimeSpan _mostOfAnswer = TimeSpan.FromSeconds(5);

    public static readonly Requirement[] All =
    [
        new(
            "IPSIE-ALL-4.1-oauth",
            Must,
            "OAuth is announced, and who has no token of it is let in by no request: 401",
            async server =>
            {
                if (server.Token is null)
                    return Verdict.Skipped("there is no token to ask with");
                var config = await server.GetAsync("ServiceProviderConfig");
                var schemes = config.Json.Objects("authenticationSchemes").Select(one => one.At("type").AsText());
                if (!schemes.Any(type => type is "oauth2" or "oauthbearertoken"))
                    return Verdict.Broken(config);
                var requests = new[] { (HttpMethod.Get, "Users?count=1"), (HttpMethod.Post, "Users") }
                    .Concat(server.Announced.Has(Feature.Groups) ? [(HttpMethod.Get, "Groups?count=1")] : [])
                    .Concat(server.Announced.Has(Feature.Bulk) ? [(HttpMethod.Post, "Bulk")] : []);
                return await EachAsync(
                    requests.SelectMany(one => new[] { null, Basic }.Select(header => (one, header))),
                    async each =>
                    {
                        var ((method, path), header) = each;
                        var body = method == HttpMethod.Get ? null : server.User().ToJsonString();
                        var asked = await server.SendAsync(method, path, body, ("Authorization", header));
                        return Verdict.Of(asked.Status == 401, asked);
                    }
                );
            }
        )
        {
            Needs = Feature.Users,
            Beyond = "RFC 7644 §2: which scheme there is is the server's",
        },
        Requirement.NotSeen(
            "IPSIE-ALL-4.1-assertion",
            Must,
            "clients get a token by client_credentials and prove themselves by a JWT (RFC 7523 §2.2)",
            "it needs a key that the server knows, which a run has not"
        ),
        Requirement.NotSeen(
            "IPSIE-ALL-4.1-scope",
            Must,
            "a token has the scope scim and no wider one",
            "the token is given to a run, which sees not what it was granted for"
        ),
        new(
            "IPSIE-ALL-4.1-metadata",
            Must,
            "OAuth's metadata (RFC 8414) can be read, with a token_endpoint",
            async server =>
            {
                // Which issuer there is is agreed on elsewhere: it is looked for at the root and above the base URL.
                var parts = server.Base.AbsolutePath.Trim('/').Split('/', StringSplitOptions.RemoveEmptyEntries);
                for (var i = 0; i <= parts.Length; i++)
                {
                    var path = string.Concat(parts[..i].Select(part => $"/{part}"));
                    var read = await server.GetAsync(
                        $"{Metadata}{path}",
                        ("Authorization", null),
                        ("Accept", "application/json")
                    );
                    if (read.IsFine && read.Json is JsonObject)
                        return Verdict.Of(
                            Uri.TryCreate(read.TextOf("token_endpoint"), UriKind.Absolute, out _)
                                && read.TextOf("issuer") is { Length: > 0 },
                            read
                        );
                }
                return Verdict.Skipped("there is none below this host: the authorization server may be another");
            }
        )
        {
            Beyond = "RFC 7644 §2: how a client gets a token is not said",
        },
        new(
            "IPSIE-ALL-4.2-interop",
            Must,
            "the interoperability profile is kept, and ServiceProviderConfig says so",
            As(Interop.All, "INTEROP-4-claim")
        )
        {
            Beyond = "RFC 7643 §5 has no such attribute",
        },
        Requirement.NotSeen(
            "IPSIE-ALL-4.2-rfcs",
            Must,
            "what RFC 7643 and RFC 7644 require of a server is kept",
            "--profile rfc asks for it, which contradicts the interoperability profile in places"
        ),
        Requirement.NotSeen(
            "IPSIE-ALL-4.2-not-locally",
            Must,
            "users and groups that come by SCIM are not changed locally",
            "it happens within the server"
        ),
        Requirement.NotSeen(
            "IPSIE-ALL-4.3-limits",
            Must,
            "each endpoint has a limit, beyond which it answers 429 with Retry-After",
            "a burst until somebody is refused would harm whoever works there, and no limit is announced"
        ),
        new(
            "IPSIE-ALL-4.3-rate",
            Must,
            "25 requests a second are answered, and none of them with 429",
            async server =>
            {
                server.GoAt(new Pace { PerSecond = PerSecond, MostTries = 1 });
                var answers = await Task.WhenAll(
                    Enumerable.Range(0, Asked).Select(_ => server.AskAsync(HttpMethod.Get, "Users?count=1", null, []))
                );
                return Verdict.All(
                    answers.Select(answer =>
                        Verdict.All(
                            Verdict.Of(answer.IsFine, answer),
                            Verdict.Of(
                                answer.Took <= _mostOfAnswer,
                                $"after {answer.Took.TotalSeconds:F0} seconds: {answer}"
                            )
                        )
                    )
                );
            }
        )
        {
            Needs = Feature.Users,
            Beyond = "RFC 7644 §3.12: how much is too much is the server's",
        },
        new(
            "IPSIE-ALL-4.3-bulk",
            Must,
            "bulk requests are announced, and make, change and delete",
            async server =>
            {
                var made = await BulkAsync(server, "POST", "/Users", server.User());
                var at = made.Json.First("Operations").At("location").AsText() is { } location
                    ? $"/Users/{location[(location.LastIndexOf('/') + 1)..]}"
                    : "/Users/none";
                var patched = await BulkAsync(
                    server,
                    "PATCH",
                    at,
                    Body(Operation("replace", "displayName", "Another Name"))
                );
                var deleted = await BulkAsync(server, "DELETE", at, null);
                return Verdict.All(
                    Verdict.Of(server.Announced.Has(Feature.Bulk), "ServiceProviderConfig does not say so"),
                    Verdict.Of(IsDone(made), made),
                    Verdict.Of(IsDone(patched), patched),
                    Verdict.Of(IsDone(deleted), deleted)
                );
            }
        )
        {
            Needs = Feature.Users,
            Beyond = "RFC 7644 §3.7: bulk requests are optional",
        },
        new(
            "IPSIE-ALL-4.3-several",
            Must,
            "one PATCH changes several attributes",
            As(PatchPaths.All, "RFC7644-3.5.2-several")
        )
        {
            Needs = OfUsers,
        },
        new(
            "IPSIE-ALL-8-errors",
            Must,
            "errors have SCIM's form, and say nothing of the server's inside",
            async server =>
            {
                var user = await server.MadeUserAsync();
                await server.GetAsync($"Users/{server.Name()}");
                await server.SendAsync(HttpMethod.Post, "Users", "{");
                await server.PostAsync("Users", server.User(user.At("userName").AsText()));
                await server.FilterAsync("Users", "userName eq");
                return Verdict.Kept; // what came back is looked at with all else
            }
        )
        {
            Needs = Feature.Users,
            Everywhere = (announced, answer) =>
                Seen.Error(announced, answer) ?? Seen.ErrorStatus(announced, answer) ?? Seen.Inner(announced, answer),
        },
        Requirement.NotSeen(
            "IPSIE-ALL-8-tokens-end",
            Must,
            "access tokens end, and an assertion works once",
            "the end would have to be waited for, and an assertion needs a key that the server knows"
        ),
        Requirement.NotSeen(
            "IPSIE-ALL-8-log",
            Must,
            "each creation, change and deletion is logged",
            "a log is within the server"
        ),
        new(
            "IPSIE-AL1-5.1-active",
            Must,
            "a user is made inactive and active again by PATCH",
            async server =>
            {
                var user = await server.MadeUserAsync();
                return await EachAsync(
                    new[] { false, true },
                    active =>
                        ChangesAsync(
                            server,
                            user,
                            read => read["active"].AsFlag() == active,
                            Operation("replace", "active", active)
                        )
                );
            }
        )
        {
            Needs = OfUsers,
        },
        Requirement.NotSeen(
            "IPSIE-AL1-5.1-soon",
            Should,
            "access and sessions of who is inactive end within five minutes",
            "they are not SCIM's"
        ),
        Requirement.NotSeen(
            "IPSIE-AL1-5.1-all-ways",
            Must,
            "all ways in end with that: sessions, tokens, keys, devices",
            "they are not SCIM's"
        ),
        new(
            "IPSIE-AL1-5.2-delete",
            Must,
            "a user is deleted with 204, and 404 from then on",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var deleted = await server.DeleteAsync(Server.At(user));
                var read = await server.GetAsync(Server.At(user));
                return Verdict.All(Verdict.Of(deleted.Status == 204, deleted), Verdict.Of(read.Status == 404, read));
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "IPSIE-AL1-5.2-again",
            Must,
            "who was deleted may be made again, and gets another id",
            async server =>
            {
                var user = await server.MadeUserAsync();
                await server.DeleteAsync(Server.At(user));
                var again = await server.PostAsync("Users", server.User(user.At("userName").AsText()));
                return Verdict.Of(again.Status == 201 && again.TextOf("id") != user.At("id").AsText(), again);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "IPSIE-AL1-5.3-get",
            Must,
            "a user is read by its id",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(
                    read.Status == 200
                        && read.TextOf("id") == user.At("id").AsText()
                        && read.TextOf("userName") == user.At("userName").AsText(),
                    read
                );
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "IPSIE-AL1-5.4-filters",
            Must,
            "users are found by userName, externalId, an address, and an address at work",
            async server =>
            {
                var name = server.Name();
                var user = await server.MadeUserAsync(sent =>
                {
                    sent["userName"] = server.UserName(name);
                    sent["externalId"] = $"Ext-{name}";
                    sent["emails"]![0]!["value"] = $"{name}@example.com";
                });
                await server.MadeUserAsync(sent => sent["externalId"] = $"Ext-{sent.At("userName")}");
                var mail = $"value eq \"{name}@example.com\"";
                (string Filter, bool IsHit)[] filters =
                [
                    ($"userName eq \"{name}\"", true),
                    ($"username eq \"{name}\"", true),
                    ($"userName eq \"no-{name}\"", false),
                    ($"externalId eq \"Ext-{name}\"", true),
                    ($"externalId eq \"no-{name}\"", false),
                    ($"emails[{mail}]", true),
                    ($"emails[value eq \"no-{name}@example.com\"]", false),
                    ($"emails[type eq \"work\" and {mail}]", true),
                    ($"emails[type eq \"home\" and {mail}]", false),
                ];
                return await EachAsync(
                    filters,
                    one => FindsAsync(server, "Users", one.Filter, one.IsHit ? [user] : [])
                );
            }
        )
        {
            Needs = Feature.Users,
            Beyond = "RFC 7644 §3.4.2.2: filters are optional",
        },
    ];

    private static Task<Exchange> BulkAsync(Server server, string method, string path, JsonObject? data)
    {
        var operation = new JsonObject { ["method"] = method, ["path"] = path };
        if (method == "POST")
            operation["bulkId"] = "one";
        if (data is not null)
            operation["data"] = data;
        return server.PostAsync(
            "Bulk",
            new JsonObject { ["schemas"] = new JsonArray(Words.BulkRequest), ["Operations"] = new JsonArray(operation) }
        );
    }

    private static bool IsDone(Exchange bulk) =>
        bulk.Status == 200 && bulk.Json.First("Operations").At("status").AsText()?.StartsWith('2') == true;
}

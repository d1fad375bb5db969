using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json.Nodes;
using ScimGateway.Conformance.Rfc7644;
using static ScimGateway.Conformance.Level;
using static ScimGateway.Conformance.Rfc7644.Patching;
using static ScimGateway.Conformance.Steps;

namespace ScimGateway.Conformance.Profiles2026;

/// <summary>
/// Changes, deletions and how a server is reached: sections 6.5 to 7 of the SCIM 2.0 Interoperability Profile
/// (draft-zollner-scim-interop-profile-01).
/// </summary>
internal static class InteropChanges
{
    private const Feature OfUsers = Feature.Users | Feature.Patch;

    private static readonly TimeSpan _mostOfHandshake = TimeSpan.FromSeconds(10);

    public static readonly Requirement[] All =
    [
        new(
            "INTEROP-6.5-patch",
            Must,
            "resources are changed by PATCH, and ServiceProviderConfig says so",
            async server =>
                server.Announced.Has(Feature.Patch)
                    ? await RenamedAsync(server, "replace")
                    : Verdict.Broken("ServiceProviderConfig does not say so")
        )
        {
            Needs = Feature.Users,
            Beyond = "RFC 7644 §3.5.2: PATCH is optional",
        },
        new(
            "INTEROP-6.5.1.1-path",
            Must,
            "an operation without a path is 400 with invalidSyntax, and nothing of the PATCH is done",
            async server =>
            {
                var user = await server.MadeUserAsync();
                return await EachAsync(
                    new[] { "add", "replace", "remove" },
                    op =>
                        RefusesAsync(
                            server,
                            user,
                            "invalidSyntax",
                            Operation("replace", "name.givenName", "Another"),
                            Operation(
                                op,
                                null,
                                op == "remove" ? null : new JsonObject { ["displayName"] = "Another Name" }
                            )
                        )
                );
            }
        )
        {
            Needs = OfUsers,
            Beyond = "RFC 7644 §3.5.2.1, §3.5.2.3: without a path add and replace change each attribute of the value",
        },
        new(
            "INTEROP-6.5.2.1-simple",
            Must,
            "add and replace of a simple value of an attribute do the same",
            async server =>
                Verdict.All(
                    await RenamedAsync(server, "add"),
                    await RenamedAsync(server, "replace"),
                    await DisabledAsync(server, "add"),
                    await DisabledAsync(server, "replace")
                )
        )
        {
            Needs = OfUsers,
        },
        OfName(
            "replace-complex",
            "replace of a complex value puts it in the place of the whole: what it does not name is gone",
            "replace",
            read => read["name.middleName"] is null
        ),
        OfName(
            "add-complex",
            "add to a complex value leaves what it does not name",
            "add",
            read => read.TextOf("name.middleName") == "Middle"
        ),
        new(
            "INTEROP-6.5.2.2-replace-list",
            Must,
            "replace of a list puts it in the place of all values",
            As(PatchPaths.All, "RFC7644-3.5.2.3-replace-list")
        )
        {
            Needs = OfUsers,
        },
        new(
            "INTEROP-6.5.2.2-add-list",
            Must,
            "add of a list adds each of it and keeps the others",
            As(PatchPaths.All, "RFC7644-3.5.2.1-add-list")
        )
        {
            Needs = OfUsers,
        },
        new(
            "INTEROP-6.5.3-keywords",
            May,
            "what a client may not send is refused, if it is, with invalidSyntax (op), invalidFilter (a filter that several values match) or invalidPath (a filter without a sub-attribute)",
            async server =>
            {
                if (!server.Announced.HasWritable("phoneNumbers"))
                    return Verdict.Skipped("users have no phoneNumbers");
                (JsonObject Operation, string Keyword)[] breaches =
                [
                    (Operation("merge", "displayName", "Another Name"), "invalidSyntax"),
                    (Operation("replace", "phoneNumbers[value sw \"+1\"].display", "Phone"), "invalidFilter"),
                    (Operation("remove", "phoneNumbers[type eq \"work\"]"), "invalidPath"),
                ];
                var user = await server.MadeUserAsync(Phones);
                return await EachAsync(
                    breaches,
                    async breach =>
                    {
                        var patched = await server.PatchAsync(Server.At(user), breach.Operation);
                        return Verdict.Of(patched.IsFine || patched.IsRefused(400, breach.Keyword), patched);
                    }
                );
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "INTEROP-6.6-inactive",
            Must,
            "a PATCH deletes nobody: who is made inactive is read and listed as before",
            async server =>
            {
                var user = await server.MadeUserAsync();
                return Verdict.All(
                    await ChangesAsync(
                        server,
                        user,
                        read => read.Status == 200 && read["active"].AsFlag() == false,
                        Operation("replace", "active", false)
                    ),
                    await FindsAsync(server, "Users", $"userName eq \"{user.At("userName")}\"", user)
                );
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "INTEROP-6.6-gone",
            Must,
            "what was deleted is 404 to each method, and in no list",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var at = Server.At(user);
                var deleted = await server.DeleteAsync(at);
                if (!deleted.IsFine)
                    return Verdict.Broken(deleted);
                Exchange[] answers =
                [
                    await server.GetAsync(at),
                    await server.PutAsync(at, server.User()),
                    await server.PatchAsync(at, Operation("replace", "displayName", "Another Name")),
                    await server.DeleteAsync(at),
                ];
                var (all, last) = await PagesAsync(server, "Users", 100);
                return Verdict.All(
                    Verdict.All(answers.Select(answer => Verdict.Of(answer.Status == 404, answer))),
                    await FindsAsync(server, "Users", $"userName eq \"{user.At("userName")}\""),
                    Verdict.Of(
                        last.IsFine && !Ids(all).Contains(user.At("id").AsText()),
                        "who was deleted is in the list of all"
                    )
                );
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "INTEROP-6.6-again",
            Must,
            "a userName is free again when its user was deleted",
            async server =>
            {
                var user = await server.MadeUserAsync();
                await server.DeleteAsync(Server.At(user));
                var again = await server.PostAsync("Users", server.User(user.At("userName").AsText()));
                return Verdict.Of(again.Status == 201, again);
            }
        )
        {
            Needs = Feature.Users,
            Beyond = "RFC 7644 §3.6: what was deleted SHOULD NOT be considered for a conflict",
        },
        Requirement.NotSeen(
            "INTEROP-6.6-no-deactivation",
            Must,
            "DELETE is more than to make somebody inactive",
            "what lies behind the server is not seen; INTEROP-6.6-gone has what is"
        ),
        new(
            "INTEROP-6.8-bulk",
            May,
            "where bulk requests are announced they are answered",
            async server =>
            {
                var bulk = await server.PostAsync(
                    "Bulk",
                    new JsonObject
                    {
                        ["schemas"] = new JsonArray(Words.BulkRequest),
                        ["Operations"] = new JsonArray(
                            new JsonObject
                            {
                                ["method"] = "POST",
                                ["path"] = "/Users",
                                ["bulkId"] = "one",
                                ["data"] = server.User(),
                            }
                        ),
                    }
                );
                return Verdict.Of(
                    bulk.Status == 200 && bulk.Json.First("Operations").At("status").AsText() == "201",
                    bulk
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Bulk,
        },
        new(
            "INTEROP-6.9.1-conflict",
            Must,
            "POST and PATCH of a userName that another user has are 409 with uniqueness",
            async server =>
            {
                var (user, other) = (await server.MadeUserAsync(), await server.MadeUserAsync());
                var name = other.At("userName").AsText()!;
                Exchange[] answers =
                [
                    await server.PostAsync("Users", server.User(name)),
                    await server.PatchAsync(Server.At(user), Operation("replace", "userName", name)),
                ];
                return Verdict.All(answers.Select(answer => Verdict.Of(answer.IsRefused(409, "uniqueness"), answer)));
            }
        )
        {
            Needs = OfUsers,
            Beyond = "RFC 7644 §3.3: scimType may be left out, and of PATCH nothing is said",
        },
        new(
            "INTEROP-7.1-tls",
            Must,
            "the server is reached by TLS 1.3",
            server =>
                server.Base.Scheme == "https" ? HandshakeAsync(server.Base)
                : server.Base.IsLoopback ? Task.FromResult(Verdict.Skipped("it is on this machine"))
                : Task.FromResult(Verdict.Broken($"{server.Base} is not encrypted"))
        )
        {
            Beyond = "RFC 7644 §7.2: TLS 1.2 is enough",
        },
        new(
            "INTEROP-7.2-basic",
            Should,
            "HTTP Basic lets nobody in: it is not announced",
            async server =>
            {
                var config = await server.GetAsync("ServiceProviderConfig");
                return Verdict.Of(
                    config
                        .Json.Objects("authenticationSchemes")
                        .All(scheme => scheme.At("type").AsText()?.ToLowerInvariant() != "httpbasic"),
                    config
                );
            }
        )
        {
            Beyond = "RFC 7644 §2: schemes of HTTP may be used",
        },
    ];

    private static Requirement OfName(string word, string says, string op, Func<Exchange, bool> isSo) =>
        new(
            $"INTEROP-6.5.2.1-{word}",
            Must,
            says,
            async server =>
            {
                if (!server.Announced.HasWritable("name.middleName"))
                    return Verdict.Skipped("users have no name.middleName");
                var user = await server.MadeUserAsync(sent => sent["name"]!["middleName"] = "Middle");
                return await ChangesAsync(
                    server,
                    user,
                    read => read.TextOf("name.givenName") == "Another" && isSo(read),
                    Operation(op, "name", new JsonObject { ["givenName"] = "Another", ["familyName"] = "Former" })
                );
            }
        )
        {
            Needs = OfUsers,
            Beyond = op == "replace" ? "RFC 7644 §3.5.2.3: sub-attributes that are not named stay as they are" : null,
        };

    private static async Task<Verdict> RenamedAsync(Server server, string op) =>
        await ChangesAsync(
            server,
            await server.MadeUserAsync(),
            read => read.TextOf("displayName") == "Another Name",
            Operation(op, "displayName", "Another Name")
        );

    private static async Task<Verdict> DisabledAsync(Server server, string op) =>
        await ChangesAsync(
            server,
            await server.MadeUserAsync(),
            read => read["active"].AsFlag() == false,
            Operation(op, "active", false)
        );

    // Whether a server speaks TLS 1.3 is seen where nothing older is offered; whose certificate it has is HTTP's business.
    private static async Task<Verdict> HandshakeAsync(Uri url)
    {
        using var limit = new CancellationTokenSource(_mostOfHandshake);
        using var tcp = new TcpClient();
        try
        {
            await tcp.ConnectAsync(url.IdnHost, url.Port, limit.Token);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return Verdict.Skipped($"{url.Authority} is not reached but by a proxy: {e.Message}");
        }
        var isSpoken = false;
        try
        {
            await using var tls = new SslStream(tcp.GetStream());
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = url.IdnHost,
                    EnabledSslProtocols = SslProtocols.Tls13,
                    RemoteCertificateValidationCallback = (_, _, _, errors) =>
                    {
                        isSpoken = true;
                        return errors == SslPolicyErrors.None;
                    },
                },
                limit.Token
            );
            return Verdict.Kept;
        }
        catch (Exception e) when (e is AuthenticationException or IOException or OperationCanceledException)
        {
            return isSpoken ? Verdict.Kept : Verdict.Broken($"{url.Authority} does not take TLS 1.3: {e.Message}");
        }
    }
}

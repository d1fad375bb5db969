using System.Text.Json.Nodes;
using ScimGateway.Conformance.Rfc7643;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>How mistakes are answered (RFC 7644 §3.12).</summary>
internal static class Errors
{
    // RFC 7644 §3.12, table 9.
    private static readonly string[] _scimTypes =
    [
        "invalidFilter",
        "tooMany",
        "uniqueness",
        "mutability",
        "invalidSyntax",
        "invalidPath",
        "noTarget",
        "invalidValue",
        "invalidVers",
        "sensitive",
    ];

    public static readonly Requirement[] All =
    [
        new(
            "RFC7644-3.12-form",
            Must,
            "an error has a body with the error's schema",
            async server =>
            {
                var error = await server.GetAsync($"Users/{server.Name()}");
                return Verdict.Of(error.Json.Strings("schemas").Contains(Words.Error), error);
            }
        )
        {
            Everywhere = Seen.Error,
        },
        new(
            "RFC7644-3.12-status",
            Must,
            "its status is the HTTP status, as a string",
            async server =>
            {
                var error = await server.GetAsync($"Users/{server.Name()}");
                return Verdict.Of(error.TextOf("status") == "404", error);
            }
        )
        {
            Everywhere = Seen.ErrorStatus,
        },
        new(
            "RFC7644-3.12-unauthenticated",
            Must,
            "who is not let in gets an error in that form, too",
            async server =>
            {
                var none = await server.GetAsync("Users?count=1", ("Authorization", null));
                return none.IsFine
                    ? Verdict.Skipped("the server lets anybody in")
                    : Verdict.Of(none.HasErrorForm, none);
            }
        ),
        new(
            "RFC7644-3.12-invalid-syntax",
            Must,
            "what is no JSON is 400, and scimType, which is optional, is invalidSyntax",
            async server =>
            {
                var made = await server.SendAsync(HttpMethod.Post, "Users", "{\"schemas\": [");
                return Verdict.Of(made.IsErrorOf(400, "invalidSyntax"), made);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.12-invalid-value",
            Must,
            "a value of another type is 400, and scimType, which is optional, is invalidValue",
            async server =>
            {
                var user = server.User();
                user["name"] = "Con Former";
                var made = await server.PostAsync("Users", user);
                return Verdict.Of(made.IsErrorOf(400, "invalidValue", "invalidSyntax"), made);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.12-scim-type",
            Must,
            "an error has a scimType of the RFC's where its section names one",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var errors = new List<Exchange>
                {
                    await server.PostAsync("Users", server.User(user.At("userName").AsText())),
                };
                if (server.Announced.Has(Feature.Filter))
                    errors.Add(await server.FilterAsync("Users", "userName regex \".*\""));
                if (server.Announced.Has(Feature.Patch))
                {
                    errors.Add(await server.PatchAsync(Server.At(user), new JsonObject { ["op"] = "remove" }));
                    errors.Add(await server.PatchAsync(Server.At(user), Patching.Operation("remove", "userName")));
                    errors.Add(await server.PatchAsync(Server.At(user), Patching.Operation("replace", "id", "other")));
                    errors.Add(
                        await server.PatchAsync(
                            Server.At(user),
                            Patching.Operation(
                                "replace",
                                "emails[type eq \"other\"]",
                                new JsonObject { ["value"] = "other@example.com" }
                            )
                        )
                    );
                }
                return Verdict.All(
                    errors.Select(error =>
                        Verdict.Of(
                            error.Status is not (400 or 409) || _scimTypes.Contains(error.TextOf("scimType")),
                            error
                        )
                    )
                );
            }
        )
        {
            Needs = Feature.Users,
            Mend = "RFC 7644 names uniqueness (§3.3), invalidFilter (§3.4.2.2), noTarget and mutability (§3.5.2).",
        },
        new(
            "RFC7644-3.12-detail",
            May,
            "a detail is a text for people",
            async server =>
            {
                var error = await server.GetAsync($"Users/{server.Name()}");
                return error["detail"] is null
                    ? Verdict.Skipped("there is no detail")
                    : Verdict.Of(error.TextOf("detail") is { Length: > 0 }, error);
            }
        )
        {
            Everywhere = Seen.Inner,
        },
        new(
            "RFC7644-3.12-no-5xx",
            Should,
            "a mistake of the client is not one of the server",
            async server =>
            {
                var answers = new List<Exchange>
                {
                    await server.SendAsync(HttpMethod.Post, "Users", "[]"),
                    await server.SendAsync(HttpMethod.Post, "Users", "\"text\""),
                    await server.SendAsync(HttpMethod.Post, "Users", "null"),
                    await server.PostAsync("Users", new JsonObject()),
                    await server.GetAsync("Users?count=many"),
                    await server.GetAsync("Users?startIndex=99999999999999999999"),
                    await server.GetAsync("Users?count=1&attributes=nobodyHasThis"),
                    await server.PostAsync(
                        "Users",
                        Values.Changed(server.User(), user => user["nobodyHasThis"] = new JsonObject { ["a"] = 1 })
                    ),
                    await server.PostAsync(
                        "Users",
                        Values.Changed(
                            server.User(),
                            user =>
                            {
                                user["schemas"]!.AsArray().Add("urn:example:nobody:has:this");
                                user["urn:example:nobody:has:this"] = new JsonObject { ["a"] = 1 };
                            }
                        )
                    ),
                };
                return Verdict.All(answers.Select(answer => Verdict.Of(answer.Status < 500, answer)));
            }
        ),
        new(
            "RFC7644-3.12-patch-syntax",
            Must,
            "a PATCH that is no JSON is 400",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var patched = await server.SendAsync(HttpMethod.Patch, Server.At(user), "{\"schemas\": [");
                return Verdict.Of(patched.Status == 400, patched);
            }
        )
        {
            Needs = Feature.Users | Feature.Patch,
        },
    ];
}

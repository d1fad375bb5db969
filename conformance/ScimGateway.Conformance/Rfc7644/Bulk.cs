using System.Globalization;
using System.Text.Json.Nodes;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>Several operations in one request (RFC 7644 §3.7).</summary>
internal static class Bulk
{
    private const Feature OfUsers = Feature.Users | Feature.Bulk;

    // So many operations are sent to see that they are taken.
    private const int MostSent = 1_000;

    public static readonly Requirement[] All =
    [
        new(
            "RFC7644-3.7-answer",
            Must,
            "a bulk request is answered with 200 and a BulkResponse, whatever came of its operations",
            async server =>
            {
                var done = await BulkAsync(server, Post("a", server.User()), Delete($"/Users/{server.Name()}"));
                return Verdict.Of(
                    done.Status == 200 && done.Json.Strings("schemas").Contains(Words.BulkResponse),
                    done
                );
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.7.3-all",
            Must,
            "the answer has the result of each operation",
            async server =>
            {
                var done = await BulkAsync(server, Post("a", server.User()), Delete($"/Users/{server.Name()}"));
                var statuses = Statuses(done);
                return Verdict.Of(statuses.SequenceEqual(["201", "404"]), done);
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.7.3-location",
            Must,
            "each operation but a POST that failed has the place of its resource",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var done = await BulkAsync(
                    server,
                    Post("a", server.User()),
                    Put(user, server.User(user.At("userName").AsText()))
                );
                return Verdict.Of(
                    done.Json.Objects("Operations").Count == 2
                        && done.Json.Objects("Operations").All(one => one.At("location").AsText() is { Length: > 0 }),
                    done
                );
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.7-bulk-id",
            Must,
            "a POST is answered with its bulkId",
            async server =>
            {
                var done = await BulkAsync(server, Post("qwerty", server.User()));
                return Verdict.Of(
                    done.Json.Objects("Operations").Any(one => one.At("bulkId").AsText() == "qwerty"),
                    done
                );
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.7-error-response",
            Must,
            "an operation that failed has its error as response",
            async server =>
            {
                var user = server.User();
                user.Remove("userName");
                var done = await BulkAsync(server, Post("a", user));
                var failed = done.Json.Objects("Operations") is [var first, ..] ? first : null;
                return Verdict.Of(
                    Statuses(done).SequenceEqual(["400"])
                        && failed.Strings("response.schemas").Contains(Words.Error)
                        && failed.At("response.status").AsText() == "400",
                    done
                );
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.7-continue",
            Must,
            "what fails keeps nothing that follows from being done",
            async server =>
            {
                var bad = server.User();
                bad.Remove("userName");
                var done = await BulkAsync(server, Post("a", bad), Post("b", server.User()));
                if (!Statuses(done).SequenceEqual(["400", "201"]))
                    return Verdict.Broken(done);
                var read = await server.GetAsync(Location(done, "b"));
                return Verdict.Of(read.IsFine, read);
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.7-fail-on-errors",
            Must,
            "after as many failures as failOnErrors says nothing further is done",
            async server =>
            {
                var bad = server.User();
                bad.Remove("userName");
                var user = server.User();
                var done = await BulkAsync(server, 1, Post("a", bad), Post("b", user));
                return Verdict.Of(done.Status == 200 && !Statuses(done).Contains("201"), done);
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.7.2-reference",
            Must,
            "what was made is referred to by bulkId: and its word",
            async server =>
            {
                var group = server.Group("bulkId:member");
                var done = await BulkAsync(server, Post("member", server.User()), Post("group", group, "/Groups"));
                if (!Statuses(done).SequenceEqual(["201", "201"]))
                    return Verdict.Broken(done);
                var (user, made) = (Location(done, "member"), Location(done, "group"));
                var read = await server.GetAsync(made);
                return Verdict.Of(
                    read.Json.Objects("members")
                        .Any(member =>
                            member.At("value").AsText() is { Length: > 0 } id
                            && user.EndsWith($"/{id}", StringComparison.Ordinal)
                        ),
                    read
                );
            }
        )
        {
            Needs = OfUsers | Feature.Groups,
        },
        new(
            "RFC7644-3.7.1-circular",
            Must,
            "references in a circle are resolved, or 409",
            async server =>
            {
                var (one, other) = (server.Group("bulkId:other"), server.Group("bulkId:one"));
                var done = await BulkAsync(server, Post("one", one, "/Groups"), Post("other", other, "/Groups"));
                return Verdict.Of(
                    done.Status == 409
                        || Statuses(done) is [_, _] statuses && statuses.All(status => status is "201" or "409"),
                    done
                );
            }
        )
        {
            Needs = OfUsers | Feature.Groups,
        },
        new(
            "RFC7644-3.7.4-operations",
            Must,
            "more operations than are announced are 413",
            async server =>
            {
                if (
                    server.Announced.MostOperations is not (> 0 and < 5_000)
                    || server.Announced.MostOperations is not { } most
                )
                    return Verdict.Skipped("the most operations are not announced, or too many to send");
                var done = await BulkAsync(
                    server,
                    [.. Enumerable.Range(0, (int)most + 1).Select(i => Delete($"/Users/{server.Name()}"))]
                );
                return Verdict.Of(done.Status == 413, done);
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.7.4-most",
            Must,
            "as many operations as are announced are taken",
            async server =>
            {
                if (
                    server.Announced.MostOperations is not (> 0 and <= MostSent)
                    || server.Announced.MostOperations is not { } most
                )
                    return Verdict.Skipped("the most operations are not announced, or too many to send");
                var body = Body([.. Enumerable.Range(0, (int)most).Select(i => Delete($"/Users/{server.Name()}"))]);
                if (body.ToJsonString().Length >= (server.Announced.MostPayload ?? long.MaxValue))
                    return Verdict.Skipped("so many operations are more bytes than are announced");
                var done = await server.PostAsync("Bulk", body);
                return Verdict.Of(done.Status is not (400 or 413), done);
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.7-operations",
            Should,
            "a request without Operations, which are required, is refused",
            async server =>
            {
                var done = await server.PostAsync(
                    "Bulk",
                    new JsonObject { ["schemas"] = new JsonArray(Words.BulkRequest) }
                );
                return Verdict.Of(done.Status >= 400, done);
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.7-bulk-id-wanted",
            Should,
            "a POST without bulkId, which is required, is refused",
            async server =>
            {
                var post = Post("a", server.User());
                post.Remove("bulkId");
                var done = await BulkAsync(server, post);
                return Verdict.Of(done.Status == 400 || Statuses(done) is ["400"], done);
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.7.3-method",
            Must,
            "each result says the method of its operation",
            async server =>
            {
                var done = await BulkAsync(server, Post("a", server.User()), Delete($"/Users/{server.Name()}"));
                return Verdict.Of(
                    done.Json.Objects("Operations").Select(one => one.At("method").AsText()) is var methods
                        && methods.SequenceEqual(["POST", "DELETE"]),
                    done
                );
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.7.4-payload",
            Must,
            "more bytes than are announced are 413",
            async server =>
            {
                if (
                    server.Announced.MostPayload is not (> 0 and < 20_000_000)
                    || server.Announced.MostPayload is not { } most
                )
                    return Verdict.Skipped("the most bytes are not announced, or too many to send");
                var user = server.User();
                user["displayName"] = new string('x', (int)most);
                var done = await BulkAsync(server, Post("a", user));
                return Verdict.Of(done.Status == 413, done);
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.7-methods",
            Must,
            "a method that bulk does not have is refused",
            async server =>
            {
                var done = await BulkAsync(server, new JsonObject { ["method"] = "GET", ["path"] = "/Users/1" });
                return Verdict.Of(done.Status == 400 || Statuses(done).SequenceEqual(["400"]), done);
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.7-all-methods",
            Must,
            "a bulk request creates, changes, replaces and deletes",
            async server =>
            {
                var (changed, replaced, deleted) = (
                    await server.MadeUserAsync(),
                    await server.MadeUserAsync(),
                    await server.MadeUserAsync()
                );
                var other = server.User(replaced.At("userName").AsText());
                other["displayName"] = "Another Name";
                var done = await BulkAsync(
                    server,
                    Put(replaced, other),
                    Delete($"/{Server.At(deleted)}"),
                    new JsonObject
                    {
                        ["method"] = "PATCH",
                        ["path"] = $"/{Server.At(changed)}",
                        ["data"] = Patching.Body(Patching.Operation("replace", "displayName", "Another Name")),
                    }
                );
                var read = await server.GetAsync(Server.At(changed));
                var put = await server.GetAsync(Server.At(replaced));
                var gone = await server.GetAsync(Server.At(deleted));
                return Verdict.All(
                    Verdict.Of(
                        Statuses(done) is ["200", "204", "200" or "204"] or ["200", "200", "200" or "204"],
                        done
                    ),
                    Verdict.Of(put.Says("displayName", "Another Name"), put),
                    Verdict.Of(gone.Status == 404, gone),
                    server.Announced.Has(Feature.Patch)
                        ? Verdict.Of(read.Says("displayName", "Another Name"), read)
                        : Verdict.Kept
                );
            }
        )
        {
            Needs = OfUsers | Feature.Patch,
        },
        new(
            "RFC7644-3.7-order",
            Must,
            "operations are done one after the other, in the order in which they stand",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var done = await BulkAsync(
                    server,
                    Delete($"/{Server.At(user)}"),
                    Post("a", server.User(user.At("userName").AsText()))
                );
                return Verdict.Of(Statuses(done) is ["204", "201"], done);
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.7.2-patch",
            Must,
            "what was made is referred to by bulkId: in a PATCH, too",
            async server =>
            {
                var group = await server.MadeGroupAsync();
                var done = await BulkAsync(
                    server,
                    Post("a", server.User()),
                    new JsonObject
                    {
                        ["method"] = "PATCH",
                        ["path"] = $"/{Server.At(group)}",
                        ["data"] = Patching.Body(
                            Patching.Operation(
                                "add",
                                "members",
                                new JsonArray(new JsonObject { ["value"] = "bulkId:a" })
                            )
                        ),
                    }
                );
                var read = await server.GetAsync(Server.At(group));
                return Verdict.Of(
                    read.Json.First("members").At("value").AsText() is { Length: > 0 } id
                        && Location(done, "a").EndsWith(id, StringComparison.Ordinal),
                    read
                );
            }
        )
        {
            Needs = OfUsers | Feature.Groups | Feature.Patch,
        },
        new(
            "RFC7644-3.7.3-status",
            Must,
            "the status of an operation is a text",
            async server =>
            {
                var done = await BulkAsync(server, Post("a", server.User()));
                return Verdict.Of(
                    done.Json.Objects("Operations") is [var one] && one.At("status").AsText() is { Length: 3 },
                    done
                );
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.7.2-unknown",
            Must,
            "a bulkId that no operation has is an error of the operation that refers to it",
            async server =>
            {
                var done = await BulkAsync(server, Post("a", server.Group("bulkId:nobody"), "/Groups"));
                return Verdict.Of(
                    Statuses(done) is ["400" or "404" or "409" or "412"] || done.Status is 400 or 409,
                    done
                );
            }
        )
        {
            Needs = OfUsers | Feature.Groups,
        },
    ];

    public static Task<Exchange> BulkAsync(Server server, params JsonObject[] operations) =>
        BulkAsync(server, null, operations);

    private static async Task<Exchange> BulkAsync(Server server, int? failOnErrors, params JsonObject[] operations)
    {
        var body = Body(operations);
        if (failOnErrors is { } most)
            body["failOnErrors"] = most;
        var done = await server.PostAsync("Bulk", body);
        return done.Status is 404 or 405 or 501
            ? throw new NotPossibleException($"there is no /Bulk: {done}") // which RFC7644-4-true-bulk tells
            : done;
    }

    /// <summary>A bulk request of these.</summary>
    public static JsonObject Body(params JsonObject[] operations) =>
        new() { ["schemas"] = new JsonArray(Words.BulkRequest), ["Operations"] = new JsonArray([.. operations]) };

    /// <summary>An operation that deletes.</summary>
    public static JsonObject Delete(string path) => new() { ["method"] = "DELETE", ["path"] = path };

    public static JsonObject Post(string bulkId, JsonObject data, string path = "/Users") =>
        new()
        {
            ["method"] = "POST",
            ["path"] = path,
            ["bulkId"] = bulkId,
            ["data"] = data,
        };

    public static JsonObject Put(JsonObject resource, JsonObject data) =>
        new()
        {
            ["method"] = "PUT",
            ["path"] = $"/{Server.At(resource)}",
            ["data"] = data,
        };

    public static string Location(Exchange done, string bulkId) =>
        done.Json.Objects("Operations")
            .Where(one => one.At("bulkId").AsText() == bulkId)
            .Select(one => one.At("location").AsText())
            .FirstOrDefault()
        ?? throw new NotPossibleException($"no location was said: {done}");

    // As text (RFC 7644 §3.7.3); what is a number is taken as well, since RFC7644-3.7.3-status tells that.
    public static IReadOnlyList<string> Statuses(Exchange done) =>
        [
            .. done
                .Json.Objects("Operations")
                .Select(one =>
                    one.At("status").AsText()
                    ?? one.At("status.code").AsText()
                    ?? one.At("status").AsNumber()?.ToString(CultureInfo.InvariantCulture)
                    ?? ""
                ),
        ];
}

using System.Text.Json.Nodes;
using ScimGateway.Conformance.Rfc7643;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>What each operation of a bulk request comes to (RFC 7644 §3.7).</summary>
internal static class BulkOutcomes
{
    public static readonly Requirement[] All =
    [
        new(
            "RFC7644-3.7-uniqueness",
            Must,
            "in a bulk request a userName is not given that another user has, nor twice",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var done = await Bulk.BulkAsync(server, Bulk.Post("a", server.User(user.At("userName").AsText())));
                if (Bulk.Statuses(done) is not [var status] || status.StartsWith('2'))
                    return Verdict.Broken(done);
                var name = server.UserName(server.Name());
                var twice = await Bulk.BulkAsync(
                    server,
                    Bulk.Post("a", server.User(name)),
                    Bulk.Post("b", server.User(name))
                );
                return Verdict.Of(Bulk.Statuses(twice) is [['2', ..], [not '2', ..]], twice);
            }
        )
        {
            Needs = Feature.Users | Feature.Bulk,
        },
        new(
            "RFC7644-3.7.2-manager",
            Must,
            "what was made is referred to by bulkId wherever an id is sent, such as by a manager",
            async server =>
            {
                if (!server.Announced.HasWritable("manager.value", Words.Enterprise))
                    return Verdict.Skipped("a manager is not said to be written");
                var managed = server.User();
                managed["schemas"] = new JsonArray(Words.User, Words.Enterprise);
                managed[Words.Enterprise] = new JsonObject { ["manager"] = new JsonObject { ["value"] = "bulkId:a" } };
                var done = await Bulk.BulkAsync(server, Bulk.Post("a", server.User()), Bulk.Post("b", managed));
                if (Bulk.Statuses(done) is not ["201", "201"])
                    return Verdict.Broken(done);
                var location = Bulk.Location(done, "b");
                var read = await server.GetAsync(location[location.LastIndexOf("Users/", StringComparison.Ordinal)..]);
                var value = read.Json.Member(Words.Enterprise).At("manager.value").AsText();
                return value is null
                    ? throw new NotPossibleException("no manager is shown, as RFC7643-4.3-manager tells")
                    : Verdict.Of(Bulk.Location(done, "a").EndsWith($"/{value}", StringComparison.Ordinal), read);
            }
        )
        {
            Needs = Feature.Users | Feature.Enterprise | Feature.Bulk,
        },
        new(
            "RFC7644-3.7.3-failed-location",
            Must,
            "an operation that fails on a resource that there is has its place",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var done = await Bulk.BulkAsync(
                    server,
                    Bulk.Put(user, new JsonObject { ["schemas"] = new JsonArray(Words.User) })
                );
                return Bulk.Statuses(done) is [var status] && status.StartsWith('2')
                    ? throw new NotPossibleException(
                        "a user is left without a userName, as RFC7644-3.5.1-required tells"
                    )
                    : Verdict.Of(done.Json.First("Operations").At("location").AsText() is { Length: > 0 }, done);
            }
        )
        {
            Needs = Feature.Users | Feature.Bulk,
        },
    ];
}

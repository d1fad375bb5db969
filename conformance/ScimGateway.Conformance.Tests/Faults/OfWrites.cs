using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Fault;

namespace ScimGateway.Conformance.Tests.Faults;

/// <summary>What can be wrong about POST, PUT and DELETE (RFC 7644 §3.3, §3.5.1, §3.6, §3.14, §5).</summary>
internal static class OfWrites
{
    public static readonly Fault[] All =
    [
        new(
            "RFC7644-3.2-put-creates-nothing",
            (ask, scim) =>
                scim.Handle(
                    Replaces(ask) && Meant(ask, scim) is null ? ask with { Method = "POST", Path = "Users" } : ask
                )
        ),
        Answers("RFC7644-3.3-created", Creates, answer => answer.Status = answer.Status == 201 ? 200 : answer.Status),
        Answers("RFC7644-3.3-representation", Creates, answer => answer.Body = answer.IsFine ? null : answer.Body),
        Answers("RFC7644-3.3-location", Creates, answer => answer.Headers.Remove("Location")),
        Answers(
            "RFC7644-3.3-found",
            Creates,
            answer =>
            {
                if (!answer.IsFine)
                    return;
                answer.Headers["Location"] = answer
                    .Headers["Location"]
                    .Replace("/Users/", "/People/", StringComparison.Ordinal);
                answer.Body!["meta"]!["location"] = answer.Headers["Location"];
            }
        ),
        Says(
            "RFC7644-3.3-read-only",
            ask => Creates(ask) && ask.Body is JsonObject body && body.ContainsKey("id"),
            () => Refusal.Mutability("id").Answer()
        ),
        new(
            "RFC7644-3.3-read-only",
            (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                if (Creates(ask) && answer.IsFine && ask.Body?["meta"]?["created"] is { } created)
                    answer.Body!["meta"]!["created"] = created.DeepClone();
                return answer;
            }
        ),
        new(
            "RFC7644-3.3-read-only",
            (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                if (Creates(ask) && answer.IsFine && ask.Body?["groups"] is { } groups)
                    answer.Body!["groups"] = groups.DeepClone();
                return answer;
            }
        ),
        Says(
            "RFC7644-3.3-null-is-nothing",
            ask =>
                Creates(ask) && ask.Body is JsonObject body && body.ContainsKey("nickName") && body["nickName"] is null,
            () => Refusal.Value("nickName is null.").Answer()
        ),
        Answers("RFC7644-3.12-scim-type", Creates, NoWord),
        Answers("RFC7644-3.3-uniqueness", Creates, Another),
        Shows("RFC7644-3.3.1-resource-type", Creates, Set("meta.resourceType", "user")),
        Shows(
            "RFC7644-3.3.1-resource-type-group",
            ask => ask is { Method: "POST", Path: "Groups" },
            Set("meta.resourceType", "Team")
        ),
        Asks(
            "RFC7644-3.3-required",
            ask =>
                Creates(ask) && ask.Body is JsonObject body && body.ContainsKey("name") && body.Any("userName") is null,
            ask => ask.With(body => body["userName"] = $"{Guid.NewGuid()}")
        ),
        Answers(
            "RFC7644-3.5.1-answer",
            ask => Replaces(ask) && ask.Header("if-match") is null && ask.Body?["id"] is null,
            answer => answer.Status = 201
        ),
        Shows(
            "RFC7644-3.5.1-replaces",
            ReadsOne,
            one =>
            {
                if (one["displayName"].Text() == "Another Name")
                    one["displayName"] = "A Former Name";
            }
        ),
        Asks(
            "RFC7644-3.5.1-null-clears",
            ask => Replaces(ask) && ask.Body is JsonObject body && body.ContainsKey("title") && body["title"] is null,
            ask => ask.With(body => body["title"] = "Captain")
        ),
        Says(
            "RFC7644-3.5.1-read-only",
            ask => Replaces(ask) && ask.Body?["id"].Text() == "another-id",
            () => Refusal.Mutability("id").Answer()
        ),
        new(
            "RFC7644-3.5.1-required",
            (ask, scim) =>
                scim.Handle(
                    Replaces(ask) && Meant(ask, scim) is { } user
                        ? ask.With(body => body["userName"] ??= user.Written["userName"]!.DeepClone())
                        : ask
                )
        ),
        Answers(
            "RFC7644-3.5.1-uniqueness",
            Replaces,
            answer => answer.Status = answer.Status == 409 ? 400 : answer.Status
        ),
        new(
            "RFC7644-3.5.1-group",
            (ask, scim) =>
                scim.Handle(
                    ask.IsOne("PUT", "Groups") && Meant(ask, scim)?.Written["members"] is JsonArray members
                        ? ask.With(body => body["members"]!.AsArray().Add(members[0]!.DeepClone()))
                        : ask
                )
        ),
        Answers(
            "RFC7644-3.6-answer",
            ask => ask.Method == "DELETE",
            answer => answer.Status = answer.IsFine ? 200 : 404
        ),
        Answers(
            "RFC7644-3.6-gone",
            ask => ask.Method == "DELETE",
            answer => (answer.Status, answer.Body) = (204, null)
        ),
        new(
            "RFC7644-3.6-gone-patch",
            (ask, scim) =>
                ask.Method == "PATCH"
                && ask.Path.StartsWith("Users/r", StringComparison.Ordinal) // which was there once
                && Meant(ask, scim) is null
                    ? new Answer(204)
                    : scim.Handle(ask)
        ),
        new("RFC7644-3.6-gone", (ask, scim) => Forgotten(ask, scim, "GET")),
        new("RFC7644-3.6-gone", (ask, scim) => Forgotten(ask, scim, "PUT")),
        new(
            "RFC7644-3.6-omitted",
            (ask, scim) =>
            {
                Deleted.Note(ask, scim);
                var answer = scim.Handle(ask);
                if (ask.Path == "Users" && ask.Filter is { } filter && Deleted.Named(filter) is { } gone)
                {
                    answer.Body!["totalResults"] = 1;
                    answer.Body["Resources"] = new JsonArray(gone.DeepClone());
                }
                return answer;
            }
        ),
        new(
            "RFC7644-3.6-again",
            (ask, scim) =>
            {
                Deleted.Note(ask, scim);
                return Creates(ask) && Deleted.Named($"\"{ask.Body?["userName"]}\"") is not null
                    ? new Refusal(409, "uniqueness", "There was such a user.").Answer()
                    : scim.Handle(ask);
            }
        ),
        new(
            "RFC7644-3.6-group",
            (ask, scim) =>
            {
                if (ask.IsOne("DELETE", "Groups") && Meant(ask, scim) is { } group)
                    foreach (var member in group.Written.Values("members"))
                        scim.Handle(ask with { Path = $"Users/{member["value"]}" });
                return scim.Handle(ask);
            }
        ),
        Answers("RFC7644-3.14-header", ReadsOne, answer => answer.Headers.Remove("ETag")),
        Shows("RFC7644-3.14-meta", ReadsOne, Set("meta.version", null)),
        Answers(
            "RFC7644-3.14-changes",
            ReadsOne,
            answer =>
            {
                if (answer.IsFine)
                    answer.Headers["ETag"] = "W/\"0\"";
            }
        ),
        Asks("RFC7644-3.14-not-modified", _ => true, ask => ask.WithHeader("if-none-match", null)),
        new(
            "RFC7644-3.14-if-match",
            (ask, scim) =>
                Replaces(ask) && ask.Header("if-match") is { } tag && tag == Meant(ask, scim)?.Version
                    ? new Refusal(412, null, "No version is the right one.").Answer()
                    : scim.Handle(ask)
        ),
        Asks("RFC7644-3.14-if-match-other", Replaces, ask => ask.WithHeader("if-match", null)),
        Asks("RFC7644-3.14-if-match-delete", ask => ask.Method == "DELETE", ask => ask.WithHeader("if-match", null)),
        Asks(
            "RFC7644-5-user-name",
            ask => Creates(ask) && ask.Body?["userName"].Text()?.Contains('\u0301') == true,
            ask => ask.With(body => body["userName"] = $"{body["userName"]}x")
        ),
        Asks(
            "RFC7644-5-user-name-case",
            ask => Creates(ask) && ask.Body?["userName"].Text()?.EndsWith("-A", StringComparison.Ordinal) == true,
            ask => ask.With(body => body["userName"] = $"{body["userName"]}x")
        ),
    ];

    // Ids of the server, which were there once, begin with an r.
    private static Answer Forgotten(Ask ask, SoundScim scim, string method) =>
        ask.IsOne(method, "Users")
        && ask.Path.StartsWith("Users/r", StringComparison.Ordinal)
        && Meant(ask, scim) is null
            ? new Answer(200, new JsonObject())
            : scim.Handle(ask);

    private static void Another(Answer answer)
    {
        if (answer.Status == 409)
            answer.Body!["scimType"] = "invalidValue";
    }

    private static void NoWord(Answer answer)
    {
        if (answer.Status == 409)
            answer.Body!.AsObject().Remove("scimType");
    }

    // Users that were deleted, for servers that do not forget.
    private static class Deleted
    {
        private static readonly List<JsonObject> _users = [];

        public static void Note(Ask ask, SoundScim scim)
        {
            if (ask.IsOne("DELETE", "Users") && Meant(ask, scim) is { } user)
                _users.Add(scim.Whole(user));
        }

        public static JsonObject? Named(string filter) =>
            _users.FirstOrDefault(user => filter.EndsWith($"\"{user["userName"]}\"", StringComparison.Ordinal));
    }
}

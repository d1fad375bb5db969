using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Fault;

namespace ScimGateway.Conformance.Tests.Faults;

/// <summary>What can be wrong about users and groups themselves (RFC 7643 §2, §3, §4).</summary>
internal static class OfDocuments
{
    private const string BulkId = "bulkId-";

    public static readonly Fault[] All =
    [
        Asks(
            "RFC7643-2.1-case",
            ask => ask.Query["attributes"] == "USERNAME",
            ask => ask.With("attributes", "no-such-name")
        ),
        Shows(
            "RFC7643-2.3.1-text",
            ReadsOne,
            one =>
            {
                if (one["name"]?["familyName"].Text() is { } name)
                    one["name"]!["familyName"] = string.Concat(name.Select(x => char.IsAscii(x) ? x : '?'));
            }
        ),
        Shows("RFC7643-2.3.2-boolean", ReadsOne, Set("active", "True")),
        Answers(
            "RFC7643-2.3.4-integer",
            ask => ask is { Method: "GET", Path: "Users" } && ask.Query.ToString() == "count=1",
            answer => answer.Body!["totalResults"] = 3.0m
        ),
        Shows(
            "RFC7643-2.3.5-date-time",
            ask => ask.Is("POST", "Users"),
            one =>
            {
                foreach (var name in new[] { "created", "lastModified" })
                    one["meta"]![name] = one["meta"]![name].Text()!.Replace('T', ' ');
            }
        ),
        Shows(
            "RFC7643-2.3.6-binary",
            Creates,
            one =>
            {
                foreach (var certificate in one.Values("x509Certificates"))
                    certificate["value"] = "-----BEGIN CERTIFICATE-----";
            }
        ),
        Shows(
            "RFC7643-2.3.7-reference",
            ReadsOne,
            one =>
            {
                foreach (var member in one.Values("members"))
                    member["$ref"] = member["$ref"].Text()!.Replace("/v2/", "/v2/Old/", StringComparison.Ordinal);
            }
        ),
        Says(
            "RFC7643-2.3.8-order",
            ask => Creates(ask) && (ask.Body as JsonObject)?.First().Key == "active",
            () => Refusal.Syntax("schemas comes first.").Answer()
        ),
        new(
            "RFC7643-2.4-primary",
            (ask, scim) =>
            {
                if (Creates(ask) && ask.Body is JsonObject body)
                {
                    foreach (var email in body.Values("emails").Skip(1))
                        email.Remove("primary");
                    return scim.Handle(ask.With(body));
                }
                var answer = scim.Handle(ask);
                if (ReadsOne(ask) && answer is { IsFine: true, Body: JsonObject read })
                    if (read.Values("emails") is [var first, ..] emails && first["primary"].Flag())
                        foreach (var email in emails)
                            email["primary"] = true;
                return answer;
            }
        ),
        Answers(
            "RFC7643-2.4-primary",
            ask => Creates(ask) && (ask.Body as JsonObject)?.Values("emails").Count == 2,
            answer => answer.Status = 500
        ),
        new("RFC7643-2.4-twice", (ask, scim) => AddedTwice(ask, scim, "emails")),
        Asks(
            "RFC7643-2.5-unassigned",
            ask =>
                Replaces(ask)
                && ask.Body is JsonObject body
                && body.ContainsKey("displayName")
                && body["displayName"] is null,
            ask => ask.With(body => body["displayName"] = "Still There")
        ),
        new(
            "RFC7643-3-schemas",
            (ask, scim) =>
            {
                if (Replaces(ask))
                    ask = ask.With(body => body["schemas"] ??= new JsonArray(Known.User.Id));
                var answer = scim.Handle(ask);
                if (Creates(ask))
                    (answer.Body as JsonObject)?.Remove(answer.IsFine ? "schemas" : "");
                return answer;
            }
        ),
        Shows("RFC7643-3-schemas-known", Creates, one => one["schemas"]?.AsArray().Add("urn:example:of:nobody")),
        Says(
            "RFC7643-3-schemas-order",
            ask => Creates(ask) && ask.Body?["schemas"]?[0].Text() is { } first && first != Known.User.Id,
            () => Refusal.Value("The core schema comes first.").Answer()
        ),
        Shows("RFC7643-3.1-id", Creates, Set("id", null)),
        Shows("RFC7643-3.1-id-stable", Replaces, Set("id", "r-another")),
        new(
            "RFC7643-3.1-id-bulk-id",
            (ask, scim) =>
            {
                ask = ask with { Path = Without(ask.Path), Text = Without(ask.Text) };
                if (ask.Filter is { } filter)
                    ask = ask.With("filter", Without(filter));
                var answer = scim.Handle(ask);
                var ids = scim.Resources.Select(one => one.Id).ToList();
                foreach (var (name, value) in answer.Headers.ToList())
                    answer.Headers[name] = ids.Aggregate(value, With);
                if (answer.Body is { } body)
                    answer.Body = JsonNode.Parse(ids.Aggregate(body.ToJsonString(), With));
                return answer;

                static string Without(string text) => text.Replace($"{BulkId}r", "r", StringComparison.Ordinal);
                static string With(string text, string id) => text.Replace(id, BulkId + id, StringComparison.Ordinal);
            }
        ),
        Shows(
            "RFC7643-3.1-external-id",
            ReadsOne,
            one => Set("externalId", one["externalId"].Text()?.ToLowerInvariant())(one)
        ),
        Shows("RFC7643-3.1-meta", Creates, Set("meta.location", null)),
        Shows("RFC7643-3.1-last-modified", Creates, Set("meta.lastModified", "2020-01-01T00:00:00.0000000Z")),
        Shows("RFC7643-3.1-created", Replaces, Set("meta.created", "2020-01-01T00:00:00.0000000Z")),
        Answers(
            "RFC7643-3.1-content-location",
            ReadsOne,
            answer => answer.Headers["Content-Location"] = "https://scim.example.com/elsewhere"
        ),
        Shows(
            "RFC7643-3.3-container",
            ReadsOne,
            one =>
            {
                if (one[Known.Enterprise.Id] is not { } extension || extension["department"] is not { } department)
                    return;
                extension.AsObject().Remove("department");
                one["department"] = department;
            }
        ),
        Answers(
            "RFC7643-4.1.1-user-name",
            ask => ask is { Method: "GET", Path: "Users" } && ask.Query.ToString() == "count=50",
            answer => answer.Shown.Last().Remove("userName")
        ),
        Asks(
            "RFC7643-4.1.1-user-name-empty",
            ask => Creates(ask) && ask.Body?["userName"].Text() == "",
            ask => ask.With(body => body["userName"] = $"{Guid.NewGuid()}")
        ),
        new(
            "RFC7643-4.1.1-password",
            (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                if (Creates(ask) && answer.IsFine && ask.Body?["password"] is { } password)
                    answer.Body!["password"] = password.DeepClone();
                return answer;
            }
        ),
        Asks(
            "RFC7643-4.1.1-active",
            ask => Replaces(ask) && ask.Body?["active"] is not null,
            ask => ask.With(body => body["active"] = true)
        ),
        Shows(
            "RFC7643-4.1.2-emails",
            ReadsOne,
            one =>
            {
                foreach (var email in one.Values("emails").Where(_ => IsNew(one)))
                    email["value"] = $"x{email["value"]}";
            }
        ),
        Shows(
            "RFC7643-4.1.2-groups",
            ask => ask.IsOne("GET", "Users"),
            one =>
            {
                foreach (var group in one.Values("groups"))
                    group["$ref"] = "https://scim.example.com/v2/Groups";
            }
        ),
        new(
            "RFC7643-4.1.2-groups-read-only",
            (ask, scim) =>
            {
                if (Replaces(ask) && Meant(ask, scim) is { } user && ask.Body is JsonObject body)
                    foreach (var one in body.Values("groups"))
                        if (scim.Resources.FirstOrDefault(group => group.Id == one["value"].Text()) is { } group)
                            group.Written["members"] = new JsonArray(new JsonObject { ["value"] = user.Id });
                return scim.Handle(ask);
            }
        ),
        Shows("RFC7643-4.3-enterprise", ReadsOne, one => Extension(one)?.Remove("costCenter")),
        Shows(
            "RFC7643-4.3-manager",
            ReadsOne,
            one =>
            {
                if (Extension(one)?["manager"] is { } manager)
                    manager["value"] = "Con Former";
            }
        ),
        new(
            "RFC7643-4.3-manager-name",
            (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                if (
                    Creates(ask)
                    && answer.IsFine
                    && ask.Body?[Known.Enterprise.Id]?["manager"]?["displayName"] is { } name
                )
                    scim.Resources[^1].Written[Known.Enterprise.Id]!["manager"]!["displayName"] = name.DeepClone();
                return answer;
            }
        ),
        Asks(
            "RFC7643-4.2-display-name",
            ask => ask is { Method: "POST", Path: "Groups" } && ask.Body?["displayName"] is null,
            ask => ask.With(body => body["displayName"] = "Nameless")
        ),
        Shows(
            "RFC7643-4.2-members",
            ReadsOne,
            one =>
            {
                foreach (var member in one.Values("members").Where(_ => IsNew(one)))
                    member["value"] = "Con Former";
            }
        ),
        Shows(
            "RFC7643-4.2-members-ref",
            ReadsOne,
            one =>
            {
                foreach (var member in one.Values("members"))
                    member["$ref"] = $"{member["$ref"]}/profile";
            }
        ),
        new("RFC7643-4.2-members-once", (ask, scim) => AddedTwice(ask, scim, "members")),
    ];

    private static JsonObject? Extension(JsonObject user) => user[Known.Enterprise.Id] as JsonObject;

    // What is there already is added once more.
    private static Answer AddedTwice(Ask ask, SoundScim scim, string name)
    {
        var before = Meant(ask, scim)?.Written[name]?.AsArray().Count;
        var answer = scim.Handle(ask);
        if (
            OfPatches.First(ask) is { } operation
            && operation["op"].Text() == "add"
            && operation["path"].Text() == name
            && Meant(ask, scim)?.Written[name] is JsonArray values
            && values.Count == before
        )
            values.Add(operation["value"]![0]!.DeepClone());
        return answer;
    }
}

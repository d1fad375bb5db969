using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Fault;

namespace ScimGateway.Conformance.Tests.Faults;

/// <summary>The first of several is understood, and no other; what was there hides what was not.</summary>
internal static class OfTheSecond
{
    public static readonly Fault[] All =
    [
        Asks(
            "RFC7644-3.7.2-several",
            ask => ask.Path == "Bulk",
            ask =>
                ask.With(body =>
                {
                    foreach (var one in body.Values("Operations"))
                        if (one["data"]?["members"] is JsonArray { Count: 2 } members)
                            members.RemoveAt(1);
                })
        ),
        Asks(
            "RFC7644-3.7-version",
            ask => ask.Path == "Bulk",
            ask =>
                ask.With(body =>
                {
                    foreach (var one in body.Values("Operations"))
                        one.Remove("version");
                })
        ),
        Asks(
            "RFC7644-3.9-sub-of-several",
            ask => ask.Query["attributes"] == "emails.value",
            ask => ask.With("attributes", "id")
        ),
        Asks(
            "RFC7644-3.14-not-modified-several",
            ask => ask.Header("if-none-match")?.Contains(',', StringComparison.Ordinal) == true,
            ask => ask.WithHeader("if-none-match", null)
        ),
        Operates(
            "RFC7644-3.5.2.1-add-many-without-path",
            one => one["path"] is null && one["value"]?["emails"] is not null,
            one => one["op"] = "replace"
        ),
        Operates(
            "RFC7644-3.5.2.3-replace-all-that-match",
            one => one["path"].Text() == "emails[type eq \"work\"].type",
            one => one["path"] = "emails[type eq \"work\" and value co \"-one@\"].type"
        ),
        Operates(
            "RFC7644-3.5.2-path-or",
            one => one["path"].Text()?.Contains(" or ", StringComparison.Ordinal) == true,
            one => one["path"] = one["path"].Text()!.Replace(" or ", " and ", StringComparison.Ordinal)
        ),
        new(
            "RFC7644-3.5.2.3-replace-sub-missing",
            (ask, scim) =>
                ask.IsOne("PATCH", "Users")
                && ask.Text.Contains("\"name.givenName\"", StringComparison.Ordinal)
                && Meant(ask, scim)?.Written["name"] is null
                    ? new Refusal(500, null, "There is no name.").Answer()
                    : scim.Handle(ask)
        ),
        Operates(
            "RFC7644-3.5.2-primary-each",
            one => one["path"].Text() == "phoneNumbers" && one["value"] is JsonArray,
            one =>
            {
                foreach (var value in one.Values("value"))
                    value.Remove("primary");
            }
        ),
        new("RFC7644-3.5.2-read-only-within", CreatedIsWritten()),
        new(
            "RFC7644-3.5.2.1-add-same-record",
            (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                if (
                    ask.IsOne("PATCH", "Users")
                    && ask.Text.Contains("\"addresses\"", StringComparison.Ordinal)
                    && Meant(ask, scim)?.Written["addresses"] is JsonArray { Count: 1 } one
                )
                    one.Add(one[0]!.DeepClone());
                return answer;
            }
        ),
        new(
            "RFC7644-3.5.2.1-add-extension",
            (ask, scim) =>
            {
                if (ask.Text.Contains($"\"path\":\"{Known.Enterprise.Id}\"", StringComparison.Ordinal))
                    Meant(ask, scim)?.Written.Remove(Known.Enterprise.Id);
                return scim.Handle(ask);
            }
        ),
    ];

    // Operations of a kind are understood otherwise.
    private static Fault Operates(string requirement, Func<JsonObject, bool> when, Action<JsonObject> change) =>
        Asks(
            requirement,
            ask => ask.IsOne("PATCH", "Users"),
            ask =>
                ask.With(body =>
                {
                    foreach (var one in body.Values("Operations").Where(when))
                        change(one);
                })
        );

    private static Detour CreatedIsWritten()
    {
        var written = new Dictionary<string, JsonNode>();
        return (ask, scim) =>
        {
            var operation = ask.IsOne("PATCH", "Users") ? (ask.Body as JsonObject)?.Values("Operations")[0] : null;
            if (operation?["path"] is null && operation?["value"]?["meta"]?["created"] is { } created)
            {
                written[Meant(ask, scim)!.Id] = created;
                return new Answer(204);
            }
            var answer = scim.Handle(ask);
            if (ReadsOne(ask) && answer.IsFine && answer.Body is JsonObject one)
                if (written.TryGetValue(one["id"].Text()!, out var told))
                    one["meta"]!["created"] = told.DeepClone();
            return answer;
        };
    }
}

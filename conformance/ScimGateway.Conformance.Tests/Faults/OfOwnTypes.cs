using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Fault;

namespace ScimGateway.Conformance.Tests.Faults;

/// <summary>What schemas, lists and the protocol have is kept of users, and not of types of the server's own or of groups.</summary>
internal static class OfOwnTypes
{
    private static readonly string _club = Known.Club.Id;

    public static readonly Fault[] All =
    [
        Writes(
            "RFC7643-2.3-digits",
            body =>
            {
                if (body["weight"] is { } weight)
                    body["weight"] = Math.Round(weight.GetValue<decimal>(), 2);
            }
        ),
        Writes(
            "RFC7643-2.3-digits",
            body =>
            {
                if (body["stock"]?.ToJsonString() == "3000000000")
                    body["stock"] = -1294967296;
            }
        ),
        Writes(
            "RFC7643-2.3.4-whole",
            body =>
            {
                if (body["stock"]?.ToJsonString() == "3.7")
                    body["stock"] = 3;
            }
        ),
        Shows(
            "RFC7643-2.3.6-padding",
            ask => ask.Is("GET", "Devices"),
            one =>
            {
                if (one["picture"].Text() == "QQ==")
                    one["picture"] = "QQ";
            }
        ),
        new(
            "RFC7643-2.4-primary-of-each",
            (ask, scim) =>
            {
                if (
                    ask is not { Method: "POST", Path: "Devices" }
                    || (ask.Body as JsonObject)?.Values("ports") is not [_, _] ports
                    || !ports.All(one => one["primary"].Flag())
                )
                    return scim.Handle(ask);
                var answer = scim.Handle(ask.With(body => body.Values("ports")[0].Remove("primary")));
                scim.Resources[^1].Written["ports"]![0]!["primary"] = true;
                return answer;
            }
        ),
        Keeps(
            "RFC7643-7-unique-changed",
            ask => ask.IsOne("PATCH", "Devices") && ask.Text.Contains("\"serialNumber\"", StringComparison.Ordinal),
            (ask, written) =>
            {
                if ((ask.Body as JsonObject)?.Values("Operations")[0]["value"].Text() is { } number)
                    written["serialNumber"] = number;
            }
        ),
        Says(
            "RFC7643-7-unique-case",
            ask => ask is { Method: "POST", Path: "Devices" } && ask.Text.Contains("\"cASE-", StringComparison.Ordinal),
            () => new Refusal(409, "uniqueness", "It is taken.").Answer()
        ),
        new("RFC7643-7-unique-freed", NeverFreed()),
        Says(
            "RFC7643-7-immutable-same",
            ask => ask.IsOne("PUT", "Devices") && ask.Text.Contains("\"maker\"", StringComparison.Ordinal),
            () => Refusal.Mutability("maker").Answer()
        ),
        Answers(
            "RFC7643-7-read-only-of-own",
            ask =>
                ask is { Method: "POST", Path: "Devices" } && ask.Text.Contains("\"state\"", StringComparison.Ordinal),
            answer =>
            {
                if (answer.IsFine)
                    answer.Body!["state"] = "sent by a client";
            }
        ),
        Shows(
            "RFC7643-7-returned-of-own",
            ask => ask.IsOne("GET", "Devices") && ask.Query["attributes"] is not null,
            one => one.Remove("stamp")
        ),
        Says(
            "RFC7643-7-required-alone",
            ask => ask is { Method: "POST", Path: "Devices" } && ask.Body is JsonObject { Count: 2 },
            () => Refusal.Value("label is required, too.").Answer()
        ),
        Shows(
            "RFC7643-3.1-of-own",
            ask => ask.Is("GET", "Devices"),
            one =>
            {
                if (one["meta"] is JsonObject meta)
                    meta["resourceType"] = "Devices";
            }
        ),
        Answers(
            "RFC7644-3.12-own",
            ask => ask.IsOne("GET", "Devices"),
            answer =>
            {
                if (answer is { IsFine: false, Status: 404, Body: JsonObject body })
                    body["status"] = 404;
            }
        ),
        Says(
            "RFC7644-3.4.3-own",
            ask => ask.Path == "Devices/.search",
            () => new Refusal(405, null, "There is no search.").Answer()
        ),
        Asks(
            "RFC7644-3.14-not-modified-each",
            ask => ask.IsOne("GET", "Groups"),
            ask => ask.WithHeader("if-none-match", null)
        ),
        Shows(
            "RFC7644-3.14-listed",
            ask => ask is { Method: "GET", Path: "Devices" },
            one => one["meta"]!["version"] = "W/\"listed\""
        ),
        new(
            "RFC7644-3.7-own",
            (ask, scim) =>
            {
                if (ask.Path == "Bulk")
                    scim.Within = (inner, within) =>
                        inner.Path.StartsWith("Devices", StringComparison.Ordinal)
                            ? Refusal.Unknown(inner.Path).Answer()
                            : within.Handle(inner);
                return scim.Handle(ask);
            }
        ),
        new(
            "RFC7644-3.6-other-type",
            (ask, scim) =>
                ask.IsOne("DELETE", "Users") && Meant(ask, scim) is { Type.Name: "Group" }
                    ? scim.Handle(ask with { Path = ask.Path.Replace("Users/", "Groups/", StringComparison.Ordinal) })
                    : scim.Handle(ask)
        ),
        Asks(
            "RFC7644-3.5.1-group-kept",
            ask => ask.IsOne("PUT", "Groups"),
            ask => ask.With(body => body.Remove("externalId"))
        ),
        Results(
            "RFC7644-3.7.3-of-failed",
            one => one["method"].Text() == "POST" && one["response"] is not null,
            one => one.Remove("bulkId")
        ),
        Results(
            "RFC7644-3.7.3-location-of-each",
            one => one["method"].Text() == "DELETE",
            one => one.Remove("location")
        ),
        new("RFC7644-3.7.2-former", FormerAreKnown()),
        Asks(
            "RFC7644-3.4.3-count",
            ask => ask.Path.EndsWith(".search", StringComparison.Ordinal) && ask.Body?["count"]?.ToJsonString() == "0",
            ask => ask.With(body => body.Remove("count"))
        ),
        Asks(
            "RFC7644-3.4.3-order",
            ask => ask.Path == "Users/.search" && ask.Body?["sortBy"] is not null && ask.Body["sortOrder"] is null,
            ask => ask.With(body => body["sortOrder"] = "descending")
        ),
        Filters(
            "RFC7644-3.4.2.2-negative",
            filter => filter.Replace("stock eq -", "stock eq ", StringComparison.Ordinal)
        ),
        Filters("RFC7644-3.4.2.2-negative", filter => Regex.Replace(filter, @"(weight \w\w -\d+)\.\d+", "$1")),
        Filters(
            "RFC7644-3.4.2.2-each-of-several",
            filter => Regex.Replace(filter, "rooms eq \"(.*)-b\"", "rooms eq \"none\"")
        ),
        Filters(
            "RFC7644-3.4.2.2-value-path-of-each",
            filter =>
                Regex.Replace(
                    filter,
                    @"ports\[type eq (.*) and value eq (.*)\]",
                    "ports.type eq $1 and ports.value eq $2"
                )
        ),
        Filters(
            "RFC7644-3.4.2.2-binary-case",
            filter => filter.Replace("\"qujd\"", "\"QUJD\"", StringComparison.Ordinal)
        ),
        Filters(
            "RFC7644-3.4.2.2-sub-absent",
            filter =>
                Regex
                    .Replace(filter, @"place\.\w+ pr", "place pr")
                    .Replace("place pr", "id pr", StringComparison.Ordinal)
        ),
        Says(
            "RFC7644-3.4.2.2-after-or",
            ask => ask.Filter?.Contains($" or {_club}:", StringComparison.Ordinal) == true,
            () => new Refusal(500, null, "An or has plain names.").Answer()
        ),
        Filters(
            "RFC7644-3.4.2.2-parentheses",
            filter => filter.Contains("label eq", StringComparison.Ordinal) ? filter.Replace('\u00eb', '?') : filter
        ),
        new("RFC7644-3.4.2.2-changed-of-each", FoundStays()),
        Asks(
            "RFC7644-3.4.2.3-case-of-each",
            ask => ask.Query["sortBy"]?.EndsWith(":division", StringComparison.Ordinal) == true,
            ask => ask.With("sortOrder", "descending")
        ),
        Asks(
            "RFC7644-3.9-part-of-each",
            ask => ask.Query["excludedAttributes"]?.Contains("place.", StringComparison.Ordinal) == true,
            ask => ask.With("excludedAttributes", "place")
        ),
        Says(
            "RFC7644-3.5.2-path-core-filter",
            ask => ask.IsOne("PATCH", "Users") && ask.Text.Contains("2.0:User:emails[", StringComparison.Ordinal),
            () => Refusal.Path("A URN has no filter.").Answer()
        ),
        Says(
            "RFC7644-3.5.2-path-not",
            ask => ask.IsOne("PATCH", "Users") && ask.Text.Contains("[not (", StringComparison.Ordinal),
            () => Refusal.Path("There is no not.").Answer()
        ),
    ];

    private static Fault Writes(string requirement, Action<JsonObject> change) =>
        Asks(requirement, ask => ask is { Method: "POST", Path: "Devices" }, ask => ask.With(change));

    private static Fault Filters(string requirement, Func<string, string> change) =>
        Asks(
            requirement,
            ask => ask is { Path: "Devices", Filter: not null },
            ask => ask.With("filter", change(ask.Filter!))
        );

    private static Fault Results(string requirement, Func<JsonObject, bool> when, Action<JsonObject> change) =>
        Answers(
            requirement,
            ask => ask.Path == "Bulk",
            answer =>
            {
                foreach (var one in (answer.Body as JsonObject)?.Values("Operations").Where(when) ?? [])
                    change(one);
            }
        );

    // What is asked is written down as it is.
    private static Fault Keeps(string requirement, Func<Ask, bool> when, Action<Ask, JsonObject> change) =>
        new(
            requirement,
            (ask, scim) =>
            {
                if (!when(ask) || Meant(ask, scim) is not { } meant)
                    return scim.Handle(ask);
                change(ask, meant.Written);
                return new Answer(204);
            }
        );

    private static Detour NeverFreed()
    {
        var taken = new HashSet<string>();
        return (ask, scim) =>
        {
            if (ask is { Method: "POST", Path: "Devices" } && ask.Body?["serialNumber"].Text() is { } number)
                if (!taken.Add(number))
                    return new Refusal(409, "uniqueness", "It is taken.").Answer();
            return scim.Handle(ask);
        };
    }

    private static Detour FormerAreKnown()
    {
        var made = new Dictionary<string, string>();
        return (ask, scim) =>
        {
            if (ask.Path != "Bulk")
                return scim.Handle(ask);
            var text = made.Aggregate(
                ask.Text,
                (all, one) => all.Replace($"\"bulkId:{one.Key}\"", $"\"{one.Value}\"", StringComparison.Ordinal)
            );
            var answer = scim.Handle(ask with { Text = text });
            foreach (var one in (answer.Body as JsonObject)?.Values("Operations") ?? [])
                if (one["bulkId"].Text() is { } word && word.StartsWith("former", StringComparison.Ordinal))
                    if (one["location"].Text() is { } location)
                        made[word] = location[(location.LastIndexOf('/') + 1)..];
            return answer;
        };
    }

    // What a filter has found is kept until something is created or deleted.
    private static Detour FoundStays()
    {
        var kept = new Dictionary<string, Answer>();
        return (ask, scim) =>
        {
            if (ask.Method is "POST" or "DELETE")
                kept.Clear();
            if (ask is not { Method: "GET", Path: "Devices", Filter: not null })
                return scim.Handle(ask);
            if (!kept.TryGetValue(ask.Query.ToString()!, out var answer))
                kept[ask.Query.ToString()!] = answer = scim.Handle(ask);
            return new Answer(answer.Status, answer.Body?.DeepClone());
        };
    }
}

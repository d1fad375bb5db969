using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Fault;

namespace ScimGateway.Conformance.Tests.Faults;

/// <summary>What is right about users and wrong about groups.</summary>
internal static class OfGroupsToo
{
    public static readonly Fault[] All =
    [
        new("RFC7643-4.1.2-groups-left", GroupsAreNotLeft()),
        new("RFC7644-3.5.2-atomic-group", FirstIsDone),
        Answers(
            "RFC7644-3.5.2-attributes-group",
            ask => ask.IsOne("PATCH", "Groups") && ask.Query["attributes"] is not null,
            answer => (answer.Status, answer.Body) = (204, null)
        ),
        Asks(
            "RFC7644-3.14-if-match-groups",
            ask => ask.IsOne("DELETE", "Groups"),
            ask => ask.WithHeader("if-match", null)
        ),
        Answers(
            "RFC7644-3.14-answered",
            ask => ask is { Method: "POST", Path: "Groups" } && ask.Body?["members"] is JsonArray { Count: > 0 },
            answer =>
            {
                if (!answer.IsFine)
                    return;
                answer.Headers["ETag"] = "W/\"before\"";
                answer.Body!["meta"]!["version"] = "W/\"before\"";
            }
        ),
        Shows(
            "RFC7643-3.1-location-listed",
            ask => ask is { Method: "GET", Path: "Groups" },
            one =>
                one["meta"]!["location"] = one["meta"]!
                    ["location"]
                    .Text()!
                    .Replace("/Groups/", "/list/Groups/", StringComparison.Ordinal)
        ),
    ];

    // Who is taken out of a group by PUT has it among his groups still.
    private static Detour GroupsAreNotLeft()
    {
        var stays = new Dictionary<string, (string Group, JsonNode Shown)>();
        return (ask, scim) =>
        {
            var group = ask.IsOne("PUT", "Groups") ? Meant(ask, scim) : null;
            var before = group?.Written.Values("members").Select(one => one["value"].Text()!).ToList() ?? [];
            var shown = scim
                .Resources.Where(one => before.Contains(one.Id))
                .ToDictionary(one => one.Id, one => scim.Whole(one)["groups"]!);
            var answer = scim.Handle(ask);
            foreach (var (user, groups) in shown)
                if (!group!.HasMember(user))
                    stays[user] = (group.Id, groups);
            if (ReadsOne(ask) && answer.IsFine && answer.Body is JsonObject one)
                if (stays.TryGetValue(one["id"].Text()!, out var kept) && scim.Resources.Any(g => g.Id == kept.Group))
                    one["groups"] ??= kept.Shown.DeepClone();
            return answer;
        };
    }

    private static Answer FirstIsDone(Ask ask, SoundScim scim)
    {
        var answer = scim.Handle(ask);
        if (
            !answer.IsFine
            && ask.IsOne("PATCH", "Groups")
            && ask.Body is JsonObject body
            && body.Values("Operations") is [var first, _, ..]
        )
            scim.Handle(ask.With(half => half["Operations"] = new JsonArray(first.DeepClone())));
        return answer;
    }
}

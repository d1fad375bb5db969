using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Fault;

namespace ScimGateway.Conformance.Tests.Faults;

/// <summary>What is kept where one looks first, and not beside it: the second of two, groups, what is asked once more.</summary>
internal static class OfHalves
{
    public static readonly Fault[] All =
    [
        Answers(
            "RFC7644-3.4.3-root",
            ask => ask is { Method: "POST", Path: ".search" },
            answer => answer.Body!["Resources"]!.AsArray().RemoveAll(one => one!["userName"] is null)
        ),
        Answers(
            "RFC7644-3.4.2.4-groups",
            ask => ask is { Method: "GET", Path: "Groups", Filter: not null },
            answer =>
            {
                if (answer.IsFine)
                    answer.Body!["totalResults"] = answer.Shown.Count();
            }
        ),
        new("RFC7644-3.7-uniqueness", NamedTwice),
        new("RFC7644-3.6-member", GroupsStay()),
    ];

    // Which names are taken is looked up before any operation of a bulk request is carried out.
    private static Answer NamedTwice(Ask ask, SoundScim scim)
    {
        if (ask.Path != "Bulk" || ask.Body is not JsonObject body)
            return scim.Handle(ask);
        var names = new HashSet<string>();
        foreach (var data in body.Values("Operations").Select(one => one["data"]).OfType<JsonObject>())
            if (data["userName"].Text() is { } name && !names.Add(name))
                data["userName"] = $"{name}-{Guid.NewGuid():n}";
        return scim.Handle(ask.With(body));
    }

    // A group that is no more is a member of others still.
    private static Detour GroupsStay()
    {
        var gone = new Dictionary<string, string>();
        return (ask, scim) =>
        {
            if (ask.IsOne("DELETE", "Groups") && Meant(ask, scim) is { } inner)
                foreach (var outer in scim.Resources.Where(one => one.HasMember(inner.Id)))
                    gone[outer.Id] = inner.Id;
            var answer = scim.Handle(ask);
            foreach (var shown in answer.IsFine ? answer.Shown.ToList() : [])
                if (shown["id"].Text() is { } id && gone.TryGetValue(id, out var member))
                    shown["members"] = new JsonArray(new JsonObject { ["value"] = member });
            return answer;
        };
    }
}

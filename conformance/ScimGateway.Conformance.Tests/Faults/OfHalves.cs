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
        // What is asked once more after a change.
        Says(
            "RFC7644-3.5.1-as-read",
            ask => Replaces(ask) && ask.Body?["groups"] is JsonArray && ask.Body["meta"] is not null,
            () => Refusal.Mutability("groups").Answer()
        ),
        new(
            "RFC7644-3.5.1-own-name",
            (ask, scim) =>
                Replaces(ask)
                && Meant(ask, scim)?.Written["userName"].Text() is { } own
                && ask.Body?["userName"].Text() is { } name
                && name != own
                && Texts.Folded(name) == Texts.Folded(own)
                    ? new Refusal(409, "uniqueness", $"There is a user {name} already.").Answer()
                    : scim.Handle(ask)
        ),
        new("RFC7644-3.3-former-name", FormerNamesStay()),
        new("RFC7644-3.4.2.2-changed", FoundStays()),
        Asks(
            "RFC7644-3.9-each-method",
            ask => Replaces(ask) && ask.Query["excludedAttributes"] is not null,
            ask => ask.With(body => body.Remove(ask.Query["excludedAttributes"]!))
        ),
        Asks(
            "RFC7644-3.4.2.2-last-modified",
            ask => ask.Filter is not null,
            ask => ask.With("filter", ask.Filter!.Replace("lastModified", "created", StringComparison.Ordinal))
        ),
        new("RFC7644-3.14-each-kind", ExtensionsDoNotCount),
    ];

    private static Detour FormerNamesStay()
    {
        var former = new HashSet<string>();
        return (ask, scim) =>
        {
            if (Creates(ask) && ask.Body?["userName"].Text() is { } name && former.Contains(name))
                return new Refusal(409, "uniqueness", $"There is a user {name} already.").Answer();
            var user = ask.IsOne("PATCH", "Users") ? Meant(ask, scim) : null;
            var before = user?.Written["userName"].Text();
            var answer = scim.Handle(ask);
            if (before is not null && before != user!.Written["userName"].Text())
                former.Add(before);
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
            if (ask is not { Method: "GET", Path: "Users", Filter: not null })
                return scim.Handle(ask);
            if (!kept.TryGetValue(ask.Query.ToString()!, out var answer))
                kept[ask.Query.ToString()!] = answer = scim.Handle(ask);
            return new Answer(answer.Status, answer.Body?.DeepClone());
        };
    }

    private static Answer ExtensionsDoNotCount(Ask ask, SoundScim scim)
    {
        var before = Meant(ask, scim)?.Turns;
        var answer = scim.Handle(ask);
        if (
            ask.Method != "PATCH"
            || Meant(ask, scim) is not { } changed
            || changed.Turns == before
            || !ask.Text.Contains($"{Known.Enterprise.Id}:", StringComparison.Ordinal)
        )
            return answer;
        changed.Turns--;
        answer.Headers["ETag"] = changed.Version;
        answer.Body!["meta"]!["version"] = changed.Version;
        return answer;
    }

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

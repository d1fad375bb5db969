using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Fault;

namespace ScimGateway.Conformance.Tests.Faults;

/// <summary>What is right about attributes of RFC 7643 and wrong about those of an extension of the server's own.</summary>
internal static class OfExtensions
{
    private static readonly string _club = Known.Club.Id;

    public static readonly Fault[] All =
    [
        Writes(
            "RFC7643-7-unique",
            club =>
            {
                if (club["badge"].Text() is { } badge)
                    club["badge"] = $"{badge}-{Guid.NewGuid():n}";
            }
        ),
        new(
            "RFC7643-7-immutable",
            (ask, scim) =>
            {
                if (Replaces(ask) && Within(ask, _club)?["founder"] is not null)
                    (Meant(ask, scim)?.Written[_club] as JsonObject)?.Remove("founder");
                return scim.Handle(ask);
            }
        ),
        Asks(
            "RFC7643-2.1-extension-names",
            ask => Creates(ask) && Within(ask, Known.Enterprise.Id) is not null,
            ask =>
                ask.With(body =>
                    Drop(body[Known.Enterprise.Id]!.AsObject(), (name, _) => name.All(char.IsAsciiLetterUpper))
                )
        ),
        Writes("RFC7643-2.3-smallest", club => Drop(club, (_, value) => value.ToJsonString() is "0" or "false")),
        Writes(
            "RFC7643-2.3-smallest",
            club =>
            {
                if (club["joined"].Text() is { } time)
                    club["joined"] = time.Replace("+02:00", "Z", StringComparison.Ordinal);
            }
        ),
        new(
            "RFC7643-2.3.5-no-time",
            (ask, scim) =>
            {
                if (!Creates(ask) || Within(ask, _club)?["joined"].Text() != "soon")
                    return scim.Handle(ask);
                var answer = scim.Handle(ask.With(body => body[_club]!["joined"] = "2026-01-01T00:00:00Z"));
                scim.Resources[^1].Written[_club]!["joined"] = "soon";
                return answer;
            }
        ),
        new(
            "RFC7643-7-returned-each",
            (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                foreach (var one in ask is { Method: "GET", Path: "Users" } ? answer.Shown.ToList() : [])
                    if (scim.Resources.FirstOrDefault(kept => kept.Id == one["id"].Text())?.Written[_club] is { } club)
                        if (club["note"] is { } note)
                            one[_club] = new JsonObject { ["note"] = note.DeepClone() };
                return answer;
            }
        ),
        Asks(
            "RFC7643-3.3-together",
            ask => Creates(ask) && Within(ask, _club) is not null && Within(ask, Known.Enterprise.Id) is not null,
            ask => ask.With(body => body.Remove(_club))
        ),
        Says(
            "RFC7644-3.10-patch-each",
            ask => ask.Text.Contains("2.0:User:costCenter", StringComparison.Ordinal),
            () => new Answer(204)
        ),
        Asks(
            "RFC7644-3.5.2.1-add-texts",
            ask => ask.IsOne("PATCH", "Users") && ask.Text.Contains(":tags\"", StringComparison.Ordinal),
            ask => ask with { Text = ask.Text.Replace("\"add\"", "\"replace\"", StringComparison.Ordinal) }
        ),
        EmptiesDesk(":desk."),
        Asks(
            "RFC7644-3.9-names",
            ask =>
                ask.Query["excludedAttributes"]?.StartsWith($"{Known.Enterprise.Id}:", StringComparison.Ordinal)
                == true,
            ask => ask.With("excludedAttributes", Known.Enterprise.Id)
        ),
        Asks(
            "RFC7644-3.4.2.2-case-of-each",
            ask => ask.Filter?.Contains(":badge eq \"cASE", StringComparison.Ordinal) == true,
            ask => ask.With("filter", "userName sw \"scimc\"")
        ),
        Asks(
            "RFC7644-3.4.2.2-numbers",
            ask => ask.Filter is not null,
            ask => ask.With("filter", Regex.Replace(ask.Filter!, @"(level|ratio) gt 9", "$1 gt 99"))
        ),
        Says(
            "RFC7644-3.4.2.2-numbers",
            ask => ask.Filter?.Contains(" gt -", StringComparison.Ordinal) == true,
            () => Refusal.Filter("That is not understood.").Answer()
        ),
        EmptiesDesk(":desk\""),
        Asks(
            "RFC7644-3.4.2.3-numbers",
            ask => ask.Query["sortBy"]?.EndsWith(":level", StringComparison.Ordinal) == true,
            ask => ask.With("sortOrder", "descending")
        ),
        Answers(
            "RFC7643-6-extension-announced",
            ask => ask.Is("GET", "ResourceTypes"),
            answer =>
            {
                foreach (var type in answer.Shown)
                    (type["schemaExtensions"] as JsonArray)?.RemoveAll(one => one!["schema"].Text() == _club);
            }
        ),
    ];

    // What a PATCH does not name of a complex attribute is gone.
    private static Fault EmptiesDesk(string path) =>
        new(
            "RFC7644-3.5.2.3-replace-part-of-extension",
            (ask, scim) =>
            {
                if (ask.IsOne("PATCH", "Users") && ask.Text.Contains(path, StringComparison.Ordinal))
                    (Meant(ask, scim)?.Written[_club] as JsonObject)?.Remove("desk");
                return scim.Handle(ask);
            }
        );

    // What is written of the extension is understood otherwise.
    private static Fault Writes(string requirement, Action<JsonObject> change) =>
        Asks(
            requirement,
            ask => (Creates(ask) || Replaces(ask)) && Within(ask, _club) is not null,
            ask => ask.With(body => change(body[_club]!.AsObject()))
        );

    private static JsonObject? Within(Ask ask, string urn) => (ask.Body as JsonObject)?[urn] as JsonObject;

    private static void Drop(JsonObject members, Func<string, JsonNode, bool> which)
    {
        foreach (var (name, value) in members.ToList())
            if (value is not null && which(name, value))
                members.Remove(name);
    }
}

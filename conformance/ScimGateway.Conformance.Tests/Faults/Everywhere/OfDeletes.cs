using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>What is deleted is not gone (RFC 7644 §3.6).</summary>
internal static class OfDeletes
{
    private const string Section = "RFC7644-3.6";

    public static readonly Breakage[] All =
    [
        new("deleted-stay-in-lists", Section, "who was deleted stays in lists", Listed((ask, _) => IsList(ask))),
        new(
            "deleted-found-by-filter",
            Section,
            "who was deleted is still found by a filter",
            Listed((ask, _) => IsList(ask) && Parameter(ask, "filter") is not null)
        ),
        new(
            "deleted-found-without-filter",
            Section,
            "who was deleted is still in lists without a filter",
            Listed((ask, _) => IsList(ask) && Parameter(ask, "filter") is null)
        ),
        new(
            "deleted-found-by-search",
            Section,
            "who was deleted is still found by a search",
            Listed((ask, _) => IsList(ask) && ask.Method == "POST")
        ),
        new(
            "deleted-groups-stay-in-lists",
            Section,
            "groups that were deleted stay in lists",
            Listed((ask, type) => IsList(ask) && type == "Group")
        ),
        new(
            "deleted-still-read",
            Section,
            "who was deleted is still read by id",
            Remembering(
                (ask, gone) =>
                    Reads(ask) && gone.TryGetValue(Id(ask), out var whole) ? new Answer(200, whole.DeepClone()) : null
            )
        ),
        new(
            "deleted-inactive",
            Section,
            "who was deleted is still read by id, as one that is not active",
            Remembering(
                (ask, gone) =>
                {
                    if (!Reads(ask) || !gone.TryGetValue(Id(ask), out var whole))
                        return null;
                    whole["active"] = false;
                    return new Answer(200, whole.DeepClone());
                }
            )
        ),
        new(
            "deleted-replaced",
            Section,
            "who was deleted is replaced with 200",
            Remembering(
                (ask, gone) =>
                    Replaces(ask) && gone.TryGetValue(Id(ask), out var whole)
                        ? new Answer(200, whole.DeepClone())
                        : null
            )
        ),
        new(
            "deleted-patched",
            Section,
            "who was deleted is patched with 204",
            Remembering((ask, gone) => Patches(ask) && gone.ContainsKey(Id(ask)) ? new Answer(204) : null)
        ),
        new(
            "deleted-again",
            Section,
            "who was deleted is deleted once more with 204",
            Remembering((ask, gone) => Deletes(ask) && gone.ContainsKey(Id(ask)) ? new Answer(204) : null)
        ),
        new(
            "unknown-deleted",
            Section,
            "who never was is deleted with 204",
            Answers(
                Deletes,
                (_, answer) =>
                {
                    if (answer.Status == 404)
                        (answer.Status, answer.Body) = (204, null);
                }
            )
        ),
        new(
            "deleted-name-not-free",
            Section,
            "the name of who was deleted is not free again",
            Remembering(
                (ask, gone) =>
                    Creates(ask)
                    && gone.Values.Any(one =>
                        one["userName"] is { } name && JsonNode.DeepEquals(name, (ask.Body as JsonObject)?["userName"])
                    )
                        ? Refused(409, "uniqueness", "The name is taken.")
                        : null
            )
        ),
        new(
            "deleted-with-200",
            Section,
            "the answer to DELETE is 200",
            Answers(
                Deletes,
                (_, answer) =>
                {
                    if (answer.IsFine)
                        (answer.Status, answer.Body) = (200, new JsonObject());
                }
            )
        ),
        new(
            "deleted-with-202",
            Section,
            "the answer to DELETE is 202",
            Answers(Deletes, (_, answer) => answer.Status = answer.IsFine ? 202 : answer.Status)
        ),
        new(
            "deleted-as-shown",
            Section,
            "the answer to DELETE is 200 with who was deleted",
            (ask, scim) =>
            {
                var whole = Deletes(ask) && Meant(ask, scim) is { } resource ? scim.Whole(resource) : null;
                var answer = scim.Handle(ask);
                return answer.IsFine && whole is not null ? new Answer(200, whole) : answer;
            }
        ),
        new(
            "delete-passed-over",
            Section,
            "DELETE does nothing and is answered with 204",
            (ask, scim) => Deletes(ask) && Meant(ask, scim) is not null ? new Answer(204) : scim.Handle(ask)
        ),
        new(
            "delete-of-groups-passed-over",
            Section,
            "DELETE of a group does nothing and is answered with 204",
            (ask, scim) => Deletes(ask) && Meant(ask, scim)?.Type.Name == "Group" ? new Answer(204) : scim.Handle(ask)
        ),
        new(
            "delete-refused",
            Section,
            "DELETE is refused",
            Instead(Deletes, () => Refused(501, null, "Nobody is deleted."))
        ),
        new(
            "delete-of-groups-refused",
            Section,
            "DELETE of groups is refused",
            Instead(
                ask => Deletes(ask) && ask.Path.StartsWith("Groups", StringComparison.Ordinal),
                () => Refused(405, null, "No group is deleted.")
            )
        ),
    ];

    public static string Id(Ask ask) => ask.Path[(ask.Path.LastIndexOf('/') + 1)..];

    // What is told of those that are gone; null where all is as it has to be.
    private static Detour Remembering(Func<Ask, Dictionary<string, JsonObject>, Answer?> tell)
    {
        var gone = new Dictionary<string, JsonObject>();
        return (ask, scim) =>
        {
            if (tell(ask, gone) is { } told)
                return told;
            var whole = Deletes(ask) && Meant(ask, scim) is { } meant ? (meant.Id, Whole: scim.Whole(meant)) : default;
            var answer = scim.Handle(ask);
            if (answer.IsFine && whole.Whole is not null)
                gone[whole.Id] = whole.Whole;
            return answer;
        };
    }

    private static Detour Listed(Func<Ask, string, bool> when)
    {
        var gone = new List<(ResourceType Type, JsonObject Whole)>();
        return (ask, scim) =>
        {
            var meant =
                Deletes(ask) && Meant(ask, scim) is { } resource
                    ? (resource.Type, Whole: scim.Whole(resource))
                    : default;
            var answer = scim.Handle(ask);
            if (answer.IsFine && meant.Type is not null)
                gone.Add(meant);
            if (!answer.IsFine || !IsList(ask))
                return answer;
            foreach (
                var (type, whole) in gone.Where(one =>
                    when(ask, one.Type.Name)
                    && (ask.Path.StartsWith(one.Type.Endpoint, StringComparison.Ordinal) || ask.Path is "" or ".search")
                )
            )
                if (Parameter(ask, "filter") is not { } filter || Filters.Of(type, filter, Filters.Compare)(whole))
                {
                    answer.Body!["Resources"]!
                        .AsArray()
                        .Add(
                            Documents.Shown(
                                type,
                                whole,
                                Parameter(ask, "attributes"),
                                Parameter(ask, "excludedAttributes")
                            )
                        );
                    foreach (var name in new[] { "totalResults", "itemsPerPage" })
                        answer.Body[name] = answer.Body[name]!.GetValue<int>() + 1;
                }
            return answer;
        };
    }
}

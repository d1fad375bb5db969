using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>Groups and their members do not belong together (RFC 7643 §4.1.2 and §4.2).</summary>
internal static class OfMembers
{
    private const string OfGroup = "RFC7643-4.2";
    private const string OfUser = "RFC7643-4.1.2";

    public static readonly Breakage[] All =
    [
        Shown("groups-never-shown", OfUser, "users have no groups", shown => shown.Remove("groups")),
        Shown("members-never-shown", OfGroup, "groups have no members", shown => shown.Remove("members")),
        Member("member-ref-missing", OfGroup, "members", "members have no $ref", one => one.Remove("$ref")),
        Member(
            "member-ref-nowhere",
            OfGroup,
            "members",
            "$ref of a member leads nowhere",
            one => one["$ref"] = $"{one["$ref"]}x"
        ),
        Member(
            "member-ref-of-users",
            OfGroup,
            "members",
            "$ref of a member that is a group is under Users",
            one => one["$ref"] = one["$ref"].Text()?.Replace("/Groups/", "/Users/", StringComparison.Ordinal)
        ),
        Member(
            "member-ref-of-type-in-singular",
            OfGroup,
            "members",
            "$ref of a member is under User",
            one => one["$ref"] = one["$ref"].Text()?.Replace("/Users/", "/User/", StringComparison.Ordinal)
        ),
        Member(
            "member-type-always-user",
            OfGroup,
            "members",
            "type of each member is User",
            one => one["type"] = "User"
        ),
        Member(
            "member-type-always-direct",
            OfGroup,
            "members",
            "type of each member is direct",
            one => one["type"] = "direct"
        ),
        Member("member-value-missing", OfGroup, "members", "members have no value", one => one.Remove("value")),
        Member(
            "member-value-is-location",
            OfGroup,
            "members",
            "value of a member is where it is",
            one => one["value"] = one["$ref"]?.DeepClone()
        ),
        Member(
            "group-value-is-name",
            OfUser,
            "groups",
            "value of a group of a user is its name",
            one => one["value"] = one["display"]?.DeepClone()
        ),
        Member("group-ref-missing", OfUser, "groups", "the groups of a user have no $ref", one => one.Remove("$ref")),
        Member(
            "group-ref-nowhere",
            OfUser,
            "groups",
            "$ref of a group of a user leads nowhere",
            one => one["$ref"] = $"{one["$ref"]}x"
        ),
        Member(
            "group-type-unknown",
            OfUser,
            "groups",
            "type of a group of a user is Group",
            one => one["type"] = "Group"
        ),
        Member(
            "group-display-wrong",
            OfUser,
            "groups",
            "display of a group of a user is its id",
            one => one["display"] = one["value"]?.DeepClone()
        ),
        Shown(
            "first-member-shown",
            OfGroup,
            "only the first member is shown",
            shown =>
            {
                if (shown["members"] is JsonArray { Count: > 1 } all)
                    shown["members"] = new JsonArray(all[0]!.DeepClone());
            }
        ),
        Shown(
            "first-group-shown",
            OfUser,
            "only the first group of a user is shown",
            shown =>
            {
                if (shown["groups"] is JsonArray { Count: > 1 } all)
                    shown["groups"] = new JsonArray(all[0]!.DeepClone());
            }
        ),
        Shown(
            "member-shown-twice",
            OfGroup,
            "each member is shown twice",
            shown =>
            {
                if (shown["members"] is JsonArray all)
                    shown["members"] = new JsonArray([.. all.Concat(all).Select(one => one!.DeepClone())]);
            }
        ),
        new(
            "groups-not-read",
            OfUser,
            "who reads a user sees no groups",
            Shows(ask => ask.Method == "GET", (shown, _) => shown.Remove("groups"))
        ),
        new(
            "groups-not-by-id",
            OfUser,
            "users have groups in lists only",
            Shows(ask => !IsList(ask), (shown, _) => shown.Remove("groups"))
        ),
        new(
            "group-display-stale",
            OfUser,
            "display of a group of a user stays when the group has another name",
            StaleDisplay()
        ),
        new(
            "groups-written",
            OfUser,
            "the groups of a user are changed by PATCH with 200",
            Operations(operation =>
                operation["path"].Text()?.StartsWith("groups", StringComparison.OrdinalIgnoreCase) == true
                    ? null
                    : operation
            )
        ),
        new("unknown-member-passed-over", OfGroup, "a member that there is not is passed over", Unknown),
        new(
            "nested-groups-refused",
            OfGroup,
            "a group is no member of another",
            (ask, scim) =>
                ask.Method is "POST" or "PUT" or "PATCH"
                && ask.Path.StartsWith("Groups", StringComparison.Ordinal)
                && !ask.Path.EndsWith(".search", StringComparison.Ordinal)
                && scim.Resources.Any(one =>
                    one.Type.Name == "Group"
                    && !ask.Path.Contains(one.Id, StringComparison.Ordinal)
                    && ask.Text.Contains(one.Id, StringComparison.Ordinal)
                )
                    ? Refused(400, "invalidValue", "A group is no member.")
                    : scim.Handle(ask)
        ),
        new(
            "empty-groups-refused",
            OfGroup,
            "a group without members is refused",
            Instead(
                ask =>
                    ask is { Method: "POST", Path: "Groups" } && ask.Body is JsonObject body && body["members"] is null,
                () => Refused(400, "invalidValue", "A group has members.")
            )
        ),
        new(
            "member-twice-is-a-mistake",
            OfGroup,
            "a member twice in one request is answered with 500",
            Instead(
                ask =>
                    ask.Path.StartsWith("Groups", StringComparison.Ordinal)
                    && (ask.Body as JsonObject)?["members"] is JsonArray all
                    && all.Select(one => one?["value"].Text()).Distinct().Count() < all.Count,
                () => Refused(500, null, "Duplicate key.")
            )
        ),
        new(
            "member-sub-changed",
            OfGroup,
            "value of a member, which is immutable, is changed by PATCH with 200",
            Operations(operation =>
                operation["path"].Text()?.EndsWith("].value", StringComparison.OrdinalIgnoreCase) == true
                && operation["path"].Text()!.StartsWith("members", StringComparison.OrdinalIgnoreCase)
                    ? null
                    : operation
            )
        ),
        new(
            "manager-without-ref",
            "RFC7643-4.3",
            "a manager loses its $ref",
            Shows(Always, (shown, _) => (shown[Known.Enterprise.Id]?["manager"] as JsonObject)?.Remove("$ref"))
        ),
        new(
            "manager-lost",
            "RFC7643-4.3",
            "the manager of a user is not shown",
            Shows(Always, (shown, _) => (shown[Known.Enterprise.Id] as JsonObject)?.Remove("manager"))
        ),
    ];

    private static Breakage Shown(string name, string section, string says, Action<JsonObject> change) =>
        new(name, section, says, Shows(Always, change));

    private static Breakage Member(string name, string section, string of, string says, Action<JsonObject> change) =>
        Shown(
            name,
            section,
            says,
            shown =>
            {
                foreach (var one in Documents.Objects(shown[of]))
                    change(one);
            }
        );

    private static Detour StaleDisplay()
    {
        var names = new Dictionary<string, string>();
        return (ask, scim) =>
        {
            foreach (var group in scim.Resources.Where(one => one.Type.Name == "Group"))
                names.TryAdd(group.Id, group.Written["displayName"].Text()!);
            return Shows(
                Always,
                shown =>
                {
                    foreach (var one in Documents.Objects(shown["groups"]))
                        if (one["display"] is not null && names.TryGetValue(one["value"].Text() ?? "", out var name))
                            one["display"] = name;
                }
            )(ask, scim);
        };
    }

    private static Answer Unknown(Ask ask, SoundScim scim) =>
        scim.Handle(
            (Creates(ask) || Replaces(ask)) && (ask.Body as JsonObject)?["members"] is JsonArray
                ? ask.With(body =>
                    body["members"]!
                        .AsArray()
                        .RemoveAll(one => scim.Resources.All(other => other.Id != one?["value"].Text()))
                )
                : ask
        );
}

using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.OfDeletes;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>What is deleted takes others with it, or stays with them (RFC 7644 §3.6).</summary>
internal static class OfDeletedMembers
{
    private const string Section = "RFC7644-3.6";

    public static readonly Breakage[] All =
    [
        new(
            "member-deletes-group",
            Section,
            "a group goes with the first of its members that is deleted",
            (ask, scim) =>
            {
                var groups = Deletes(ask)
                    ? scim.Resources.Where(one => one.HasMember(Id(ask))).Select(one => one.Id).ToList()
                    : [];
                var answer = scim.Handle(ask);
                foreach (var group in groups.Where(_ => answer.IsFine))
                    scim.Handle(Deleting(ask, $"Groups/{group}"));
                return answer;
            }
        ),
        new(
            "group-deletes-members",
            Section,
            "the members of a group go with it",
            (ask, scim) =>
            {
                var members =
                    Deletes(ask) && Meant(ask, scim) is { } group
                        ? group.Written.Values("members").Select(one => one["value"].Text()!).ToList()
                        : [];
                var answer = scim.Handle(ask);
                foreach (var member in members.Where(_ => answer.IsFine))
                    scim.Handle(Deleting(ask, $"Users/{member}"));
                return answer;
            }
        ),
        new("group-keeps-deleted-member", "RFC7643-4.2", "a group keeps a member that was deleted", DeadMembers()),
        new("user-keeps-deleted-group", "RFC7643-4.1.2", "a user keeps a group that was deleted", DeadGroups()),
        new(
            "id-of-any-endpoint",
            "RFC7644-3.4.1",
            "a group is found under Users and a user under Groups",
            (ask, scim) =>
                Meant(ask, scim) is { } meant
                    ? scim.Handle(ask with { Path = $"{meant.Type.Endpoint}/{meant.Id}" })
                    : scim.Handle(ask)
        ),
        new(
            "id-in-any-letters",
            "RFC7643-3.1",
            "an id is found in other letters than it has",
            Asks(IsOfOne, ask => ask with { Path = $"{ask.Path.Split('/')[0]}/{Id(ask).ToLowerInvariant()}" })
        ),
    ];

    private static Ask Deleting(Ask ask, string path) =>
        ask.WithHeader("if-match", null) with
        {
            Method = "DELETE",
            Path = path,
        };

    private static Detour DeadMembers()
    {
        var dead = new List<(string Group, JsonObject Member)>();
        return (ask, scim) =>
        {
            var id = Deletes(ask) ? Id(ask) : "";
            var groups = scim
                .Resources.Where(one => one.HasMember(id))
                .Select(one =>
                    (one.Id, Copy(one.Written.Values("members").First(member => member["value"].Text() == id)))
                )
                .ToList();
            var answer = Shows(Always, shown => Bring(shown, "members", dead))(ask, scim);
            if (answer.IsFine)
                dead.AddRange(groups);
            return answer;
        };
    }

    private static Detour DeadGroups()
    {
        var dead = new List<(string User, JsonObject Group)>();
        return (ask, scim) =>
        {
            var members =
                Deletes(ask) && Meant(ask, scim) is { } group
                    ? group
                        .Written.Values("members")
                        .Select(one =>
                            (
                                one["value"].Text()!,
                                new JsonObject
                                {
                                    ["value"] = group.Id,
                                    ["display"] = group.Written["displayName"]?.DeepClone(),
                                }
                            )
                        )
                        .ToList()
                    : [];
            var answer = Shows(Always, shown => Bring(shown, "groups", dead))(ask, scim);
            if (answer.IsFine)
                dead.AddRange(members);
            return answer;
        };
    }

    private static void Bring(JsonObject shown, string name, IEnumerable<(string Of, JsonObject Value)> dead)
    {
        foreach (var (_, value) in dead.Where(one => one.Of == shown["id"].Text()).ToList())
            (shown[name] ??= new JsonArray()).AsArray().Add(value.DeepClone());
    }
}

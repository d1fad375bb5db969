using System.Text.Json;
using ScimGateway.SlackEmulator.Errors;
using ScimGateway.SlackEmulator.Organization;
using ScimGateway.SlackEmulator.Tuning;
using ScimGateway.SlackEmulator.Users;

namespace ScimGateway.SlackEmulator.Groups;

/// <summary>What becomes of a group by POST, PATCH, PUT and DELETE (docs/slack.md 5). All under the workspace's
/// gate; a refusal changes nothing.</summary>
internal static class GroupRules
{
    private static readonly string[] _known = ["schemas", "id", "externalId", "meta", "displayName", "members"];

    public static Group Create(Workspace workspace, JsonElement body, KnobValues knobs)
    {
        Check(body, "POST", knobs);
        var name = Name(body, null, workspace, knobs) ?? throw new SlackRefusal("invalid_attribute_format");
        var members = Members(body, workspace, knobs).Added;
        RefuseSize(members.Count, knobs);
        var group = new Group(workspace.NewGroupId(), workspace.Clock.GetUtcNow(), name);
        workspace.Add(group);
        foreach (var member in members)
            workspace.Join(group, member, knobs);
        // The group is new: nothing of it lags behind an earlier state.
        group.Lag = null;
        return group;
    }

    /// <summary>Partial: a member without operation is added, with <c>delete</c>
    /// removed; both kinds in one call.</summary>
    public static void Patch(Workspace workspace, Group group, JsonElement body, KnobValues knobs)
    {
        Check(body, "PATCH", knobs);
        RefuseTouching(group);
        var name = Name(body, group, workspace, knobs);
        var (added, removed) = Members(body, workspace, knobs);
        var empties =
            knobs.Get(KnobTable.GroupMetaMembers)
            && Clearing.Named(body).Contains("members", StringComparer.OrdinalIgnoreCase);
        var stay = empties ? 0 : group.Members.Count - removed.Count(group.Members.Contains);
        RefuseSize(stay + added.Count(m => empties || removed.Contains(m) || !group.Members.Contains(m)), knobs);

        if (name is not null)
            workspace.Rename(group, name, knobs);
        foreach (var member in empties ? [.. group.Members] : removed)
            workspace.Leave(group, member, knobs);
        foreach (var member in added)
            workspace.Join(group, member, knobs);
    }

    /// <summary>Replaces the name and the whole member list.</summary>
    public static void Put(Workspace workspace, Group group, JsonElement body, KnobValues knobs)
    {
        Check(body, "PUT", knobs);
        RefuseTouching(group);
        var name = Name(body, group, workspace, knobs) ?? throw new SlackRefusal("invalid_attribute_format");
        var members = Members(body, workspace, knobs).Added;
        RefuseSize(members.Count, knobs);

        workspace.Rename(group, name, knobs);
        foreach (var member in group.Members.Where(m => !members.Contains(m)).ToArray())
            workspace.Leave(group, member, knobs);
        foreach (var member in members)
            workspace.Join(group, member, knobs);
    }

    /// <summary>Gone for good; its members stay.</summary>
    public static void Delete(Workspace workspace, Group group)
    {
        RefuseTouching(group);
        if (group.IsLinkedToChannels)
            throw new SlackRefusal("idp_group_linked_to_channels");
        workspace.Remove(group);
    }

    private static void Check(JsonElement body, string method, KnobValues knobs)
    {
        SchemasRule.Check(body, method, knobs);
        if (knobs.Get(KnobTable.UnknownAttributes) is Unknown.Reject)
            foreach (var member in body.EnumerateObject())
                if (!_known.Contains(member.Name))
                    throw new SlackRefusal("invalid_request_payload");
    }

    private static string? Name(JsonElement body, Group? group, Workspace workspace, KnobValues knobs)
    {
        var value = Sent.Member(body, "displayName");
        if (!Sent.Says(value))
            return null;
        var name = Sent.Text(value).Trim();
        if (name.Length == 0)
            throw new SlackRefusal("invalid_attribute_format");
        if (name.Length > knobs.Get(KnobTable.GroupNameMax))
            throw new SlackRefusal("invalid_name_maxlength");
        if (knobs.Get(KnobTable.GroupDuplicate) is DuplicateName.Error)
            foreach (var other in workspace.GroupsByName(name))
                if (!ReferenceEquals(other, group))
                    throw new SlackRefusal("name_already_exists");
        return name;
    }

    private static (HashSet<Account> Added, HashSet<Account> Removed) Members(
        JsonElement body,
        Workspace workspace,
        KnobValues knobs
    )
    {
        var added = new HashSet<Account>();
        var removed = new HashSet<Account>();
        var list = Sent.Member(body, "members");
        if (!Sent.Says(list))
            return (added, removed);
        var entries = Entry.Read(list, "invalid_attribute_format", knobs);
        if (entries.Count > knobs.Get(KnobTable.GroupMaxPerCall))
            throw new SlackRefusal("too_many_users");
        foreach (var entry in entries)
        {
            var account = workspace.FindUser(entry.Value ?? throw new SlackRefusal("invalid_attribute_format"));
            // Who is not there can be deleted as often as one likes (docs/slack.md 5).
            if (entry.Deletes)
            {
                if (account is not null)
                    removed.Add(account);
            }
            else if (account is null)
            {
                if (knobs.Get(KnobTable.GroupUnknownMember) is UnknownMember.Error)
                    throw new SlackRefusal("no_such_group_members");
            }
            else if (IsWelcome(account, workspace, knobs))
            {
                added.Add(account);
            }
        }
        return (added, removed);
    }

    private static bool IsWelcome(Account account, Workspace workspace, KnobValues knobs)
    {
        workspace.SweepGuest(account, knobs);
        if (!account.Profile.Active)
            return knobs.Get(KnobTable.GroupAddInactive) switch
            {
                InactiveMember.Skip => false,
                InactiveMember.Add => true,
                _ => throw new SlackRefusal("unable_to_add_deleted_or_guest_to_group"),
            };
        if (account.Profile.Guest is not { } guest)
            return true;
        var mayJoin = knobs.Get(KnobTable.GroupAddGuest) switch
        {
            GuestMember.Always => true,
            GuestMember.Never => false,
            _ => knobs.Get(KnobTable.Kind) is TenantKind.Grid,
        };
        return mayJoin && guest.Kind is GuestKind.MultiChannel
            ? true
            : throw new SlackRefusal("unable_to_add_deleted_or_guest_to_group");
    }

    private static void RefuseSize(int members, KnobValues knobs)
    {
        var most =
            knobs.Get(KnobTable.GroupMaxMembers) ?? (knobs.Get(KnobTable.Kind) is TenantKind.Grid ? 15_000 : 5_000);
        if (members > most)
            throw new SlackRefusal("group_member_max_exceeded");
    }

    // Slack's automatic groups, such as Team Admins, cannot be changed (docs/slack.md 5).
    private static void RefuseTouching(Group group)
    {
        if (group.IsAutomatic)
            throw new SlackRefusal("permission_denied");
    }
}

using System.Text.Json.Nodes;
using ScimGateway.SlackEmulator.Spelling;

namespace ScimGateway.SlackEmulator.Organization;

/// <summary>Changes made by hand in Slack: past all rules of SCIM, with all of Slack's own consequences (a deactivated
/// account leaves its groups and loses its tokens). Members are those of the raw state.</summary>
internal static class HandMade
{
    private static readonly string[] _userMembers = (
        "id created userName nickName displayName name givenName familyName honorificPrefix profileUrl title "
        + "timezone active emails email photo rank bot erased guest externalId address primaryPhone mobilePhone "
        + "userType role preferredLanguage locale employeeNumber costCenter organization division department "
        + "managerId startDate groups schemas"
    ).Split(' ');

    private static readonly string[] _groupMembers = (
        "id created displayName members linkedToChannels automatic schemas"
    ).Split(' ');

    public static Account MakeUser(Workspace workspace, JsonObject described)
    {
        Description.Check(described, _userMembers);
        var email = Description.Emails(described) is [var first, ..] ? first : null;
        var userName =
            Description.Text(described, "userName") ?? Description.Text(described, "nickName") ?? email?.Split('@')[0];
        if (string.IsNullOrEmpty(userName))
            throw new HandMadeRefusedException(
                "userName: an account made by hand needs a userName or an e-mail address"
            );
        var id = Description.Text(described, "id") ?? workspace.NewUserId();
        if (!SlackIds.IsFit(id) || workspace.FindUser(id) is not null)
            throw new HandMadeRefusedException(
                $"id: '{id}' is taken, or has other characters than letters, digits, - and _"
            );

        var start = new Profile
        {
            UserName = userName,
            DisplayName = userName,
            PrimaryEmail = email ?? userName + "@example.com",
        };
        var profile = Description.ProfileOf(start, described);
        if (profile.GivenName.Length == 0 && profile.FamilyName.Length == 0 && !Description.NamesPerson(described))
            profile = profile with { GivenName = profile.DisplayName };
        var account = new Account(id, Description.Created(described) ?? workspace.Clock.GetUtcNow(), profile);
        Mark(account, described);
        var groups = Groups(workspace, described);
        workspace.Add(account);
        workspace.FieldsInUse |= profile.Fields.Used();
        foreach (var group in groups ?? [])
            workspace.Join(group, account, workspace.Knobs.Current);
        return account;
    }

    public static Account ChangeUser(Workspace workspace, string id, JsonObject described)
    {
        Description.Check(described, _userMembers);
        var account = workspace.FindUser(id) ?? throw new HandMadeRefusedException($"id: there is no account '{id}'");
        var profile = Description.ProfileOf(account.Profile, described);
        var groups = Groups(workspace, described);
        Mark(account, described);
        if (Description.Created(described) is { } created)
            account.Created = created;
        var knobs = workspace.Knobs.Current;
        workspace.Become(account, profile, knobs);
        if (groups is null)
            return account;
        foreach (var group in account.Groups.Except(groups).ToArray())
            workspace.Leave(group, account, knobs);
        foreach (var group in groups)
            workspace.Join(group, account, knobs);
        return account;
    }

    public static Group MakeGroup(Workspace workspace, JsonObject described)
    {
        Description.Check(described, _groupMembers);
        var name =
            Description.Text(described, "displayName")
            ?? throw new HandMadeRefusedException("displayName: a group needs one");
        var id = Description.Text(described, "id") ?? workspace.NewGroupId();
        if (!SlackIds.IsFit(id) || workspace.FindGroup(id) is not null)
            throw new HandMadeRefusedException(
                $"id: '{id}' is taken, or has other characters than letters, digits, - and _"
            );
        var members = Members(workspace, described) ?? [];
        var group = new Group(id, Description.Created(described) ?? workspace.Clock.GetUtcNow(), name);
        Mark(group, described);
        workspace.Add(group);
        foreach (var member in members)
            workspace.Join(group, member, workspace.Knobs.Current);
        return group;
    }

    public static Group ChangeGroup(Workspace workspace, string id, JsonObject described)
    {
        Description.Check(described, _groupMembers);
        var group = workspace.FindGroup(id) ?? throw new HandMadeRefusedException($"id: there is no group '{id}'");
        var members = Members(workspace, described);
        var knobs = workspace.Knobs.Current;
        Mark(group, described);
        if (Description.Created(described) is { } created)
            group.Created = created;
        if (Description.Text(described, "displayName") is { } name)
            workspace.Rename(group, name, knobs);
        if (members is null)
            return group;
        foreach (var member in group.Members.Except(members).ToArray())
            workspace.Leave(group, member, knobs);
        foreach (var member in members)
            workspace.Join(group, member, knobs);
        return group;
    }

    private static void Mark(Account account, JsonObject described)
    {
        if (Description.Text(described, "rank") is { } word)
            account.Rank =
                Ranks.Parse(word)
                ?? throw new HandMadeRefusedException(
                    $"rank: '{word}' is not one of primary_owner, owner, admin, member"
                );
        account.IsBot = Description.Flag(described, "bot") ?? account.IsBot;
        account.IsErased = Description.Flag(described, "erased") ?? account.IsErased;
    }

    private static void Mark(Group group, JsonObject described)
    {
        group.IsLinkedToChannels = Description.Flag(described, "linkedToChannels") ?? group.IsLinkedToChannels;
        group.IsAutomatic = Description.Flag(described, "automatic") ?? group.IsAutomatic;
    }

    private static List<Group>? Groups(Workspace workspace, JsonObject described) =>
        Description
            .Ids(described, "groups")
            ?.Select(id =>
                workspace.FindGroup(id) ?? throw new HandMadeRefusedException($"groups: there is no group '{id}'")
            )
            .ToList();

    private static List<Account>? Members(Workspace workspace, JsonObject described) =>
        Description
            .Ids(described, "members")
            ?.Select(id =>
                workspace.FindUser(id) ?? throw new HandMadeRefusedException($"members: there is no account '{id}'")
            )
            .ToList();
}

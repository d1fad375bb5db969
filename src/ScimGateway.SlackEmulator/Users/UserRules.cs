using System.Text.Json;
using ScimGateway.SlackEmulator.Access;
using ScimGateway.SlackEmulator.Errors;
using ScimGateway.SlackEmulator.Organization;
using ScimGateway.SlackEmulator.Spelling;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator.Users;

/// <summary>What becomes of a user by POST, PATCH, PUT and DELETE (docs/slack.md 4). All under the workspace's
/// gate; a refusal changes nothing.</summary>
internal static class UserRules
{
    private static readonly string[] _known =
    [
        "schemas",
        "id",
        "externalId",
        "meta",
        "userName",
        "nickName",
        "name",
        "displayName",
        "profileUrl",
        "title",
        "timezone",
        "active",
        "emails",
        "photos",
        "addresses",
        "phoneNumbers",
        "userType",
        "roles",
        "preferredLanguage",
        "locale",
        "password",
        "groups",
        Urns.Enterprise,
        Urns.Guest,
        Urns.Profile,
    ];

    public static Account Create(Workspace workspace, Sent sent)
    {
        Check(sent, "POST");
        var profile = Next(sent, null, workspace);
        if (sent.Knobs.Get(KnobTable.PostInactive) is Respect.Honoured && Active(sent) is false)
            profile = profile with { Active = false };
        var groups = Groups(workspace, sent);
        var account = new Account(workspace.NewUserId(), workspace.Clock.GetUtcNow(), profile);
        workspace.Add(account);
        workspace.FieldsInUse |= profile.Fields.Used();
        Join(workspace, account, groups, sent.Knobs);
        return account;
    }

    public static void Patch(Workspace workspace, Account account, Sent sent, Caller caller)
    {
        Check(sent, "PATCH");
        Change(workspace, account, sent, caller);
    }

    public static void Put(Workspace workspace, Account account, Sent sent, Caller caller)
    {
        Check(sent, "PUT");
        Change(workspace, account, sent, caller);
    }

    /// <summary>DELETE deactivates, and may be said twice (docs/slack.md 2.1).</summary>
    public static void Delete(Workspace workspace, Account account, KnobValues knobs, Caller caller)
    {
        RefuseTouching(account, caller, deactivates: true, knobs);
        if (account.Profile.Active)
            workspace.Become(account, account.Profile with { Active = false }, knobs);
    }

    private static void Check(Sent sent, string method)
    {
        SchemasRule.Check(sent.Body, method, sent.Knobs);
        if (sent.Knobs.Get(KnobTable.UnknownAttributes) is Unknown.Reject)
            foreach (var member in sent.Body.EnumerateObject())
                if (!_known.Contains(member.Name))
                    throw new SlackRefusal("invalid_request_payload");
    }

    private static void Change(Workspace workspace, Account account, Sent sent, Caller caller)
    {
        var active = Active(sent);
        var missing = sent.Verb is Verb.Put ? KnobTable.PutMissingActive : KnobTable.PatchMissingActive;
        if (
            active is null
            && sent.Verb is Verb.Put or Verb.Patch
            && sent.Knobs.Get(missing) is MissingActive.Deactivate
        )
            active = false;
        RefuseTouching(account, caller, deactivates: active is false, sent.Knobs);
        if (Sent.Says(sent["password"]))
            throw new SlackRefusal("password_change_not_allowed");

        var next = Next(sent, account, workspace);
        var isIgnored = active is true && sent.Knobs.Get(KnobTable.PatchActive) is Respect.Ignored;
        if (active is { } wished && !isIgnored)
            next = next with { Active = wished };
        // Both conversions reactivate (docs/slack.md 4.5), unless the same body says otherwise.
        else if (active is null && account.Profile.Guest is null != next.Guest is null)
            next = next with { Active = true };
        if (next.Active && !account.Profile.Active && NameRules.IsTaken(next.UserName, account, workspace, sent.Knobs))
            throw new SlackRefusal("username_taken", ("username", next.UserName));
        var groups = Groups(workspace, sent);
        workspace.Become(account, next, sent.Knobs);
        Join(workspace, account, groups, sent.Knobs);
    }

    private static Profile Next(Sent sent, Account? account, Workspace workspace)
    {
        var old = account?.Profile;
        if (old is not null && sent.Verb is Verb.Patch)
            old = Clearing.Apply(old, sent);
        var before = old ?? new Profile { UserName = "", PrimaryEmail = "" };

        var wished = NameRules.UserName(sent, account);
        var userName = wished.Name;
        var displayName = NameRules.DisplayName(sent, old, userName);
        var (given, family) = NameRules.Person(sent, old, displayName.Length > 0 ? displayName : userName);
        if (account is not null && sent.Verb is Verb.Patch)
            Clearing.RefuseNameless(account.Profile, (given, family), sent);
        var (primary, secondary) = EmailRules.Next(sent, old, account, workspace);
        NameRules.RefuseTaken(wished, account, workspace, sent.Knobs);

        return before with
        {
            UserName = userName,
            DisplayName = displayName,
            GivenName = given,
            FamilyName = family,
            ProfileUrl = ProfileUrl(sent, old, userName, workspace),
            Title = sent.Next(sent["title"], before.Title, "")!,
            Timezone = Timezone(sent, before.Timezone),
            PrimaryEmail = primary,
            SecondaryEmail = secondary,
            Photo = FieldRules.Photo(sent, before.Photo),
            Guest = GuestRules.Next(sent, old?.Guest, account),
            ExternalId = sent.Knobs.Get(KnobTable.StoreExternalId)
                ? sent.Next(sent["externalId"], before.ExternalId, "")!
                : before.ExternalId,
            Fields = Fields(sent, before.Fields, workspace),
        };
    }

    // The organization gets a field when it is first sent, up to a limit; on create, bad fields are left out and the
    // user comes without them (docs/slack.md 4.5).
    private static CustomFields Fields(Sent sent, CustomFields old, Workspace workspace)
    {
        var next = FieldRules.Next(sent, old, workspace);
        var isCreate = sent.Verb is Verb.Post;
        if (next.StartDate is { } date && date != old.StartDate && !IsoTime.TryRead(date, out _))
            return isCreate ? CustomFields.None : throw new SlackRefusal("invalid_request_payload");
        var all = workspace.FieldsInUse | next.Used();
        if (
            all != workspace.FieldsInUse
            && Workspace.CountProfileFields(all, sent.Knobs) > sent.Knobs.Get(KnobTable.ProfileFieldLimit)
        )
            return isCreate ? CustomFields.None : throw new SlackRefusal("unable_to_create_team_profile_fields");
        return next.Used() is ProfileField.None ? CustomFields.None : next;
    }

    private static void RefuseTouching(Account account, Caller caller, bool deactivates, KnobValues knobs)
    {
        if (account.IsErased)
            throw new SlackRefusal("cannot_modify_gdpr");
        if (deactivates && account.IsBot)
            throw new SlackRefusal("cannot_disable_bot_user_with_scim");
        if (deactivates && account.Rank is Rank.PrimaryOwner)
            throw ReferenceEquals(caller.Owner, account) || knobs.Get(KnobTable.Kind) is not TenantKind.Grid
                ? new SlackRefusal("cannot_disable_primary_owner")
                : new SlackRefusal("primary_owner_check_failure");
        if (account.Rank > caller.Rank)
            throw new SlackRefusal("cannot_modify_owner");
    }

    private static bool? Active(Sent sent)
    {
        var value = sent["active"];
        return value.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => null,
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.String
                when sent.Knobs.Get(KnobTable.ActiveAsText) && bool.TryParse(value.GetString(), out var flag) => flag,
            _ => throw new SlackRefusal("invalid_attribute_format"),
        };
    }

    // Kept from POST and PUT; in PATCH not supported (docs/slack.md 4.2, 4.8). What GET computed and
    // PUT sends back stays computed.
    private static string? ProfileUrl(Sent sent, Profile? old, string userName, Workspace workspace)
    {
        if (sent.Verb is Verb.Patch)
            return old?.ProfileUrl;
        var url = sent.Next(sent["profileUrl"], old?.ProfileUrl, null);
        return url == UserWriter.ComputedUrl(workspace, old?.UserName ?? userName, sent.Knobs) ? null : url;
    }

    private static string Timezone(Sent sent, string old)
    {
        var zone = sent.Next(sent["timezone"], old, Profile.DefaultTimezone)!;
        if (
            zone != old
            && sent.Knobs.Get(KnobTable.ValidateTimezone)
            && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _)
        )
            throw new SlackRefusal("invalid_request_payload");
        return zone;
    }

    // groups is read-only, except where the knob lets the hope of one script come true
    // (docs/slack.md 4.2): the groups named are joined.
    private static List<(Group Group, bool Leaves)> Groups(Workspace workspace, Sent sent)
    {
        var named = new List<(Group, bool)>();
        if (sent.Knobs.Get(KnobTable.UsersGroupsWrite) is GroupsWrite.Ignored || !Sent.Says(sent["groups"]))
            return named;
        foreach (var entry in Entry.Read(sent["groups"], "groups_invalid", sent.Knobs))
            if (entry.Value is { } id && workspace.FindGroup(id) is { } group)
                named.Add((group, entry.Deletes));
        return named;
    }

    private static void Join(
        Workspace workspace,
        Account account,
        List<(Group Group, bool Leaves)> groups,
        KnobValues knobs
    )
    {
        foreach (var (group, leaves) in groups)
            if (leaves)
                workspace.Leave(group, account, knobs);
            else
                workspace.Join(group, account, knobs);
    }
}

using System.Collections.Frozen;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;
using static ScimGateway.Slack.Http.SlackErrorKind;
using static ScimGateway.Slack.Wire.SlackField;

namespace ScimGateway.Slack.Http;

/// <summary>The one table between Slack's errors and SCIM's.</summary>
public static class SlackErrors
{
    // The display name is cleaned of all that Slack refuses before it is sent, so it is none of these.
    private static readonly SlackField[] _names = [GivenName, FamilyName];

    // What Slack keeps in custom profile fields, of which an organization has fifty (docs/slack.md 4.5).
    private static readonly SlackField[] _profileFields =
    [
        HonorificPrefix,
        UserType,
        PreferredLanguage,
        Locale,
        Role,
        EmployeeNumber,
        CostCenter,
        Organization,
        Division,
        Department,
        Manager,
        StartDate,
    ];

    // Whose values Slack has no word of its own for: where it names nothing, it means one of these.
    private static readonly SlackField[] _unnamed =
    [
        Title,
        ProfileUrl,
        Timezone,
        .. _profileFields,
        GuestType,
        GuestExpiration,
    ];

    // csharpier-ignore - one line a code
    /// <summary>The codes that are known.</summary>
    public static IReadOnlyList<SlackErrorRow> Rows { get; } =
    [
        // E-mail
        new("email_taken", Conflict, "Another Slack account holds this e-mail address, perhaps a deactivated one; free it there or give the user another address.", PrimaryEmail),
        new("bad_email_address", InvalidValue, "Slack does not take this e-mail address; correct it.", PrimaryEmail),
        new("email_invalid", InvalidValue, "Slack does not take this e-mail address; correct it.", PrimaryEmail),
        new("email_empty", InvalidValue, "Slack needs an e-mail address; give the user one.", PrimaryEmail),
        new("emails_invalid", InvalidValue, "Slack does not take these e-mail addresses; correct them.", PrimaryEmail),
        new("missing_primary_email", InvalidValue, "Slack keeps a primary e-mail address; replace it instead of removing it.", PrimaryEmail),
        // User name
        new("username_taken", Conflict, "Another Slack account or channel has this user name; choose another.", UserName),
        new("nickname_taken", Conflict, "Another Slack account or channel has this user name; choose another.", UserName),
        new("username_not_allowed", InvalidValue, "Slack reserves this user name; choose another.", UserName),
        new("username_empty", InvalidValue, "Slack needs a user name; give the user one.", UserName),
        new("username_required", InvalidValue, "Slack needs a user name; give the user one.", UserName),
        new("username_invalid", InvalidValue, "Slack takes lower-case letters, digits, '.', '_' and '-' in a user name; change it.", UserName),
        new("username_too_long", InvalidValue, "Slack takes at most 21 characters in a user name; shorten it.", UserName),
        new("long_username", InvalidValue, "Slack takes at most 21 characters in a user name; shorten it.", UserName),
        new("long_nickname", InvalidValue, "Slack takes at most 21 characters in a user name; shorten it.", UserName),
        new("truncation_error", InvalidValue, "Slack could not shorten the user name without a clash; shorten it.", UserName),
        new("invalid_reserved_word", InvalidValue, "Slack reserves a word in this name; change it.") { MayBe = [DisplayName, GivenName, FamilyName, UserName] },
        // Other names
        new("invalid_display_name", InvalidValue, "Slack does not take this display name, or the workspace lets members alone change it; see its profile settings.", DisplayName),
        new("invalid_name_specials", InvalidValue, "Slack does not take some character of this name; remove it.") { MayBe = _names },
        new("invalid_starts_with_at", InvalidValue, "A name in Slack does not start with '@'; remove it.") { MayBe = _names },
        new("invalid_emoji_not_allowed", InvalidValue, "Slack takes no emoji in names; remove it.") { MayBe = _names },
        new("invalid_name_maxlength", InvalidValue, "This name is too long for Slack; shorten it.") { MayBe = _names },
        new("invalid_name_required", InvalidValue, "Slack needs a given or family name; give the user one.", GivenName),
        // Other values
        new("addresses_invalid", InvalidValue, "Slack does not take this address; correct it.", StreetAddress),
        new("phoneNumbers_invalid", InvalidValue, "Slack does not take this phone number; correct it.", PrimaryPhone),
        new("photos_invalid", InvalidValue, "Slack does not take this picture; give the address of a public one.", Photo),
        new("roles_invalid", InvalidValue, "Slack does not take this role; correct it.", Role),
        new("unknown_user", InvalidValue, "Slack does not know the manager; provision the manager first.", Manager),
        new("improper_enterprise_schema_format", InvalidValue, "Slack does not take the manager as given; correct it.", Manager),
        new("unable_to_create_team_profile_fields", InvalidValue, "Slack has room for 50 profile fields and they are used up; remove some there.") { MayBe = _profileFields },
        new("password_change_not_allowed", InvalidValue, "Slack changes no passwords."),
        new("user_creation_failed", Conflict, "Slack could not make the account, most often because it exists already; look for it there."),
        new("invited_user_not_created", SlackFault, "Slack could not make the account just now."),
        // Accounts that are not the token's to change
        new("cannot_modify_owner", Protected, "The account belongs to an owner, whom this token may not change; change it in Slack or connect with an owner's token."),
        new("cannot_disable_primary_owner", Protected, "The primary owner cannot be deactivated; transfer the ownership in Slack first.", Active),
        new("primary_owner_check_failure", Protected, "The primary owner cannot be deactivated; transfer the ownership in Slack first.", Active),
        new("cannot_disable_bot_user_with_scim", Protected, "The account is a bot's; remove its app in Slack.", Active),
        new("cannot_modify_gdpr", Erased, "The account was erased in Slack and cannot be changed."),
        new("cannot_make_user_guest", InvalidValue, "Owners and admins cannot become guests; change the role in Slack first.", GuestType),
        new("permission_denied", Forbidden, "This token may not change it; it may rank as high as the token's owner or higher, or be one of Slack's own groups."),
        // Groups
        new("name_already_exists", Conflict, "Another group in Slack has this name. Choose another name, or rename the other group in Slack."),
        new("no_such_group_members", Members, "Slack does not know a member of the group."),
        new("unable_to_add_deleted_or_guest_to_group", Members, "A member of the group is deactivated or a guest, whom Slack does not take into groups."),
        new("groups_invalid", InvalidValue, "Slack does not take the groups as given."),
        new("too_many_users", TooManyMembers, "The call names more members than Slack takes at once."),
        new("group_member_max_exceeded", TooManyMembers, "The group has as many members as Slack allows; split it."),
        new("idp_group_linked_to_channels", Forbidden, "The group is linked to channels; unlink it in Slack first."),
        new("group_creation_failed", SlackFault, "Slack could not make the group."),
        new("group_members_create_failed", SlackFault, "Slack could not add the members."),
        new("failed_to_remove_users_for_linked_subteam", SlackFault, "Slack could not remove the members."),
        // Who and where
        new("no_such_user", Gone, "Slack no longer knows the account; import again or link another."),
        new("no_such_group", Gone, "Slack no longer knows the group."),
        new("cannot_decode_user_id", Gone, "Slack does not know the account; import again or link another."),
        new("invalid_authentication", Token, "Slack does not accept the token; connect again."),
        new("missing_authentication", Token, "Slack got no token; connect again."),
        new("plus_teams_only", Plan, "The workspace's plan has no SCIM; it needs Business+ or Enterprise."),
        new("non_org_teams_only", Plan, "The token is a workspace's; install the app on the organization."),
        new("too_many_requests", Limit, "Slack's limit is reached."),
        new("ratelimited", Limit, "Slack's limit is reached."),
        new("resource_locked", Locked, "Another change of the same object is under way in Slack."),
        new("database_query_failure", SlackFault, "Slack failed."),
        // What a value brings about that was not known to be wrong; the form of requests is tested
        new("invalid_attribute_format", InvalidValue, "Slack did not understand the request.") { MayBe = _unnamed },
        new("invalid_request_payload", InvalidValue, "Slack did not understand the request.") { MayBe = _unnamed },
        new("missing_schema_element", InvalidValue, "Slack did not understand the request.") { MayBe = _unnamed },
        // What only a defect of ours could bring about
        new("missing_user_id", GatewayFault, "Slack did not understand the request."),
        new("missing_group_id", GatewayFault, "Slack did not understand the request."),
        new("no_filters", GatewayFault, "Slack did not understand the question."),
        new("incomplete_filter", GatewayFault, "Slack did not understand the question."),
        new("invalid_query", GatewayFault, "Slack did not understand the question."),
        new("invalid_filter_group", GatewayFault, "Slack did not understand the question."),
        new("query_building_failed", GatewayFault, "Slack did not understand the question."),
        new("invalid_sort_order", GatewayFault, "Slack did not understand the question."),
        new("bad_endpoint", GatewayFault, "Slack has no such address; check the base address of the connection."),
        new("method_not_allowed", GatewayFault, "Slack did not understand the request."),
        new("unsupported_version", GatewayFault, "Slack has no such address; check the base address of the connection."),
    ];

    private static readonly FrozenDictionary<string, SlackErrorRow> _byCode = Rows.ToFrozenDictionary(r => r.Code);

    /// <summary>
    /// Status and code, as a log may have them. A code that the table does not know may be any word, a person's name as well.
    /// </summary>
    public static string ForLog(SlackError error) =>
        _byCode.ContainsKey(error.Code) ? $"HTTP {error.Status} {error.Code}" : $"HTTP {error.Status}";

    /// <summary>What an error means, with the code if it is one that the table knows.</summary>
    public static string Said(SlackErrorRow row, SlackError error) =>
        IsCode(error.Code) ? $"{row.Says} Slack says: {error.Code}" : row.Says;

    private static bool IsCode(string word) => word == "HTTP" || _byCode.ContainsKey(word);

    /// <summary>
    /// The line for an error; one that is not in the table gets a line by its status, and keeps its words.
    /// </summary>
    public static SlackErrorRow Row(SlackError error)
    {
        if (error.IsEmailTaken)
            return _byCode["email_taken"];
        if (_byCode.TryGetValue(error.Code, out var row))
            // As a reference of another resource an unknown user is a wrong value; as the resource itself it is gone.
            return (row.Code, error.Status) switch
            {
                ("unknown_user", 404) => _byCode["no_such_user"],
                ("no_such_user", 400) => _byCode["unknown_user"],
                _ => row,
            };
        var kind = error.Status switch
        {
            401 => Token,
            403 => Forbidden,
            // Of a 404 that is not in Slack's words, a proxy's or a wrong address's, nothing follows for the account.
            404 => error.IsSlackWords ? Gone : GatewayFault,
            409 => Conflict,
            423 => Locked,
            429 => Limit,
            >= 500 => SlackFault,
            _ => InvalidValue,
        };
        return new SlackErrorRow(error.Code, kind, "Slack refused, and says no more than this.");
    }

    /// <summary>
    /// The line for an error that a command met: what the command did not carry is not to blame, and what concerns
    /// nothing that is there blames the token.
    /// </summary>
    public static SlackErrorRow Row(SlackError error, SlackCommand command)
    {
        var row = Row(error);
        if (
            row.Code == "permission_denied"
            && command
                is not (
                    SlackCommand.PatchUser
                    or SlackCommand.DeactivateUser
                    or SlackCommand.DeleteUser
                    or SlackCommand.RenameGroup
                    or SlackCommand.ChangeMembers
                    or SlackCommand.DeleteGroup
                )
        )
            return row with
            {
                Kind = Token,
                Says =
                    "The token may not do this; its owner has to be an owner or admin, and it needs the scope \"admin\".",
            };
        var carried = row.MayBe.Where(f => command.Delivers[f] is not null).ToList();
        return row.MayBe.Count == 0
            ? row
            : row with
            {
                MayBe = carried,
                Field = carried.Count == 1 ? carried[0] : null,
            };
    }
}

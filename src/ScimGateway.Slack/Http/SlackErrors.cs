using System.Collections.Frozen;
using System.Net;
using ScimGateway.Protocol.Errors;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Slack.Http;

/// <summary>What kind of refusal it is, which decides what is done about it.</summary>
public enum SlackErrorKind
{
    /// <summary>Another account or group has the name or address.</summary>
    Conflict,

    /// <summary>Slack does not take the value.</summary>
    InvalidValue,

    /// <summary>The account's rank, or what it is, forbids the change: so Slack says in as many words.</summary>
    Protected,

    /// <summary>
    /// It may not be done. That counts against what was asked; of several accounts in a row it tells of the token.
    /// </summary>
    Forbidden,

    /// <summary>The account was erased: nothing of it can be changed, and none of its addresses is its own.</summary>
    Erased,

    /// <summary>Slack does not take some member of a group.</summary>
    Members,

    /// <summary>The group is full or the call too large.</summary>
    TooManyMembers,

    /// <summary>The token is not accepted, or may not do this.</summary>
    Token,

    /// <summary>The plan or the installation does not have SCIM.</summary>
    Plan,

    /// <summary>Too many calls.</summary>
    Limit,

    /// <summary>Another write to the same object is under way.</summary>
    Locked,

    /// <summary>Slack does not know the user or group.</summary>
    Gone,

    /// <summary>Slack failed.</summary>
    SlackFault,

    /// <summary>Slack does not understand the request: the gateway's fault.</summary>
    GatewayFault,
}

/// <summary>One line of the table: a code of Slack's (docs/slack.md 8.3), its kind, field and what to do.</summary>
/// <param name="Code">Slack's word.</param>
/// <param name="Kind">What kind of refusal it is.</param>
/// <param name="Field">The field that was refused; null if Slack does not say which of several it was.</param>
/// <param name="Says">What to do.</param>
public sealed record SlackErrorRow(string Code, SlackErrorKind Kind, SlackField? Field, string Says)
{
    /// <summary>The fields it may be about, where the code alone does not tell.</summary>
    public IReadOnlyList<SlackField> MayBe { get; init; } = [];
}

/// <summary>The one table between Slack's errors and SCIM's.</summary>
public static class SlackErrors
{
    // The display name is cleaned of all that Slack refuses before it is sent, so it is none of these.
    private static readonly SlackField[] _names = [SlackField.GivenName, SlackField.FamilyName];

    // What Slack keeps in custom profile fields, of which an organization has fifty (docs/slack.md 4.5).
    private static readonly SlackField[] _profileFields =
    [
        SlackField.HonorificPrefix,
        SlackField.UserType,
        SlackField.PreferredLanguage,
        SlackField.Locale,
        SlackField.Role,
        SlackField.EmployeeNumber,
        SlackField.CostCenter,
        SlackField.Organization,
        SlackField.Division,
        SlackField.Department,
        SlackField.Manager,
        SlackField.StartDate,
    ];

    // Whose values Slack has no word of its own for: where it names nothing, it means one of these.
    private static readonly SlackField[] _unnamed =
    [
        SlackField.Title,
        SlackField.ProfileUrl,
        SlackField.Timezone,
        .. _profileFields,
        SlackField.GuestType,
        SlackField.GuestExpiration,
    ];

    /// <summary>The codes that are known.</summary>
    public static IReadOnlyList<SlackErrorRow> Rows { get; } =
    [
        // E-mail
        new(
            "email_taken",
            SlackErrorKind.Conflict,
            SlackField.PrimaryEmail,
            "Another Slack account holds this e-mail address, perhaps a deactivated one; free it there or give the user another address."
        ),
        new(
            "bad_email_address",
            SlackErrorKind.InvalidValue,
            SlackField.PrimaryEmail,
            "Slack does not take this e-mail address; correct it."
        ),
        new(
            "email_invalid",
            SlackErrorKind.InvalidValue,
            SlackField.PrimaryEmail,
            "Slack does not take this e-mail address; correct it."
        ),
        new(
            "email_empty",
            SlackErrorKind.InvalidValue,
            SlackField.PrimaryEmail,
            "Slack needs an e-mail address; give the user one."
        ),
        new(
            "emails_invalid",
            SlackErrorKind.InvalidValue,
            SlackField.PrimaryEmail,
            "Slack does not take these e-mail addresses; correct them."
        ),
        new(
            "missing_primary_email",
            SlackErrorKind.InvalidValue,
            SlackField.PrimaryEmail,
            "Slack keeps a primary e-mail address; replace it instead of removing it."
        ),
        // User name
        new(
            "username_taken",
            SlackErrorKind.Conflict,
            SlackField.UserName,
            "Another Slack account or channel has this user name; choose another."
        ),
        new(
            "nickname_taken",
            SlackErrorKind.Conflict,
            SlackField.UserName,
            "Another Slack account or channel has this user name; choose another."
        ),
        new(
            "username_not_allowed",
            SlackErrorKind.InvalidValue,
            SlackField.UserName,
            "Slack reserves this user name; choose another."
        ),
        new(
            "username_empty",
            SlackErrorKind.InvalidValue,
            SlackField.UserName,
            "Slack needs a user name; give the user one."
        ),
        new(
            "username_required",
            SlackErrorKind.InvalidValue,
            SlackField.UserName,
            "Slack needs a user name; give the user one."
        ),
        new(
            "username_invalid",
            SlackErrorKind.InvalidValue,
            SlackField.UserName,
            "Slack takes lower-case letters, digits, '.', '_' and '-' in a user name; change it."
        ),
        new(
            "username_too_long",
            SlackErrorKind.InvalidValue,
            SlackField.UserName,
            "Slack takes at most 21 characters in a user name; shorten it."
        ),
        new(
            "long_username",
            SlackErrorKind.InvalidValue,
            SlackField.UserName,
            "Slack takes at most 21 characters in a user name; shorten it."
        ),
        new(
            "long_nickname",
            SlackErrorKind.InvalidValue,
            SlackField.UserName,
            "Slack takes at most 21 characters in a user name; shorten it."
        ),
        new(
            "truncation_error",
            SlackErrorKind.InvalidValue,
            SlackField.UserName,
            "Slack could not shorten the user name without a clash; shorten it."
        ),
        new(
            "invalid_reserved_word",
            SlackErrorKind.InvalidValue,
            null,
            "Slack reserves a word in this name; change it."
        )
        {
            MayBe = [SlackField.DisplayName, SlackField.GivenName, SlackField.FamilyName, SlackField.UserName],
        },
        // Other names
        new(
            "invalid_display_name",
            SlackErrorKind.InvalidValue,
            SlackField.DisplayName,
            "Slack does not take this display name, or the workspace lets members alone change it; see its profile settings."
        ),
        new(
            "invalid_name_specials",
            SlackErrorKind.InvalidValue,
            null,
            "Slack does not take some character of this name; remove it."
        )
        {
            MayBe = _names,
        },
        new(
            "invalid_starts_with_at",
            SlackErrorKind.InvalidValue,
            null,
            "A name in Slack does not start with '@'; remove it."
        )
        {
            MayBe = _names,
        },
        new("invalid_emoji_not_allowed", SlackErrorKind.InvalidValue, null, "Slack takes no emoji in names; remove it.")
        {
            MayBe = _names,
        },
        new("invalid_name_maxlength", SlackErrorKind.InvalidValue, null, "This name is too long for Slack; shorten it.")
        {
            MayBe = _names,
        },
        new(
            "invalid_name_required",
            SlackErrorKind.InvalidValue,
            SlackField.GivenName,
            "Slack needs a given or family name; give the user one."
        ),
        // Other values
        new(
            "addresses_invalid",
            SlackErrorKind.InvalidValue,
            SlackField.StreetAddress,
            "Slack does not take this address; correct it."
        ),
        new(
            "phoneNumbers_invalid",
            SlackErrorKind.InvalidValue,
            SlackField.PrimaryPhone,
            "Slack does not take this phone number; correct it."
        ),
        new(
            "photos_invalid",
            SlackErrorKind.InvalidValue,
            SlackField.Photo,
            "Slack does not take this picture; give the address of a public one."
        ),
        new(
            "roles_invalid",
            SlackErrorKind.InvalidValue,
            SlackField.Role,
            "Slack does not take this role; correct it."
        ),
        new(
            "unknown_user",
            SlackErrorKind.InvalidValue,
            SlackField.Manager,
            "Slack does not know the manager; provision the manager first."
        ),
        new(
            "improper_enterprise_schema_format",
            SlackErrorKind.InvalidValue,
            SlackField.Manager,
            "Slack does not take the manager as given; correct it."
        ),
        new(
            "unable_to_create_team_profile_fields",
            SlackErrorKind.InvalidValue,
            null,
            "Slack has room for 50 profile fields and they are used up; remove some there."
        )
        {
            MayBe = _profileFields,
        },
        new("password_change_not_allowed", SlackErrorKind.InvalidValue, null, "Slack changes no passwords."),
        new(
            "user_creation_failed",
            SlackErrorKind.Conflict,
            null,
            "Slack could not make the account, most often because it exists already; look for it there."
        ),
        new("invited_user_not_created", SlackErrorKind.SlackFault, null, "Slack could not make the account just now."),
        // Accounts that are not the token's to change
        new(
            "cannot_modify_owner",
            SlackErrorKind.Protected,
            null,
            "The account belongs to an owner, whom this token may not change; change it in Slack or connect with an owner's token."
        ),
        new(
            "cannot_disable_primary_owner",
            SlackErrorKind.Protected,
            SlackField.Active,
            "The primary owner cannot be deactivated; transfer the ownership in Slack first."
        ),
        new(
            "primary_owner_check_failure",
            SlackErrorKind.Protected,
            SlackField.Active,
            "The primary owner cannot be deactivated; transfer the ownership in Slack first."
        ),
        new(
            "cannot_disable_bot_user_with_scim",
            SlackErrorKind.Protected,
            SlackField.Active,
            "The account is a bot's; remove its app in Slack."
        ),
        new(
            "cannot_modify_gdpr",
            SlackErrorKind.Erased,
            null,
            "The account was erased in Slack and cannot be changed."
        ),
        new(
            "cannot_make_user_guest",
            SlackErrorKind.InvalidValue,
            SlackField.GuestType,
            "Owners and admins cannot become guests; change the role in Slack first."
        ),
        new(
            "permission_denied",
            SlackErrorKind.Forbidden,
            null,
            "This token may not change it; it may rank as high as the token's owner or higher, or be one of Slack's own groups."
        ),
        // Groups
        new(
            "name_already_exists",
            SlackErrorKind.Conflict,
            null,
            "Another group in Slack has this name; choose another."
        ),
        new("no_such_group_members", SlackErrorKind.Members, null, "Slack does not know a member of the group."),
        new(
            "unable_to_add_deleted_or_guest_to_group",
            SlackErrorKind.Members,
            null,
            "A member of the group is deactivated or a guest, whom Slack does not take into groups."
        ),
        new("groups_invalid", SlackErrorKind.InvalidValue, null, "Slack does not take the groups as given."),
        new(
            "too_many_users",
            SlackErrorKind.TooManyMembers,
            null,
            "The call names more members than Slack takes at once."
        ),
        new(
            "group_member_max_exceeded",
            SlackErrorKind.TooManyMembers,
            null,
            "The group has as many members as Slack allows; split it."
        ),
        new(
            "idp_group_linked_to_channels",
            SlackErrorKind.Forbidden,
            null,
            "The group is linked to channels; unlink it in Slack first."
        ),
        new("group_creation_failed", SlackErrorKind.SlackFault, null, "Slack could not make the group."),
        new("group_members_create_failed", SlackErrorKind.SlackFault, null, "Slack could not add the members."),
        new(
            "failed_to_remove_users_for_linked_subteam",
            SlackErrorKind.SlackFault,
            null,
            "Slack could not remove the members."
        ),
        // Who and where
        new(
            "no_such_user",
            SlackErrorKind.Gone,
            null,
            "Slack no longer knows the account; import again or link another."
        ),
        new("no_such_group", SlackErrorKind.Gone, null, "Slack no longer knows the group."),
        new(
            "cannot_decode_user_id",
            SlackErrorKind.Gone,
            null,
            "Slack does not know the account; import again or link another."
        ),
        new("invalid_authentication", SlackErrorKind.Token, null, "Slack does not accept the token; connect again."),
        new("missing_authentication", SlackErrorKind.Token, null, "Slack got no token; connect again."),
        new(
            "plus_teams_only",
            SlackErrorKind.Plan,
            null,
            "The workspace's plan has no SCIM; it needs Business+ or Enterprise."
        ),
        new(
            "non_org_teams_only",
            SlackErrorKind.Plan,
            null,
            "The token is a workspace's; install the app on the organization."
        ),
        new("too_many_requests", SlackErrorKind.Limit, null, "Slack's limit is reached."),
        new("ratelimited", SlackErrorKind.Limit, null, "Slack's limit is reached."),
        new("resource_locked", SlackErrorKind.Locked, null, "Another change of the same object is under way in Slack."),
        new("database_query_failure", SlackErrorKind.SlackFault, null, "Slack failed."),
        // What a value brings about that was not known to be wrong; the form of requests is tested
        new("invalid_attribute_format", SlackErrorKind.InvalidValue, null, "Slack did not understand the request.")
        {
            MayBe = _unnamed,
        },
        new("invalid_request_payload", SlackErrorKind.InvalidValue, null, "Slack did not understand the request.")
        {
            MayBe = _unnamed,
        },
        new("missing_schema_element", SlackErrorKind.InvalidValue, null, "Slack did not understand the request.")
        {
            MayBe = _unnamed,
        },
        // What only a defect of ours could bring about
        new("missing_user_id", SlackErrorKind.GatewayFault, null, "Slack did not understand the request."),
        new("missing_group_id", SlackErrorKind.GatewayFault, null, "Slack did not understand the request."),
        new("no_filters", SlackErrorKind.GatewayFault, null, "Slack did not understand the question."),
        new("incomplete_filter", SlackErrorKind.GatewayFault, null, "Slack did not understand the question."),
        new("invalid_query", SlackErrorKind.GatewayFault, null, "Slack did not understand the question."),
        new("invalid_filter_group", SlackErrorKind.GatewayFault, null, "Slack did not understand the question."),
        new("query_building_failed", SlackErrorKind.GatewayFault, null, "Slack did not understand the question."),
        new("invalid_sort_order", SlackErrorKind.GatewayFault, null, "Slack did not understand the question."),
        new(
            "bad_endpoint",
            SlackErrorKind.GatewayFault,
            null,
            "Slack has no such address; check the base address of the connection."
        ),
        new("method_not_allowed", SlackErrorKind.GatewayFault, null, "Slack did not understand the request."),
        new(
            "unsupported_version",
            SlackErrorKind.GatewayFault,
            null,
            "Slack has no such address; check the base address of the connection."
        ),
    ];

    private static readonly FrozenDictionary<string, SlackErrorRow> _byCode = Rows.ToFrozenDictionary(r => r.Code);

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
            401 => SlackErrorKind.Token,
            403 => SlackErrorKind.Forbidden,
            // Of a 404 that is not in Slack's words, a proxy's or a wrong address's, nothing follows for the account.
            404 => error.IsSlackWords ? SlackErrorKind.Gone : SlackErrorKind.GatewayFault,
            409 => SlackErrorKind.Conflict,
            423 => SlackErrorKind.Locked,
            429 => SlackErrorKind.Limit,
            >= 500 => SlackErrorKind.SlackFault,
            _ => SlackErrorKind.InvalidValue,
        };
        return new SlackErrorRow(error.Code, kind, null, "Slack refused, and says no more than this.");
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
                Kind = SlackErrorKind.Token,
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

    /// <summary>The answer to a provider whose request Slack refused: Slack's own words, and what to do.</summary>
    public static ScimException ToScim(this SlackError error)
    {
        var row = Row(error);
        var detail = $"{row.Says} {About(error.Blames)}Slack says: {error.Words}";
        return row.Kind switch
        {
            SlackErrorKind.Conflict => ScimException.Uniqueness(detail),
            SlackErrorKind.InvalidValue or SlackErrorKind.Members or SlackErrorKind.TooManyMembers =>
                ScimException.InvalidValue(detail),
            SlackErrorKind.Protected or SlackErrorKind.Forbidden or SlackErrorKind.Erased => ScimException.Of(
                HttpStatusCode.Forbidden,
                detail
            ),
            SlackErrorKind.Limit or SlackErrorKind.Locked => ScimException.Of(HttpStatusCode.TooManyRequests, detail),
            SlackErrorKind.GatewayFault => ScimException.Of(HttpStatusCode.BadGateway, detail),
            // Nothing the provider sent is wrong, and what it wants is not gone: it may try again.
            _ => ScimException.Of(HttpStatusCode.ServiceUnavailable, detail),
        };
    }

    // Every attribute by its path, and no value.
    private static string About(IReadOnlyList<SlackField> fields)
    {
        var paths = fields
            .Select(AttributeMap.Path)
            .Distinct(StringComparer.Ordinal)
            .Select(path => $"'{path}'")
            .ToList();
        return paths.Count switch
        {
            0 => "",
            1 => $"That is about {paths[0]}. ",
            _ => $"That is about one or several of {string.Join(", ", paths)}. ",
        };
    }
}

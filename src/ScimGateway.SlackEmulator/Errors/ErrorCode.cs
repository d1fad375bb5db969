using System.Collections.Frozen;

namespace ScimGateway.SlackEmulator.Errors;

/// <summary>A code of Slack's error list (docs/slack.md 8.2, 8.3).</summary>
/// <param name="Name">The word at the start of <c>description</c>.</param>
/// <param name="Status">The HTTP status, unless the knob <c>errors.status.NAME</c> says otherwise.</param>
/// <param name="When">When Slack says it.</param>
/// <param name="Conflict">Whether it tells of a clash of names or addresses: then
/// the knob <c>conflict.status</c> decides.</param>
internal sealed record ErrorCode(string Name, int Status, string When, bool Conflict = false)
{
    /// <summary>Every code there is. The statuses are observed where somebody observed one,
    /// else assumed (docs/slack.md 8.3).</summary>
    public static readonly IReadOnlyList<ErrorCode> All =
    [
        new("addresses_invalid", 400, "addresses are malformed"),
        new("emails_invalid", 400, "emails are malformed"),
        new("groups_invalid", 400, "groups are malformed"),
        new("phoneNumbers_invalid", 400, "phoneNumbers are malformed"),
        new("photos_invalid", 400, "photos are malformed"),
        new("roles_invalid", 400, "roles are malformed"),
        new("invalid_attribute_format", 400, "single- and multi-valued mixed up"),
        new("invalid_request_payload", 400, "the body is not understood, or names attributes Slack does not take"),
        new("missing_schema_element", 400, "no schemas, or an extension that schemas does not name"),
        new("improper_enterprise_schema_format", 400, "manager without managerId"),
        new("bad_email_address", 400, "malformed address; with reason=email_taken: somebody holds it"),
        new("email_empty", 400, "no address"),
        new("email_invalid", 400, "an address that is no text"),
        new("email_taken", 400, "somebody holds the address", Conflict: true),
        new("missing_primary_email", 400, "the primary address would be gone"),
        new("username_empty", 400, "no user name"),
        new("username_invalid", 400, "a user name that is no text"),
        new("username_not_allowed", 400, "a reserved user name"),
        new("username_required", 400, "no user name"),
        new("username_taken", 400, "an account or a channel has the name", Conflict: true),
        new("nickname_taken", 400, "the same, older words", Conflict: true),
        new("username_too_long", 400, "more than 21 characters, on create"),
        new("long_username", 400, "more than 21 characters, on update"),
        new("long_nickname", 400, "more than 21 characters in nickName"),
        new("truncation_error", 400, "cut to 21 characters the name would clash", Conflict: true),
        new("invalid_display_name", 400, "the workspace does not take a new display name"),
        new("invalid_name_maxlength", 400, "a name is too long"),
        new("invalid_name_specials", 400, "a display name with @"),
        new("invalid_name_required", 400, "both names are blank"),
        new("invalid_starts_with_at", 400, "a display name that starts with @"),
        new("invalid_emoji_not_allowed", 400, "an emoji in a name"),
        new("invalid_reserved_word", 400, "a reserved word as display name"),
        new("user_creation_failed", 400, "exists already, or creation failed", Conflict: true),
        new("invited_user_not_created", 400, "creation failed for now"),
        new("password_change_not_allowed", 400, "a password in an update"),
        new("unable_to_create_team_profile_fields", 400, "more profile fields than the organization may have"),
        new("cannot_make_user_guest", 400, "Admins and Owners cannot be guests"),
        new("cannot_modify_owner", 400, "the account ranks above the token's owner"),
        new("cannot_modify_gdpr", 400, "an erased account"),
        new("cannot_disable_bot_user_with_scim", 400, "a bot"),
        new("cannot_disable_primary_owner", 400, "the primary owner"),
        new("primary_owner_check_failure", 400, "the primary owner, on Grid"),
        new("missing_user_id", 400, "no id in the path"),
        new("missing_group_id", 400, "no id in the path"),
        new("cannot_decode_user_id", 404, "the id is no Slack id"),
        new("no_such_user", 404, "unknown user"),
        new("unknown_user", 400, "unknown user, as a reference"),
        new("no_such_group", 404, "unknown group"),
        new("no_such_group_members", 400, "unknown member"),
        new("unable_to_add_deleted_or_guest_to_group", 400, "a deactivated account or a guest as member"),
        new("too_many_users", 400, "more members than one call may carry"),
        new("group_member_max_exceeded", 400, "more members than a group may have"),
        new("name_already_exists", 400, "a group has the name", Conflict: true),
        new("group_creation_failed", 500, "group write failed"),
        new("group_members_create_failed", 500, "group write failed"),
        new("failed_to_remove_users_for_linked_subteam", 500, "group write failed"),
        new("idp_group_linked_to_channels", 400, "a group linked to channels is not deleted"),
        new("no_filters", 400, "a filter without a comparison"),
        new("incomplete_filter", 400, "a part is missing, or not exactly one blank between the parts"),
        new("invalid_query", 400, "an attribute or operator the filter language does not have"),
        new("invalid_filter_group", 400, "brackets that do not match"),
        new("query_building_failed", 400, "a filter too long, too deep or of too many comparisons"),
        new("database_query_failure", 500, "the filter could not be run"),
        new("invalid_sort_order", 400, "sortOrder"),
        new("invalid_authentication", 401, "the token is not accepted"),
        new("missing_authentication", 401, "no token"),
        new("permission_denied", 403, "the token may not do this"),
        new("plus_teams_only", 400, "the plan has no SCIM"),
        new("non_org_teams_only", 400, "a workspace's token on Enterprise"),
        new("bad_endpoint", 404, "unknown path"),
        new("method_not_allowed", 405, "unknown verb"),
        new("unsupported_version", 400, "unknown version in the path"),
        new("too_many_requests", 429, "over the rate limit, or a second write to the same user"),
        new("resource_locked", 429, "a second write to the same group"),
    ];

    /// <summary>Whether it tells of a clash at all: <c>bad_email_address</c> does
    /// with <c>reason=email_taken</c>.</summary>
    public bool MayConflict => Conflict || Name is "bad_email_address";

    private static readonly FrozenDictionary<string, ErrorCode> _byName = All.ToFrozenDictionary(c => c.Name);

    /// <summary>The code of that name, or null: a fault may say words that Slack never says.</summary>
    public static ErrorCode? Find(string name) => _byName.GetValueOrDefault(name);
}

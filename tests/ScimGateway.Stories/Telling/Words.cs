namespace ScimGateway.Stories.Telling;

/// <summary>Of what stories are made: few of each, so that people get into each other's way.</summary>
internal static class Words
{
    /// <summary>The addresses that somebody may be said to have.</summary>
    public static readonly string[] Addresses =
    [
        "ada@corp.example",
        "bob@corp.example",
        "zoe@corp.example",
        "team@corp.example",
        "Ada@Corp.Example",
        "new@corp.example",
    ];

    /// <summary>The user names.</summary>
    public static readonly string[] Names =
    [
        "ada",
        "ADA",
        "bob.b",
        "zo\u00eb",
        "zoe\u0308",
        "team@corp.example",
        "team",
        "someone.with.a.very.long.name",
    ];

    /// <summary>The names of groups.</summary>
    public static readonly string[] GroupNames = ["Crew", "crew", "S\u00e9ance", "Se\u0301ance", "Others"];

    /// <summary>The titles; null for none.</summary>
    public static readonly string?[] Titles = ["Analyst", "Pilot", "Captain", null];

    /// <summary>Preferences, with values as JSON.</summary>
    public static readonly (string Name, string[] Values)[] Preferences =
    [
        ("UserSlackCannotHold", ["\"Keep\"", "\"Keep\"", "\"Refuse\""]),
        ("UniqueUserIdentifier", ["\"UserName\"", "\"PrimaryEmail\""]),
        ("WhenAccountExists", ["\"Refuse\"", "\"Adopt\""]),
        ("WhenNotAllowed", ["\"Skip\"", "\"Refuse\""]),
        ("CreateUsers", ["false", "true"]),
        ("UpdateUsers", ["false", "true"]),
        ("DisableUsers", ["false", "true"]),
        ("DeprovisionUsers", ["false", "true"]),
        ("RemoveAction", ["\"Delete\"", "\"Disable\""]),
        ("ProvisionDisabledUsers", ["true", "false"]),
        ("CreateGroups", ["false", "true"]),
        ("UpdateGroups", ["false", "true"]),
        ("DeleteGroups", ["false", "true"]),
        ("GroupMembership", ["\"Overwrite\"", "\"Merge\""]),
        ("GuardedAccounts", ["1", "1", "2", "0"]),
        ("GuardedMembers", ["1", "0"]),
        ("GuardedGroups", ["1", "0"]),
        ("Drift", ["\"Restore\"", "\"Report\""]),
        ("WhenSlackIsSlow", ["\"Refuse\"", "\"Accept\""]),
        ("WhileSlackCannotBeWritten", ["\"Queue\"", "\"Refuse\""]),
        ("SlackUserName", ["\"Verbatim\"", "\"Derive\""]),
        ("UnknownGroupMember", ["\"Refuse\"", "\"Skip\""]),
        ("NestedGroups", ["\"Flatten\"", "\"Keep\""]),
        ("NestedGroups", ["\"Flatten\""]),
        ("DeprovisionOnRuleDeletion", ["true", "false"]),
        ("V1Lane", ["\"Write\"", "\"Read\""]),
    ];

    /// <summary>Knobs of the pretend Slack, with values as JSON.</summary>
    public static readonly (string Name, string[] Values)[] Knobs =
    [
        ("username.too_long", ["\"truncate\""]),
        ("username.precedence", ["\"userName\""]),
        ("username.free_on_deactivate", ["true"]),
        ("displayname.sanitise", ["\"underscore\""]),
        ("put.missing_active", ["\"deactivate\""]),
        ("patch.missing_active", ["\"deactivate\""]),
        ("post.inactive", ["\"ignored\""]),
        ("emails.lowercase", ["false"]),
        ("emails.blank_secondary", ["\"always\"", "\"never\""]),
        ("emails.patch_primary", ["\"demote-old-to-secondary\""]),
        ("emails.patch_untyped", ["\"primary\""]),
        ("deactivate.group_membership", ["\"kept\""]),
        ("conflict.status", ["409"]),
        ("user.form", ["\"long\"", "\"short\""]),
        ("clear.empty_string", ["false"]),
        ("group.duplicate_name", ["\"allow\""]),
        ("group.add_inactive", ["\"skip\"", "\"add\""]),
        ("group.unknown_member", ["\"skip\""]),
        ("group.max_members", ["1", "2"]),
        ("groups.list_members", ["false"]),
        ("consistency.deactivate_lag_ms", ["5000"]),
        ("consistency.group_lag_ms", ["5000"]),
        ("users.delete_status", ["204"]),
        ("paging.order", ["\"newest\""]),
        ("filter.email_matches", ["\"primary\""]),
        ("guest.expiry_sweep", ["\"hourly\"", "\"never\""]),
        ("lock.hold_ms", ["1000"]),
        ("faults.create_flaky", ["\"on\""]),
        ("ratelimit.mode", ["\"bucket\""]),
        ("ratelimit.scale", ["0.02"]),
        ("faults.drop_rate", ["0.3", "0"]),
        ("faults.hold_rate", ["0.3", "0"]),
        ("faults.hold_ms", ["3000", "9000"]),
        ("latency_ms", ["50", "3000", "0"]),
        ("errors.suffix", ["\"never\""]),
    ];

    /// <summary>What Slack may say to a call.</summary>
    public static readonly (string Says, int Status)[] Refusals =
    [
        ("email_taken", 400),
        ("username_taken", 400),
        ("invalid_emoji_not_allowed", 400),
        ("email_invalid", 400),
        ("cannot_modify_owner", 400),
        ("cannot_disable_primary_owner", 400),
        ("no_such_user", 404),
        ("user_not_found", 404),
        ("no_such_group", 404),
        ("unable_to_add_deleted_or_guest_to_group", 400),
        ("name_already_exists", 400),
        ("resource_locked", 429),
        ("permission_denied", 403),
        ("invalid_authentication", 401),
        ("internal_error", 500),
        ("too_many_requests", 429),
        ("too_many_requests", 429),
        ("service_unavailable", 503),
    ];

    /// <summary>The calls.</summary>
    public static readonly (string Method, string Path)[] Calls =
    [
        ("POST", "/Users"),
        ("PATCH", "/Users/{id}"),
        ("PATCH", "/Users/{id}"),
        ("DELETE", "/Users/{id}"),
        ("POST", "/Groups"),
        ("PATCH", "/Groups/{id}"),
        ("DELETE", "/Groups/{id}"),
        ("*", "/Users/{id}"),
        ("*", "/Groups/{id}"),
        ("GET", "*"),
        ("*", "*"),
    ];
}

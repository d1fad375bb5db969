using System.Reflection;
using ScimGateway.SlackEmulator.Errors;
using ScimGateway.SlackEmulator.Spelling;

namespace ScimGateway.SlackEmulator.Tuning;

/// <summary>The table of knobs: one row, one knob, default first, with the section of docs/slack.md that tells of it.
/// Rows marked "own" are the emulator's.</summary>
internal static class KnobTable
{
    private static readonly string[] _reserved = ["general", "here", "channel", "everyone", "slackbot"];
    private static readonly TokenGrant[] _tokens =
    [
        new("xoxp-emulator", Rank.PrimaryOwner, OfOrganization: true, ["admin"], Owner: null, Expires: null),
    ];

    // csharpier-ignore-start

    // The tenant
    public static readonly Choice<TenantKind> Kind = new("tenant.kind", "1.2",
        [("grid", TenantKind.Grid), ("business_plus", TenantKind.BusinessPlus), ("free", TenantKind.Free)],
        "the plan; on free every call is plus_teams_only");
    public static readonly Words Channels = new("tenant.channels", "4.1",
        [], "channel names: they share the name space of userName");
    public static readonly Words ReservedNames = new("tenant.reserved_names", "4.1",
        _reserved, "user names that are not allowed");
    public static readonly Choice<IssuedIds> Ids = new("tenant.ids", "own",
        [("distinct", IssuedIds.Distinct), ("equal", IssuedIds.Equal)],
        "the ids an organization issues, from its start or reset on: its own, or those that the first issues, too");

    // Who may call
    public static readonly TokenGrants Tokens = new("auth.tokens", "1.2",
        _tokens, "the tokens that exist without an installation");
    public static readonly Switch SchemasPublic = new("auth.schemas_public", "1.2",
        false, "Schemas answers without a valid token");
    public static readonly Switch TokenElsewhere = new("auth.token_elsewhere", "1.1",
        false, "the token is taken from the query or a form body, too");
    public static readonly AllowList IpAllowList = new("auth.ip_allowlist", "1.2",
        "who else calls is invalid_authentication");
    public static readonly Switch RevokeWithOwner = new("auth.revoke_when_owner_deactivated", "1.4",
        true, "a deactivated account takes its tokens with it");
    public static readonly Choice<OrgInstallTeam> OrgInstallTeam = new("oauth.org_install_team", "1.3",
        [("null", Tuning.OrgInstallTeam.Null), ("object", Tuning.OrgInstallTeam.Object)],
        "team in the answer to an installation on the organization");
    public static readonly Text ClientId = new("oauth.client_id", "own", "emulator-client", "the app's client id");
    public static readonly Text ClientSecret = new("oauth.client_secret", "own",
        "emulator-secret", "the app's client secret");
    public static readonly Urls RedirectUris = new("oauth.redirect_uris", "own, 1.3",
        "the app's redirect URLs; empty: any https or loopback URL");
    public static readonly Switch Rotation = new("oauth.rotation", "own, 1.4",
        false, "tokens of installations expire after 43200 s and are refreshed");
    public static readonly Switch Distributed = new("oauth.distributed", "own, 1.3",
        true, "public distribution; without it an organization cannot install the app");

    // HTTP and JSON
    public static readonly Switch StrictContentType = new("content_type.strict", "1.1",
        false, "a body must be application/json");
    public static readonly Switch LocationHeader = new("headers.location", "2.1", true, "201 carries Location");
    public static readonly Switch EscapeSlash = new("json.escape_slash", "1.1", true, "/ is written as \\/");
    public static readonly Switch MethodOverride = new("http.method_override", "2.1",
        false, "POST with X-HTTP-Method-Override is that method", OnOff: true);
    public static readonly Choice<int> DeleteStatus = new("users.delete_status", "2.1",
        [("200", 200), ("204", 204)], "the status of DELETE on a user");
    public static readonly Switch PatchSupported = new("spc.patch_supported", "2.2",
        true, "patch.supported in ServiceProviderConfigs");
    public static readonly Switch IncludeExtensions = new("schemas.include_extensions", "2.4",
        true, "Schemas/Users shows the guest and profile extensions");

    // Lists
    public static readonly Switch LenientPaging = new("paging.lenient", "2.3",
        true, "a bad startIndex or count is put right, not refused");
    public static readonly Choice<ListOrder> Order = new("paging.order", "2.3",
        [("created", ListOrder.Created), ("newest", ListOrder.Newest)],
        "the order of lists; newest first makes pages shift");
    public static readonly Switch OmitItemsPerPage = new("paging.omit_items_per_page", "2.3",
        false, "lists go without itemsPerPage");
    public static readonly Choice<SortMode> Sort = new("sort.mode", "2.3",
        [("validate-only", SortMode.ValidateOnly), ("ignore", SortMode.Ignore), ("sort", SortMode.Sort)],
        "what sortBy and sortOrder do");
    public static readonly Choice<Respect> AttributesParameter = new("attributes_param", "2.3",
        [("ignored", Respect.Ignored), ("honoured", Respect.Honoured)], "the query parameter attributes");

    // Filters
    public static readonly Choice<EmailMatch> EmailMatches = new("filter.email_matches", "3",
        [("any", EmailMatch.Any), ("primary", EmailMatch.Primary)], "the addresses that email is compared with");
    public static readonly Switch EmailsAlias = new("filter.accept_emails_alias", "3",
        false, "emails, emails.value and emails[type eq \"work\"].value mean email");
    public static readonly Words ExtraAttributes = new("filter.extra_attributes", "3",
        [], "attributes that may be filtered by beyond Slack's",
        ["id", "active", "externalId", "displayName", "title", "name.givenName", "name.familyName", "meta.created"]);

    // Names
    public static readonly Choice<TooLong> UsernameTooLong = new("username.too_long", "4.1",
        [("error", TooLong.Error), ("truncate", TooLong.Truncate)], "a name of more than 21 characters");
    public static readonly Choice<NameSource> UsernamePrecedence = new("username.precedence", "4.1",
        [("nickName", NameSource.NickName), ("userName", NameSource.UserName)],
        "which of the two counts when they differ");
    public static readonly Switch UsernameFreeOnDeactivate = new("username.free_on_deactivate", "4.6",
        false, "others may take the name of a deactivated user");
    public static readonly Choice<Sanitise> DisplayNameSanitise = new("displayname.sanitise", "4.1",
        [("reject-at", Sanitise.RejectAt), ("underscore", Sanitise.Underscore)],
        "specials in displayName: @ refused, or all become _");
    public static readonly Choice<Allowance> DisplayNameUpdate = new("displayname.update", "4.1",
        [("allowed", Allowance.Allowed), ("refused", Allowance.Refused)], "a changed displayName in PATCH and PUT");

    // Plain attributes
    public static readonly Switch StoreExternalId = new("externalid.store", "4.2",
        false, "externalId is kept and shown");
    public static readonly Switch ActiveAsText = new("active.accept_string", "4.2",
        true, "\"true\" and \"false\" as active");
    public static readonly Choice<MissingActive> PutMissingActive = new("put.missing_active", "4.2",
        [("keep", MissingActive.Keep), ("deactivate", MissingActive.Deactivate)],
        "PUT without active; deactivate rehearses April 2024");
    public static readonly Choice<MissingActive> PatchMissingActive = new("patch.missing_active", "4.2",
        [("keep", MissingActive.Keep), ("deactivate", MissingActive.Deactivate)],
        "PATCH without active; deactivate is April 2024 at its worst");
    public static readonly Choice<Respect> PatchActive = new("patch.active", "4.2",
        [("honoured", Respect.Honoured), ("ignored", Respect.Ignored)], "active:true in PATCH and PUT of a deactivated account");
    public static readonly Choice<Respect> PostInactive = new("post.inactive", "4.2",
        [("honoured", Respect.Honoured), ("ignored", Respect.Ignored)], "active:false in POST");
    public static readonly Switch ValidateTimezone = new("timezone.validate", "4.2",
        false, "an unknown time zone is refused");
    public static readonly Switch ValidatePhones = new("phones.validate", "4.4",
        false, "a phone number must look like one");
    public static readonly Choice<Unknown> UnknownAttributes = new("unknown_attributes", "4.2",
        [("ignore", Unknown.Ignore), ("reject", Unknown.Reject)], "attributes Slack does not know");
    public static readonly Words SchemasRequiredOn = new("schemas.required_on", "4.2",
        ["POST", "PUT"], "verbs whose body must have schemas", ["POST", "PUT", "PATCH"]);
    public static readonly Switch CheckSchemas = new("schemas.check_content", "4.2",
        false, "schemas must be a plain list that names the core schema");
    public static readonly Switch RequireProfileUrn = new("schemas.require_profile_urn", "4.2",
        true, "schemas must name the profile extension a body uses");
    public static readonly Switch RequireGuestUrn = new("schemas.require_guest_urn", "4.2",
        true, "schemas must name the guest extension a body uses");
    public static readonly Choice<GroupsWrite> UsersGroupsWrite = new("users.groups_write", "4.2",
        [("ignored", GroupsWrite.Ignored), ("applied", GroupsWrite.Applied)], "groups in the body of a user");

    // Multi-valued attributes and extensions
    public static readonly Switch LowercaseEmails = new("emails.lowercase", "4.3",
        true, "addresses are stored in lower case");
    public static readonly Choice<BlankSecondary> BlankSecondary = new("emails.blank_secondary", "4.3",
        [
            ("long-form", Tuning.BlankSecondary.LongForm),
            ("never", Tuning.BlankSecondary.Never),
            ("always", Tuning.BlankSecondary.Always),
        ],
        "an empty second address where there is none");
    public static readonly Choice<PatchedPrimary> PatchPrimary = new("emails.patch_primary", "4.3",
        [("replace", PatchedPrimary.Replace), ("demote-old-to-secondary", PatchedPrimary.DemoteOldToSecondary)],
        "what a new primary address does to the old one");
    public static readonly Choice<UntypedEmail> PatchUntyped = new("emails.patch_untyped", "4.3",
        [("secondary", UntypedEmail.Secondary), ("primary", UntypedEmail.Primary)],
        "an address with neither type nor primary in PATCH");
    public static readonly Choice<UnknownPhone> UnknownPhoneType = new("phones.unknown_type", "4.4",
        [("untyped", UnknownPhone.Untyped), ("ignore", UnknownPhone.Ignore)],
        "phone types other than work and mobile, and type beside primary");
    public static readonly Switch ObjectAsList = new("multivalued.accept_object", "4.5",
        true, "one object stands for a list of one");
    public static readonly Whole PhotoDelay = new("photos.delay_ms", "4.5",
        0, 0, 3_600_000, "how long the old photo is shown after a change");
    public static readonly Choice<UnknownReference> UnknownManager = new("manager.unknown", "4.5",
        [("error", UnknownReference.Error), ("store-as-is", UnknownReference.StoreAsIs)],
        "a managerId nobody has; error is said on create, too: Slack has unknown_user for it, and beside that "
            + "a create that goes on without its bad profile fields");
    public static readonly Switch GuestDropsGroups = new("guest.conversion_drops_groups", "4.5",
        false, "becoming a guest ends the memberships");
    public static readonly Choice<ExpirySweep> GuestExpiry = new("guest.expiry_sweep", "4.5",
        [("on-read", ExpirySweep.OnRead), ("hourly", ExpirySweep.Hourly), ("never", ExpirySweep.Never)],
        "when an expired guest is deactivated");
    public static readonly Whole ProfileFieldLimit = new("profile_fields.limit", "4.5",
        50, 0, 1000, "how many profile fields the organization may have");
    public static readonly Whole ProfileFieldsBefore = new("profile_fields.preexisting", "4.5",
        0, 0, 1000, "how many it has without SCIM");

    // Life cycle, form, PATCH and PUT
    public static readonly Choice<Memberships> MembershipOfInactive = new("deactivate.group_membership", "4.6",
        [("removed", Memberships.Removed), ("kept", Memberships.Kept)],
        "memberships end with deactivation, or are hidden until reactivation");
    public static readonly Choice<int> ConflictStatus = new("conflict.status", "4.6",
        [("400", 400), ("409", 409)], "the status of uniqueness errors");
    public static readonly Choice<UserForm> Form = new("user.form", "4.7",
        [("auto", UserForm.Auto), ("short", UserForm.Short), ("long", UserForm.Long)], "the shape of a user");
    public static readonly Switch EmptyClears = new("clear.empty_string", "4.8", true, "\"\" clears like a blank");
    public static readonly Choice<NullClears> NullClears = new("clear.null", "4.8",
        [
            ("put-only", Tuning.NullClears.PutOnly),
            ("always", Tuning.NullClears.Always),
            ("never", Tuning.NullClears.Never),
        ],
        "where null clears");
    public static readonly Choice<Allowance> ClearWholeName = new("name.clear_all", "4.8",
        [("allowed", Allowance.Allowed), ("refused", Allowance.Refused)], "meta.attributes naming the whole name");

    // Groups
    public static readonly Choice<DuplicateName> GroupDuplicate = new("group.duplicate_name", "5",
        [("error-400", DuplicateName.Error), ("allow", DuplicateName.Allow)], "two groups of one name");
    public static readonly Whole GroupNameMax = new("group.name_max", "5",
        255, 1, 100_000, "the longest name of a group");
    public static readonly WholeOrPlan GroupMaxMembers = new("group.max_members", "5",
        1_000_000, "the largest group; by plan 15000 on Grid, 5000 on Business+");
    public static readonly Whole GroupMaxPerCall = new("group.max_per_call", "5",
        15_000, 0, 1_000_000, "the most members in one call");
    public static readonly Choice<InactiveMember> GroupAddInactive = new("group.add_inactive", "5",
        [("error", InactiveMember.Error), ("skip", InactiveMember.Skip), ("add", InactiveMember.Add)],
        "a deactivated account as new member");
    public static readonly Choice<GuestMember> GroupAddGuest = new("group.add_mcg", "5",
        [("grid-only", GuestMember.GridOnly), ("never", GuestMember.Never), ("always", GuestMember.Always)],
        "a multi-channel guest as new member");
    public static readonly Choice<UnknownMember> GroupUnknownMember = new("group.unknown_member", "5",
        [("error", UnknownMember.Error), ("skip", UnknownMember.Skip)], "an unknown id as new member");
    public static readonly Switch GroupMetaMembers = new("group.meta_members", "5",
        true, "meta.attributes:[\"members\"] empties the group");
    public static readonly Switch ListMembers = new("groups.list_members", "5", true, "lists of groups show members");

    // Time: lag, limits, locks
    public static readonly Whole DeactivateLag = new("consistency.deactivate_lag_ms", "9",
        0, 0, 3_600_000, "how long reads go on showing active:true");
    public static readonly Whole GroupLag = new("consistency.group_lag_ms", "9",
        0, 0, 3_600_000, "how long reads go on showing a group's old name and members");
    public static readonly Choice<LimitMode> RateLimits = new("ratelimit.mode", "6",
        [("off", LimitMode.Off), ("bucket", LimitMode.Bucket)], "rate limits by token buckets");
    public static readonly Ratio RateScale = new("ratelimit.scale", "6",
        1, 0.001, 1_000_000, "factor on every limit and burst");
    public static readonly Choice<LimitBody> RateBody = new("ratelimit.body", "6",
        [("scim", LimitBody.Scim), ("webapi", LimitBody.WebApi)], "the body of a 429");
    public static readonly Switch SendRetryAfter = new("ratelimit.send_retry_after", "6",
        true, "a 429 carries Retry-After");
    public static readonly Switch Locks = new("lock.enabled", "7", true, "one write at a time for a user or group");
    public static readonly Whole LockHold = new("lock.hold_ms", "7", 0, 0, 3_600_000, "how long a write takes");
    public static readonly Whole LockRetryAfter = new("lock.retry_after", "7",
        1, 0, 3600, "Retry-After of a write that finds the object locked");

    // Errors
    public static readonly Choice<ErrorSuffix> Suffix = new("errors.suffix", "8.1",
        [("as-observed", ErrorSuffix.AsObserved), ("never", ErrorSuffix.Never)], "(key=value) behind the code");
    public static readonly Text PairSeparator = new("errors.pair_separator", "8.1",
        ", ", "what stands between two pairs");

    // Bad weather
    public static readonly Whole Latency = new("latency_ms", "own", 0, 0, 600_000, "delay of every call");
    public static readonly Ratio DropRate = new("faults.drop_rate", "own",
        0, 0, 1, "share of SCIM calls without an answer: half before, half after the effect");
    public static readonly Ratio HoldRate = new("faults.hold_rate", "own",
        0, 0, 1, "share of SCIM calls held before the effect, though the client may be gone");
    public static readonly Whole HoldTime = new("faults.hold_ms", "own", 0, 0, 3_600_000, "how long these are held");
    public static readonly Whole Seed = new("faults.seed", "own",
        1, int.MinValue, int.MaxValue, "the dice: the same seed, the same weather");
    public static readonly Switch FlakyCreate = new("faults.create_flaky", "4.6",
        false, "the first POST of a user is invited_user_not_created, and works one second later", OnOff: true);
    // csharpier-ignore-end

    /// <summary>A row for each error code (docs/slack.md 8.3).</summary>
    public static readonly IReadOnlyDictionary<string, CodeStatus> Statuses = ErrorCode.All.ToDictionary(
        code => code.Name,
        code => new CodeStatus(code, "8.3")
    );

    /// <summary>Every knob, in the order of this page.</summary>
    public static readonly IReadOnlyList<Knob> All = Numbered();

    // The rows above are the list: none can be forgotten in a second one.
    private static List<Knob> Numbered()
    {
        var rows = typeof(KnobTable)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => f.GetValue(null))
            .OfType<Knob>();
        var all = rows.Concat(Statuses.Values).ToList();
        for (var i = 0; i < all.Count; i++)
            all[i].Index = i;
        return all;
    }
}

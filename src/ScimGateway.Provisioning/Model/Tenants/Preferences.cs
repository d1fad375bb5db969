using System.Text.Json;
using System.Text.Json.Serialization;

namespace ScimGateway.Provisioning.Model.Tenants;

/// <summary>What a tenant allows and how. Plain data; stored as JSON.</summary>
public sealed record Preferences
{
    // What is not understood is refused, never ignored.
    private static readonly JsonSerializerOptions _json = new()
    {
        Converters = { new JsonStringEnumConverter(allowIntegerValues: false) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
    };

    private static readonly PreferencesValidator _validator = new();

    // They are asked for in many transactions, and change once in a while.
    private static volatile Tuple<string, Preferences>? _last;

    /// <summary>By what an account is found.</summary>
    public Identifier UniqueUserIdentifier { get; init; } = Identifier.PrimaryEmail;

    /// <summary>Whether users may be created.</summary>
    public bool CreateUsers { get; init; } = true;

    /// <summary>Whether users may be changed.</summary>
    public bool UpdateUsers { get; init; } = true;

    /// <summary>Whether users may be deactivated.</summary>
    public bool DisableUsers { get; init; } = true;

    /// <summary>Whether users may be removed.</summary>
    public bool DeprovisionUsers { get; init; } = true;

    /// <summary>How a removed user leaves Slack.</summary>
    public RemoveAction RemoveAction { get; init; } = RemoveAction.Disable;

    /// <summary>
    /// Whether users leave Slack whom a rule no longer admits since it was changed or deleted; else they stay as they
    /// are.
    /// </summary>
    public bool DeprovisionOnRuleDeletion { get; init; }

    /// <summary>Whether inactive users get an account at once.</summary>
    public bool ProvisionDisabledUsers { get; init; }

    /// <summary>Whether groups may be created.</summary>
    public bool CreateGroups { get; init; } = true;

    /// <summary>Whether groups may be renamed and their members changed.</summary>
    public bool UpdateGroups { get; init; } = true;

    /// <summary>Whether groups may be deleted.</summary>
    public bool DeleteGroups { get; init; } = true;

    /// <summary>What a full list of members does to those who are only in Slack.</summary>
    public GroupMembership GroupMembership { get; init; } = GroupMembership.Merge;

    /// <summary>What becomes of a member that is not known.</summary>
    public UnknownMember UnknownGroupMember { get; init; } = UnknownMember.Skip;

    /// <summary>What becomes of groups in groups.</summary>
    public NestedGroups NestedGroups { get; init; } = NestedGroups.Keep;

    /// <summary>What becomes of a change that is not allowed.</summary>
    public NotAllowed WhenNotAllowed { get; init; } = NotAllowed.Refuse;

    /// <summary>
    /// How many accounts at least may be activated or deactivated within an hour, or 1 % of the claimed ones; what is
    /// beyond is held. 0 for any number.
    /// </summary>
    public int GuardedAccounts { get; init; } = 20;

    /// <summary>
    /// How many members at least may leave one group within an hour, or half of them; what is beyond is held. 0 for any
    /// number.
    /// </summary>
    public int GuardedMembers { get; init; } = 20;

    /// <summary>How many groups may be deleted within an hour; what is beyond is held. 0 for any number.</summary>
    public int GuardedGroups { get; init; } = 5;

    /// <summary>
    /// How many accounts at least may get another sign-in address within an hour, or 1 % of the claimed ones; what is
    /// beyond is held. 0 for any number.
    /// </summary>
    public int GuardedAddresses { get; init; } = 20;

    /// <summary>What becomes of what was changed in Slack by hand.</summary>
    public DriftHandling Drift { get; init; } = DriftHandling.Report;

    /// <summary>What becomes of a create for which there is an account.</summary>
    public Existing WhenAccountExists { get; init; } = Existing.Adopt;

    /// <summary>What is answered when Slack is slow.</summary>
    public WhenSlow WhenSlackIsSlow { get; init; } = WhenSlow.Accept;

    /// <summary>What becomes of writes while Slack cannot be written.</summary>
    public CannotWrite WhileSlackCannotBeWritten { get; init; } = CannotWrite.Refuse;

    /// <summary>How long a request may wait.</summary>
    public TimeSpan WaitBudget { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Where the Slack user name of a new account comes from.</summary>
    public SlackUserName SlackUserName { get; init; } = SlackUserName.Derive;

    /// <summary>Whether the display name is sent on creation alone.</summary>
    public bool DisplayNameOnCreateOnly { get; init; }

    /// <summary>What becomes of a user whom Slack cannot hold.</summary>
    public Unholdable UserSlackCannotHold { get; init; } = Unholdable.Refuse;

    /// <summary>What requests in Slack's own words may do.</summary>
    public V1Lane V1Lane { get; init; } = V1Lane.Off;

    /// <summary>How what providers send is read.</summary>
    public SpokenDialect Dialect { get; init; } = SpokenDialect.Usual;

    /// <summary>
    /// Reads what <see cref="ToJson"/> wrote. The only way in, so that none are kept that contradict themselves.
    /// </summary>
    /// <exception cref="PreferencesException">They cannot be; it names the fields.</exception>
    public static Preferences FromJson(string json)
    {
        if (_last is { } last && last.Item1 == json)
            return last.Item2;
        Preferences? preferences;
        try
        {
            preferences = JsonSerializer.Deserialize<Preferences>(json, _json);
        }
        catch (JsonException e)
        {
            throw PreferencesException.Unreadable(e);
        }
        if (preferences is null)
            throw PreferencesException.Unreadable(new JsonException());
        var problems = _validator.Validate(preferences).Errors;
        if (problems.Count > 0)
            throw PreferencesException.Contradictory(problems);
        _last = new(json, preferences);
        return preferences;
    }

    /// <summary>Whether what somebody has changed of a group in Slack is set back.</summary>
    internal bool SetsGroupsBack() => Drift == DriftHandling.Restore && UpdateGroups;

    /// <summary>Whether a group that somebody has deleted in Slack is made again.</summary>
    internal bool MakesGroupsAgain() => Drift == DriftHandling.Restore && CreateGroups;

    /// <summary>The preferences as they are stored.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, _json);
}

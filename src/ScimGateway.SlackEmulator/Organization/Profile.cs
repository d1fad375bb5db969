namespace ScimGateway.SlackEmulator.Organization;

/// <summary>What an account says about its person. Never changed: a write puts a new one in its place, so
/// it happens whole or not at all.</summary>
internal sealed record Profile
{
    /// <summary>The zone of everybody who never chose one (docs/slack.md 4.2).</summary>
    public const string DefaultTimezone = "America/Los_Angeles";

    /// <summary>userName and nickName: one field (docs/slack.md 4.1).</summary>
    public required string UserName { get; init; }

    public string DisplayName { get; init; } = "";

    public string GivenName { get; init; } = "";

    public string FamilyName { get; init; } = "";

    /// <summary>Null: computed from the user name.</summary>
    public string? ProfileUrl { get; init; }

    public string Title { get; init; } = "";

    public string Timezone { get; init; } = DefaultTimezone;

    public bool Active { get; init; } = true;

    public required string PrimaryEmail { get; init; }

    public string? SecondaryEmail { get; init; }

    /// <summary>Null: a Gravatar.</summary>
    public string? Photo { get; init; }

    public Guest? Guest { get; init; }

    /// <summary>Kept only where the knob <c>externalid.store</c> says so.</summary>
    public string ExternalId { get; init; } = "";

    public CustomFields Fields { get; init; } = CustomFields.None;

    /// <summary>The name shown beside a membership (docs/slack.md 5).</summary>
    public string FullName =>
        (GivenName, FamilyName) switch
        {
            ("", var family) => family,
            (var given, "") => given,
            var (given, family) => $"{given} {family}",
        };
}

/// <summary>What makes an account a guest (docs/slack.md 4.5).</summary>
internal sealed record Guest(GuestKind Kind, string? Expiration, IReadOnlyList<GuestChannel> Channels);

internal enum GuestKind
{
    /// <summary><c>restricted</c> in filters.</summary>
    MultiChannel,

    /// <summary><c>ultra_restricted</c> in filters; cannot be made through SCIM.</summary>
    SingleChannel,
}

internal sealed record GuestChannel(string Id, string Name);

/// <summary>The attributes that Slack keeps as custom profile fields and shows in the long form only
/// (docs/slack.md 4.7); null is unset.</summary>
internal sealed record CustomFields
{
    public static readonly CustomFields None = new();

    public string? HonorificPrefix { get; init; }

    public Address? Address { get; init; }

    /// <summary>Slack's primaryPhone: what was sent as <c>mobile</c> (docs/slack.md 4.4).</summary>
    public string? PrimaryPhone { get; init; }

    /// <summary>Slack's mobilePhone: what was sent as <c>work</c> (docs/slack.md 4.4).</summary>
    public string? MobilePhone { get; init; }

    public string? UserType { get; init; }

    public string? Role { get; init; }

    public string? PreferredLanguage { get; init; }

    public string? Locale { get; init; }

    public string? EmployeeNumber { get; init; }

    public string? CostCenter { get; init; }

    public string? Organization { get; init; }

    public string? Division { get; init; }

    public string? Department { get; init; }

    public string? ManagerId { get; init; }

    public string? StartDate { get; init; }

    /// <summary>Which fields have a value: an organization gets a field as soon as
    /// somebody sends it (docs/slack.md 4.5).</summary>
    public ProfileField Used()
    {
        if (ReferenceEquals(this, None))
            return ProfileField.None;
        var used = ProfileField.None;
        Add(HonorificPrefix, ProfileField.HonorificPrefix);
        Add(Address, ProfileField.Address);
        Add(PrimaryPhone, ProfileField.PrimaryPhone);
        Add(MobilePhone, ProfileField.MobilePhone);
        Add(UserType, ProfileField.UserType);
        Add(Role, ProfileField.Role);
        Add(PreferredLanguage, ProfileField.PreferredLanguage);
        Add(Locale, ProfileField.Locale);
        Add(EmployeeNumber, ProfileField.EmployeeNumber);
        Add(CostCenter, ProfileField.CostCenter);
        Add(Organization, ProfileField.Organization);
        Add(Division, ProfileField.Division);
        Add(Department, ProfileField.Department);
        Add(ManagerId, ProfileField.Manager);
        Add(StartDate, ProfileField.StartDate);
        return used;

        void Add(object? value, ProfileField field) => used |= value is null ? ProfileField.None : field;
    }
}

/// <summary>A postal address; unset parts are null.</summary>
internal sealed record Address(
    string? StreetAddress,
    string? Locality,
    string? Region,
    string? PostalCode,
    string? Country
)
{
    public bool IsEmpty =>
        StreetAddress is null && Locality is null && Region is null && PostalCode is null && Country is null;
}

[Flags]
internal enum ProfileField
{
    None = 0,
    HonorificPrefix = 1 << 0,
    Address = 1 << 1,
    PrimaryPhone = 1 << 2,
    MobilePhone = 1 << 3,
    UserType = 1 << 4,
    Role = 1 << 5,
    PreferredLanguage = 1 << 6,
    Locale = 1 << 7,
    EmployeeNumber = 1 << 8,
    CostCenter = 1 << 9,
    Organization = 1 << 10,
    Division = 1 << 11,
    Department = 1 << 12,
    Manager = 1 << 13,
    StartDate = 1 << 14,
}

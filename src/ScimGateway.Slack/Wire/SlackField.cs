namespace ScimGateway.Slack.Wire;

/// <summary>
/// What Slack keeps of a user, one name for each slot that can be set and compared by itself (docs/slack.md 4). What is
/// mapped to it, and how, is in <c>AttributeMap</c>.
/// </summary>
public enum SlackField
{
    /// <summary>userName and nickName, which are one.</summary>
    UserName,

    /// <summary>The name that is shown.</summary>
    DisplayName,

    /// <summary>The given name.</summary>
    GivenName,

    /// <summary>The family name.</summary>
    FamilyName,

    /// <summary>The title before the name.</summary>
    HonorificPrefix,

    /// <summary>The job title.</summary>
    Title,

    /// <summary>A page about the user.</summary>
    ProfileUrl,

    /// <summary>The time zone by its Olson name.</summary>
    Timezone,

    /// <summary>The relation to the organization.</summary>
    UserType,

    /// <summary>The language.</summary>
    PreferredLanguage,

    /// <summary>The locale.</summary>
    Locale,

    /// <summary>"true" or "false".</summary>
    Active,

    /// <summary>The primary address, in lower case.</summary>
    PrimaryEmail,

    /// <summary>The other address.</summary>
    SecondaryEmail,

    /// <summary>The slot that Slack shows as <c>primary</c>, whatever type it was sent with.</summary>
    PrimaryPhone,

    /// <summary>The slot that Slack shows as <c>mobile</c>, whatever type it was sent with.</summary>
    MobilePhone,

    /// <summary>Where the picture is.</summary>
    Photo,

    /// <summary>Street and number.</summary>
    StreetAddress,

    /// <summary>The city.</summary>
    Locality,

    /// <summary>The state or region.</summary>
    Region,

    /// <summary>The postal code.</summary>
    PostalCode,

    /// <summary>The country.</summary>
    Country,

    /// <summary>The one role.</summary>
    Role,

    /// <summary>The employee number.</summary>
    EmployeeNumber,

    /// <summary>The cost center.</summary>
    CostCenter,

    /// <summary>The organization.</summary>
    Organization,

    /// <summary>The division.</summary>
    Division,

    /// <summary>The department.</summary>
    Department,

    /// <summary>The manager's Slack id.</summary>
    Manager,

    /// <summary>"multi" for a multi-channel guest.</summary>
    GuestType,

    /// <summary>When a guest's account ends.</summary>
    GuestExpiration,

    /// <summary>The first day at work.</summary>
    StartDate,
}

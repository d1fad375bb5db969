using System.Collections.Frozen;
using System.Diagnostics;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Slack.Translation;

/// <summary>
/// The one table between SCIM 2.0 users and Slack's SCIM v1. The translator and the reader work from it, and
/// <c>docs/attributes.md</c> is printed from it.
/// </summary>
public static class AttributeMap
{
    /// <summary>The lines, in the order of the documentation.</summary>
    public static IReadOnlyList<AttributeRow> Rows { get; } =
    [
        Plain(
            "userName",
            SlackField.UserName,
            "userName, nickName",
            Clearing.KeptBySlack,
            null,
            "Derived: lower case, a-z 0-9 . _ -, at most 21 characters, unique. Both Slack names are always sent equal; the provider reads its own userName."
        ) with
        {
            Find = null,
        },
        Plain(
            "displayName",
            SlackField.DisplayName,
            "displayName",
            Clearing.MetaAttributes,
            "displayName",
            "Characters that Slack refuses are replaced and noted; at most 80."
        ),
        Plain(
            "name.givenName",
            SlackField.GivenName,
            "name.givenName",
            Clearing.MetaAttributes,
            "name.givenName",
            "Slack keeps at least one of the two names."
        ),
        Plain(
            "name.familyName",
            SlackField.FamilyName,
            "name.familyName",
            Clearing.MetaAttributes,
            "name.familyName",
            "Slack keeps at least one of the two names."
        ),
        Plain(
            "name.honorificPrefix",
            SlackField.HonorificPrefix,
            "name.honorificPrefix",
            Clearing.MetaAttributes,
            "name.honorificPrefix",
            "A profile field of Slack."
        ),
        Plain("title", SlackField.Title, "title", Clearing.MetaAttributes, "title", ""),
        Plain(
            "profileUrl",
            SlackField.ProfileUrl,
            "profileUrl",
            Clearing.KeptBySlack,
            null,
            "Slack takes it when the account is made, and no changes."
        ) with
        {
            Direction = Direction.OnCreate,
        },
        Plain(
            "timezone",
            SlackField.Timezone,
            "timezone",
            Clearing.MetaAttributes,
            "timezone",
            "A name of the IANA database, else refused; what Windows calls so is understood. Slack shows America/Los_Angeles where there is none."
        ),
        Plain(
            "userType",
            SlackField.UserType,
            "userType",
            Clearing.MetaAttributes,
            "userType",
            "A profile field of Slack."
        ),
        Plain(
            "preferredLanguage",
            SlackField.PreferredLanguage,
            "preferredLanguage",
            Clearing.MetaAttributes,
            "preferredLanguage",
            "A profile field of Slack."
        ),
        Plain("locale", SlackField.Locale, "locale", Clearing.MetaAttributes, "locale", "A profile field of Slack."),
        Plain("active", SlackField.Active, "active", Clearing.Nothing, null, "A deactivation is sent first and alone."),
        Element(
            "emails[primary or type eq \"work\"].value",
            "emails",
            SlackField.PrimaryEmail,
            "emails[primary].value",
            Clearing.KeptBySlack,
            null,
            "In lower case. The primary one; if two are, the work address; if none, the work address or the first. Slack lets it be changed, not removed.",
            UserValues.PrimaryEmail,
            (json, value) => UserValues.Add(json, "emails", value, "work", isPrimary: true)
        ),
        Element(
            "emails[any other].value",
            "emails",
            SlackField.SecondaryEmail,
            "emails[not primary].value",
            Clearing.MetaAttributes,
            "emails",
            "The first address that is not the primary one; Slack has room for two.",
            UserValues.SecondaryEmail,
            (json, value) => UserValues.Add(json, "emails", value, "other")
        ),
        Element(
            "phoneNumbers[type eq \"work\"].value",
            "phoneNumbers",
            SlackField.PrimaryPhone,
            "phoneNumbers[primary].value",
            Clearing.DeleteByValue,
            null,
            "Slack swaps the words: what is sent as primary comes back as primary, what is sent as work comes back as mobile. Undone both ways.",
            UserValues.WorkPhone,
            (json, value) => UserValues.Add(json, "phoneNumbers", value, "work")
        ),
        Element(
            "phoneNumbers[type eq \"mobile\"].value",
            "phoneNumbers",
            SlackField.MobilePhone,
            "phoneNumbers[type=mobile].value",
            Clearing.DeleteByValue,
            null,
            "See the work number. A number without a type goes where there is room.",
            UserValues.MobilePhone,
            (json, value) => UserValues.Add(json, "phoneNumbers", value, "mobile")
        ),
        Element(
            "photos[type eq \"photo\"].value",
            "photos",
            SlackField.Photo,
            "photos[0].value",
            Clearing.MetaAttributes,
            "photos",
            "A public address. Slack shows a stand-in where there is none, and the former one for some moments after a change.",
            UserValues.Photo,
            (json, value) => UserValues.Add(json, "photos", value, "photo")
        ),
        Address("streetAddress", SlackField.StreetAddress),
        Address("locality", SlackField.Locality),
        Address("region", SlackField.Region),
        Address("postalCode", SlackField.PostalCode),
        Address("country", SlackField.Country),
        Element(
            "roles[primary].value",
            "roles",
            SlackField.Role,
            "roles[0].value",
            Clearing.MetaAttributes,
            "roles",
            "The primary one, else the first; Slack has room for one.",
            UserValues.Role,
            (json, value) => UserValues.Add(json, "roles", value, null, isPrimary: true)
        ),
        Enterprise("employeeNumber", SlackField.EmployeeNumber),
        Enterprise("costCenter", SlackField.CostCenter),
        Enterprise("organization", SlackField.Organization),
        Enterprise("division", SlackField.Division),
        Enterprise("department", SlackField.Department),
        new(
            $"{Urn.EnterpriseUser}:manager.value",
            new AttributePath(Urn.EnterpriseUser, "manager", "value"),
            SlackField.Manager,
            $"{SlackUrn.Enterprise}.manager.managerId",
            Direction.Both,
            Clearing.MetaAttributes,
            $"{SlackUrn.Enterprise}.manager.managerId",
            "The SCIM id of the manager here, the manager's Slack id there; sent when the manager is linked."
        ),
        Extension(
            SlackUrn.Guest2,
            SlackUrn.Guest,
            "type",
            SlackField.GuestType,
            SlackUrn.Guest,
            "Only \"multi\": a multi-channel guest; anything else is refused. Clearing makes a full member."
        ),
        Extension(
            SlackUrn.Guest2,
            SlackUrn.Guest,
            "expiration",
            SlackField.GuestExpiration,
            $"{SlackUrn.Guest}.expiration",
            "When the guest's account ends; refused without the type."
        ),
        Extension(
            SlackUrn.Profile2,
            SlackUrn.Profile,
            "startDate",
            SlackField.StartDate,
            $"{SlackUrn.Profile}.startDate",
            "Such as 2026-04-10T00:00:00+0000."
        ),
        Mirror("externalId", "Slack does not store it."),
        Mirror("nickName", "Slack's nickName is its user name."),
        Mirror("name.formatted", ""),
        Mirror("name.middleName", ""),
        Mirror("name.honorificSuffix", ""),
        Mirror("emails[type], emails[display]", "Slack keeps the addresses alone."),
        Mirror("phoneNumbers of other types", "Slack has room for two numbers."),
        Mirror("addresses[formatted], further addresses", "Slack has room for one address."),
        Mirror("photos of other types", ""),
        Mirror("roles[type], roles[display], further roles", "Slack has room for one role."),
        Mirror("ims, entitlements, x509Certificates", ""),
        Mirror("password", "Taken and kept nowhere."),
        Mirror("groups", "Read-only: changed through the groups."),
    ];

    private static readonly FrozenDictionary<SlackField, AttributeRow> _byField = Rows.Where(r => r.Field is not null)
        .ToFrozenDictionary(r => r.Field!.Value);

    /// <summary>The line of a field.</summary>
    public static AttributeRow Row(SlackField field) => _byField[field];

    /// <summary>The path that providers speak of a field by.</summary>
    public static string Path(SlackField field) => Row(field).Asserted!.ToString();

    private static AttributeRow Plain(
        string path,
        SlackField field,
        string slack,
        Clearing clearing,
        string? meta,
        string remark
    )
    {
        if (!AttributePath.TryParse(path, out var parsed))
            throw new UnreachableException();
        return new AttributeRow(path, parsed, field, slack, Direction.Both, clearing, meta, remark)
        {
            Find = user => UserValues.Plain(user, parsed),
            Put = (json, value) => UserValues.PutPlain(json, parsed, value),
        };
    }

    private static AttributeRow Element(
        string scim,
        string attribute,
        SlackField field,
        string slack,
        Clearing clearing,
        string? meta,
        string remark,
        Func<ScimResource, string?> find,
        Action<JsonObject, string> put
    ) =>
        new(scim, new AttributePath(attribute), field, slack, Direction.Both, clearing, meta, remark)
        {
            Find = find,
            Put = put,
        };

    private static AttributeRow Address(string part, SlackField field) =>
        Element(
            $"addresses[primary or type eq \"work\"].{part}",
            "addresses",
            field,
            $"addresses[0].{part}",
            Clearing.WithItsWhole,
            "addresses",
            "The primary address; if none is, the work address or the first. Always sent whole.",
            user => UserValues.AddressPart(user, part),
            (json, value) => UserValues.PutAddressPart(json, part, value)
        );

    private static AttributeRow Enterprise(string name, SlackField field) =>
        Extension(
            Urn.EnterpriseUser,
            SlackUrn.Enterprise,
            name,
            field,
            $"{SlackUrn.Enterprise}.{name}",
            "A profile field of Slack."
        );

    private static AttributeRow Extension(
        string urn,
        string slackUrn,
        string name,
        SlackField field,
        string meta,
        string remark
    ) =>
        new(
            $"{urn}:{name}",
            new AttributePath(urn, name, null),
            field,
            $"{slackUrn}.{name}",
            Direction.Both,
            Clearing.MetaAttributes,
            meta,
            remark
        )
        {
            Find = user => UserValues.Text(user.Json[urn], name),
            Put = (json, value) => UserValues.Part(json, urn)[name] = value,
        };

    private static AttributeRow Mirror(string scim, string remark) =>
        new(scim, null, null, "", Direction.MirrorOnly, Clearing.Nothing, null, remark);
}

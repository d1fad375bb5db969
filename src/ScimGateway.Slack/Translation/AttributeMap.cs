using System.Collections.Frozen;
using System.Diagnostics;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Slack.Translation;

/// <summary>Which way a value goes.</summary>
public enum Direction
{
    /// <summary>To Slack and back.</summary>
    Both,

    /// <summary>To Slack when the account is made, and back.</summary>
    OnCreate,

    /// <summary>Kept by the gateway: Slack has no room for it.</summary>
    MirrorOnly,
}

/// <summary>How Slack is told that a value is gone (FACTS 4.3 to 4.5, 4.8).</summary>
public enum Clearing
{
    /// <summary>It cannot be told.</summary>
    KeptBySlack,

    /// <summary>The path stands in <c>meta.attributes</c>.</summary>
    MetaAttributes,

    /// <summary>The value is sent once more with <c>"operation":"delete"</c>, so it must be known.</summary>
    DeleteByValue,

    /// <summary>The whole it is part of is sent without it, or cleared with its last part.</summary>
    WithItsWhole,

    /// <summary>Nothing to tell.</summary>
    Nothing,
}

/// <summary>One line of the map: a SCIM 2.0 attribute, where it goes, and how its value is found and put back.</summary>
/// <param name="Scim">The SCIM 2.0 path as documentation writes it.</param>
/// <param name="Asserted">The path that a provider must have asserted for the value to be wanted.</param>
/// <param name="Field">Slack's field; null where Slack has none.</param>
/// <param name="Slack">Slack's v1 path.</param>
/// <param name="Direction">Which way it goes.</param>
/// <param name="Clearing">How it is cleared.</param>
/// <param name="Meta">What stands in <c>meta.attributes</c> to clear it.</param>
/// <param name="Remark">What a reader should know.</param>
public sealed record AttributeRow(
    string Scim,
    AttributePath? Asserted,
    SlackField? Field,
    string Slack,
    Direction Direction,
    Clearing Clearing,
    string? Meta,
    string Remark
)
{
    internal Func<ScimResource, string?>? Find { get; init; }
}

/// <summary>The one table between SCIM 2.0 users and Slack's SCIM v1. The translator and the reader work from it, and <c>docs/attributes.md</c> is printed from it.</summary>
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
            "An Olson name. Slack shows America/Los_Angeles where there is none."
        ),
        Plain("userType", SlackField.UserType, "userType", Clearing.MetaAttributes, "userType", "A profile field of Slack."),
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
            Emails.Primary
        ),
        Element(
            "emails[any other].value",
            "emails",
            SlackField.SecondaryEmail,
            "emails[not primary].value",
            Clearing.MetaAttributes,
            "emails",
            "The first address that is not the primary one; Slack has room for two.",
            Emails.Secondary
        ),
        Element(
            "phoneNumbers[type eq \"work\"].value",
            "phoneNumbers",
            SlackField.PrimaryPhone,
            "phoneNumbers[primary].value",
            Clearing.DeleteByValue,
            null,
            "Slack swaps the words: what is sent as primary comes back as primary, what is sent as work comes back as mobile. Undone both ways.",
            r => OfType(r, "phoneNumbers", "work")
        ),
        Element(
            "phoneNumbers[type eq \"mobile\"].value",
            "phoneNumbers",
            SlackField.MobilePhone,
            "phoneNumbers[type=mobile].value",
            Clearing.DeleteByValue,
            null,
            "See the work number.",
            r => OfType(r, "phoneNumbers", "mobile")
        ),
        Element(
            "photos[type eq \"photo\"].value",
            "photos",
            SlackField.Photo,
            "photos[0].value",
            Clearing.MetaAttributes,
            "photos",
            "A public address. Slack shows a stand-in where there is none, and the former one for some moments after a change.",
            Photo
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
            r => Text(PrimaryOrFirst(r, "roles"), "value")
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
            "Only \"multi\": a multi-channel guest. Clearing makes a full member."
        ),
        Extension(
            SlackUrn.Guest2,
            SlackUrn.Guest,
            "expiration",
            SlackField.GuestExpiration,
            $"{SlackUrn.Guest}.expiration",
            "When the guest's account ends."
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

    private static AttributeRow Plain(string path, SlackField field, string slack, Clearing clearing, string? meta, string remark)
    {
        if (!AttributePath.TryParse(path, out var parsed))
            throw new UnreachableException();
        return new AttributeRow(path, parsed, field, slack, Direction.Both, clearing, meta, remark)
        {
            Find = r => Scalar(parsed.Sub is null ? r.Json[parsed.Name] : (r.Json[parsed.Name] as JsonObject)?[parsed.Sub]),
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
        Func<ScimResource, string?> find
    ) => new(scim, new AttributePath(attribute), field, slack, Direction.Both, clearing, meta, remark) { Find = find };

    private static AttributeRow Address(string part, SlackField field) =>
        Element(
            $"addresses[primary or type eq \"work\"].{part}",
            "addresses",
            field,
            $"addresses[0].{part}",
            Clearing.WithItsWhole,
            "addresses",
            "The primary address; if none is, the work address or the first. Always sent whole.",
            r => Text(WorkAddress(r), part)
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
            Find = r => Text(r.Json[urn], name),
        };

    private static AttributeRow Mirror(string scim, string remark) =>
        new(scim, null, null, "", Direction.MirrorOnly, Clearing.Nothing, null, remark);

    private static string? OfType(ScimResource user, string attribute, string type) =>
        Elements(user, attribute)
            .Where(e => Is(e, "type", type))
            .Select(e => Text(e, "value"))
            .FirstOrDefault(v => v is not null);

    private static string? Photo(ScimResource user) =>
        OfType(user, "photos", "photo") ?? Text(PrimaryOrFirst(user, "photos"), "value");

    private static JsonObject? WorkAddress(ScimResource user) =>
        Elements(user, "addresses").FirstOrDefault(IsPrimary)
        ?? Elements(user, "addresses").FirstOrDefault(e => Is(e, "type", "work"))
        ?? Elements(user, "addresses").FirstOrDefault();

    private static JsonObject? PrimaryOrFirst(ScimResource user, string attribute) =>
        Elements(user, attribute).FirstOrDefault(IsPrimary) ?? Elements(user, attribute).FirstOrDefault();

    internal static IEnumerable<JsonObject> Elements(ScimResource user, string attribute) =>
        (user.Json[attribute] as JsonArray)?.OfType<JsonObject>() ?? [];

    internal static bool IsPrimary(JsonObject element) => ScimJson.AsFlag(element["primary"]) == true;

    internal static bool Is(JsonObject element, string name, string text) =>
        text.Equals(ScimJson.AsText(element[name]), StringComparison.OrdinalIgnoreCase);

    internal static string? Text(JsonNode? element, string name) => ScimJson.AsText((element as JsonObject)?[name]);

    private static string? Scalar(JsonNode? node) =>
        ScimJson.AsFlag(node) is { } flag ? (flag ? "true" : "false") : ScimJson.AsText(node);

    /// <summary>Which address is which.</summary>
    private static class Emails
    {
        public static string? Primary(ScimResource user) => PrimaryElement(user) is { } primary ? Lower(primary) : null;

        public static string? Secondary(ScimResource user) =>
            Elements(user, "emails").Select(Lower).FirstOrDefault(address => address is not null && address != Primary(user));

        private static JsonObject? PrimaryElement(ScimResource user)
        {
            var all = Elements(user, "emails").Where(e => Lower(e) is not null).ToList();
            var primaries = all.Where(IsPrimary).ToList();
            return primaries.FirstOrDefault(e => Is(e, "type", "work"))
                ?? primaries.FirstOrDefault()
                ?? all.FirstOrDefault(e => Is(e, "type", "work"))
                ?? all.FirstOrDefault();
        }

        private static string? Lower(JsonObject email) =>
            Text(email, "value")?.Trim() is { Length: > 0 } address ? address.ToLowerInvariant() : null;
    }
}

using static ScimGateway.Protocol.Schemas.AttributeType;

namespace ScimGateway.Protocol.Schemas;

/// <summary>The schemas of users and groups (RFC 7643 §3.1, §4 and §8.7.1), as data.</summary>
public static class CoreSchemas
{
    // What somebody or something is called: longer than any name, and short enough for an index.
    private const int MostOfName = 256;

    // RFC 5321 §4.5.3.1.3: a path of 256 octets, with its brackets.
    private const int MostOfAddress = 254;

    // As a data URI: what a directory has as a photo is 100 KiB at most, a third more in Base64.
    private const int MostOfPhoto = 256 << 10;

    // With the longest keys and many names in it, in Base64.
    private const int MostOfCertificate = 64 << 10;

    /// <summary>What every resource has (RFC 7643 §3 and §3.1); part of no schema's own list.</summary>
    public static readonly SchemaDefinition Common = new(
        "",
        "Common",
        "Attributes that every resource has.",
        [
            new("schemas", Reference, "The URNs of the schemas in use.")
            {
                MultiValued = true,
                Required = true,
                CaseExact = true,
                Returned = Returned.Always,
                ReferenceTypes = ["uri"],
            },
            new("id", Text, "The server's identifier of the resource.")
            {
                CaseExact = true,
                Mutability = Mutability.ReadOnly,
                Returned = Returned.Always,
                Uniqueness = Uniqueness.Server,
            },
            new("externalId", Text, "The client's identifier of the resource.")
            {
                CaseExact = true,
                IsName = true,
                MostCharacters = MostOfName,
            },
            new("meta", Complex, "What the server knows about the resource.")
            {
                Mutability = Mutability.ReadOnly,
                SubAttributes =
                [
                    new("resourceType", Text, "The kind of resource.")
                    {
                        CaseExact = true,
                        Mutability = Mutability.ReadOnly,
                    },
                    new("created", Moment, "When it was added.") { Mutability = Mutability.ReadOnly },
                    new("lastModified", Moment, "When it was last changed.") { Mutability = Mutability.ReadOnly },
                    new("location", Reference, "Where it is.")
                    {
                        CaseExact = true,
                        Mutability = Mutability.ReadOnly,
                        ReferenceTypes = ["uri"],
                    },
                    new("version", Text, "Its version, as in the ETag header.")
                    {
                        CaseExact = true,
                        Mutability = Mutability.ReadOnly,
                    },
                ],
            },
        ]
    );

    /// <summary>RFC 7643 §4.1.</summary>
    public static readonly SchemaDefinition User = new(
        Urn.User,
        "User",
        "User Account",
        [
            new("userName", Text, "The name by which the user signs in; unique, whatever its case.")
            {
                Required = true,
                Uniqueness = Uniqueness.Server,
                IsName = true,
                MostCharacters = MostOfName,
            },
            new("name", Complex, "The parts of the user's name.")
            {
                SubAttributes =
                [
                    new("formatted", Text, "The full name, ready to be shown."),
                    new("familyName", Text, "The family name."),
                    new("givenName", Text, "The given name."),
                    new("middleName", Text, "The middle names."),
                    new("honorificPrefix", Text, "A title before the name."),
                    new("honorificSuffix", Text, "A suffix after the name."),
                ],
            },
            new("displayName", Text, "The name that others see.") { IsName = true, MostCharacters = MostOfName },
            new("nickName", Text, "The casual name."),
            new("profileUrl", Reference, "A page about the user.") { ReferenceTypes = ["external"] },
            new("title", Text, "The job title."),
            new("userType", Text, "The relation to the organization, such as Employee or Contractor."),
            new("preferredLanguage", Text, "The language the user reads, as in an Accept-Language header."),
            new("locale", Text, "The locale for dates, numbers and currency."),
            new("timezone", Text, "The time zone by its Olson name, such as Europe/Berlin.") { IsTimeZone = true },
            new("active", Flag, "Whether the user may use the service."),
            new("password", Text, "A first password; taken and never shown.")
            {
                Mutability = Mutability.WriteOnly,
                Returned = Returned.Never,
            },
            Plural(
                "emails",
                "E-mail addresses.",
                new("value", Text, "An address.") { IsAddress = true, MostCharacters = MostOfAddress },
                "work",
                "home",
                "other"
            ),
            Plural(
                "phoneNumbers",
                "Phone numbers.",
                ValueText("A number."),
                "work",
                "home",
                "mobile",
                "fax",
                "pager",
                "other"
            ),
            Plural(
                "ims",
                "Instant messaging addresses.",
                ValueText("An address."),
                ["aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo"]
            ),
            Plural(
                "photos",
                "Pictures of the user.",
                new("value", Reference, "Where the picture is.")
                {
                    CaseExact = true,
                    ReferenceTypes = ["external"],
                    MostCharacters = MostOfPhoto,
                },
                ["photo", "thumbnail"]
            ),
            new("addresses", Complex, "Postal addresses.")
            {
                MultiValued = true,
                SubAttributes =
                [
                    new("formatted", Text, "The whole address, ready to be shown."),
                    new("streetAddress", Text, "Street and number."),
                    new("locality", Text, "The city."),
                    new("region", Text, "The state or region."),
                    new("postalCode", Text, "The postal code."),
                    new("country", Text, "The country, ISO 3166-1 alpha-2."),
                    Type("work", "home", "other"),
                    Primary(),
                ],
            },
            new("groups", Complex, "The groups the user is in; changed through the groups.")
            {
                MultiValued = true,
                Mutability = Mutability.ReadOnly,
                SubAttributes =
                [
                    new("value", Text, "The group's id.") { Mutability = Mutability.ReadOnly },
                    new("$ref", Reference, "Where the group is.")
                    {
                        Mutability = Mutability.ReadOnly,
                        ReferenceTypes = ["Group"],
                    },
                    new("display", Text, "The group's name.") { Mutability = Mutability.ReadOnly },
                    new("type", Text, "Whether the user is in the group itself or in one inside it.")
                    {
                        Mutability = Mutability.ReadOnly,
                        CanonicalValues = ["direct", "indirect"],
                    },
                ],
            },
            Plural("entitlements", "What the user is entitled to.", ValueText("An entitlement.")),
            Plural("roles", "The roles the user has.", ValueText("A role.")),
            Plural(
                "x509Certificates",
                "Certificates of the user.",
                new("value", Bytes, "A certificate, DER in Base64.")
                {
                    CaseExact = true,
                    MostCharacters = MostOfCertificate,
                }
            ),
        ]
    );

    /// <summary>RFC 7643 §4.2.</summary>
    public static readonly SchemaDefinition Group = new(
        Urn.Group,
        "Group",
        "A set of users and groups.",
        [
            new("displayName", Text, "The group's name.")
            {
                Required = true,
                Uniqueness = Uniqueness.Server, // Slack's groups have their names to themselves
                IsName = true,
                MostCharacters = MostOfName,
            },
            new("members", Complex, "Who is in the group.")
            {
                MultiValued = true,
                SubAttributes =
                [
                    new("value", Text, "The member's id.")
                    {
                        Mutability = Mutability.Immutable,
                        IsName = true,
                        MostCharacters = MostOfName,
                    },
                    new("$ref", Reference, "Where the member is.")
                    {
                        Mutability = Mutability.Immutable,
                        ReferenceTypes = ["User", "Group"],
                    },
                    new("type", Text, "What the member is.")
                    {
                        Mutability = Mutability.Immutable,
                        CanonicalValues = ["User", "Group"],
                    },
                    new("display", Text, "The member's name.") { Mutability = Mutability.ReadOnly },
                ],
            },
        ]
    );

    /// <summary>
    /// RFC 7643 §4.3. The prose there calls both parts of a manager recommended, §8.7.1 prints them as required; the
    /// prose holds.
    /// </summary>
    public static readonly SchemaDefinition EnterpriseUser = new(
        Urn.EnterpriseUser,
        "EnterpriseUser",
        "What an enterprise adds to a user.",
        [
            new("employeeNumber", Text, "The number the organization gave the user."),
            new("costCenter", Text, "The cost center."),
            new("organization", Text, "The organization."),
            new("division", Text, "The division."),
            new("department", Text, "The department."),
            new("manager", Complex, "The user's manager.")
            {
                SubAttributes =
                [
                    new("value", Text, "The manager's id.") { CaseExact = true, MostCharacters = MostOfName },
                    new("$ref", Reference, "Where the manager is.") { ReferenceTypes = ["User"] },
                    new("displayName", Text, "The manager's name.") { Mutability = Mutability.ReadOnly },
                ],
            },
        ]
    );

    // RFC 7643 §2.4: what most multi-valued attributes consist of.
    private static AttributeDefinition Plural(
        string name,
        string description,
        AttributeDefinition value,
        params string[] types
    ) =>
        new(name, Complex, description)
        {
            MultiValued = true,
            SubAttributes = [value, new("display", Text, "A name to show."), Type(types), Primary()],
        };

    private static AttributeDefinition ValueText(string description) => new("value", Text, description);

    private static AttributeDefinition Type(params string[] canonical) =>
        new("type", Text, "What the value is for.") { CanonicalValues = canonical };

    private static AttributeDefinition Primary() =>
        new("primary", Flag, "Whether this is the preferred value; true in one at most.");
}

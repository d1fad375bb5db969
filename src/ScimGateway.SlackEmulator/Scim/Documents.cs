using System.Text.Json;
using ScimGateway.SlackEmulator.Spelling;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator.Scim;

/// <summary>ServiceProviderConfigs and Schemas, with the oddities of the recordings (docs/slack.md 2.2, 2.4). The
/// descriptions are our own words.</summary>
internal static class Documents
{
    // The service says filters were unsupported, and they work.
    public static void WriteConfig(Utf8JsonWriter writer, KnobValues knobs)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("authenticationSchemes"u8);
        writer.WriteStartObject();
        writer.WriteString("type"u8, "oauthbearertoken"u8);
        writer.WriteString("name"u8, "OAuth Bearer Token"u8);
        writer.WriteString("description"u8, "Authentication Scheme using the OAuth Bearer Token Standard"u8);
        writer.WriteString("specUrl"u8, "http://tools.ietf.org/html/draft-ietf-oauth-v2-bearer-01"u8);
        writer.WriteBoolean("primary"u8, true);
        writer.WriteEndObject();
        writer.WriteEndArray();
        Supported("patch", knobs.Get(KnobTable.PatchSupported));
        writer.WriteStartObject("bulk"u8);
        writer.WriteBoolean("supported"u8, false);
        writer.WriteNumber("maxOperations"u8, 0);
        writer.WriteNumber("maxPayloadSize"u8, 0);
        writer.WriteEndObject();
        writer.WriteStartObject("filter"u8);
        writer.WriteBoolean("supported"u8, false);
        writer.WriteNumber("maxResults"u8, 0);
        writer.WriteEndObject();
        Supported("changePassword", false);
        Supported("sort", false);
        Supported("etag", false);
        Supported("xmlDataFormat", false);
        writer.WriteEndObject();

        void Supported(string name, bool supported)
        {
            writer.WriteStartObject(name);
            writer.WriteBoolean("supported"u8, supported);
            writer.WriteEndObject();
        }
    }

    private static readonly Attribute[] _user =
    [
        new("id", "string", "What Slack calls the account; issued by Slack and never changed.")
        {
            ReadOnly = true,
            Required = true,
        },
        new("userName", "string", "The user name: unique, at most 21 characters.") { Required = true },
        new("nickName", "string", "The same as userName."),
        new("name", "complex", "The parts of the person's name.")
        {
            Children =
            [
                new("familyName", "string", "The family name."),
                new("givenName", "string", "The given name."),
                new("honorificPrefix", "string", "The title before the name."),
            ],
        },
        new("emails", "complex", "The addresses: one primary, one other.")
        {
            Child = "email",
            Required = true,
            Children =
            [
                new("value", "string", "The address.") { Required = true },
                new("type", "string", "What the address is for.") { Canonical = ["work", "home", "other"] },
                new("primary", "boolean", "Whether it is the primary one."),
            ],
        },
        new("photos", "complex", "The picture.")
        {
            Child = "photo",
            Children =
            [
                new("value", "string", "The URL of the picture.") { Required = true },
                new("type", "string", "The kind of picture.") { Canonical = ["photo", "thumbnail"] },
                new("primary", "boolean", "Whether it is the primary one."),
            ],
        },
        // Its children are called subattributes, with a small a (docs/slack.md 2.4).
        new("groups", "complex", "The groups the account is in.")
        {
            Child = "group",
            ReadOnly = true,
            ChildrenName = "subattributes",
            Children =
            [
                new("value", "string", "The group's id.") { ReadOnly = true, Required = true },
                new("display", "string", "The group's name.") { ReadOnly = true },
            ],
        },
        new("active", "string", "Whether the account may sign in."),
        new("addresses", "complex", "The postal address.")
        {
            Child = "address",
            Children =
            [
                new("streetAddress", "string", "Street and house."),
                new("locality", "string", "The city."),
                new("region", "string", "The state or region."),
                new("postalCode", "string", "The postal code."),
                new("country", "string", "The country."),
                new("type", "string", "What the address is for.") { Canonical = ["work", "home", "other"] },
                new("primary", "boolean", "Whether it is the primary one."),
            ],
        },
        new("phoneNumbers", "complex", "The phone numbers: two are kept.")
        {
            Child = "phoneNumber",
            Children =
            [
                new("value", "string", "The number.") { Required = true },
                new("type", "string", "What the number is for.")
                {
                    Canonical = ["work", "home", "mobile", "pager", "fax", "other"],
                },
                new("primary", "boolean", "Whether it is the primary one."),
            ],
        },
        new("displayName", "string", "The name shown to others."),
        new("profileUrl", "string", "A page about the person."),
        new("userType", "string", "How the person belongs to the organization."),
        new("title", "string", "The person's title."),
        new("preferredLanguage", "string", "The language the person prefers."),
        new("locale", "string", "Where the person is, for formats."),
        new("timezone", "string", "The time zone, as the Olson database names it."),
        new("password", "string", "The first password; never shown."),
        new("roles", "complex", "The role.")
        {
            Child = "role",
            Children =
            [
                new("value", "string", "The role."),
                new("type", "string", "The kind of role."),
                new("primary", "boolean", "Whether it is the primary one."),
            ],
        },
        new(Urns.Enterprise, "complex", "Where the person stands in the enterprise.")
        {
            Schema = Urns.Enterprise,
            IsMulti = true,
            Children =
            [
                new("employeeNumber", "string", "The employee number."),
                new("costCenter", "string", "The cost center."),
                new("organization", "string", "The organization."),
                new("division", "string", "The division."),
                new("department", "string", "The department."),
                // One object, where everywhere else there is a list (docs/slack.md 2.4).
                new("manager", "complex", "The person's manager.")
                {
                    OneChild = new(
                        "managerId",
                        "string",
                        "The manager's account: an id, a primary address or a user name."
                    ),
                },
            ],
        },
    ];

    private static readonly Attribute[] _extensions =
    [
        new(Urns.Guest, "complex", "What makes the account a multi-channel guest.")
        {
            Schema = Urns.Guest,
            Children =
            [
                new("type", "string", "The kind of guest.") { Required = true, Canonical = ["multi"] },
                new("expiration", "string", "When the account ends; ISO 8601."),
                new("channels", "complex", "The channels the guest is in.") { ReadOnly = true, IsMulti = true },
            ],
        },
        new(Urns.Profile, "complex", "Slack's own profile fields.")
        {
            Schema = Urns.Profile,
            Children = [new("startDate", "string", "The first day; ISO 8601.")],
        },
    ];

    private static readonly Attribute[] _group =
    [
        new("id", "string", "What Slack calls the group; issued by Slack and never changed.")
        {
            ReadOnly = true,
            Required = true,
        },
        // Marked read-only although both are writable today (docs/slack.md 2.4): displayName and members.value.
        new("displayName", "string", "The group's name.") { ReadOnly = true, Required = true },
        new("members", "complex", "The accounts in the group.")
        {
            Child = "member",
            Required = true,
            Children =
            [
                new("value", "string", "The account's id.") { ReadOnly = true, Required = true },
                new("display", "string", "The account's full name.") { ReadOnly = true },
            ],
        },
    ];

    public static void WriteUserSchema(Utf8JsonWriter writer, KnobValues knobs)
    {
        var hasExtensions = knobs.Get(KnobTable.IncludeExtensions);
        writer.WriteStartObject();
        writer.WriteString("id"u8, "urn:scim:schemas:core:1.0:User"u8);
        writer.WriteString("name"u8, "User"u8);
        writer.WriteString("description"u8, "Core User"u8);
        // SCIM 1.1 wants one text (docs/slack.md 2.4).
        writer.WriteStartArray("schema"u8);
        writer.WriteStringValue(Urns.Core);
        writer.WriteStringValue(Urns.Enterprise);
        if (hasExtensions)
        {
            writer.WriteStringValue(Urns.Guest);
            writer.WriteStringValue(Urns.Profile);
        }
        writer.WriteEndArray();
        writer.WriteString("endpoint"u8, "/Users"u8);
        writer.WriteStartArray("attributes"u8);
        foreach (var attribute in hasExtensions ? _user.Concat(_extensions) : _user)
            attribute.Write(writer, isTop: true);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public static void WriteGroupSchema(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, "Group"u8);
        writer.WriteString("description"u8, "Core Group"u8);
        writer.WriteString("schema"u8, Urns.Core);
        writer.WriteString("endpoint"u8, "/Groups"u8);
        writer.WriteStartArray("attributes"u8);
        foreach (var attribute in _group)
            attribute.Write(writer, isTop: true);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private sealed record Attribute(string Name, string Type, string Description)
    {
        public string Schema { get; init; } = Urns.Core;

        public bool IsMulti { get; init; }

        /// <summary>multiValuedAttributeChildName; who has one is multi-valued.</summary>
        public string? Child { get; init; }

        public bool ReadOnly { get; init; }

        public bool Required { get; init; }

        public string[]? Canonical { get; init; }

        public string ChildrenName { get; init; } = "subAttributes";

        public Attribute[]? Children { get; init; }

        public Attribute? OneChild { get; init; }

        public void Write(Utf8JsonWriter writer, bool isTop)
        {
            writer.WriteStartObject();
            WriteMembers(writer, isTop);
            writer.WriteEndObject();
        }

        private void WriteMembers(Utf8JsonWriter writer, bool isTop)
        {
            writer.WriteString("name"u8, Name);
            writer.WriteString("type"u8, Type);
            writer.WriteBoolean("multiValued"u8, IsMulti || Child is not null);
            if (Child is not null)
                writer.WriteString("multiValuedAttributeChildName"u8, Child);
            writer.WriteString("description"u8, Description);
            if (isTop)
                writer.WriteString("schema"u8, Schema);
            writer.WriteBoolean("readOnly"u8, ReadOnly);
            writer.WriteBoolean("required"u8, Required);
            writer.WriteBoolean("caseExact"u8, false);
            if (Canonical is not null)
            {
                writer.WriteStartArray("canonicalValues"u8);
                foreach (var value in Canonical)
                    writer.WriteStringValue(value);
                writer.WriteEndArray();
            }
            if (OneChild is not null)
            {
                writer.WritePropertyName("subAttributes"u8);
                OneChild.Write(writer, isTop: false);
            }
            else if (Children is not null)
            {
                writer.WriteStartArray(ChildrenName);
                foreach (var child in Children)
                    child.Write(writer, isTop: false);
                writer.WriteEndArray();
            }
        }
    }
}

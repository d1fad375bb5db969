using System.Buffers;
using System.Text.Json;
using ScimGateway.Protocol.Resources;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Slack.Http;

/// <summary>Writes the bodies of SCIM v1 requests, exactly as docs/slack.md 4 and 5 have them.</summary>
internal static class SlackBody
{
    private static readonly (SlackField Field, string Name)[] _plain =
    [
        (SlackField.DisplayName, "displayName"),
        (SlackField.Title, "title"),
        (SlackField.ProfileUrl, "profileUrl"),
        (SlackField.Timezone, "timezone"),
        (SlackField.UserType, "userType"),
        (SlackField.PreferredLanguage, "preferredLanguage"),
        (SlackField.Locale, "locale"),
    ];

    private static readonly (SlackField Field, string Name)[] _names =
    [
        (SlackField.GivenName, "givenName"),
        (SlackField.FamilyName, "familyName"),
        (SlackField.HonorificPrefix, "honorificPrefix"),
    ];

    private static readonly (SlackField Field, string Name)[] _address =
    [
        (SlackField.StreetAddress, "streetAddress"),
        (SlackField.Locality, "locality"),
        (SlackField.Region, "region"),
        (SlackField.PostalCode, "postalCode"),
        (SlackField.Country, "country"),
    ];

    private static readonly (SlackField Field, string Name)[] _enterprise =
    [
        (SlackField.EmployeeNumber, "employeeNumber"),
        (SlackField.CostCenter, "costCenter"),
        (SlackField.Organization, "organization"),
        (SlackField.Division, "division"),
        (SlackField.Department, "department"),
    ];

    private static readonly (SlackField Field, string Name)[] _guest =
    [
        (SlackField.GuestType, "type"),
        (SlackField.GuestExpiration, "expiration"),
    ];

    private static readonly (SlackField Field, string Name)[] _profile = [(SlackField.StartDate, "startDate")];

    /// <summary>POST of a user.</summary>
    public static byte[] User(SlackProfile profile) =>
        User(new UserChange(profile, SlackProfile.Nothing, SlackProfile.Nothing));

    /// <summary>PATCH of a user: a partial one, with what is to be emptied in <c>meta.attributes</c>.</summary>
    public static byte[] User(UserChange change) =>
        Write(json =>
        {
            var (set, _, delete) = change;
            Schemas(json, set, change.Clear);
            // One field under two names: sent equal, since which of them wins is not known (docs/slack.md 4.1).
            Text(json, "userName", set, SlackField.UserName);
            Text(json, "nickName", set, SlackField.UserName);
            Texts(json, set, _plain);
            Part(json, "name", set, _names);
            if (set.Active is { } active)
                json.WriteBoolean("active", active);
            SlackBodyLists.Emails(json, set);
            SlackBodyLists.Phones(json, set, delete);
            SlackBodyLists.One(json, "photos", set[SlackField.Photo]);
            SlackBodyLists.One(json, "roles", set[SlackField.Role]);
            if (_address.Any(a => set.Says(a.Field)))
            {
                json.WriteStartArray("addresses");
                Object(json, set, _address);
                json.WriteEndArray();
            }
            Enterprise(json, set);
            Part(json, SlackUrn.Guest, set, _guest);
            Part(json, SlackUrn.Profile, set, _profile);
            SlackBodyLists.Cleared(json, change.Clear);
        });

    /// <summary>PATCH of a user that deactivates, and nothing else.</summary>
    public static byte[] Active(bool active) =>
        User(new UserChange(SlackProfile.Nothing.With(active), SlackProfile.Nothing, SlackProfile.Nothing));

    /// <summary>POST of a group, or PATCH of what is given.</summary>
    public static byte[] Group(string? name, IReadOnlyList<string> add, IReadOnlyList<string> remove) =>
        Write(json =>
        {
            json.WriteStartArray("schemas");
            json.WriteStringValue(SlackUrn.Core);
            json.WriteEndArray();
            if (name is not null)
                json.WriteString("displayName", name);
            if (add.Count + remove.Count == 0)
                return;
            json.WriteStartArray("members");
            foreach (var id in add)
                Member(json, id, deleted: false);
            foreach (var id in remove)
                Member(json, id, deleted: true);
            json.WriteEndArray();
        });

    private static void Member(Utf8JsonWriter json, string id, bool deleted)
    {
        json.WriteStartObject();
        json.WriteString("value", id);
        if (deleted)
            json.WriteString("operation", "delete");
        json.WriteEndObject();
    }

    private static void Schemas(Utf8JsonWriter json, SlackProfile set, SlackProfile clear)
    {
        json.WriteStartArray("schemas");
        json.WriteStringValue(SlackUrn.Core);
        if (_enterprise.Any(f => Says(f.Field)) || Says(SlackField.Manager))
            json.WriteStringValue(SlackUrn.Enterprise);
        if (_guest.Any(f => Says(f.Field)))
            json.WriteStringValue(SlackUrn.Guest);
        if (_profile.Any(f => Says(f.Field)))
            json.WriteStringValue(SlackUrn.Profile);
        json.WriteEndArray();

        bool Says(SlackField field) => set.Says(field) || clear.Says(field);
    }

    private static void Enterprise(Utf8JsonWriter json, SlackProfile set)
    {
        var manager = set[SlackField.Manager];
        if (manager is null && !_enterprise.Any(f => set.Says(f.Field)))
            return;
        json.WriteStartObject(SlackUrn.Enterprise);
        Texts(json, set, _enterprise);
        if (manager is not null)
        {
            json.WriteStartObject("manager");
            json.WriteString("managerId", manager);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void Part(
        Utf8JsonWriter json,
        string name,
        SlackProfile set,
        (SlackField Field, string Name)[] fields
    )
    {
        if (!fields.Any(f => set.Says(f.Field)))
            return;
        json.WritePropertyName(name);
        Object(json, set, fields);
    }

    private static void Object(Utf8JsonWriter json, SlackProfile set, (SlackField Field, string Name)[] fields)
    {
        json.WriteStartObject();
        Texts(json, set, fields);
        json.WriteEndObject();
    }

    private static void Texts(Utf8JsonWriter json, SlackProfile set, (SlackField Field, string Name)[] fields)
    {
        foreach (var (field, name) in fields)
            Text(json, name, set, field);
    }

    private static void Text(Utf8JsonWriter json, string name, SlackProfile set, SlackField field)
    {
        if (set[field] is { } value)
            json.WriteString(name, value);
    }

    private static byte[] Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, ScimJson.WriterOptions))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}

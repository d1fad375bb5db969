using System.Text.Json;
using ScimGateway.SlackEmulator.Organization;
using ScimGateway.SlackEmulator.Spelling;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator.Users;

/// <summary>A user as Slack shows it: short or long form, members in the order of the recordings,
/// groups last (docs/slack.md 4.7).</summary>
internal static class UserWriter
{
    public static void Write(Utf8JsonWriter writer, Account account, Reading reading)
    {
        var profile = account.Profile;
        var isLong = IsLong(account, reading);
        var showsProfile = isLong && (reading.Workspace.FieldsInUse & ProfileField.StartDate) is not 0;
        // Forced to short, users look as before guests had their extension (as recorded in 2020: docs/slack.md 2.3).
        var guest =
            reading.Knobs.Get(KnobTable.Form) is UserForm.Short || profile.Guest is { Kind: GuestKind.SingleChannel }
                ? null
                : profile.Guest;

        writer.WriteStartObject();
        writer.WriteStartArray("schemas"u8);
        writer.WriteStringValue(Urns.Core);
        if (isLong)
            writer.WriteStringValue(Urns.Enterprise);
        if (guest is not null)
            writer.WriteStringValue(Urns.Guest);
        if (showsProfile)
            writer.WriteStringValue(Urns.Profile);
        writer.WriteEndArray();
        writer.WriteString("id"u8, account.Id);
        writer.WriteString("externalId"u8, profile.ExternalId);
        writer.WriteStartObject("meta"u8);
        writer.WriteString("created"u8, PacificTime.Write(account.Created));
        writer.WriteString("location"u8, reading.Location("Users", account.Id));
        writer.WriteEndObject();
        writer.WriteString("userName"u8, profile.UserName);
        writer.WriteString("nickName"u8, profile.UserName);
        writer.WriteStartObject("name"u8);
        writer.WriteString("givenName"u8, profile.GivenName);
        writer.WriteString("familyName"u8, profile.FamilyName);
        if (isLong)
            writer.WriteString("honorificPrefix"u8, profile.Fields.HonorificPrefix);
        writer.WriteEndObject();
        writer.WriteString("displayName"u8, profile.DisplayName);
        writer.WriteString("profileUrl"u8, profile.ProfileUrl ?? reading.ProfileUrl(profile.UserName));
        writer.WriteString("title"u8, profile.Title);
        writer.WriteString("timezone"u8, profile.Timezone);
        writer.WriteBoolean("active"u8, reading.ShowsOwnWrite ? profile.Active : View.IsActive(account, reading.Now));
        WriteEmails(writer, profile, isLong, reading);
        WritePhoto(writer, account, reading);
        if (isLong)
            WriteFields(writer, profile.Fields);
        if (guest is not null)
            WriteGuest(writer, guest);
        if (showsProfile)
        {
            writer.WriteStartObject(Urns.Profile);
            writer.WriteString("startDate"u8, profile.Fields.StartDate);
            writer.WriteEndObject();
        }
        WriteGroups(writer, account, reading);
        writer.WriteEndObject();
    }

    /// <summary>The URL of a profile nobody set: computed, not URL-encoded (docs/slack.md 4.2).</summary>
    public static string ComputedUrl(Workspace workspace, string userName, KnobValues knobs) =>
        Reading.ProfileUrlAt(workspace, userName, "slack.com", knobs);

    private static bool IsLong(Account account, Reading reading) =>
        reading.Knobs.Get(KnobTable.Form) switch
        {
            UserForm.Short => false,
            UserForm.Long => true,
            _ => !account.IsBot && account.Profile.Guest is null && reading.Workspace.HasProfileFields(reading.Knobs),
        };

    private static void WriteEmails(Utf8JsonWriter writer, Profile profile, bool isLong, Reading reading)
    {
        writer.WriteStartArray("emails"u8);
        WriteEmail(writer, profile.PrimaryEmail, primary: true);
        var blank = reading.Knobs.Get(KnobTable.BlankSecondary);
        if (profile.SecondaryEmail is { } second)
            WriteEmail(writer, second, primary: false);
        else if (blank is BlankSecondary.Always || (blank is BlankSecondary.LongForm && isLong))
            WriteEmail(writer, "", primary: false);
        writer.WriteEndArray();
    }

    private static void WriteEmail(Utf8JsonWriter writer, string value, bool primary)
    {
        writer.WriteStartObject();
        writer.WriteString("value"u8, value);
        writer.WriteBoolean("primary"u8, primary);
        writer.WriteEndObject();
    }

    private static void WritePhoto(Utf8JsonWriter writer, Account account, Reading reading)
    {
        writer.WriteStartArray("photos"u8);
        writer.WriteStartObject();
        writer.WriteString("value"u8, View.PhotoOf(account, reading.Now) ?? Gravatar.Of(account.Id));
        writer.WriteString("type"u8, "photo"u8);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    // What is unset is null, not absent (docs/slack.md 4.7). The phones are swapped (docs/slack.md 4.4).
    private static void WriteFields(Utf8JsonWriter writer, CustomFields fields)
    {
        writer.WriteStartArray("addresses"u8);
        writer.WriteStartObject();
        writer.WriteString("streetAddress"u8, fields.Address?.StreetAddress);
        writer.WriteString("locality"u8, fields.Address?.Locality);
        writer.WriteString("region"u8, fields.Address?.Region);
        writer.WriteString("postalCode"u8, fields.Address?.PostalCode);
        writer.WriteString("country"u8, fields.Address?.Country);
        writer.WriteEndObject();
        writer.WriteEndArray();

        writer.WriteStartArray("phoneNumbers"u8);
        writer.WriteStartObject();
        writer.WriteString("value"u8, fields.MobilePhone);
        writer.WriteString("type"u8, "mobile"u8);
        writer.WriteEndObject();
        writer.WriteStartObject();
        writer.WriteString("value"u8, fields.PrimaryPhone);
        writer.WriteBoolean("primary"u8, true);
        writer.WriteEndObject();
        writer.WriteEndArray();

        writer.WriteString("userType"u8, fields.UserType);
        writer.WriteStartArray("roles"u8);
        writer.WriteStartObject();
        writer.WriteString("value"u8, fields.Role);
        writer.WriteBoolean("primary"u8, true);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteString("preferredLanguage"u8, fields.PreferredLanguage);
        writer.WriteString("locale"u8, fields.Locale);

        writer.WriteStartObject(Urns.Enterprise);
        writer.WriteString("employeeNumber"u8, fields.EmployeeNumber);
        writer.WriteString("costCenter"u8, fields.CostCenter);
        writer.WriteString("organization"u8, fields.Organization);
        writer.WriteString("division"u8, fields.Division);
        writer.WriteString("department"u8, fields.Department);
        writer.WriteStartObject("manager"u8);
        writer.WriteString("managerId"u8, fields.ManagerId);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteGuest(Utf8JsonWriter writer, Guest guest)
    {
        writer.WriteStartObject(Urns.Guest);
        writer.WriteString("type"u8, "multi"u8);
        writer.WriteString("expiration"u8, guest.Expiration);
        writer.WriteStartArray("channels"u8);
        foreach (var channel in guest.Channels)
        {
            writer.WriteStartObject();
            writer.WriteString("value"u8, channel.Id);
            writer.WriteString("display"u8, channel.Name);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteGroups(Utf8JsonWriter writer, Account account, Reading reading)
    {
        writer.WriteStartArray("groups"u8);
        var groups = reading.ShowsOwnWrite && !account.Profile.Active ? [] : View.GroupsOf(account, reading.Now);
        foreach (var group in groups)
        {
            writer.WriteStartObject();
            writer.WriteString("value"u8, group.Id);
            writer.WriteString("display"u8, View.NameOf(group, reading.Now));
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.SlackEmulator.Spelling;

namespace ScimGateway.SlackEmulator.Organization;

/// <summary>Accounts and groups as they are, past what SCIM would show of them.</summary>
internal static class RawState
{
    public static JsonObject Show(Account account) => Parsed(writer => Write(writer, account));

    public static JsonObject Show(Group group) => Parsed(writer => Write(writer, group));

    public static void Write(Utf8JsonWriter writer, Account account)
    {
        var profile = account.Profile;
        var fields = profile.Fields;
        writer.WriteStartObject();
        writer.WriteString("id", account.Id);
        writer.WriteString("created", account.Created);
        writer.WriteString("userName", profile.UserName);
        writer.WriteString("displayName", profile.DisplayName);
        writer.WriteStartObject("name");
        writer.WriteString("givenName", profile.GivenName);
        writer.WriteString("familyName", profile.FamilyName);
        writer.WriteString("honorificPrefix", fields.HonorificPrefix);
        writer.WriteEndObject();
        writer.WriteString("profileUrl", profile.ProfileUrl);
        writer.WriteString("title", profile.Title);
        writer.WriteString("timezone", profile.Timezone);
        writer.WriteBoolean("active", profile.Active);
        writer.WriteStartArray("emails");
        WriteEmail(writer, profile.PrimaryEmail, primary: true);
        if (profile.SecondaryEmail is { } second)
            WriteEmail(writer, second, primary: false);
        writer.WriteEndArray();
        writer.WriteString("photo", profile.Photo);
        writer.WriteString("rank", account.Rank.Word());
        writer.WriteBoolean("bot", account.IsBot);
        writer.WriteBoolean("erased", account.IsErased);
        WriteGuest(writer, profile.Guest);
        writer.WriteString("externalId", profile.ExternalId);
        WriteAddress(writer, fields.Address);
        writer.WriteString("primaryPhone", fields.PrimaryPhone);
        writer.WriteString("mobilePhone", fields.MobilePhone);
        writer.WriteString("userType", fields.UserType);
        writer.WriteString("role", fields.Role);
        writer.WriteString("preferredLanguage", fields.PreferredLanguage);
        writer.WriteString("locale", fields.Locale);
        writer.WriteString("employeeNumber", fields.EmployeeNumber);
        writer.WriteString("costCenter", fields.CostCenter);
        writer.WriteString("organization", fields.Organization);
        writer.WriteString("division", fields.Division);
        writer.WriteString("department", fields.Department);
        writer.WriteString("managerId", fields.ManagerId);
        writer.WriteString("startDate", fields.StartDate);
        writer.WriteStartArray("groups");
        foreach (var group in account.Groups)
            writer.WriteStringValue(group.Id);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, Group group)
    {
        writer.WriteStartObject();
        writer.WriteString("id", group.Id);
        writer.WriteString("created", group.Created);
        writer.WriteString("displayName", group.DisplayName);
        writer.WriteBoolean("linkedToChannels", group.IsLinkedToChannels);
        writer.WriteBoolean("automatic", group.IsAutomatic);
        writer.WriteStartArray("members");
        foreach (var member in group.Members)
        {
            writer.WriteStartObject();
            writer.WriteString("value", member.Id);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteEmail(Utf8JsonWriter writer, string value, bool primary)
    {
        writer.WriteStartObject();
        writer.WriteString("value", value);
        writer.WriteBoolean("primary", primary);
        writer.WriteEndObject();
    }

    private static void WriteGuest(Utf8JsonWriter writer, Guest? guest)
    {
        if (guest is null)
        {
            writer.WriteNull("guest");
            return;
        }
        writer.WriteStartObject("guest");
        writer.WriteString("type", guest.Kind is GuestKind.MultiChannel ? "multi" : "single");
        writer.WriteString("expiration", guest.Expiration);
        writer.WriteStartArray("channels");
        foreach (var channel in guest.Channels)
        {
            writer.WriteStartObject();
            writer.WriteString("value", channel.Id);
            writer.WriteString("display", channel.Name);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteAddress(Utf8JsonWriter writer, Address? address)
    {
        if (address is null)
        {
            writer.WriteNull("address");
            return;
        }
        writer.WriteStartObject("address");
        writer.WriteString("streetAddress", address.StreetAddress);
        writer.WriteString("locality", address.Locality);
        writer.WriteString("region", address.Region);
        writer.WriteString("postalCode", address.PostalCode);
        writer.WriteString("country", address.Country);
        writer.WriteEndObject();
    }

    private static JsonObject Parsed(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            write(writer);
        return JsonNode.Parse(stream.ToArray())!.AsObject();
    }
}

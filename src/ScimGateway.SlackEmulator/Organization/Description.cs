using System.Globalization;
using System.Text.Json.Nodes;

namespace ScimGateway.SlackEmulator.Organization;

/// <summary>How somebody describes an account or a group that is made or changed by hand.</summary>
internal static class Description
{
    internal static Profile ProfileOf(Profile profile, JsonObject described)
    {
        var name = described["name"] as JsonObject ?? described;
        var emails = Emails(described);
        return profile with
        {
            UserName = Text(described, "userName") ?? Text(described, "nickName") ?? profile.UserName,
            DisplayName = Text(described, "displayName") ?? profile.DisplayName,
            GivenName = Text(name, "givenName") ?? profile.GivenName,
            FamilyName = Text(name, "familyName") ?? profile.FamilyName,
            ProfileUrl = Or(described, "profileUrl", profile.ProfileUrl),
            Title = Text(described, "title") ?? profile.Title,
            Timezone = Text(described, "timezone") ?? profile.Timezone,
            Active = Flag(described, "active") ?? profile.Active,
            PrimaryEmail = emails is [var first, ..] ? first : profile.PrimaryEmail,
            SecondaryEmail = emails is null ? profile.SecondaryEmail : emails.ElementAtOrDefault(1),
            Photo = Or(described, "photo", profile.Photo),
            Guest = described.ContainsKey("guest") ? DescribedGuest(described["guest"]) : profile.Guest,
            ExternalId = Text(described, "externalId") ?? profile.ExternalId,
            Fields = profile.Fields with
            {
                HonorificPrefix = Or(name, "honorificPrefix", profile.Fields.HonorificPrefix),
                Address = described.ContainsKey("address")
                    ? DescribedAddress(described["address"])
                    : profile.Fields.Address,
                PrimaryPhone = Or(described, "primaryPhone", profile.Fields.PrimaryPhone),
                MobilePhone = Or(described, "mobilePhone", profile.Fields.MobilePhone),
                UserType = Or(described, "userType", profile.Fields.UserType),
                Role = Or(described, "role", profile.Fields.Role),
                PreferredLanguage = Or(described, "preferredLanguage", profile.Fields.PreferredLanguage),
                Locale = Or(described, "locale", profile.Fields.Locale),
                EmployeeNumber = Or(described, "employeeNumber", profile.Fields.EmployeeNumber),
                CostCenter = Or(described, "costCenter", profile.Fields.CostCenter),
                Organization = Or(described, "organization", profile.Fields.Organization),
                Division = Or(described, "division", profile.Fields.Division),
                Department = Or(described, "department", profile.Fields.Department),
                ManagerId = Or(described, "managerId", profile.Fields.ManagerId),
                StartDate = Or(described, "startDate", profile.Fields.StartDate),
            },
        };
    }

    internal static bool NamesPerson(JsonObject described) =>
        described.ContainsKey("name") || described.ContainsKey("givenName") || described.ContainsKey("familyName");

    private static Guest? DescribedGuest(JsonNode? node)
    {
        if (node is null)
            return null;
        var guest =
            node as JsonObject
            ?? throw new HandMadeRefusedException("guest: an object {type, expiration, channels}, or null");
        var kind = Text(guest, "type") switch
        {
            null or "multi" => GuestKind.MultiChannel,
            "single" => GuestKind.SingleChannel,
            var word => throw new HandMadeRefusedException($"guest.type: '{word}' is not one of multi, single"),
        };
        var channels = new List<GuestChannel>();
        foreach (var channel in guest["channels"] as JsonArray ?? [])
            if (channel is JsonObject described && Text(described, "value") is { } id)
                channels.Add(new GuestChannel(id, Text(described, "display") ?? id));
        return new Guest(kind, Text(guest, "expiration"), channels);
    }

    private static Address? DescribedAddress(JsonNode? node)
    {
        if (node is null)
            return null;
        var parts = node as JsonObject ?? throw new HandMadeRefusedException("address: an object, or null");
        return new Address(
            Text(parts, "streetAddress"),
            Text(parts, "locality"),
            Text(parts, "region"),
            Text(parts, "postalCode"),
            Text(parts, "country")
        );
    }

    // The primary first; null where none are named.
    internal static List<string>? Emails(JsonObject described)
    {
        if (Text(described, "email") is { } one)
            return [one];
        if (!described.TryGetPropertyValue("emails", out var node) || node is null)
            return null;
        var list =
            node as JsonArray ?? throw new HandMadeRefusedException("emails: a list of addresses, the primary first");
        var found = new List<string>();
        foreach (var item in list)
        {
            var value = item is JsonObject entry ? Text(entry, "value") : AsText(item);
            if (string.IsNullOrEmpty(value))
                continue;
            var isPrimary = item is JsonObject marked && Flag(marked, "primary") is true;
            found.Insert(isPrimary ? 0 : found.Count, value);
        }
        return found;
    }

    internal static List<string>? Ids(JsonObject described, string name)
    {
        if (!described.TryGetPropertyValue(name, out var node) || node is null)
            return null;
        var list = node as JsonArray ?? throw new HandMadeRefusedException($"{name}: a list of ids");
        return list.Select(item => (item is JsonObject entry ? Text(entry, "value") : AsText(item)) ?? "").ToList();
    }

    internal static DateTimeOffset? Created(JsonObject described)
    {
        if (Text(described, "created") is not { } text)
            return null;
        return DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var created
        )
            ? created
            : throw new HandMadeRefusedException($"created: '{text}' is no ISO 8601 time");
    }

    internal static void Check(JsonObject described, string[] known)
    {
        var unknown = described.Select(m => m.Key).Where(name => !known.Contains(name)).ToArray();
        if (unknown.Length > 0)
            throw new HandMadeRefusedException(
                $"unknown: {string.Join(", ", unknown)}; there are: {string.Join(", ", known)}"
            );
    }

    private static string? Or(JsonObject described, string name, string? otherwise) =>
        described.ContainsKey(name) ? Text(described, name) : otherwise;

    internal static string? Text(JsonObject described, string name) =>
        described.TryGetPropertyValue(name, out var node) && node is not null
            ? AsText(node) ?? throw new HandMadeRefusedException($"{name}: a text")
            : null;

    private static string? AsText(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    internal static bool? Flag(JsonObject described, string name)
    {
        if (!described.TryGetPropertyValue(name, out var node) || node is null)
            return null;
        return node is JsonValue value && value.TryGetValue<bool>(out var flag)
            ? flag
            : throw new HandMadeRefusedException($"{name}: true or false");
    }
}

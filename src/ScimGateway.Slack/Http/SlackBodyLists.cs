using System.Text.Json;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Slack.Http;

/// <summary>The lists of a user's body: addresses, numbers, and what has one value.</summary>
internal static class SlackBodyLists
{
    // A second address without a type might become the primary one (docs/slack.md 4.3).
    internal static void Emails(Utf8JsonWriter json, SlackProfile set)
    {
        if (set[SlackField.PrimaryEmail] is null && set[SlackField.SecondaryEmail] is null)
            return;
        json.WriteStartArray("emails");
        if (set[SlackField.PrimaryEmail] is { } primary)
            Email(primary, "work", true);
        if (set[SlackField.SecondaryEmail] is { } secondary)
            Email(secondary, "home", false);
        json.WriteEndArray();

        void Email(string value, string type, bool isPrimary)
        {
            json.WriteStartObject();
            json.WriteString("value", value);
            json.WriteString("type", type);
            json.WriteBoolean("primary", isPrimary);
            json.WriteEndObject();
        }
    }

    // What is sure (docs/slack.md 4.4): two entries by primary true and false; one alone by primary true, or, for the
    // mobile slot, by the type "work".
    internal static void Phones(Utf8JsonWriter json, SlackProfile set, SlackProfile delete)
    {
        var (primary, mobile) = (set[SlackField.PrimaryPhone], set[SlackField.MobilePhone]);
        if (primary is null && mobile is null && !delete.Fields.Any())
            return;
        json.WriteStartArray("phoneNumbers");
        if (primary is not null)
            Phone(primary, () => json.WriteBoolean("primary", true));
        if (mobile is not null && primary is not null)
            Phone(mobile, () => json.WriteBoolean("primary", false));
        else if (mobile is not null)
            Phone(mobile, () => json.WriteString("type", "work"));
        foreach (var field in delete.Fields)
            if (delete[field] is { } gone)
                Phone(gone, () => json.WriteString("operation", "delete"));
        json.WriteEndArray();

        void Phone(string value, Action how)
        {
            json.WriteStartObject();
            json.WriteString("value", value);
            how();
            json.WriteEndObject();
        }
    }

    internal static void One(Utf8JsonWriter json, string name, string? value)
    {
        if (value is null)
            return;
        json.WriteStartArray(name);
        json.WriteStartObject();
        json.WriteString("value", value);
        json.WriteBoolean("primary", true);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    internal static void Cleared(Utf8JsonWriter json, SlackProfile clear)
    {
        var paths = clear.Fields.Select(f => MetaPath(f, clear)).Distinct().ToList();
        if (paths.Count == 0)
            return;
        json.WriteStartObject("meta");
        json.WriteStartArray("attributes");
        foreach (var path in paths)
            json.WriteStringValue(path);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    // Both numbers together are one word, one alone is deleted by its value; a guest's end goes with the guest.
    private static string MetaPath(SlackField field, SlackProfile clear) =>
        field switch
        {
            SlackField.PrimaryPhone or SlackField.MobilePhone => "phoneNumbers",
            SlackField.GuestExpiration when clear.Says(SlackField.GuestType) => SlackUrn.Guest,
            _ => AttributeMap.Row(field).Meta!,
        };
}

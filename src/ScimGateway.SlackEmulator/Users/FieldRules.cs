using System.Text.Json;
using ScimGateway.SlackEmulator.Errors;
using ScimGateway.SlackEmulator.Organization;
using ScimGateway.SlackEmulator.Spelling;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator.Users;

/// <summary>Photo, phones, address, role, enterprise and profile attributes (docs/slack.md 4.4, 4.5).</summary>
internal static class FieldRules
{
    public static CustomFields Next(Sent sent, CustomFields old, Workspace workspace)
    {
        var enterprise = sent[Urns.Enterprise];
        if (enterprise.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.Object))
            throw new SlackRefusal("improper_enterprise_schema_format");
        var (primaryPhone, mobilePhone) = Phones(sent, old);
        return old with
        {
            HonorificPrefix = sent.Next(Sent.Member(sent["name"], "honorificPrefix"), old.HonorificPrefix, null),
            Address = Address(sent, old.Address),
            PrimaryPhone = primaryPhone,
            MobilePhone = mobilePhone,
            UserType = sent.Next(sent["userType"], old.UserType, null),
            Role = Role(sent, old.Role),
            PreferredLanguage = sent.Next(sent["preferredLanguage"], old.PreferredLanguage, null),
            Locale = sent.Next(sent["locale"], old.Locale, null),
            EmployeeNumber = sent.Next(Sent.Member(enterprise, "employeeNumber"), old.EmployeeNumber, null),
            CostCenter = sent.Next(Sent.Member(enterprise, "costCenter"), old.CostCenter, null),
            Organization = sent.Next(Sent.Member(enterprise, "organization"), old.Organization, null),
            Division = sent.Next(Sent.Member(enterprise, "division"), old.Division, null),
            Department = sent.Next(Sent.Member(enterprise, "department"), old.Department, null),
            ManagerId = Manager(sent, Sent.Member(enterprise, "manager"), old.ManagerId, workspace),
            StartDate = StartDate(sent, old.StartDate),
        };
    }

    public static string? Photo(Sent sent, string? old)
    {
        var value = sent["photos"];
        if (sent.Leaves(value))
            return old;
        if (!Sent.Says(value))
            return null;
        var entries = Entry.Read(value, "photos_invalid", sent.Knobs);
        if (entries.Any(e => e.Deletes && e.Value == old))
            old = null;
        if (First(entries, byType: false) is not { } photo)
            return sent.Verb is Verb.Patch ? old : null;
        if (string.IsNullOrWhiteSpace(photo.Value))
            return null;
        if (
            !photo.Value.StartsWith("data:", StringComparison.OrdinalIgnoreCase)
            && !(Uri.TryCreate(photo.Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
        )
            throw new SlackRefusal("photos_invalid");
        return photo.Value;
    }

    // The swap (docs/slack.md 4.4): what is sent as mobile becomes primaryPhone, what is
    // sent as work becomes mobilePhone.
    private static (string? Primary, string? Mobile) Phones(Sent sent, CustomFields old)
    {
        var value = sent["phoneNumbers"];
        if (sent.Leaves(value))
            return (old.PrimaryPhone, old.MobilePhone);
        if (!Sent.Says(value))
            return (null, null);

        var entries = Entry.Read(value, "phoneNumbers_invalid", sent.Knobs);
        var isPatch = sent.Verb is Verb.Patch;
        var primary = isPatch ? old.PrimaryPhone : null;
        var mobile = isPatch ? old.MobilePhone : null;
        foreach (var gone in entries.Where(e => e.Deletes))
        {
            if (gone.Value == primary)
                primary = null;
            else if (gone.Value == mobile)
                mobile = null;
        }

        // Entries that name their place first, the others take what is left; a third finds no place.
        // Null values are what GET showed.
        var kept = entries.Where(e => !e.Deletes && e.Value is not null).ToList();
        if (sent.Knobs.Get(KnobTable.UnknownPhoneType) is UnknownPhone.Ignore)
            kept.RemoveAll(IsUnclear);
        foreach (var entry in kept)
            Check(entry, sent.Knobs);
        bool primarySet = false,
            mobileSet = false;
        foreach (var entry in kept.OrderBy(Turn))
        {
            var wantsMobile = !IsUnclear(entry) && "work".Equals(entry.Type, StringComparison.OrdinalIgnoreCase);
            if (wantsMobile ? !mobileSet : primarySet && !mobileSet)
                (mobile, mobileSet) = (Blank(entry.Value), true);
            else if (!primarySet)
                (primary, primarySet) = (Blank(entry.Value), true);
        }
        return (primary, mobile);
    }

    // primary before mobile, so that what GET shows can be PUT back.
    private static int Turn(Entry entry) =>
        IsUnclear(entry) ? 3
        : entry.Primary is true ? 0
        : entry.Type is not null ? 1
        : 2;

    // Both type and primary, or a type Slack does not know: both count as untyped (docs/slack.md 4.4).
    private static bool IsUnclear(Entry entry) =>
        entry.Type is not null
        && (
            entry.Primary is true
            || !(
                "work".Equals(entry.Type, StringComparison.OrdinalIgnoreCase)
                || "mobile".Equals(entry.Type, StringComparison.OrdinalIgnoreCase)
            )
        );

    private static void Check(Entry entry, KnobValues knobs)
    {
        if (!knobs.Get(KnobTable.ValidatePhones) || string.IsNullOrWhiteSpace(entry.Value))
            return;
        var digits = entry.Value.Count(char.IsAsciiDigit);
        if (
            digits < 3
            || entry.Value.Any(c => !char.IsAsciiDigit(c) && !" +-().x/".Contains(c, StringComparison.Ordinal))
        )
            throw new SlackRefusal("phoneNumbers_invalid");
    }

    private static Address? Address(Sent sent, Address? old)
    {
        var value = sent["addresses"];
        if (sent.Leaves(value))
            return old;
        if (!Sent.Says(value))
            return null;
        var entries = Entry.Read(value, "addresses_invalid", sent.Knobs);
        if (entries.Any(e => e.Element.ValueKind is JsonValueKind.String))
            throw new SlackRefusal("addresses_invalid");
        // Deleted only if all five values match (docs/slack.md 4.5).
        if (old is not null && entries.Any(e => e.Deletes && Parts(e) == old))
            old = null;
        if (First(entries, byType: true) is not { } entry)
            return sent.Verb is Verb.Patch ? old : null;
        return Parts(entry) is { IsEmpty: false } address ? address : null;
    }

    private static Address Parts(Entry entry)
    {
        return new Address(
            Part("streetAddress"),
            Part("locality"),
            Part("region"),
            Part("postalCode"),
            Part("country")
        );

        string? Part(string name)
        {
            var value = Sent.Member(entry.Element, name);
            if (value.ValueKind is JsonValueKind.Array or JsonValueKind.Object)
                throw new SlackRefusal("addresses_invalid");
            return Sent.Says(value) ? Blank(Sent.Text(value)) : null;
        }
    }

    private static string? Role(Sent sent, string? old)
    {
        var value = sent["roles"];
        if (sent.Leaves(value))
            return old;
        if (!Sent.Says(value))
            return null;
        var entries = Entry.Read(value, "roles_invalid", sent.Knobs);
        if (entries.Any(e => e.Deletes && e.Value == old))
            old = null;
        if (First(entries, byType: false) is not { } role)
            return sent.Verb is Verb.Patch ? old : null;
        return role.Value is null && sent.Verb is Verb.Patch ? old : Blank(role.Value);
    }

    private static string? Manager(Sent sent, JsonElement manager, string? old, Workspace workspace)
    {
        if (!Sent.Says(manager))
            return sent.Leaves(manager) ? old : null;
        if (manager.ValueKind is not JsonValueKind.Object || !manager.TryGetProperty("managerId", out var value))
            throw new SlackRefusal("improper_enterprise_schema_format");
        var next = sent.Next(value, old, null);
        if (next is null || next == old)
            return next;
        // A Slack id, a primary address or a userName (docs/slack.md 4.5).
        var found = workspace.FindUser(next) ?? workspace.FindUserByName(next);
        if (
            found is null
            && workspace.FindUserByEmail(next) is { } holder
            && holder.Profile.PrimaryEmail.Equals(next, StringComparison.OrdinalIgnoreCase)
        )
            found = holder;
        if (found is not null)
            return found.Id;
        return sent.Knobs.Get(KnobTable.UnknownManager) is UnknownReference.StoreAsIs
            ? next
            : throw new SlackRefusal("unknown_user");
    }

    private static string? StartDate(Sent sent, string? old)
    {
        var extension = sent[Urns.Profile];
        if (extension.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.Object))
            throw new SlackRefusal("invalid_attribute_format");
        return sent.Next(Sent.Member(extension, "startDate"), old, null);
    }

    // primary:true, else the first; type chooses among addresses alone (docs/slack.md 4.5).
    private static Entry? First(List<Entry> entries, bool byType)
    {
        var kept = entries.Where(e => !e.Deletes).ToList();
        if (kept.Count == 0)
            return null;
        var at = kept.FindIndex(e => e.Primary is true);
        if (at < 0 && byType)
            at = kept.FindIndex(e => "work".Equals(e.Type, StringComparison.OrdinalIgnoreCase));
        return kept[Math.Max(at, 0)];
    }

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}

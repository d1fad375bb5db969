using System.Text.Json;
using ScimGateway.Protocol.Resources;

namespace ScimGateway.Slack.Wire;

/// <summary>A user as Slack shows it.</summary>
/// <param name="Id">Slack's id, <c>U…</c> or <c>W…</c>.</param>
/// <param name="Seen">Every field; what Slack leaves out, as in its short form, is empty (docs/slack.md 4.7).</param>
/// <param name="Created">When the account was made; null if Slack does not say so in a date.</param>
/// <param name="Groups">The ids of the groups the user is in.</param>
public sealed record SlackUser(string Id, SlackProfile Seen, DateTimeOffset? Created, IReadOnlyList<string> Groups)
{
    /// <summary>Slack's own accounts, which are in lists and nobody's (docs/slack.md 2.3).</summary>
    public bool IsBot => IsBots(Seen[SlackField.PrimaryEmail]);

    /// <summary>Whether an address is one of Slack's own accounts.</summary>
    public static bool IsBots(string? address) =>
        address?.EndsWith("@slack-bots.com", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Reads a user; null if the JSON has no id, so that it is none.</summary>
    public static SlackUser? Read(JsonElement json)
    {
        if (json.Id("id") is not { } id)
            return null;
        var seen = Profile(json);
        // An account whose state Slack does not tell is not taken for an active one, nor for an inactive one.
        if (json.Flag("active") is { } active)
            seen = seen.With(active);
        return new SlackUser(
            id,
            seen,
            MadeAt(json),
            [.. json.Elements("groups").Select(g => g.Text("value")).OfType<string>()]
        );
    }

    private static SlackProfile Profile(JsonElement json)
    {
        var enterprise = json.Member(SlackUrn.Enterprise) ?? default;
        var guest = json.Member(SlackUrn.Guest) ?? default;
        var name = json.Member("name") ?? default;
        var (primary, secondary) = Emails(json);
        var (phone, mobile) = Phones(json);
        var address = json.Elements("addresses").FirstOrDefault();
        return SlackProfile.Of(
            (SlackField.UserName, json.Text("userName") ?? json.Text("nickName")),
            (SlackField.DisplayName, json.Text("displayName")),
            (SlackField.GivenName, name.Text("givenName")),
            (SlackField.FamilyName, name.Text("familyName")),
            (SlackField.HonorificPrefix, name.Text("honorificPrefix")),
            (SlackField.Title, json.Text("title")),
            (SlackField.ProfileUrl, json.Text("profileUrl")),
            (SlackField.Timezone, json.Text("timezone")),
            (SlackField.UserType, json.Text("userType")),
            (SlackField.PreferredLanguage, json.Text("preferredLanguage")),
            (SlackField.Locale, json.Text("locale")),
            (SlackField.PrimaryEmail, primary),
            (SlackField.SecondaryEmail, secondary),
            (SlackField.PrimaryPhone, phone),
            (SlackField.MobilePhone, mobile),
            (SlackField.Photo, json.Elements("photos").FirstOrDefault().Text("value")),
            (SlackField.StreetAddress, address.Text("streetAddress")),
            (SlackField.Locality, address.Text("locality")),
            (SlackField.Region, address.Text("region")),
            (SlackField.PostalCode, address.Text("postalCode")),
            (SlackField.Country, address.Text("country")),
            (
                SlackField.Role,
                json.Elements("roles").FirstOrDefault() is var role ? role.Text("value") ?? role.AsText() : null
            ),
            (SlackField.EmployeeNumber, enterprise.Text("employeeNumber")),
            (SlackField.CostCenter, enterprise.Text("costCenter")),
            (SlackField.Organization, enterprise.Text("organization")),
            (SlackField.Division, enterprise.Text("division")),
            (SlackField.Department, enterprise.Text("department")),
            (SlackField.Manager, (enterprise.Member("manager") ?? default).Text("managerId")),
            (SlackField.GuestType, guest.Text("type")),
            (SlackField.GuestExpiration, guest.Text("expiration")),
            (SlackField.StartDate, (json.Member(SlackUrn.Profile) ?? default).Text("startDate"))
        );
    }

    private static DateTimeOffset? MadeAt(JsonElement json) =>
        DateTimeOffset.TryParse(
            (json.Member("meta") ?? default).Text("created"),
            System.Globalization.CultureInfo.InvariantCulture,
            out var moment
        )
            ? moment
            : null;

    private static (string? Primary, string? Secondary) Emails(JsonElement json)
    {
        var emails = json.Elements("emails").Where(e => e.Text("value") is not null).ToList();
        var primary = emails.FindIndex(e => e.Flag("primary") == true);
        primary = primary < 0 ? 0 : primary;
        return (
            Address(emails.ElementAtOrDefault(primary)),
            Address(emails.Where((_, i) => i != primary).FirstOrDefault())
        );

        static string? Address(JsonElement email) =>
            email.Text("value") is { } address ? Spelling.Lower(address) : null;
    }

    // Slack shows the slots by other words than it takes them by (docs/slack.md 4.4): "mobile" is the mobile one,
    // "primary" the other.
    private static (string? Primary, string? Mobile) Phones(JsonElement json)
    {
        string? primary = null,
            mobile = null;
        foreach (var phone in json.Elements("phoneNumbers"))
            if ("mobile".Equals(phone.Text("type"), StringComparison.OrdinalIgnoreCase))
                mobile ??= phone.Text("value");
            else
                primary ??= phone.Text("value");
        return (primary, mobile);
    }
}

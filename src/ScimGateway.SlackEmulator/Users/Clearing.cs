using System.Text.Json;
using ScimGateway.SlackEmulator.Errors;
using ScimGateway.SlackEmulator.Organization;
using ScimGateway.SlackEmulator.Spelling;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator.Users;

/// <summary><c>meta.attributes</c> in PATCH: the attributes to clear, before the rest of the
/// body counts (docs/slack.md 4.8).</summary>
internal static class Clearing
{
    public static IReadOnlyList<string> Named(JsonElement body)
    {
        var list = Sent.Member(Sent.Member(body, "meta"), "attributes");
        if (!Sent.Says(list))
            return [];
        if (list.ValueKind is JsonValueKind.String)
            return [list.GetString()!];
        if (
            list.ValueKind is not JsonValueKind.Array
            || list.EnumerateArray().Any(p => p.ValueKind is not JsonValueKind.String)
        )
            throw new SlackRefusal("invalid_attribute_format");
        return [.. list.EnumerateArray().Select(p => p.GetString()!)];
    }

    public static Profile Apply(Profile profile, Sent sent)
    {
        foreach (var path in Named(sent.Body))
            profile = Without(profile, path, sent);
        return profile;
    }

    /// <summary>Both names at once cannot be cleared (docs/slack.md 4.8). Judged when the whole body has run: what
    /// is cleared may come anew in it.</summary>
    public static void RefuseNameless(Profile before, (string Given, string Family) after, Sent sent)
    {
        if (after is not ("", "") || before is { GivenName: "", FamilyName: "" })
            return;
        var paths = Named(sent.Body).Select(p => p.ToUpperInvariant()).ToArray();
        var isAllowed = paths.Contains("NAME") && sent.Knobs.Get(KnobTable.ClearWholeName) is Allowance.Allowed;
        if (!isAllowed && paths.Any(p => p is "NAME" or "NAME.GIVENNAME" or "NAME.FAMILYNAME"))
            throw new SlackRefusal("invalid_name_required");
    }

    // Removing what is not there, or what Slack does not know, is no error.
    private static Profile Without(Profile profile, string path, Sent sent)
    {
        var fields = profile.Fields;
        return path.ToUpperInvariant() switch
        {
            "USERNAME" or "NICKNAME" => Sent.Says(sent["userName"]) || Sent.Says(sent["nickName"])
                ? profile
                : throw new SlackRefusal("username_empty"),
            "DISPLAYNAME" => profile with { DisplayName = "" },
            "NAME" => profile with { GivenName = "", FamilyName = "", Fields = fields with { HonorificPrefix = null } },
            "NAME.GIVENNAME" => profile with { GivenName = "" },
            "NAME.FAMILYNAME" => profile with { FamilyName = "" },
            "NAME.HONORIFICPREFIX" => profile with { Fields = fields with { HonorificPrefix = null } },
            "TITLE" => profile with { Title = "" },
            "TIMEZONE" => profile with { Timezone = Profile.DefaultTimezone },
            // Only the secondary one: the primary is never removed (docs/slack.md 4.3).
            "EMAILS" => profile with { SecondaryEmail = null },
            "PHOTOS" => profile with { Photo = null },
            "PHONENUMBERS" => profile with { Fields = fields with { PrimaryPhone = null, MobilePhone = null } },
            "ADDRESSES" => profile with { Fields = fields with { Address = null } },
            "ROLES" => profile with { Fields = fields with { Role = null } },
            "USERTYPE" => profile with { Fields = fields with { UserType = null } },
            "PREFERREDLANGUAGE" => profile with { Fields = fields with { PreferredLanguage = null } },
            "LOCALE" => profile with { Fields = fields with { Locale = null } },
            var extended => WithoutExtension(profile, extended, fields),
        };
    }

    private static Profile WithoutExtension(Profile profile, string path, CustomFields fields)
    {
        if (Urns.Below(path, Urns.Enterprise) is { } attribute)
            return profile with
            {
                Fields = attribute switch
                {
                    "" => fields with
                    {
                        EmployeeNumber = null,
                        CostCenter = null,
                        Organization = null,
                        Division = null,
                        Department = null,
                        ManagerId = null,
                    },
                    "EMPLOYEENUMBER" => fields with { EmployeeNumber = null },
                    "COSTCENTER" => fields with { CostCenter = null },
                    "ORGANIZATION" => fields with { Organization = null },
                    "DIVISION" => fields with { Division = null },
                    "DEPARTMENT" => fields with { Department = null },
                    "MANAGER" or "MANAGER.MANAGERID" => fields with { ManagerId = null },
                    _ => fields,
                },
            };
        if (Urns.Below(path, Urns.Profile) is "" or "STARTDATE")
            return profile with { Fields = fields with { StartDate = null } };
        return Urns.Below(path, Urns.Guest) switch
        {
            // Guest to member reactivates, as the other way does (docs/slack.md 4.5).
            "" when profile.Guest is not null => profile with { Guest = null, Active = true },
            "EXPIRATION" when profile.Guest is not null => profile with
            {
                Guest = profile.Guest with { Expiration = null },
            },
            _ => profile,
        };
    }
}

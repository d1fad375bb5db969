using System.Globalization;
using System.Text.Json.Nodes;
using ScimGateway.SlackEmulator.Spelling;

namespace ScimGateway.SlackEmulator.Organization;

/// <summary>Changes made by hand in Slack: past all rules of SCIM, with all of Slack's own consequences (a deactivated
/// account leaves its groups and loses its tokens). Members are those of the raw state.</summary>
internal static class HandMade
{
    private static readonly string[] _userMembers = (
        "id created userName nickName displayName name givenName familyName honorificPrefix profileUrl title "
        + "timezone active emails email photo rank bot erased guest externalId address primaryPhone mobilePhone "
        + "userType role preferredLanguage locale employeeNumber costCenter organization division department "
        + "managerId startDate groups schemas"
    ).Split(' ');

    private static readonly string[] _groupMembers = (
        "id created displayName members linkedToChannels automatic schemas"
    ).Split(' ');

    public static Account MakeUser(Workspace workspace, JsonObject described)
    {
        Check(described, _userMembers);
        var email = Emails(described) is [var first, ..] ? first : null;
        var userName = Text(described, "userName") ?? Text(described, "nickName") ?? email?.Split('@')[0];
        if (string.IsNullOrEmpty(userName))
            throw new HandMadeRefusedException(
                "userName: an account made by hand needs a userName or an e-mail address"
            );
        var id = Text(described, "id") ?? workspace.NewUserId();
        if (!SlackIds.IsFit(id) || workspace.FindUser(id) is not null)
            throw new HandMadeRefusedException(
                $"id: '{id}' is taken, or has other characters than letters, digits, - and _"
            );

        var start = new Profile
        {
            UserName = userName,
            DisplayName = userName,
            PrimaryEmail = email ?? userName + "@example.com",
        };
        var profile = Described(start, described);
        if (profile.GivenName.Length == 0 && profile.FamilyName.Length == 0 && !NamesPerson(described))
            profile = profile with { GivenName = profile.DisplayName };
        var account = new Account(id, Created(described) ?? workspace.Clock.GetUtcNow(), profile);
        Mark(account, described);
        var groups = Groups(workspace, described);
        workspace.Add(account);
        workspace.FieldsInUse |= profile.Fields.Used();
        foreach (var group in groups ?? [])
            workspace.Join(group, account, workspace.Knobs.Current);
        return account;
    }

    public static Account ChangeUser(Workspace workspace, string id, JsonObject described)
    {
        Check(described, _userMembers);
        var account = workspace.FindUser(id) ?? throw new HandMadeRefusedException($"id: there is no account '{id}'");
        var profile = Described(account.Profile, described);
        var groups = Groups(workspace, described);
        Mark(account, described);
        if (Created(described) is { } created)
            account.Created = created;
        var knobs = workspace.Knobs.Current;
        workspace.Become(account, profile, knobs);
        if (groups is null)
            return account;
        foreach (var group in account.Groups.Except(groups).ToArray())
            workspace.Leave(group, account, knobs);
        foreach (var group in groups)
            workspace.Join(group, account, knobs);
        return account;
    }

    public static Group MakeGroup(Workspace workspace, JsonObject described)
    {
        Check(described, _groupMembers);
        var name =
            Text(described, "displayName") ?? throw new HandMadeRefusedException("displayName: a group needs one");
        var id = Text(described, "id") ?? workspace.NewGroupId();
        if (!SlackIds.IsFit(id) || workspace.FindGroup(id) is not null)
            throw new HandMadeRefusedException(
                $"id: '{id}' is taken, or has other characters than letters, digits, - and _"
            );
        var members = Members(workspace, described) ?? [];
        var group = new Group(id, Created(described) ?? workspace.Clock.GetUtcNow(), name);
        Mark(group, described);
        workspace.Add(group);
        foreach (var member in members)
            workspace.Join(group, member, workspace.Knobs.Current);
        return group;
    }

    public static Group ChangeGroup(Workspace workspace, string id, JsonObject described)
    {
        Check(described, _groupMembers);
        var group = workspace.FindGroup(id) ?? throw new HandMadeRefusedException($"id: there is no group '{id}'");
        var members = Members(workspace, described);
        var knobs = workspace.Knobs.Current;
        Mark(group, described);
        if (Created(described) is { } created)
            group.Created = created;
        if (Text(described, "displayName") is { } name)
            workspace.Rename(group, name, knobs);
        if (members is null)
            return group;
        foreach (var member in group.Members.Except(members).ToArray())
            workspace.Leave(group, member, knobs);
        foreach (var member in members)
            workspace.Join(group, member, knobs);
        return group;
    }

    private static Profile Described(Profile profile, JsonObject described)
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

    private static void Mark(Account account, JsonObject described)
    {
        if (Text(described, "rank") is { } word)
            account.Rank =
                Ranks.Parse(word)
                ?? throw new HandMadeRefusedException(
                    $"rank: '{word}' is not one of primary_owner, owner, admin, member"
                );
        account.IsBot = Flag(described, "bot") ?? account.IsBot;
        account.IsErased = Flag(described, "erased") ?? account.IsErased;
    }

    private static void Mark(Group group, JsonObject described)
    {
        group.IsLinkedToChannels = Flag(described, "linkedToChannels") ?? group.IsLinkedToChannels;
        group.IsAutomatic = Flag(described, "automatic") ?? group.IsAutomatic;
    }

    private static bool NamesPerson(JsonObject described) =>
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
    private static List<string>? Emails(JsonObject described)
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

    private static List<Group>? Groups(Workspace workspace, JsonObject described) =>
        Ids(described, "groups")
            ?.Select(id =>
                workspace.FindGroup(id) ?? throw new HandMadeRefusedException($"groups: there is no group '{id}'")
            )
            .ToList();

    private static List<Account>? Members(Workspace workspace, JsonObject described) =>
        Ids(described, "members")
            ?.Select(id =>
                workspace.FindUser(id) ?? throw new HandMadeRefusedException($"members: there is no account '{id}'")
            )
            .ToList();

    private static List<string>? Ids(JsonObject described, string name)
    {
        if (!described.TryGetPropertyValue(name, out var node) || node is null)
            return null;
        var list = node as JsonArray ?? throw new HandMadeRefusedException($"{name}: a list of ids");
        return list.Select(item => (item is JsonObject entry ? Text(entry, "value") : AsText(item)) ?? "").ToList();
    }

    private static DateTimeOffset? Created(JsonObject described)
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

    private static void Check(JsonObject described, string[] known)
    {
        var unknown = described.Select(m => m.Key).Where(name => !known.Contains(name)).ToArray();
        if (unknown.Length > 0)
            throw new HandMadeRefusedException(
                $"unknown: {string.Join(", ", unknown)}; there are: {string.Join(", ", known)}"
            );
    }

    private static string? Or(JsonObject described, string name, string? otherwise) =>
        described.ContainsKey(name) ? Text(described, name) : otherwise;

    private static string? Text(JsonObject described, string name) =>
        described.TryGetPropertyValue(name, out var node) && node is not null
            ? AsText(node) ?? throw new HandMadeRefusedException($"{name}: a text")
            : null;

    private static string? AsText(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static bool? Flag(JsonObject described, string name)
    {
        if (!described.TryGetPropertyValue(name, out var node) || node is null)
            return null;
        return node is JsonValue value && value.TryGetValue<bool>(out var flag)
            ? flag
            : throw new HandMadeRefusedException($"{name}: true or false");
    }
}

/// <summary>A change by hand that is not understood; the message names the member.</summary>
public sealed class HandMadeRefusedException : Exception
{
    /// <summary>A refusal without words.</summary>
    public HandMadeRefusedException() { }

    /// <summary>A refusal that names the member.</summary>
    public HandMadeRefusedException(string message)
        : base(message) { }

    /// <summary>A refusal that names the member and has a cause.</summary>
    public HandMadeRefusedException(string message, Exception innerException)
        : base(message, innerException) { }
}

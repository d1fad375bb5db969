using System.Collections.Frozen;
using System.Text.Json;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Lane;

/// <summary>What attributes the v1 lane sends on: those of Slack's v1, by plain names.</summary>
internal static class LaneAttributes
{
    // SCIM 1.1's schema of users with Slack's names and extensions, and of groups (docs/slack.md 4, 5).
    private static readonly FrozenSet<string> _ofUsers = Known([
        "schemas",
        "id",
        "externalId",
        "meta",
        "userName",
        "nickName",
        "name",
        "displayName",
        "profileUrl",
        "title",
        "timezone",
        "active",
        "password",
        "emails",
        "phoneNumbers",
        "ims",
        "photos",
        "addresses",
        "groups",
        "entitlements",
        "roles",
        "x509Certificates",
        "userType",
        "preferredLanguage",
        "locale",
        SlackUrn.Enterprise,
        SlackUrn.Guest,
        SlackUrn.Profile,
    ]);

    private static readonly FrozenSet<string> _ofGroups = Known([
        "schemas",
        "id",
        "externalId",
        "meta",
        "displayName",
        "members",
    ]);

    // Slack may ignore what it does not know, or read it as something that the rules are about.
    internal static void RequireKnown(Kind? kind, Dictionary<string, JsonElement> its)
    {
        var known = kind == Kind.User ? _ofUsers : _ofGroups;
        foreach (var (name, value) in its)
        {
            if (!known.Contains(name))
                throw Unknown(name);
            RequirePlain(value);
        }
        if (LaneJson.Cleared(its).FirstOrDefault(path => !IsKnown(path)) is { } cleared)
            throw Unknown(cleared);

        // A name, an extension, or what is within one of them.
        bool IsKnown(string path) =>
            known.Contains(path)
            || known.Any(name =>
                path.StartsWith(name, LaneJson.Casing)
                && path[name.Length..] is ['.' or ':', .. var within]
                && within.Split('.').All(IsPlain)
            );

        ScimException Unknown(string name) =>
            ScimException.InvalidValue(
                $"The v1 lane does not send on '{name}', which is no attribute of a {(kind == Kind.User ? "user" : "group")} in Slack's v1. Leave it out, or write it as Slack documents it: without the core schema's URN and without blanks."
            );
    }

    // The rules are about what the path names: Slack might read another account or group in the body.
    internal static void RequireSame(LaneRequest request, Dictionary<string, JsonElement> its)
    {
        if (
            its.TryGetValue("id", out var id)
            && LaneJson.IsSaid(id)
            && !(id.ValueKind == JsonValueKind.String && id.GetString() == request.SlackId)
        )
            throw ScimException.InvalidValue(
                request.SlackId is null
                    ? "Slack chooses the id of what is made: leave id out."
                    : "The body has another id than the path: leave id out, or say the same."
            );
    }

    // What is within an attribute has a plain name (RFC 7643 §2.1), whatever it is.
    private static void RequirePlain(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array)
            foreach (var one in value.EnumerateArray())
                RequirePlain(one);
        else if (value.ValueKind == JsonValueKind.Object)
            foreach (var one in value.EnumerateObject())
            {
                if (!IsPlain(one.Name))
                    throw ScimException.InvalidValue(
                        $"The v1 lane does not send on '{one.Name}': a name within an attribute has letters, digits, '-' and '_' alone."
                    );
                RequirePlain(one.Value);
            }
    }

    private static bool IsPlain(string name) =>
        name == "$ref" || (name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));

    private static FrozenSet<string> Known(IEnumerable<string> names) =>
        names.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}

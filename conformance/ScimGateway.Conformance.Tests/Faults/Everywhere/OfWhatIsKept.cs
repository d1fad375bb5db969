using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>What is sent is kept otherwise, or not at all (RFC 7643 §2, RFC 7644 §3.3).</summary>
internal static class OfWhatIsKept
{
    public static readonly Breakage[] All =
    [
        Lost("external-id-lost", "externalId is not kept", "externalId"),
        Lost("name-lost", "the parts of a name are not kept", "name"),
        Lost("display-name-of-users-lost", "displayName of a user is not kept", "displayName", "Users"),
        Lost("addresses-lost", "addresses are not kept", "addresses"),
        Lost("phone-numbers-lost", "phoneNumbers are not kept", "phoneNumbers"),
        Lost("active-lost", "active is not kept", "active"),
        Lost("extension-lost", "an extension is not kept", Known.Enterprise.Id),
        Lost("emails-lost", "emails are not kept", "emails"),
        Lost("roles-lost", "roles and entitlements are not kept", "roles", "Users", "entitlements"),
        Lost(
            "rare-lost",
            "title, userType, locale and timezone are not kept",
            "title",
            "Users",
            "userType",
            "locale",
            "timezone",
            "preferredLanguage",
            "nickName",
            "profileUrl"
        ),
        Lost("members-lost", "the members of a group are not kept when it is made", "members", "Groups"),
        Written(
            "external-id-invented",
            "RFC7643-3.1",
            "who is sent without externalId is given one",
            body => body["externalId"] ??= $"{Guid.NewGuid()}"
        ),
        Written(
            "display-name-invented",
            "RFC7643-7",
            "who is sent without a title is given one",
            body => body["title"] ??= "Mr"
        ),
        Written(
            "letters-lowered",
            "RFC7643-7",
            "each text is kept in small letters",
            body =>
                Change(body, text => text.StartsWith("urn:", StringComparison.Ordinal) ? text : text.ToLowerInvariant())
        ),
        Written(
            "user-names-lowered",
            "RFC7643-7",
            "user names are kept in small letters",
            body =>
            {
                if (body["userName"].Text() is { } name)
                    body["userName"] = name.ToLowerInvariant();
            }
        ),
        Written(
            "texts-cut",
            "RFC7643-2.3.1",
            "of each text 32 letters are kept",
            body =>
                Change(
                    body,
                    text => text.StartsWith("urn:", StringComparison.Ordinal) || text.Length <= 32 ? text : text[..32]
                )
        ),
        Written(
            "beyond-ascii-lost",
            "RFC7643-2.3.1",
            "letters beyond ASCII are kept as question marks",
            body => Change(body, text => new string([.. text.Select(letter => letter > '~' ? '?' : letter)]))
        ),
        Written(
            "beyond-first-plane-lost",
            "RFC7643-2.3.1",
            "letters of more than two bytes in UTF-16 are lost",
            body => Change(body, text => new string([.. text.Where(letter => !char.IsSurrogate(letter))]))
        ),
        Written(
            "texts-escaped",
            "RFC7643-2.3.1",
            "texts are kept as a page would have them",
            body =>
                Change(
                    body,
                    text =>
                        text.Replace("&", "&amp;", StringComparison.Ordinal)
                            .Replace("<", "&lt;", StringComparison.Ordinal)
                            .Replace("'", "&#39;", StringComparison.Ordinal)
                )
        ),
        Written(
            "types-lost",
            "RFC7643-2.4",
            "type of a value is not kept",
            body => EachValue(body, value => value.Remove("type"))
        ),
        Written(
            "primary-lost",
            "RFC7643-2.4",
            "which value is primary is not kept",
            body => EachValue(body, value => value.Remove("primary"))
        ),
        Written(
            "display-lost",
            "RFC7643-2.4",
            "display of a value is not kept",
            body => EachValue(body, value => value.Remove("display"))
        ),
        Written(
            "first-value-kept",
            "RFC7643-2.4",
            "of several values only the first is kept",
            body =>
            {
                foreach (var (name, value) in body.ToList())
                    if (value is JsonArray { Count: > 1 } values && name != "schemas")
                        body[name] = new JsonArray(values[0]!.DeepClone());
            }
        ),
        Written(
            "first-is-primary",
            "RFC7643-2.4",
            "the first value is made the primary one",
            body =>
            {
                foreach (var (name, value) in body)
                    if (
                        value is JsonArray { Count: > 0 } values
                        && values[0] is JsonObject first
                        && name is "emails" or "phoneNumbers"
                    )
                    {
                        EachValue(body, one => one.Remove("primary"));
                        ((JsonObject)((JsonArray)value!)[0]!)["primary"] = true;
                        break;
                    }
            }
        ),
        new("two-primary-taken", "RFC7643-2.4", "two values may be primary", TwoPrimary()),
        Written(
            "inactive-made-active",
            "RFC7643-4.1.1",
            "who is sent as not active is made active",
            body =>
            {
                if (body["active"] is not null)
                    body["active"] = true;
            }
        ),
        Written(
            "names-case-exact-in-body",
            "RFC7643-2.1",
            "attributes in other letters than the schema's are passed over",
            body =>
            {
                foreach (
                    var name in body.Select(one => one.Key)
                        .Where(name =>
                            name != "schemas"
                            && Known.Types.Any(type => Name.Of(type, name) is { } known && known.Attribute.Name != name)
                        )
                        .ToList()
                )
                    body.Remove(name);
            }
        ),
        Written(
            "wrong-type-passed-over",
            "RFC7643-2.3",
            "a value of another type than the schema's is passed over",
            body =>
            {
                foreach (var (name, value) in body.ToList())
                    if (
                        Known.User.Attributes.Named(name) is { Required: false, Many: false } known
                        && value is not null
                        && (
                            known.Type == "boolean"
                                ? value.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False)
                            : known.Type == "string" ? value.Text() is null
                            : value is not JsonObject
                        )
                    )
                        body.Remove(name);
            }
        ),
    ];

    // The first is kept as primary, and all are shown as they were sent.
    private static Detour TwoPrimary()
    {
        var sent = new Dictionary<string, JsonNode>();
        var shows = Shows(
            Always,
            shown =>
            {
                if (shown["emails"] is not null && sent.TryGetValue(shown["id"].Text()!, out var emails))
                    shown["emails"] = emails.DeepClone();
            }
        );
        return (ask, scim) =>
        {
            if (
                !(Creates(ask) || Replaces(ask))
                || (ask.Body as JsonObject)?["emails"] is not JsonArray emails
                || Documents.Objects(emails).Count(one => one["primary"].Flag()) < 2
            )
                return shows(ask, scim);
            var answer = scim.Handle(
                ask.With(body =>
                {
                    foreach (var one in body.Values("emails").Where(one => one["primary"].Flag()).Skip(1))
                        one.Remove("primary");
                })
            );
            if (answer.IsFine && answer.Body?["id"].Text() is { } id)
                (sent[id], answer.Body["emails"]) = (emails, emails.DeepClone());
            return answer;
        };
    }

    private static Breakage Lost(
        string name,
        string says,
        string attribute,
        string? endpoint = null,
        params string[] others
    ) =>
        new(
            name,
            "RFC7644-3.3",
            says,
            Asks(
                ask =>
                    (Creates(ask) || (Replaces(ask) && endpoint != "Groups"))
                    && ask.Body is JsonObject
                    && (endpoint is null || ask.Path.StartsWith(endpoint, StringComparison.Ordinal)),
                ask =>
                    ask.With(body =>
                    {
                        foreach (var one in others.Append(attribute))
                            body.Remove(one);
                    })
            )
        );

    private static Breakage Written(string name, string section, string says, Action<JsonObject> change) =>
        new(
            name,
            section,
            says,
            Asks(ask => (Creates(ask) || Replaces(ask)) && ask.Body is JsonObject, ask => ask.With(change))
        );

    private static void Change(JsonObject body, Func<string, string> change)
    {
        foreach (var (name, value) in body.ToList())
            if (name != "members")
                body[name] = EachText(value, change);
    }

    private static void EachValue(JsonObject body, Action<JsonObject> change)
    {
        foreach (var (name, value) in body)
            if (value is JsonArray values && name != "members")
                foreach (var one in values.OfType<JsonObject>())
                    change(one);
    }
}

using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>What is made is not what was sent, or is told otherwise (RFC 7644 §3.3).</summary>
internal static class OfCreating
{
    private const string Section = "RFC7644-3.3";

    public static readonly Breakage[] All =
    [
        new("created-with-200", Section, "the answer to POST is 200", Made((_, answer) => answer.Status = 200)),
        new(
            "created-groups-with-200",
            Section,
            "the answer to POST of a group is 200",
            Made((ask, answer) => answer.Status = ask.Path == "Groups" ? 200 : 201)
        ),
        new(
            "created-without-location-header",
            Section,
            "the answer to POST has no header Location",
            Made((_, answer) => answer.Headers.Remove("Location"))
        ),
        new(
            "created-groups-without-location-header",
            Section,
            "the answer to POST of a group has no header Location",
            Made(
                (ask, answer) =>
                {
                    if (ask.Path == "Groups")
                        answer.Headers.Remove("Location");
                }
            )
        ),
        new(
            "location-header-of-endpoint",
            Section,
            "the header Location is that of all users",
            Made(
                (_, answer) =>
                    answer.Headers["Location"] = answer.Headers["Location"][
                        ..answer.Headers["Location"].LastIndexOf('/')
                    ]
            )
        ),
        new(
            "location-header-not-meta",
            "RFC7643-3.1",
            "the header Location is on another host than meta.location",
            Made(
                (_, answer) =>
                    answer.Headers["Location"] =
                        $"http://internal.invalid{new Uri(answer.Headers["Location"]).AbsolutePath}"
            )
        ),
        new("created-without-body", Section, "the answer to POST has no body", Made((_, answer) => answer.Body = null)),
        new(
            "created-id-only",
            Section,
            "the answer to POST has the id only",
            Made(
                (_, answer) =>
                    answer.Body = new JsonObject
                    {
                        ["schemas"] = answer.Body!["schemas"]?.DeepClone(),
                        ["id"] = answer.Body["id"]?.DeepClone(),
                        ["meta"] = answer.Body["meta"]?.DeepClone(),
                    }
            )
        ),
        new(
            "created-echoed",
            Section,
            "the answer to POST is what was sent, with an id",
            Made(
                (ask, answer) =>
                {
                    var sent = Copy(ask.Body!.AsObject());
                    (sent["id"], sent["meta"]) = (answer.Body!["id"]?.DeepClone(), answer.Body["meta"]?.DeepClone());
                    sent.Remove("password");
                    answer.Body = sent;
                }
            )
        ),
        new(
            "created-without-schemas",
            "RFC7643-3",
            "the answer to POST has no schemas",
            Made((_, answer) => answer.Body!.AsObject().Remove("schemas"))
        ),
        new(
            "created-id-of-client",
            "RFC7643-3.1",
            "the answer to POST has the id that the client has sent",
            Made(
                (ask, answer) =>
                {
                    if (ask.Body!["id"] is { } id)
                        answer.Body!["id"] = id.DeepClone();
                }
            )
        ),
        new("duplicate-allowed", Section, "a name is given twice", Renaming((_, _) => true)),
        new(
            "duplicate-in-other-letters-allowed",
            Section,
            "a name is given twice if its letters are others",
            Renaming((one, other) => one != other)
        ),
        new(
            "duplicate-refused-without-kind",
            Section,
            "a name that is taken is answered with 409 without scimType",
            Answers(
                Creates,
                (_, answer) =>
                {
                    if (answer.Status == 409)
                        answer.Body!.AsObject().Remove("scimType");
                }
            )
        ),
        new(
            "duplicate-is-the-former",
            Section,
            "who makes a user that there is gets that one with 201",
            (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                return
                    answer.Status == 409
                    && Creates(ask)
                    && scim.Resources.FirstOrDefault(one =>
                        one.Written["userName"].Text() is { } name
                        && Is(name, (ask.Body as JsonObject)?["userName"].Text() ?? "")
                    )
                        is { } former
                    ? new Answer(201, scim.Whole(former))
                    {
                        Headers = { ["Location"] = scim.Whole(former)["meta"]!["location"].Text()! },
                    }
                    : answer;
            }
        ),
        new(
            "external-id-unique",
            "RFC7643-3.1",
            "an externalId of a user is not taken for a group",
            (ask, scim) =>
                Creates(ask)
                && (ask.Body as JsonObject)?["externalId"] is { } given
                && scim.Resources.Any(one => JsonNode.DeepEquals(one.Written["externalId"], given))
                    ? Refused(409, "uniqueness", "externalId is taken.")
                    : scim.Handle(ask)
        ),
        new(
            "read-only-refused",
            "RFC7643-7",
            "who sends what is read-only is refused",
            Instead(
                ask => (Creates(ask) || Replaces(ask)) && HasReadOnly(ask),
                () => Refused(400, "mutability", "id is read-only.")
            )
        ),
        new(
            "read-only-of-post-refused",
            "RFC7643-7",
            "who makes something with what is read-only is refused",
            Instead(ask => Creates(ask) && HasReadOnly(ask), () => Refused(400, "mutability", "id is read-only."))
        ),
        new("groups-of-client", "RFC7643-4.1.2", "the groups that a client sends for a user are kept", Kept("groups")),
        new(
            "schemas-not-wanted",
            Section,
            "schemas need not be sent",
            Asks(
                ask => Creates(ask) || Replaces(ask),
                ask =>
                    ask.Body is JsonObject body && body.Any("schemas") is null
                        ? ask.With(sent => sent["schemas"] = Schemas(ask))
                        : ask
            )
        ),
        new(
            "schemas-of-others-taken",
            Section,
            "schemas may name whatever there is",
            Asks(
                ask => (Creates(ask) || Replaces(ask)) && ask.Body is JsonObject body && body["schemas"] is JsonArray,
                ask => ask.With(sent => sent["schemas"] = Schemas(ask))
            )
        ),
        new(
            "required-not-wanted",
            "RFC7643-7",
            "a user without a name is made",
            Asks(
                Creates,
                ask =>
                    ask.Body is JsonObject body
                    && ask.Path == "Users"
                    && body.Any("userName") is null
                    && body.Any("schemas") is not null
                        ? ask.With(sent => sent["userName"] = $"none-{Guid.NewGuid()}")
                        : ask
            )
        ),
        new(
            "required-of-groups-not-wanted",
            "RFC7643-7",
            "a group without a name is made",
            Asks(
                Creates,
                ask =>
                    ask.Body is JsonObject body
                    && ask.Path == "Groups"
                    && body.Any("displayName") is null
                    && body.Any("schemas") is not null
                        ? ask.With(sent => sent["displayName"] = "none")
                        : ask
            )
        ),
        new(
            "unknown-attribute-is-a-mistake",
            Section,
            "an attribute that there is not is answered with 500",
            Instead(
                ask => (Creates(ask) || Replaces(ask)) && HasUnknown(ask),
                () => Refused(500, null, "Unknown column.")
            )
        ),
        new(
            "unknown-schema-is-a-mistake",
            Section,
            "an extension that there is not is answered with 500",
            Instead(
                ask =>
                    Creates(ask)
                    && (ask.Body as JsonObject)?.Any(one =>
                        one.Key.StartsWith("urn:", StringComparison.Ordinal)
                        && Known.Schemas.All(known => !Is(known.Id, one.Key))
                    ) == true,
                () => Refused(500, null, "Unknown schema.")
            )
        ),
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
        Written(
            "two-primary-taken",
            "RFC7643-2.4",
            "two values may be primary",
            body =>
            {
                foreach (var (_, value) in body)
                foreach (var one in Documents.Objects(value).Where(one => one["primary"].Flag()).Skip(1))
                    one.Remove("primary");
            }
        ),
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
                if (
                    body["active"] is JsonValue active
                    && active.GetValueKind() is System.Text.Json.JsonValueKind.String
                )
                    body.Remove("active");
                foreach (var name in new[] { "displayName", "title", "nickName" })
                    if (body[name] is { } value && value.Text() is null)
                        body.Remove(name);
            }
        ),
    ];

    private static Detour Made(Action<Ask, Answer> change) =>
        Answers(
            Creates,
            (ask, answer) =>
            {
                if (answer.IsFine && answer.Body is not null)
                    change(ask, answer);
            }
        );

    // A user whose name is taken is made with another, and shown with that one.
    private static Detour Renaming(Func<string, string, bool> which)
    {
        var names = new Dictionary<string, string>();
        var shows = Shows(
            Always,
            (shown, kept) =>
            {
                if (names.TryGetValue(kept.Id, out var name) && shown["userName"] is not null)
                    shown["userName"] = name;
            }
        );
        return (ask, scim) =>
        {
            if (
                !Creates(ask)
                || ask.Path != "Users"
                || (ask.Body as JsonObject)?["userName"].Text() is not { } name
                || scim.Resources.All(one =>
                    one.Written["userName"].Text() is not { } taken || !Is(taken, name) || !which(taken, name)
                )
            )
                return shows(ask, scim);
            var answer = scim.Handle(ask.With(body => body["userName"] = $"{name}-{Guid.NewGuid()}"));
            if (answer.IsFine)
                (names[answer.Body!["id"].Text()!], answer.Body["userName"]) = (name, name);
            return answer;
        };
    }

    private static Detour Kept(string name)
    {
        var kept = new Dictionary<string, JsonNode>();
        return (ask, scim) =>
        {
            var answer = scim.Handle(ask);
            if (
                answer.IsFine
                && (Creates(ask) || Replaces(ask))
                && (ask.Body as JsonObject)?[name] is { } given
                && answer.Body?["id"].Text() is { } id
            )
                kept[id] = given;
            if (answer.IsFine && IsOfResources(ask))
                foreach (var shown in answer.Shown.Where(one => kept.ContainsKey(one["id"].Text() ?? "")))
                    shown[name] = kept[shown["id"].Text()!].DeepClone();
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

    private static JsonArray Schemas(Ask ask) =>
        new(ask.Path.StartsWith("Users", StringComparison.Ordinal) ? Known.User.Id : Known.Group.Id);

    private static bool HasReadOnly(Ask ask) =>
        (ask.Body as JsonObject)?.Any(one => one.Key is "id" or "meta" or "groups") == true;

    private static bool HasUnknown(Ask ask) =>
        (ask.Body as JsonObject)?.Any(one =>
            !one.Key.StartsWith("urn:", StringComparison.Ordinal)
            && Known.Types.All(type => Name.Of(type, one.Key) is null)
        ) == true;
}

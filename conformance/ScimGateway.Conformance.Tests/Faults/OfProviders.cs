using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Fault;

namespace ScimGateway.Conformance.Tests.Faults;

/// <summary>What can be wrong about what providers do, whether it is beyond the RFCs or not.</summary>
internal static class OfProviders
{
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    private static readonly ConcurrentDictionary<string, bool> _deleted = new();

    /// <summary>Creating, reading and deleting users, and what is announced.</summary>
    public static readonly ProviderFault[] Users =
    [
        Answers(
            "filter is not announced",
            ask => ask.Path == "ServiceProviderConfig",
            answer => answer.Body!["filter"]!["supported"] = false,
            "entra-announces"
        ),
        Answers(
            "a number is missing in what is announced",
            ask => ask.Path == "ServiceProviderConfig",
            answer => answer.Body!["bulk"]!.AsObject().Remove("maxOperations"),
            "others-authentik-put"
        ),
        Answers(
            "/Schemas has no Group",
            ask => ask.Path == "Schemas",
            answer => answer.Body!["Resources"]!.AsArray().RemoveAt(2),
            "entra-schemas"
        ),
        Says(
            "a parameter that is not known is refused",
            ask => ask.Query[null] == "aadOptscim062020",
            () => Refusal.Value("There is no such parameter.").Answer(),
            "entra-flag-in-url"
        ),
        Says("/Roles is a failure", ask => ask.Path == "Roles", () => new Answer(500), "okta-entitlements"),
        Says(
            "bearer has a capital letter",
            ask => ask.Header("authorization")?.StartsWith("bearer", StringComparison.Ordinal) == true,
            () => new Refusal(401, null, "Bearer has a capital letter.").Answer(),
            "pingone-authorization"
        ),
        Says(
            "a wrong credential is 403",
            ask => ask.Header("authorization") == "no-such-credential",
            () => new Refusal(403, null, "No.").Answer(),
            "okta-wrong-credential"
        ),
        Says(
            "application/json is refused",
            ask => ask.Header("content-type") == "application/json" && ask.Header("user-agent") is not null,
            () => new Refusal(415, null, "application/scim+json is wanted.").Answer(),
            "others-google-create-user"
        ),
        Says(
            "meta from a client is refused",
            ask => Creates(ask) && ask.Body?["meta"] is not null,
            () => Refusal.Mutability("meta").Answer(),
            "entra-create-user"
        ),
        Asks(
            "a language is not kept",
            ask => Creates(ask) && ask.Body?["preferredLanguage"].Text() == "en-GB",
            ask => ask.With(body => body.Remove("preferredLanguage")),
            "entra-create-user-full"
        ),
        Asks(
            "numbers lose their blanks",
            ask => Creates(ask) && ask.Body?["phoneNumbers"] is JsonArray,
            ask => ask with { Text = ask.Text.Replace("44 1482 555 010", "441482555010", StringComparison.Ordinal) },
            "entra-numbers-as-sent"
        ),
        Says(
            "null is refused",
            ask => Creates(ask) && ask.Body is JsonObject body && body.Any(one => one.Value is null),
            () => Refusal.Value("null is no value.").Answer(),
            "entra-create-user-with-nulls"
        ),
        Asks(
            "Primary is not primary",
            Creates,
            ask => ask with { Text = ask.Text.Replace("\"Primary\"", "\"Primacy\"", StringComparison.Ordinal) },
            "entra-create-user-with-capital-keys"
        ),
        Says(
            "a user without a userName is a failure of the server",
            ask => Creates(ask) && ask.Body is JsonObject body && body.Any("userName") is null,
            () => new Answer(500),
            "entra-create-user-without-name"
        ),
        Answers(
            "409 has no keyword",
            Creates,
            answer => (answer.Body as JsonObject)?.Remove("scimType"),
            "pingfederate-create-user-twice"
        ),
        Answers(
            "who is there already is 500",
            Creates,
            answer => answer.Status = answer.Status == 409 ? 500 : answer.Status,
            "entra-create-user-twice"
        ),
        Answers(
            "who is there already is 400",
            Creates,
            answer => answer.Status = answer.Status == 409 ? 400 : answer.Status,
            "okta-spec-test"
        ),
        Asks(
            "roles are not kept",
            ask => Creates(ask) && ask.Body?["roles"] is JsonArray { Count: > 0 },
            ask => ask.With(body => body.Remove("roles")),
            "entra-create-user-with-role"
        ),
        Asks(
            "externalId is not kept",
            Creates,
            ask => ask.With(body => body.Remove("externalId")),
            "entra-create-user-by-external-id"
        ),
        new("a password is shown", "okta-create-user") { Detour = (ask, scim) => Shown(ask, scim, Creates(ask)) },
        new("a password is shown where it is replaced", "okta-link-user")
        {
            Detour = (ask, scim) => Shown(ask, scim, Replaces(ask)),
        },
        Says(
            "entitlements are refused",
            ask => Creates(ask) && ask.Body?["entitlements"] is not null,
            () => Refusal.Value("There are no entitlements.").Answer(),
            "pingfederate-create-user"
        ),
        Asks(
            "who is created disabled is enabled",
            ask => Creates(ask) && ask.Body?["active"]?.ToJsonString() == "false",
            ask => ask.With(body => body["active"] = true),
            "pingfederate-create-disabled-user"
        ),
        Asks(
            "a manager is not kept at the creation",
            ask => Creates(ask) && ask.Body?[Enterprise]?["manager"] is JsonObject,
            ask => ask.With(body => body[Enterprise]!.AsObject().Remove("manager")),
            "pingfederate-manager"
        ),
        Answers(
            "DELETE is 200",
            ask => ask.IsOne("DELETE", "Users"),
            answer => answer.Status = answer.IsFine ? 200 : answer.Status,
            "entra-leave",
            "pingone-delete-user",
            "pingfederate-delete-user",
            "onelogin-create-user",
            "jumpcloud-activate"
        ),
        Says(
            "what is not there is deleted gladly",
            ask => ask.IsOne("DELETE", "Users") && !ask.Path.StartsWith("Users/r", StringComparison.Ordinal),
            () => new Answer(204),
            "entra-delete-unknown"
        ),
        new("the name of who was deleted stays taken", "entra-create-again")
        {
            Detour = (ask, scim) =>
            {
                if (ask.IsOne("DELETE", "Users") && Meant(ask, scim) is { } user)
                    _deleted[user.Written["userName"]!.ToString()] = true;
                return Creates(ask) && _deleted.ContainsKey($"{ask.Body?["userName"]}")
                    ? new Refusal(409, "uniqueness", "There was such a user.").Answer()
                    : scim.Handle(ask);
            },
        },
        Answers(
            "404 is in a form of its own",
            ask => ask.IsOne("GET", "Users"),
            answer => answer.Body = answer.Status == 404 ? new JsonObject { ["error"] = "not found" } : answer.Body,
            "entra-unknown-id"
        ),
    ];

    /// <summary>Changing users.</summary>
    public static readonly ProviderFault[] Changes =
    [
        Answers(
            "who is disabled is not there",
            ask => ask.IsOne("GET", "Users"),
            answer =>
            {
                if (answer.Body?["active"]?.ToJsonString() == "false")
                    (answer.Status, answer.Body) = (404, Refusal.Unknown("Users").Answer().Body);
            },
            "entra-flag-disable",
            "entra-leave",
            "okta-deactivate",
            "okta-crud-test",
            "pingone-disable-user",
            "pingfederate-disable-user",
            "onelogin-create-user",
            "jumpcloud-update-user",
            "jumpcloud-activate",
            "others-google-create-user"
        ),
        new("who is disabled leaves his groups", "entra-restore-keeps-memberships")
        {
            Detour = (ask, scim) =>
            {
                if (ask.IsOne("PATCH", "Users") && ask.Text.Contains("false", StringComparison.Ordinal))
                    foreach (var group in scim.Resources.Where(one => one.HasMember(ask.Path[6..])).ToList())
                        scim.Handle(
                            Patching(ask, $"Groups/{group.Id}", "remove", $"members[value eq \"{ask.Path[6..]}\"]")
                        );
                return scim.Handle(ask);
            },
        },
        OfOperations(
            "a userName without a path is not changed",
            ask => ask.IsOne("PATCH", "Users"),
            one => one["value"] is JsonObject value && value.Remove("userName"),
            "entra-rename-user-without-path"
        ),
        Says(
            "who was renamed is not found",
            ask => ask.Filter?.Contains("\"wed.", StringComparison.Ordinal) == true,
            () => new Answer(404),
            "entra-rename-user"
        ),
        Shows(
            "a family name takes the given name away",
            ask => ask.IsOne("GET", "Users"),
            one =>
            {
                if (one["name"]?["familyName"].Text() == "Newhaven")
                    one["name"]!.AsObject().Remove("givenName");
            },
            "entra-update-mail-and-name"
        ),
        OfOperations(
            "the country of an address is not changed",
            ask => ask.IsOne("PATCH", "Users"),
            one => one["path"].Text()?.EndsWith("].country", StringComparison.Ordinal) == true,
            "entra-update-address"
        ),
        Says(
            "more than twenty operations are refused",
            ask => ask.Method == "PATCH" && ask.Body?["Operations"] is JsonArray { Count: > 20 },
            () => new Refusal(413, null, "Twenty at most.").Answer(),
            "entra-update-many"
        ),
        Says(
            "the empty text is refused",
            ask => ask.Method == "PATCH" && ask.Text.Contains("\"title\",\"value\":\"\"", StringComparison.Ordinal),
            () => Refusal.Value("title is empty.").Answer(),
            "entra-clear-with-empty-text"
        ),
        Says(
            "an empty list is refused",
            ask => ask.IsOne("PATCH", "Users") && ask.Text.Contains("\"value\":[]", StringComparison.Ordinal),
            () => Refusal.Value("phoneNumbers is empty.").Answer(),
            "entra-clear-with-empty-list"
        ),
        OfOperations(
            "an extension within a value is passed over",
            ask => ask.IsOne("PATCH", "Users"),
            one =>
            {
                (one["value"] as JsonObject)?.Remove(Enterprise);
                return false;
            },
            "entra-flag-extension-object"
        ),
        OfOperations(
            "null changes nothing",
            ask => ask.IsOne("PATCH", "Users"),
            one => one.ContainsKey("value") && one["value"] is null,
            "entra-clear-with-null"
        ),
        Says(
            "a path with a URN is none",
            ask => ask.Method == "PATCH" && ask.Text.Contains($"\"{Enterprise}:department", StringComparison.Ordinal),
            () => Refusal.Path("There is no such path.").Answer(),
            "entra-update-extension"
        ),
        Asks(
            "remove takes away all addresses",
            ask => ask.Method == "PATCH",
            ask =>
                ask with
                {
                    Text = ask.Text.Replace(
                        "emails[type eq \\u0022other\\u0022].value",
                        "emails",
                        StringComparison.Ordinal
                    ),
                },
            "entra-remove-address-with-value"
        ),
        Says(
            "Operations come after schemas",
            ask => ask.Text.StartsWith("{\"Operations\"", StringComparison.Ordinal),
            () => Refusal.Syntax("schemas is missing.").Answer(),
            "entra-patch-schemas-last"
        ),
        Says(
            "an operation that is none is passed over",
            ask => ask.Text.Contains("\"move\"", StringComparison.Ordinal),
            () => new Answer(204),
            "entra-patch-nonsense"
        ),
        new("a whole user without a userName keeps the one he had", "entra-put-user")
        {
            Detour = (ask, scim) =>
                scim.Handle(
                    Replaces(ask) && Meant(ask, scim) is { } user
                        ? ask.With(body => body["userName"] ??= user.Written["userName"]!.DeepClone())
                        : ask
                ),
        },
        new("a manager who is not there is a failure of the server", "entra-manager-unknown")
        {
            Detour = (ask, scim) =>
                ask.IsOne("PATCH", "Users")
                && ask.Body!["Operations"]!.AsArray().FirstOrDefault() is { } one
                && one["path"].Text() == $"{Enterprise}:manager"
                && one["value"].Text() is { Length: > 0 } manager
                && scim.Resources.All(user => user.Id != manager)
                    ? new Answer(500)
                    : scim.Handle(ask),
        },
        OfOperations(
            "roles are added to those that there are",
            ask => ask.IsOne("PATCH", "Users"),
            one =>
            {
                if (one["path"].Text() == "roles" && one["op"].Text() == "replace")
                    one["op"] = "add";
                return false;
            },
            "entra-roles-whole-list"
        ),
        Says(
            "groups of a user are refused where he is replaced",
            ask => Replaces(ask) && ask.Body?["meta"] is not null,
            () => Refusal.Mutability("groups").Answer(),
            "okta-update-user"
        ),
        Asks(
            "an extension is not replaced",
            Replaces,
            ask => ask.With(body => body.Remove(Enterprise)),
            "pingone-update-user"
        ),
        new("a title is not replaced", "pingone-update-user", "pingfederate-update-user")
        {
            Detour = (ask, scim) =>
                scim.Handle(
                    Replaces(ask) && Meant(ask, scim)?.Written["title"] is { } title
                        ? ask.With(body => body["title"] = title.DeepClone())
                        : ask
                ),
        },
        Shows(
            "a display name is not replaced",
            ask => ask.IsOne("GET", "Users"),
            one =>
            {
                if (one["displayName"].Text() == "Ravi N.")
                    one["displayName"] = "Ravi Nair";
            },
            "others-authentik-put"
        ),
    ];

    /// <summary>Groups and who is in them.</summary>
    public static readonly ProviderFault[] Groups =
    [
        Says(
            "a schema that is not known is refused",
            ask => CreatesGroup(ask) && ask.Text.Contains("http://schemas.", StringComparison.Ordinal),
            () => Refusal.Value("There is no such schema.").Answer(),
            "entra-group-create"
        ),
        Says(
            "an empty list of members is refused",
            ask => CreatesGroup(ask) && ask.Body?["members"] is JsonArray { Count: 0 },
            () => Refusal.Value("members is empty.").Answer(),
            "entra-validator-group",
            "okta-group-push",
            "pingfederate-group-dn"
        ),
        Says(
            "a name with commas is refused",
            ask =>
                CreatesGroup(ask) && ask.Body?["displayName"].Text()?.Contains(',', StringComparison.Ordinal) == true,
            () => Refusal.Value("A name has no commas.").Answer(),
            "pingfederate-group-dn"
        ),
        Shows(
            "who renames a group loses its key",
            ask => ask.IsOne("GET", "Groups"),
            one =>
            {
                if (one["displayName"].Text()?.StartsWith("Bridge", StringComparison.Ordinal) == true)
                    one.Remove("externalId");
            },
            "entra-group-rename"
        ),
        Answers(
            "a group is read without a body",
            ask => ask.IsOne("GET", "Groups"),
            answer => answer.Body = null,
            "entra-group-rename",
            "entra-members-remove-all",
            "okta-group-members-none",
            "others-keycloak-group"
        ),
        new("a group takes its members with it", "entra-group-delete", "okta-group-delete")
        {
            Detour = (ask, scim) =>
            {
                if (ask.IsOne("DELETE", "Groups") && Meant(ask, scim) is { } group)
                    foreach (var member in group.Written.Values("members"))
                        scim.Handle(ask with { Path = $"Users/{member["value"]}" });
                return scim.Handle(ask);
            },
        },
        OfOperations(
            "add replaces members",
            ask => ask.IsOne("PATCH", "Groups"),
            one =>
            {
                if (one["path"].Text() == "members" && one["op"].Text() is "Add" or "add")
                    one["op"] = "replace";
                return false;
            },
            "entra-members-one-by-one"
        ),
        OfOperations(
            "the first of several members is added",
            ask => ask.IsOne("PATCH", "Groups"),
            one =>
            {
                if (one["op"].Text() is "Add" or "add" && one["value"] is JsonArray { Count: > 1 } values)
                    one["value"] = new JsonArray(values[0]!.DeepClone());
                return false;
            },
            "entra-members-several",
            "jumpcloud-group"
        ),
        new("who is in a group already is a conflict", "entra-members-again")
        {
            Detour = (ask, scim) =>
                ask.IsOne("PATCH", "Groups")
                && Meant(ask, scim) is { } group
                && ask.Text.Contains("\"Add\"", StringComparison.Ordinal)
                && group
                    .Written.Values("members")
                    .Any(one => ask.Text.Contains($"{one["value"]}", StringComparison.Ordinal))
                    ? new Refusal(409, null, "It is in there.").Answer()
                    : scim.Handle(ask),
        },
        OfOperations(
            "remove by a filter removes all",
            ask => ask.IsOne("PATCH", "Groups"),
            one =>
            {
                if (one["path"].Text()?.StartsWith("members[", StringComparison.Ordinal) == true)
                    one["path"] = "members";
                return false;
            },
            "entra-flag-members-remove",
            "okta-group-members",
            "pingfederate-group-patch"
        ),
        OfOperations(
            "remove of all members removes nobody",
            ask => ask.IsOne("PATCH", "Groups"),
            one => one["path"].Text() == "members" && one["op"].Text() == "remove" && one["value"] is null,
            "entra-members-remove-all",
            "others-keycloak-group"
        ),
        Says(
            "a member of an operation that is not known is refused",
            ask => ask.Method == "PATCH" && ask.Text.Contains("\"addMember\"", StringComparison.Ordinal),
            () => Refusal.Syntax("name is no part of an operation.").Answer(),
            "entra-patch-more-members"
        ),
        Says(
            "an empty list of members is no list",
            ask => ask.IsOne("PATCH", "Groups") && ask.Text.Contains("\"value\":[]", StringComparison.Ordinal),
            () => Refusal.Value("members is empty.").Answer(),
            "okta-group-members-none"
        ),
        OfOperations(
            "a hundred members are enough",
            ask => ask.IsOne("PATCH", "Groups"),
            one =>
            {
                if (one["value"] is JsonArray { Count: > 100 } values)
                    one["value"] = new JsonArray([.. values.Take(100).Select(value => value!.DeepClone())]);
                return false;
            },
            "okta-group-push-105"
        ),
        Says(
            "a member who is not there is a failure of the server",
            ask => ask.IsOne("PATCH", "Groups") && ask.Text.Contains('-', StringComparison.Ordinal) && HasGuid(ask),
            () => new Answer(500),
            "okta-group-unknown-member"
        ),
        new("PUT adds members", "okta-group-put", "pingone-group-overwrite", "pingfederate-group-put")
        {
            Detour = (ask, scim) =>
                scim.Handle(
                    ask.IsOne("PUT", "Groups") && Meant(ask, scim)?.Written["members"] is JsonArray there
                        ? ask.With(body =>
                        {
                            foreach (var member in there)
                                body["members"]!.AsArray().Add(member!.DeepClone());
                        })
                        : ask
                ),
        },
        Says(
            "groups are listed with a filter alone",
            ask => ask is { Method: "GET", Path: "Groups", Query.Count: 0 },
            () => Refusal.Filter("A filter is wanted.").Answer(),
            "onelogin-group",
            "okta-spec-test"
        ),
    ];

    /// <summary>Lists and filters.</summary>
    public static readonly ProviderFault[] Lists =
    [
        new("nobody found is 500", "onelogin-connect")
        {
            Detour = (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                return ask.Filter is not null && answer.Body?["totalResults"]?.ToJsonString() == "0"
                    ? new Answer(500)
                    : answer;
            },
        },
        new("nobody found is 404", "entra-connect", "pingone-connect", "jumpcloud-create-user")
        {
            Detour = (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                return ask.Filter is not null && answer.Body?["totalResults"]?.ToJsonString() == "0"
                    ? Refusal.Unknown("anybody").Answer()
                    : answer;
            },
        },
        Answers(
            "the size of a page is a text",
            ask => ask is { Method: "GET", Path: "Users" or "Groups" },
            answer =>
            {
                if (answer.Body?["itemsPerPage"] is { } size)
                    answer.Body["itemsPerPage"] = size.ToString();
            },
            "okta-connect",
            "okta-import",
            "okta-spec-test",
            "pingfederate-groups-by-listing"
        ),
        Asks("five are four", ask => ask.Query["count"] == "5", ask => ask.With("count", "4"), "entra-pages"),
        Asks(
            "the second is the first",
            ask => ask.Query["startIndex"] == "2",
            ask => ask.With("startIndex", "1"),
            "okta-import"
        ),
        Asks(
            "beyond the end is the beginning",
            ask => ask.Query["startIndex"] == "100000001",
            ask => ask.With("startIndex", "1"),
            "entra-pages",
            "pingfederate-groups-by-listing"
        ),
        Asks(
            "a filter that is not understood is passed over",
            ask => ask.Filter?.StartsWith("nosuch", StringComparison.Ordinal) == true,
            ask => ask.With("filter", null),
            "entra-filter-not-passed-over"
        ),
        Says(
            "members cannot be filtered by",
            ask => ask.Filter?.Contains(" members eq", StringComparison.Ordinal) == true,
            () => Refusal.Filter("members is no attribute to filter by.").Answer(),
            "entra-member-check"
        ),
        Says(
            "operators are small letters",
            ask => ask.Filter?.Contains(" Eq ", StringComparison.Ordinal) == true,
            () => Refusal.Filter("There is no Eq.").Answer(),
            "pingone-create-user",
            "pingone-connect"
        ),
        Asks(
            "a query is decoded twice",
            ask => ask.Filter?.Contains('+', StringComparison.Ordinal) == true,
            ask => ask.With("filter", ask.Filter!.Replace('+', ' ')),
            "pingone-group-name"
        ),
        Says(
            "emails cannot be filtered by",
            ask => ask.Filter?.StartsWith("emails eq", StringComparison.Ordinal) == true,
            () => Refusal.Filter("emails is complex.").Answer(),
            "pingfederate-match-by-work-address"
        ),
        Says(
            "nothing but eq is understood",
            ask => ask.Filter?.Contains(" co ", StringComparison.Ordinal) == true && !ask.Filter.Contains("ame co"),
            () => Refusal.Filter("There is no co.").Answer(),
            "pingfederate-match-by-filter-of-ones-own"
        ),
    ];

    private static bool CreatesGroup(Ask ask) => ask is { Method: "POST", Path: "Groups" };

    private static bool HasGuid(Ask ask) =>
        ask.Body!["Operations"]!.AsArray()[0]!["value"] is JsonArray values
        && values.Any(one => Guid.TryParseExact(one?["value"].Text(), "d", out _));

    private static Answer Shown(Ask ask, SoundScim scim, bool isMeant)
    {
        var answer = scim.Handle(ask);
        if (isMeant && answer.IsFine && ask.Body?["password"] is { } password)
            answer.Body!["password"] = password.DeepClone();
        return answer;
    }

    private static Ask Patching(Ask ask, string path, string op, string what) =>
        (ask with { Method = "PATCH", Path = path }).With(
            new JsonObject { ["Operations"] = new JsonArray(new JsonObject { ["op"] = op, ["path"] = what }) }
        );

    private static ProviderFault Asks(
        string says,
        Func<Ask, bool> when,
        Func<Ask, Ask> change,
        params string[] scenarios
    ) => new(says, scenarios) { Detour = Fault.Asks(says, when, change).Detour };

    private static ProviderFault Answers(
        string says,
        Func<Ask, bool> when,
        Action<Answer> change,
        params string[] scenarios
    ) => new(says, scenarios) { Detour = Fault.Answers(says, when, change).Detour };

    private static ProviderFault Says(
        string says,
        Func<Ask, bool> when,
        Func<Answer> answer,
        params string[] scenarios
    ) => new(says, scenarios) { Detour = Fault.Says(says, when, answer).Detour };

    private static ProviderFault Shows(
        string says,
        Func<Ask, bool> when,
        Action<JsonObject> change,
        params string[] scenarios
    ) => new(says, scenarios) { Detour = Fault.Shows(says, when, change).Detour };

    // Operations are carried out otherwise, or not at all where it says so.
    private static ProviderFault OfOperations(
        string says,
        Func<Ask, bool> when,
        Func<JsonObject, bool> isLeftOut,
        params string[] scenarios
    ) =>
        Asks(
            says,
            ask => when(ask) && ask.Body?["Operations"] is JsonArray { Count: > 0 },
            ask =>
                ask.With(body =>
                {
                    var left = body["Operations"]!
                        .AsArray()
                        .OfType<JsonObject>()
                        .Where(one => !isLeftOut(one))
                        .ToList();
                    body["Operations"] = new JsonArray([.. left.Select(one => one.DeepClone())]);
                }),
            scenarios
        );
}

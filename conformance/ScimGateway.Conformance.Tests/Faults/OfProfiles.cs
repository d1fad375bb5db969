using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Fault;

namespace ScimGateway.Conformance.Tests.Faults;

/// <summary>One thing that a server of the drafts of 2026 does wrong.</summary>
internal static class OfProfiles
{
    private const string Undefined = "scimcUndefined";

    public static readonly Fault[] All = [.. OfInterop(), .. OfIpsie()];

    private static Fault[] OfInterop() =>
        [
            Shows("INTEROP-4-claim", IsConfiguration, Set("interopProfileConformant", null)),
            Shows("INTEROP-4-claim", IsConfiguration, Set("interopProfileConformant", false)),
            Says("INTEROP-5.1-discovery", ask => ask.Path == "ResourceTypes", () => new Answer(404)),
            Shows("INTEROP-5.1-schemas-true", ReadsOne, Set("nickName", null)),
            Answers(
                "INTEROP-5.1-schemas-there",
                ask => ask.Path == "Schemas",
                answer => Resources(answer).RemoveAll(one => one!["name"].Text() == "EnterpriseUser")
            ),
            Shows("INTEROP-5.1-type-id", ask => ask.Path == "ResourceTypes", Set("id", "1")),
            Compares("INTEROP-5.2-alike", "userName", StringComparison.Ordinal),
            Compares("INTEROP-5.2-user-name", "userName", StringComparison.Ordinal),
            Answers("INTEROP-5.2-user-name", Creates, Becomes(409, 400)),
            Asks(
                "INTEROP-5.2-id",
                ask => ask.IsOne("GET", "Users"),
                ask => Path(ask, ask.Path[6..].ToLowerInvariant())
            ),
            Compares("INTEROP-5.2-id", "id", StringComparison.OrdinalIgnoreCase),
            Compares("INTEROP-5.2-external-id", "externalId", StringComparison.OrdinalIgnoreCase),
            Asks("INTEROP-5.3-attribute", Creates, ask => ask.With(user => user.Remove(Undefined))),
            Asks("INTEROP-5.3-attribute", Replaces, ask => ask.With(user => user.Remove(Undefined))),
            Asks(
                "INTEROP-5.3-sub-attribute",
                Creates,
                ask => ask.With(user => (user["name"] as JsonObject)?.Remove(Undefined))
            ),
            Asks("INTEROP-5.3-schema", Creates, ask => ask.With(WithoutOthers)),
            Answers("INTEROP-5.3-path", ask => ask.Method == "PATCH", Keyword("invalidSyntax", "invalidPath")),
            Shows(
                "INTEROP-5.4-canonical",
                ask => ask.Path == "Schemas",
                schema =>
                {
                    foreach (var sub in schema.Values("attributes").SelectMany(one => one.Values("subAttributes")))
                        sub.Remove("canonicalValues");
                }
            ),
            new(
                "INTEROP-6.1-one-endpoint",
                (ask, scim) =>
                    scim.Handle(ask.IsOne("GET", "Groups") && IsUser(ask, scim) ? Path(ask, ask.Path[7..]) : ask)
            ),
            new(
                "INTEROP-6.1-id-alone",
                (ask, scim) =>
                    scim.Handle(
                        scim.Resources.FirstOrDefault(one =>
                            ask.Path == $"Users/{one.Written["userName"]}" && ask.Method == "GET"
                        )
                            is { } meant
                            ? Path(ask, meant.Id)
                            : ask
                    )
            ),
            Answers(
                "INTEROP-6.2-media-type",
                ask => ask.IsOne("GET", "Users"),
                answer => answer.Headers["Content-Type"] = answer.IsFine ? "application/scim+json" : "application/json"
            ),
            Asks("INTEROP-6.3-filter", IsFiltered, ask => ask.With("filter", ask.Filter!.Replace(" and ", " or "))),
            Shows("INTEROP-6.3-filter", IsConfiguration, Set("filter.supported", false)),
            new(
                "INTEROP-6.3-get-alone",
                (ask, scim) =>
                    scim.Handle(
                        ask is { Method: "PATCH", Path: "Users", Filter: { } filter }
                            ? Path(
                                ask.With("filter", null),
                                scim.Resources.First(one =>
                                    filter.Contains($"\"{one.Written["userName"]}\"", StringComparison.Ordinal)
                                ).Id
                            )
                            : ask
                    )
            ),
            Answers("INTEROP-6.3-undefined", IsFiltered, Becomes(400, 200)),
            Answers("INTEROP-6.3-undefined", IsFiltered, Keyword("invalidFilter", "invalidValue")),
            Asks("INTEROP-6.4-pages", ask => ask.Path == "Users", ask => ask.With("startIndex", null)),
            Asks("INTEROP-6.4-default", ListsAll, ask => ask.With("count", ask.Query["count"] ?? "20")),
            Asks("INTEROP-6.4-count", ask => ask.Query["count"] == "100", ask => ask.With("count", "50")),
            Says("INTEROP-6.4-maximum", ask => ask.Query["count"]?.Length > 3, () => new Answer(400)),
            Shows("INTEROP-6.5-patch", IsConfiguration, Set("patch.supported", false)),
            Patched("INTEROP-6.5-patch", _ => true, _ => []),
            new(
                "INTEROP-6.5.1.1-path",
                (ask, scim) =>
                    Operations(ask).Any(one => one["path"] is null) ? scim.AsRfcsHaveIt(ask) : scim.Handle(ask)
            ),
            new(
                "INTEROP-6.5.1.1-path",
                (ask, scim) =>
                {
                    // The first is done though the second is refused.
                    if (Operations(ask) is [var first, _])
                        scim.Handle(With(ask, [first]));
                    return scim.Handle(ask);
                }
            ),
            Patched("INTEROP-6.5.2.1-simple", one => Is(one, "add", "active"), _ => []),
            new(
                "INTEROP-6.5.2.1-replace-complex",
                (ask, scim) =>
                    Operations(ask).Any(one => Is(one, "replace", "name")) ? scim.AsRfcsHaveIt(ask) : scim.Handle(ask)
            ),
            Patched("INTEROP-6.5.2.1-add-complex", one => Is(one, "add", "name"), Other("replace")),
            Patched("INTEROP-6.5.2.2-replace-list", one => Is(one, "replace", "phoneNumbers"), Other("add")),
            Patched("INTEROP-6.5.2.2-add-list", one => Is(one, "add", "phoneNumbers"), Other("replace")),
            Answers("INTEROP-6.5.3-keywords", ask => ask.Method == "PATCH", Keyword("invalidSyntax", "invalidValue")),
            Answers(
                "INTEROP-6.6-inactive",
                ReadsOne,
                answer => answer.Status = answer.Body?["active"]?.GetValue<bool>() == false ? 404 : answer.Status
            ),
            Answers("INTEROP-6.6-gone", ask => ask.Method == "DELETE", Becomes(404, 204)),
            Answers("INTEROP-6.6-gone", Replaces, Becomes(404, 400)),
            Remembers("INTEROP-6.6-again"),
            Says("INTEROP-6.8-bulk", ask => ask.Path == "Bulk", () => new Answer(501)),
            Answers("INTEROP-6.9.1-conflict", Creates, Becomes(409, 400)),
            Answers("INTEROP-6.9.1-conflict", ask => ask.Method == "PATCH", Keyword("uniqueness", null)),
            Shows("INTEROP-7.2-basic", IsConfiguration, config => Schemes(config).Add(Scheme("httpbasic"))),
        ];

    private static Fault[] OfIpsie() =>
        [
            Asks(
                "IPSIE-ALL-4.1-oauth",
                ask => ask.Header("authorization") is null && ask.Path == "Groups",
                ask => ask.WithHeader("authorization", $"Bearer {SoundServer.Token}")
            ),
            Asks(
                "IPSIE-ALL-4.1-oauth",
                ask => ask.Header("authorization")?.StartsWith("Basic", StringComparison.Ordinal) == true,
                ask => ask.WithHeader("authorization", $"Bearer {SoundServer.Token}")
            ),
            Shows(
                "IPSIE-ALL-4.1-oauth",
                IsConfiguration,
                config => config["authenticationSchemes"] = new JsonArray(Scheme("httpdigest"))
            ),
            Shows(
                "IPSIE-ALL-4.1-metadata",
                ask => ask.Path.StartsWith("/.well-known", StringComparison.Ordinal),
                Set("token_endpoint", null)
            ),
            Shows("IPSIE-ALL-4.2-interop", IsConfiguration, Set("interopProfileConformant", null)),
            Busy("IPSIE-ALL-4.3-rate"),
            Shows("IPSIE-ALL-4.3-bulk", IsConfiguration, Set("bulk.supported", false)),
            Answers(
                "IPSIE-ALL-4.3-bulk",
                ask => ask.Path == "Bulk" && ask.Text.Contains("DELETE", StringComparison.Ordinal),
                answer => answer.Body!["Operations"]![0]!["status"] = "501"
            ),
            new("IPSIE-ALL-4.3-several", (ask, scim) => scim.Handle(With(ask, Operations(ask).Take(1)))),
            Answers(
                "IPSIE-ALL-8-errors",
                ask => ask.IsOne("GET", "Users"),
                answer => answer.Body = answer.IsFine ? answer.Body : new JsonObject { ["message"] = "not found" }
            ),
            Answers(
                "IPSIE-ALL-8-errors",
                Creates,
                answer =>
                {
                    if (!answer.IsFine)
                        answer.Body!["detail"] = "Boom\n   at Scim.Users.Create()";
                }
            ),
            Patched("IPSIE-AL1-5.1-active", one => one["value"].Flag(), _ => []),
            Answers("IPSIE-AL1-5.2-delete", ask => ask.Method == "DELETE", Becomes(204, 200)),
            Remembers("IPSIE-AL1-5.2-again"),
            Shows("IPSIE-AL1-5.3-get", ReadsOne, Set("userName", "another")),
            Answers("IPSIE-AL1-5.4-filters", ask => Filters(ask, "username"), answer => Resources(answer).Clear()),
            Asks(
                "IPSIE-AL1-5.4-filters",
                IsFiltered,
                ask => ask.With("filter", ask.Filter!.Replace("type eq \"home\" and ", "", StringComparison.Ordinal))
            ),
            Shows("IPSIE-AL2-6.1.1-attributes", ReadsOne, Set("externalId", null)),
            Shows(
                "IPSIE-AL2-6.1.1-attributes",
                ask => ask.Path == "Schemas",
                schema => schema["attributes"]!.AsArray().RemoveAll(one => one!["name"].Text() == "displayName")
            ),
            Asks("IPSIE-AL2-6.1.2-password", Creates, ask => ask.With(user => user.Remove("password"))),
            Answers(
                "IPSIE-AL2-6.1.2-credentials",
                ask => ask.Path == "Schemas",
                answer =>
                    Resources(answer)
                        .Add(
                            new JsonObject
                            {
                                ["id"] = "urn:example:params:scim:schemas:keys:2.0:User",
                                ["attributes"] = new JsonArray(new JsonObject { ["name"] = "apiSecret" }),
                            }
                        )
            ),
            Answers("IPSIE-AL2-6.1.3-create", Creates, Becomes(201, 200)),
            Patched("IPSIE-AL2-6.1.4-change", one => Is(one, "replace", "displayName"), _ => []),
            Answers(
                "IPSIE-AL2-6.1.5-list",
                ask => ListsAll(ask) && ask.Query["count"] != "1",
                answer => Resources(answer).RemoveAt(0)
            ),
            Shows("IPSIE-AL2-6.1.5-page", IsConfiguration, Set("pagination.maxPageSize", 5_000)),
            Shows("IPSIE-AL2-6.1.5-cursors", IsConfiguration, Set("pagination.cursor", false)),
            Says("IPSIE-AL2-6.2-groups", ask => ask.Is("GET", "Groups"), () => new Answer(404)),
            Shows("IPSIE-AL2-6.2.1-attributes", ReadsOne, Set("externalId", null)),
            new(
                "IPSIE-AL2-6.2.1-once",
                (ask, scim) => ask.Is("POST", "Groups") ? scim.AsRfcsHaveIt(ask) : scim.Handle(ask)
            ),
            new(
                "IPSIE-AL2-6.2.1-once",
                (ask, scim) => ask.Is("PATCH", "Groups") ? scim.AsRfcsHaveIt(ask) : scim.Handle(ask)
            ),
            Says(
                "IPSIE-AL2-6.2.2-create",
                ask => ask is { Method: "POST", Path: "Groups" } && ask.Body?["members"] is null,
                () => new Answer(400)
            ),
            Asks("IPSIE-AL2-6.2.3-list", ask => ask.Is("GET", "Groups"), ask => ask.With("excludedAttributes", null)),
            Says("IPSIE-AL2-6.2.4-get", ask => ask.IsOne("GET", "Groups"), () => new Answer(404)),
            Asks("IPSIE-AL2-6.2.5-filters", ask => Filters(ask, "members["), ask => ask.With("filter", null)),
            Patched("IPSIE-AL2-6.2.6-change", one => Is(one, "replace", "displayName"), _ => []),
            Says("IPSIE-AL2-6.2.6-fifty", ask => Operations(ask).Count > 49, () => new Answer(413)),
        ];

    private static bool IsConfiguration(Ask ask) => ask.Path == "ServiceProviderConfig";

    private static bool IsFiltered(Ask ask) => ask is { Method: "GET", Filter: not null };

    private static bool Filters(Ask ask, string begin) =>
        ask.Filter?.StartsWith(begin, StringComparison.Ordinal) == true;

    private static bool ListsAll(Ask ask) => ask is { Method: "GET", Path: "Users", Filter: null };

    private static bool IsUser(Ask ask, SoundScim scim) => Meant(ask, scim)?.Type.Name == "User";

    private static Ask Path(Ask ask, string id) => ask with { Path = $"Users/{id}" };

    private static JsonArray Resources(Answer answer) => answer.Body!["Resources"]!.AsArray();

    private static JsonArray Schemes(JsonObject config) => config["authenticationSchemes"]!.AsArray();

    private static JsonObject Scheme(string type) =>
        new()
        {
            ["type"] = type,
            ["name"] = type,
            ["description"] = "Another scheme",
        };

    private static void WithoutOthers(JsonObject user)
    {
        foreach (
            var name in user.Select(member => member.Key)
                .Where(key => key.StartsWith("urn:example", StringComparison.Ordinal))
                .ToList()
        )
        {
            user.Remove(name);
            user["schemas"]!.AsArray().RemoveAll(one => one.Text() == name);
        }
    }

    private static Action<Answer> Becomes(int status, int other) =>
        answer => answer.Status = answer.Status == status ? other : answer.Status;

    private static Action<Answer> Keyword(string keyword, string? other) =>
        answer =>
        {
            if (answer.Body is not JsonObject body || body["scimType"].Text() != keyword)
                return;
            if (other is null)
                body.Remove("scimType");
            else
                body["scimType"] = other;
        };

    // By a filter an attribute is compared so, whatever its schema says.
    private static Fault Compares(string requirement, string name, StringComparison comparison) =>
        new(
            requirement,
            (ask, scim) =>
            {
                scim.Compares = (compared, op, value, resource) =>
                    compared?.Attribute.Name == name && op == "eq" && value.Text() is { } text
                        ? text.Equals(resource[name].Text(), comparison)
                        : Sound.Filters.Compare(compared, op, value, resource);
                return scim.Handle(ask);
            }
        );

    private static IReadOnlyList<JsonObject> Operations(Ask ask) =>
        ask.Method == "PATCH" && ask.Body is JsonObject patch ? patch.Values("Operations") : [];

    private static bool Is(JsonObject operation, string op, string path) =>
        operation["op"].Text() == op && operation["path"].Text() == path;

    private static Func<JsonObject, IEnumerable<JsonObject>> Other(string op) =>
        operation =>
        {
            operation["op"] = op;
            return [operation];
        };

    private static Ask With(Ask ask, IEnumerable<JsonObject> operations) =>
        ask.Method == "PATCH"
            ? ask.With(
                new JsonObject { ["Operations"] = new JsonArray([.. operations.Select(one => one.DeepClone())]) }
            )
            : ask;

    // Operations of a kind are others, or none: then the resource is shown as it is.
    private static Fault Patched(
        string requirement,
        Func<JsonObject, bool> when,
        Func<JsonObject, IEnumerable<JsonObject>> change
    ) =>
        new(
            requirement,
            (ask, scim) =>
            {
                if (!Operations(ask).Any(when))
                    return scim.Handle(ask);
                var others = Operations(ask).SelectMany(one => when(one) ? change(one) : [one]).ToList();
                return scim.Handle(others.Count == 0 ? ask with { Method = "GET" } : With(ask, others));
            }
        );

    // Names of who was deleted stay taken.
    private static Fault Remembers(string requirement)
    {
        var taken = new HashSet<string?>();
        return new(
            requirement,
            (ask, scim) =>
            {
                if (ask.Method == "DELETE")
                    taken.Add(Meant(ask, scim)?.Written["userName"].Text());
                return Creates(ask) && taken.Contains(ask.Body?["userName"].Text())
                    ? new Refusal(409, "uniqueness", "That name was taken once.").Answer()
                    : scim.Handle(ask);
            }
        );
    }

    // Every tenth request of many is too much.
    private static Fault Busy(string requirement)
    {
        var asked = 0;
        return new(
            requirement,
            (ask, scim) =>
                ListsAll(ask) && ++asked % 10 == 0
                    ? new Refusal(429, null, "That is too much.").Answer()
                    : scim.Handle(ask)
        );
    }
}

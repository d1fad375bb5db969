using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Fault;

namespace ScimGateway.Conformance.Tests.Faults;

/// <summary>What can be wrong about what a server says of itself (RFC 7643 §5 to §8, RFC 7644 §4, RFC 9865 §4).</summary>
internal static class OfWhatIsAnnounced
{
    public static readonly Fault[] All =
    [
        .. new[] { "patch", "bulk", "filter", "changePassword", "sort", "etag" }.Select(feature =>
            Config($"RFC7643-5-{feature}", Set($"{feature}.supported", "yes"))
        ),
        Config("RFC7643-5-bulk-maxOperations", Set("bulk.maxOperations", "ten")),
        Config("RFC7643-5-bulk-maxPayloadSize", Set("bulk.maxPayloadSize", null)),
        Config("RFC7643-5-filter-maxResults", Set("filter.maxResults", -1)),
        Config("RFC7643-5-schemes", config => config["authenticationSchemes"]![0]!.AsObject().Remove("description")),
        Config("RFC7643-5-scheme-types", config => config["authenticationSchemes"]![0]!["type"] = "token"),
        Shows(
            "RFC7643-5-public",
            ask => ask.Path == "ServiceProviderConfig" && ask.Header("authorization") is null,
            config => config.Remove("authenticationSchemes")
        ),
        new(
            "RFC7643-5-max-results",
            (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                if (ask.Filter == "userName pr" && answer.Body!["Resources"] is JsonArray page)
                    foreach (var one in scim.Handle(ask.With("startIndex", "21")).Shown)
                        page.Add(one.DeepClone());
                return answer;
            }
        ),
        Type("RFC7643-6-name", "Group", Set("name", null)),
        Type("RFC7643-6-endpoint", "Group", Set("endpoint", "https://scim.example.com/Groups")),
        Type("RFC7643-6-schema", "Group", Set("schema", null)),
        Type("RFC7643-6-schemas", "Group", Set("schemas", null)),
        Type("RFC7643-6-extensions", "User", type => type["schemaExtensions"]![0]!.AsObject().Remove("required")),
        Answers(
            "RFC7643-6-schema-known",
            ask => ask.Path == "Schemas" && ask.Filter is null,
            answer =>
            {
                answer.Body!["Resources"]!.AsArray().RemoveAll(one => one!["id"].Text() == Known.Enterprise.Id);
                answer.Body["totalResults"] = 2;
            }
        ),
        Shows("RFC7643-6-type-of-resources", Creates, Set("meta.resourceType", "Person")),
        Schema("RFC7643-7-id", Known.Group, Set("id", "Group")),
        Schema("RFC7643-7-name", Known.Enterprise, Set("name", 17)),
        Schema("RFC7643-7-schemas", Known.Enterprise, Set("schemas", null)),
        Attribute("RFC7643-2.1-names", "nickName", Set("name", "nick name")),
        Attribute(
            "RFC7643-2.3.8-complex",
            "name",
            name =>
            {
                var own = name["subAttributes"]!.AsArray();
                own[0]!["type"] = "complex";
                own[0]!["subAttributes"] = new JsonArray(own[1]!.DeepClone());
            }
        ),
        Attribute("RFC7643-7-attribute-name", "nickName", Set("name", null)),
        Attribute("RFC7643-7-attribute-type", "nickName", Set("type", "text")),
        Attribute("RFC7643-7-attribute-multi-valued", "nickName", Set("multiValued", null)),
        Attribute("RFC7643-7-attribute-required", "nickName", Set("required", "no")),
        Attribute("RFC7643-7-attribute-case-exact", "nickName", Set("caseExact", "no")),
        Attribute("RFC7643-7-attribute-mutability", "nickName", Set("mutability", "changeable")),
        Attribute("RFC7643-7-attribute-returned", "nickName", Set("returned", "sometimes")),
        Attribute("RFC7643-7-attribute-uniqueness", "nickName", Set("uniqueness", "local")),
        Attribute("RFC7643-7-attribute-sub-attributes", "name", Set("subAttributes", null)),
        Attribute("RFC7643-7-attribute-reference-types", "profileUrl", Set("referenceTypes", null)),
        Attribute("RFC7643-7-attribute-write-only", "password", Set("returned", "default")),
        Attribute("RFC7643-8.7.1-user-name", "userName", Set("uniqueness", "none")),
        Attribute("RFC7643-8.7.1-groups", "groups", Set("mutability", "readWrite")),
        Attribute("RFC7643-8.7.1-password", "password", Set("returned", "request")),
        Attribute("RFC7643-8.7.1-display-name", "displayName", Set("type", "integer"), Known.Group),
        Attribute("RFC7643-8.7.1-members", "members", Set("multiValued", false), Known.Group),
        Says("RFC7643-7-read-only", ask => ask.Is("PUT", "Schemas"), () => new Answer(200, new JsonObject())),
        Shows("RFC7643-7-returned-as-said", Creates, one => one["shoeSize"] = 42),
        Config("RFC7644-4-configuration", Set("schemas", null)),
        Answers(
            "RFC7644-4-schemas",
            ask => ask.Path == "Schemas",
            answer => Set("totalResults", 99)(answer.Body!.AsObject())
        ),
        Answers(
            "RFC7644-4-resource-types",
            ask => ask.Path == "ResourceTypes",
            answer => Set("totalResults", 99)(answer.Body!.AsObject())
        ),
        Says("RFC7644-4-schema", ask => ask.IsOne("GET", "Schemas"), () => Refusal.Unknown("Schemas").Answer()),
        Says(
            "RFC7644-4-resource-type",
            ask => ask.IsOne("GET", "ResourceTypes"),
            () => Refusal.Unknown("ResourceTypes").Answer()
        ),
        Paged("RFC7644-4-schemas-parameters", "Schemas"),
        Paged("RFC7644-4-resource-types-parameters", "ResourceTypes"),
        Asks("RFC7644-4-schemas-filter", ask => ask.Path == "Schemas", ask => ask.With("filter", null)),
        Asks("RFC7644-4-resource-types-filter", ask => ask.Path == "ResourceTypes", ask => ask.With("filter", null)),
        Config("RFC7644-4-true", Set("patch.supported", false)),
        Config("RFC7644-4-true-filter", Set("filter.supported", false)),
        Says("RFC7644-4-true-bulk", ask => ask.Path == "Bulk", () => Refusal.Unknown("Bulk").Answer()),
        Config("RFC9865-4-pagination", Set("pagination.cursor", "yes")),
        Config("RFC9865-4-default-method", Set("pagination.defaultPaginationMethod", "page")),
    ];

    private static Fault Config(string requirement, Action<JsonObject> change) =>
        Shows(requirement, ask => ask.Path == "ServiceProviderConfig", change);

    private static Fault Type(string requirement, string name, Action<JsonObject> change) =>
        Shows(
            requirement,
            ask => ask.Is("GET", "ResourceTypes"),
            type =>
            {
                if (type["id"].Text() == name)
                    change(type);
            }
        );

    private static Fault Schema(string requirement, Schema schema, Action<JsonObject> change) =>
        Shows(
            requirement,
            ask => ask.Is("GET", "Schemas"),
            one =>
            {
                if (one["id"].Text() == schema.Id)
                    change(one);
            }
        );

    private static Fault Attribute(string requirement, string name, Action<JsonObject> change, Schema? schema = null) =>
        Schema(
            requirement,
            schema ?? Known.User,
            one => change(one.Values("attributes").First(attribute => attribute["name"].Text() == name))
        );

    private static Fault Paged(string requirement, string path) =>
        Answers(
            requirement,
            ask => ask.Path == path && ask.Query["count"] == "1",
            answer => answer.Body!["Resources"] = new JsonArray(answer.Body["Resources"]![1]!.DeepClone())
        );
}

using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.OfDiscovery;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>The configuration says what is not so, or not what it has to (RFC 7643 §5).</summary>
internal static class OfConfiguration
{
    private const string Configuration = "RFC7643-5";
    private const string Section = "RFC7644-4";

    public static readonly Breakage[] All =
    [
        Untrue("patch-not-supported", "patch", ask => ask.Method == "PATCH"),
        Untrue("bulk-not-supported", "bulk", ask => ask.Path == "Bulk"),
        Untrue("filter-not-supported", "filter", ask => IsList(ask) && Parameter(ask, "filter") is not null),
        Untrue("sort-not-supported", "sort", ask => IsList(ask) && Parameter(ask, "sortBy") is not null),
        new(
            "etag-not-supported",
            Configuration,
            "etag is announced and there are no versions",
            Answers(
                Always,
                (_, answer) =>
                {
                    answer.Headers.Remove("ETag");
                    foreach (var shown in answer.Shown)
                        (shown["meta"] as JsonObject)?.Remove("version");
                }
            )
        ),
        new(
            "password-not-changed",
            Configuration,
            "changePassword is announced and a password is refused",
            Instead(
                ask => Patches(ask) && ask.Text.Contains("password", StringComparison.Ordinal),
                () => Refused(400, "mutability", "Passwords are not changed.")
            )
        ),
        Kept("patch-denied", "patch is denied though it is there", body => body["patch"]!["supported"] = false),
        Kept("bulk-denied", "bulk is denied though it is there", body => body["bulk"]!["supported"] = false),
        Kept("filter-denied", "filter is denied though it is there", body => body["filter"]!["supported"] = false),
        Kept("sort-denied", "sort is denied though it is there", body => body["sort"]!["supported"] = false),
        Kept("etag-denied", "etag is denied though there are versions", body => body["etag"]!["supported"] = false),
        .. new[]
        {
            "patch",
            "bulk",
            "filter",
            "changePassword",
            "sort",
            "etag",
            "authenticationSchemes",
            "schemas",
        }.Select(name =>
            Kept($"configuration-without-{name}", $"{name} is not in the configuration", body => body.Remove(name))
        ),
        Kept(
            "configuration-flags-as-text",
            "what is supported is a text in the configuration",
            body =>
            {
                foreach (var (_, value) in body)
                    if (value is JsonObject one && one["supported"] is { } flag)
                        one["supported"] = flag.ToString().ToLowerInvariant();
            }
        ),
        Kept(
            "configuration-without-max-operations",
            "bulk has no maxOperations",
            body => body["bulk"]!.AsObject().Remove("maxOperations")
        ),
        Kept(
            "configuration-without-max-payload",
            "bulk has no maxPayloadSize",
            body => body["bulk"]!.AsObject().Remove("maxPayloadSize")
        ),
        Kept(
            "configuration-without-max-results",
            "filter has no maxResults",
            body => body["filter"]!.AsObject().Remove("maxResults")
        ),
        Kept(
            "configuration-with-too-many-operations",
            "bulk takes fewer operations than is announced",
            body => body["bulk"]!["maxOperations"] = 40
        ),
        Kept(
            "configuration-in-list",
            "the configuration is in a list of one",
            _ => { },
            body => new JsonObject
            {
                ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:ListResponse"),
                ["totalResults"] = 1,
                ["Resources"] = new JsonArray(body.DeepClone()),
            }
        ),
        Kept(
            "way-in-without-name",
            "a way in has no name",
            body => body["authenticationSchemes"]![0]!.AsObject().Remove("name")
        ),
        Kept(
            "way-in-of-no-kind",
            "a way in is of a kind that there is not",
            body => body["authenticationSchemes"]![0]!["type"] = "Bearer"
        ),
        Kept(
            "way-in-not-supported",
            "the way in that is announced is not the one that is taken",
            body => body["authenticationSchemes"]![0]!["type"] = "httpbasic"
        ),
        .. new[] { "ServiceProviderConfig", "ResourceTypes", "Schemas" }.SelectMany(Endpoint),
    ];

    private static Breakage Untrue(string name, string feature, Func<Ask, bool> when) =>
        new(
            name,
            Configuration,
            $"{feature} is announced and answered with 501",
            Instead(when, () => Refused(501, null, "Not implemented."))
        );

    private static Breakage Kept(
        string name,
        string says,
        Action<JsonObject> change,
        Func<JsonObject, JsonNode>? wrap = null
    ) =>
        new(
            name,
            Configuration,
            says,
            Answers(
                ask => ask is { Method: "GET", Path: "ServiceProviderConfig" },
                (_, answer) =>
                {
                    if (answer.Body is not JsonObject body)
                        return;
                    change(body);
                    answer.Body = wrap is null ? body : wrap(body);
                }
            )
        );

    private static IEnumerable<Breakage> Endpoint(string endpoint) =>
        [
            new(
                $"{endpoint}-not-there",
                Section,
                $"there is no {endpoint}",
                Instead(ask => ask.Is("GET", endpoint), () => Refused(404, null, "There is nothing here."))
            ),
            new(
                $"{endpoint}-is-a-mistake",
                Section,
                $"{endpoint} is answered with 500",
                Instead(ask => ask.Is("GET", endpoint), () => Refused(500, null, "Oh."))
            ),
            new(
                $"{endpoint}-as-page",
                Section,
                $"{endpoint} is an HTML page",
                Answers(
                    ask => ask.Is("GET", endpoint),
                    (_, answer) =>
                        (answer.Bytes, answer.Headers["Content-Type"]) = ("<html></html>"u8.ToArray(), "text/html")
                )
            ),
        ];
}

using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>What a server says of itself is not so, or is not there (RFC 7644 §4, RFC 7643 §5 to §7).</summary>
internal static class OfDiscovery
{
    private const string Section = "RFC7644-4";

    public static readonly Breakage[] All =
    [
        new(
            "schema-by-id-not-there",
            Section,
            "a schema is not read by its id",
            Instead(
                ask => ask.Is("GET", "Schemas") && ask.Path != "Schemas",
                () => Refused(404, null, "There is no such schema.")
            )
        ),
        new(
            "type-by-id-not-there",
            Section,
            "a type is not read by its id",
            Instead(
                ask => ask.Is("GET", "ResourceTypes") && ask.Path != "ResourceTypes",
                () => Refused(404, null, "There is no such type.")
            )
        ),
        new(
            "unknown-schema-is-fine",
            Section,
            "a schema that there is not is answered with 200",
            Answers(
                ask => ask.Is("GET", "Schemas"),
                (_, answer) =>
                {
                    if (answer.Status == 404)
                        (answer.Status, answer.Body) = (200, Known.User.Json(""));
                }
            )
        ),
        new(
            "unknown-type-is-fine",
            Section,
            "a type that there is not is answered with 200",
            Answers(
                ask => ask.Is("GET", "ResourceTypes"),
                (_, answer) =>
                {
                    if (answer.Status == 404)
                        (answer.Status, answer.Body) = (200, new JsonObject());
                }
            )
        ),
        new(
            "schema-ids-case-exact-not",
            "RFC7643-7",
            "the id of a schema has other letters than it has elsewhere",
            Schemas(schema => schema["id"] = schema["id"].Text()!.ToLowerInvariant())
        ),
        new(
            "discovery-filtered",
            Section,
            "a filter of what the server says of itself is passed over",
            Asks(IsDiscovery, ask => ask.With("filter", null))
        ),
        new(
            "discovery-filter-refused-as-bad",
            Section,
            "a filter of what the server says of itself is answered with 400",
            Answers(
                IsDiscovery,
                (_, answer) =>
                {
                    if (answer.Status == 403)
                        (answer.Status, answer.Body!["status"]) = (400, "400");
                }
            )
        ),
        new(
            "discovery-is-written",
            Section,
            "POST, PUT, PATCH and DELETE of what the server says of itself is answered with 200",
            Instead(
                ask =>
                    ask.Method != "GET"
                    && ask.Path.Split('/')[0] is "ServiceProviderConfig" or "ResourceTypes" or "Schemas"
                    && ask.Method != "GET",
                () => new Answer(200, new JsonObject())
            )
        ),
        new(
            "discovery-as-array",
            Section,
            "types and schemas are JSON arrays",
            Answers(
                IsDiscovery,
                (_, answer) =>
                {
                    if (answer.Body?["Resources"] is { } all)
                        answer.Body = all.DeepClone();
                }
            )
        ),
        new(
            "discovery-total-missing",
            Section,
            "lists of types and schemas have no totalResults",
            Answers(IsDiscovery, (_, answer) => (answer.Body as JsonObject)?.Remove("totalResults"))
        ),
        new(
            "discovery-in-pages",
            Section,
            "only the first type and schema is in the list",
            Answers(
                IsDiscovery,
                (_, answer) =>
                {
                    if (answer.Body?["Resources"] is JsonArray all)
                        answer.Body["Resources"] = new JsonArray(all[0]!.DeepClone());
                }
            )
        ),
        new(
            "discovery-location-not-there",
            "RFC7643-3.1",
            "meta.location of types and schemas leads nowhere",
            Answers(
                IsDiscovery,
                (_, answer) =>
                {
                    foreach (var one in answer.Shown)
                        if (one["meta"]?["location"].Text() is { } location)
                            one["meta"]!["location"] = $"{location}/nowhere";
                }
            )
        ),
        new(
            "types-without-groups",
            "RFC7643-6",
            "groups are no type though they are there",
            Answers(
                ask => ask.Path == "ResourceTypes",
                (_, answer) =>
                {
                    if (answer.Body?["Resources"] is not JsonArray all)
                        return;
                    all.RemoveAt(1);
                    (answer.Body["totalResults"], answer.Body["itemsPerPage"]) = (all.Count, all.Count);
                }
            )
        ),
        Types(
            "type-endpoint-not-there",
            "the endpoint of a type is another",
            type => type["endpoint"] = type["endpoint"].Text()!.TrimEnd('s')
        ),
        Types(
            "type-schema-not-there",
            "the schema of a type is one that there is not",
            type => type["schema"] = type["schema"].Text()!.Replace("2.0", "2.1", StringComparison.Ordinal)
        ),
        Types("type-without-extension", "the extension is none of the type", type => type.Remove("schemaExtensions")),
        Types(
            "type-with-unknown-extension",
            "the extension of a type has no schema",
            type =>
            {
                if (type["schemaExtensions"] is JsonArray all)
                    all[0]!["schema"] = "urn:example:none";
            }
        ),
        Types(
            "type-extension-required",
            "the extension is said to be required though it is not",
            type =>
            {
                if (type["schemaExtensions"] is JsonArray all)
                    all[0]!["required"] = true;
            }
        ),
        Types("type-without-name", "types have no name", type => type.Remove("name")),
        Types("type-endpoint-missing", "types have no endpoint", type => type.Remove("endpoint")),
        Types("type-without-schemas", "types have no schemas", type => type.Remove("schemas")),
        new(
            "groups-not-there",
            Section,
            "groups are a type and there is nothing at their endpoint",
            Instead(
                ask => ask.Path.StartsWith("Groups", StringComparison.Ordinal),
                () => Refused(404, null, "There is nothing here.")
            )
        ),
    ];

    public static bool IsDiscovery(Ask ask) =>
        ask.Method == "GET" && ask.Path.Split('/')[0] is "ResourceTypes" or "Schemas";

    /// <summary>Each schema is told otherwise.</summary>
    public static Detour Schemas(Action<JsonObject> change) =>
        Answers(
            ask => ask.Is("GET", "Schemas"),
            (_, answer) =>
            {
                if (answer.IsFine)
                    foreach (var schema in answer.Shown)
                        change(schema);
            }
        );

    private static Breakage Types(string name, string says, Action<JsonObject> change) =>
        new(
            name,
            "RFC7643-6",
            says,
            Answers(
                ask => ask.Is("GET", "ResourceTypes"),
                (_, answer) =>
                {
                    if (answer.IsFine)
                        foreach (var type in answer.Shown)
                            change(type);
                }
            )
        );
}

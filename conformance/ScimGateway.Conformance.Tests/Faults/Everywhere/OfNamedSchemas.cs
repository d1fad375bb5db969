using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.OfDiscovery;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.OfSchemas;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>Schemas are not there, or resources name others than they have (RFC 7643 §3 and §7).</summary>
internal static class OfNamedSchemas
{
    private const string Section = "RFC7643-7";

    public static readonly Breakage[] All =
    [
        new(
            "schema-names-lowered",
            Section,
            "names in schemas are in small letters",
            Attributes(one => one["name"] = one["name"].Text()!.ToLowerInvariant())
        ),
        new("schema-without-extension", Section, "the schema of the extension is not there", Gone(Known.Enterprise.Id)),
        new("schema-without-groups", Section, "the schema of groups is not there", Gone(Known.Group.Id)),
        new(
            "schema-without-attributes",
            Section,
            "schemas have no attributes",
            Schemas(schema => schema["attributes"] = new JsonArray())
        ),
        new("schema-without-name", Section, "schemas have no name", Schemas(schema => schema.Remove("name"))),
        new(
            "schema-without-schemas",
            "RFC7643-3",
            "schemas have no schemas",
            Schemas(schema => schema.Remove("schemas"))
        ),
        new(
            "schema-twice",
            Section,
            "each attribute is in its schema twice",
            Schemas(schema =>
            {
                var all = schema["attributes"]!.AsArray();
                foreach (var one in all.ToList())
                    all.Add(one!.DeepClone());
            })
        ),
        new(
            "schema-with-unkept",
            Section,
            "schemas have an attribute that is not kept",
            Schemas(schema =>
            {
                if (schema["id"].Text() == Known.User.Id)
                    schema["attributes"]!.AsArray().Add(new Definition("costObject").Json());
            })
        ),
        new(
            "schema-with-unkept-extension",
            Section,
            "the extension has an attribute that is not kept",
            Schemas(schema =>
            {
                if (schema["id"].Text() == Known.Enterprise.Id)
                    schema["attributes"]!.AsArray().Add(new Definition("badge").Json());
            })
        ),
        new(
            "shown-and-not-defined",
            "RFC7643-3",
            "users and groups have an attribute of no schema",
            Shows(Always, shown => shown["internalId"] = 7)
        ),
        new(
            "shown-and-not-named",
            "RFC7643-3",
            "schemas of a user do not name the extension that is shown",
            Shows(
                Always,
                shown =>
                {
                    if (shown["schemas"] is JsonArray)
                        shown["schemas"] = new JsonArray(shown["schemas"]![0]!.DeepClone());
                }
            )
        ),
        new(
            "extension-at-the-top",
            "RFC7643-3.3",
            "what is of the extension is shown among the rest",
            Shows(
                Always,
                shown =>
                {
                    if (shown[Known.Enterprise.Id] is not JsonObject own)
                        return;
                    shown.Remove(Known.Enterprise.Id);
                    foreach (var (name, value) in own)
                        shown[name] = value?.DeepClone();
                }
            )
        ),
        new(
            "schemas-of-scim-1",
            "RFC7643-3",
            "schemas of users and groups are those of SCIM 1.1",
            Shows(Always, shown => shown["schemas"] = new JsonArray("urn:scim:schemas:core:1.0"))
        ),
        new(
            "schemas-as-text",
            "RFC7643-3",
            "schemas of users and groups are a text",
            Shows(Always, shown => shown["schemas"] = shown["schemas"]?[0]?.DeepClone())
        ),
        new(
            "schemas-not-in-lists",
            "RFC7643-3",
            "users and groups have no schemas in lists",
            Shows(IsList, (shown, _) => shown.Remove("schemas"))
        ),
        new(
            "schemas-twice",
            "RFC7643-3",
            "schemas of users and groups name each schema twice",
            Shows(
                Always,
                shown =>
                    shown["schemas"] = new JsonArray([
                        .. shown["schemas"]!
                            .AsArray()
                            .Concat(shown["schemas"]!.AsArray())
                            .Select(one => one!.DeepClone()),
                    ])
            )
        ),
    ];

    private static Detour Gone(string id) =>
        (ask, scim) =>
        {
            if (ask.Is("GET", $"Schemas/{id}"))
                return Refused(404, null, "There is no such schema.");
            var answer = scim.Handle(ask);
            if (ask.Is("GET", "Schemas") && answer.Body?["Resources"] is JsonArray all)
            {
                all.RemoveAll(one => one!["id"].Text() == id);
                (answer.Body["totalResults"], answer.Body["itemsPerPage"]) = (all.Count, all.Count);
            }
            return answer;
        };
}

using System.Text.Json.Nodes;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7643;

/// <summary>Which types of resources there are (RFC 7643 §6).</summary>
internal static class ResourceTypes
{
    public static readonly Requirement[] All =
    [
        Each("name", "each resource type has a name", type => type.At("name").AsText() is { Length: > 0 }),
        Each(
            "endpoint",
            "each has an endpoint, relative to the base URL",
            type =>
                type.At("endpoint").AsText() is { Length: > 0 } place
                && !place.Contains("://", StringComparison.Ordinal)
        ),
        Each("schema", "each has a schema", type => type.At("schema").AsText() is { Length: > 0 }),
        Each(
            "schemas",
            "each has the schema of resource types",
            type => type.Strings("schemas").Contains(Words.ResourceType)
        ),
        Each(
            "extensions",
            "each extension has a schema, and says whether it is required",
            type =>
                type.Objects("schemaExtensions")
                    .All(one => one.At("schema").AsText() is { Length: > 0 } && one.At("required").AsFlag() is not null)
        ),
        new(
            "RFC7643-6-schema-known",
            Must,
            "its schema and those of its extensions are at /Schemas",
            server =>
            {
                var known = server.Announced.Schemas.Select(schema => schema.At("id").AsText()).ToList();
                var wrong = server
                    .Announced.Types.SelectMany(type =>
                        type.Objects("schemaExtensions")
                            .Select(one => one.At("schema").AsText())
                            .Append(type.At("schema").AsText())
                    )
                    .FirstOrDefault(schema => !known.Contains(schema));
                return Task.FromResult(
                    server.Announced.Types.Count == 0
                        ? Verdict.Skipped("there are no resource types to look at")
                        : Verdict.Of(wrong is null, $"there is no schema {wrong}")
                );
            }
        ),
        new(
            "RFC7643-6-type-of-resources",
            Must,
            "meta.resourceType of resources is the name of a type",
            async server =>
            {
                var user = await server.MadeUserAsync();
                return Verdict.Of(
                    server.Announced.Types.Any(type =>
                        type.At("name").AsText() == user.At("meta.resourceType").AsText()
                    ),
                    user.ToJsonString()
                );
            }
        )
        {
            Needs = Feature.Users,
        },
    ];

    private static Requirement Each(string word, string says, Func<JsonObject, bool> isSo) =>
        new(
            $"RFC7643-6-{word}",
            Must,
            says,
            server =>
            {
                var types = server.Announced.Types;
                return Task.FromResult(
                    types.Count == 0 ? Verdict.Skipped("there are no resource types to look at")
                    : types.FirstOrDefault(type => !isSo(type)) is { } wrong ? Verdict.Broken(wrong.ToJsonString())
                    : Verdict.Kept
                );
            }
        );
}

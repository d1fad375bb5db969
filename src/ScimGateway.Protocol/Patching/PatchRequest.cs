using System.Text.Json.Nodes;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Patching;

/// <summary>
/// A PATCH body (RFC 7644 §3.5.2), read and normalised as far as that is possible without the resource.
/// </summary>
public sealed class PatchRequest
{
    /// <summary>The most operations in one PATCH; published runs of validators have 53.</summary>
    public const int MostOperations = 1000;

    private PatchRequest(ResourceTypeDefinition type, IReadOnlyList<PatchOperation> operations)
    {
        Type = type;
        Operations = operations;
    }

    /// <summary>The kind of resource that is patched.</summary>
    public ResourceTypeDefinition Type { get; }

    /// <summary>The operations, in order.</summary>
    public IReadOnlyList<PatchOperation> Operations { get; }

    /// <summary>Reads a body.</summary>
    public static PatchRequest Read(
        ResourceTypeDefinition type,
        ReadOnlySpan<byte> utf8,
        ReadLimits limits,
        Reading reading
    ) => Read(type, ScimJson.ReadObject(utf8, limits), reading, limits.MostValues);

    /// <summary>Reads a body that is JSON already, such as the <c>data</c> of a bulk operation.</summary>
    public static PatchRequest Read(
        ResourceTypeDefinition type,
        JsonObject body,
        Reading reading,
        int mostValues = 10_000
    )
    {
        ResourceHabits.SchemasLeftOut(body, Urn.PatchOp, reading);
        if (body[nameof(Operations)] is not JsonArray list)
            throw ScimException.InvalidSyntax("A PATCH has an array 'Operations'.");
        if (list.Count == 0)
            PatchHabits.NoOperations(reading);
        if (list.Count > MostOperations)
            throw ScimException.InvalidValue(
                $"The PATCH has {list.Count} operations; at most {MostOperations} are read."
            );

        var operations = new List<PatchOperation>(list.Count);
        for (var i = 0; i < list.Count; i++)
        {
            operations.AddRange(
                Read(list[i] as JsonObject ?? throw Wrong(i, "is no object"), i, type, reading, mostValues)
            );
            // One without a path may be cut into many.
            if (operations.Count > MostOperations)
                throw ScimException.InvalidValue($"The PATCH has more than {MostOperations} operations.");
        }
        return new PatchRequest(type, operations);
    }

    /// <summary>The same request with other operations.</summary>
    internal PatchRequest With(IReadOnlyList<PatchOperation> operations) => new(Type, operations);

    private static IEnumerable<PatchOperation> Read(
        JsonObject json,
        int at,
        ResourceTypeDefinition type,
        Reading reading,
        int mostValues
    )
    {
        var verb = PatchHabits.Verb(ScimJson.AsText(json["op"]) ?? throw Wrong(at, "has no 'op'"), reading) switch
        {
            "add" => PatchVerb.Add,
            "remove" => PatchVerb.Remove,
            "replace" => PatchVerb.Replace,
            var other => throw Wrong(at, $"has the 'op' '{other}'; there are add, remove and replace"),
        };
        var path = json["path"] switch
        {
            null => null,
            var text => ScimJson.AsText(text) ?? throw Wrong(at, "has a 'path' that is no string"),
        };
        var target = string.IsNullOrWhiteSpace(path)
            ? null
            : PatchHabits.Path(PatchPath.Parse(path, type, reading), type, reading);
        if (target is { Where: null, Sub: null } && type.IsCore(target.Attribute))
            target = null; // the URN of the core schema alone is the resource itself
        if (target is null)
            reading.RequirePath(at + 1);
        var hasValue = json.ContainsKey("value");
        var value = json["value"];
        if (verb != PatchVerb.Remove && !hasValue)
            throw ScimException.InvalidValue(
                $"Operation {at + 1} is {verb.ToString().ToLowerInvariant()} without a value."
            );

        var operation = new PatchOperation(verb, target, value, hasValue);
        RequireBounded(operation, mostValues);
        return operation.Path is null ? KeyHabits.Keys(operation, type, reading) : [operation];
    }

    // A "value" may be a list of members, so its length is looked at here, where its path is known.
    private static void RequireBounded(PatchOperation operation, int most)
    {
        if (operation.Path is { } path)
            Bounded(path.Attribute.Name, operation.Value);
        else if (operation.Value is JsonObject values)
            foreach (var (name, value) in values)
                Bounded(name, value);

        void Bounded(string name, JsonNode? value)
        {
            if (
                value is JsonArray array
                && array.Count > most
                && !name.Equals("members", StringComparison.OrdinalIgnoreCase)
            )
                throw ScimException.InvalidValue($"'{name}' has more than {most} values.");
        }
    }

    private static ScimException Wrong(int at, string how) => ScimException.InvalidSyntax($"Operation {at + 1} {how}.");
}

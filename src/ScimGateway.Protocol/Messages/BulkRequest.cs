using System.Text.Json.Nodes;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Messages;

/// <summary>How much one bulk request may hold, as <c>/ServiceProviderConfig</c> announces it.</summary>
public readonly record struct BulkLimits(int MostOperations, int MostBytes);

/// <summary>
/// A bulk request (RFC 7644 §3.7). What is wrong with its form refuses all of it, before anything is done.
/// </summary>
public sealed class BulkRequest
{
    private BulkRequest(IReadOnlyList<BulkOperation> operations, int? failOnErrors)
    {
        Operations = operations;
        FailOnErrors = failOnErrors;
    }

    /// <summary>The operations, in order.</summary>
    public IReadOnlyList<BulkOperation> Operations { get; }

    /// <summary>After how many errors to stop; null for never.</summary>
    public int? FailOnErrors { get; }

    /// <summary>The operations in the order in which they are carried out, and which of them wait for which.</summary>
    public IReadOnlyList<BulkTurn> InOrder() => BulkOrder.Of(Operations);

    /// <summary>Reads a body.</summary>
    public static BulkRequest Read(ReadOnlySpan<byte> utf8, BulkLimits limits, Reading reading)
    {
        // RFC 7644 §3.7.4 wants to be told which limit it was.
        if (utf8.Length > limits.MostBytes)
            throw ScimException.PayloadTooLarge(
                $"The request has {utf8.Length} bytes; maxPayloadSize of bulk is {limits.MostBytes}."
            );
        var body = ScimJson.ReadObject(utf8, new ReadLimits(limits.MostBytes));
        ResourceHabits.SchemasLeftOut(body, Urn.BulkRequest, reading);
        if (body[nameof(Operations)] is not JsonArray list)
            throw ScimException.InvalidSyntax("A bulk request has an array 'Operations'.");
        if (list.Count == 0)
            throw ScimException.InvalidValue("The bulk request has no operations.");
        if (list.Count > limits.MostOperations)
            throw ScimException.PayloadTooLarge(
                $"The request has {list.Count} operations; maxOperations of bulk is {limits.MostOperations}."
            );

        var operations = new List<BulkOperation>(list.Count);
        for (var i = 0; i < list.Count; i++)
            operations.Add(Operation(list[i] as JsonObject ?? throw Wrong(i, "is no object"), i));
        return new BulkRequest(WithDependencies(operations), Errors(body));
    }

    private static BulkOperation Operation(JsonObject json, int at)
    {
        var word = Text(json, "method", at) ?? throw Wrong(at, "has no 'method'");
        var method = word.ToUpperInvariant() switch
        {
            "POST" => BulkMethod.Post,
            "PUT" => BulkMethod.Put,
            "PATCH" => BulkMethod.Patch,
            "DELETE" => BulkMethod.Delete,
            _ => throw Wrong(at, "has a 'method' other than POST, PUT, PATCH and DELETE"),
        };
        var (endpoint, id) = Target(method, Text(json, "path", at) ?? throw Missing(at, "path"), at);
        var bulkId = Text(json, "bulkId", at);
        if (bulkId is "" || (bulkId is null && method == BulkMethod.Post))
            throw Missing(at, "bulkId");
        var data = method == BulkMethod.Delete ? null : Data(json, method, at);
        return new BulkOperation(method, endpoint, id, bulkId, Text(json, "version", at), data);
    }

    // A POST goes to /Users, everything else to /Users/2819c223.
    private static (string Endpoint, string? Id) Target(BulkMethod method, string path, int at)
    {
        var parts = path.Trim('/').Split('/', 3);
        var wanted = method == BulkMethod.Post ? 1 : 2;
        if (parts.Length != wanted || parts.Any(string.IsNullOrWhiteSpace) || path.AsSpan().ContainsAny('?', '#'))
            throw ScimException.InvalidValue(
                wanted == 1
                    ? $"Operation {at + 1} is a POST; its 'path' is that of an endpoint, such as /Users."
                    : $"Operation {at + 1} is no POST; its 'path' is that of one resource, such as /Users/2819c223."
            );
        return ("/" + parts[0], wanted == 1 ? null : Uri.UnescapeDataString(parts[1]));
    }

    private static JsonObject Data(JsonObject json, BulkMethod method, int at)
    {
        var data = json["data"];
        json.Remove("data");
        return data switch
        {
            JsonObject body => body,
            // The example of RFC 7644 §3.7.3 sends the operations of a PATCH without the message around them.
            JsonArray operations when method == BulkMethod.Patch => new JsonObject(ScimJson.NodeOptions)
            {
                ["schemas"] = new JsonArray(Urn.PatchOp),
                [nameof(Operations)] = operations,
            },
            null => throw Missing(at, "data"),
            _ => throw Wrong(at, "has 'data' that is no object"),
        };
    }

    private static IReadOnlyList<BulkOperation> WithDependencies(List<BulkOperation> operations)
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var operation in operations)
            if (operation.BulkId is { } bulkId && !named.Add(bulkId))
                throw ScimException.InvalidValue($"The bulkId '{bulkId}' is that of two operations.");

        var created = operations
            .Where(o => o.Method == BulkMethod.Post)
            .Select(o => o.BulkId!)
            .ToHashSet(StringComparer.Ordinal);
        return [.. operations.Select(WithDependencies)];

        BulkOperation WithDependencies(BulkOperation operation)
        {
            var references = BulkReferences.In(operation);
            var unknown = references.FirstOrDefault(r => !created.Contains(r));
            return operation with
            {
                DependsOn = [.. references.Where(r => created.Contains(r) && r != operation.BulkId)],
                Refusal = unknown is null ? null : ScimException.InvalidValue($"No POST has the bulkId '{unknown}'."),
            };
        }
    }

    private static int? Errors(JsonObject body)
    {
        if (MessageBody.Written(body, "failOnErrors") is not { } text)
            return null;
        return MessageBody.Whole(text) is { } number and > 0
            ? number
            : throw ScimException.InvalidValue("'failOnErrors' takes a whole number of at least 1.");
    }

    private static string? Text(JsonObject json, string name, int at) =>
        json[name] is { } node ? ScimJson.AsText(node) ?? throw Wrong(at, $"has a '{name}' that is no string") : null;

    private static ScimException Missing(int at, string name) =>
        ScimException.InvalidValue($"Operation {at + 1} lacks '{name}'.");

    private static ScimException Wrong(int at, string how) => ScimException.InvalidSyntax($"Operation {at + 1} {how}.");
}

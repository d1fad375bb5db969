using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Messages;

/// <summary>
/// The references <c>bulkId:x</c> (RFC 7644 §3.7.2) of a bulk operation: in its path, as any value of its data, and in
/// the filters of PATCH paths.
/// </summary>
internal static class BulkReferences
{
    private const string Prefix = "bulkId:";
    private const string Members = "members";

    /// <summary>The bulkIds that an operation refers to, each once: what a replacement would ask for.</summary>
    public static IReadOnlyList<string> In(BulkOperation operation)
    {
        var found = new OrderedDictionary<string, bool>(StringComparer.Ordinal);
        Replace(
            operation,
            bulkId =>
            {
                found.TryAdd(bulkId, true);
                return null;
            }
        );
        return [.. found.Keys];
    }

    /// <summary>
    /// The operation with ids in the place of references, except of those that have no id. Its data is changed where it
    /// stands.
    /// </summary>
    public static BulkOperation Replace(BulkOperation operation, Func<string, string?> idOf)
    {
        ReplaceValues(operation.Data, idOf);
        if (operation.Method == BulkMethod.Patch && operation.Data!["Operations"] is JsonArray patch)
            foreach (var change in patch.OfType<JsonObject>())
                if (ScimJson.AsText(change["path"]) is { } path)
                    change["path"] = ReplaceInPath(path, idOf);
        return operation with { Id = Id(operation.Id, idOf) ?? operation.Id };
    }

    /// <summary>A group's document without members that are called so.</summary>
    public static JsonObject? WithoutMembers(JsonObject? group, IReadOnlyCollection<string> bulkIds)
    {
        var isCalled = Called(bulkIds);
        if (group?[Members] is not JsonArray members || !members.Any(isCalled))
            return group;
        var without = new JsonObject(ScimJson.NodeOptions);
        foreach (var (name, value) in group)
            without[name] = ReferenceEquals(value, members)
                ? Copied(members.Where(member => !isCalled(member)))
                : value?.DeepClone();
        return without;
    }

    /// <summary>What adds the members of a group's document that are called so; null if it has none of them.</summary>
    public static JsonObject? AddingMembers(JsonObject? group, IReadOnlyCollection<string> bulkIds)
    {
        var members = Copied((group?[Members] as JsonArray ?? []).Where(Called(bulkIds)));
        return members.Count == 0
            ? null
            : new JsonObject(ScimJson.NodeOptions)
            {
                ["schemas"] = new JsonArray(Urn.PatchOp),
                ["Operations"] = new JsonArray(
                    new JsonObject(ScimJson.NodeOptions)
                    {
                        ["op"] = "add",
                        ["path"] = Members,
                        ["value"] = members,
                    }
                ),
            };
    }

    private static Func<JsonNode?, bool> Called(IReadOnlyCollection<string> bulkIds)
    {
        var references = bulkIds.Select(bulkId => Prefix + bulkId).ToHashSet(StringComparer.Ordinal);
        return member =>
            member is JsonObject && ScimJson.AsText(member["value"]) is { } value && references.Contains(value);
    }

    private static JsonArray Copied(IEnumerable<JsonNode?> members) =>
        new(ScimJson.NodeOptions, [.. members.Select(member => member?.DeepClone())]);

    private static void ReplaceValues(JsonNode? node, Func<string, string?> idOf)
    {
        if (node is JsonObject members)
            for (var i = 0; i < members.Count; i++)
            {
                var (_, value) = members.GetAt(i);
                ReplaceValues(value, idOf);
                if (Id(ScimJson.AsText(value), idOf) is { } id)
                    members.SetAt(i, JsonValue.Create(id));
            }
        else if (node is JsonArray values)
            for (var i = 0; i < values.Count; i++)
            {
                ReplaceValues(values[i], idOf);
                if (Id(ScimJson.AsText(values[i]), idOf) is { } id)
                    values[i] = JsonValue.Create(id);
            }
    }

    // members[value eq "bulkId:x"], cut into the pieces that the filter's own parser will see.
    private static string ReplaceInPath(string path, Func<string, string?> idOf)
    {
        if (!path.Contains('[', StringComparison.Ordinal) || path.Length > Filter.MostCharacters)
            return path;
        try
        {
            var lexer = new FilterLexer(path);
            var written = new StringBuilder();
            for (
                var (token, next) = (lexer.Next(), lexer.Next());
                token.Kind != TokenKind.End;
                (token, next) = (next, lexer.Next())
            )
                if (Id(token.Text, idOf) is { } id)
                    written
                        .Append(token.Kind == TokenKind.Quoted ? new Literal.Text(id).ToString() : id)
                        .Append(' ', token.BlankAfter ? 1 : 0);
                else
                    written.Append(path, token.At, next.At - token.At);
            return written.ToString();
        }
        catch (ScimException)
        {
            return path; // whoever reads the PATCH refuses it, and says where it is wrong
        }
    }

    private static string? Id(string? text, Func<string, string?> idOf) =>
        text is not null && text.StartsWith(Prefix, StringComparison.Ordinal) ? idOf(text[Prefix.Length..]) : null;
}

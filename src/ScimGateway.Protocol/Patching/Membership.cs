using System.Text.Json.Nodes;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Patching;

/// <summary>Takes the members out of requests on groups, so that they become changes of rows.</summary>
public static class Membership
{
    private static readonly AttributeDefinition _members = CoreSchemas.Group.Attribute("members")!;

    /// <summary>
    /// Takes the members out of a whole group as a client sends it; null if it names none, an empty list if it says
    /// there are none.
    /// </summary>
    public static IReadOnlyList<Member>? Take(ScimResource group, Reading reading)
    {
        ResourceHabits.UrnKeys(group, reading);
        var json = group.Json;
        if (!json.TryGetPropertyValue("members", out var given) || given is null)
        {
            json.Remove("members");
            return null;
        }
        json.Remove("members");
        return Members(given, reading, one: false);
    }

    /// <summary>
    /// Splits a PATCH of a group into what it does to the document and, in order, what it does to the members.
    /// </summary>
    public static (PatchRequest Document, IReadOnlyList<MembershipChange> Members) Split(
        PatchRequest request,
        Reading reading
    )
    {
        var document = new List<PatchOperation>();
        var changes = new List<MembershipChange>();
        foreach (var operation in request.Operations)
            if (operation.Path is null)
                document.AddRange(WithoutMembers(operation, changes, reading));
            else if (request.Type.Find(operation.Path.Attribute)?.Attribute == _members)
                changes.AddRange(Changes(operation, reading));
            else
                document.Add(operation);
        return (request.With(document), changes);
    }

    // {"op":"replace","value":{"displayName":"Crew","members":[…]}}
    private static IEnumerable<PatchOperation> WithoutMembers(
        PatchOperation operation,
        List<MembershipChange> changes,
        Reading reading
    )
    {
        if (
            operation.Verb == PatchVerb.Remove
            || operation.Value is not JsonObject values
            || !values.ContainsKey("members")
        )
            return [operation];
        changes.AddRange(
            Changes(
                operation with
                {
                    Path = new PatchPath(new AttributePath("members")),
                    Value = values["members"],
                },
                reading
            )
        );
        var rest = new JsonObject(
            values
                .Where(m => !m.Key.Equals("members", StringComparison.OrdinalIgnoreCase))
                .Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone())),
            ScimJson.NodeOptions
        );
        return rest.Count == 0 ? [] : [operation with { Value = rest }];
    }

    private static IEnumerable<MembershipChange> Changes(PatchOperation operation, Reading reading)
    {
        if ((operation.Path!.Sub ?? operation.Path.Attribute.Sub) is { } sub)
        {
            if (_members.Sub(sub) is not null)
                throw ScimException.Mutability(
                    $"'members.{sub}' cannot be changed; remove the member and add another."
                );
            reading.RequireDefined($"members.{sub}");
            throw ScimException.InvalidPath($"No schema has 'members.{sub}'.");
        }
        if (operation.Path.Where is { } where)
            return ChangesWhere(operation, where, reading);

        operation = PatchHabits.Normalise(operation, _members, null, reading);
        var members = Members(operation.Value, reading, one: operation.Verb == PatchVerb.Add);
        return operation.Verb switch
        {
            PatchVerb.Add => members.Count == 0 ? [] : [new MembershipChange.Add(members)],
            PatchVerb.Replace => [new MembershipChange.ReplaceAll(members)],
            _ when operation.HasValue => [new MembershipChange.Remove([.. members.Select(m => m.Value)])],
            _ => [new MembershipChange.RemoveAll()],
        };
    }

    private static IEnumerable<MembershipChange> ChangesWhere(PatchOperation operation, Filter where, Reading reading)
    {
        FilterCheck.CheckElement(where, _members, reading);
        MembershipChange removed = Values(where) is { } values
            ? new MembershipChange.Remove(values)
            : new MembershipChange.RemoveWhere(where) { Named = Named(where) };
        return operation.Verb switch
        {
            PatchVerb.Remove => [removed],
            // "All matching record values SHALL be replaced": one goes, the other comes.
            PatchVerb.Replace when operation.Value is { } value =>
            [
                removed,
                new MembershipChange.Add(Members(value, reading, one: true)),
            ],
            _ => throw ScimException.Mutability("A member cannot be changed; remove it and add another."),
        };
    }

    /// <summary>
    /// The members that a filter of the form <c>value eq "a" or value eq "b"</c> names; null for any other filter.
    /// </summary>
    internal static IReadOnlyList<string>? Values(Filter element) =>
        element switch
        {
            Filter.Compare { Op: CompareOp.Equal, Path: { Schema: null, Sub: null } path, Value: Literal.Text text }
                when path.Name.Equals("value", StringComparison.OrdinalIgnoreCase) => [text.Value],
            Filter.Or f when Values(f.Left) is { } left && Values(f.Right) is { } right => [.. left, .. right],
            _ => null,
        };

    // Whoever meets both halves is among those whom either names.
    private static IReadOnlyList<string>? Named(Filter element) =>
        Values(element) ?? (element is Filter.And both ? Named(both.Left) ?? Named(both.Right) : null);

    private static List<Member> Members(JsonNode? given, Reading reading, bool one)
    {
        given = given?.DeepClone();
        if (one && given is JsonObject)
            given = new JsonArray(ScimJson.NodeOptions, given);
        // Only null, "" and [] say that there is nobody. A list whose elements name nobody would else empty the group.
        foreach (var node in given as JsonArray ?? (IEnumerable<JsonNode?>)(given is JsonObject ? [given] : []))
            if (
                node is not (JsonObject or JsonValue)
                || string.IsNullOrEmpty(ScimJson.AsText(node is JsonObject member ? member["value"] : node))
            )
                throw ScimException.InvalidValue("A member is named by its 'value', the id of a user or group.");

        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var members = new List<Member>();
        var named = new ValueCheck(reading).Value(_members, given, null) as JsonArray ?? [];
        TextCheck.Require(_members, named);
        foreach (var node in named)
        {
            var element = (JsonObject)node!;
            var value = ScimJson.AsText(element["value"])!;
            if (seen.Add(value))
                members.Add(new Member(value, ScimJson.AsText(element["type"]), ScimJson.AsText(element["$ref"])));
        }
        return members;
    }
}

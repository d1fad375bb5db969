using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ScimGateway.Conformance.Tests.Sound;

/// <summary>Changes of a part of a resource (RFC 7644 §3.5.2).</summary>
internal static partial class Patches
{
    /// <summary>What a resource is after all operations; one that fails is a refusal of all.</summary>
    public static JsonObject Applied(ResourceType type, JsonObject before, JsonNode? body, Comparing compares)
    {
        if (body is not JsonObject patch || patch.Any("Operations") is not JsonArray { Count: > 0 } operations)
            throw Refusal.Syntax("A PATCH has Operations.");
        var after = before.DeepClone().AsObject();
        foreach (var one in operations)
        {
            var operation = one as JsonObject ?? throw Refusal.Syntax("An operation is a JSON object.");
            var op = operation.Any("op").Text();
            if (op is not ("add" or "replace" or "remove"))
                throw Refusal.Syntax("op is add, replace or remove.");
            var value = operation.Any("value");
            if (op == "add" && !operation.ContainsKey("value"))
                throw Refusal.Value("add wants a value.");
            if (operation.Any("path").Text() is { } path)
                Apply(type, after, op, path, value, compares);
            else if (op == "remove")
                throw Refusal.NoTarget("remove wants a path.");
            else
                Members(type, after, op, value, compares);
        }
        return Documents.Read(type, after);
    }

    // Without a path the value has attributes of the resource.
    private static void Members(ResourceType type, JsonObject resource, string op, JsonNode? value, Comparing compares)
    {
        if (value is not JsonObject members)
            throw Refusal.Value("Without a path the value is an object of attributes.");
        foreach (var (name, one) in members)
            if (type.Extensions.Any(known => known.Id == name) && op == "replace" && one is null)
                resource.Remove(name);
            else if (type.Extensions.FirstOrDefault(known => known.Id == name) is { } extension)
                foreach (var (within, inner) in one as JsonObject ?? [])
                    Apply(type, resource, op, $"{extension.Id}:{within}", inner, compares);
            else if (name.IndexOfAny(['.', ':']) >= 0)
                throw Refusal.Path($"'{name}' is no name of an attribute.");
            else if (name != "schemas")
                Apply(type, resource, op, name, one, compares);
    }

    private static void Apply(
        ResourceType type,
        JsonObject resource,
        string op,
        string path,
        JsonNode? value,
        Comparing compares
    )
    {
        if (op == "remove" && type.Extensions.Any(one => one.Id == path))
        {
            resource.Remove(path);
            return;
        }
        if (op != "remove" && type.Extensions.Any(one => one.Id == path))
        {
            Members(type, resource, op, new JsonObject { [path] = value?.DeepClone() }, compares);
            return;
        }
        if (Path().Match(path) is not { Success: true } parts)
            throw Refusal.Path($"'{path}' is no path.");
        var sub = parts.Groups["sub"].Value;
        var text = parts.Groups["name"].Value + (sub.Length > 0 ? $".{sub}" : "");
        if (Name.Of(type, text) is not { } name)
            throw Refusal.Path($"There is no {text}.");
        if (name.Attribute.IsReadOnly || name.Sub?.IsReadOnly == true)
            throw Refusal.Mutability(text);
        if (op == "remove" && name.Last.Required || name.Sub?.Mutability == "immutable")
            throw Refusal.Mutability(text);
        if (name.Urn is not null)
            resource[name.Urn] ??= new JsonObject();
        var container = name.Container(resource)!;
        if (parts.Groups["filter"] is { Success: true, Value: var filter })
            AmongValues(container, name, Filters.Of(name.Attribute, filter, compares), op, value);
        else if (name.Sub is not null)
            OfSub(container, name, op, value);
        else if (op == "remove" || value is null)
            container.Remove(name.Attribute.Name);
        else
            Set(container, name.Attribute, op, value);
    }

    private static void Set(JsonObject container, Definition attribute, string op, JsonNode value)
    {
        if (!attribute.Many)
        {
            if (attribute.Type == "complex" && container[attribute.Name] is JsonObject own && value is JsonObject more)
                Merge(own, attribute, more);
            else
                container[attribute.Name] = value.DeepClone();
            return;
        }
        var given = value is JsonArray several ? several.DeepClone().AsArray() : new JsonArray(value.DeepClone());
        if (op == "replace" || container[attribute.Name] is not JsonArray there)
        {
            container[attribute.Name] = given;
            return;
        }
        foreach (var one in given.ToList())
        {
            given.Remove(one);
            if (one is JsonObject added && added.Any("primary").Flag())
                Dethrone(there);
            there.Add(one);
        }
    }

    private static void AmongValues(
        JsonObject container,
        Name name,
        Func<JsonObject, bool> isMeant,
        string op,
        JsonNode? value
    )
    {
        var values = container[name.Attribute.Name] as JsonArray ?? [];
        var meant = values.OfType<JsonObject>().Where(isMeant).ToList();
        if (meant.Count == 0)
            throw Refusal.NoTarget($"No value of {name.Attribute.Name} is such.");
        var primary = name.Sub switch
        {
            null => (value as JsonObject)?.Any("primary"),
            { Name: "primary" } => value,
            _ => null,
        };
        if (op != "remove" && primary.Flag())
            Dethrone(values);
        foreach (var one in meant)
            if (op == "remove" && name.Sub is null)
                values.Remove(one);
            else if (op == "remove" || value is null)
                one.Remove(name.Sub!.Name);
            else if (name.Sub is not null)
                one[name.Sub.Name] = value.DeepClone();
            else if (value is JsonObject whole)
            {
                if (op == "replace")
                    one.Clear();
                Merge(one, name.Attribute, whole);
            }
            else
                throw Refusal.Value($"A value of {name.Attribute.Name} is an object.");
    }

    private static void OfSub(JsonObject container, Name name, string op, JsonNode? value)
    {
        if (container[name.Attribute.Name] is null && !name.Attribute.Many)
            container[name.Attribute.Name] = new JsonObject();
        foreach (var one in Documents.Objects(container[name.Attribute.Name]).ToList())
            if (op == "remove" || value is null)
                one.Remove(name.Sub!.Name);
            else
                one[name.Sub!.Name] = value.DeepClone();
    }

    private static void Merge(JsonObject own, Definition attribute, JsonObject more)
    {
        foreach (var (key, value) in more)
            own[attribute.SubOf(key)?.Name ?? key] = value?.DeepClone();
    }

    // Where another value becomes primary the former is so no more.
    private static void Dethrone(JsonArray values)
    {
        foreach (var one in values.OfType<JsonObject>())
            one.Remove("primary");
    }

    // A bracket within a text ends no filter.
    [GeneratedRegex(
        """^(?<name>(urn:[\w:.-]+:)?[A-Za-z$][\w$-]*)(\[(?<filter>("(\\.|[^"\\])*"|[^"\]])+)\])?(\.(?<sub>[\w$-]+))?$"""
    )]
    private static partial Regex Path();
}

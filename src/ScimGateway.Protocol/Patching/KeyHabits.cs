using System.Text.Json.Nodes;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Patching;

/// <summary>How providers write a PATCH without a path: what its keys mean.</summary>
internal static class KeyHabits
{
    /// <summary>
    /// An operation without a path, cut into one for each key that is a path of its own; the plain keys stay together.
    /// </summary>
    public static IEnumerable<PatchOperation> Keys(
        PatchOperation operation,
        ResourceTypeDefinition type,
        Reading reading
    )
    {
        if (operation.Value is not JsonObject values)
            return [operation];

        var plain = ScimJson.NewObject();
        var own = new List<PatchOperation>();
        var said = new Dictionary<AttributeTarget, JsonNode?>();
        foreach (var (key, value) in WithoutCoreUrn(values, type, reading))
            if (PathInKey(key, type, reading) is { } path)
            {
                if (ReadOnlyInValue(path.Attribute, type, reading))
                    continue;
                if (path is { Where: null })
                    SayOnce(said, type.Find(path.Attribute), key, value);
                own.Add(operation with { Path = path, Value = value });
            }
            else if (!ReadOnlyInValue(new AttributePath(key), type, reading))
            {
                var extension = type.Extension(key);
                if (extension is null)
                    SayOnce(said, type.Find(new AttributePath(key)), key, value);
                else if (value is JsonObject members)
                    foreach (var (name, part) in members)
                        SayOnce(said, type.Find(new AttributePath(extension.Id, name, null)), name, part);
                plain[key] = extension is null
                    ? value?.DeepClone()
                    : Writable(extension, value?.DeepClone(), type, reading);
            }
        return plain.Count > 0 || own.Count == 0 ? [operation with { Value = plain }, .. own] : own;
    }

    private static void SayOnce(
        Dictionary<AttributeTarget, JsonNode?> said,
        AttributeTarget? target,
        string key,
        JsonNode? value
    )
    {
        if (target is not null && !said.TryAdd(target, value) && !JsonNode.DeepEquals(said[target], value))
            throw ScimJson.SaidTwice(key);
    }

    // {"op":"replace","value":{"urn:…:core:2.0:User":{"active":false}}}: the core schema written as extensions are.
    private static IEnumerable<KeyValuePair<string, JsonNode?>> WithoutCoreUrn(
        JsonObject values,
        ResourceTypeDefinition type,
        Reading reading
    ) =>
        values.SelectMany(member =>
            member.Value is JsonObject core && type.IsCore(member.Key) && reading.Takes(Deviation.UrnKey, member.Key)
                ? core
                : (IEnumerable<KeyValuePair<string, JsonNode?>>)[member]
        );

    // {"op":"replace","value":{"id":"<group id>","displayName":"…"}}: Okta renames a group so, at each change of its
    // members.
    private static bool ReadOnlyInValue(AttributePath path, ResourceTypeDefinition type, Reading reading)
    {
        var target = type.Find(path);
        return (
                target?.Attribute?.Mutability == Mutability.ReadOnly
                || target?.Sub?.Mutability == Mutability.ReadOnly
                || path.Name == "schemas"
            ) && reading.Takes(Deviation.ReadOnlyInValue, path.ToString());
    }

    // The same inside the object of an extension.
    private static JsonNode? Writable(
        SchemaDefinition extension,
        JsonNode? value,
        ResourceTypeDefinition type,
        Reading reading
    )
    {
        if (value is JsonObject members)
            foreach (var member in members.Select(m => m.Key).ToList())
                if (ReadOnlyInValue(new AttributePath(extension.Id, member, null), type, reading))
                    members.Remove(member);
        return value;
    }

    // {"op":"replace","value":{"name.givenName":"Kim","urn:…:enterprise:2.0:User:employeeNumber":"7","manager":"…"}}:
    // Entra ID with the flag, JumpCloud; {"emails[type eq \"work\"].value":"…"} has been seen as well.
    private static PatchPath? PathInKey(string key, ResourceTypeDefinition type, Reading reading)
    {
        if (type.CoreAttribute(key) is not null || type.Extension(key) is not null)
            return null;
        var open = key.IndexOf('[');
        var name = open < 0 ? key : key[..open];
        var spelled = NameHabits.Spelling(name, type, reading);
        if (!AttributePath.TryParse(spelled, out var attribute))
            return null;

        attribute = NameHabits.Meant(attribute, type, reading);
        if (type.Find(attribute) is not { } target)
            return null;
        if (target.Attribute is not null)
        {
            if (name.Contains(':') && !reading.Takes(Deviation.UrnKey, key))
                return null;
            if (!name.Contains(':') && key.AsSpan().IndexOfAny(".[") >= 0 && !reading.Takes(Deviation.DottedKey, key))
                return null;
        }
        return open < 0
            ? new PatchPath(attribute)
            : PatchHabits.Path(PatchPath.Parse(spelled + key[open..], type, reading), type, reading);
    }
}

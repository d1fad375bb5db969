using System.Text.Json.Nodes;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Patching;

/// <summary>
/// PATCH of an extension that no schema describes: its values are carried as they come, so that nothing a provider says
/// is lost.
/// </summary>
internal static class UndescribedExtension
{
    /// <summary>Whether a path, which the type's schemas do not have, leads into such an extension.</summary>
    public static bool Names(PatchPath path, ResourceTypeDefinition type)
    {
        var (urn, name, _) = path.Attribute;
        return urn is not null
            && urn.StartsWith("urn:", StringComparison.OrdinalIgnoreCase)
            && path.Where is null
            && !Described(urn)
            && !Described($"{urn}:{name}");

        bool Described(string id) =>
            type.Extension(id) is not null || id.Equals(type.Schema.Id, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>
    /// Adds, replaces or removes one value of the extension, or, where the path is the URN of one that is there, all of
    /// it.
    /// </summary>
    public static void Apply(PatchOperation operation, AttributePath path, JsonObject json, WorkLimit workLimit)
    {
        var given = operation.Verb == PatchVerb.Remove ? null : operation.Value;
        var whole = path.ToString();
        // "urn:…:2.0:User" and "urn:…:2.0:User:floor" read alike: an object for what is not there yet is an extension,
        // not an attribute.
        if (json.ContainsKey(whole) || (given is JsonObject && path.Sub is null && !json.ContainsKey(path.Schema!)))
        {
            if (given is not (null or JsonObject))
                throw ScimException.InvalidValue($"'{whole}' takes an object.");
            Merge(json, whole, given);
            return;
        }

        var extension = json[path.Schema!] as JsonObject ?? ScimJson.NewObject();
        var holder = path.Sub is null ? extension : extension[path.Name] as JsonObject ?? ScimJson.NewObject();
        var name = path.Sub ?? path.Name;
        if (given is null)
            holder.Remove(name);
        else if (operation.Verb == PatchVerb.Add && holder[name] is JsonArray there && given is JsonArray more)
        {
            var known = there.Select(Identity).ToHashSet(StringComparer.Ordinal);
            foreach (var value in more.Where(value => known.Add(Identity(value))))
                there.Add(value?.DeepClone());
        }
        else
            holder[name] = given.DeepClone();

        Keep(extension, path.Name, holder, path.Sub is not null);
        Keep(json, path.Schema!, extension, true);

        // How long a list is that many operations add to is known by the bound of extensions only when all are done.
        string Identity(JsonNode? value)
        {
            var all = ElementIdentity.Everything(value);
            workLimit.Spend(Patcher.EachElement + all.Length);
            return all;
        }
    }

    /// <summary>
    /// Sets the members that a value names, of which null removes one; without a value all of the extension goes.
    /// </summary>
    public static void Merge(JsonObject json, string urn, JsonNode? values)
    {
        if (values is null)
        {
            json.Remove(urn);
            return;
        }
        var extension = json[urn] as JsonObject ?? ScimJson.NewObject();
        foreach (var (name, value) in values.AsObject())
            if (value is null)
                extension.Remove(name);
            else
                extension[name] = value.DeepClone();
        Keep(json, urn, extension, true);
    }

    private static void Keep(JsonObject container, string name, JsonObject value, bool nested)
    {
        if (!nested)
            return;
        if (value.Count == 0)
            container.Remove(name);
        else if (value.Parent is null)
            container[name] = value;
    }
}

using System.Text.Json.Nodes;

namespace ScimGateway.Protocol.Patching;

/// <summary>What an operation does.</summary>
public enum PatchVerb
{
    /// <summary>RFC 7644 §3.5.2.1</summary>
    Add,

    /// <summary>RFC 7644 §3.5.2.2</summary>
    Remove,

    /// <summary>RFC 7644 §3.5.2.3</summary>
    Replace,
}

/// <summary>
/// One operation of a PATCH. A <see cref="Value"/> of null means JSON null, or, where <see cref="HasValue"/> is false,
/// none at all.
/// </summary>
public sealed record PatchOperation(PatchVerb Verb, PatchPath? Path, JsonNode? Value, bool HasValue = true)
{
    /// <summary>A remove, which needs no value.</summary>
    public static PatchOperation Remove(PatchPath path) => new(PatchVerb.Remove, path, null, false);
}

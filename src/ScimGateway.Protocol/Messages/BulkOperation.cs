using System.Text.Json.Nodes;
using ScimGateway.Protocol.Errors;

namespace ScimGateway.Protocol.Messages;

/// <summary>What a bulk operation does.</summary>
public enum BulkMethod
{
    /// <summary>Creates a resource.</summary>
    Post,

    /// <summary>Replaces one.</summary>
    Put,

    /// <summary>Changes one.</summary>
    Patch,

    /// <summary>Removes one.</summary>
    Delete,
}

/// <summary>One operation of a bulk request.</summary>
/// <param name="Method">What it does.</param>
/// <param name="Endpoint">The first part of the path with its slash, such as <c>/Users</c>, in the client's
/// case.</param>
/// <param name="Id">The resource; of a POST, null until its references are resolved.</param>
/// <param name="BulkId">The client's name for the operation; every POST has one.</param>
/// <param name="Version">The entity tag that the resource must still have.</param>
/// <param name="Data">The body; null for a DELETE.</param>
public sealed record BulkOperation(
    BulkMethod Method,
    string Endpoint,
    string? Id,
    string? BulkId,
    string? Version,
    JsonObject? Data
)
{
    /// <summary>
    /// The other POSTs it refers to, by bulkId, each once. If one of them fails, this operation cannot be carried out.
    /// </summary>
    public IReadOnlyList<string> DependsOn { get; internal init; } = [];

    /// <summary>
    /// The operation with ids in the place of references, and a POST with its own (RFC 7644 §3.7.2); this one stays as
    /// it is.
    /// </summary>
    /// <param name="idOf">The id of the resource that the POST with a bulkId makes; null leaves the reference.</param>
    public BulkOperation Resolve(Func<string, string?> idOf)
    {
        ArgumentNullException.ThrowIfNull(idOf);
        return BulkReferences.Replace(
            this with
            {
                Id = Method == BulkMethod.Post ? idOf(BulkId!) : Id,
                Data = (JsonObject?)Data?.DeepClone(),
            },
            idOf
        );
    }

    /// <summary>The operation without members that other POSTs are still to make; this one stays as it is.</summary>
    /// <param name="bulkIds">What those POSTs are called.</param>
    public BulkOperation WithoutMembers(IReadOnlyCollection<string> bulkIds) =>
        this with
        {
            Data = BulkReferences.WithoutMembers(Data, bulkIds),
        };

    /// <summary>The operation that puts members which other POSTs have made into the group that this one left.</summary>
    /// <param name="id">The group's id.</param>
    /// <param name="bulkIds">What those POSTs are called, of whom this one has some as members.</param>
    public BulkOperation? AddingMembers(string id, IReadOnlyCollection<string> bulkIds) =>
        BulkReferences.AddingMembers(Data, bulkIds) is { } data
            ? new BulkOperation(BulkMethod.Patch, Endpoint, id, null, null, data)
            : null;

    /// <summary>
    /// Why it is not to be carried out whatever becomes of the others; null if nothing is wrong with it.
    /// </summary>
    public ScimException? Refusal { get; internal init; }
}

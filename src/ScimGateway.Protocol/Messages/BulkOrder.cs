namespace ScimGateway.Protocol.Messages;

/// <summary>An operation's turn in a bulk request.</summary>
/// <param name="At">Its place in the request, from 0.</param>
/// <param name="After">The places of those that end before it begins; they all have an earlier turn.</param>
public sealed record BulkTurn(int At, IReadOnlyList<int> After);

/// <summary>The order in which the operations of a bulk request are carried out.</summary>
/// <remarks>
/// It is that of the request, but for an operation that refers to a later POST: that POST comes first, so that its id
/// is known and its failure is seen. Only where POSTs refer to each other in a circle one of them goes ahead of a POST
/// that it refers to. What is done to one resource is done in the order of the request.
/// </remarks>
internal static class BulkOrder
{
    public static IReadOnlyList<BulkTurn> Of(IReadOnlyList<BulkOperation> operations)
    {
        var posts = Enumerable
            .Range(0, operations.Count)
            .Where(i => operations[i].Method == BulkMethod.Post)
            .ToDictionary(i => operations[i].BulkId!, StringComparer.Ordinal);
        var lastTo = new Dictionary<(string, string), int>();
        var turns = new List<BulkTurn>(operations.Count);
        var (begun, ended) = (new bool[operations.Count], new bool[operations.Count]);
        for (var i = 0; i < operations.Count; i++)
            Visit(i);
        return turns;

        // As deep as the longest chain of references, so at most as there are operations. What has begun and not ended
        // is in a circle with its visitor.
        void Visit(int at)
        {
            if (begun[at])
                return;
            begun[at] = true;
            var operation = operations[at];
            var after = operation.DependsOn.Select(bulkId => posts[bulkId]).ToList();
            if (operation.Id is { } id)
            {
                var target = (operation.Endpoint.ToUpperInvariant(), id.ToUpperInvariant());
                if (lastTo.TryGetValue(target, out var last))
                    after.Add(last);
                lastTo[target] = at;
            }
            foreach (var other in after)
                Visit(other);
            turns.Add(new BulkTurn(at, [.. after.Where(other => ended[other])]));
            ended[at] = true;
        }
    }
}

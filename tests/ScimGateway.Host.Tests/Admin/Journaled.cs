using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Storage;
using JournalRows = ScimGateway.Provisioning.Storage.Tables.OperationLines;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>Lines of the journal that a test writes straight into the store, as many as it takes.</summary>
internal static class Journaled
{
    private const int Batch = 1_000;

    /// <summary>So many of a tenant's, ten of each millisecond.</summary>
    public static Task<List<OperationId>> WriteAsync(Store store, TenantId tenant, int many, DateTimeOffset from) =>
        WriteAsync(
            store,
            Enumerable
                .Range(0, many)
                .Select(i => Line(tenant, from.AddMilliseconds(i / 10), $"POST /Users number {i}", "done"))
        );

    public static async Task<List<OperationId>> WriteAsync(Store store, IEnumerable<Operation> lines)
    {
        var ids = new List<OperationId>();
        foreach (var batch in lines.Chunk(Batch))
            ids.AddRange(
                await store.WriteAsync(
                    session =>
                    {
                        foreach (var line in batch)
                            JournalRows.Insert(session, line);
                        return batch.Select(line => line.Id).ToList();
                    },
                    CancellationToken.None
                )
            );
        return ids;
    }

    public static Operation Line(
        TenantId tenant,
        DateTimeOffset at,
        string request,
        string outcome,
        string actor = "gateway",
        string notes = ""
    ) =>
        new()
        {
            Id = OperationId.New(at),
            TenantId = tenant,
            Actor = actor,
            Request = request,
            At = Instant.Of(at),
            Notes = notes,
            Verdict = "allow",
            Outcome = outcome,
            Finished = outcome == "pending" ? null : Instant.Of(at),
        };
}

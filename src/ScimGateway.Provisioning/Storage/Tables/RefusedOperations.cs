using System.Net;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>Requests that were refused, as the journal has them.</summary>
internal static class RefusedOperations
{
    // Errors that begin with the same so many characters count as one, and so many errors are counted at most.
    private const int MostOfError = 200;
    private const int MostErrors = 5_000;

    /// <summary>
    /// How many requests were refused since a time, by their answer and by what was wrong, and the last of each.
    /// </summary>
    public static List<(long Count, Operation Last)> Since(
        StoreSession store,
        TenantId tenantId,
        Instant since,
        int most
    )
    {
        var errors = store.All(
            "select sum(case when counted > 1 then counted else 1 end), coalesce(status, 0), coalesce(scim_type, ''), substr(coalesce(error, ''), 1, @length), max(at) "
                + "from operations where tenant_id = @tenant and at >= @since and outcome = 'refused' group by 2, 3, 4 order by 1 desc limit @most",
            row =>
                (
                    Count: row.Long(),
                    Status: row.Int(),
                    Type: row.Text(),
                    Error: row.Text(),
                    Last: row.Number<Instant>()
                ),
            ("@length", MostOfError),
            ("@tenant", tenantId),
            ("@since", since),
            ("@most", MostErrors)
        );
        return
        [
            .. errors
                .GroupBy(one => (one.Status, one.Type, Kind: RefusalKind.Of(one.Error)))
                .Select(kind => (Count: kind.Sum(one => one.Count), Last: kind.MaxBy(one => one.Last)))
                .OrderByDescending(kind => kind.Count)
                .Take(most)
                .Select(kind =>
                    (
                        kind.Count,
                        store.First(
                            $"select {OperationLists.Listed} from operations where tenant_id = @tenant and at = @at and outcome = 'refused' and coalesce(status, 0) = @status "
                                + "and coalesce(scim_type, '') = @type and substr(coalesce(error, ''), 1, @length) = @error order by id desc limit 1",
                            OperationLists.ToOperation,
                            ("@tenant", tenantId),
                            ("@at", kind.Last.Last),
                            ("@status", kind.Last.Status),
                            ("@type", kind.Last.Type),
                            ("@length", MostOfError),
                            ("@error", kind.Last.Error)
                        )!
                    )
                ),
        ];
    }

    /// <summary>Why one was refused, as its provider is told; null if it was not.</summary>
    public static ScimException? Of(StoreSession store, OperationId id) =>
        store.First(
            "select status, scim_type, error from operations where id = @id and outcome = 'refused'",
            row => ScimException.Kept(row.Word<HttpStatusCode>(), row.TextOrNull(), row.Text()),
            ("@id", id)
        );
}

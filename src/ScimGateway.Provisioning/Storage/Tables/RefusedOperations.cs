using System.Net;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>Requests that were refused, as the journal has them.</summary>
internal static class RefusedOperations
{
    /// <summary>How many requests were refused since a time, by their answer, and the last of each.</summary>
    public static List<(long Count, Operation Last)> Since(
        StoreSession store,
        TenantId tenantId,
        Instant since,
        int most
    )
    {
        var answers = store.All(
            "select sum(case when counted > 1 then counted else 1 end), status, scim_type from operations where tenant_id = @tenant and at >= @since and outcome = 'refused' "
                + "group by status, scim_type order by 1 desc limit @most",
            row => (Count: row.Long(), Status: row.IntOrNull(), ScimType: row.TextOrNull()),
            ("@tenant", tenantId),
            ("@since", since),
            ("@most", most)
        );
        return answers.ConvertAll(answer =>
            (
                answer.Count,
                store.First(
                    $"select {OperationLists.Listed} from operations where tenant_id = @tenant and at >= @since and outcome = 'refused' and coalesce(status, 0) = @status "
                        + "and coalesce(scim_type, '') = @type order by at desc, id desc limit 1",
                    OperationLists.ToOperation,
                    ("@tenant", tenantId),
                    ("@since", since),
                    ("@status", answer.Status ?? 0),
                    ("@type", answer.ScimType ?? "")
                )!
            )
        );
    }

    /// <summary>Why one was refused, as its provider is told; null if it was not.</summary>
    public static ScimException? Of(StoreSession store, OperationId id) =>
        store.First(
            "select status, scim_type, error from operations where id = @id and outcome = 'refused'",
            row => ScimException.Kept(row.Word<HttpStatusCode>(), row.TextOrNull(), row.Text()),
            ("@id", id)
        );
}

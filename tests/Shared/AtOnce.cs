using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Reads;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Tests;

/// <summary>What the store is asked, for tests that have nothing else to do until it answers.</summary>
internal static class AtOnce
{
    public static T Read<T>(this Store store, Func<StoreSession, T> query, CancellationToken gone = default) =>
        store.ReadAsync(query, gone).AsTask().Result();

    public static Tenant Read(this ConnectionLife connection) => connection.ReadAsync().Result();

    public static IReadOnlyList<Hold> List(this HoldDecisions holds, int most = 1_000) =>
        holds.ListAsync(most: most).Result();

    public static IReadOnlyList<(Notice Notice, DateTimeOffset? Ended, string? Error)> List(
        this NoticeOutbox notices,
        TenantId tenant
    ) => notices.ListAsync(tenant).Result();

    public static IReadOnlyList<ListedLink> List(this LinkReads links, TenantId tenant, LinkQuery query) =>
        links.ListAsync(tenant, query).Result();

    public static Operation? Find(this OperationJournal journal, TenantId tenant, OperationId id) =>
        journal.FindAsync(tenant, id).Result();

    public static Explanation? Explain(this OnDemand demand, ResourceId id, Preferences preferences) =>
        demand.ExplainAsync(id, preferences).Result();

    public static ImportReport? Latest(this SlackImport import) => import.LatestAsync().Result();

    public static bool HasSuspects(this SlackImport import) => import.HasSuspectsAsync().Result();

    public static ShownResource? Find(
        this ResourceReads reads,
        Caller caller,
        Kind kind,
        ResourceId id,
        Related related = Related.Nothing
    ) => reads.FindAsync(caller, kind, id, related).AsTask().Result();

    private static T Result<T>(this Task<T> task) => task.GetAwaiter().GetResult();
}
